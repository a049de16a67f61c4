"""Open accruals of before, with which the proof of accrued freight starts at 0.00."""

from odoo import fields, models

from ..charge_types import CHARGE_TYPES


class LogisticsFreightOpeningLine(models.Model):
    """One row of the table: what was open in the old books."""

    _name = "logistics.freight.opening.line"
    _inherit = "logistics.ledger.mixin"
    _description = "Open Accrual of Before"
    _order = "row, id"
    _rec_name = "reference"

    opening_id = fields.Many2one(
        "logistics.freight.opening", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="opening_id.company_id")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    row = fields.Integer()
    carrier_id = fields.Many2one("logistics.carrier", ondelete="restrict")
    reference = fields.Char()
    shipment_id = fields.Many2one("logistics.shipment", ondelete="restrict")
    service_date = fields.Date()
    charge_type = fields.Selection(
        [(code, kind.label) for code, kind in CHARGE_TYPES.items()]
    )
    currency_id = fields.Many2one("res.currency", ondelete="restrict")
    amount = fields.Monetary()
    own_amount = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        help="At the rate of the day of service.",
    )
    note = fields.Char()
    state = fields.Selection(
        [("new", "New"), ("known", "Posted Before"), ("problem", "Not Used")],
        string="Status",
        required=True,
    )
    problem = fields.Char(string="Why Not")
    charge_id = fields.Many2one("logistics.charge", ondelete="restrict", index=True)
