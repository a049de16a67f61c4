"""Jobs that fail, come late or were switched off, told while it can be helped.

Odoo switches a job off that failed five times in more than seven days, and tells
nobody who works here.
"""

import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models

from ..retry import Breaker

FAILURES = 3
FAILING_FOR = timedelta(days=1)
SWITCHED_OFF_AFTER = timedelta(days=7)
LATE_AT_LEAST = timedelta(minutes=15)
LATE_INTERVALS = 3
MESSAGES_WAIT = timedelta(minutes=10)
ACTIONS_WAIT = timedelta(minutes=30)
CALLS_PAUSED = timedelta(minutes=10)
SECRET_ENDS = timedelta(days=7)
SECRET_OVERLAP = timedelta(days=30)
CLOCK_SKEW = timedelta(seconds=30)
STALE_MESSAGES = 3
_UNITS = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080, "months": 43200}
_STALE = """
    SELECT connection_id, count(*) FROM logistics_message
     WHERE received_at > %s AND state = 'rejected' AND category = 'stale'
     GROUP BY connection_id
"""


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    secret_days = fields.Integer(
        string="Renew Secrets after Days",
        default=365,
        help="Somebody is told when no signing secret is younger. 0: never.",
    )

    _secret_days_positive = models.Constraint(
        "CHECK (secret_days >= 0)", "Days are not negative."
    )

    @api.model
    def _cron_watch(self):
        """Tell of whatever keeps messages and actions from going on, and of its end."""
        self._watch_jobs()
        self._watch_backlog()
        self._watch_clock()
        for connection in self.search([("active", "=", True)]):
            connection._watch_calls()
            connection._watch_secrets()

    @api.model
    def _cron_watch_silence(self):
        """Extend to look after the job that looks after the jobs."""
        result = super()._cron_watch_silence()
        self._watch_jobs()
        return result

    # === JOBS === #

    @api.model
    def _jobs(self):
        """Return the jobs of the suite, also those that are switched off.

        :rtype: ir.cron
        """
        known = (
            self.env["ir.model.data"]
            .sudo()
            .search([("module", "=like", "logistics\\_%"), ("model", "=", "ir.cron")])
        )
        Cron = self.env["ir.cron"].sudo().with_context(active_test=False)
        return Cron.browse(known.mapped("res_id")).exists()

    @api.model
    def _watch_jobs(self):
        now = fields.Datetime.now()
        for job in self._jobs():
            self._note_job(
                job,
                self._job_text(job, now),
                self.env._("The job runs again."),
            )

    def _job_text(self, job, now):
        """Return what is wrong with a job in one sentence, False when nothing is.

        :rtype: str | bool
        """
        if not job.active:
            return self.env._("The job “%s” is switched off.", job.cron_name)
        at = self.env.ref("base.main_company")._logistics_moment
        first = job.first_failure_date
        if job.failure_count and (
            job.failure_count >= FAILURES or now - first >= FAILING_FOR
        ):
            return self.env._(
                "The job “%(name)s” fails since %(since)s. If it goes on failing, it "
                "is switched off after %(end)s.",
                name=job.cron_name,
                since=at(first),
                end=fields.Date.to_string(first + SWITCHED_OFF_AFTER),
            )
        minutes = job.interval_number * _UNITS[job.interval_type]
        grace = max(timedelta(minutes=minutes) * LATE_INTERVALS, LATE_AT_LEAST)
        if job.nextcall < now - grace:
            return self.env._(
                "The job “%(name)s” should have run at %(at)s.",
                name=job.cron_name,
                at=at(job.nextcall),
            )
        return False

    def _note_job(self, job, text, solution, key=None):
        company = self.env.ref("base.main_company")
        self._note(job, key, text, solution, company=company)

    @api.model
    def _note(self, subject, key, text, solution, company=None):
        """Keep one exception about a subject for as long as something is wrong with it.

        :param str | None key: Tells several of one subject apart.
        :param str | bool text: What is wrong; False when nothing is.
        :param str solution: What is said when it is over.
        :param res.company company: When the subject has none.
        """
        Exception_ = self.env["logistics.exception"].sudo()
        found = Exception_._find_open("configuration", subject, key)
        if not text:
            found._close(solution)
        elif not found:
            Exception_._open("configuration", subject, text, company=company, key=key)
        elif found.summary != text:
            # Found again is not happened again.
            found.write({"summary": text})

    # === WHAT WAITS === #

    @api.model
    def _watch_backlog(self):
        solution = self.env._("Nothing waits too long.")
        messages = self.env.ref("logistics_carrier_base.ir_cron_drain_messages")
        self._note_job(messages, self._messages_text(), solution, key="backlog")
        actions = self.env.ref("logistics_events.ir_cron_run_effects")
        self._note_job(actions, self._actions_text(), solution, key="backlog")

    def _messages_text(self):
        now = fields.Datetime.now()
        oldest = (
            self.env["logistics.message"]
            .sudo()
            .search(
                [
                    ("state", "=", "new"),
                    ("received_at", "<=", now - MESSAGES_WAIT),
                    "|",
                    ("next_try_at", "=", False),
                    ("next_try_at", "<=", now - MESSAGES_WAIT),
                ],
                order="id",
                limit=1,
            )
        )
        return oldest and self.env._(
            "Messages wait to be read since %s.",
            oldest.company_id._logistics_moment(oldest.received_at),
        )

    def _actions_text(self):
        Effect = self.env["logistics.effect"].sudo()
        ready = [
            *Effect._ready_domain(),
            ("asked_at", "<=", fields.Datetime.now() - ACTIONS_WAIT),
        ]
        oldest = Effect.search(ready, order="id", limit=1)
        return oldest and self.env._(
            "Actions wait to be taken since %s.",
            oldest.company_id._logistics_moment(oldest.asked_at),
        )

    # === CLOCKS === #

    @api.model
    def _watch_clock(self):
        self.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        skew = abs(self.env.cr.fetchone()[0] - self._server_clock())
        text = skew > CLOCK_SKEW and self.env._(
            "The clocks of the server and of its database differ by %s seconds.",
            round(skew.total_seconds()),
        )
        job = self.env.ref("logistics_carrier_base.ir_cron_watch_jobs")
        self._note_job(job, text, self.env._("The clocks agree."), key="clock")
        since = fields.Datetime.now() - timedelta(hours=1)
        self.env.cr.execute(_STALE, [since])
        stale = dict(self.env.cr.fetchall())
        for connection in self.search([("active", "=", True)]):
            self._note(
                connection,
                "clock",
                stale.get(connection.id, 0) >= STALE_MESSAGES
                and self.env._(
                    "%(name)s signs with a time that is too early or too late: compare "
                    "the clocks.",
                    name=connection.name,
                ),
                self.env._("The times are right."),
            )

    @api.model
    def _server_clock(self):
        return datetime.now(timezone.utc).replace(tzinfo=None)

    # === CONNECTIONS === #

    def _watch_calls(self):
        self.ensure_one()
        breaker = Breaker.from_dict(self.breaker)
        if breaker.state == "closed":
            return
        # Each time it was tried in vain it began anew.
        seconds = time.time() - breaker.opened_at
        seconds += sum(
            replace(breaker, trips=trip).cool_down for trip in range(1, breaker.trips)
        )
        if timedelta(seconds=min(seconds, 10**8)) >= CALLS_PAUSED:
            self.env["logistics.exception"].sudo()._open(
                "carrier_unavailable",
                self,
                self.env._("Calls to %s are paused: it does not answer.", self.name),
                times=0,
            )

    def _watch_secrets(self):
        self.ensure_one()
        if not self.sudo().secret_ids or not self.active:
            return
        self._note(
            self,
            "secret",
            self._secret_text(fields.Datetime.now()),
            self.env._("The secrets are in order."),
        )

    def _secret_text(self, now):
        """Return what is wrong with the signing secrets, False when nothing is.

        :rtype: str | bool
        """
        live = self._live_secrets()
        if not live:
            return self.env._(
                "%s has no valid signing secret: every message is refused.", self.name
            )
        coming = self.sudo().secret_ids.filtered(
            lambda secret: (
                secret.token
                and (not secret.expires_at or secret.expires_at > now + SECRET_ENDS)
            )
        )
        if not coming:
            return self.env._(
                "The signing secret of %(name)s is valid until %(end)s, and there is "
                "no other.",
                name=self.name,
                end=self.company_id._logistics_moment(max(live.mapped("expires_at"))),
            )
        newest = max(live.mapped("create_date"))
        endless = live.filtered(lambda secret: not secret.expires_at)
        if len(endless) > 1 and now - newest >= SECRET_OVERLAP:
            return self.env._(
                "%(name)s has %(number)s signing secrets without an end: let the old "
                "ones expire.",
                name=self.name,
                number=len(endless),
            )
        if self.secret_days and now - newest >= timedelta(days=self.secret_days):
            return self.env._(
                "The signing secret of %(name)s is older than %(days)s days: renew it.",
                name=self.name,
                days=self.secret_days,
            )
        return False
