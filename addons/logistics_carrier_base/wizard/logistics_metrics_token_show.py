from odoo import fields, models


class LogisticsMetricsTokenShow(models.TransientModel):
    """Shows a new token once; it is never saved."""

    _name = "logistics.metrics.token.show"
    _description = "New Metrics Token"

    value = fields.Char(store=False, string="Token")
