"""What one carrier charges for one thing, from the first price to the last payment."""

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import insert_once

from .. import charge as pure
from ..charge_types import CHARGE_TYPES
from .money import share

STAGE_LABELS = [
    ("estimated", "Estimated"),
    ("provisional", "Accrued"),
    ("confirmed", "Confirmed"),
    ("invoiced", "Billed"),
    ("disputed", "Disputed"),
    ("settled", "Settled"),
    ("written_off", "Written Off"),
    ("void", "Void"),
]
SOURCE_LABELS = [
    ("booked", "Booked Price"),
    ("agreement", "Rate Agreement"),
    ("rule", "Delivery Price Rule"),
    ("average", "Average of the Last 90 Days"),
    ("flat", "Flat Amount"),
    ("carrier", "Reported by the Carrier"),
    ("bill", "First Seen on a Bill"),
    ("opening", "Opening Balance"),
]
PROBLEM_LABELS = [
    ("conflict", "Two documents say different things"),
    ("currency", "A source speaks of another currency"),
    ("dispute_exceeds_bill", "More is disputed than was billed"),
    ("outcome_exceeds_dispute", "More was decided than is disputed"),
    ("unknown_document", "A posted document is not known any more"),
    ("changed_document", "A document was posted with other amounts"),
    ("unknown_target", "A document is about one that is not known"),
    ("no_price", "The goods left, and nobody knows the price"),
    ("write_off_differs", "Another amount was written off than was approved"),
]
# What tells two charges apart; the columns of the unique index.
IDENTITY = (
    "company_id",
    "carrier_id",
    "shipment_id",
    "parcel_id",
    "reference",
    "charge_type",
    "generation",
)
# Worked out from the facts and from what is posted; nobody types them.
RECKONED = frozenset(
    {
        "stage",
        "amount",
        "accrued_amount",
        "open_amount",
        "billed_amount",
        "variance_amount",
        "disputed_amount",
        "blocked_amount",
        "released_amount",
        "held_reason",
        "problems",
        "told",
        "mode",
        "replaces_id",
        "service_date",
    }
)


