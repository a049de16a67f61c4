"""The morning summary: once, at the person's morning, and not without anything."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .team_case import TeamCase


@tagged("post_install", "-at_install")
class TestSummary(TeamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-11-20 09:00:00"):
            cls.first = cls.Exception_._open(
                "tolerance",
                cls.customer,
                "The bill is too high",
                company=cls.company,
                amount=1200.0,
            )
            cls.second = cls.Exception_._open(
                "no_news", cls.customer, "Nothing heard", company=cls.company
            )
        (cls.first | cls.second).user_id = cls.duty

    def _send(self, moment):
        with freeze_time(moment):
            return self._run("ir_cron_send_summaries")

    def test_summary_comes_at_seven_where_the_person_is(self):
        self.assertFalse(self._send("2026-11-23 05:45:00"))
        self.assertEqual(len(self._send("2026-11-23 06:00:00")), 1)

    def test_summary_comes_once_a_day(self):
        for hour in ("06:00", "06:15", "09:00"):
            self._send(f"2026-11-23 {hour}:00")
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(len(self._send("2026-11-24 06:00:00")), 1)

    def test_mail_that_cannot_be_made_keeps_no_other_one_back(self):
        self.second.user_id = self.boss
        cls, summarise = type(self.Told), type(self.Told)._summarise

        def breaks(told, user, day):
            if user == self.duty:
                raise ValueError("Broken")
            return summarise(told, user, day)

        with (
            patch.object(cls, "_summarise", breaks),
            self.assertLogs(
                "odoo.addons.logistics_events.models.logistics_notification_summary",
                "ERROR",
            ),
        ):
            mails = self._send("2026-11-23 06:00:00")
        self.assertEqual(mails.recipient_ids, self.boss.partner_id)
        self.assertEqual(len(self._send("2026-11-23 06:15:00")), 1, "It is made up for")

    def test_job_that_stood_still_all_morning_sends_nothing_in_the_evening(self):
        self.assertFalse(self._send("2026-11-23 17:00:00"))

    def test_morning_follows_the_clock_change(self):
        """On 25 October 2026 Berlin goes from UTC+2 to UTC+1."""
        self.assertEqual(len(self._send("2026-10-24 05:00:00")), 1)
        self.assertFalse(self._send("2026-10-25 05:00:00"))
        self.assertEqual(len(self._send("2026-10-25 06:00:00")), 1)

    def test_morning_elsewhere_is_another_hour_and_another_day(self):
        self.duty.tz = "Pacific/Auckland"
        self.assertEqual(len(self._send("2026-11-22 18:00:00")), 1)
        told = self.Told.search([("kind", "=", "summary")])
        self.assertEqual(str(told.told_on), "2026-11-23")

    def test_summary_says_how_much_is_open_overdue_and_held(self):
        mail = self._send("2026-11-24 06:00:00")
        self.assertEqual(mail.subject, "2 open in Logistics, 2 overdue")
        for text in ("The bill is too high", "Out of Tolerance", "1,200.00"):
            self.assertIn(text, mail.body_html)
        self.assertEqual(mail.recipient_ids, self.duty.partner_id)

    def test_overdue_is_what_should_have_been_solved_before_today(self):
        mail = self._send("2026-11-23 06:00:00")
        self.assertEqual(mail.subject, "2 open in Logistics, 1 overdue")

    def test_nothing_open_sends_nothing(self):
        self.first._close("Paid.")
        self.second.action_ignore("Not ours")
        self.assertFalse(self._send("2026-11-23 06:00:00"))

    def test_others_get_nothing(self):
        self._send("2026-11-23 06:00:00")
        self.assertEqual([to for to, _subject in self._mails()], ["duty@example.com"])

    def test_muted_summary_is_not_sent(self):
        self._mute(self.duty, "summary")
        self.assertFalse(self._send("2026-11-23 06:00:00"))

    def test_muted_category_is_left_out_and_alone_sends_nothing(self):
        self._mute(self.duty, "no_news")
        mail = self._send("2026-11-23 06:00:00")
        self.assertNotIn("Nothing heard", mail.body_html)
        self._mute(self.duty, "tolerance")
        self.assertFalse(self._send("2026-11-24 06:00:00"))

    def test_person_who_is_away_gets_none(self):
        self.duty.out_of_office_from = "2026-11-20 00:00:00"
        self.assertFalse(self._send("2026-11-23 06:00:00"))

    def test_person_hears_nothing_of_a_company_they_left(self):
        other = self.env["res.company"].create({"name": "Other"})
        for exception in (self.first, self.second):
            exception.sudo().write({"company_id": other.id})
        self.assertFalse(self._send("2026-11-23 06:00:00"))

    def test_summary_names_ten_and_counts_the_rest(self):
        for number in range(12):
            self.Exception_._open(
                "no_news", self.customer, f"Line {number}", key=str(number)
            ).user_id = self.duty
        mail = self._send("2026-11-23 06:00:00")
        self.assertEqual(mail.body_html.count("<li"), 10)
        self.assertIn("and 4 more", " ".join(mail.body_html.split()))
