from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .return_time_case import ReturnTimeCase

JOB = "logistics_returns.ir_cron_watch_returns"
TODAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestReturnTime(ReturnTimeCase):
    """Goods that do not come: a deadline, a reminder, and the end by itself."""

    # === OFF AFTER INSTALLATION === #

    def test_new_company_waits_for_ever(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertRecordValues(
            other,
            [{"logistics_return_wait_days": 0, "logistics_return_lapse_days": 0}],
        )
        modes = self.env["logistics.action.mode"].search(
            [
                ("company_id", "=", other.id),
                ("action", "in", ("remind", "lapse", "lost", "damaged")),
            ]
        )
        self.assertEqual(modes.mapped("mode"), ["off"] * 4)

    def test_zero_days_are_no_deadline(self):
        self.company.logistics_return_wait_days = 0
        self._on()
        self.one._say("approved", "by hand")
        self._on_day(400)
        self.assertFalse(self.one.deadline)
        self.assertFalse(self._steps("remind"))
        self.assertEqual(self.one.state, "approved")

    def test_days_without_the_action_show_the_deadline_and_remind_nobody(self):
        self.one._say("approved", "by hand")
        self._on_day(30)
        self.assertEqual(self.one.deadline, TODAY + timedelta(days=14))
        self.assertFalse(self._reminders())

    def test_negative_days_are_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.company.logistics_return_wait_days = -1
            self.env.flush_all()

    # === THE DEADLINE === #

    def test_deadline_is_counted_from_approval_and_again_from_the_label(self):
        self.assertFalse(self.one.deadline)
        self.one._say("approved", "by hand")
        self.assertEqual(self.one.deadline, date(2026, 3, 16))
        with freeze_time("2026-03-05 10:00:00"):
            self.one._say("label_sent", "by hand")
        self.assertEqual(self.one.deadline, date(2026, 3, 19))

    def test_deadline_is_a_day_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        self.one._say("approved", "by hand")
        with freeze_time("2026-03-02 12:30:00"):
            late = self._announce(self.picking, 1)
            late._say("approved", "by hand")
        self.assertEqual(self.one.deadline, date(2026, 3, 16))
        # Half past one at night of 3 March there.
        self.assertEqual(late.deadline, date(2026, 3, 17))

    def test_typed_deadline_stays(self):
        self.one.deadline = date(2026, 5, 1)
        self.one._say("approved", "by hand")
        self.one._say("label_sent", "by hand")
        self.assertEqual(self.one.deadline, date(2026, 5, 1))

    def test_return_approved_before_there_were_days_gets_all_of_them(self):
        self.company.logistics_return_wait_days = 0
        self.one._say("approved", "by hand")
        self.company.logistics_return_wait_days = 14
        self._on()
        self._on_day(100)
        self.assertEqual(self.one.deadline, TODAY + timedelta(days=114))
        self.assertFalse(self._reminders())

    def test_nobody_types_when_the_reminder_was(self):
        with self.assertRaises(AccessError):
            self.one.with_user(self.people["user"]).write({"reminded_for": TODAY})

    # === THE REMINDER === #

    def test_responsible_is_reminded_once(self):
        self._on("remind")
        self.one._say("approved", "by hand")
        self._on_day(14)
        self.assertFalse(self._reminders(), "the last day is still in time")
        self._on_day(15)
        self._watch()
        self._on_day(16)
        self.assertEqual(self._reminders().user_id, self.people["user"])
        self.assertEqual(len(self._reminders()), 1)
        self.assertEqual(self._steps("remind").mapped("state"), ["done"])

    def test_nobody_is_reminded_of_what_only_was_asked_for(self):
        self._on()
        self.one.deadline = TODAY
        self._on_day(60)
        self.assertFalse(self._steps("remind"))

    def test_nobody_responsible_is_a_line_on_the_workbench_until_it_comes(self):
        self._on("remind")
        self.one.user_id = False
        self.one.order_ids.user_id = False
        self.one._say("approved", "by hand", user=self.env.ref("base.user_root"))
        self._on_day(15)
        found = self.env["logistics.exception"]._find_open(
            "no_news", self.one, "overdue"
        )
        self.assertIn(self.one.name, found.summary)
        self.one._say("received", "all", line=self.one.line_ids, quantity=2)
        self.assertEqual(found.state, "solved")

    def test_goods_that_come_tick_the_reminder_off(self):
        self._on()
        self.one._say("approved", "by hand")
        self._on_day(15)
        self.assertTrue(self._reminders())
        self.one._say("received", "all", line=self.one.line_ids, quantity=2)
        self.assertFalse(self._reminders())
        self._on_day(60)
        self.assertEqual(self.one.state, "received")

    def test_goods_that_came_before_the_step_was_taken_remind_nobody(self):
        self._on("remind")
        self.one._say("approved", "by hand")
        with freeze_time("2026-03-20 10:00:00"):
            self._run_job(JOB)
            self.assertEqual(self._steps("remind").state, "waiting")
            self.one._say("received", "all", line=self.one.line_ids, quantity=2)
            self._take()
        self.assertFalse(self._reminders())
        self.assertEqual(self._steps("remind").state, "superseded")

    def test_observed_reminder_is_only_written_down(self):
        self._switch("remind", "observe")
        self.one._say("approved", "by hand")
        self._on_day(15)
        self._on_day(16)
        self.assertRecordValues(
            self._steps("remind"), [{"observed": True, "state": "waiting"}]
        )
        self.assertFalse(self._reminders())
        self.assertFalse(self.one.reminded_at)

    def test_rule_says_for_which_returns(self):
        self._on()
        rule = self.env.ref("logistics_returns.logistics_policy_remind")
        rule.domain = "[('partner_id.name', '=', 'Somebody Else')]"
        self.one._say("approved", "by hand")
        self._on_day(15)
        self.assertFalse(self._steps("remind"))

    def test_rule_takes_only_its_own_trigger(self):
        rule = self.env.ref("logistics_returns.logistics_policy_lapse")
        with self.assertRaises(ValidationError):
            self.env["logistics.policy"].create(
                {"name": "Odd", "action": "expect", "trigger": "return_overdue"}
            )
        with self.assertRaises(ValidationError):
            rule.trigger = "delivered"
        rule.approval = "two"
        self.assertEqual(rule.approval, "none", "nobody is asked")

    # === THE MAIL === #

    def _mails(self):
        return self.env["logistics.customer.mail"].search(
            [("logistics_return_id", "=", self.one.id)]
        )

    def _switch_mail_on(self):
        self.customer.email = "hansen@example.com"
        self.company.email = "shop@example.com"
        self.env["logistics.customer.mail.setting"].create(
            {"company_id": self.company.id, "milestone": "return_overdue"}
        )

    def test_customer_is_mailed_where_the_mail_is_on(self):
        self._on("remind")
        self._switch_mail_on()
        self.one._say("approved", "by hand")
        self._on_day(15)
        before = self.env["mail.mail"].search([])
        self._run_job("logistics_events.ir_cron_make_customer_mails")
        sent = self.env["mail.mail"].search([]) - before
        self.assertEqual(len(sent), 1)
        self.assertIn(self.one.name, sent.subject)
        self.assertIn("have not reached us", sent.body_html)
        self._on_day(16)
        self.assertEqual(self._mails().mapped("state"), ["sent"])

    def test_customer_is_not_mailed_while_the_mail_is_off(self):
        self._on("remind")
        self.one._say("approved", "by hand")
        self._on_day(15)
        self.assertTrue(self._reminders())
        self.assertFalse(self._mails())

    def test_customer_is_not_asked_for_what_a_carrier_has(self):
        self._on()
        self._switch_mail_on()
        self.one._say("approved", "by hand")
        self.one._say("scanned", "first")
        self._on_day(15)
        self.assertTrue(self._reminders())
        self.assertFalse(self._mails())

    def test_goods_that_come_take_the_place_of_a_mail_that_waits(self):
        self._on("remind")
        self._switch_mail_on()
        self.env["logistics.customer.mail.setting"].create(
            {"company_id": self.company.id, "milestone": "return_received"}
        )
        self.one._say("approved", "by hand")
        self._on_day(15)
        self.one._say("received", "all", line=self.one.line_ids, quantity=2)
        self.assertEqual(
            {mail.milestone: mail.state for mail in self._mails()},
            {"return_overdue": "skipped", "return_received": "waiting"},
        )
