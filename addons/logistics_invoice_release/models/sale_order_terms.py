"""What a confirmed order waits for: chosen once, and frozen."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.vocabulary import TRUST_LEVELS

from ..terms import MILESTONES, PERIODS

# What a rule says, and the field of the order that keeps it.
_FROM_RULE = {
    "trigger": "logistics_release_trigger",
    "trust": "logistics_release_trust",
    "proof_without_tracking": "logistics_release_proof",
    "result": "logistics_release_result",
    "grouping": "logistics_release_grouping",
    "delay_minutes": "logistics_release_delay",
    "max_hold_days": "logistics_release_days",
    "approval": "logistics_release_approval",
    "approval_amount": "logistics_release_approval_amount",
    "wait_damaged": "logistics_release_wait_damaged",
    "waiver_amount": "logistics_release_waiver_amount",
}
MODES = [("hold", "Held for Proof"), ("observe", "Observed Only")]


def _same_as_rule(name):
    """Return a selection callable: the choices of a field of the rule."""

    def selection(self):
        return (
            self.env["logistics.policy"]._fields[name]._description_selection(self.env)
        )

    return selection


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_release_mode = fields.Selection(
        MODES,
        string="Release",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    logistics_release_policy_id = fields.Many2one(
        "logistics.policy",
        string="Release Rule",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
    )
    logistics_release_version = fields.Integer(
        string="Rule Version", readonly=True, copy=False, groups="base.group_user"
    )
    logistics_release_trigger = fields.Selection(
        _same_as_rule("trigger"),
        string="Invoice When",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_trust = fields.Selection(
        _same_as_rule("trust"),
        string="Proof Needed",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_proof = fields.Selection(
        _same_as_rule("proof_without_tracking"),
        string="Without Tracking",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_result = fields.Selection(
        _same_as_rule("result"),
        string="Then",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_grouping = fields.Selection(
        _same_as_rule("grouping"),
        string="One Invoice per",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_delay = fields.Integer(
        string="Settling Time (minutes)",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_days = fields.Integer(
        string="Alert after (days)", readonly=True, copy=False, groups="base.group_user"
    )
    logistics_release_approval = fields.Selection(
        _same_as_rule("approval"),
        string="Approval",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_approval_amount = fields.Float(
        digits=0,
        string="Two People Above",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_wait_damaged = fields.Boolean(
        string="Wait While Damage Is Reported",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_waiver_amount = fields.Float(
        digits=0,
        string="Second Person Above",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    logistics_release_from = fields.Date(
        string="Facts Count From",
        readonly=True,
        copy=False,
        help="Older tracking events build status and history, never money.",
        groups="base.group_user",
    )
    logistics_release_decided_at = fields.Datetime(
        string="Decided On", readonly=True, copy=False, groups="base.group_user"
    )

    _folded_fields = frozenset(
        {
            "logistics_version",
            "logistics_release_mode",
            "logistics_release_policy_id",
            "logistics_release_version",
            *_FROM_RULE.values(),
            "logistics_release_from",
            "logistics_release_decided_at",
            "logistics_adopted_at",
            "logistics_held_amount",
            "logistics_hold_since",
            "logistics_hold_latest",
            "logistics_goods_state",
        }
    )

    def _check_folded_fields(self, vals):
        """Override of `logistics_events`: what is frozen is decided, not typed."""
        try:
            super()._check_folded_fields(vals)
        except AccessError as error:
            raise AccessError(
                self.env._(
                    "What an order waits for is decided by the release rules: change "
                    "the rule and decide again, or release without proof."
                )
            ) from error

    # === ACTIONS === #

    def action_logistics_decide_again(self):
        """Choose the release rule anew, as the rules are now.

        :raise UserError: For an order that is not confirmed, or without the right.
        """
        self.check_access("read")
        self.env["logistics.effect"]._check_may_decide()
        if any(order.state != "sale" for order in self):
            raise UserError(
                self.env._("The rule is chosen when the order is confirmed.")
            )
        self._logistics_decide_release()
        self._logistics_follow_terms()
        return True

    # === BUSINESS METHODS === #

    def _action_confirm(self):
        """Override of `sale` to choose and freeze what the order waits for."""
        self._logistics_decide_release()
        result = super()._action_confirm()
        # An order that was cancelled and is confirmed again may have shipped already.
        self.filtered(
            lambda order: "done" in order.sudo().order_line.move_ids.mapped("state")
        )._logistics_follow_terms()
        return result

    def _action_cancel(self):
        """Override of `sale`: nothing more is released or invoiced."""
        result = super()._action_cancel()
        self.sudo()._logistics_drop_open_steps()
        return result

    def _logistics_decide_release(self):
        """Choose the first matching release rule of each order and freeze it."""
        for order in self.sudo():
            terms = order._prepare_logistics_release_vals()
            if not terms["logistics_release_mode"] and not order.logistics_release_mode:
                continue
            trusted(order).write(terms)
            order._message_log(body=order._logistics_terms_text())

    def _prepare_logistics_release_vals(self):
        """Return the terms of the order as the rules and the mode are now."""
        self.ensure_one()
        names = ("mode", "policy_id", "version", "from", "decided_at")
        empty = dict.fromkeys(
            [*(f"logistics_release_{name}" for name in names), *_FROM_RULE.values()],
            False,
        )
        row = self.env["logistics.action.mode"]._row(self.company_id, "release")
        if row.mode not in ("on", "observe"):
            return empty
        policy = self.env["logistics.policy"]._match("release", self)
        if not policy:
            return empty
        return {
            **{ours: policy[theirs] for theirs, ours in _FROM_RULE.items()},
            "logistics_release_mode": "hold" if row.mode == "on" else "observe",
            "logistics_release_policy_id": policy.id,
            "logistics_release_version": policy.version,
            "logistics_release_from": max(policy.valid_from, row.since),
            "logistics_release_decided_at": fields.Datetime.now(),
        }

    def _logistics_terms_text(self):
        """Return what the order waits for, for the history of the order."""
        self.ensure_one()
        if not self.logistics_release_mode:
            return self.env._("Invoicing waits for no proof of delivery.")
        words = {
            "trigger": self._logistics_label("logistics_release_trigger"),
            "rule": self.logistics_release_policy_id.name,
            "version": self.logistics_release_version,
        }
        if self.logistics_release_mode == "hold":
            return self.env._(
                "Invoicing waits for: %(trigger)s (rule %(rule)s, no. %(version)s).",
                **words,
            )
        return self.env._(
            "Watched only, nothing waits: %(trigger)s (rule %(rule)s, no. "
            "%(version)s).",
            **words,
        )

    def _logistics_label(self, name):
        """Return what the value of a selection field is called on the screen."""
        self.ensure_one()
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")

    def _logistics_milestones(self):
        """Return what goods of the order must have reached.

        :rtype: frozenset[str]
        """
        self.ensure_one()
        return MILESTONES[self.logistics_release_trigger]

    def _logistics_trust(self):
        """Return how well facts must be vouched for, 1 to 4."""
        self.ensure_one()
        return TRUST_LEVELS[self.logistics_release_trust]

    def _logistics_is_collective(self):
        """Return whether the order shares its invoice with others of a period."""
        self.ensure_one()
        return self.logistics_release_grouping in PERIODS

    def _logistics_zone(self):
        """Return the zone in which the company of the order counts days."""
        return self.company_id.partner_id.tz or "UTC"

    def _logistics_release_approvers(self, amount):
        """Return how many people must agree to a release of this value.

        :param float amount: In company currency.
        :rtype: int
        """
        self.ensure_one()
        limit = self.logistics_release_approval_amount
        if limit and amount > limit:
            return 2
        return {"one": 1, "two": 2}.get(self.logistics_release_approval, 0)

    def _logistics_waiver_approvers(self, amount):
        """Return how many others must agree to a release without proof.

        :param float amount: The value released, in company currency.
        :rtype: int
        """
        self.ensure_one()
        limit = self.logistics_release_waiver_amount
        return 1 if not limit or amount > limit else 0

    def _logistics_follow_terms(self):
        """Ask for what the terms and the facts ask for now, and for nothing else."""
        orders = self.sudo()
        orders._logistics_drop_open_steps()
        orders._logistics_reconsider()
        orders._logistics_wish_invoices()

    def _logistics_drop_open_steps(self):
        """Close the open steps of the orders; what still holds is asked for anew."""
        self.env["logistics.effect"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "in", self.ids),
                ("action", "in", ("release", "invoice")),
                ("state", "in", ("waiting", "failed")),
            ]
        )._set_state("superseded")

    def _logistics_reconsider(self):
        """Work out anew what is released, from the facts known now."""
        pickings = self.sudo().order_line.move_ids.picking_id
        pickings._logistics_reconsider()
