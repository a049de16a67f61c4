"""Charges as a carrier bills them, and what was found out about each."""

from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.logistics_events.vocabulary import normalise_tracking

from .. import bill as pure
from ..charge_types import CHARGE_CLASSES, CHARGE_TYPES
from .received import refuse_typed

STATUS_LABELS = [
    ("matched", "Matched"),
    ("in_tolerance", "In Tolerance"),
    ("variance", "Out of Tolerance"),
    ("unmatched", "Unmatched"),
    ("duplicate", "Billed Before"),
    ("not_ours", "Not Ours"),
]
REASON_LABELS = [
    ("over", "Above the Expected"),
    ("under", "Below the Expected"),
    ("leakage", "Monthly Cap Reached"),
    ("evidence", "Not Borne Out by Events"),
    ("currency", "Another Currency"),
    ("no_charge", "Nothing Was Expected"),
    ("repeats", "Billed Before"),
    ("unknown_number", "Number Not Known"),
]
# With these a line was compared with no price.
NOT_COMPARED = ("no_charge", "unknown_number", "repeats", "currency")
STEP_LABELS = [
    ("tracking", "Tracking Number"),
    ("shipment", "Shipment"),
    ("order", "Order or Transfer"),
    ("waybill", "Waybill"),
    ("person", "Chosen by a Person"),
]


class LogisticsFreightBillLine(models.Model):
    """On screen: Bill Line. What it says is written by the import only."""

    _name = "logistics.freight.bill.line"
    _description = "Bill Line"
    _order = "bill_id, row, id"
    _rec_names_search = ["tracking_number", "text", "code"]

    bill_id = fields.Many2one(
        "logistics.freight.bill",
        string="Carrier Bill",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="bill_id.company_id", store=True, index=True)
    carrier_id = fields.Many2one(related="bill_id.carrier_id")
    currency_id = fields.Many2one(related="bill_id.currency_id", store=True)
    bill_state = fields.Selection(related="bill_id.state", string="Bill Status")
    row = fields.Integer(readonly=True, help="Its place in the file, from 1.")
    code = fields.Char(string="Carrier's Code", readonly=True)
    text = fields.Char(string="Carrier's Text", readonly=True)
    charge_type = fields.Selection(
        [(code, kind.label) for code, kind in CHARGE_TYPES.items()],
        required=True,
        default="unknown",
        readonly=True,
    )
    amount = fields.Monetary(readonly=True, help="Tax excluded.")
    tax = fields.Monetary(readonly=True)
    tracking_number = fields.Char(readonly=True)
    tracking_key = fields.Char(
        compute="_compute_tracking_key",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    references = fields.Json(readonly=True, help="Other numbers the line names.")
    service_date = fields.Date(readonly=True)
    weight = fields.Float(string="Billed Weight", digits=0, readonly=True)
    weight_unit = fields.Char(readonly=True)
    dimensions = fields.Json(readonly=True, help="Length, width and height, as text.")
    length_unit = fields.Char(readonly=True)
    service = fields.Char(readonly=True)
    zone = fields.Char(readonly=True)
    country = fields.Char(string="Destination", readonly=True)
    # What was found out about it.
    charge_id = fields.Many2one(
        "logistics.charge",
        string="Freight Charge",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    match_step = fields.Selection(STEP_LABELS, string="Matched By", readonly=True)
    proposals = fields.Json(readonly=True)
    status = fields.Selection(STATUS_LABELS, readonly=True)
    reason = fields.Selection(REASON_LABELS, readonly=True)
    expected_amount = fields.Monetary(string="Expected", readonly=True)
    delta_amount = fields.Monetary(string="Difference", readonly=True)
    disputed_amount = fields.Monetary(string="In Dispute", readonly=True)
    allowed_amount = fields.Monetary(string="Tolerance", readonly=True)
    charge_class = fields.Selection(list(CHARGE_CLASSES.items()), readonly=True)
    findings = fields.Json(readonly=True)
    our_weight = fields.Float(
        string="Our Weight (kg)",
        digits=(16, 3),
        readonly=True,
        help="What may be billed by what we weighed and measured: the larger of weight "
        "and volume, rounded up as the carrier does.",
    )
    is_heavier = fields.Boolean(
        string="Billed Heavier",
        readonly=True,
        help="It was billed by more than our weight.",
    )
    is_final = fields.Boolean(
        string="Final",
        default=True,
        readonly=True,
        help="No further bill is expected for the charge.",
    )
    repeats_id = fields.Many2one(
        "logistics.freight.bill.line",
        string="Billed Before By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("tracking_number", "text", "charge_type", "row")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["charge_type"]._description_selection(self.env))
        for line in self:
            what = line.text or labels.get(line.charge_type)
            parts = [part for part in (line.tracking_number, what) if part]
            line.display_name = ", ".join(parts) or str(line.row)

    @api.depends("tracking_number")
    def _compute_tracking_key(self):
        for line in self:
            line.tracking_key = normalise_tracking(line.tracking_number) or False

    def write(self, vals):
        """Override of `base`: what was received is not typed."""
        refuse_typed(self, vals)
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _pure(self):
        """Return the line as the pure functions take it.

        :rtype: bill.BillLine
        """
        self.ensure_one()
        exact = self.bill_id._exact
        return pure.BillLine(
            row=self.row,
            amount=exact(self.amount),
            code=self.code or "",
            text=self.text or "",
            kind=self.charge_type,
            tax=exact(self.tax),
            tracking_number=self.tracking_number or "",
            references=self.references or {},
            service_date=self.service_date or None,
            weight=Decimal(repr(self.weight)) if self.weight else None,
            weight_unit=self.weight_unit or "",
            dimensions=tuple(Decimal(size) for size in self.dimensions or ()),
            length_unit=self.length_unit or "",
            service=self.service or "",
            zone=self.zone or "",
            country=self.country or "",
        )

    @api.model
    def _vals_of(self, line, bill=None):
        """Return what is stored of a line that was read.

        :param bill.BillLine line: The line.
        :param logistics.freight.bill bill: To make a line of; what depends on the bill
            is then not worked out for each of ten thousand lines.
        :rtype: dict
        """
        vals = {}
        if bill:
            vals = {
                "bill_id": bill.id,
                "company_id": bill.company_id.id,
                "currency_id": bill.currency_id.id,
                "tracking_key": normalise_tracking(line.tracking_number) or False,
            }
        return vals | {
            "row": line.row,
            "code": line.code,
            "text": line.text,
            "charge_type": line.kind,
            "amount": float(line.amount),
            "tax": float(line.tax),
            "tracking_number": line.tracking_number,
            "references": dict(line.references),
            "service_date": line.service_date,
            "weight": float(line.weight) if line.weight is not None else 0.0,
            "weight_unit": line.weight_unit,
            "dimensions": [str(size) for size in line.dimensions],
            "length_unit": line.length_unit,
            "service": line.service,
            "zone": line.zone,
            "country": line.country,
        }
