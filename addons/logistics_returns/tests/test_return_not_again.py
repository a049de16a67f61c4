from odoo.exceptions import UserError
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestNotInvoicedAgain(CreditCase):
    """What the customer does not owe any more is not invoiced once more."""

    def _kept(self, order, quantity=2):
        one = self._announce(order.picking_ids, quantity)
        one._let_go("kept", {one.line_ids: quantity}, "Not worth the way", "a")
        return one

    def test_goods_that_are_kept_and_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._kept(order)
        self._agree(order)
        line = order.order_line
        self.assertRecordValues(
            line,
            [
                {
                    "qty_delivered": 5,
                    "qty_invoiced": 3,
                    "qty_to_invoice": 0,
                    "logistics_return_line_ids": one.line_ids.ids,
                }
            ],
        )
        with self.assertRaises(UserError):
            order._create_invoices()
        # Taken back, they are owed again, and their credit is taken back once.
        one._take_back_let_go("The customer changed their mind")
        self._agree(order)
        self.assertRecordValues(line, [{"qty_invoiced": 5, "qty_to_invoice": 0}])

    def test_goods_that_are_kept_before_they_are_invoiced(self):
        order = self._order((self.cheap, 5))
        self._kept(order)
        invoice = self._invoice(order)
        self.assertEqual(invoice.invoice_line_ids.quantity, 3)
        self.assertFalse(self._open(order))
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_goods_that_were_invoiced_when_ordered(self):
        product = self._product("Ordered", 10.0, invoice_policy="order")
        order = self._order((product, 5))
        self._invoice(order)
        self._bring(order.picking_ids, 2)
        self._take()
        self.assertRecordValues(
            order.order_line, [{"qty_invoiced": 3, "qty_to_invoice": 0}]
        )

    def test_more_that_is_delivered_later_is_invoiced(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        self._kept(order)
        self._agree(order)
        order.order_line.product_uom_qty = 6
        self._deliver(order.picking_ids.filtered(lambda one: one.state != "done"))
        self.assertEqual(order.order_line.qty_to_invoice, 1)
