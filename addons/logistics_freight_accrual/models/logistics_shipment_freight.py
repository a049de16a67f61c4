"""What a shipment gives its charges: analytic accounts."""

from collections import defaultdict

from odoo import models


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_analytic(self):
        """Return to which analytic accounts the freight of the shipment goes.

        Those of the sold lines it carries, each by its share of the value.

        :return: Percentage by account ids, as Odoo keeps it; False without any.
        :rtype: dict[str, float] | bool
        """
        self.ensure_one()
        lines = self.sudo().picking_ids.move_ids.sale_line_id
        values = defaultdict(float)
        total = 0.0
        for line in lines:
            total += line.price_subtotal
            for accounts, percent in (line.analytic_distribution or {}).items():
                values[accounts] += line.price_subtotal * percent / 100.0
        if not total or not values:
            return False
        return {
            accounts: round(100.0 * value / total, 2)
            for accounts, value in sorted(values.items())
        }
