from odoo import fields, models


class LogisticsCarrier(models.Model):
    _inherit = "logistics.carrier"

    silent_days = fields.Integer(
        string="Ask after Days without News",
        default=4,
        help="An exception is opened when a shipment under way had no event for so "
        "many days. 0: never.",
    )
    pickup_days = fields.Integer(
        string="Ask after Days without Pickup",
        default=3,
        help="An exception is opened when goods left and the carrier did not report to "
        "have them for so many days. 0: never.",
    )
    late_days = fields.Integer(
        string="Ask after Days Late",
        default=1,
        help="An exception is opened so many days after the expected arrival. "
        "0: never.",
    )
    claim_days = fields.Integer(
        string="Days to Claim",
        default=14,
        help="How long the carrier takes claims after the problem was reported.",
    )
    lane_ids = fields.One2many("logistics.carrier.lane", "carrier_id", string="Lanes")

    _patience_positive = models.Constraint(
        "CHECK (silent_days >= 0 AND pickup_days >= 0 AND late_days >= 0 "
        "AND claim_days >= 0)",
        "Days are not negative.",
    )


class LogisticsCarrierLane(models.Model):
    """Where a carrier takes longer to be heard of than elsewhere."""

    _name = "logistics.carrier.lane"
    _description = "Carrier Lane"
    _order = "carrier_id, country_id"
    _rec_name = "country_id"

    carrier_id = fields.Many2one(
        "logistics.carrier", required=True, ondelete="cascade", index=True
    )
    country_id = fields.Many2one(
        "res.country", string="To", required=True, ondelete="cascade"
    )
    silent_days = fields.Integer(
        string="Days without News", required=True, default=7, help="0: never ask."
    )

    _lane_uniq = models.UniqueIndex(
        "(carrier_id, country_id)", "This lane of the carrier is listed already."
    )
    _silent_days_positive = models.Constraint(
        "CHECK (silent_days >= 0)", "Days are not negative."
    )
