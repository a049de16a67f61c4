from odoo import api, fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "logistics.folded.mixin"]
    _folded_fields = frozenset({"logistics_version"})

    logistics_version = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts the actions taken on the order, so that two workers cannot act "
        "on the same sums.",
        groups="base.group_user",
    )
    logistics_shipment_ids = fields.Many2many(
        "logistics.shipment",
        string="Shipments",
        compute="_compute_logistics_shipment_ids",
        compute_sudo=True,
        groups="base.group_user",
    )
    logistics_shipment_count = fields.Integer(
        compute="_compute_logistics_shipment_ids",
        compute_sudo=True,
        string="Shipment Count",
        groups="base.group_user",
    )

    @api.depends("order_line.move_ids.picking_id.logistics_link_ids")
    def _compute_logistics_shipment_ids(self):
        for order in self:
            # Not `picking_ids`: a transfer can serve several orders.
            pickings = order.sudo().order_line.move_ids.picking_id
            order.logistics_shipment_ids = pickings.logistics_link_ids.shipment_id
            order.logistics_shipment_count = len(order.logistics_shipment_ids)

    def action_view_logistics_shipments(self):
        """Open the shipments of the order."""
        self.ensure_one()
        return self.logistics_shipment_ids._logistics_action_open(
            self.env._("Shipments of %s", self.name)
        )

    def _logistics_touch(self):
        """Meet a second worker that looks at the same orders with an older snapshot."""
        if self:
            self.flush_recordset(["logistics_version"])
            self.env.cr.execute(
                "UPDATE sale_order SET logistics_version = "
                "COALESCE(logistics_version, 0) + 1 WHERE id IN (SELECT id FROM "
                "sale_order WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)",
                [self.ids],
            )
            self.invalidate_recordset(["logistics_version"], flush=False)
