"""Carriers' bills are posted: golden entries, people, and never twice."""

from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestBillPost(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})

    def _post(self, bill, user=None):
        bill.with_user(user or self.finance).action_post()
        return bill.move_id

    def test_bill_in_tolerance_closes_the_accrual(self):
        shipment = self._accrue("NB1001")
        charge = shipment.logistics_charge_ids
        bill = self._checked({"tracking_number": "NB1001", "amount": 101.5})
        move = self._post(bill)
        self.assertEqual(bill.state, "posted")
        self.assertRecordValues(
            move,
            [
                {
                    "state": "posted",
                    "move_type": "in_invoice",
                    "company_id": self.company.id,
                    "partner_id": self.vendor.id,
                    "ref": "4711",
                    "invoice_date": self.today,
                    "date": self.today,
                    "amount_total": 101.5,
                    "amount_residual": 101.5,
                }
            ],
        )
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "variance": 1.5, "payment_term": -101.5},
        )
        self.assertEqual(charge.stage, "invoiced")
        self.assertEqual(charge.open_amount, 0.0)
        self.assertEqual(charge.variance_amount, 1.5)
        accrued = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(accrued.mapped("reconciled")))
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        self.assertEqual(charge.posting_ids[-1].key, f"bill:{bill.id}")
        self.assertEqual(charge.posting_ids[-1].move_id, move)

    def test_bill_below_the_accrual_gives_the_rest_back(self):
        self._accrue("NB1001")
        move = self._post(self._checked({"tracking_number": "NB1001", "amount": 96.4}))
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "variance": -3.6, "payment_term": -96.4},
        )

    def test_line_out_of_tolerance_is_booked_to_clearing_and_blocked(self):
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 128.0})
        move = self._post(bill)
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "clearing": 28.0, "payment_term": -128.0},
        )
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.stage, "disputed")
        self.assertEqual(charge.blocked_amount, 28.0)
        dispute = bill.dispute_ids
        self.assertRecordValues(
            dispute,
            [{"amount": 28.0, "charge_id": charge.id, "reason": "over"}],
        )
        self.assertEqual(bill.line_ids.dispute_id, dispute)

    def test_credit_memo_settles_the_dispute(self):
        shipment = self._accrue("NB1001")
        first = self._checked({"tracking_number": "NB1001", "amount": 128.0})
        self._post(first)
        memo = self._checked(
            {"tracking_number": "NB1001", "amount": -28.0},
            kind="credit",
            number="C1",
            original="4711",
        )
        self.assertEqual(memo.line_ids.dispute_id, first.dispute_ids)
        move = self._post(memo)
        self.assertEqual(move.move_type, "in_refund")
        self.assertEqual(self._items(move), {"clearing": -28.0, "payment_term": 28.0})
        self.assertEqual(move.amount_total, 28.0)
        self.assertEqual(first.dispute_ids.state, "credited")
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.stage, "invoiced")
        self.assertEqual(charge.blocked_amount, 0.0)
        clearing = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "clearing"
        )
        self.assertTrue(all(clearing.mapped("reconciled")))

    def test_credit_memo_without_a_dispute_lowers_the_cost(self):
        shipment = self._accrue("NB1001")
        self._post(self._checked({"tracking_number": "NB1001", "amount": 100.0}))
        memo = self._checked(
            {"tracking_number": "NB1001", "amount": -10.0}, kind="credit", number="C1"
        )
        move = self._post(memo)
        self.assertEqual(
            sum(
                balance
                for role, balance in self._items(move).items()
                if role != "payment_term"
            ),
            -10.0,
        )
        self.assertEqual(shipment.logistics_charge_ids.billed_amount, 90.0)

    def test_bill_in_parts_closes_with_the_last_one(self):
        shipment = self._accrue("NB1001")
        charge = shipment.logistics_charge_ids
        first = self._checked(
            {"tracking_number": "NB1001", "amount": 40.0, "is_final": False}
        )
        self.assertEqual(
            self._items(self._post(first)), {"accrued": 40.0, "payment_term": -40.0}
        )
        self.assertEqual(charge.open_amount, 60.0)
        second = self._checked(
            {"tracking_number": "NB1001", "amount": 61.0}, number="4712"
        )
        self.assertEqual(second.line_ids.status, "in_tolerance")
        self.assertEqual(
            self._items(self._post(second)),
            {"accrued": 60.0, "variance": 1.0, "payment_term": -61.0},
        )
        self.assertEqual(charge.open_amount, 0.0)
        accrued = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(accrued.mapped("reconciled")))

    def test_person_says_that_further_bills_come(self):
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 40.0})
        line = bill.line_ids.with_user(self.finance)
        # By itself 40.00 of 100.00 is far too little.
        self.assertEqual(line.status, "variance")
        for role in ("user", "auditor"):
            with self.assertRaises(AccessError):
                bill.line_ids.with_user(self.people[role]).action_expect_more()
        line.action_expect_more()
        self.assertEqual((line.is_final, line.status), (False, "matched"))
        line.action_expect_none()
        self.assertEqual((line.is_final, line.status), (True, "variance"))
        line.action_expect_more()
        self._post(bill)
        self.assertEqual(shipment.logistics_charge_ids.open_amount, 60.0)
        with self.assertRaises(UserError):
            line.action_expect_none()

    def test_line_that_was_not_expected_ends_on_a_charge_of_its_own(self):
        shipment = self._accrue("NB1001")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0},
            {"tracking_number": "NB1001", "amount": 5.0, "charge_type": "fee"},
            {"tracking_number": "ZZ9", "amount": 7.0},
        )
        move = self._post(bill)
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "clearing": 12.0, "payment_term": -112.0},
        )
        self.assertTrue(all(line.charge_id for line in bill.line_ids))
        fee, strange = bill.line_ids[1:].charge_id
        self.assertRecordValues(
            fee | strange,
            [
                {"source": "bill", "shipment_id": shipment.id, "charge_type": "fee"},
                {"source": "bill", "shipment_id": False, "charge_type": "base"},
            ],
        )
        self.assertFalse(fee.mode)

    def test_accepted_line_is_cost_at_once(self):
        self._accrue("NB1001")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0},
            {"tracking_number": "NB1001", "amount": 5.0, "charge_type": "fee"},
        )
        bill.line_ids[1].with_user(self.finance).action_accept("Ordered by phone")
        self.assertEqual(
            self._items(self._post(bill)),
            {"accrued": 100.0, "freight": 5.0, "payment_term": -105.0},
        )

    def test_expense_treatment_books_the_doubtful_part_at_once(self):
        self.terms.treatment = "expense"
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 128.0})
        self.assertEqual(
            self._items(self._post(bill)),
            {"accrued": 100.0, "variance": 28.0, "payment_term": -128.0},
        )
        self.assertEqual(shipment.logistics_charge_ids.blocked_amount, 28.0)

    def test_bill_in_doubt_is_held_as_a_whole_until_it_is_decided(self):
        self.terms.hold_percent = 20.0
        shipment = self._accrue("NB1001")
        self._accrue("NB1002")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 190.0},
            {"tracking_number": "NB1002", "amount": 100.0},
        )
        self.assertFalse(self._post(bill))
        self.assertEqual(bill.state, "waiting")
        dispute = bill.dispute_ids
        self.assertEqual((dispute.amount, dispute.treatment), (90.0, "hold"))
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.stage, "disputed")
        self.assertEqual(charge.open_amount, 100.0)
        with self.assertRaises(UserError):
            self._post(bill)
        charge._say(
            "concede",
            "agreed",
            amount=Decimal(90),
            target=dispute._fact_ref(),
            on=self.today,
        )
        move = self._post(bill)
        self.assertEqual(
            self._items(move),
            {"accrued": 200.0, "variance": 90.0, "payment_term": -290.0},
        )
        self.assertEqual(bill.state, "posted")

    def test_posting_twice_is_impossible(self):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 100.0})
        step_before = self.env["logistics.effect"].search_count([])
        self._post(bill)
        with self.assertRaises(UserError):
            self._post(bill)
        step = bill.effect_ids
        self.assertEqual(len(step), 1)
        self.assertEqual(step.state, "done")
        self.assertEqual(self.env["logistics.effect"].search_count([]), step_before + 1)
        with self.assertRaises(UserError):
            bill._post_now(step)
        self.assertFalse(bill.move_id.show_reset_to_draft_button)
        for deed in ("button_draft", "button_cancel", "unlink"):
            with self.assertRaises(UserError):
                getattr(bill.move_id, deed)()

    def test_stopped_or_incomplete_bills_are_not_posted(self):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 100.0})
        bill.sudo().total_amount = 101.0
        with self.assertRaises(UserError):
            self._post(bill)
        bill.sudo().total_amount = 100.0
        bill.sudo().state = "stopped"
        with self.assertRaises(UserError):
            self._post(bill)

    def test_missing_set_up_is_named(self):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 100.0})
        self.company.logistics_freight_variance_account_id = False
        with self.assertRaisesRegex(UserError, "Freight Variance"):
            self._post(bill)

    def test_bill_of_a_closed_period_is_posted_on_the_first_open_day(self):
        self._accrue("NB1001")
        self.company.sudo().purchase_lock_date = self.today
        bill = self._checked({"tracking_number": "NB1001", "amount": 100.0})
        move = self._post(bill)
        self.assertEqual(move.date, fields.Date.add(self.today, days=1))
        self.assertEqual(move.invoice_date, self.today)

    def test_duty_is_never_freight(self):
        self._accrue("NB1001")
        self._report(
            self.env["logistics.shipment"].search([], limit=1), "customs_released"
        )
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0},
            {"tracking_number": "NB1001", "amount": 20.0, "charge_type": "duty"},
        )
        bill.line_ids[1].with_user(self.finance).action_accept("Customs document 12")
        with self.assertRaises(UserError) as refusal:
            self._post(bill)
        self.assertIn("Duty", str(refusal.exception))
        account = self.env["account.account"].create(
            {"code": "LF6500", "name": "Duty", "account_type": "expense"}
        )
        self.company.logistics_freight_duty_account_id = account
        move = self._post(bill)
        item = move.line_ids.filtered(lambda one: one.account_id == account)
        self.assertEqual(item.balance, 20.0)


