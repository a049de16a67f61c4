from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_return_portal_days = fields.Integer(
        related="company_id.logistics_return_portal_days", readonly=False
    )
