"""The one credit action: whoever wants goods credited says how much in total."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import ledger
from .ledger import as_suite, trusted


class LogisticsCreditDemand(models.Model):
    """How much of a sold line one cause wants credited.

    A withdrawn delivery, a return and a claim know nothing of each other; the sum of
    what they want is one desired quantity, and its difference one credit note.
    """

    _name = "logistics.credit.demand"
    _inherit = "logistics.ledger.mixin"
    _description = "Credit Demand"
    _order = "id"

    company_id = fields.Many2one("res.company", required=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", required=True, ondelete="restrict", index=True
    )
    cause = fields.Char(required=True, help="Who wants it: release, return, claim.")
    key = fields.Char(required=True)
    quantity = fields.Float(digits=0, required=True)
    reason = fields.Char()
    event_id = fields.Many2one("logistics.event")
    shipment_id = fields.Many2one("logistics.shipment")

    _cause_uniq = models.UniqueIndex("(sale_line_id, cause, key)")

    @api.model
    def _want(self, line, cause, key, quantity, **more):
        """Say how much one cause wants credited of a sold line, in total.

        :param sale.order.line line: The sold line; the quantity is in its unit.
        :param str cause: Who wants it.
        :param str key: Tells several demands of one cause apart.
        :param quantity: The total, zero to take it back.
        :param more: `reason`, `event_id`, `shipment`, `policy`.
        :return: The credit steps that are newly open.
        :rtype: logistics.effect
        """
        self = self.sudo()
        amount = ledger.quantity(quantity)
        if amount < 0:
            raise UserError(self.env._("A credit demand is not negative."))
        found = self.search(
            [
                ("sale_line_id", "=", line.id),
                ("cause", "=", cause),
                ("key", "=", key),
            ]
        )
        vals = {
            "quantity": float(amount),
            "reason": more.get("reason"),
            "event_id": more.get("event_id"),
            "shipment_id": more.get("shipment", self.env["logistics.shipment"]).id,
        }
        if found:
            trusted(found).write(vals)
        elif amount:
            trusted(self).create(
                vals
                | {
                    "company_id": line.company_id.id,
                    "sale_line_id": line.id,
                    "cause": cause,
                    "key": key,
                }
            )
        else:
            return self.env["logistics.effect"]
        return self._wish_sum(line, more)

    @api.model
    def _wish_sum(self, line, more):
        total = sum(
            (
                ledger.quantity(demand.quantity)
                for demand in self.search([("sale_line_id", "=", line.id)])
            ),
            ledger.quantity(0),
        )
        order = line.order_id
        policy = self.env["logistics.policy"]._match("credit", order)
        unit_price = line.price_total / line.product_uom_qty if (
            line.product_uom_qty
        ) else line.price_unit
        value = order.currency_id._convert(
            unit_price * float(total),
            order.company_id.currency_id,
            order.company_id,
            fields.Date.today(),
        )
        return self.env["logistics.effect"]._desire(
            [
                {
                    "company": order.company_id,
                    "record": order,
                    "order": order,
                    "action": "credit",
                    "key": f"line/{line.id}",
                    "desired": total,
                    "uom": line.product_uom_id,
                    "amount": value,
                    "currency": order.company_id.currency_id,
                    "shipment": more.get("shipment"),
                    "policy": policy,
                    "event_id": more.get("event_id"),
                    "inputs": {"reason": more.get("reason") or ""},
                    # A credit note is never made without a person: one at least.
                    "approvers": max(policy._approvers_needed(value), 1)
                    if policy
                    else 1,
                    "force_mode": more.get("force_mode", "on"),
                }
            ]
        )


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_credit(self):
        """Make one credit note per order and invoice for the approved quantities."""
        for order, steps in self.grouped("order_id").items():
            order = order.with_company(order.company_id)
            for step in steps:
                step._credit_one(order)

    def _credit_one(self, order):
        """Credit, or take back the credit of, one sold line.

        :raise UserError: When less is invoiced than is to be credited.
        """
        self.ensure_one()
        line = self.env["sale.order.line"].browse(int(self.key.split("/")[1]))
        quantity = self._decimal()
        if quantity > 0:
            documents = line._logistics_credit(quantity, self._credit_reference())
        else:
            documents = line._logistics_uncredit(-quantity, self._credit_reference())
        self._mark_done(
            lines=documents.line_ids.filtered(lambda item: line in item.sale_line_ids)
        )
        for document in documents:
            document.message_post(
                body=self.env._(
                    "Made from the shipment's events: %(reason)s",
                    reason=(self.inputs or {}).get("reason") or self.key,
                )
            )

    def _credit_reference(self):
        self.ensure_one()
        return f"{self.order_id.name} {self.key} #{self.generation}"


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_creditable(self):
        """Return what is invoiced and not yet credited, per customer invoice line.

        Read under the lock of the order; a credit note typed by hand counts, also in
        draft.

        :rtype: dict[account.move.line, Decimal]
        """
        self.ensure_one()
        left = {}
        credited = defaultdict(lambda: ledger.quantity(0))
        posted = self.invoice_lines.filtered(
            lambda item: item.parent_state == "posted"
            and item.move_id.move_type == "out_invoice"
        )
        refunds = self.invoice_lines.filtered(
            lambda item: item.parent_state != "cancel"
            and item.move_id.move_type == "out_refund"
        )
        loose = ledger.quantity(0)
        for item in refunds:
            origin = item.move_id.reversed_entry_id
            amount = ledger.quantity(self._logistics_in_line_unit(item))
            if origin:
                credited[origin] += amount
            else:
                loose += amount
        for item in posted.sorted("id", reverse=True):
            amount = ledger.quantity(self._logistics_in_line_unit(item))
            used = min(amount, credited[item.move_id])
            credited[item.move_id] -= used
            amount -= used
            taken = min(amount, loose)
            loose -= taken
            left[item] = amount - taken
        return left

    def _logistics_in_line_unit(self, item):
        return item.product_uom_id._compute_quantity(
            item.quantity, self.product_uom_id, rounding_method="HALF-UP"
        )

    def _logistics_credit(self, quantity, reference):
        """Credit a quantity of the line, newest invoice first, never above the cap.

        :param Decimal quantity: In the unit of the line.
        :param str reference: What the credit note refers to.
        :return: The posted credit notes.
        :rtype: account.move
        :raise UserError: When less is invoiced than asked for.
        """
        self.ensure_one()
        left = self._logistics_creditable()
        if quantity > sum(left.values()):
            raise UserError(
                self.env._(
                    "%(line)s: %(asked)s to credit, but only %(left)s are invoiced "
                    "and not credited yet.",
                    line=self.display_name,
                    asked=quantity,
                    left=sum(left.values(), ledger.quantity(0)),
                )
            )
        notes = self.env["account.move"]
        for item, available in left.items():
            part = min(quantity, available)
            if part <= 0:
                continue
            notes |= self._logistics_reverse(item, part, reference)
            quantity -= part
        notes._post(soft=False)
        return notes

    def _logistics_reverse(self, item, quantity, reference):
        """Return a draft that reverses a part of one document line."""
        move = as_suite(item.move_id)
        today = fields.Date.context_today(self)
        draft = move._reverse_moves(
            [
                {
                    "ref": reference,
                    "invoice_date": today,
                    "date": today,
                    "invoice_origin": move.invoice_origin,
                }
            ]
        )
        keep = draft.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
            and self in line.sale_line_ids
            and line.product_id == item.product_id
        )[:1]
        unit_quantity = self.product_uom_id._compute_quantity(
            float(quantity), item.product_uom_id, rounding_method="HALF-UP"
        )
        draft.write(
            {
                "invoice_line_ids": [
                    fields.Command.update(line.id, {"quantity": unit_quantity})
                    if line == keep
                    else fields.Command.delete(line.id)
                    for line in draft.invoice_line_ids
                ]
            }
        )
        return draft

    def _logistics_uncredit(self, quantity, reference):
        """Take back a credit that the facts no longer ask for.

        :param Decimal quantity: In the unit of the line.
        :return: The cancelled drafts and the posted invoices made instead.
        :rtype: account.move
        """
        self.ensure_one()
        documents = self.env["account.move"]
        refunds = self.invoice_lines.filtered(
            lambda item: item.move_id.move_type == "out_refund"
            and item.parent_state != "cancel"
        ).sorted("id", reverse=True)
        for item in refunds:
            part = min(quantity, ledger.quantity(self._logistics_in_line_unit(item)))
            if part <= 0:
                break
            invoice = self._logistics_reverse(item, part, reference)
            invoice._post(soft=False)
            documents |= invoice
            quantity -= part
        if quantity > 0:
            raise UserError(
                self.env._("%s: the credit to take back is not there.", self.display_name)
            )
        return documents
