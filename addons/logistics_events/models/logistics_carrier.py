import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LogisticsCarrier(models.Model):
    """Who moves the goods. A shipping method (`delivery.carrier`) points to it."""

    _name = "logistics.carrier"
    _description = "Carrier"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    scac = fields.Char(
        string="SCAC", help="Standard Carrier Alpha Code, two to four letters."
    )
    partner_id = fields.Many2one(
        "res.partner", string="Vendor", help="Who sends the carrier's bills."
    )
    number_pattern = fields.Char(
        help="A regular expression that this carrier's tracking numbers match."
    )
    reuse_days = fields.Integer(
        string="Number Reuse Window (days)",
        default=120,
        help="The carrier may give a tracking number to another shipment after so "
        "many days.",
    )
    tracking_url = fields.Char(
        string="Tracking Link",
        help="The carrier's public page; <number> is replaced by the number.",
    )
    delivery_method_ids = fields.One2many(
        "delivery.carrier", "logistics_carrier_id", string="Shipping Methods"
    )

    _scac_uniq = models.UniqueIndex(
        "(upper(scac)) WHERE scac IS NOT NULL", "Another carrier has this SCAC."
    )
    _reuse_days_positive = models.Constraint(
        "CHECK (reuse_days > 0)", "The reuse window is at least one day."
    )

    @api.constrains("number_pattern")
    def _check_number_pattern(self):
        for carrier in self.filtered("number_pattern"):
            try:
                re.compile(carrier.number_pattern)
            except re.error as error:
                raise ValidationError(
                    self.env._(
                        "The number pattern of %(carrier)s is no regular expression: "
                        "%(error)s",
                        carrier=carrier.name,
                        error=error,
                    )
                ) from error

    def _tracking_link(self, number):
        """Return the carrier's public page for one number, or an empty text."""
        self.ensure_one()
        return (self.tracking_url or "").replace("<number>", number or "")
