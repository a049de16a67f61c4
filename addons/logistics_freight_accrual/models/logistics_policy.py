"""The rule by which freight is accrued."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .logistics_charge_reckon import ACCRUE

TRIGGERS = ("dispatched", "picked_up", "delivered")
# What a rule that accrues says of what is no question there: without tracking nothing
# shows that the carrier has the goods.
_ACCRUE_VALUES = {"proof_without_tracking": "validated"}


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[(ACCRUE, "Accrue Freight")], ondelete={ACCRUE: "cascade"}
    )

    @api.constrains("action", "trigger")
    def _check_accrue_trigger(self):
        for policy in self:
            if policy.action == ACCRUE and policy.trigger not in TRIGGERS:
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s: freight is incurred when the goods are "
                        "dispatched, picked up or delivered.",
                        rule=policy.name,
                    )
                )

    @api.onchange("action")
    def _onchange_action_accrue(self):
        if self.action == ACCRUE:
            self.trigger = "picked_up"
            self.domain = "[]"

    def _unused_values(self):
        """Override of `logistics_events`: no proof but the carrier's word counts."""
        if self.action == ACCRUE:
            return _ACCRUE_VALUES
        return super()._unused_values()

    def _subject_model(self):
        """Override of `logistics_events`: a rule that accrues is about shipments."""
        if self.action == ACCRUE:
            return "logistics.shipment"
        return super()._subject_model()

    def _sentences(self):
        """Override of `logistics_events` to say what a rule that accrues is about."""
        sentences = super()._sentences()
        if self.action == ACCRUE:
            sentences[1] = self.env._(
                "Then: %(action)s, for %(scope)s of %(company)s.",
                action=self._label("action"),
                scope=self.env._("every shipment")
                if self.scope == "all"
                else self.env._("the shipments chosen below"),
                company=self.company_id.name or self.env._("every company"),
            )
        return sentences
