"""What each source said a shipment would cost, and how well it did before."""

from types import MappingProxyType

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..expected_cost import REASONS, SOURCES, weight_class
from .logistics_charge import SOURCE_LABELS
from .logistics_consignment import weight_of

_lt = LazyTranslate(__name__)

# The reasons of `expected_cost.REASONS` as people read them.
WORDS = MappingProxyType(
    {
        "rate": _lt(
            "Up to %(limit)s kg for %(weight)s kg, zone %(zone)s, country %(country)s"
        ),
        "minimum": _lt("The minimum, as %(amount)s is less"),
        "percent": _lt("%(percent)s %% of %(basis)s"),
        "fixed": _lt("%(amount)s for each of %(count)s"),
        "no_parcel": _lt("Nothing is packed or reserved yet"),
        "no_weight": _lt("A parcel has no weight, and no dimensions to count instead"),
        "no_agreement": _lt("There is no agreement with %(carrier)s"),
        "no_rate": _lt(
            "No rate of %(agreement)s fits %(weight)s kg of %(service)s to %(zone)s "
            "%(country)s on %(day)s"
        ),
        "ambiguous": _lt("%(count)s rates of %(agreement)s fit equally well"),
        "several_agreements": _lt("%(count)s agreements with %(carrier)s give a price"),
        "not_given": _lt("Nothing is known of it"),
        "booked": _lt("The price said when the label was booked"),
        "rule": _lt("The cost by the price rules of the shipping method"),
        "average": _lt("The average of %(count)s shipments since %(day)s"),
        "too_few": _lt(
            "Only %(count)s shipments since %(day)s, of %(least)s that are needed"
        ),
        "flat": _lt("The flat amount in the terms of the carrier"),
    }
)
assert WORDS.keys() == REASONS.keys()
_LABELS = [(code, label) for code, label in SOURCE_LABELS if code in SOURCES]


class LogisticsExpectedCost(models.Model):
    """What one source says about one shipment; all five are kept, with the shipment as
    it was priced, so that each can be compared with the bill.
    """

    _name = "logistics.expected.cost"
    _description = "Expected Cost"
    _order = "shipment_id, sequence"
    _rec_name = "source"

    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    carrier_id = fields.Many2one("logistics.carrier", readonly=True)
    source = fields.Selection(_LABELS, required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    is_chosen = fields.Boolean(
        string="Counts", readonly=True, help="The first source with a price counts."
    )
    has_price = fields.Boolean(readonly=True)
    amount = fields.Monetary(
        string="Expected", readonly=True, help="As the source said it, tax excluded."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    charged_amount = fields.Monetary(
        string="In the Carrier's Currency",
        currency_field="charged_currency_id",
        readonly=True,
    )
    charged_currency_id = fields.Many2one(
        "res.currency", string="Carrier's Currency", readonly=True
    )
    reason = fields.Char(readonly=True)
    values = fields.Json(readonly=True)
    parts = fields.Json(readonly=True)
    reason_text = fields.Text(string="Why", compute="_compute_reason_text")
    parts_text = fields.Text(string="Made Of", compute="_compute_parts_text")
    accuracy = fields.Float(
        string="Past Accuracy",
        digits=(6, 4),
        readonly=True,
        help="Of the carrier's bills of one year: 100 % less what they differed.",
    )
    accuracy_count = fields.Integer(
        string="Compared",
        readonly=True,
        help="Shipments of the last year that were billed.",
    )
    deviation = fields.Monetary(
        string="Billed above Expected",
        currency_field="charged_currency_id",
        readonly=True,
        help="On average for a shipment; negative: less was billed.",
    )
    asked_at = fields.Datetime(readonly=True)

    # The shipment as it was priced.
    service = fields.Char(readonly=True)
    zone = fields.Char(readonly=True)
    weight = fields.Float(string="Weight (kg)", digits=(16, 6), readonly=True)
    weight_class = fields.Integer(readonly=True)
    service_date = fields.Date(readonly=True)

    _source_uniq = models.UniqueIndex("(shipment_id, source)")
    _past_idx = models.Index(
        "(company_id, carrier_id, service_date) WHERE source = 'booked'"
    )

    # === COMPUTE METHODS === #

    @api.depends("source")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["source"]._description_selection(self.env))
        for row in self:
            row.display_name = labels.get(row.source, "")

    @api.depends("reason", "values")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for row in self:
            row.reason_text = row._words(row.reason, row.values)

    @api.depends("parts")
    @api.depends_context("lang")
    def _compute_parts_text(self):
        labels = dict(
            self.env["logistics.charge"]
            ._fields["charge_type"]
            ._description_selection(self.env)
        )
        for row in self:
            row.parts_text = "; ".join(
                self.env._(
                    "%(part)s %(amount)s (%(why)s)",
                    part=labels.get(part["kind"], part["kind"]),
                    amount=part["amount"],
                    why=row._words(part["reason"], part["values"]),
                )
                for part in row.parts or ()
            )

    @api.model
    def _words(self, reason, values):
        """Return a reason as a sentence.

        :param str reason: A key of `WORDS`.
        :param dict values: What it names.
        :rtype: str
        """
        if reason not in WORDS:
            return ""
        known = dict.fromkeys(
            ("amount", "basis", "carrier", "count", "country", "day", "least"), "-"
        )
        known |= dict.fromkeys(
            ("agreement", "limit", "percent", "service", "weight", "zone"), "-"
        )
        said = {name: text for name, text in (values or {}).items() if text}
        return self.env._(WORDS[reason]) % (known | said)

    # === BUSINESS METHODS === #

    @api.model
    def _keep(self, priced):
        """Keep what the sources said of some shipments, instead of what they said
        before.

        :param list[Priced] priced: See `logistics_expected_cost_ask.py`.
        """
        self = self.sudo()
        shipments = self.env["logistics.shipment"].browse(
            [one.shipment.id for one in priced]
        )
        known = {
            (row.shipment_id.id, row.source): row
            for row in self.search([("shipment_id", "in", shipments.ids)])
        }
        new = []
        for one in priced:
            for sequence, answer in enumerate(one.expectation.answers):
                vals = one.vals() | self._answer_vals(one, answer, sequence)
                row = known.get((one.shipment.id, answer.source))
                if row:
                    row.write(vals)
                else:
                    new.append(vals)
        self.create(new)

    @api.model
    def _answer_vals(self, one, answer, sequence):
        money = answer.money
        charged = one.in_charged_currency(money) if money else None
        return {
            "source": answer.source,
            "sequence": sequence,
            "is_chosen": answer is one.expectation.chosen,
            "has_price": money is not None,
            "amount": float(money.amount) if money else 0.0,
            "currency_id": one.currencies[money.currency].id if money else False,
            "charged_amount": float(charged) if money else 0.0,
            "charged_currency_id": one.charged_in.id,
            "reason": answer.reason,
            "values": answer.values,
            "parts": [
                {
                    "kind": part.kind,
                    "amount": str(part.amount),
                    "reason": part.reason,
                    "values": part.values,
                }
                for part in answer.parts
            ],
            "accuracy": float(answer.accuracy.share or 0),
            "accuracy_count": answer.accuracy.count,
            "deviation": float(answer.accuracy.deviation or 0),
            "weight": float(weight_of(one.consignment)),
            "weight_class": weight_class(weight_of(one.consignment)),
        }
