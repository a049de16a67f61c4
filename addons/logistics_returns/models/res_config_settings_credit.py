from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What returns cost the customer; who agrees to credits is a dialog of its own."""

    _inherit = "res.config.settings"

    logistics_restocking = fields.Selection(
        related="company_id.logistics_restocking", readonly=False
    )
    logistics_restocking_percent = fields.Float(
        related="company_id.logistics_restocking_percent", readonly=False
    )
    logistics_restocking_amount = fields.Monetary(
        related="company_id.logistics_restocking_amount",
        readonly=False,
        currency_field="logistics_return_currency_id",
    )
    logistics_return_shipping = fields.Monetary(
        related="company_id.logistics_return_shipping",
        readonly=False,
        currency_field="logistics_return_currency_id",
    )
    logistics_return_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Returns"
    )

    def action_logistics_return_setup(self):
        """Open the approval table of the company.

        :raise AccessError: For whoever is not from finance.
        """
        return self.env["logistics.return.setup"].action_open()
