from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_freight_two_people = fields.Monetary(
        related="company_id.logistics_freight_two_people",
        readonly=False,
        currency_field="logistics_freight_currency_id",
    )
