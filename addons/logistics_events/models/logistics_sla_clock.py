"""The clocks: what runs, what is soon late, what was in time."""

from datetime import timedelta

from odoo import api, fields, models

from ..attempt import in_batches
from .logistics_notification_mail import MONEY
from .logistics_sla import KINDS

LATE_ACTIVITY = "logistics_events.mail_activity_type_late"
WATCH_CRON = "logistics_events.ir_cron_watch_time"
OPEN_STATES = ("running", "warning", "late")
BATCH_SIZE = 500


class LogisticsSlaClock(models.Model):
    """One step of one order or shipment, and whether it is in time."""

    _name = "logistics.sla.clock"
    _inherit = "logistics.selection.name.mixin"
    _description = "Clock"
    _order = "due_at, id"
    _rec_name = "kind"

    sla_id = fields.Many2one(
        "logistics.sla", string="Target", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(KINDS, string="Step", required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    shipment_id = fields.Many2one(
        "logistics.shipment", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    started_at = fields.Datetime(string="Since", required=True, readonly=True)
    warn_at = fields.Datetime(required=True, readonly=True)
    due_at = fields.Datetime(string="Due", required=True, readonly=True)
    ended_at = fields.Datetime(string="Done", readonly=True)
    state = fields.Selection(
        [
            ("running", "On Time"),
            ("warning", "Soon Late"),
            ("late", "Late"),
            ("met", "Was in Time"),
            ("missed", "Was Late"),
        ],
        string="Status",
        required=True,
        readonly=True,
    )

    _subject_uniq = models.UniqueIndex(
        "(kind, res_model, res_id)", "This is measured already."
    )
    _open_idx = models.Index("(due_at) WHERE state IN ('running', 'warning', 'late')")
    _company_due_idx = models.Index("(company_id, due_at)")

    @api.depends("kind", "order_id", "shipment_id")
    def _compute_display_name(self):
        """Override to say of what it is the step as well."""
        super()._compute_display_name()
        for clock in self:
            subject_sudo = clock.order_id.sudo() or clock.shipment_id.sudo()
            if subject_sudo:
                clock.display_name += f": {subject_sudo.display_name}"

    # === ACTIONS === #

    def action_open_subject(self):
        """Open the order or the shipment that is measured."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # === CRON === #

    @api.model
    def _cron_watch(self, size=BATCH_SIZE):
        """Read what is done by now, and tell about what is late."""
        clocks = self.search([("state", "in", OPEN_STATES)])
        if not in_batches(clocks, size, lambda batch: batch._refresh(), more=1):
            return
        self.env["logistics.sla"].search([("active", "=", True)])._tell_late()
        self.env["logistics.exception"]._note_time()
        self._come_back()
        self.env["ir.cron"]._commit_progress(1)

    def _refresh(self):
        for model, own in self.grouped("res_model").items():
            records = self.env[model].browse(own.mapped("res_id"))
            self.env["logistics.sla"]._follow(records)

    @api.model
    def _come_back(self):
        """Wake the job at the next moment at which something changes by itself."""
        now = fields.Datetime.now()
        moments = []
        for model, domain in (
            ("logistics.sla.clock", [("state", "in", ["running", "warning"])]),
            ("logistics.exception", _running()),
        ):
            for field in ("warn_at", "due_at"):
                moments += (
                    self.env[model]
                    .search([*domain, (field, ">", now)], order=f"{field}, id", limit=1)
                    .mapped(field)
                )
        if moments and min(moments) < now + timedelta(minutes=5):
            self.env.ref(WATCH_CRON).sudo()._trigger(at=min(moments))

    # === BUSINESS METHODS === #

    @api.model
    def _write_rows(self, kind, model, ids, rows, targets):
        """Bring the clocks of some records in line with what the facts say.

        :param str kind: The step.
        :param str model: The model of the records.
        :param list[int] ids: All the records that were asked about.
        :param list[tuple] rows: What was found, as `LogisticsSla._sources` says.
        :param dict[int, logistics.sla] targets: By company id.
        """
        known = {
            clock.res_id: clock
            for clock in self.sudo().search(
                [("kind", "=", kind), ("res_model", "=", model), ("res_id", "in", ids)]
            )
        }
        now = fields.Datetime.now()
        begins = {
            target: target.company_id._logistics_day(target.since)[0]
            for target in targets.values()
        }
        fresh, kept = [], set()
        for res_id, company_id, order_id, shipment_id, *moments in rows:
            started, ended = (
                moment.replace(microsecond=0) if moment else None for moment in moments
            )
            target = targets.get(company_id)
            clock = known.get(res_id)
            if not started or not target or started < begins[target]:
                continue
            kept.add(res_id)
            limits = (
                (clock.warn_at, clock.due_at)
                if clock and clock.started_at == started and clock.sla_id == target
                else target._moments(target.team_id._calendar(), started, target.hours)
            )
            vals = {
                "sla_id": target.id,
                "started_at": started,
                "warn_at": limits[0].replace(microsecond=0),
                "due_at": limits[1].replace(microsecond=0),
                "ended_at": ended,
            }
            vals["state"] = _state(vals["warn_at"], vals["due_at"], ended, now)
            if not clock:
                fresh.append(
                    vals
                    | {
                        "company_id": company_id,
                        "kind": kind,
                        "res_model": model,
                        "res_id": res_id,
                        "order_id": order_id,
                        "shipment_id": shipment_id,
                    }
                )
            elif changed := _changed(clock, vals):
                clock.write(changed)
        self.browse(
            [clock.id for res_id, clock in known.items() if res_id not in kept]
        ).sudo().unlink()
        self.sudo().create(fresh)


def _running():
    """Return which exceptions are not late yet and may become so."""
    return [("state", "=", "open"), ("time_state", "in", ["on_time", "warning"])]


def _changed(clock, vals):
    """Return the values that differ from what a clock says."""
    return {
        name: value
        for name, value in vals.items()
        if (clock[name].id if name == "sla_id" else clock[name] or None) != value
    }


def _state(warn_at, due_at, ended_at, now):
    """Return how a step stands.

    :rtype: str
    """
    if ended_at:
        return "met" if ended_at <= due_at else "missed"
    if now >= due_at:
        return "late"
    return "warning" if now >= warn_at else "running"


class LogisticsSla(models.Model):
    _inherit = "logistics.sla"

    def _tell_late(self):
        """Tell managers once what is late: one activity per target, with a count."""
        Clock = self.env["logistics.sla.clock"].sudo()
        Exception_ = self.env["logistics.exception"]
        late = Clock.search([("state", "=", "late"), ("sla_id", "in", self.ids)])
        by_target = late.grouped("sla_id")
        standing = Exception_._activities(LATE_ACTIVITY, self).grouped("res_id")
        self._note_late(late)
        for target in self:
            own = by_target.get(target, Clock)
            activity = standing.get(target.id)
            if not own:
                if activity:
                    activity.unlink()
                continue
            text = self.env._(
                "%(count)s late: %(step)s",
                count=len(own),
                step=dict(target._fields["kind"]._description_selection(self.env))[
                    target.kind
                ],
            )
            person = target.team_id._told_when_late()
            if activity:
                if activity[:1].summary != text:
                    activity.write({"summary": text})
            elif person:
                Exception_._add_activities(
                    LATE_ACTIVITY, [(target, person, text, fields.Date.today())]
                )

    def _note_late(self, late):
        """Write down, once per breach, who was told."""
        Notification = self.env["logistics.notification"].sudo()
        known = Notification.search(
            [("kind", "=", "late"), ("clock_id", "in", late.ids)]
        ).clock_id
        people = {team: team._told_when_late() for team in late.sla_id.team_id}
        Notification._note(
            [
                {
                    "kind": "late",
                    "user_id": people[clock.sla_id.team_id].id,
                    "company_id": clock.company_id.id,
                    "clock_id": clock.id,
                    "text": clock.display_name,
                }
                for clock in late - known
                if people[clock.sla_id.team_id]
            ]
        )


class LogisticsTeam(models.Model):
    _inherit = "logistics.team"

    def _told_when_late(self, besides=None, company=None):
        """Return who is told that something of the team is late.

        :param res.users besides: Who knows already.
        :param res.company company: Where it came up; the team's company by default.
        :rtype: res.users
        """
        self.ensure_one()
        team = self.sudo()
        known = besides if besides is not None else team.env["res.users"]
        return team._present(
            (team.manager_id - known) or (team.deputy_id - known),
            known,
            company=company,
        )


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    @api.model
    def _note_time(self):
        """Mark what is soon late or late, and tell about the late ones once."""
        now = fields.Datetime.now()
        exceptions = self.sudo()
        exceptions.search(
            [*_running(), ("time_state", "=", "on_time"), ("warn_at", "<=", now)]
        ).write({"time_state": "warning"})
        late = exceptions.search([*_running(), ("due_at", "<=", now)])
        late.write({"time_state": "late"})
        late._tell_late()

    def _tell_late(self):
        """Tell the manager, and mail whoever has a money matter that is late."""
        pairs = [
            (
                exception,
                exception.team_id._told_when_late(
                    exception.user_id, exception.company_id
                ),
            )
            for exception in self
            if exception.team_id
        ]
        users = self.env["res.users"].union(*(user for _one, user in pairs))
        muted = self.env["logistics.notification.mute"]._muted(users | self.user_id)
        pairs = [
            (exception, user)
            for exception, user in pairs
            if user and (user.id, exception.category) not in muted
        ]
        self._add_activities(
            LATE_ACTIVITY,
            [(one, user, one.summary, fields.Date.today()) for one, user in pairs],
        )
        self._note_told("late", pairs)
        for exception in self:
            user = exception.user_id
            wanted = user and (user.id, exception.category) not in muted
            if exception.category in MONEY and wanted:
                exception._mail_to(user)

    def _follow_state(self, before):
        """Override: what is closed is late for nobody."""
        closed = self.filtered(lambda one: one.state != "open")
        closed._activities(LATE_ACTIVITY, closed).unlink()
        return super()._follow_state(before)


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    clock_ids = fields.One2many("logistics.sla.clock", "shipment_id", string="Clocks")
    time_state = fields.Selection(
        [("on_time", "On Time"), ("warning", "Soon Late"), ("late", "Late")],
        string="In Time",
        compute="_compute_time_state",
    )

    @api.depends("clock_ids.state")
    def _compute_time_state(self):
        for shipment in self:
            states = set(shipment.sudo().clock_ids.mapped("state"))
            shipment.time_state = (
                "late"
                if states & {"late", "missed"}
                else "warning"
                if "warning" in states
                else "on_time"
                if states
                else False
            )

    def _after_fold(self, folded, facts):
        """Override: what has moved starts and stops clocks."""
        result = super()._after_fold(folded, facts)
        self.env["logistics.sla"].sudo()._follow(self)
        return result


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _action_confirm(self):
        """Override of `sale`: the clock of the release starts."""
        result = super()._action_confirm()
        self.env["logistics.sla"].sudo()._follow(self)
        return result

    def _action_cancel(self):
        """Override of `sale`: a cancelled order is not measured."""
        result = super()._action_cancel()
        self.env["logistics.sla"].sudo()._follow(self)
        return result
