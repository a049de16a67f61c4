from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnCredit(CreditCase):
    """What came back and was accepted is credited once, after who must agreed."""

    def test_nothing_is_credited_before_the_inspection(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        self._take()
        self.assertEqual(one.state, "received")
        self.assertFalse(self._notes(order))
        self.assertFalse(self._open(order))

    def test_small_credit_is_made_and_posted_without_anybody(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        step = self._open(order)
        self.assertRecordValues(
            step, [{"quantity": 2, "approvers_needed": 0, "amount": 20.0}]
        )
        self.assertFalse(step.approval_ids)
        self._take()
        self.assertRecordValues(
            self._notes(order),
            [
                {
                    "state": "posted",
                    "amount_total": 20.0,
                    "reversed_entry_id": invoice.id,
                    "payment_state": "paid",
                }
            ],
        )
        self.assertRecordValues(
            order.order_line, [{"qty_invoiced": 3, "qty_to_invoice": 0}]
        )
        # Set off against the open invoice.
        self.assertEqual(one.state, "refunded")
        self.assertEqual(one.credit_note_ids, self._notes(order))
        self.assertEqual(one.line_ids.own_credit_quantity, 2)

    def test_credit_of_a_paid_invoice_is_credited_until_it_is_paid_back(self):
        order = self._order((self.cheap, 5))
        self._pay(self._invoice(order))
        one = self._bring(order.picking_ids, 2)
        self._take()
        note = self._notes(order)
        self.assertEqual(one.state, "credited")
        self._pay(note)
        self.assertEqual(one.state, "refunded")
        note.line_ids.remove_move_reconcile()
        self.assertEqual(one.state, "credited")
        note.button_draft()
        self.assertEqual(one.state, "inspected")
        note.action_post()
        self.assertEqual(one.state, "credited")

    def test_one_person_agrees_to_more(self):
        order = self._order((self.product, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        self._take()
        self.assertFalse(self._notes(order))
        self.assertEqual(self._open(order).approval_ids.needed, 1)
        self.assertEqual(
            one.credit_terms_text, "One person agrees: it is more than a small amount."
        )
        self._agree(order)
        self.assertRecordValues(
            self._notes(order), [{"state": "posted", "amount_total": 200.0}]
        )

    def test_two_people_agree_to_a_large_amount(self):
        order = self._order((self.product, 10))
        self._invoice(order)
        self._bring(order.picking_ids, 6)
        self._agree(order, self.finance)
        self.assertFalse(self._notes(order))
        with self.assertRaises(AccessError):
            self._agree(order, self.finance)
        self._agree(order, self.second)
        self.assertEqual(self._notes(order).amount_total, 600.0)

    def test_rule_says_whether_an_approved_credit_is_left_as_a_draft(self):
        self.env["logistics.policy"].create(
            {"name": "Credits", "action": "credit", "credit_draft": True}
        )
        order = self._order((self.product, 5), (self.cheap, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, {self.product: 2})
        self._agree(order)
        note = self._notes(order)
        self.assertEqual(note.state, "draft")
        self.assertEqual(one.state, "inspected")
        note.action_post()
        self.assertEqual(one.state, "refunded")
        self._bring(order.picking_ids.sorted("id")[0], {self.cheap: 1})
        self._take()
        self.assertEqual(self._notes(order).mapped("state"), ["posted", "posted"])

    # === WHO AGREES === #

    def test_inspector_does_not_agree(self):
        both = new_test_user(
            self.env,
            login="returns-both",
            groups="logistics_events.logistics_events_group_finance,"
            "logistics_events.logistics_events_group_user",
        )
        order = self._order((self.product, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        self._inspect(one, user=both)
        approval = self._open(order).approval_ids
        self.assertFalse(approval.with_user(both).may_decide)
        with self.assertRaises(AccessError):
            approval.with_user(both).action_approve()
        self.assertTrue(approval.with_user(self.finance).may_decide)

    def test_last_editor_does_not_agree_even_after_it_was_asked(self):
        order = self._order((self.product, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        approval = self._open(order).approval_ids
        one.with_user(self.finance).freight_payer = "customer"
        self.assertEqual(one.edited_by_id, self.finance)
        with self.assertRaises(AccessError):
            approval.with_user(self.finance).action_approve()
        approval.with_user(self.second).action_approve()

    def test_who_asked_in_person_does_not_agree(self):
        order = self._order((self.product, 5))
        self._invoice(order)
        one = self._announce(order.picking_ids, 1)
        one.with_user(self.finance)._let_go(
            "kept", {one.line_ids: 1}, "Scratched", "test"
        )
        with self.assertRaises(AccessError):
            self._agree(order, self.finance)

    def test_more_returns_of_one_order_are_judged_together(self):
        order = self._order((self.cheap, 10))
        self._invoice(order)
        first = self._bring(order.picking_ids, 4)
        self.assertEqual(self._open(order).approvers_needed, 0)
        self._bring(order.picking_ids.sorted("id")[0], 4)
        # 40 and 40 of the same line, neither made yet.
        self.assertRecordValues(
            self._open(order), [{"quantity": 8, "approvers_needed": 1}]
        )
        self.assertEqual(first.state, "inspected")
        self._agree(order)
        self.assertEqual(self._notes(order).amount_total, 80.0)

    def test_part_of_a_return_that_is_credited_counts_for_the_rest(self):
        order = self._order((self.cheap, 10))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 8)
        self._inspect(one, 4)
        self._take()
        self.assertEqual(self._notes(order).amount_total, 40.0)
        self._inspect(one, 4)
        self.assertRecordValues(
            self._open(order), [{"quantity": 4, "approvers_needed": 1}]
        )

    def test_private_customers_third_refund_needs_two_above_one_persons_amount(self):
        self.company.logistics_return_both_above = 2000.0
        self.customer.is_company = False
        order = self._order((self.product, 50), (self.cheap, 50))
        self._invoice(order)
        delivery = order.picking_ids
        for _time in range(2):
            self._bring(delivery, {self.cheap: 1})
            self._take()
        one = self._bring(delivery, {self.product: 6})
        self.assertEqual(one.credit_terms["people"], 2)
        self.assertIn("repeated", one.credit_terms["reasons"])
        self.customer.is_company = True
        one._reckon()
        self.assertEqual(one.credit_terms["people"], 1)

    def test_one_person_is_enough_where_the_company_says_so(self):
        self._allow_one_person()
        order = self._order((self.product, 10))
        self._invoice(order)
        self._bring(order.picking_ids, 6)
        self._agree(order)
        self.assertEqual(self._notes(order).amount_total, 600.0)

    def test_rule_with_two_people_is_not_undercut(self):
        self.env["logistics.policy"].create(
            {"name": "Two", "action": "credit", "approval": "two"}
        )
        order = self._order((self.cheap, 5))
        self._invoice(order)
        self._bring(order.picking_ids, 2)
        self.assertEqual(self._open(order).approval_ids.needed, 2)

    def test_demand_that_says_nothing_follows_the_rule(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        self._bring(order.picking_ids, 1)
        step = self.env["logistics.credit.demand"]._want(
            order.order_line, "claim", "C1", 1
        )
        self.assertRecordValues(step, [{"quantity": 2, "approvers_needed": 1}])

    def test_photo_lowers_how_many_people_agree_while_nobody_has(self):
        order = self._order((self.product, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        one.sudo().kind = "damaged"
        self._inspect(one, disposition="scrap")
        self.assertEqual(
            self._open(order)
            .approval_ids.filtered(lambda approval: approval.state == "waiting")
            .needed,
            2,
        )
        self._photo(one)
        one._reckon()
        self.assertEqual(self._open(order).approvers_needed, 1)
        self._agree(order)
        self.assertEqual(self._notes(order).amount_total, 200.0)

    def _photo(self, one):
        return self.env["ir.attachment"].create(
            {
                "name": "damage.png",
                "mimetype": "image/png",
                "res_model": one._name,
                "res_id": one.id,
                "raw": b"\x89PNG\r\n\x1a\n",
            }
        )

    # === NOTHING TWICE === #

    def test_saying_it_again_credits_nothing_more(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        self._inspect(one, ref="once")
        self._inspect(one, ref="once")
        self._take()
        one._reckon()
        self._take()
        self.assertEqual(self._notes(order).mapped("amount_total"), [20.0])

    def test_credit_note_typed_by_hand_is_taken_for_the_return(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        note = self._reverse(invoice)
        note.invoice_line_ids.quantity = 2
        note.action_post()
        self._inspect(one)
        self._take()
        self.assertEqual(self._notes(order), note)
        self.assertEqual(one.state, "refunded")
        self.assertEqual(one.credit_note_ids, note)

    def test_credit_note_typed_by_hand_ends_what_waits(self):
        order = self._order((self.product, 5))
        invoice = self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        self.assertTrue(self._open(order))
        note = self._reverse(invoice)
        note.invoice_line_ids.quantity = 2
        note.action_post()
        self.assertFalse(self._open(order))
        self.assertEqual(one.state, "refunded")
        note.button_draft()
        note.button_cancel()
        self.assertEqual(self._open(order).quantity, 2)
        self.assertEqual(one.state, "inspected")

    def test_goodwill_by_hand_does_not_take_the_suites_credit_back(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        self._bring(order.picking_ids, 2)
        self._take()
        note = self._reverse(invoice)
        note.invoice_line_ids.quantity = 1
        note.action_post()
        self.assertFalse(self._open(order))

    def test_inspection_put_right_takes_the_credit_back_after_approval(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        self._take()
        self._inspect(one, -1)
        self._inspect(one, 1, "send_back")
        self.assertRecordValues(
            self._open(order), [{"quantity": -1, "approvers_needed": 1}]
        )
        self._agree(order)
        self.assertEqual(order.order_line.qty_invoiced, 4)
        self._inspect(one, -1, "send_back")
        self._inspect(one, 1)
        self._agree(order)
        self.assertEqual(order.order_line.qty_invoiced, 3)

    def test_approval_is_void_once_more_is_credited(self):
        order = self._order((self.product, 10))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 3)
        self._inspect(one, 1)
        approval = self._open(order).approval_ids
        approval.with_user(self.finance).action_approve()
        self._inspect(one, 2)
        self.assertEqual(approval.state, "void")
        self._take()
        self.assertFalse(self._notes(order))

    def test_refused_credit_stands_until_something_else_is_asked(self):
        order = self._order((self.product, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, 1)
        step = self._open(order)
        step.approval_ids.with_user(self.finance).action_refuse("Not ours")
        one._reckon()
        self.assertFalse(self._open(order))
        self._bring(order.picking_ids.sorted("id")[0], 1)
        self.assertEqual(self._open(order).quantity, 2)

    def test_never_more_than_is_invoiced(self):
        order = self._order((self.cheap, 5))
        one = self._bring(order.picking_ids, 2)
        self._take()
        self.assertFalse(self._open(order))
        self.assertEqual(one.state, "inspected")
        self._invoice(order)
        self.assertEqual(order.order_line.qty_invoiced, 3)
        self.assertFalse(self._open(order))

    def test_invoiced_after_the_goods_came_back_in_full_is_credited(self):
        product = self._product("Ordered", 10.0, invoice_policy="order")
        order = self._order((product, 5))
        one = self._bring(order.picking_ids, 2)
        self.assertFalse(self._open(order))
        self.assertEqual(order.order_line.qty_to_invoice, 3)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 5
        invoice.action_post()
        self._take()
        self.assertEqual(order.order_line.qty_invoiced, 3)
        self.assertEqual(one.state, "refunded")

    def test_observed_only_touches_nothing(self):
        self._switch("credit", "observe")
        order = self._order((self.cheap, 5))
        self._invoice(order)
        self._bring(order.picking_ids, 2)
        self._take()
        self.assertFalse(self._notes(order))
        self.assertTrue(
            self.env["logistics.effect"].search_count(
                [("order_id", "=", order.id), ("observed", "=", True)]
            )
        )

    def test_goods_taken_back_without_a_credit_stay_owed(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        self._bring(order.picking_ids, 2, to_refund=False)
        self._take()
        self.assertFalse(self._notes(order))
        self.assertFalse(self._open(order))

    def test_inspector_who_wants_two_people_needs_two(self):
        group = self.env.ref("logistics_events.logistics_events_group_finance")
        self.second.group_ids -= group
        with self.assertRaisesRegex(UserError, "where two may agree"):
            self.company.logistics_return_four_eyes = True
        self.second.group_ids += group
        self.company.logistics_return_four_eyes = True
