from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnReplacement(CreditCase):
    """What is sent again is not credited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch("replace")

    def _waiting(self, order):
        return self.env["logistics.effect"].search(
            [
                ("order_id", "=", order.id),
                ("action", "=", "replace"),
                ("state", "=", "waiting"),
            ]
        )

    def test_same_goods_are_delivered_again_on_the_same_line(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        self.assertFalse(self._notes(order))
        new = one.line_ids.replacement_move_ids
        self.assertRecordValues(
            new,
            [
                {
                    "product_id": self.cheap.id,
                    "product_uom_qty": 2,
                    "sale_line_id": order.order_line.id,
                }
            ],
        )
        self._deliver(new.picking_id)
        self.assertRecordValues(
            order.order_line,
            [{"qty_delivered": 5, "qty_invoiced": 5, "qty_to_invoice": 0}],
        )
        self._take()
        self.assertFalse(self._open(order))
        self.assertEqual(len(one.line_ids.replacement_move_ids), 1)

    def test_large_replacement_needs_the_same_people_as_a_credit(self):
        order = self._order((self.product, 10))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 6)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        self.assertFalse(one.line_ids.replacement_move_ids)
        approval = self._waiting(order).approval_ids
        self.assertEqual(approval.needed, 2)
        self.assertIn(self.clerk, approval._involved())
        for user in (self.finance, self.second):
            approval.with_user(user).action_approve()
        self._take()
        self.assertEqual(one.line_ids.replacement_move_ids.product_uom_qty, 6)

    def test_customer_wants_the_credit_after_all(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        one.replacement = "credit"
        self._take(6)
        self.assertEqual(one.line_ids.replacement_move_ids.state, "cancel")
        self.assertEqual(self._notes(order).amount_total, 20.0)

    def test_return_of_the_replacement_is_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        picking = one.line_ids.replacement_move_ids.picking_id
        self._deliver(picking)
        self._bring(picking, 1)
        self._take()
        self.assertEqual(self._notes(order).amount_total, 10.0)
        self.assertEqual(order.order_line.qty_invoiced, 4)

    def test_native_exchange_is_not_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        wizard.product_return_moves.quantity = 2
        wizard.action_create_exchanges()
        one = self.env["logistics.return"].search([("order_ids", "in", order.ids)])
        for picking in order.picking_ids.filtered(lambda p: p.state != "done"):
            self._deliver(picking)
        self._inspect(one)
        self._take()
        self.assertFalse(self._notes(order))
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_another_product_is_a_credit_and_a_line_of_its_own(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        line = one._exchange(order, self.product, 1, "Larger")
        self.assertRecordValues(
            line, [{"product_uom_qty": 1, "price_unit": 100.0, "state": "sale"}]
        )
        self._take()
        self.assertEqual(self._notes(order).amount_total, 20.0)
        self._deliver(line.move_ids.picking_id)
        self.assertEqual(line.qty_to_invoice, 1)
