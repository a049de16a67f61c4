"""Returns pending refund release: each says what it waits for, and opens it."""

from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnPending(CreditCase):
    def _pending(self):
        Return = self.env["logistics.return"]
        return Return.search(Return._pending_domain())

    def _why(self, one):
        """Return what the next person who looks reads."""
        one.invalidate_recordset(["waits_for"])
        return one.waits_for

    def _opened(self, one, user=None):
        """Return the record that *Open What It Waits For* shows."""
        action = one.with_user(user or self.finance).action_open_waiting()
        Model = self.env[action["res_model"]]
        if action.get("res_id"):
            return Model.browse(action["res_id"])
        return Model.search(action["domain"])

    def test_approval_then_payment_until_the_money_is_back(self):
        order = self._order((self.product, 3))
        invoice = self._invoice(order)
        self._pay(invoice)
        one = self._come_back(order.picking_ids, 2)
        self.assertFalse(one.pending_since)
        self._inspect(one)
        self.assertIn(one, self._pending())
        since = one.pending_since
        self.assertEqual(
            self._why(one),
            "One person of finance must agree: it is more than a small amount.",
        )
        self.assertEqual(self._opened(one), self._open(order).approval_ids)
        self._agree(order)
        self.assertEqual(one.state, "credited")
        self.assertEqual(one.pending_since, since)
        note = self._notes(order)
        self.assertIn(note.name, self._why(one))
        self.assertIn("not switched on", self._why(one))
        self.assertEqual(self._opened(one, self.env.user), note)
        self._pay(note)
        self.assertFalse(one.pending_since)
        self.assertFalse(self._why(one))
        self.assertNotIn(one, self._pending())

    def test_second_person_is_named_after_the_first(self):
        order = self._order((self.product, 8))
        self._pay(self._invoice(order))
        one = self._bring(order.picking_ids, 8)
        self.assertIn("Two people of finance must agree: ", self._why(one))
        self._agree(order, self.finance)
        self.assertIn("A second person of finance must agree", self._why(one))
        self._agree(order, self.second)
        self.assertEqual(one.state, "credited")

    def test_refusal_says_why_and_opens_the_decision(self):
        order = self._order((self.product, 3))
        self._pay(self._invoice(order))
        one = self._bring(order.picking_ids, 2)
        approval = self._open(order).approval_ids
        approval.with_user(self.finance).action_refuse("The pump was worn out")
        self.assertEqual(
            self._why(one), "Credit note: it was refused. The pump was worn out"
        )
        self.assertEqual(self._opened(one), approval)

    def test_switch_that_is_off_is_what_it_opens(self):
        self._switch("credit", "observe")
        order = self._order((self.product, 3))
        self._pay(self._invoice(order))
        one = self._bring(order.picking_ids, 2)
        self.assertIn("not switched on", self._why(one))
        row = self._opened(one)
        self.assertEqual((row._name, row.action), ("logistics.action.mode", "credit"))

    def test_draft_credit_note_is_what_it_opens(self):
        self._switch("credit", "off")
        order = self._order((self.product, 3))
        invoice = self._invoice(order)
        self._pay(invoice)
        one = self._bring(order.picking_ids, 2)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        draft = self._notes(order)
        self.assertEqual(draft.state, "draft")
        self.assertIn("is to be posted", self._why(one))
        self.assertEqual(self._opened(one, self.env.user), draft)
        draft.action_post()
        self._pay(draft)
        self.assertFalse(one.pending_since)

    def test_who_may_not_open_the_document_gets_the_return(self):
        order = self._order((self.product, 3))
        self._pay(self._invoice(order))
        one = self._bring(order.picking_ids, 2)
        self._agree(order)
        self.assertFalse(self._notes(order).with_user(self.clerk).has_access("read"))
        self.assertEqual(self._opened(one, self.clerk), one)

    def test_goodwill_waits_until_it_is_paid_or_taken_back(self):
        order = self._order((self.product, 3))
        self._pay(self._invoice(order))
        one = self._announce(order.picking_ids, 1)
        grant = one.with_user(self.clerk)._grant(order, 20, "Late twice")
        self.assertTrue(one.pending_since)
        self.assertIn("of finance must agree", self._why(one))
        self._agree(order)
        note = grant.sudo()._documents()
        self.assertTrue(one.pending_since)
        self._pay(note)
        self.assertFalse(one.pending_since)
        other = one.with_user(self.clerk)._grant(order, 20, "Late again")
        self.assertTrue(one.pending_since)
        other.action_withdraw("It was on time")
        self.assertFalse(one.pending_since)

    def test_return_shows_what_was_done_because_of_it(self):
        order = self._order((self.product, 3))
        self._pay(self._invoice(order))
        one = self._bring(order.picking_ids, 2)
        other = self._bring(self._order((self.product, 3)).picking_ids, 1)
        steps = self.env["logistics.effect"].search(
            one.with_user(self.clerk).action_view_effects()["domain"]
        )
        self.assertIn(self._open(order), steps)
        self.assertEqual(one.effect_count, len(steps))
        self.assertFalse(steps & other._effects())
