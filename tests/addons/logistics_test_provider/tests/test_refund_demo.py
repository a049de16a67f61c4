from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_returns.tests.refund_case import RefundCommon


@tagged("post_install", "-at_install")
class TestRefundDemo(RefundCommon):
    """Odoo's own demo provider, with nothing in its place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method_online = cls.env.ref("payment_demo.payment_method_demo")
        cls.method_online.active = True
        cls.provider = cls._online("Demo", "demo", cls.method_online)

    def _returned(self):
        """Return a return of 200 of 500 paid online, credited and agreed to."""
        order = self._order((self.product, 5))
        self._invoice(order)
        self._pay_online(order, 500.0, f"{order.name}-1")
        one = self._bring(order.picking_ids, 2)
        self._agree(order, self.finance, self.second)
        return one, self._notes(order)

    def test_part_is_paid_back_posted_and_matched(self):
        one, note = self._returned()
        refund = note.logistics_refund_ids
        self.assertEqual((refund.amount, one.state), (200.0, "credited"))
        self._send()
        child = refund.transaction_id
        self.assertEqual((child.state, child.amount), ("done", -200.0))
        self.assertEqual(child.reference, refund.key)
        self.assertEqual(refund.provider_reference, f"demo-{refund.key}")
        self.assertEqual((refund.state, refund.settled), ("done", True))
        self.assertEqual(child.payment_id.state, "paid")
        self.assertEqual((note.payment_state, note.amount_residual), ("paid", 0.0))
        self.assertEqual(one.state, "refunded")
        payment = refund.source_id.payment_id
        self.assertEqual(payment.amount_available_for_refund, 300.0)
        with self.assertRaises(UserError):
            refund.source_id._refund(300.01)

    def test_interrupted_refund_is_told_with_the_same_reference(self):
        _one, note = self._returned()
        refund = note.logistics_refund_ids
        refund._prepare()
        child = refund.transaction_id
        self._send()
        self.assertEqual((refund.state, refund.transaction_id), ("done", child))
        self.assertEqual(refund.source_id.child_transaction_ids, child)

    def test_post_processing_by_odoo_first_is_matched_all_the_same(self):
        _one, note = self._returned()
        refund = note.logistics_refund_ids
        refund._prepare()
        refund._call(False)
        refund.transaction_id._post_process()
        self.assertEqual((refund.state, refund.settled), ("done", False))
        payment = refund.transaction_id.payment_id
        self._send()
        self.assertEqual(refund.transaction_id.payment_id, payment)
        self.assertEqual(note.amount_residual, 0.0)
