from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_freight_text = fields.Char(compute="_compute_logistics_freight_text")
    logistics_freight_split_method = fields.Selection(
        related="company_id.logistics_freight_split_method", readonly=False
    )
    logistics_freight_materiality = fields.Monetary(
        related="company_id.logistics_freight_materiality",
        readonly=False,
        currency_field="logistics_freight_currency_id",
    )
    logistics_freight_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Freight"
    )

    def _compute_logistics_freight_text(self):
        for settings in self:
            gaps = settings.company_id._logistics_freight_gaps()
            settings.logistics_freight_text = (
                gaps[0].text if gaps else self.env._("Everything is there.")
            )

    # === ACTIONS === #

    def action_logistics_freight_setup(self):
        """Open the freight set-up of the company.

        :raise AccessError: For people who do not set freight up.
        """
        return self.env["logistics.freight.setup"].action_open()