class LogisticsCharge(models.Model):
    """On screen: Freight Charge. One cost of a shipment or parcel, as the carrier's
    true price: never what the customer pays for the delivery.
    """

    _name = "logistics.charge"
    _inherit = ["logistics.folded.mixin", "analytic.mixin"]
    _description = "Freight Charge"
    _order = "service_date desc, id desc"
    _check_company_auto = True
    _folded_fields = RECKONED

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    shipment_id = fields.Many2one(
        "logistics.shipment", ondelete="restrict", readonly=True
    )
    parcel_id = fields.Many2one("logistics.parcel", ondelete="restrict", readonly=True)
    carrier_id = fields.Many2one(
        "logistics.carrier", required=True, ondelete="restrict", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Vendor",
        ondelete="restrict",
        readonly=True,
        help="Who bills it, by the terms of the carrier.",
    )
    reference = fields.Char(
        readonly=True, help="What it is about, where no shipment of ours is known."
    )
    charge_type = fields.Selection(
        [(code, kind.label) for code, kind in CHARGE_TYPES.items()],
        required=True,
        readonly=True,
    )
    generation = fields.Integer(string="Revision", default=1, readonly=True)
    is_all_in = fields.Boolean(
        string="All In",
        readonly=True,
        help="The price includes fuel and discounts: lines of a bill about those are "
        "about this charge.",
    )
    expense = fields.Selection(
        [("freight", "Outbound"), ("freight_in", "Inbound")],
        string="Direction",
        required=True,
        default="freight",
        readonly=True,
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, ondelete="restrict", readonly=True
    )
    tax_rate = fields.Float(digits=(9, 6), readonly=True, help="0.19 is 19 %.")
    tax_share = fields.Float(
        string="Recoverable Share", digits=(7, 6), default=1.0, readonly=True
    )
    source = fields.Selection(SOURCE_LABELS, required=True, readonly=True)
    service_date = fields.Date(
        readonly=True, help="On the clock of the company; accruals belong to it."
    )
    mode = fields.Selection(
        [("observe", "Observed Only"), ("on", "On")],
        string="Accrual",
        readonly=True,
        help="Whether the action was on when the goods had come far enough.",
    )
    told = fields.Json(readonly=True, help="What tracking events say of it.")

    stage = fields.Selection(STAGE_LABELS, default="estimated", readonly=True)
    amount = fields.Monetary(
        string="Expected", readonly=True, help="The last price said, tax excluded."
    )
    accrued_amount = fields.Monetary(string="Accrued", readonly=True)
    open_amount = fields.Monetary(
        string="Still Accrued",
        readonly=True,
        help="What is accrued and neither billed nor written off.",
    )
    billed_amount = fields.Monetary(
        string="Billed", readonly=True, help="Tax excluded, less what was credited."
    )
    variance_amount = fields.Monetary(string="Variance", readonly=True)
    disputed_amount = fields.Monetary(string="Disputed", readonly=True)
    blocked_amount = fields.Monetary(string="Payment Blocked", readonly=True)
    released_amount = fields.Monetary(string="Written Off", readonly=True)
    held_reason = fields.Selection(PROBLEM_LABELS, string="Held", readonly=True)
    problems = fields.Json(readonly=True)

    fact_ids = fields.One2many("logistics.charge.fact", "charge_id", string="Known")
    posting_ids = fields.One2many(
        "logistics.charge.posting", "charge_id", string="Postings"
    )
    line_ids = fields.One2many(
        "account.move.line", "logistics_charge_id", string="Journal Items"
    )

    _identity_uniq = models.UniqueIndex(
        "(company_id, carrier_id, COALESCE(shipment_id, 0), COALESCE(parcel_id, 0), "
        "COALESCE(reference, ''), charge_type, generation)",
        "This charge is known already.",
    )
    _shipment_idx = models.Index("(shipment_id) WHERE shipment_id IS NOT NULL")
    _parcel_idx = models.Index("(parcel_id) WHERE parcel_id IS NOT NULL")
    _open_idx = models.Index("(company_id, carrier_id) WHERE open_amount <> 0")

    # === COMPUTE METHODS === #

    @api.depends("shipment_id", "parcel_id", "reference", "charge_type", "generation")
    def _compute_display_name(self):
        labels = dict(self._fields["charge_type"]._description_selection(self.env))
        for charge in self:
            about = (
                charge.parcel_id.tracking_number
                or charge.shipment_id.name
                or charge.reference
            )
            name = f"{about or charge.carrier_id.name}: {labels[charge.charge_type]}"
            if charge.generation > 1:
                name = f"{name} ({charge.generation})"
            charge.display_name = name

    # === BUSINESS METHODS === #

    @api.model
    def _find_or_make(self, vals_list):
        """Return the charges that some values tell of, made where they are new.

        :param list[dict] vals_list: Field values, records as ids: `IDENTITY` and, for
            a new charge, `currency_id`, `source`, `expense`, `is_all_in`, `mode` (where
            no tracking event decides it). Vendor and tax are those of the carrier's
            terms.
        :return: In the order of the values.
        :rtype: logistics.charge
        """
        self = self.sudo()
        wanted = [_identity(vals) for vals in vals_list]
        known = self._known(wanted)
        Terms = self.env["logistics.freight.terms"]
        Company, Carrier = self.env["res.company"], self.env["logistics.carrier"]
        new = {
            identity: vals
            for identity, vals in zip(wanted, vals_list, strict=True)
            if identity not in known
        }
        pairs = {
            identity: (
                Company.browse(vals["company_id"]),
                Carrier.browse(vals["carrier_id"]),
            )
            for identity, vals in new.items()
        }
        terms = Terms._for_many(pairs.values())
        for identity, vals in new.items():
            row = self._new_row(vals, terms[pairs[identity]])
            known[identity] = (
                insert_once(self, row) or self._known([identity])[identity]
            )
        return self.browse([known[identity].id for identity in wanted])

    def _known(self, identities):
        """Return the charges of some identities.

        :rtype: dict[tuple, logistics.charge]
        """
        if not identities:
            return {}
        columns = zip(*identities, strict=True)
        found = self.search(
            [
                (name, "in", [*set(values)])
                for name, values in zip(IDENTITY, columns, strict=True)
            ]
        )
        return {_identity_of(charge): charge for charge in found}

    def _new_row(self, vals, terms):
        currency = self.env["res.currency"].browse(
            vals.get("currency_id")
            or terms.currency_id.id
            or self.env["res.company"].browse(vals["company_id"]).currency_id.id
        )
        held = terms._pure(currency, vals.get("expense", "freight"))
        return {
            "company_id": vals["company_id"],
            "carrier_id": vals["carrier_id"],
            "shipment_id": vals.get("shipment_id") or None,
            "parcel_id": vals.get("parcel_id") or None,
            "reference": vals.get("reference") or None,
            "charge_type": vals["charge_type"],
            "generation": vals.get("generation") or 1,
            "partner_id": vals.get("partner_id") or terms.partner_id.id or None,
            "is_all_in": bool(vals.get("is_all_in")),
            "expense": held.expense,
            "currency_id": currency.id,
            "tax_rate": held.tax_rate,
            "tax_share": held.recoverable,
            "source": vals["source"],
            "mode": vals.get("mode") or None,
            "stage": "estimated",
            **dict.fromkeys(AMOUNTS, 0),
        }

    def _terms(self):
        """Return what holds for the charge whatever happens to it.

        :rtype: charge.Terms
        """
        self.ensure_one()
        return pure.Terms(
            self.currency_id.name,
            self.currency_id.decimal_places,
            share(self.tax_rate),
            share(self.tax_share),
            self.expense,
        )


AMOUNTS = (
    "amount",
    "accrued_amount",
    "open_amount",
    "billed_amount",
    "variance_amount",
    "disputed_amount",
    "blocked_amount",
    "released_amount",
)


def _identity(vals):
    return (
        vals["company_id"],
        vals["carrier_id"],
        vals.get("shipment_id") or False,
        vals.get("parcel_id") or False,
        vals.get("reference") or False,
        vals["charge_type"],
        vals.get("generation") or 1,
    )


def _identity_of(charge):
    return _identity(
        {
            name: charge[name].id if name.endswith("_id") else charge[name]
            for name in IDENTITY
        }
    )
