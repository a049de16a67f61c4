"""Where goods that come back are put, company by company."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_return_refurbish_id = fields.Many2one(
        "stock.location",
        string="To Be Put in Order",
        domain="[('usage', '=', 'internal'), ('company_id', '=', id)]",
        groups="base.group_user",
        help="An internal location for goods that are sold again after some work.",
    )
    logistics_return_scrap_id = fields.Many2one(
        "stock.location",
        string="Scrapped Returns",
        domain="[('usage', '=', 'inventory'), ('company_id', '=', id)]",
        groups="base.group_user",
        help="An inventory location with a stock valuation account: the value of "
        "scrapped goods is posted on that account. Empty: Odoo's own scrap location.",
    )

    logistics_return_inspector_id = fields.Many2one(
        "res.users",
        string="Inspected By",
        domain="[('share', '=', False)]",
        groups="base.group_user",
        help="Who is given returned goods to inspect. Empty: the responsible of the "
        "receipt, or who received the goods.",
    )

    @api.constrains("logistics_return_refurbish_id", "logistics_return_scrap_id")
    def _check_logistics_return_places(self):
        for company in self:
            for name, usage in (
                ("logistics_return_refurbish_id", "internal"),
                ("logistics_return_scrap_id", "inventory"),
            ):
                place = company[name]
                if place and (place.usage != usage or place.company_id != company):
                    raise ValidationError(
                        self.env._(
                            "%(place)s cannot be “%(field)s” of %(company)s: choose an "
                            "%(usage)s location of that company.",
                            place=place.display_name,
                            field=self._fields[name].get_description(self.env)[
                                "string"
                            ],
                            company=company.name,
                            usage=dict(
                                place._fields["usage"]._description_selection(self.env)
                            )[usage].lower(),
                        )
                    )

    def _logistics_return_place(self, name):
        """Return a location of the company, a branch without one that of its parent.

        :param str name: `refurbish` or `scrap`.
        :return: The location, empty when nobody chose one.
        :rtype: stock.location
        """
        self.ensure_one()
        field = f"logistics_return_{name}_id"
        for company in reversed(self.sudo().parent_ids):
            if company[field]:
                return company[field]
        return self.env["stock.location"].sudo()
