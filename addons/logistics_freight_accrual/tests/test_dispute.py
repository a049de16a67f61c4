from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .dispute_common import DisputeCommon

D = Decimal


@tagged("post_install", "-at_install")
class TestDispute(DisputeCommon):
    """What is contested, what becomes of it, and what the books say then."""

    # === OPENING === #

    def test_contested_line_opens_one_dispute(self):
        dispute = self._disputed()
        self.assertRecordValues(
            dispute,
            [
                {
                    "amount": 20.0,
                    "open_amount": 20.0,
                    "blocked_amount": 20.0,
                    "reason": "over",
                    "treatment": "clearing",
                    "state": "open",
                    "company_id": self.company.id,
                    "received_on": self._day("2026-03-21"),
                    "deadline": self._day("2026-09-17"),
                }
            ],
        )
        self.assertEqual(dispute.bill_line_ids, dispute.bill_id.line_ids)
        self.assertEqual(dispute.charge_id.stage, "disputed")
        self.assertEqual(self._clearing(), 20)
        self.assertEqual(self._accrued(), 0)

    def test_saying_it_again_opens_nothing(self):
        dispute = self._disputed()
        again = self.Dispute._open_for(dispute.bill_line_ids)
        self.assertFalse(again)
        facts = dispute.charge_id.fact_ids.filtered(lambda f: f.kind == "dispute")
        self.assertEqual(len(facts), 1)

    def test_lines_of_one_charge_are_one_dispute(self):
        charge = self._charges()
        bill = self._bill([(charge, "90", "5"), (charge, "40", "25")])
        dispute = self.Dispute._open_for(bill.line_ids)
        self.assertEqual(dispute.amount, 30)
        self.assertEqual(len(dispute.bill_line_ids), 2)

    def test_undisputed_lines_open_nothing(self):
        bill = self._bill([(self._charges(), "100", "0")])
        self.assertFalse(self.Dispute._open_for(bill.line_ids))

    def test_what_events_say_is_the_reason(self):
        charge = self._charges()
        more = {
            "reason": "evidence",
            "findings": [{"key": "no_failed_attempt", "refs": ["7"]}],
        }
        bill = self._bill([(charge, "120", "120", more)])
        self.assertEqual(
            self.Dispute._open_for(bill.line_ids).reason, "no_failed_attempt"
        )

    def test_tax_of_the_bill_is_shared(self):
        one, two = self._charges(2)
        bill = self._bill([(one, "120", "20"), (two, "80", "0")], tax_amount=38.0)
        self.assertEqual(self.Dispute._open_for(bill.line_ids).tax, 3.8)

    def test_tax_of_the_line_is_shared(self):
        charge = self._charges()
        bill = self._bill([(charge, "120", "20", {"tax": 22.8})], tax_amount=22.8)
        self.assertEqual(self.Dispute._open_for(bill.line_ids).tax, 3.8)

    def test_terms_say_what_becomes_of_it(self):
        self.terms.treatment = "expense"
        dispute = self._disputed()
        self.assertEqual(dispute.treatment, "expense")
        self.assertEqual(self._clearing(), 0)
        self.assertEqual(self._variance(), 20)
        self.assertEqual(dispute.blocked_amount, 20)

    def test_terms_say_how_long_it_may_be_contested(self):
        self.terms.contest_days = 30
        self.assertEqual(self._disputed().deadline, self._day("2026-04-20"))

    def test_receipt_counts_on_the_clock_of_the_company(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        dispute = self._disputed(received_at="2026-03-21 16:00:00")
        self.assertEqual(dispute.received_on, self._day("2026-03-22"))

    # === CONCEDING === #

    def test_conceded_part_is_cost_once_somebody_agreed(self):
        dispute = self._disputed()
        step = dispute.with_user(self.finance)._concede(D(20), "They are right")
        self._take()
        self.assertEqual(dispute.state, "open")
        self.assertEqual(self._clearing(), 20)
        self._approval(step).with_user(self.clerk).action_approve()
        self._take()
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "conceded",
                    "conceded_amount": 20.0,
                    "open_amount": 0.0,
                    "blocked_amount": 0.0,
                }
            ],
        )
        self.assertEqual(self._clearing(), 0)
        self.assertEqual(self._variance(), 20)
        self.assertEqual(dispute.charge_id.stage, "invoiced")
        self.assertEqual(step.state, "done")
        self.assertTrue(step.line_ids)

    def test_concession_is_booked_once(self):
        dispute = self._disputed()
        step = dispute._concede(D(20), "They are right")
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self._take()
        dispute.charge_id._settle()
        settled = dispute.charge_id.posting_ids.filtered(lambda p: p.key == "settle")
        self.assertEqual(len(settled), 1)

    def test_part_can_be_conceded(self):
        dispute = self._disputed()
        dispute._concede(D(5), "A part").approval_ids.with_user(
            self.clerk
        ).action_approve()
        self._take()
        self.assertRecordValues(
            dispute,
            [{"state": "open", "open_amount": 15.0, "blocked_amount": 15.0}],
        )
        self.assertEqual(self._clearing(), 15)
        dispute._concede(D(15), "The rest").approval_ids.with_user(
            self.clerk
        ).action_approve()
        self._take()
        self.assertEqual(dispute.state, "conceded")
        self.assertEqual(self._clearing(), 0)
        self.assertEqual(self._variance(), 20)

    def test_refused_concession_leaves_everything(self):
        dispute = self._disputed()
        step = dispute._concede(D(20), "They are right")
        step.approval_ids.with_user(self.clerk).action_refuse("They are wrong")
        self._take()
        self.assertEqual(dispute.open_amount, 20)
        self.assertEqual(self._clearing(), 20)
        again = dispute._concede(D(20), "They are right after all")
        self.assertEqual(again.state, "waiting")

    def test_one_decision_at_a_time(self):
        dispute = self._disputed()
        dispute._concede(D(5), "A part")
        with self._refused("on its way"):
            dispute._concede(D(5), "Another part")

    def test_what_is_decided_is_not_decided_again(self):
        dispute = self._disputed()
        dispute._concede(D(20), "Yes").approval_ids.with_user(
            self.clerk
        ).action_approve()
        self._take()
        with self._refused("decided already"):
            dispute._concede(D(1), "Once more")

    def test_no_more_than_is_undecided_and_not_without_a_reason(self):
        dispute = self._disputed()
        for amount in ("20.01", "0", "-1"):
            with self._refused("undecided"):
                dispute._concede(D(amount), "Because")
        with self._refused("Say why"):
            dispute._concede(D(1), "  ")

    def test_number_of_people_follows_the_amount(self):
        charges = self._charges(3, "5000")
        for charge, amount, needed in zip(
            charges, ("1000", "1000.01", "90"), (1, 2, 1), strict=True
        ):
            bill = self._bill([(charge, "9000", amount)], number=f"N{amount}")
            dispute = self._post_bill(bill)
            person = self.third if amount == "90" else self.env.user
            step = dispute.with_user(person).sudo()._concede(D(amount), "Because")
            if amount == "1000":
                step.approval_ids.with_user(self.clerk).action_refuse("No")
            self.assertEqual(step.approval_ids.needed, needed, amount)

    def test_large_claim_is_not_divided_into_small_ones(self):
        charges = self._charges(2, "5000")
        bill = self._bill([(charge, "9000", "600") for charge in charges])
        one, two = self._post_bill(bill)
        first = one._concede(D(600), "Because")
        self.assertEqual(first.approval_ids.needed, 1)
        second = two._concede(D(600), "Because")
        self.assertEqual(
            (first.approval_ids.needed, second.approval_ids.needed), (2, 2)
        )

    # === PAYING LESS === #

    def test_paying_less_needs_terms_that_allow_it(self):
        dispute = self._disputed()
        self.assertFalse(dispute.with_user(self.finance).may_short_pay)
        with self._refused("do not allow"):
            dispute._short_pay(D(20), "Never")

    def test_what_is_not_paid_leaves_the_payable(self):
        self.terms.treatment = "short_pay"
        dispute = self._disputed()
        move = dispute.move_id
        self.assertEqual(move.amount_residual, 120)
        self.assertTrue(dispute.with_user(self.finance).may_short_pay)
        step = dispute._short_pay(D(20), "The contract says so")
        self.assertEqual(step.state, "done")
        self.assertRecordValues(
            dispute,
            [{"state": "short_paid", "short_paid_amount": 20.0, "blocked_amount": 0.0}],
        )
        self.assertEqual(self._clearing(), 0)
        self.assertEqual(move.amount_residual, 100)
        self.assertEqual(self._accrued(), 0)

    # === LATE DISPUTES === #

    def test_line_of_a_posted_bill_is_disputed_later(self):
        charge = self._charges()
        bill = self._bill([(charge, "120", "0")])
        self._post_bill(bill)
        self.assertEqual(self._variance(), 20)
        dispute = self.Dispute.with_user(self.finance)._contest(
            bill.line_ids, D(20), "over", "We never ordered it"
        )
        self.assertRecordValues(
            dispute, [{"amount": 20.0, "open_amount": 20.0, "blocked_amount": 20.0}]
        )
        self.assertEqual(self._clearing(), 20)
        self.assertEqual(self._variance(), 0)
        self.assertEqual(charge.stage, "disputed")
        with self._refused("cannot be disputed"):
            self.Dispute._contest(bill.line_ids, D("100.01"), "over")

    def test_only_posted_bills_are_disputed_by_hand(self):
        bill = self._bill([(self._charges(), "120", "0")])
        with self._refused("posted bill"):
            self.Dispute._contest(bill.line_ids, D(20), "over")

    # === PEOPLE === #

    def test_only_finance_decides(self):
        dispute = self._disputed()
        for role in ("user", "manager", "integration", "auditor"):
            with self.assertRaises(AccessError):
                dispute.with_user(self.people[role])._concede(D(1), "Because")
        with self.assertRaises(AccessError):
            dispute.with_user(self.accountant)._concede(D(1), "Because")

    def test_nothing_of_it_is_typed(self):
        dispute = self._disputed().with_user(self.finance)
        for vals in (
            {"state": "credited"},
            {"open_amount": 0.0},
            {"blocked_amount": 0.0},
            {"amount": 1.0},
            {"treatment": "expense"},
            {"is_right_lost": True},
        ):
            with self.assertRaises(AccessError):
                dispute.write(vals)
        with self.assertRaises(AccessError):
            self.Dispute.with_user(self.finance).create({"name": "X"})
        with self.assertRaises(AccessError):
            dispute.unlink()
        with self.assertRaises(UserError):
            dispute.sudo().unlink()
        dispute.write({"note": "Please check", "carrier_reference": "C-1"})

    def test_other_company_sees_nothing(self):
        dispute = self._disputed()
        other = self.env["res.company"].create({"name": "Other"})
        self.clerk.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        found = self.Dispute.with_user(self.clerk).search([("id", "=", dispute.id)])
        self.assertFalse(found)

    # === DIALOG === #

    def test_dialog_concedes(self):
        dispute = self._disputed().with_user(self.finance)
        window = dispute.action_concede_dialog()
        with Form(
            self.env["logistics.freight.decide"]
            .with_user(self.finance)
            .with_context(**window["context"])
        ) as form:
            self.assertEqual(form.amount, 20)
            form.reason = "They are right"
        form.record.action_confirm()
        step = dispute._steps()
        self.assertRecordValues(step, [{"action": "concede", "state": "waiting"}])
        self.assertIn("They are right", step.inputs_text)

    def test_dialog_disputes_a_line(self):
        bill = self._bill([(self._charges(), "120", "0")])
        self._post_bill(bill)
        line = bill.line_ids.with_user(self.finance)
        self.assertTrue(line.may_contest)
        window = line.action_contest_dialog()
        dialog = (
            self.env["logistics.freight.decide"]
            .with_user(self.finance)
            .with_context(**window["context"])
            .create({"amount": 7.5, "reason_code": "over"})
        )
        dialog.action_confirm()
        self.assertEqual(bill.dispute_ids.amount, 7.5)
        self.assertEqual(bill.disputed_amount, 7.5)