@tagged("post_install", "-at_install")
class TestBillPeople(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})

    def _accepted(self, excess):
        """Return a bill of which an excess was accepted by finance."""
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 100.0 + excess})
        bill.line_ids.with_user(self.finance).action_accept("Priced anew")
        return bill

    def test_people_needed_by_what_is_above_tolerance(self):
        for excess, needed in (
            (100.0, 0),
            (100.01, 1),
            (1000.0, 1),
            (1000.01, 2),
        ):
            with self.subTest(excess=excess):
                bill = self._checked(
                    {"tracking_number": f"ZZ{excess}", "amount": excess},
                    number=f"P{excess}",
                )
                bill.line_ids.with_user(self.finance).action_accept("Ours after all")
                bill.with_user(self.finance).action_post()
                self.assertEqual(bill.effect_ids.approvers_needed, needed)
                self.assertEqual(bill.state, "waiting" if needed else "posted")

    def test_who_asked_or_accepted_never_agrees(self):
        bill = self._accepted(500.0)
        bill.with_user(self.clerk).action_post()
        approval = bill.effect_ids.approval_ids
        for user in (self.clerk, self.finance):
            with self.assertRaises(AccessError):
                approval.with_user(user).action_approve()
        approval.with_user(self.controller).action_approve()
        self._take()
        self.assertEqual(bill.state, "posted")

    def test_lines_do_not_change_while_others_decide(self):
        bill = self._accepted(500.0)
        bill.with_user(self.finance).action_post()
        with self.assertRaises(UserError):
            bill.line_ids.with_user(self.finance).action_doubt()
        with self.assertRaises(UserError):
            bill.with_user(self.finance).action_post()
        bill.with_user(self.finance).action_take_back()
        self.assertEqual(bill.state, "checked")
        self.assertEqual(bill.effect_ids.state, "superseded")

    def test_refused_bill_can_be_changed_and_asked_for_again(self):
        bill = self._accepted(500.0)
        bill.with_user(self.finance).action_post()
        bill.effect_ids.approval_ids.with_user(self.clerk).action_refuse("Too much")
        self.assertEqual(bill.state, "checked")
        with self.assertRaises(UserError):
            bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "checked")
        bill.line_ids.with_user(self.finance).action_doubt()
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "posted")

    def test_change_behind_the_back_stops_the_posting(self):
        bill = self._accepted(500.0)
        bill.with_user(self.finance).action_post()
        bill.effect_ids.approval_ids.with_user(self.clerk).action_approve()
        bill.line_ids.sudo().write({"disputed_amount": 1.0})
        self._take()
        self.assertEqual(bill.effect_ids.state, "failed")
        self.assertFalse(bill.move_id)

    def test_nobody_else_posts_a_carrier_bill(self):
        bill = self._accepted(50.0)
        for role in ("user", "manager", "auditor"):
            with self.assertRaises(AccessError):
                bill.with_user(self.people[role]).action_post()
        with self.assertRaises(AccessError):
            bill.with_user(self.finance).write({"state": "posted"})
