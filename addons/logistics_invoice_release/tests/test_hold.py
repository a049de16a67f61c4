from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestHold(ReleaseCommon):
    """What is delivered and not proven is not invoiced, whichever way is tried."""

    def test_shipped_goods_are_held(self):
        order = self._sell(10)
        self._ship(order.picking_ids, "A1")
        self.assertRecordValues(
            order.order_line,
            [{"qty_delivered": 10, "logistics_qty_held": 10, "qty_to_invoice": 0}],
        )

    def test_held_order_is_not_taken_for_invoiced(self):
        order = self._sell(10)
        self._ship(order.picking_ids, "A1")
        self.assertEqual(order.order_line.invoice_status, "no")
        self.assertEqual(order.invoice_status, "no")

    def test_delivery_releases_what_was_shipped(self):
        order = self._sell(10)
        shipment = self._ship(order.picking_ids, "A1")
        self._deliver(shipment)
        self._take()
        self.assertRecordValues(
            order.order_line,
            [{"logistics_qty_held": 0, "qty_to_invoice": 10}],
        )
        self.assertEqual(order.invoice_status, "to invoice")

    def test_create_invoice_says_which_proof_is_missing(self):
        order = self._sell(10)
        self._ship(order.picking_ids, "A1")
        with self.assertRaisesRegex(UserError, order.picking_ids.name):
            order._create_invoices()

    def test_order_without_hold_is_invoiced_as_always(self):
        self.mode.mode = "off"
        order = self._sell(10)
        self._ship(order.picking_ids, "A1")
        self.assertEqual(order._create_invoices().invoice_line_ids.quantity, 10)

    def test_draft_made_before_the_hold_cannot_be_posted(self):
        self.mode.mode = "off"
        order = self._sell(10)
        self._ship(order.picking_ids, "A1")
        invoice = order._create_invoices()
        self.mode.mode = "on"
        order.action_logistics_decide_again()
        with self.assertRaisesRegex(UserError, order.name):
            invoice.action_post()
