"""Who switched, paused or adopted what, when, and how it is undone."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..attempt import attempted
from ..tracing import get_logger
from .ledger import trusted

_logger = get_logger(__name__)

# So many orders are brought in line at once; a job does the rest.
AT_ONCE = 200


class LogisticsModeChange(models.Model):
    """On screen: Switch History. One decision about what the suite may do.

    The orders it reaches are brought in line in portions. Until the last of them is,
    no action is taken in the company, so that none follows from the old decision.
    """

    _name = "logistics.mode.change"
    _inherit = "logistics.ledger.mixin"
    _description = "Switch History"
    _log_access = False
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("switch", "Switched"), ("pause", "Paused"), ("adopt", "Adopted")],
        required=True,
        string="What",
    )
    action = fields.Selection(selection="_selection_action")
    mode_before = fields.Selection(
        [("off", "Off"), ("observe", "Observe"), ("on", "On")], string="Before"
    )
    mode_after = fields.Selection(
        [("off", "Off"), ("observe", "Observe"), ("on", "On")], string="After"
    )
    since_before = fields.Date(string="Start Date Before")
    since_after = fields.Date(string="Start Date After")
    user_id = fields.Many2one("res.users", required=True, string="By")
    changed_at = fields.Datetime(
        required=True, default=fields.Datetime.now, string="On"
    )
    reason = fields.Char()
    ended_at = fields.Datetime(
        string="Undone On", help="When the pause ended or the switch was undone."
    )
    ended_by = fields.Many2one("res.users", string="Undone By")
    order_count = fields.Integer(string="Orders")
    waiting_ids = fields.Json(string="Orders to Come")
    touched = fields.Json(
        string="Orders Before", help="What each order was before, to put it back."
    )
    restores_id = fields.Many2one("logistics.mode.change", string="Undoes")
    is_pending = fields.Boolean(
        string="In Progress", help="Some orders are still to be brought in line."
    )

    _pause_uniq = models.UniqueIndex(
        "(company_id) WHERE kind = 'pause' AND ended_at IS NULL",
        "The actions of this company are paused already.",
    )
    _pending_idx = models.Index("(id) WHERE is_pending")

    @api.model
    def _selection_action(self):
        return self.env["logistics.action.mode"]._selection_action()

    @api.depends("kind", "action", "mode_after")
    def _compute_display_name(self):
        for change in self:
            change.display_name = " · ".join(
                label
                for label in (
                    change._label("kind"),
                    change._label("action"),
                    change._label("mode_after"),
                )
                if label
            )

    def _label(self, name):
        self.ensure_one()
        return dict(self._fields[name]._description_selection(self.env)).get(
            self[name], ""
        )

    # === ACTIONS === #

    def action_switch_back(self):
        """Undo a switch: the mode, the start date and the orders it reached.

        :raise UserError: When it was undone, or something newer was decided.
        """
        self.ensure_one()
        self.check_access("read")
        Mode = self.env["logistics.action.mode"]
        Mode._check_may_switch(self.company_id)
        change = self.sudo()
        newer = self.sudo().search_count(
            [
                ("id", ">", self.id),
                ("company_id", "=", self.company_id.id),
                ("action", "=", self.action),
                ("kind", "=", "switch"),
            ],
            limit=1,
        )
        if change.kind != "switch" or change.ended_at or newer:
            raise UserError(
                self.env._("Only the latest switch of an action can be switched back.")
            )
        if change.is_pending:
            raise UserError(
                self.env._("Wait until the orders of this switch are brought in line.")
            )
        Mode._change(
            change.company_id,
            change.action,
            change.mode_before or "off",
            change.since_before,
            restores=change,
        )
        change._end()
        return True

    # === CRONS === #

    @api.model
    def _cron_bring_in_line(self):
        """Bring the orders of a switch in line that were too many to do at once."""
        Cron = self.env["ir.cron"]
        pending = self.search([("is_pending", "=", True)], order="id")
        Cron._commit_progress(
            remaining=sum(len(change.waiting_ids or ()) for change in pending)
        )
        for change in pending:
            while change.try_lock_for_update() and change.is_pending:
                if not Cron._commit_progress(change._bring_some()):
                    return
        # What waited because of it may be taken now.
        self.env["logistics.effect"]._wake()

    # === BUSINESS METHODS === #

    def _end(self):
        """Note that it is over, and who said so."""
        trusted(self.sudo()).write(
            {"ended_at": fields.Datetime.now(), "ended_by": self.env.uid}
        )

    def _bring_some(self):
        """Bring the next orders in line.

        :return: How many.
        :rtype: int
        """
        self.ensure_one()
        waiting = self.waiting_ids or []
        now, rest = waiting[:AT_ONCE], waiting[AT_ONCE:]
        touched = self._bring_or_note(now)
        trusted(self).write(
            {
                "waiting_ids": rest,
                "touched": (self.touched or {}) | touched,
                "is_pending": bool(rest),
            }
        )
        return len(now)

    def _bring(self, order_ids):
        """Bring orders in line; return what they were before, by id as text."""
        return self.env["logistics.action.mode"]._bring(
            self.company_id,
            self.action,
            order_ids,
            self.mode_after,
            self.since_after,
            (self.restores_id.touched or {}) if self.restores_id else None,
        )

    def _bring_or_note(self, order_ids):
        """Bring orders in line; one that cannot be stays behind, with the reason.

        Else a single order would keep the company from taking any action.

        :param list[int] order_ids: The orders.
        :return: By id of the order (as text) what it was before.
        :rtype: dict[str, str]
        """
        with attempted(self.env) as together:
            touched = self._bring(order_ids)
        if together.error is None:
            return touched
        _logger.info("%s orders failed together, bringing them singly", len(order_ids))
        touched = {}
        for order_id in order_ids:
            with attempted(self.env) as alone:
                touched |= self._bring([order_id])
            if alone.error is not None:
                self._note_left_behind(order_id, alone.error)
        return touched

    def _note_left_behind(self, order_id, error):
        if not isinstance(error, UserError | ValidationError):
            _logger.error("Order %s did not follow a switch", order_id, exc_info=error)
        order = self.env["sale.order"].sudo().browse(order_id)
        self.env["logistics.exception"]._open(
            "configuration",
            order,
            self.env._(
                "%(order)s stayed as it was when “%(action)s” was switched: "
                "%(reason)s Switch back and again, or adopt the order.",
                order=order.name,
                action=self._label("action"),
                reason=(str(error) or type(error).__name__)[:200],
            ),
            key="switch",
            order=order,
        )
