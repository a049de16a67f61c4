from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_service = fields.Char(
        string="Chosen Service",
        copy=False,
        groups="base.group_user",
        help="The partner's code of the service that was chosen for this order. Empty "
        "for the one of the shipping method.",
    )

    def set_delivery_line(self, carrier, amount):
        """Override of `delivery`: a service is one of the carrier it was chosen with,
        and goes along to the deliveries.
        """
        service = self.env.context.get("logistics_service") or False
        result = super().set_delivery_line(carrier, amount)
        for order in self:
            order.sudo().logistics_service = service
            order.picking_ids.filtered(
                lambda one: (
                    one.state not in ("done", "cancel") and one.carrier_id == carrier
                )
            ).logistics_service = service
        return result

    def action_logistics_compare_services(self):
        """Compare what the connected carriers ask for this order."""
        self.ensure_one()
        self.check_access("write")
        return self.env["logistics.service.compare"]._open_for(self)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_new_picking_values(self):
        """Override of `stock`: the service that was chosen goes along."""
        values = super()._get_new_picking_values()
        orders = self.sale_line_id.order_id
        if values.get("carrier_id") and len(orders) == 1:
            values["logistics_service"] = orders.sudo().logistics_service
        return values
