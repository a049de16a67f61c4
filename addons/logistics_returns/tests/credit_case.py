"""What tests of credits share: an invoiced delivery, goods that come back, people."""

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ReturnCommon


class CreditCase(ReturnCommon):
    """Credits are on; two people of finance may agree, and neither has inspected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch("credit")
        cls.finance = cls.people["finance"]
        cls.clerk = cls.people["user"]
        cls.second = new_test_user(
            cls.env,
            login="logistics-finance-2",
            groups="logistics_events.logistics_events_group_finance",
        )
        cls.company.logistics_return_four_eyes = True
        cls.customer.is_company = True
        cls.cheap = cls._product("Gasket", 10.0)
        cls.tax = cls.env["account.tax"].create(
            {"name": "15 %", "amount": 15.0, "company_id": cls.company.id}
        )

    @classmethod
    def _product(cls, name, price, **more):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
            | more
        )
        if product.tracking == "none":
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 1000
            )
        return product

    @classmethod
    def _order(cls, *lines, **more):
        """Return a delivered order, its lines given as product, quantity and more."""
        order = cls._sell(
            order_line=[
                Command.create(
                    {"product_id": product.id, "product_uom_qty": quantity}
                    | dict(*extra)
                )
                for product, quantity, *extra in lines
            ],
            **more,
        )
        cls._deliver(order.picking_ids)
        return order

    @classmethod
    def _deliver(cls, pickings):
        pickings.move_ids.picked = True
        pickings.with_context(skip_backorder=True).button_validate()

    @classmethod
    def _invoice(cls, order):
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    @classmethod
    def _come_back(cls, picking, quantities, **more):
        """Return goods natively; quantities by product, or one for all of them."""
        wizard = cls.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            row.quantity = (
                quantities.get(row.product_id, 0)
                if isinstance(quantities, dict)
                else quantities
            )
            row.to_refund = more.get("to_refund", True)
        transfer = wizard._create_return()
        one = transfer.logistics_return_id
        transfer.move_ids.picked = True
        transfer.with_context(skip_backorder=True).button_validate()
        return one

    @classmethod
    def _inspect(cls, one, quantity=None, disposition="restock", user=None, ref=None):
        """Say what was found; all that came by default."""
        count = len(one.fact_ids)
        told = [
            (
                one,
                "inspected",
                f"{ref or count}/{line.id}",
                {
                    "line": line,
                    "quantity": line.received_quantity
                    if quantity is None
                    else quantity,
                    "disposition": disposition,
                    "user": user or cls.clerk,
                },
            )
            for line in one.line_ids
            if quantity is not None or line.received_quantity
        ]
        cls.env["logistics.return"]._say_many(told)

    @classmethod
    def _bring(cls, picking, quantities, **more):
        """Return a return whose goods came and were accepted."""
        one = cls._come_back(picking, quantities, **more)
        cls._inspect(one)
        return one

    def _open(self, order):
        """Return the credits that wait, of an order."""
        return self.env["logistics.effect"].search(
            [
                ("order_id", "=", order.id),
                ("action", "=", "credit"),
                ("observed", "=", False),
                ("state", "in", ("waiting", "failed")),
            ]
        )

    def _agree(self, order, *people):
        """Have people agree to all that waits of an order, and take it."""
        for user in people or (self.finance,):
            self._open(order).approval_ids.filtered(
                lambda one: one.state == "waiting"
            ).with_user(user).action_approve()
        self._take()

    def _notes(self, order):
        return order.order_line.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        ).sorted("id")

    def _pay(self, move):
        """Pay an invoice or a credit note in full."""
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({})
            ._create_payments()
        )

    def _allow_one_person(self):
        """Let one person agree to anything."""
        self.company.logistics_return_four_eyes = False
