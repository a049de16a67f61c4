"""What the overview says about time."""

from odoo import models

from .logistics_overview import Tile


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    def _tiles(self):
        """Override to count what is late, where somebody set a target."""
        tiles = super()._tiles()
        if self.env["logistics.sla"].sudo().search_count([], limit=1):
            tiles.append(self._tile_late())
        return tiles

    def _tile_late(self):
        return Tile(
            key="late",
            title=self.env._("Late or Soon Late"),
            text=self.env._("Measured by the time targets, in working hours."),
            model="logistics.sla.clock",
            domain=[("state", "in", ["warning", "late"])],
            action="logistics_events.logistics_sla_clock_action",
            icon="fa-clock-o",
            tone="warning",
            since="started_at",
            split="kind",
        )
