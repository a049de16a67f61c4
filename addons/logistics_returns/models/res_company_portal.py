from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_return_portal_days = fields.Integer(
        string="Customers May Return within (days)",
        default=0,
        groups="base.group_user",
        help="So many days after the delivery customers may announce a return on the "
        "portal; 0 means not at all.",
    )

    _logistics_return_portal_days_positive = models.Constraint(
        "CHECK (logistics_return_portal_days >= 0)",
        "The days to return are not negative.",
    )
