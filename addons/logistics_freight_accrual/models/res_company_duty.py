"""Where duty and import tax go that carriers pay for us."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_freight_duty_account_id = fields.Many2one(
        "account.account",
        string="Duty",
        check_company=True,
        groups="base.group_user",
        help="Duty that a carrier paid for us: never freight expense.",
    )
    logistics_freight_import_tax_account_id = fields.Many2one(
        "account.account",
        string="Import Tax",
        check_company=True,
        groups="base.group_user",
        help="Import tax that a carrier paid for us, until the customs document is "
        "booked.",
    )
