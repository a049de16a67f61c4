from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .refund_case import RefundCase


@tagged("post_install", "-at_install", "standard")
class TestRefundCounter(RefundCase):
    """The database itself knows what is left of a captured payment."""

    def _counter(self, payment):
        return self.env["logistics.refund.counter"].search(
            [("transaction_id", "=", payment.id)]
        )

    def test_what_is_asked_for_counts_and_what_is_refused_does_not(self):
        order = self._paid()
        refund = self._agree_refund(self._credit(order, 2))
        counter = self._counter(refund.source_id)
        self.assertRecordValues(
            counter,
            [{"captured_amount": 500.0, "refunded_amount": 200.0, "found_amount": 0.0}],
        )
        self.assertEqual(counter.left_amount, 300.0)
        self.box.status = 422
        self._send()
        self.assertEqual(counter.refunded_amount, 0.0)
        self.box.status = None
        refund.transaction_id._set_done()
        self.assertEqual(counter.refunded_amount, 200.0)

    def test_odoos_own_refund_counts_and_is_stopped_at_the_captured(self):
        order = self._paid()
        payment = order.transaction_ids
        self._agree_refund(self._credit(order, 2))
        with self.assertRaises(UserError) as refusal:
            payment._refund(300.01)
        self.assertIn("300", str(refusal.exception))
        child = payment._refund(300.0)
        self.assertEqual(child.state, "done")
        self.assertEqual(self._counter(payment).left_amount, 0.0)
        with self.assertRaises(UserError):
            payment._refund(0.01)

    def test_refund_made_at_the_provider_is_a_fact(self):
        order = self._paid()
        payment = order.transaction_ids
        refund = self._agree_refund(self._credit(order, 2))
        self._send()
        told = payment._create_child_transaction(400.0, is_refund=True)
        told._set_done()
        counter = self._counter(payment)
        self.assertEqual(
            (counter.refunded_amount, counter.found_amount), (600.0, 100.0)
        )
        other = self._agree_refund(self._credit(order, 1))
        self.assertFalse(other.source_id)
        self.assertEqual(refund.state, "done")

    def test_refund_that_is_no_more_leaves_nothing_beyond(self):
        order = self._paid()
        payment = order.transaction_ids
        self._agree_refund(self._credit(order, 2))
        told = payment._create_child_transaction(400.0, is_refund=True)
        told._set_canceled()
        counter = self._counter(payment)
        self.assertEqual((counter.refunded_amount, counter.found_amount), (200.0, 0.0))

    @mute_logger("odoo.sql_db")
    def test_database_refuses_what_goes_too_far(self):
        order = self._paid()
        self._agree_refund(self._credit(order, 2))
        counter = self._counter(order.transaction_ids)
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE logistics_refund_counter SET refunded_amount = 501 "
                "WHERE id = %s",
                [counter.id],
            )
        with self.assertRaises(AccessError):
            counter.sudo().write({"captured_amount": 900.0})
