from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .refund_case import RefundCase


@tagged("post_install", "-at_install", "standard")
class TestRefund(RefundCase):
    """What is credited is paid back through the payment it was paid with, once."""

    def _refunds(self, order, quantity):
        note = self._credit(order, quantity)
        return note, self._agree_refund(note)

    def test_credit_note_is_paid_back_and_matched(self):
        order = self._paid()
        note, refund = self._refunds(order, 2)
        self.assertEqual(note.amount_residual, 200.0)
        self.assertEqual((refund.amount, refund.state), (200.0, "asked"))
        self.assertFalse(self.box.told)
        self._send()
        self.assertEqual(refund.state, "done")
        self.assertTrue(refund.settled)
        self.assertEqual(self.box.made, {refund.key: 200.0})
        self.assertEqual(refund.provider_reference, f"pr-{refund.key}")
        self.assertEqual(refund.transaction_id.source_transaction_id, refund.source_id)
        self.assertEqual(note.amount_residual, 0.0)
        self.assertIn(note.payment_state, ("paid", "in_payment"))
        self._send()
        self.assertEqual(len(self.box.told), 1)

    def test_credit_typed_by_hand_needs_a_person_and_one_agreed_to_does_not(self):
        order = self._paid()
        note = self._credit(order, 1)
        self.assertEqual(self._steps(note).approvers_needed, 1)
        line = order.order_line[:1]
        step = self.env["logistics.credit.demand"]._want(line, "claim", "test", 2)
        step.approval_ids.with_user(self.finance).action_approve()
        self._take()
        made = step.invoice_ids
        self.assertEqual(made.state, "posted")
        self.assertEqual(self._steps(made).approvers_needed, 0)
        self.assertEqual(made.logistics_refund_ids.amount, 200.0)

    def test_observed_and_off_pay_nothing_back(self):
        order = self._paid()
        self._switch("refund", "observe")
        note = self._credit(order, 1)
        self._take()
        self.assertEqual(self._steps(note).mapped("observed"), [True])
        self.assertFalse(note.logistics_refund_ids)
        self._switch("refund", "off")
        other = self._credit(order, 1)
        self.assertFalse(self._steps(other))

    def test_several_payments_newest_first(self):
        order = self._paid(300.0, 200.0)
        _note, refunds = self._refunds(order, 3)
        self.assertEqual(refunds.mapped("amount"), [200.0, 100.0])
        self.assertEqual(
            refunds.source_id.sorted("id", reverse=True).mapped("amount"),
            [200.0, 300.0],
        )
        self.assertEqual(refunds[0].source_id.amount, 200.0)

    def test_what_no_payment_carries_is_for_finance(self):
        order = self._paid(100.0)
        invoice = order.invoice_ids
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        note, refunds = self._refunds(order, 3)
        self.assertEqual(refunds.mapped("amount"), [100.0, 200.0])
        by_hand = refunds[1]
        self.assertFalse(by_hand.source_id)
        exception = self._exception(by_hand)
        self.assertEqual(exception.state, "open")
        self._send()
        self.assertEqual(by_hand.state, "asked")
        with self.assertRaises(UserError):
            by_hand.with_user(self.finance).action_was_refunded(" ")
        with self.assertRaises(AccessError):
            by_hand.with_user(self.people["user"]).action_was_refunded("I saw it.")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        ).create({})._create_payments()
        self.assertEqual(by_hand.state, "done")
        self.assertEqual(exception.state, "solved")

    def test_unpaid_invoice_is_credited_and_nothing_paid_back(self):
        order, picking = self._delivered(5)
        order._create_invoices().action_post()
        self._announce(picking, 5)
        note = self._credit(order, 2)
        self._take()
        self.assertFalse(note.logistics_refund_ids)

    def test_refund_somebody_else_made_is_not_made_again(self):
        order = self._paid()
        payment = order.transaction_ids
        note = self._credit(order, 5)
        payment._refund(450.0)
        refunds = self._agree_refund(note)
        self.assertEqual(refunds.mapped("amount"), [50.0, 450.0])
        self.assertEqual(refunds.mapped("source_id"), payment)

    def test_refused_by_the_provider(self):
        order = self._paid()
        note, refund = self._refunds(order, 2)
        self.box.status = 422
        self._send()
        self.assertEqual(refund.state, "refused")
        self.assertEqual(refund.transaction_id.state, "error")
        self._send()
        self.assertEqual(len(self.box.told), 1)
        self.box.status = None
        refund.with_user(self.finance).action_ask_again()
        again = self._agree_refund(note, self.second) - refund
        self.assertEqual(again.amount, 200.0)
        self.assertNotEqual(again.key, refund.key)
        self._send()
        self.assertEqual(again.state, "done")

    def test_answer_that_got_lost_is_unclear_and_never_sent_again(self):
        order = self._paid()
        for status, quantity in (("lost", 1), (502, 2)):
            self.box.status = status
            note, refund = self._refunds(order, quantity)
            self._send()
            self.assertEqual(refund.state, "unclear")
            told = len(self.box.told)
            self.box.status = None
            self._send()
            self.assertEqual((refund.state, len(self.box.told)), ("unclear", told))
            self.assertFalse(note._logistics_refund_missing())
            if status == "lost":
                refund.with_user(self.finance).action_was_refunded("On the statement.")
                self._send()
                self.assertEqual((refund.state, refund.settled), ("done", True))
                self.assertEqual(note.amount_residual, 0.0)
            else:
                refund.with_user(self.finance).action_was_not_refunded("Not there.")
                self.assertEqual(refund.state, "refused")
                self.assertEqual(refund.decided_by_id, self.finance)
                self.assertEqual(note._logistics_refund_missing(), 200)

    def test_too_many_requests_is_told_later_with_the_same_key(self):
        order = self._paid()
        _note, refund = self._refunds(order, 2)
        self.box.status = 429
        self._send()
        self.assertEqual(refund.state, "asked")
        child = refund.transaction_id
        self.box.status = None
        self.env["logistics.refund"].flush_model()
        self.env.cr.execute("UPDATE logistics_refund SET next_try_at = NULL")
        self.env.invalidate_all()
        self._send()
        self.assertEqual((refund.state, refund.transaction_id), ("done", child))
        self.assertEqual(set(self.box.told), {refund.key})

    def test_pending_waits_for_the_provider(self):
        order = self._paid()
        note, refund = self._refunds(order, 2)
        self.box.state = "pending"
        self._send()
        self.assertEqual((refund.state, refund.answered), ("sent", True))
        self._send()
        self.assertEqual(len(self.box.told), 1)
        refund.transaction_id._set_done()
        self.assertEqual(refund.state, "done")
        self._send()
        self.assertEqual(note.amount_residual, 0.0)

    def _interrupt(self, refund):
        """Leave a refund as a worker leaves it that dies after the answer."""
        refund._prepare()
        self.box.made[refund.key] = refund.amount

    def test_interrupted_refund_is_adopted(self):
        order = self._paid()
        note, refund = self._refunds(order, 2)
        self._interrupt(refund)
        self._send()
        self.assertEqual((refund.state, note.amount_residual), ("done", 0.0))
        self.assertFalse(self.box.told)

    def test_interrupted_before_it_was_sent_is_sent_with_its_key(self):
        order = self._paid()
        _note, refund = self._refunds(order, 2)
        refund._prepare()
        child = refund.transaction_id
        self._send()
        self.assertEqual((refund.state, refund.transaction_id), ("done", child))
        self.assertEqual(self.box.told, [refund.key])

    def test_interrupted_where_nobody_can_be_asked_is_unclear(self):
        order = self._paid()
        _note, refund = self._refunds(order, 2)
        self._interrupt(refund)
        self.box.can_be_asked = False
        self._send()
        self.assertEqual(refund.state, "unclear")
        self.assertFalse(self.box.told)

    def test_credit_note_reset_before_it_was_sent(self):
        order = self._paid()
        note, refund = self._refunds(order, 2)
        note.button_draft()
        self.assertEqual(refund.state, "refused")
        self._send()
        self.assertFalse(self.box.told)
        note.action_post()
        again = self._agree_refund(note) - refund
        self._send()
        self.assertEqual((again.state, again.amount), ("done", 200.0))
        self.assertEqual(self.box.made, {again.key: 200.0})
        self.assertNotEqual(again.key, refund.key)

    def test_credit_note_reset_afterwards_pays_nothing_twice(self):
        order = self._paid()
        note, refund = self._refunds(order, 2)
        self._send()
        note.button_draft()
        exception = self._exception(refund)
        self.assertEqual(exception.state, "open")
        note.action_post()
        self._agree_refund(note)
        self._send()
        self.assertEqual(note.logistics_refund_ids, refund)
        self.assertEqual(len(self.box.told), 1)
        self.assertEqual(note.amount_residual, 0.0)

    def test_workbench_decides_what_is_unclear(self):
        order = self._paid()
        self.box.status = "lost"
        _note, refund = self._refunds(order, 2)
        self._send()
        exception = self._exception(refund)
        self.assertTrue(exception.refund_undecided)
        for deed in ("refund_was", "refund_was_not"):
            dialog = getattr(exception.with_user(self.finance), f"action_{deed}_dialog")
            self.assertEqual(dialog()["context"]["default_deed"], deed)
        refund.with_user(self.finance).action_was_refunded("On the statement.")
        exception.invalidate_recordset()
        self.assertFalse(exception.refund_undecided)
        self.assertEqual(exception.state, "solved")

    def test_nobody_types_a_refund(self):
        order = self._paid()
        _note, refund = self._refunds(order, 2)
        with self.assertRaises(AccessError):
            refund.with_user(self.finance).sudo().write({"state": "done"})
        with self.assertRaises(AccessError):
            refund.with_user(self.finance).sudo().unlink()
