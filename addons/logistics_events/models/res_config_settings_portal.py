from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_link_days = fields.Integer(
        related="company_id.logistics_link_days", readonly=False
    )
