"""The rule by which the goods of a return are expected in stock."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .logistics_return_expect import EXPECT

# When something is done about a return, and from which of its states on.
TRIGGERS = {
    "return_requested": "requested",
    "return_approved": "approved",
    "return_scanned": "in_transit",
}
# What a rule about goods says of what is no question there.
_EXPECT_VALUES = {
    "trust": "person",
    "proof_without_tracking": "validated",
    "approval": "none",
    "approval_amount": 0.0,
}


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[(EXPECT, "Expect Returned Goods")],
        ondelete={EXPECT: "cascade"},
    )
    trigger = fields.Selection(
        selection_add=[
            ("return_requested", "Return Asked For"),
            ("return_approved", "Return Approved"),
            ("return_scanned", "Return on Its Way"),
        ],
        ondelete=dict.fromkeys(TRIGGERS, "cascade"),
    )

    @api.constrains("action", "trigger")
    def _check_return_trigger(self):
        for policy in self:
            about_return = policy.action in self._return_actions()
            if about_return != (policy.trigger in TRIGGERS):
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s: “%(trigger)s” does not go with “%(action)s”.",
                        rule=policy.name,
                        trigger=policy._label("trigger"),
                        action=policy._label("action"),
                    )
                )

    @api.model
    def _return_actions(self):
        """Return the actions whose rules are triggered by a return's state.

        :rtype: tuple[str, ...]
        """
        return (EXPECT,)

    @api.onchange("action")
    def _onchange_action_return(self):
        if self.action in self._return_actions():
            self.trigger = "return_approved"
            self.domain = "[]"
        elif self.trigger in TRIGGERS:
            self.trigger = "delivered"

    def _unused_values(self):
        """Override: goods that are expected have no amount and need no proof."""
        if self.action == EXPECT:
            return _EXPECT_VALUES
        return super()._unused_values()

    def _subject_model(self):
        """Override: what is expected is about a return."""
        if self.action == EXPECT:
            return "logistics.return"
        return super()._subject_model()

    def _sentences(self):
        """Override to say what a rule about returns is about."""
        sentences = super()._sentences()
        if self.action == EXPECT:
            sentences[1] = self.env._(
                "Then: %(action)s, for %(scope)s of %(company)s.",
                action=self._label("action"),
                scope=self.env._("every return")
                if self.scope == "all"
                else self.env._("the returns chosen below"),
                company=self.company_id.name or self.env._("every company"),
            )
        return sentences

    def _return_state(self):
        """Return the state of a return from which on the rule holds.

        :rtype: str
        """
        self.ensure_one()
        return TRIGGERS[self.trigger]
