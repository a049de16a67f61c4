from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestCredit(LogisticsCommon):
    """One credit action for all causes, never above what is invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(10)
        cls._ship(cls.order.picking_ids, "A1")
        cls.line = cls.order.order_line[0]
        cls.invoice = cls.order._create_invoices()
        cls.invoice.action_post()
        cls.Demand = cls.env["logistics.credit.demand"]
        cls.Mode = cls.env["logistics.action.mode"]
        cls.Mode._switch(cls.company, "credit", "on")

    @classmethod
    def _rule(cls, **vals):
        return cls.env["logistics.policy"].create(
            {"name": "Credits", "action": "credit"} | vals
        )

    def _run(self):
        self.env["logistics.effect"].search(
            self.env["logistics.effect"]._ready_domain()
        )._take()

    def _approve(self, effect, *roles):
        for role in roles or ("finance",):
            effect.approval_ids.with_user(self.people[role]).action_approve()

    def _approved(self, cause, key, quantity):
        """Return the action a demand became, approved and taken."""
        effect = self.Demand._want(self.line, cause, key, quantity)
        self._approve(effect)
        self._run()
        return effect

    def _notes(self):
        return self.order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")

    def test_demand_waits_for_a_person(self):
        effect = self.Demand._want(self.line, "release", "A1", 3)
        self._run()
        self.assertEqual(effect.state, "waiting")
        self.assertFalse(self._notes())

    def test_approved_demand_becomes_one_posted_credit_note(self):
        effect = self._approved("release", "A1", 3)
        self.assertRecordValues(
            self._notes(), [{"state": "posted", "amount_untaxed": 300.0}]
        )
        self.assertEqual(effect.state, "done")
        self.assertEqual(self._notes().reversed_entry_id, self.invoice)
        self.assertEqual(effect.invoice_ids, self._notes())

    def test_two_causes_are_one_sum(self):
        first = self.Demand._want(self.line, "release", "A1", 3)
        second = self.Demand._want(self.line, "return", "R1", 2)
        self.assertEqual(first.state, "superseded")
        self.assertEqual(first.approval_ids.state, "void")
        self.assertEqual(second.quantity, 5.0)

    def test_lines_approved_together_are_one_credit_note(self):
        order = self._sell(10)
        order.order_line.copy({"order_id": order.id, "price_unit": 7.0})
        self._ship(order.picking_ids, "B1")
        order._create_invoices().action_post()
        effects = [
            self.Demand._want(line, "claim", "C1", 2) for line in order.order_line
        ]
        for effect in effects:
            self._approve(effect)
        self._run()
        notes = order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
        self.assertRecordValues(notes, [{"amount_untaxed": 214.0}])

    def test_orders_of_one_invoice_credited_together_are_all_set_off(self):
        orders = self._sell(10) | self._sell(10)
        for number, order in enumerate(orders):
            self._ship(order.picking_ids, f"C{number}")
        invoice = orders._create_invoices(grouped=False)
        invoice.ensure_one().action_post()
        own = self.Demand._want(self.line, "claim", "C1", 1)
        for order in orders:
            self._approve(self.Demand._want(order.order_line, "claim", "C1", 2))
        self._approve(own)
        self._run()
        for origin, left in ((invoice, 1600.0), (self.invoice, 900.0)):
            notes = origin.reversal_move_ids
            self.assertEqual(set(notes.mapped("amount_residual")), {0.0})
            self.assertEqual(origin.amount_residual, left)

    def test_demand_taken_back_before_approval_leaves_nothing(self):
        effect = self.Demand._want(self.line, "release", "A1", 3)
        self.Demand._want(self.line, "release", "A1", 0)
        self.assertEqual(effect.state, "superseded")
        self._run()
        self.assertFalse(self._notes())

    def test_demand_taken_back_after_posting_is_invoiced_again(self):
        effect = self._approved("release", "A1", 3)
        back = self.Demand._want(self.line, "release", "A1", 0)
        self.assertRecordValues(
            back, [{"quantity": -3.0, "desired": 0.0, "amount": effect.amount}]
        )
        waiting = self.env["logistics.exception"].search([("effect_id", "=", back.id)])
        self.assertEqual(
            waiting.summary, "Taking Back: Propose a Credit Note waits for a decision."
        )
        self._approve(back)
        self._run()
        self.assertEqual(self.line.qty_invoiced, 10.0)

    def test_more_than_invoiced_is_never_credited(self):
        effect = self._approved("return", "R1", 11)
        self.assertEqual(effect.state, "failed")
        self.assertFalse(self._notes())
        self.assertTrue(
            self.env["logistics.exception"].search(
                [("category", "=", "action_failed"), ("effect_id", "=", effect.id)]
            )
        )

    def test_credit_note_typed_by_hand_counts_against_the_cap(self):
        self._reverse(self.invoice)
        effect = self._approved("return", "R1", 1)
        self.assertEqual(effect.state, "failed")

    def test_wizard_credits_no_more_than_the_rest(self):
        self._approved("return", "R1", 3)
        note = self._reverse(self.invoice)
        with self.assertRaisesRegex(UserError, "10 would be .* only 7 are invoiced"):
            note.action_post()
        note.invoice_line_ids.quantity = 7
        note.action_post()
        self.assertEqual(self.line.qty_invoiced, 0.0)

    def test_credit_taken_back_may_be_credited_again(self):
        self._approved("return", "R1", 3)
        self._approved("return", "R1", 0)
        note = self._reverse(self.invoice)
        note.action_post()
        self.assertEqual(note.state, "posted")

    def test_order_that_nobody_manages_is_credited_as_ever(self):
        notes = self._reverse(self.invoice) | self._reverse(self.invoice)
        notes.action_post()
        self.assertEqual(set(notes.mapped("state")), {"posted"})

    def test_who_asked_cannot_approve(self):
        finance = self.people["finance"]
        effect = self.Demand.with_user(finance)._want(self.line, "claim", "C1", 1)
        self.assertEqual(effect.sudo().asked_by, finance)
        with self.assertRaises(AccessError):
            effect.approval_ids.with_user(finance).action_approve()

    def test_who_asked_for_a_part_cannot_approve_the_sum(self):
        finance = self.people["finance"]
        self.Demand.with_user(finance)._want(self.line, "claim", "C1", 1)
        effect = self.Demand._want(self.line, "return", "R1", 2)
        self.assertEqual(effect.quantity, 3.0)
        approval = effect.approval_ids.with_user(finance)
        self.assertFalse(approval.may_decide)
        with self.assertRaises(AccessError):
            approval.action_approve()

    def test_nobody_but_finance_approves(self):
        effect = self.Demand._want(self.line, "claim", "C1", 1)
        for role in ("user", "manager", "integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                effect.approval_ids.with_user(self.people[role]).action_approve()

    def test_large_amount_needs_two_people(self):
        self._rule(trigger="withdrawn", approval="one", approval_amount=200.0)
        effect = self.Demand._want(self.line, "claim", "C1", 3)
        approval = effect.approval_ids
        approval.with_user(self.people["finance"]).action_approve()
        self.assertEqual(approval.state, "waiting")
        with self.assertRaises(AccessError):
            approval.with_user(self.people["finance"]).action_approve()
        second = self.people["finance"].copy({"login": "logistics-finance-2"})
        approval.with_user(second).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_ten_small_lines_are_one_large_amount(self):
        self._rule(trigger="withdrawn", approval="one", approval_amount=200.0)
        order = self._sell(10)
        order.order_line.copy({"order_id": order.id})
        self._ship(order.picking_ids, "B1")
        order._create_invoices().action_post()
        lines = order.order_line
        effects = self.Demand._want(lines[0], "claim", "C1", 1.5)
        self.assertEqual(effects.approval_ids.needed, 1)
        effects |= self.Demand._want(lines[1], "claim", "C1", 1.5)
        self.assertEqual(effects.approval_ids.mapped("needed"), [2, 2])
        self._approve(effects)
        self.assertEqual(set(effects.approval_ids.mapped("state")), {"waiting"})

    def test_settling_time_of_the_rule_is_waited_for(self):
        rule = self._rule(delay_minutes=30)
        effect = self._approved("claim", "C1", 3)
        self.assertRecordValues(effect, [{"state": "waiting", "policy_id": rule.id}])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=31)):
            self._run()
        self.assertEqual(effect.state, "done")

    def test_rule_that_is_not_valid_yet_is_not_the_one(self):
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        later = self._rule(approval="two", valid_from=tomorrow)
        effect = self.Demand._want(self.line, "claim", "C1", 3)
        self.assertRecordValues(effect, [{"policy_id": False, "approvers_needed": 1}])
        with freeze_time(tomorrow):
            effect = self.Demand._want(self.line, "claim", "C1", 4)
        self.assertRecordValues(
            effect, [{"policy_id": later.id, "approvers_needed": 2}]
        )

    def test_rule_says_nothing_that_credits_do_not_do(self):
        rule = self._rule(trust="signed", trigger="delivered", approval="none")
        rule.write({"proof_without_tracking": "person"})
        self.assertRecordValues(
            rule,
            [
                {
                    "trigger": "withdrawn",
                    "trust": "person",
                    "proof_without_tracking": "validated",
                }
            ],
        )
        self.assertIn("Approved by: one person.", rule.sentence)
        form = Form(rule)
        for name in ("trigger", "trust", "proof_without_tracking"):
            self.assertTrue(form._get_modifier(name, "invisible"), name)
        self.assertFalse(form._get_modifier("delay_minutes", "invisible"))
        form.action = "dispatch"
        form.save()
        rule.write({"approval": "two", "approval_amount": 5.0})
        self.assertRecordValues(rule, [{"approval": "none", "approval_amount": 0.0}])
        self.assertNotIn("Approved", rule.sentence)

    def test_refused_demand_stands_until_it_changes(self):
        effect = self.Demand._want(self.line, "claim", "C1", 3)
        approval = effect.approval_ids.with_user(self.people["finance"])
        with self.assertRaises(UserError):
            approval.action_refuse("")
        approval.action_refuse("The customer kept the goods")
        self.assertEqual(effect.state, "rejected")
        self.assertFalse(self.Demand._want(self.line, "claim", "C1", 3))
        self.assertTrue(self.Demand._want(self.line, "claim", "C1", 4))

    def _cancelled_by_hand(self):
        """Return the action whose credit note a person cancelled."""
        effect = self._approved("claim", "C1", 3)
        self._notes().button_draft()
        self._notes().button_cancel()
        return effect

    def test_cancelled_credit_note_opens_changed_by_hand_and_is_not_made_again(self):
        effect = self._cancelled_by_hand()
        self._run()
        self.Demand._want(self.line, "claim", "C1", 3)
        self._run()
        self.assertEqual(len(self._notes()), 1)
        exception = self.env["logistics.exception"].search(
            [("category", "=", "changed_by_hand"), ("effect_id", "=", effect.id)]
        )
        self.assertRecordValues(exception, [{"state": "open"}])

    def test_make_again_makes_the_next_one(self):
        effect = self._cancelled_by_hand()
        exception = self.env["logistics.exception"].search(
            [("category", "=", "changed_by_hand"), ("effect_id", "=", effect.id)]
        )
        again = exception.with_user(self.people["finance"]).action_make_again()
        self.assertRecordValues(again, [{"generation": 2, "quantity": 3.0}])
        self.assertEqual(exception.state, "solved")

    def _credited(self, quantity):
        """Demand so much in all, and have what is missing credited."""
        effect = self.Demand._want(self.line, "claim", "C1", quantity)
        self._approve(effect)
        self._run()
        return effect

    def _cancelled(self, effect):
        effect.invoice_ids.button_draft()
        effect.invoice_ids.button_cancel()
        return effect.with_user(self.people["finance"])

    def test_earlier_one_made_again_is_all_of_it_and_leaves_the_later_one(self):
        first = self._credited(3)
        self._credited(5)
        again = self._cancelled(first)._make_again()
        self.assertRecordValues(
            again, [{"quantity": 3.0, "desired": 5.0, "amount": 300.0}]
        )

    def test_later_one_made_again_has_its_own_amount(self):
        self._credited(3)
        second = self._credited(5)
        again = self._cancelled(second)._make_again()
        self.assertRecordValues(
            again, [{"quantity": 2.0, "desired": 5.0, "amount": 200.0}]
        )

    def test_one_made_again_takes_along_what_is_still_asked_for(self):
        first = self._credited(3)
        waiting = self.Demand._want(self.line, "claim", "C1", 5)
        again = self._cancelled(first)._make_again()
        self.assertEqual(waiting.state, "superseded")
        self.assertRecordValues(
            again, [{"quantity": 5.0, "desired": 5.0, "amount": 500.0}]
        )

    def test_keep_as_is_asks_for_nothing_more(self):
        effect = self._cancelled_by_hand()
        effect.with_user(self.people["finance"])._keep_as_is("Settled by phone")
        self.assertFalse(self.Demand._want(self.line, "claim", "C1", 5))

    def test_credit_note_is_dated_today(self):
        self._approved("claim", "C1", 3)
        self.assertEqual(self._notes().invoice_date, fields.Date.today())

    def test_what_a_person_allowed_beyond_the_invoiced_is_not_refused(self):
        self._approved("return", "R1", 3)
        note = self._reverse(self.invoice)
        note.invoice_line_ids.quantity = 9
        finance = self.people["finance"]
        finance.group_ids += self.env.ref(
            "logistics_events.logistics_events_group_credit_override"
        )
        note.with_user(finance)._logistics_exceed("Promised by phone")
        note.action_post()
        self.assertEqual(self.line.qty_invoiced, -2.0)
