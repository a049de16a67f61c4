from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.tests.credit_case import CreditCapCase


@tagged("post_install", "-at_install")
class TestCreditKit(CreditCapCase):
    def test_kit_is_counted_as_it_was_sold_whatever_its_parts(self):
        parts = self.env["product.product"].create(
            [
                {"name": name, "type": "consu", "taxes_id": [Command.clear()]}
                for name in ("Bolt", "Nut")
            ]
        )
        kit = self.env["product.product"].create(
            {
                "name": "Fixing Kit",
                "type": "consu",
                "list_price": 30.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in zip(parts, (2, 4), strict=True)
                ],
            }
        )
        line = Command.create({"product_id": kit.id, "product_uom_qty": 5})
        order, invoice = self._invoiced(order_line=[line])
        self.assertEqual(len(order.picking_ids.move_ids), 2)
        self._credit(order.order_line, 2)
        self.assertRecordValues(
            self._counter(order.order_line),
            [{"invoiced_quantity": 5.0, "credited_quantity": 2.0, "left_amount": 90.0}],
        )
        with self._refused("4 would be credited, but only 3"):
            self._note(invoice, 4).action_post()
        self._note(invoice, 3).action_post()
        self._assert_right()
