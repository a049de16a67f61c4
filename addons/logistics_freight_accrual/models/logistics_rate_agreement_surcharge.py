"""What an agreement adds to the base price."""

from odoo import api, fields, models

from ..agreement import BASES, Surcharge
from ..charge_types import CHARGE_TYPES
from .logistics_rate_agreement import PER_LABELS
from .money import share

# What can be agreed on top of a base price; the rest only ever stands on bills.
SURCHARGES = tuple(
    kind.code
    for kind in CHARGE_TYPES.values()
    if kind.is_expense
    and kind.code not in ("base", "adjustment", "rounding", "unknown")
)
BASIS_LABELS = [
    ("base", "Base Price"),
    ("all", "Base Price and Surcharges that Are Amounts"),
]
assert {key for key, _label in BASIS_LABELS} == set(BASES)


class LogisticsRateAgreementSurcharge(models.Model):
    """What is added to the base price: a percentage of it, or an amount."""

    _name = "logistics.rate.agreement.surcharge"
    _inherit = "logistics.rate.agreement.line"
    _description = "Surcharge"
    _order = "agreement_id, kind, country_id, zone, service, valid_from, id"

    kind = fields.Selection(
        [(code, CHARGE_TYPES[code].label) for code in SURCHARGES],
        string="Surcharge",
        required=True,
    )
    method = fields.Selection(
        [("percent", "Percentage"), ("amount", "Amount")],
        string="Is a",
        required=True,
        default="percent",
    )
    percent = fields.Float(
        string="%", digits=(16, 6), min_display_digits=1, help="9.5 is 9.5 %."
    )
    basis = fields.Selection(
        BASIS_LABELS, string="Percentage of", required=True, default="base"
    )
    amount = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        help="Tax excluded; a discount is negative.",
    )
    per = fields.Selection(
        PER_LABELS, string="Amount for Each", required=True, default="parcel"
    )
    trait = fields.Char(
        string="Only If",
        help="What the shipment must be: residential (to a private person), inbound, "
        "return or international. Empty: it always applies.",
    )

    _percent_range = models.Constraint(
        "CHECK (percent >= 0 AND percent < 1000)",
        "A percentage is at least 0 and below 1000.",
    )
    _minimum_not_negative = models.Constraint(
        "CHECK (minimum >= 0)", "The minimum is not negative."
    )
    _one_value = models.Constraint(
        "CHECK (method = 'percent' OR COALESCE(percent, 0) = 0)",
        "A surcharge is either a percentage or an amount.",
    )
    _one_amount = models.Constraint(
        "CHECK (method = 'amount' OR COALESCE(amount, 0) = 0)",
        "A surcharge is either a percentage or an amount.",
    )
    _validity = models.Constraint(
        "CHECK (valid_to >= valid_from)", "A surcharge does not end before it begins."
    )

    @api.depends("kind", "trait", "service", "zone", "country_id")
    def _compute_display_name(self):
        for surcharge in self:
            surcharge.display_name = surcharge._in_words()

    @api.onchange("method")
    def _onchange_method(self):
        if self.method == "percent":
            self.amount = 0
        else:
            self.percent = 0

    @api.model
    def _own_fields(self):
        """Override: a surcharge says what it is of, and when it applies."""
        return ["kind", "method", "percent", "basis", "amount", "per", "trait"]

    def _pure(self):
        """Override: return an `agreement.Surcharge`."""
        self.ensure_one()
        is_percent = self.method == "percent"
        return Surcharge(
            kind=self.kind,
            percent=share(self.percent) if is_percent else None,
            amount=None if is_percent else share(self.amount),
            basis=self.basis,
            per=self.per,
            trait=self.trait or "",
            **self._where(),
        )

    def _subject(self):
        """Override: the place, the kind and how it is counted."""
        self.ensure_one()
        return (
            self.service or "",
            self.zone or "",
            self.country_id.id,
            self.kind,
            self.trait or "",
            self.method,
            self.per,
        )

    def _in_words(self):
        """Return what the surcharge is for, in words.

        :rtype: str
        """
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        words = [labels.get(self.kind, ""), self.trait, *self._words_of_place()]
        return ", ".join(word for word in words if word)
