from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_link_days = fields.Integer(
        string="Tracking Links End after (days)",
        default=30,
        groups="base.group_user",
        help="So many days after the delivery a customer's tracking link shows "
        "nothing any more.",
    )

    _logistics_link_days_positive = models.Constraint(
        "CHECK (logistics_link_days > 0)", "A tracking link holds at least one day."
    )

    def _logistics_company_chain(self):
        """Return a company and those above it, the nearest first.

        :rtype: list[res.company]
        """
        self.ensure_one()
        company, chain = self.sudo(), []
        while company:
            chain.append(company)
            company = company.parent_id
        return chain
