"""What people are told, how often, and what is taken back."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .team_case import NOW, TeamCase


@tagged("post_install", "-at_install")
class TestNotification(TeamCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))

    # === ONCE === #

    def test_opening_is_given_to_the_person_on_duty_with_one_activity(self):
        exception = self._open()
        mails = self._tell()
        self.assertEqual(exception.user_id, self.duty)
        self.assertEqual(exception.team_id, self.team)
        self.assertRecordValues(
            self._activities(exception),
            [{"user_id": self.duty.id, "summary": "Nothing heard", "automated": True}],
        )
        self.assertFalse(mails, "Odoo mails everybody who is given an activity")

    def test_repeats_make_no_second_activity(self):
        exception = self._open()
        self._tell()
        for number in range(5):
            self._open(summary=f"Nothing heard for {number} days")
            self._tell()
        self.assertEqual(exception.count, 6)
        self.assertEqual(len(self._activities(exception)), 1)
        self.assertEqual(self.Told.search_count([("kind", "=", "activity")]), 1)

    def test_opening_asks_for_the_job_once_per_transaction(self):
        cron = self.env.ref("logistics_events.ir_cron_tell_exceptions")
        self.env.cr.precommit.data.clear()
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self._open()
        self._open("delivery_problem")
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after - before, 1)

    def test_cause_that_is_gone_before_anybody_was_told_tells_nobody(self):
        exception = self._open()
        exception._close("It was nothing.")
        self._tell()
        self.assertFalse(self._activities(exception))
        self.assertFalse(self.Told.search([("exception_id", "=", exception.id)]))

    def test_without_a_team_nothing_happens(self):
        self.team.active = False
        exception = self._open()
        self._tell()
        self.assertFalse(exception.user_id)
        self.assertFalse(exception.told_at)
        self.assertFalse(self._activities(exception))

    def test_what_was_open_before_the_team_is_given_to_it(self):
        exception = self._open("conflict")
        self._tell()
        self.assertFalse(exception.told_at)
        self.team.line_ids = [Command.create({"category": "conflict"})]
        self._tell()
        self.assertEqual(exception.user_id, self.duty)

    def test_summary_only_makes_no_activity(self):
        self._line("no_news").channel = "summary"
        exception = self._open()
        self._tell()
        self.assertEqual(exception.user_id, self.duty)
        self.assertFalse(self._activities(exception))

    def test_responsible_person_who_is_there_already_stays(self):
        exception = self._open()
        exception.user_id = self.boss
        self._tell()
        self.assertEqual(exception.user_id, self.boss)
        self.assertEqual(self._activities(exception).user_id, self.boss)

    def test_failure_of_one_tells_about_the_others(self):
        bad, good = self._open(), self._open("delivery_problem")
        cls, give = type(bad), type(bad)._give_to

        def breaks(exception, line):
            if exception.id == bad.id:
                raise ValueError("Broken")
            return give(exception, line)

        self.patch(cls, "_give_to", breaks)
        with self.assertLogs(
            "odoo.addons.logistics_events.models.logistics_notification_exception",
            "ERROR",
        ):
            self._tell()
        self.assertEqual(good.user_id, self.duty)
        self.assertTrue(bad.told_at, "It is not tried for ever")

    def test_many_are_told_and_handed_over_together(self):
        counts = []
        # The first time also fills the caches.
        for number in (3, 3, 13):
            exceptions = self.Exception_.union(
                *(self._open("no_news", self._sell()) for _number in range(number))
            )
            telling = self._queries(exceptions._tell)
            handing = self._queries(exceptions.with_user(self.boss).action_take_over)
            counts.append((telling, handing))
            self.assertEqual(len(self._activities(exceptions)), number)
            self.assertEqual(self._activities(exceptions).user_id, self.boss)
        self.assertEqual(counts[1], counts[2])

    def _queries(self, deed):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        deed()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    # === TAKEN BACK === #

    def test_solving_closes_the_activity(self):
        exception = self._open()
        self._tell()
        exception._close("It arrived.")
        self.assertFalse(self._activities(exception))

    def test_ignoring_and_snoozing_close_it_and_reopening_tells_again(self):
        exception = self._open()
        self._tell()
        exception.action_snooze()
        self.assertFalse(self._activities(exception))
        exception.action_reopen()
        self._tell()
        self.assertEqual(len(self._activities(exception)), 1)
        exception.action_ignore("It does not matter")
        self.assertFalse(self._activities(exception))
        exception.action_reopen()
        self._tell()
        self.assertEqual(len(self._activities(exception)), 1)
        self.assertEqual(exception.openings, 2)

    def test_activities_of_people_are_left_alone(self):
        exception = self._open()
        self._tell()
        exception.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.boss.id, summary="Call them"
        )
        exception._close("It arrived.")
        self.assertEqual(self._activities(exception).summary, "Call them")

    # === GIVING IT AWAY === #

    def test_taking_it_takes_the_activity_along_without_a_mail(self):
        exception = self._open()
        self._tell()
        exception.with_user(self.boss).action_take_over()
        self.assertEqual(self._activities(exception).user_id, self.boss)
        exception.with_user(self.duty).action_take_over()
        self.assertEqual(self._activities(exception).user_id, self.duty)
        self.assertEqual(self._mails(), [])

    def test_giving_it_to_somebody_else_takes_the_activity_along(self):
        exceptions = self._open() | self._open("delivery_problem")
        self._tell()
        dialog = self._reassign(exceptions, self.boss, note="You know them")
        dialog.action_reassign()
        self.assertEqual(exceptions.user_id, self.boss)
        self.assertEqual(self._activities(exceptions).user_id, self.boss)
        self.assertIn("You know them", exceptions[:1].message_ids[:1].body)
        self.assertEqual(self._mails(), [])

    def _reassign(self, exceptions, user, **more):
        window = exceptions.with_user(self.duty).action_reassign_dialog()
        return (
            self.env[window["res_model"]]
            .with_user(self.duty)
            .with_context(**window["context"])
            .create({"user_id": user.id} | more)
        )

    def test_it_is_given_to_nobody_who_cannot_open_it(self):
        dialog = self._reassign(self._open(), self.seller)
        self.assertIn(self.boss, dialog.allowed_ids)
        self.assertNotIn(self.seller, dialog.allowed_ids)
        with self.assertRaises(UserError):
            dialog.action_reassign()

    # === MUTED === #

    def test_muted_category_is_given_without_an_activity(self):
        self._mute(self.duty, "no_news")
        exception = self._open()
        other = self._open("delivery_problem")
        self._tell()
        self.assertEqual(exception.user_id, self.duty)
        self.assertFalse(self._activities(exception))
        self.assertTrue(self._activities(other))

    def test_muted_mail_is_not_sent(self):
        self._mute(self.duty, "security")
        self._open("security")
        self.assertFalse(self._tell())

    def test_people_mute_for_themselves_alone(self):
        mute = self._mute(self.duty, "no_news")
        self.assertEqual(mute.user_id, self.duty)
        with self.assertRaises(AccessError):
            mute.with_user(self.boss).unlink()
        with self.assertRaises(AccessError):
            mute.with_user(self.boss).create(
                {"what": "summary", "user_id": self.duty.id}
            )
        mute.with_user(self.duty).unlink()

    # === MAILS AT ONCE === #

    def test_security_and_silent_feeds_are_mailed_at_once_and_once(self):
        for category in ("security", "silent_feed"):
            self._open(category, summary=f"About {category}")
        self.assertEqual(len(self._tell()), 2)
        for category in ("security", "silent_feed"):
            self._open(category, summary=f"Again about {category}")
        self.assertFalse(self._tell())
        self.assertEqual(
            self._mails(),
            [
                ("duty@example.com", "Security: About security"),
                ("duty@example.com", "Silent Feed: About silent_feed"),
            ],
        )

    def test_feed_that_comes_and_goes_is_mailed_once_a_day(self):
        for _time in range(3):
            exception = self._open("silent_feed")
            self._tell()
            exception._close("It speaks again.")
        self.assertEqual(len(self._mails()), 1)
        with freeze_time("2026-11-24 09:30:00"):
            self._open("silent_feed")
            self.assertEqual(len(self._tell()), 1)

    def test_mail_says_what_it_is_about_and_where_it_is(self):
        exception = self._open("security", summary="<b>Forged</b> & more")
        mail = self._tell()
        self.assertIn("&lt;b&gt;Forged&lt;/b&gt; &amp; more", mail.body_html)
        self.assertIn(f"/odoo/logistics-exceptions/{exception.id}", mail.body_html)
        self.assertEqual(mail.email_from, self.company.email_formatted)

    def test_old_news_are_not_mailed_when_a_team_is_set_up(self):
        self._line("security").unlink()
        exception = self._open("security")
        exception.sudo().write({"last_at": fields.Datetime.now() - timedelta(days=2)})
        self.team.line_ids = [Command.create({"category": "security"})]
        self.assertFalse(self._tell())
        self.assertTrue(self._activities(exception))

    # === THE SALESPERSON === #

    def _trouble(self, order, number):
        shipment = self._ship(order.picking_ids, number)
        return self._open(
            "delivery_problem", shipment, f"{number}: lost", shipment=shipment
        )

    def test_salesperson_is_told_on_the_order_once(self):
        order = self._sell(user_id=self.seller.id)
        before = self._activities(order)
        first = self._trouble(order, "S1")
        second = self._open("delivery_problem", order, "Refused", order=order)
        self._tell()
        added = self._activities(order) - before
        self.assertRecordValues(added, [{"user_id": self.seller.id}])
        first._close("Found.")
        self.assertTrue(added.exists(), "Something is still wrong with the order")
        second._close("Taken.")
        self.assertFalse(added.exists())
        self.assertEqual(self._mails(), [])

    def test_leader_of_the_sales_team_is_told_where_nobody_sold_it(self):
        leader = self._hire("leader", None)
        crew = self.env["crm.team"].create({"name": "Service", "user_id": leader.id})
        order = self._sell(user_id=False, team_id=crew.id)
        self._trouble(order, "S2")
        self._tell()
        self.assertEqual(self._activities(order).user_id, leader)

    def test_salesperson_who_muted_it_is_told_nothing(self):
        self._mute(self.seller, "delivery_problem")
        order = self._sell(user_id=self.seller.id)
        self._trouble(order, "S3")
        self._tell()
        self.assertFalse(self._activities(order))

    def test_problem_that_is_no_delivery_problem_stays_off_the_order(self):
        order = self._sell(user_id=self.seller.id)
        self._open("no_news", order, "Quiet", order=order)
        self._tell()
        self.assertFalse(self._activities(order))

    # === EVIDENCE === #

    def test_nobody_writes_down_that_somebody_was_told(self):
        self._open()
        self._tell()
        told = self.Told.search([("kind", "=", "activity")])
        for attempt in (
            lambda: told.write({"text": "Something else"}),
            told.unlink,
            lambda: told.create({"kind": "mail", "user_id": self.duty.id}),
        ):
            with self.assertRaises(AccessError):
                attempt()
