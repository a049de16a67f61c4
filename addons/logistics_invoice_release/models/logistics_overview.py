"""The tile of what left and waits to be invoiced."""

from odoo import models

from odoo.addons.logistics_events.models.logistics_overview import Tile


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    def _tiles(self):
        """Override of `logistics_events`: after the orders, what left and waits."""
        tiles = super()._tiles()
        tiles.insert(1, self._tile_pending())
        return tiles

    def _tile_pending(self):
        return Tile(
            key="pending",
            title=self.env._("Deliveries Pending Invoicing"),
            text=self.env._(
                "They left, and wait for their proof or for the rest of the order."
            ),
            model="stock.picking",
            domain=[("logistics_hold_since", "!=", False)],
            action="logistics_invoice_release.stock_picking_action_pending",
            icon="fa-money",
            tone="warning",
            since="logistics_hold_since",
            value="logistics_held_amount",
            groups=(
                "logistics_events.logistics_events_group_user",
                "logistics_events.logistics_events_group_finance",
                "logistics_events.logistics_events_group_auditor",
            ),
        )
