"""Parts of a kit come back: credited are the kits they make up."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_returns.tests.credit_case import CreditCase


@tagged("post_install", "-at_install", "standard")
class TestReturnKit(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls._product("Bolt", 1.0)
        cls.nut = cls._product("Nut", 1.0)
        cls.kit = cls.env["product.product"].create(
            {
                "name": "Fixing Kit",
                "type": "consu",
                "list_price": 10.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in ((cls.bolt, 2), (cls.nut, 4))
                ],
            }
        )
        cls.order = cls._order((cls.kit, 5))
        cls.invoice = cls._invoice(cls.order)

    def _stock(self):
        """Return how many bolts and nuts are in stock."""
        stock = self.warehouse.lot_stock_id
        return tuple(
            self.env["stock.quant"]._get_available_quantity(part, stock)
            for part in (self.bolt, self.nut)
        )

    def test_whole_kits_are_credited(self):
        one = self._bring(self.order.picking_ids, {self.bolt: 4, self.nut: 8})
        self._take()
        self.assertRecordValues(
            self._notes(self.order).invoice_line_ids,
            [{"product_id": self.kit.id, "quantity": 2, "price_total": 20.0}],
        )
        self.assertRecordValues(
            self.order.order_line,
            [{"qty_delivered": 3, "qty_invoiced": 3, "qty_to_invoice": 0}],
        )
        self.assertEqual(one.line_ids.mapped("received_quantity"), [4, 8])
        self.assertEqual(one.state, "refunded")
        self.assertEqual(self._stock(), (994, 988))
        note = self._notes(self.order)
        self.assertRecordValues(
            note | self.invoice,
            [
                {"state": "posted", "payment_state": "paid", "amount_residual": 0.0},
                {
                    "state": "posted",
                    "payment_state": "partial",
                    "amount_residual": 30.0,
                },
            ],
        )
        line, sold = note.invoice_line_ids, self.invoice.invoice_line_ids
        self.assertEqual(note.reversed_entry_id, self.invoice)
        for name in ("account_id", "price_unit", "tax_ids", "sale_line_ids"):
            self.assertEqual(line[name], sold[name], name)

    def test_kits_that_are_kept_are_credited_and_not_invoiced_anew(self):
        moves = self.order.picking_ids.move_ids
        one = self.env["logistics.return"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create(
                        {
                            "move_id": move.id,
                            "product_id": move.product_id.id,
                            "quantity": {self.bolt: 4, self.nut: 8}[move.product_id],
                        }
                    )
                    for move in moves
                ],
            }
        )
        self.assertEqual(one.line_ids.sale_line_id, self.order.order_line)
        one.with_user(self.clerk)._let_go(
            "kept", {line: line.quantity for line in one.line_ids}, "Too far", "a"
        )
        self._agree(self.order)
        self.assertRecordValues(
            self._notes(self.order).invoice_line_ids,
            [{"product_id": self.kit.id, "quantity": 2, "price_total": 20.0}],
        )
        self.assertRecordValues(
            self.order.order_line,
            [{"qty_delivered": 5, "qty_invoiced": 3, "qty_to_invoice": 0}],
        )
        self.assertEqual(self._stock(), (990, 980))

    def test_parts_that_make_up_no_kit_are_not_credited(self):
        self._bring(self.order.picking_ids, {self.bolt: 3})
        self._take()
        self.assertFalse(self._open(self.order))
        self.assertFalse(self._notes(self.order))

    def test_parts_that_come_one_after_the_other_are_credited_together(self):
        one = self._come_back(self.order.picking_ids, {self.bolt: 2, self.nut: 4})
        for line in one.line_ids:
            self.assertFalse(self._open(self.order))
            one._say(
                "inspected",
                f"i{line.id}",
                line=line,
                quantity=line.received_quantity,
                disposition="restock",
                user=self.clerk,
            )
        self._take()
        self.assertEqual(self._notes(self.order).amount_total, 10.0)
