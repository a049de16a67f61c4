"""The ledger of actions: what was done, and what is open."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import ledger
from .ledger import trusted

OPEN_STATES = ("waiting", "failed")
INSERT_COLUMNS = (
    "company_id",
    "res_model",
    "res_id",
    "action",
    "key",
    "observed",
    "generation",
    "quantity",
    "desired",
    "uom_id",
    "amount",
    "currency_id",
    "state",
    "shipment_id",
    "order_id",
    "policy_id",
    "policy_version",
    "event_id",
    "inputs",
    "correlation_id",
    "approvers_needed",
    "not_before",
    "attempts",
    "asked_at",
    "asked_by",
)
# Of these only the state moves on, and what a failed try leaves behind.
_FROZEN = frozenset(INSERT_COLUMNS) - {"state", "not_before", "attempts"}


class LogisticsEffect(models.Model):
    """On screen: Action Taken. One step that brought a document to what the facts ask.

    Identity: company, object, action, key, generation. The database refuses a second
    one, and a second open one per key. Keys, amounts and links never change; the state
    changes through the methods of this model only.
    """

    _name = "logistics.effect"
    _inherit = "logistics.ledger.mixin"
    _description = "Action Taken"
    _log_access = False
    _order = "id desc"
    _rec_name = "key"

    company_id = fields.Many2one("res.company", required=True)
    action = fields.Selection(selection="_selection_action", required=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, string="Object"
    )
    key = fields.Char(required=True)
    observed = fields.Boolean(
        required=True,
        default=False,
        string="Observed Only",
        help="The action was not on: this is what it would have done.",
    )
    generation = fields.Integer(string="Revision", required=True)
    quantity = fields.Float(digits=0, help="What this step adds or takes back.")
    desired = fields.Float(digits=0, help="What the facts asked for in total.")
    uom_id = fields.Many2one("uom.uom", string="Unit", ondelete="restrict")
    amount = fields.Float(digits=0)
    currency_id = fields.Many2one("res.currency", ondelete="restrict")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("rejected", "Refused"),
            ("superseded", "Replaced"),
            ("compensated", "Made Again"),
        ],
        string="Status",
        required=True,
        default="waiting",
    )
    record_state = fields.Selection(
        [
            ("posted", "Posted by Hand"),
            ("reset", "Reset to Draft"),
            ("cancelled", "Cancelled"),
            ("edited", "Edited"),
            ("reversed", "Reversed"),
            ("deleted", "Deleted"),
        ],
        string="Changed by Hand",
    )
    shipment_id = fields.Many2one("logistics.shipment", ondelete="restrict")
    order_id = fields.Many2one("sale.order", string="Sales Order", ondelete="restrict")
    policy_id = fields.Many2one("logistics.policy", string="Rule", ondelete="restrict")
    policy_version = fields.Integer()
    event_id = fields.Many2one(
        "logistics.event", string="Because of", ondelete="restrict"
    )
    inputs = fields.Json()
    correlation_id = fields.Char()
    approvers_needed = fields.Integer(default=0)
    approval_ids = fields.One2many("logistics.approval", "effect_id")
    not_before = fields.Datetime()
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime()
    error = fields.Char()
    asked_at = fields.Datetime(required=True, default=fields.Datetime.now)
    asked_by = fields.Many2one("res.users")
    done_at = fields.Datetime()
    pinned = fields.Boolean(
        help="A person decided to leave it so; the facts ask for nothing more."
    )
    pin_reason = fields.Char()
    line_ids = fields.Many2many(
        "account.move.line",
        "logistics_effect_account_line_rel",
        "effect_id",
        "line_id",
        string="Journal Items",
    )
    invoice_ids = fields.Many2many(
        "account.move", string="Documents", compute="_compute_invoice_ids"
    )
    move_ids = fields.Many2many(
        "stock.move",
        "logistics_effect_stock_move_rel",
        "effect_id",
        "move_id",
        string="Stock Moves",
    )

    _generation_uniq = models.UniqueIndex(
        "(company_id, res_model, res_id, action, key, observed, generation)",
        "This step was taken already.",
    )
    _open_uniq = models.UniqueIndex(
        "(company_id, res_model, res_id, action, key, observed) "
        "WHERE state IN ('waiting', 'failed')",
        "A step of this action is open already.",
    )
    _ready_idx = models.Index("(id) WHERE state IN ('waiting', 'failed')")
    _shipment_idx = models.Index("(shipment_id)")
    _order_idx = models.Index("(order_id)")

    @api.depends("line_ids.move_id")
    def _compute_invoice_ids(self):
        for effect in self:
            effect.invoice_ids = effect.sudo().line_ids.move_id

    @api.model
    def _selection_action(self):
        """Return what can be done; addons add actions that follow from others here.

        :rtype: list[tuple[str, str]]
        """
        policy_action = self.env["logistics.policy"]._fields["action"]
        return list(policy_action._description_selection(self.env))

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: not even the suite changes keys, amounts and links of a step."""
        frozen = _FROZEN & set(vals)
        if frozen:
            raise AccessError(
                self.env._(
                    "What an action was asked to do never changes: %s.",
                    ", ".join(sorted(frozen)),
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _set_state(self, state, **more):
        """Move the steps to a state; the only writer of `state`."""
        if self:
            trusted(self.sudo()).write({"state": state} | more)
            if state == "superseded":
                self.sudo().approval_ids._void()
        return self

    def _mark_done(self, lines=None, moves=None):
        """Note that the step was taken, and what it made.

        :param account.move.line lines: The journal items it made, if any.
        :param stock.move moves: The stock moves it concerns, if any.
        """
        vals = {"done_at": fields.Datetime.now(), "error": False}
        if lines:
            vals["line_ids"] = [fields.Command.link(line.id) for line in lines]
        if moves:
            vals["move_ids"] = [fields.Command.link(move.id) for move in moves]
        # A person who tries again begins to count anew; what it said then is kept.
        failed_before = self.filtered(lambda step: step.attempts or step.error)
        self._set_state("done", **vals)
        for step in failed_before:
            for category in ("action_failed", "period_locked"):
                self.env["logistics.exception"]._solve(
                    category, step, self.env._("It worked at a later try.")
                )

    def _said(self):
        """Return what the step does, as it stands in a sentence."""
        self.ensure_one()
        labels = dict(self._fields["action"]._description_selection(self.env))
        if self.quantity < 0:
            return self.env._("Taking Back: %s", labels[self.action])
        return labels[self.action]

    def _decimal(self):
        """Return what the step adds or takes back, exactly."""
        self.ensure_one()
        return ledger.quantity(self.quantity)

    def action_retry(self):
        """Try a failed step again now.

        :raise UserError: When the step did not fail.
        """
        self.check_access("read")
        self._check_may_decide()
        if any(step.state != "failed" for step in self):
            raise UserError(self.env._("Only a failed action can be tried again."))
        self.sudo()._set_state("waiting", next_try_at=False, attempts=0)
        self._wake()
        return True

    def _check_may_decide(self):
        if not (
            self.env.su
            or self.env.user.has_group(
                "logistics_events.logistics_events_group_finance"
            )
            or self.env.user.has_group(
                "logistics_events.logistics_events_group_manager"
            )
        ):
            raise AccessError(
                self.env._("Only finance and logistics managers decide on actions.")
            )

    @api.model
    def _wake(self, at=None):
        """Wake the job that takes the steps."""
        cron = self.env.ref("logistics_events.ir_cron_run_effects", False)
        if cron:
            cron.sudo()._trigger(at)
