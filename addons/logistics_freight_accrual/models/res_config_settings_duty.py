from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_freight_duty_account_id = fields.Many2one(
        related="company_id.logistics_freight_duty_account_id", readonly=False
    )
    logistics_freight_import_tax_account_id = fields.Many2one(
        related="company_id.logistics_freight_import_tax_account_id", readonly=False
    )
