from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..terms import MILESTONES


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[("release", "Release for Invoicing")],
        ondelete={"release": "cascade"},
    )
    result = fields.Selection(
        [
            ("release", "Release Only"),
            ("draft", "Draft Invoice"),
            ("post", "Posted Invoice"),
            ("post_send", "Posted Invoice, Sent Once"),
        ],
        required=True,
        default="release",
        string="Then",
        help="Release Only: a person creates the invoice. The others make it.",
    )
    grouping = fields.Selection(
        [
            ("delivery", "Each Delivery"),
            ("order", "Complete Order"),
            ("daily", "Collective, Daily"),
            ("weekly", "Collective, Weekly"),
            ("monthly", "Collective, Monthly"),
        ],
        required=True,
        default="delivery",
        string="One Invoice per",
        help="Complete Order waits until everything that will be delivered is "
        "released. A collective invoice takes the orders of one customer, address and "
        "currency together at the end of the day, week or month.",
    )
    max_hold_days = fields.Integer(
        string="Alert after (days)",
        default=14,
        help="How long goods may wait for their proof before somebody is told.",
    )
    wait_damaged = fields.Boolean(
        string="Wait While Damage Is Reported",
        help="Delivered goods are not released before a person has withdrawn the "
        "report of the damage.",
    )
    waiver_amount = fields.Monetary(
        string="Second Person Above",
        help="A release without proof above this amount needs a second person. "
        "Zero: always.",
    )

    _max_hold_days_positive = models.Constraint(
        "CHECK (max_hold_days > 0)", "A hold alerts after at least one day."
    )
    _waiver_amount_positive = models.Constraint(
        "CHECK (waiver_amount >= 0)", "The amount for a second person is not negative."
    )

    @api.constrains("action", "trigger")
    def _check_release_trigger(self):
        for policy in self:
            if policy.action == "release" and policy.trigger not in MILESTONES:
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s: goods are released when they have come far "
                        "enough, not when %(trigger)s.",
                        rule=policy.name,
                        trigger=policy._label("trigger").lower(),
                    )
                )

    @api.model
    def _versioned_fields(self):
        """Override of `logistics_events` to keep what a release rule adds."""
        return (
            *super()._versioned_fields(),
            "result",
            "grouping",
            "max_hold_days",
            "wait_damaged",
            "waiver_amount",
        )

    @api.depends(
        "result",
        "grouping",
        "max_hold_days",
        "proof_without_tracking",
        "wait_damaged",
    )
    def _compute_sentence(self):
        """Override of `logistics_events` to say what a release rule does then."""
        return super()._compute_sentence()

    def _sentences(self):
        """Override of `logistics_events` to say what a release rule does then."""
        sentences = super()._sentences()
        if self.action != "release":
            return sentences
        if self.result != "release":
            sentences.append(
                self.env._(
                    "Makes: %(result)s (%(grouping)s).",
                    result=self._label("result").lower(),
                    grouping=self._label("grouping").lower(),
                )
            )
        sentences += [
            self.env._(
                "Without tracking: %s.", self._label("proof_without_tracking").lower()
            ),
            self.env._("Alerts after %s days.", self.max_hold_days),
        ]
        if self.wait_damaged:
            sentences.append(self.env._("Waits while damage is reported."))
        return sentences
