"""The tiles of freight: what is accrued, what waits for finance, and the proof."""

from odoo import fields, models

from odoo.addons.logistics_events.models.logistics_overview import Tile

READERS = (
    "logistics_events.logistics_events_group_finance",
    "logistics_events.logistics_events_group_auditor",
)

# A dispute whose carrier's deadline is so near is urgent.
NEAR_DAYS = 30


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
        tiles = [
            self._tile_open_accruals(),
            self._tile_bills(),
            self._tile_deadlines(),
        ]
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

    def _tile_bills(self):
        return Tile(
            key="carrier_bills",
            title=self.env._("Bills to Approve"),
            text=self.env._("Carriers' bills that nobody decided yet."),
            model="logistics.freight.bill",
            domain=[("state", "in", ["new", "stopped", "checked", "waiting"])],
            action="logistics_freight_accrual.logistics_freight_bill_action_waiting",
            icon="fa-file-text-o",
            since="received_at",
            value="total_amount",
            currency="currency_id",
            split="state",
            groups=READERS,
        )

    def _tile_deadlines(self):
        latest = fields.Date.add(fields.Date.context_today(self), days=NEAR_DAYS)
        return Tile(
            key="dispute_deadlines",
            title=self.env._("Dispute Deadlines"),
            text=self.env._("Undecided, and over within %s days.", NEAR_DAYS),
            model="logistics.freight.dispute",
            domain=[
                ("state", "in", ["open", "sent", "expired"]),
                ("deadline", "<=", fields.Date.to_string(latest)),
            ],
            action="logistics_freight_accrual.logistics_freight_dispute_action_deadline",
            icon="fa-gavel",
            tone="danger",
            since="opened_on",
            value="open_amount",
            currency="currency_id",
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
