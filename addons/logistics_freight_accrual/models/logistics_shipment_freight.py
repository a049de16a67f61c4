"""What a shipment gives its charges: analytic accounts."""

from collections import defaultdict

from odoo import models

from odoo.addons.logistics_events.models.ledger import trusted


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_analytic(self, charge):
        """Return to which analytic accounts the freight of the shipment goes.

        Those of the ordered lines it carries, each by its share of the value; where an
        order names none, those that Odoo's analytic rules give its product, or the
        vendor and the account of the freight.

        :param logistics.charge charge: What it costs.
        :return: Percentage by account ids, as Odoo keeps it; False without any.
        :rtype: dict[str, float] | bool
        """
        self.ensure_one()
        values, total = defaultdict(float), 0.0
        for move in self.sudo()._logistics_carried():
            value, named = _ordered(move)
            total += value
            given = named or charge._analytic_rule(move.product_id)
            for accounts, percent in given.items():
                values[accounts] += value * percent / 100.0
        if not total:
            return charge._analytic_rule(self.env["product.product"]) or False
        if not values:
            return False
        return {
            accounts: round(100.0 * value / total, 2)
            for accounts, value in sorted(values.items())
        }

    def _logistics_carried(self):
        """Return the goods of the shipment, as far as a transfer has them.

        :rtype: stock.move
        """
        self.ensure_one()
        return self.picking_ids.move_ids


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _give_analytic(self):
        """Give charges that have none, and of which nothing is posted, the analytic
        accounts of what they are about.
        """
        for charge in self.sudo():
            if charge.analytic_distribution or charge.posting_ids:
                continue
            if charge.shipment_id:
                found = charge.shipment_id._logistics_analytic(charge)
            else:
                found = charge._analytic_rule(self.env["product.product"])
            if found:
                trusted(charge).write({"analytic_distribution": found})

    def _analytic_rule(self, product):
        """Return what Odoo's analytic rules say of the freight for a product.

        :param product.product product: What was carried; empty where nobody knows.
        :return: Percentage by account ids.
        :rtype: dict[str, float]
        """
        self.ensure_one()
        company = self.company_id
        account = company._logistics_freight_books().accounts[self.expense]
        Rule = self.env["account.analytic.distribution.model"].sudo()
        return Rule.with_company(company)._get_distribution(
            {
                "product_id": product.id,
                "product_categ_id": product.categ_id.id,
                "partner_id": self.partner_id.id,
                "partner_category_id": self.partner_id.category_id.ids,
                "account_prefix": account.with_company(company).code or "",
                "company_id": company.id,
            }
        )


def _ordered(move):
    """Return what the goods of a move are worth by their order, and where the order
    says they belong.

    :param stock.move move: Some of the goods.
    :rtype: tuple[float, dict]
    """
    line = move.sale_line_id or move.purchase_line_id
    if line:
        return line.price_subtotal, line.analytic_distribution or {}
    return move.product_uom_qty * (move.product_id.standard_price or 1.0), {}
