"""The rules about goods that do not come, are lost, or arrive damaged."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

REMIND, LAPSE, LOST, DAMAGED = "remind", "lapse", "lost", "damaged"
# By action the one thing it follows from.
TRIGGER_OF = {
    REMIND: "return_overdue",
    LAPSE: "return_reminded",
    LOST: "goods_lost",
    DAMAGED: "goods_damaged",
}
TIMED = (REMIND, LAPSE)
_NO_QUESTION = {
    "trust": "person",
    "proof_without_tracking": "validated",
    "approval": "none",
    "approval_amount": 0.0,
    "delay_minutes": 0,
}


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[
            (REMIND, "Remind of Returned Goods"),
            (LAPSE, "Close Returns Without Goods"),
            (LOST, "Claim and Credit Lost Goods"),
            (DAMAGED, "Claim Damaged Goods"),
        ],
        ondelete=dict.fromkeys(TRIGGER_OF, "cascade"),
    )
    trigger = fields.Selection(
        selection_add=[
            ("return_overdue", "Returned Goods Did Not Come in Time"),
            ("return_reminded", "Nothing Came After the Reminder"),
            ("goods_lost", "Goods Lost by the Carrier"),
            ("goods_damaged", "Goods Damaged on Delivery"),
        ],
        ondelete=dict.fromkeys(TRIGGER_OF.values(), "cascade"),
    )

    @api.constrains("action", "trigger")
    def _check_trouble_trigger(self):
        for policy in self:
            own = TRIGGER_OF.get(policy.action)
            if own != policy.trigger and (own or policy.trigger in TRIGGER_OF.values()):
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s: “%(trigger)s” does not go with “%(action)s”.",
                        rule=policy.name,
                        trigger=policy._label("trigger"),
                        action=policy._label("action"),
                    )
                )

    @api.onchange("action")
    def _onchange_action_trouble(self):
        if self.action in TRIGGER_OF:
            self.trigger = TRIGGER_OF[self.action]
            self.domain = "[]"
        elif self.trigger in TRIGGER_OF.values():
            self.trigger = "delivered"

    def _unused_values(self):
        """Override: it follows from one thing, at once; who agrees to the credit is
        asked when it is proposed.
        """
        if self.action in TRIGGER_OF:
            return _NO_QUESTION | {"trigger": TRIGGER_OF[self.action]}
        return super()._unused_values()

    def _subject_model(self):
        """Override: the clock is about returns, the carrier's words about shipments."""
        if self.action in TIMED:
            return "logistics.return"
        if self.action in TRIGGER_OF:
            return "logistics.shipment"
        return super()._subject_model()

    def _sentences(self):
        """Override to say what a rule is about, and that nobody has to agree to it."""
        sentences = super()._sentences()
        if self.action in TRIGGER_OF:
            every, chosen = (
                (
                    self.env._("every return"),
                    self.env._("the returns chosen below"),
                )
                if self.action in TIMED
                else (
                    self.env._("every shipment"),
                    self.env._("the shipments chosen below"),
                )
            )
            sentences[0] = self.env._("When: %s.", self._label("trigger"))
            sentences[1] = self.env._(
                "Then: %(action)s, for %(scope)s of %(company)s.",
                action=self._label("action"),
                scope=every if self.scope == "all" else chosen,
                company=self.company_id.name or self.env._("every company"),
            )
        return sentences
