"""How long a company waits for goods that are to come back."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_return_wait_days = fields.Integer(
        string="Goods Come Back within (days)",
        default=0,
        groups="base.group_user",
        help="So many days after a return is approved, or its label is sent, the goods "
        "are expected at the latest; then the responsible is reminded. 0: never.",
    )
    logistics_return_lapse_days = fields.Integer(
        string="Closed after Further (days)",
        default=0,
        groups="base.group_user",
        help="So many days after the reminder a return of which nothing came is "
        "closed by itself, without any money. 0: never.",
    )

    _logistics_return_time_positive = models.Constraint(
        "CHECK (COALESCE(logistics_return_wait_days, 0) >= 0 "
        "AND COALESCE(logistics_return_lapse_days, 0) >= 0)",
        "The days to wait for returned goods are not negative.",
    )
