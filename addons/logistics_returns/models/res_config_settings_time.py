from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_return_wait_days = fields.Integer(
        related="company_id.logistics_return_wait_days", readonly=False
    )
    logistics_return_lapse_days = fields.Integer(
        related="company_id.logistics_return_lapse_days", readonly=False
    )
