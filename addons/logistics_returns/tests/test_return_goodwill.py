from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnGoodwill(CreditCase):
    """Goodwill is an amount without goods, approved, within what was invoiced."""

    def setUp(self):
        super().setUp()
        self.order = self._order((self.cheap, 10, {"tax_ids": self.tax.ids}))
        self.invoice = self._invoice(self.order)
        self.one = self._announce(self.order.picking_ids, 1)

    def _all_notes(self):
        return self.env["account.move"].search(
            [("reversed_entry_id", "=", self.invoice.id)]
        )

    def test_goodwill_is_a_line_of_its_own_and_touches_no_quantity(self):
        self.one.with_user(self.clerk)._grant(self.order, 11.5, "A scratch")
        self.assertRecordValues(
            self._open(self.order),
            [{"quantity": 11.5, "amount": 11.5, "approvers_needed": 1}],
        )
        self._agree(self.order)
        note = self._all_notes()
        self.assertRecordValues(
            note,
            [
                {
                    "state": "posted",
                    "move_type": "out_refund",
                    "amount_untaxed": 10.0,
                    "amount_total": 11.5,
                    "partner_id": self.invoice.partner_id.id,
                    "invoice_origin": self.order.name,
                }
            ],
        )
        self.assertRecordValues(
            note.invoice_line_ids,
            [
                {
                    "product_id": self.env.ref("logistics_returns.product_goodwill").id,
                    "tax_ids": self.tax.ids,
                    "sale_line_ids": [],
                    "name": "Goodwill: A scratch",
                    "logistics_return_id": self.one.id,
                }
            ],
        )
        self.assertRecordValues(
            self.order.order_line,
            [{"qty_delivered": 10, "qty_invoiced": 10, "qty_to_invoice": 0}],
        )

    def test_above_the_small_amount_two_people_agree(self):
        self.one._grant(self.order, 60.0, "Long wait")
        self.assertEqual(self._open(self.order).approval_ids.needed, 2)

    def test_pieces_are_judged_together(self):
        self.one._grant(self.order, 30.0, "First")
        self.one._grant(self.order, 30.0, "Second")
        needed = self._open(self.order).sorted("id").mapped("approvers_needed")
        self.assertEqual(needed, [1, 2])

    def test_who_grants_does_not_agree(self):
        self.one.with_user(self.finance)._grant(self.order, 10.0, "Kind")
        with self.assertRaises(AccessError):
            self._agree(self.order, self.finance)
        self._agree(self.order, self.second)
        self.assertEqual(self._all_notes().state, "posted")

    def test_only_operations_and_finance_grant(self):
        for role in ("integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                self.one.with_user(self.people[role])._grant(self.order, 1.0, "No")

    def test_never_more_than_was_invoiced(self):
        self.one._grant(self.order, 100.0, "Most of it")
        with self.assertRaisesRegex(UserError, "only"):
            self.one._grant(self.order, 20.0, "And more")
        with self.assertRaises(UserError):
            self.one._grant(self.order, 0.0, "Nothing")
        with self.assertRaises(UserError):
            self.one._grant(self.order, 5.0, " ")

    def test_goods_and_goodwill_together_are_never_more_than_was_invoiced(self):
        self._allow_one_person()
        self.one._grant(self.order, 30.0, "Kind")
        self._agree(self.order)
        self._bring(self.order.picking_ids, 10)
        self._agree(self.order)
        step = self._open(self.order)
        self.assertEqual(step.state, "failed")
        self.assertIn("Take goodwill back", step.error)
        note = self._reverse(self.invoice)
        with self.assertRaisesRegex(UserError, "Take goodwill back"):
            note.action_post()

    def test_goodwill_is_taken_back_with_approval(self):
        grant = self.one._grant(self.order, 11.5, "Kind")
        self._agree(self.order)
        grant.with_user(self.clerk).action_withdraw("Wrong customer")
        self.assertEqual(self._open(self.order).quantity, -11.5)
        self._agree(self.order)
        back = self._all_notes().reversal_move_ids
        self.assertRecordValues(
            back,
            [{"move_type": "out_invoice", "state": "posted", "amount_total": 11.5}],
        )
        with self.assertRaises(UserError):
            grant.action_withdraw("Again")

    def test_goodwill_taken_back_before_approval_leaves_nothing(self):
        grant = self.one._grant(self.order, 11.5, "Kind")
        grant.action_withdraw("Wrong customer")
        self.assertFalse(self._open(self.order))
        self._take()
        self.assertFalse(self._all_notes())

    def test_grant_is_evidence(self):
        grant = self.one._grant(self.order, 11.5, "Kind")
        with self.assertRaises(AccessError):
            grant.amount = 20.0
        with self.assertRaises(AccessError):
            grant.unlink()
