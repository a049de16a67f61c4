from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_return_refurbish_id = fields.Many2one(
        related="company_id.logistics_return_refurbish_id",
        readonly=False,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
    )
    logistics_return_scrap_id = fields.Many2one(
        related="company_id.logistics_return_scrap_id",
        readonly=False,
        domain="[('usage', '=', 'inventory'), ('company_id', '=', company_id)]",
    )
    logistics_return_inspector_id = fields.Many2one(
        related="company_id.logistics_return_inspector_id", readonly=False
    )
