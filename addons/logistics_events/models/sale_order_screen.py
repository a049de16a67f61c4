"""The shipments as the screens of a sales order show them."""

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_next_step = fields.Char(
        string="Next Step",
        compute="_compute_logistics_next_step",
        groups="base.group_user",
    )

    @api.depends("logistics_shipment_ids", "state", "delivery_status")
    def _compute_logistics_next_step(self):
        for order in self:
            order.logistics_next_step = next(
                iter(order.sudo()._logistics_waits_for()), ""
            )

    def _logistics_waits_for(self):
        """Return what the order waits for on its way, the most urgent first.

        Addons with actions of their own put their sentences in front.

        :rtype: list[str]
        """
        self.ensure_one()
        if self.state != "sale":
            return []
        sentences = [
            f"{shipment.name}: {shipment.next_step}"
            for shipment in self.logistics_shipment_ids.sorted(
                lambda shipment: shipment.phase in ("delivered", "cancelled")
            )
        ]
        if not sentences and self.delivery_status in ("pending", "started", "partial"):
            sentences.append(
                self.env._("Waits for the delivery and its tracking number.")
            )
        return sentences
