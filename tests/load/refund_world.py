"""Paid orders whose goods come back, with a provider on the loopback."""

from odoo.fields import Command

CODE = "logistics_test"
METHOD = "payment.payment_method_unknown"


def configure(env, url):
    """Install a provider that talks to a server, and switch refunds on.

    :param str url: Where the server listens.
    """
    env["ir.config_parameter"].set_param("logistics_test.url", url)
    env["logistics.action.mode"]._switch(env.company, "refund", "on")
    method = env.ref(METHOD)
    method.support_refund = "partial"
    journal = env["account.journal"].create(
        {"name": "Online", "code": "ONL", "type": "bank"}
    )
    provider = env["payment.provider"].create(
        {
            "name": "Loopback",
            "code": CODE,
            "state": "test",
            "company_id": env.company.id,
            "payment_method_ids": [Command.set(method.ids)],
        }
    )
    outstanding = env["account.account"].create(
        {
            "name": "Outstanding Online",
            "code": "129900",
            "account_type": "asset_current",
            "reconcile": True,
        }
    )
    journal.inbound_payment_method_line_ids[:1].write(
        {"payment_provider_id": provider.id, "payment_account_id": outstanding.id}
    )
    provider.invalidate_recordset(["journal_id"])


def paid(env, quantity=5, captured=None):
    """Return an order of so many goods at 100, invoiced and paid, of which all return.

    :param float captured: How much of it was paid online, the rest by bank transfer;
        all of it by default.
    :rtype: sale.order
    """
    provider = env["payment.provider"].search([("code", "=", CODE)], limit=1)
    product = env["product.product"].create(
        {
            "name": "Pump",
            "type": "consu",
            "list_price": 100.0,
            "invoice_policy": "order",
            "taxes_id": [Command.clear()],
        }
    )
    customer = env["res.partner"].create({"name": "Hansen Machines"})
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
            ],
        }
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.action_post()
    payment = env["payment.transaction"].create(
        {
            "provider_id": provider.id,
            "payment_method_id": env.ref(METHOD).id,
            "reference": order.name,
            "amount": captured or invoice.amount_total,
            "currency_id": invoice.currency_id.id,
            "partner_id": customer.id,
            "operation": "online_direct",
            "invoice_ids": [Command.set(invoice.ids)],
        }
    )
    payment._set_done()
    payment._post_process()
    order.transaction_ids |= payment
    if invoice.amount_residual:
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
    picking = order.picking_ids
    picking.move_ids.picked = True
    picking.with_context(skip_backorder=True).button_validate()
    env["logistics.return"].create(
        {
            "partner_id": customer.id,
            "line_ids": [
                Command.create(
                    {
                        "move_id": picking.move_ids[:1].id,
                        "sale_line_id": order.order_line.id,
                        "product_id": product.id,
                        "quantity": quantity,
                    }
                )
            ],
        }
    )
    return order


def credited(order, quantity):
    """Return a posted credit note of some of the goods, its refund agreed to.

    :rtype: account.move
    """
    invoice = order.invoice_ids.filtered(lambda one: one.move_type == "out_invoice")
    note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
    note.invoice_line_ids.quantity = quantity
    note.action_post()
    approver = _approver(order.env)
    steps(note).approval_ids.with_user(approver).action_approve()
    return note


def steps(notes):
    """Return the actions that refund credit notes."""
    return notes.env["logistics.effect"].search(
        [
            ("res_model", "=", "account.move"),
            ("res_id", "in", notes.ids),
            ("action", "=", "refund"),
        ]
    )


def asked(env, count):
    """Return so many refunds of a part each, on record and not sent.

    :rtype: logistics.refund
    """
    notes = env["account.move"]
    while len(notes) < count:
        order = paid(env, 10)
        for _number in range(min(10, count - len(notes))):
            notes |= credited(order, 1)
    steps(notes)._take()
    return notes.logistics_refund_ids.sorted("id")


def _approver(env):
    found = env["res.users"].search([("login", "=", "refund-approver")])
    return found or env["res.users"].create(
        {
            "name": "Approver",
            "login": "refund-approver",
            "company_id": env.company.id,
            "company_ids": [Command.set(env.company.ids)],
            "group_ids": [
                Command.link(
                    env.ref("logistics_events.logistics_events_group_finance").id
                )
            ],
        }
    )
