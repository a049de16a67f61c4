import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import CompletionStatus

from ..retry import Breaker
from .common import CarrierCommon

DRAIN = "logistics_carrier_base.ir_cron_drain_messages"


@tagged("post_install", "-at_install")
class TestWatch(CarrierCommon):
    """Whatever keeps things from going on is told before it is too late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env.ref(DRAIN)
        cls.watch = cls.env["logistics.connection"]
        # As on a server that runs: no job is late.
        now = fields.Datetime.now()
        cls.watch._jobs().write({"active": True, "nextcall": now, "failure_count": 0})
        cls.people["integration"].company_ids |= cls.env.ref("base.main_company")

    def _about(self, subject, key=None, category="configuration"):
        return self.env["logistics.exception"]._find_open(category, subject, key)

    def _watched(self):
        self.watch._cron_watch()
        return self._about(self.job)

    def _pressed(self, exception, name, role="integration"):
        return getattr(exception.with_user(self.people[role]), name)()

    # === JOBS === #

    def test_jobs_that_run_open_nothing(self):
        self.assertFalse(self._watched())
        self.assertFalse(
            self.env["logistics.exception"].search(
                [("res_model", "=", "ir.cron"), ("state", "=", "open")]
            )
        )

    def test_job_that_fails_is_told_before_odoo_switches_it_off(self):
        since = fields.Datetime.now() - timedelta(hours=2)
        self.job.write({"failure_count": 2, "first_failure_date": since})
        self.assertFalse(self._watched())
        self.job.failure_count = 3
        exception = self._watched()
        self.assertIn(str((since + timedelta(days=7)).date()), exception.summary)
        self.assertEqual(self._watched().count, 1)
        self.job.write({"failure_count": 0, "first_failure_date": False})
        self.watch._cron_watch()
        self.assertEqual(exception.state, "solved")

    def test_job_that_fails_for_a_day_is_told_after_one_failure(self):
        since = fields.Datetime.now() - timedelta(hours=25)
        self.job.write({"failure_count": 1, "first_failure_date": since})
        self.assertTrue(self._watched())

    def test_job_that_odoo_switches_off_is_told_and_switched_on_and_off(self):
        """With Odoo's own counting: five failures in more than seven days."""
        Cron = self.env["ir.cron"]
        job = {
            "id": self.job.id,
            "cron_name": "x",
            "active": True,
            "failure_count": 4,
            "first_failure_date": fields.Datetime.now() - timedelta(days=8),
        }
        Cron._update_failure_count(job, CompletionStatus.FAILED)
        self.job.invalidate_recordset()
        self.assertFalse(self.job.active)
        exception = self._watched()
        self.assertIn("switched off", exception.summary)
        self.assertTrue(exception.is_job_off)
        with self.assertRaises(UserError):
            self._pressed(exception, "action_run_job")
        self._pressed(exception, "action_switch_on_job")
        self.assertTrue(self.job.active)
        self.assertEqual(exception.state, "solved")
        self._pressed(exception, "action_switch_off_job")
        self.assertFalse(self.job.active)
        self.assertEqual(exception.state, "open")

    def test_late_job_is_told_and_run(self):
        now = fields.Datetime.now()
        self.job.nextcall = now - timedelta(minutes=14)
        self.assertFalse(self._watched())
        self.job.nextcall = now - timedelta(minutes=20)
        exception = self._watched()
        triggers = self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.job.id)]
        )
        self._pressed(exception, "action_run_job")
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.job.id)]),
            triggers + 1,
        )

    def test_daily_job_is_late_after_three_days(self):
        job = self.job
        job.write({"interval_type": "days", "interval_number": 1})
        job.nextcall = fields.Datetime.now() - timedelta(days=2)
        self.watch._cron_watch()
        self.assertFalse(self._about(job))
        job.nextcall = fields.Datetime.now() - timedelta(days=3, hours=1)
        self.watch._cron_watch()
        self.assertTrue(self._about(job))

    def test_the_job_that_watches_is_watched_by_another(self):
        watch = self.env.ref("logistics_carrier_base.ir_cron_watch_jobs")
        watch.active = False
        self.watch._cron_watch_silence()
        self.assertTrue(self._about(watch))

    def test_only_integration_sets_jobs_going_and_only_ours(self):
        self.job.active = False
        exception = self._watched()
        self.people["user"].company_ids |= self.env.ref("base.main_company")
        for name in ("action_run_job", "action_switch_on_job", "action_switch_off_job"):
            with self.assertRaises(AccessError):
                self._pressed(exception, name, "user")
        foreign = self.env.ref("base.autovacuum_job")
        exception.res_id = foreign.id
        with self.assertRaisesRegex(UserError, "not one of ours"):
            self._pressed(exception, "action_switch_off_job")
        self.assertTrue(foreign.active)

    # === WHAT WAITS === #

    def test_messages_that_wait_too_long_are_told_until_they_are_read(self):
        Message = self.env["logistics.message"]
        Message._store(self.connection, "manual", [self._body("NB1", "PUP")], 4)
        self.watch._cron_watch()
        self.assertFalse(self._about(self.job, "backlog"))
        self.env.cr.execute(
            "UPDATE logistics_message SET received_at = received_at - interval '11 min'"
            " WHERE state = 'new'"
        )
        Message.invalidate_model()
        self.watch._cron_watch()
        self.assertTrue(self._about(self.job, "backlog"))
        Message._drain_batch(200)
        self.watch._cron_watch()
        self.assertFalse(self._about(self.job, "backlog"))

    # === CONNECTIONS === #

    def test_calls_paused_for_ten_minutes_are_told_and_tried_at_once(self):
        opened = {"state": "open", "trips": 1, "opened_at": time.time() - 300}
        self.connection.breaker = opened
        self.watch._cron_watch()
        subject = (self.connection, None, "carrier_unavailable")
        self.assertFalse(self._about(*subject))
        # Tried in vain four times: paused for 1 + 2 + 4 + 5 minutes.
        self.connection.breaker = opened | {"trips": 4}
        self.watch._cron_watch()
        self.watch._cron_watch()
        exception = self._about(*subject)
        self.assertEqual(exception.count, 1)
        self.assertTrue(self.connection.calls_paused)
        self._pressed(exception, "action_call_again")
        self.assertTrue(Breaker.from_dict(self.connection.breaker).allow(time.time()))

    def _secret(self, **values):
        return self.env["logistics.connection.secret"].create(
            {"connection_id": self.connection.id, "value": self.secret_value} | values
        )

    def _age(self, secret, days):
        self.env.cr.execute(
            "UPDATE logistics_connection_secret "
            "SET create_date = create_date - %s * interval '1 day' WHERE id = %s",
            [days, secret.id],
        )
        secret.invalidate_recordset()

    def _secret_text(self):
        self.watch._cron_watch()
        return self._about(self.connection, "secret").summary or ""

    def test_secret_that_ends_ended_or_is_old_is_told(self):
        now = fields.Datetime.now()
        secret = self.connection.secret_ids
        self.assertFalse(self._secret_text())
        secret.expires_at = now + timedelta(days=6)
        self.assertIn("there is no other", self._secret_text())
        coming = self._secret(not_before=now + timedelta(days=5))
        self.assertFalse(self._secret_text())
        coming.unlink()
        secret.expires_at = now - timedelta(days=1)
        self.assertIn("refused", self._secret_text())
        secret.expires_at = False
        self._age(secret, 366)
        self.assertIn("older than 365", self._secret_text())
        self.connection.secret_days = 0
        self.assertFalse(self._secret_text())

    def test_rotation_that_never_ends_is_told(self):
        newer = self._secret()
        self.assertFalse(self._secret_text())
        self._age(newer, 31)
        self.assertFalse(self._secret_text())
        self._age(self.connection.secret_ids - newer, 31)
        self.assertIn("2 signing secrets", self._secret_text())
        self.connection.secret_ids[-1].expires_at = fields.Datetime.now() + timedelta(1)
        self.assertFalse(self._secret_text())

    # === CLOCKS === #

    def test_clocks_that_differ_are_told(self):
        job = self.env.ref("logistics_carrier_base.ir_cron_watch_jobs")
        right = self.watch._server_clock()
        with patch.object(
            type(self.watch),
            "_server_clock",
            lambda connection: right + timedelta(minutes=5),
        ):
            self.watch._cron_watch()
        self.assertTrue(self._about(job, "clock"))
        self.watch._cron_watch()
        self.assertFalse(self._about(job, "clock"))

    def test_partner_whose_clock_is_wrong_is_told(self):
        messages = self._hand_in(*(self._body("NB1", "PUP", row=n) for n in range(3)))
        self.env.cr.execute(
            "UPDATE logistics_message SET state = 'rejected', category = 'stale' "
            "WHERE id = ANY(%s)",
            [messages.ids],
        )
        self.watch._cron_watch()
        self.assertIn("clock", self._about(self.connection, "clock").summary)
