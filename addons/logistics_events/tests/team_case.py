"""Fixtures for the tests of who is told: a team, its people, a local morning."""

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import LogisticsCommon

# Monday, ten in the morning, in winter time of Berlin.
NOW = "2026-11-23 09:00:00"
ZONE = "Europe/Berlin"


class TeamCase(LogisticsCommon):
    """Everything in Berlin; the team looks after deliveries and connections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "logistics@example.com"
        cls.company.resource_calendar_id = cls.calendar = cls.env[
            "resource.calendar"
        ].create(
            {
                "name": "Eight to Four",
                "tz": ZONE,
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": day,
                            "dayofweek": day,
                            "hour_from": 8,
                            "hour_to": 16,
                            "day_period": "morning",
                        }
                    )
                    for day in "01234"
                ],
            }
        )
        cls.duty, cls.deputy, cls.boss, cls.seller = (
            cls._hire("duty", "user"),
            cls._hire("deputy", "user"),
            cls._hire("boss", "manager"),
            cls._hire("seller", None),
        )
        cls.Exception_ = cls.env["logistics.exception"]
        cls.Told = cls.env["logistics.notification"]
        cls.team = cls.env["logistics.team"].create(
            {
                "name": "Deliveries",
                "user_id": cls.duty.id,
                "deputy_id": cls.deputy.id,
                "manager_id": cls.boss.id,
                "line_ids": [
                    Command.create({"category": category})
                    for category in (
                        "delivery_problem",
                        "no_news",
                        "silent_feed",
                        "security",
                        "tolerance",
                        "approval_waiting",
                    )
                ],
            }
        )
        cls.mail_before = cls.env["mail.mail"].search([])

    @classmethod
    def _hire(cls, name, role, **more):
        groups = (
            f"logistics_events.logistics_events_group_{role}"
            if role
            else "sales_team.group_sale_salesman"
        )
        return new_test_user(
            cls.env(context={"no_reset_password": True}),
            login=f"team-{name}",
            groups=groups,
            email=f"{name}@example.com",
            tz=ZONE,
            notification_type="email",
            **more,
        )

    @classmethod
    def _line(cls, category):
        return cls.team.line_ids.filtered(lambda line: line.category == category)

    def _open(self, category="no_news", subject=None, summary="Nothing heard", **more):
        return self.Exception_._open(
            category, subject or self.customer, summary, company=self.company, **more
        )

    def _tell(self):
        """Run the job that tells, and return the mails that came of it."""
        return self._run("ir_cron_tell_exceptions")

    def _run(self, cron):
        before = self.env["mail.mail"].search([])
        self._run_job(f"logistics_events.{cron}")
        return self.env["mail.mail"].search([]) - before

    def _activities(self, record):
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )

    def _mute(self, user, what):
        return (
            self.env["logistics.notification.mute"]
            .with_user(user)
            .create({"what": what})
        )

    def _mails(self):
        """Return recipient and subject of every mail since the beginning."""
        mails = self.env["mail.mail"].search([]) - self.mail_before
        return sorted(
            (mail.recipient_ids.email or mail.email_to, mail.subject) for mail in mails
        )
