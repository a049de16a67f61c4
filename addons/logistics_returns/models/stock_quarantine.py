"""Where goods that came back wait until somebody has looked at them."""

from odoo import fields, models

_DOMAIN = "[('usage', '=', 'internal'), ('company_id', 'in', (company_id, False))]"


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_quarantine_id = fields.Many2one(
        "stock.location",
        string="Returned Goods Wait In",
        ondelete="restrict",
        domain="[('usage', '=', 'internal'), ('company_id', 'in', (id, False))]",
        groups="base.group_user",
        help="Goods that came back are received here until they are inspected. Empty: "
        "where the transfer says. A warehouse may have its own place.",
    )


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    logistics_quarantine_id = fields.Many2one(
        "stock.location",
        string="Returned Goods Wait In",
        check_company=True,
        ondelete="restrict",
        domain=_DOMAIN,
        help="Goods that came back to this warehouse are received here until they are "
        "inspected. Empty: the place of the company.",
    )

    def _logistics_quarantine(self):
        """Return where goods that come back to this warehouse wait, if anywhere.

        :return: An internal location; empty when none is chosen.
        :rtype: stock.location
        """
        self.ensure_one()
        return (
            self.logistics_quarantine_id
            or self.company_id.sudo().logistics_quarantine_id
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_quarantine_id = fields.Many2one(
        related="company_id.logistics_quarantine_id",
        readonly=False,
        domain=_DOMAIN,
    )
