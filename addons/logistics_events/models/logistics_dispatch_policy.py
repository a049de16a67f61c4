"""The rule by which what a warehouse partner reports becomes a validated transfer."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a rule that validates says of what is no question there.
DISPATCH_VALUES = {
    "proof_without_tracking": "validated",
    "approval": "none",
    "approval_amount": 0.0,
}


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[("dispatch", "Validate Delivery")],
        ondelete={"dispatch": "cascade"},
    )
    dispatch_by = fields.Selection(
        [("person", "A Person Confirms"), ("suite", "At Once")],
        required=True,
        default="person",
        string="Validated",
        help="A Person Confirms: the reported quantities wait until somebody has "
        "looked at them. At Once: a report without a problem is validated by itself. "
        "Receipts and returns are always confirmed by a person.",
    )
    dispatch_rest = fields.Selection(
        [
            ("sender", "As the Partner Says"),
            ("backorder", "Backorder"),
            ("close", "Close It"),
        ],
        required=True,
        default="sender",
        string="What Is Missing",
        help="As the Partner Says: a backorder, except for what the report calls "
        "final. An operation type that never makes backorders makes none here either.",
    )

    @api.constrains("action", "trigger")
    def _check_dispatch_trigger(self):
        for policy in self:
            if policy.action == "dispatch" and policy.trigger != "dispatched":
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s: a delivery is validated when it is reported "
                        "dispatched.",
                        rule=policy.name,
                    )
                )

    @api.onchange("action")
    def _onchange_action_dispatch(self):
        if self.action == "dispatch":
            self.trigger = "dispatched"
            self.domain = "[]"

    def _unused_values(self):
        """Override: a transfer has no amount to approve."""
        if self.action == "dispatch":
            return DISPATCH_VALUES
        return super()._unused_values()

    def _subject_model(self):
        """Override: a rule that validates is about transfers."""
        if self.action == "dispatch":
            return "stock.picking"
        return super()._subject_model()

    @api.model
    def _versioned_fields(self):
        """Override to keep what a rule that validates adds."""
        return (*super()._versioned_fields(), "dispatch_by", "dispatch_rest")

    @api.depends("dispatch_by", "dispatch_rest")
    def _compute_sentence(self):
        """Override to say how a transfer is validated."""
        return super()._compute_sentence()

    def _sentences(self):
        """Override to say how a transfer is validated."""
        sentences = super()._sentences()
        if self.action != "dispatch":
            return sentences
        sentences[1] = self.env._(
            "Then: %(action)s, for %(scope)s of %(company)s.",
            action=self._label("action"),
            scope=self.env._("every transfer")
            if self.scope == "all"
            else self.env._("the transfers chosen below"),
            company=self.company_id.name or self.env._("every company"),
        )
        return [
            *sentences,
            self.env._("Validated: %s.", self._label("dispatch_by").lower()),
            self.env._("What is missing: %s.", self._label("dispatch_rest").lower()),
        ]
