"""The buttons with which jobs and connections are set going again."""

import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..retry import Breaker

# Longer than any wait between two trials, in seconds.
LONG_AGO = 7200.0
_GROUP = "logistics_events.logistics_events_group_integration"


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    is_job_off = fields.Boolean(compute="_compute_is_job_off", compute_sudo=True)

    @api.depends("category", "res_model", "res_id")
    def _compute_is_job_off(self):
        about = self.filtered(lambda one: one.res_model == "ir.cron")
        jobs = self.env["ir.cron"].with_context(active_test=False)
        off = jobs.search(
            [("id", "in", about.mapped("res_id")), ("active", "=", False)]
        )
        for exception in self:
            exception.is_job_off = exception in about and exception.res_id in off.ids

    def action_run_job(self):
        """Let the job run as soon as a worker is free.

        :raise UserError: When the exception is about no job, or it is switched off.
        """
        job = self._job_needed()
        if not job.active:
            raise UserError(self.env._("The job is switched off: switch it on first."))
        job._trigger()
        return self._said(self.env._("The job runs in a moment."))

    def action_switch_on_job(self):
        """Switch a job on again; `action_switch_off_job` undoes it.

        :raise UserError: When the exception is about no job.
        """
        job = self._job_needed()
        job.write({"active": True})
        job._trigger()
        self.sudo()._close(self.env._("Switched on again."))
        return True

    def action_switch_off_job(self):
        """Undo `action_switch_on_job`: the job is switched off, the exception is open.

        :raise UserError: When the exception is about no job.
        """
        self._job_needed().write({"active": False})
        if self.state not in ("open", "snoozed"):
            self.action_reopen()
        return True

    def action_call_again(self):
        """Let the next call to a partner go out now, as a trial.

        :raise UserError: When the exception is about no connection.
        """
        self._check_integration()
        if self.category != "carrier_unavailable" or (
            self.res_model != "logistics.connection"
        ):
            raise UserError(self.env._("No connection belongs to this exception."))
        connection = self.env["logistics.connection"].browse(self.res_id)
        connection.check_access("write")
        connection.sudo()._call_again()
        return self._said(self.env._("The next call goes out in a moment."))

    def _job_needed(self):
        self._check_integration()
        if self.category != "configuration" or self.res_model != "ir.cron":
            raise UserError(self.env._("No job belongs to this exception."))
        jobs = self.env["logistics.connection"].sudo()._jobs()
        job = jobs.filtered(lambda job: job.id == self.res_id)
        if not job:
            raise UserError(self.env._("This job is not one of ours."))
        return job

    def _check_integration(self):
        self.ensure_one()
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(_GROUP)):
            raise AccessError(
                self.env._("Only an integration administrator sets jobs going.")
            )

    def _said(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": text},
        }


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    def _call_again(self):
        """Let one call go out although calls are paused; its outcome decides."""
        self.ensure_one()
        breaker = Breaker.from_dict(self.breaker)
        if breaker.state != "closed":
            # The wait is over: the next call is the trial.
            long_ago = time.time() - LONG_AGO
            self.breaker = breaker.as_dict() | {
                "opened_at": long_ago,
                "probed_at": long_ago,
            }
        self._wake_poller()
