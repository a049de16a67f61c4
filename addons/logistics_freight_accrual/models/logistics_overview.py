"""The tiles of freight: what is accrued, what waits for finance, and the proof."""

from odoo import models

from odoo.addons.logistics_events.models.logistics_overview import Tile

READERS = (
    "logistics_events.logistics_events_group_finance",
    "logistics_events.logistics_events_group_auditor",
)


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    def _tiles(self):
        """Override of `logistics_events`: freight comes last but for the proof, which
        only shows when charges and books differ.
        """
        return [*super()._tiles(), *self._freight_tiles()]

    def _freight_tiles(self):
        """Return the tiles of freight, in their order.

        :rtype: list[Tile]
        """
        tiles = [self._tile_open_accruals()]
        if self._ledger_differs():
            tiles.append(self._tile_ledger())
        return tiles

    def _tile_open_accruals(self):
        return Tile(
            key="open_accruals",
            title=self.env._("Open Accruals"),
            text=self.env._("Freight that was incurred and not billed yet."),
            model="logistics.freight.open",
            domain=[],
            action="logistics_freight_accrual.logistics_freight_open_action",
            icon="fa-truck",
            since="service_date",
            value="open_own_amount",
            groups=READERS,
        )

    def _ledger_differs(self):
        Proof = self.env["logistics.ledger.proof"]
        return Proof.has_access("read") and bool(
            Proof.search(self._ledger_domain(), limit=1)
        )

    def _ledger_domain(self):
        return [("is_current", "=", True), ("is_equal", "=", False)]

    def _tile_ledger(self):
        return Tile(
            key="ledger",
            title=self.env._("Charges and Books Differ"),
            text=self.env._(
                "Accrued freight: each difference is listed with its entry."
            ),
            model="logistics.ledger.proof",
            domain=self._ledger_domain(),
            action="logistics_freight_accrual.logistics_ledger_proof_action",
            icon="fa-balance-scale",
            tone="danger",
            since="counted_at",
            value="difference",
            groups=READERS,
        )
