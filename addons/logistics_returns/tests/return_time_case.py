from datetime import date, timedelta

from freezegun import freeze_time

from .common import ReturnCommon

JOB = "logistics_returns.ir_cron_watch_returns"
TODAY = date(2026, 3, 2)


class ReturnTimeCase(ReturnCommon):
    """A return that waits, a clock to be moved, and the job that watches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 10:00:00"))
        cls.company.logistics_return_wait_days = 14
        cls.company.logistics_return_lapse_days = 7
        _order, cls.picking = cls._delivered(5)

    def setUp(self):
        super().setUp()
        self.one = self._announce(self.picking, 2, user_id=self.people["user"].id)

    def _on_day(self, days, hour="10:00:00"):
        """Move the clock, and let the job and the actions work."""
        day = TODAY + timedelta(days=days)
        clock = freeze_time(f"{day} {hour}")
        clock.start()
        self.addCleanup(clock.stop)
        self._watch()

    def _watch(self):
        self._run_job(JOB)
        self._take()

    def _on(self, *actions):
        for action in actions or ("remind", "lapse"):
            self._switch(action)

    def _reminders(self):
        kind = self.env.ref("logistics_returns.mail_activity_type_overdue")
        return self.one.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _steps(self, action):
        return self.env["logistics.effect"].search(
            [("res_model", "=", "logistics.return"), ("action", "=", action)]
        )
