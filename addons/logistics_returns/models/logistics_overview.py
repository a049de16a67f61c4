"""The tiles of returns: what waits for an answer, and whose money waits."""

from odoo import models

from odoo.addons.logistics_events.models.logistics_overview import Tile


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    def _tiles(self):
        """Override of `logistics_events`: returns come after what has left."""
        return [*super()._tiles(), *self._return_tiles()]

    def _return_tiles(self):
        """Return the tiles of returns, in their order.

        :rtype: list[Tile]
        """
        return [
            Tile(
                key="returns_requested",
                title=self.env._("Returns to Answer"),
                text=self.env._("Asked for, neither approved nor refused."),
                model="logistics.return",
                domain=[("state", "=", "requested")],
                action="logistics_returns.logistics_return_action",
                icon="fa-reply",
                since="create_date",
            ),
            Tile(
                key="returns_pending",
                title=self.env._("Returns Pending Refund Release"),
                text=self.env._(
                    "Credits and refunds to customers, with what they wait for."
                ),
                model="logistics.return",
                domain=self.env["logistics.return"]._pending_domain(),
                action="logistics_returns.logistics_return_action_pending",
                icon="fa-undo",
                tone="warning",
                since="pending_since",
            ),
        ]
