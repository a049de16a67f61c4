from odoo.fields import Command
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnFees(CreditCase):
    """What a return costs the customer is on the credit note, never beyond it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.logistics_return_four_eyes = False
        cls.restocking = cls.env.ref("logistics_returns.product_restocking_fee")
        cls.shipping = cls.env.ref("logistics_returns.product_return_shipping")
        (cls.restocking | cls.shipping).taxes_id = [Command.clear()]

    def _returned(self, quantity=2, **more):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, quantity)
        one.write(more)
        return order, one

    def _fees(self, order):
        return {
            line.product_id: line.price_total
            for line in self._notes(order).invoice_line_ids
            if line.logistics_return_id
        }

    def test_percentage_of_the_goods(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 15}
        )
        order, one = self._returned()
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.restocking: -3.0})
        self.assertRecordValues(
            self._notes(order), [{"amount_total": 17.0, "state": "posted"}]
        )
        self.assertEqual(order.order_line.qty_invoiced, 3)

    def test_reason_says_otherwise_than_the_company(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 15}
        )
        reason = self.env["logistics.return.reason"].create(
            {"name": "Ours", "code": "ours", "restocking": "none"}
        )
        order, one = self._returned(reason_id=reason.id)
        self._inspect(one)
        self._take()
        self.assertFalse(self._fees(order))
        reason.write({"restocking": "fixed", "restocking_amount": 4.0})
        order, one = self._returned(reason_id=reason.id)
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.restocking: -4.0})

    def test_shipping_when_the_customer_pays_the_way_back(self):
        self.company.logistics_return_shipping = 6.0
        order, one = self._returned(freight_payer="customer")
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.shipping: -6.0})
        order, one = self._returned(freight_payer="company")
        self._inspect(one)
        self._take()
        self.assertFalse(self._fees(order))

    def test_fixed_fees_are_charged_once_and_never_beyond_the_credit(self):
        self.company.write(
            {
                "logistics_restocking": "fixed",
                "logistics_restocking_amount": 8.0,
                "logistics_return_shipping": 6.0,
            }
        )
        order, one = self._returned(freight_payer="customer")
        self._inspect(one, 1)
        self._take()
        self.assertRecordValues(self._notes(order), [{"amount_total": 0.0}])
        self._inspect(one, 1)
        self._take()
        self.assertEqual(self._notes(order).mapped("amount_total"), [0.0, 6.0])
        fees = self._notes(order).invoice_line_ids.filtered("logistics_return_id")
        self.assertEqual(sum(fees.mapped("price_total")), -14.0)

    def test_fee_with_tax_comes_to_what_was_said(self):
        self.restocking.taxes_id = self.tax
        self.company.write(
            {"logistics_restocking": "fixed", "logistics_restocking_amount": 11.5}
        )
        order, one = self._returned()
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.restocking: -11.5})
        self.assertRecordValues(
            self._notes(order), [{"amount_total": 8.5, "amount_tax": -1.5}]
        )

    def test_fee_is_given_back_with_the_credit(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 10}
        )
        order, one = self._returned()
        self._inspect(one)
        self._take()
        self._inspect(one, -2)
        self._inspect(one, 2, "send_back")
        self._agree(order)
        documents = order.order_line.invoice_lines.move_id
        self.assertEqual(sum(documents.mapped("amount_total_signed")), 50.0)
        self.assertEqual(order.order_line.qty_invoiced, 5)

    def test_nothing_is_charged_for_what_was_not_the_customers_doing(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 10}
        )
        order, one = self._returned()
        one.sudo().kind = "damaged"
        self._inspect(one)
        self._agree(order)
        self.assertFalse(self._fees(order))
