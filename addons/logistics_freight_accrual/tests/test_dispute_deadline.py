from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .dispute_common import D, DisputeCommon

RECEIVED = "2026-03-21"
JOB = "logistics_freight_accrual.ir_cron_watch_dispute_deadlines"


@tagged("post_install", "-at_install")
class TestDisputeDeadline(DisputeCommon):
    """People are told at day 150, again at 179, and the right is lost at 181."""

    def _exceptions(self, dispute):
        return self.env["logistics.exception"].search(
            [
                ("res_model", "=", "logistics.freight.dispute"),
                ("res_id", "=", dispute.id),
                ("category", "=", "tolerance"),
                ("state", "=", "open"),
            ]
        )

    def _watch(self, age, hour=12):
        day = fields.Date.to_date(RECEIVED) + timedelta(days=age)
        with freeze_time(f"{day} {hour:02}:00:00"):
            self._run_job(JOB)

    def test_nobody_is_told_before(self):
        dispute = self._disputed()
        self._watch(149)
        self.assertFalse(dispute.urgency)
        self.assertFalse(self._exceptions(dispute))

    def test_alert_at_150_days_once(self):
        dispute = self._disputed()
        self._watch(150)
        self.assertEqual(dispute.urgency, "alert")
        told = self._exceptions(dispute)
        self.assertEqual(len(told), 1)
        self.assertIn("never sent", told.summary)
        self.assertEqual(told.amount, 20)
        self._watch(151)
        self._watch(178)
        self.assertEqual(self._exceptions(dispute).count, 1)
        self.assertFalse(dispute.activity_ids)

    def test_escalation_at_179_days(self):
        dispute = self._disputed()
        dispute.user_id = self.finance
        dispute._mark_sent()
        self._watch(150)
        self._watch(179)
        self.assertEqual(dispute.urgency, "escalated")
        self.assertEqual(self._exceptions(dispute).count, 2)
        self.assertIn("undecided", self._exceptions(dispute).summary)
        self.assertEqual(dispute.activity_ids.user_id, self.finance)
        self._watch(180)
        self.assertEqual(len(dispute.activity_ids), 1)
        self.assertEqual(dispute.state, "sent")

    def test_right_is_lost_at_181_days_and_the_expense_proposed(self):
        dispute = self._disputed()
        for age in (150, 179, 180, 181):
            self._watch(age)
        self.assertRecordValues(
            dispute,
            [{"urgency": "lost", "is_right_lost": True, "state": "expired"}],
        )
        step = dispute._steps()
        self.assertRecordValues(
            step, [{"action": "concede", "state": "waiting", "amount": 20.0}]
        )
        self.assertEqual(self._clearing(), 20)
        self._watch(182)
        self.assertEqual(dispute._steps(), step)
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self.assertEqual(dispute.state, "conceded")
        self.assertEqual(self._clearing(), 0)
        self.assertFalse(self._exceptions(dispute))

    def test_right_is_lost_though_the_job_never_ran(self):
        dispute = self._disputed()
        self._watch(400)
        self.assertEqual(dispute.state, "expired")
        self.assertEqual(dispute._steps().action, "concede")

    def test_waiting_decision_is_not_asked_for_twice(self):
        dispute = self._disputed()
        step = dispute._concede(D(20), "They are right")
        self._watch(181)
        self.assertEqual(dispute._steps(), step)

    def test_lost_right_can_still_be_credited(self):
        dispute = self._disputed()
        self._watch(181)
        bill = self._bill(
            [(dispute.charge_id, "-20", "0", {"dispute_id": dispute.id})],
            number="C1",
            kind="credit",
        )
        self._post_credit(bill)
        self.assertEqual(dispute.state, "credited")
        self.assertFalse(self._exceptions(dispute))

    def test_decided_dispute_is_not_watched(self):
        dispute = self._disputed()
        dispute._concede(D(20), "Yes").approval_ids.with_user(
            self.clerk
        ).action_approve()
        self._take()
        self._watch(181)
        self.assertEqual(dispute.state, "conceded")
        self.assertFalse(dispute.urgency)

    def test_company_clock_decides(self):
        self.company.partner_id.tz = "America/New_York"
        dispute = self._disputed()
        self._watch(181, hour=3)
        self.assertEqual(dispute.urgency, "escalated")
        self._watch(181, hour=5)
        self.assertEqual(dispute.urgency, "lost")

    def test_other_day_of_receipt_is_another_deadline(self):
        dispute = self._disputed()
        self._watch(181)
        dispute.with_user(self.finance).received_on = "2026-05-21"
        self.assertRecordValues(
            dispute, [{"urgency": False, "is_right_lost": False, "state": "open"}]
        )

    def test_closing_shows_age_deadline_and_allowance(self):
        dispute = self._disputed()
        day = fields.Date.to_date(RECEIVED) + timedelta(days=125)
        with freeze_time(f"{day} 12:00:00"):
            dispute.invalidate_recordset()
            self.assertRecordValues(
                dispute,
                [{"age_days": 125, "days_left": 55, "allowance_amount": 10.0}],
            )
        rows = [
            dispute._as_of(fields.Date.to_date(RECEIVED) + timedelta(days=age))
            for age in (10, 70, 181)
        ]
        self.assertEqual([row["allowance"] for row in rows], [D(0), D(5), D(20)])

    def test_decided_dispute_needs_no_allowance(self):
        dispute = self._disputed()
        dispute._concede(D(20), "Yes").approval_ids.with_user(
            self.clerk
        ).action_approve()
        self._take()
        self.assertEqual(dispute._as_of(self._day("2027-01-01"))["allowance"], 0)
