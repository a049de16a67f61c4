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
        cls._invoice(cls.order)

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
