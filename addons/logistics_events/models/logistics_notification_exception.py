"""Telling people about exceptions: once each, and taken back when they are closed."""

import logging
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..attempt import attempted

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200
ACTIVITY = "logistics_events.mail_activity_type_exception"
TELL_CRON = "logistics_events.ir_cron_tell_exceptions"
# The part of the time after which the list warns.
WARNING_SHARE = 0.8
TIME_STATES = [
    ("on_time", "On Time"),
    ("warning", "Soon Late"),
    ("late", "Late"),
]


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    team_id = fields.Many2one(
        "logistics.team", readonly=True, index="btree_not_null", ondelete="set null"
    )
    told_at = fields.Datetime(string="Given to the Team", readonly=True)
    openings = fields.Integer(
        string="Times Reopened", default=0, readonly=True, copy=False
    )
    warn_at = fields.Datetime(readonly=True)
    due_at = fields.Datetime(string="Due", readonly=True)
    time_state = fields.Selection(
        TIME_STATES, string="In Time", readonly=True, copy=False
    )

    _untold_idx = models.Index("(id) WHERE state = 'open' AND told_at IS NULL")
    _due_idx = models.Index(
        "(due_at) WHERE state = 'open' AND time_state IN ('on_time', 'warning')"
    )
    _user_open_idx = models.Index("(user_id) WHERE state = 'open'")

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: whoever is told follows the state and the person responsible."""
        before = {}
        moved = self.browse()
        if "state" in vals:
            before = {exception.id: exception.state for exception in self}
        if "user_id" in vals:
            # Whoever was not told yet is told by the job, many at a time.
            moved = self.filtered(
                lambda one: one.told_at and one.user_id.id != vals["user_id"]
            )
        result = super().write(vals)
        if before:
            self.sudo()._follow_state(before)
        if moved:
            moved.sudo()._follow_person()
        return result

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Override of `mail`: the activity says who was given it, not a mail."""

    # === ACTIONS === #

    def action_reassign_dialog(self):
        """Ask who looks after the exceptions from now on."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give to Somebody Else"),
            "res_model": "logistics.exception.reassign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exception_ids": self.ids},
        }

    # === CRON === #

    @api.model
    def _tell_soon(self):
        """Ask for the team to be told as soon as this transaction is done."""
        waiting = self.env.cr.precommit.data
        if not waiting.get(TELL_CRON):
            waiting[TELL_CRON] = True
            self.env.ref(TELL_CRON).sudo()._trigger()

    @api.model
    def _cron_tell(self, size=BATCH_SIZE):
        """Give what was opened to its teams, batch by batch."""
        Cron = self.env["ir.cron"]
        domain = self._untold_domain()
        Cron._commit_progress(remaining=self.search_count(domain))
        while True:
            found = self.search(domain, limit=size * 20, order="id")
            batch = found.try_lock_for_update(limit=size).filtered_domain(domain)
            if not batch:
                break
            batch._tell_or_log()
            if not Cron._commit_progress(len(batch)):
                break

    @api.model
    def _untold_domain(self):
        """Return what some team looks after and nobody was told yet.

        :rtype: odoo.fields.Domain
        """
        lines = (
            self.env["logistics.team.category"]
            .sudo()
            .search([("team_id.active", "=", True)])
        )
        looked_after = Domain.OR(
            Domain("category", "=", category)
            & Domain("company_id", "child_of", own.company_id.ids)
            for category, own in lines.grouped("category").items()
        )
        return (
            Domain("state", "=", "open") & Domain("told_at", "=", False) & looked_after
        )

    def _tell_or_log(self):
        """Tell about all at once, and singly when that fails."""
        with attempted(self.env) as attempt:
            self._tell()
        if attempt.error is None:
            return
        if len(self) > 1:
            for exception in self:
                exception._tell_or_log()
            return
        _logger.error(
            "Nobody could be told about exception %s", self.id, exc_info=attempt.error
        )
        self.write({"told_at": fields.Datetime.now()})

    # === BUSINESS METHODS === #

    def _tell(self):
        """Give the exceptions to whoever is on duty, and tell them."""
        lines = self.env["logistics.team"]._lines_for(
            (exception.company_id, exception.category) for exception in self
        )
        given = {}
        for exception in self:
            line = lines.get((exception.company_id.id, exception.category))
            if line:
                given[exception] = line
                exception._give_to(line)
        told = self.browse().union(*given)
        muted = self.env["logistics.notification.mute"]._muted(
            told.user_id | told._salespeople()
        )
        told.filtered(
            lambda one: (
                given[one].channel == "activity"
                and (one.user_id.id, one.category) not in muted
            )
        )._schedule()
        told._tell_orders(muted)
        told._tell_at_once(muted)

    def _give_to(self, line):
        """Make the person on duty responsible, and work out until when it is due."""
        now = fields.Datetime.now()
        vals = {"team_id": line.team_id.id, "told_at": now, "time_state": "on_time"}
        if not self.user_id:
            vals["user_id"] = line._on_duty(
                self._not_deciding(), company=self.company_id
            ).id
        start = now if self.openings else self.first_at
        zone = pytz.timezone(line.team_id._zone())
        if line.hours:
            calendar = line.team_id._calendar()
            Clock = self.env["logistics.sla"]
            vals["warn_at"], vals["due_at"] = Clock._moments(
                calendar, start, line.hours
            )
            due = pytz.utc.localize(vals["due_at"]).astimezone(zone)
            vals["deadline"] = due.date()
        else:
            midnight = datetime.combine(
                fields.Date.add(self.deadline, days=1), time.min
            )
            vals["warn_at"] = False
            vals["due_at"] = (
                zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)
            )
        self.write(vals)

    def _not_deciding(self):
        """Return who must not be asked: nobody agrees to what they asked for.

        :rtype: res.users
        """
        if self.category != "approval_waiting":
            return self.env["res.users"]
        approvals = self._approvals()
        return approvals._involved() | approvals.decided_by_ids

    # === ACTIVITIES === #

    def _schedule(self):
        """Make the one activity of each exception that has a person."""
        self._add_activities(
            ACTIVITY,
            [
                (exception, exception.user_id, exception.summary, exception.deadline)
                for exception in self - self._scheduled()
                if exception.user_id
            ],
        )
        self._note_told("activity", [(one, one.user_id) for one in self if one.user_id])

    def _scheduled(self):
        """Return the exceptions that have their activity."""
        return self.browse(self._activities(ACTIVITY, self).mapped("res_id"))

    @api.model
    def _activities(self, type_xmlid, records):
        """Return the open activities that the suite made on some records.

        :rtype: mail.activity
        """
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("activity_type_id", "=", self.env.ref(type_xmlid).id),
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                ]
            )
        )

    @api.model
    def _add_activities(self, type_xmlid, wanted):
        """Make activities without the mail that Odoo sends with each.

        :param str type_xmlid: The type.
        :param wanted: Record, person, summary and day of each.
        :type wanted: list[tuple]
        """
        kind = self.env.ref(type_xmlid)
        Activity = self.env["mail.activity"].sudo()
        Activity.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "user_id": user.id,
                    "summary": summary,
                    "date_deadline": day or fields.Date.today(),
                    "automated": True,
                }
                for record, user, summary, day in wanted
            ]
        )

    def _follow_state(self, before):
        """Take back what was told about the closed, and tell again what came back.

        :param dict[int, str] before: The states before, by id.
        """
        closed = self.filtered(lambda one: one.state != "open")
        closed._activities(ACTIVITY, closed).unlink()
        closed._clear_orders()
        back = self.filtered(
            lambda one: one.state == "open" and before[one.id] != "open"
        )
        for openings, own in back.grouped("openings").items():
            own.write({"told_at": False, "openings": openings + 1})
        if back:
            self._tell_soon()

    def _follow_person(self):
        """Hand the activity over with the exception; nothing is mailed."""
        muted = self.env["logistics.notification.mute"]._muted(self.user_id)
        activities = self._activities(ACTIVITY, self)
        standing = activities.grouped("res_id")
        silent = self.filtered(
            lambda one: not one.user_id or (one.user_id.id, one.category) in muted
        )
        activities.filtered(lambda one: one.res_id in silent.ids).unlink()
        for user, own in (self - silent).grouped("user_id").items():
            activities.browse().union(
                *(standing[one.id] for one in own if one.id in standing)
            ).with_context(mail_activity_quick_update=True).write({"user_id": user.id})
        (self - silent).filtered(
            lambda one: (
                one.id not in standing and one.state == "open" and one._has_activities()
            )
        )._schedule()

    def _has_activities(self):
        line = self.team_id.line_ids.filtered(lambda own: own.category == self.category)
        return line.channel == "activity"

    def _note_told(self, kind, pairs, mail=None):
        """Write down who was told, once per opening.

        :param str kind: How.
        :param pairs: Exception and person of each.
        :type pairs: list[tuple]
        """
        Notification = self.env["logistics.notification"]
        known = Notification.sudo().search(
            [
                ("kind", "=", kind),
                ("exception_id", "in", [exception.id for exception, _user in pairs]),
            ]
        )
        told = {(row.exception_id.id, row.user_id.id, row.opening) for row in known}
        Notification._note(
            [
                {
                    "kind": kind,
                    "user_id": user.id,
                    "company_id": exception.company_id.id,
                    "exception_id": exception.id,
                    "opening": exception.openings,
                    "text": exception.summary,
                    "mail_id": mail.id if mail else False,
                }
                for exception, user in pairs
                if (exception.id, user.id, exception.openings) not in told
            ]
        )
