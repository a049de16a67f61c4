"""The tiles of the lowest layer: orders, proofs, problems, decisions and actions."""

from odoo import fields, models

from .logistics_overview import Tile

# Who opens the menu *Approvals*.
DECIDERS = (
    "logistics_events.logistics_events_group_finance",
    "logistics_events.logistics_events_group_manager",
    "logistics_events.logistics_events_group_auditor",
)
# How far back deliveries without proof are looked for.
PROOF_DAYS = 90


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    def _tiles(self):
        """Override to show what every company has that ships."""
        return [
            self._tile_orders(),
            self._tile_without_proof(),
            self._tile_problems(),
            self._tile_approvals(),
            self._tile_failed(),
            self._tile_backlog(),
            *super()._tiles(),
        ]

    def _tile_orders(self):
        return Tile(
            key="orders",
            title=self.env._("Orders Awaiting Shipment"),
            text=self.env._("Sold, and not all of it has left yet."),
            model="sale.order",
            domain=[
                ("state", "=", "sale"),
                (
                    "order_line.move_ids",
                    "any",
                    [
                        ("state", "not in", ["draft", "done", "cancel"]),
                        ("origin_returned_move_id", "=", False),
                    ],
                ),
            ],
            action="logistics_events.logistics_overview_orders_action",
            icon="fa-shopping-cart",
            since="date_order",
            value="amount_untaxed",
            currency="currency_id",
        )

    def _tile_without_proof(self):
        since = fields.Datetime.subtract(
            fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0),
            days=PROOF_DAYS,
        )
        return Tile(
            key="without_proof",
            title=self.env._("Delivered without Proof"),
            text=self.env._(
                "In the last %s days: nobody signed, and no proof is recorded.",
                PROOF_DAYS,
            ),
            model="logistics.shipment",
            domain=[
                ("direction", "in", ["outgoing", "dropship"]),
                ("state", "=", "delivered"),
                ("delivered_at", ">=", fields.Datetime.to_string(since)),
                ("is_signed", "=", False),
                ("proof_ids", "not any", [("withdrawn_at", "=", False)]),
            ],
            action="logistics_events.logistics_shipment_action",
            icon="fa-pencil-square-o",
            tone="warning",
            since="delivered_at",
        )

    def _tile_problems(self):
        return Tile(
            key="problems",
            title=self.env._("Open Problems"),
            text=self.env._("Each has a reason and a button."),
            model="logistics.exception",
            domain=[("state", "=", "open")],
            action="logistics_events.logistics_exception_action",
            icon="fa-exclamation-triangle",
            tone="danger",
            since="first_at",
            value="amount",
            split=self._problems_by(),
        )

    def _problems_by(self):
        """Return the field by which problems are split: by team, once there is one."""
        return (
            "team_id" if self.env["logistics.team"].search([], limit=1) else "category"
        )

    def _tile_approvals(self):
        return Tile(
            key="approvals",
            title=self.env._("Approvals Waiting"),
            text=self.env._("Finance decides; who asked cannot."),
            model="logistics.approval",
            domain=[("state", "=", "waiting")],
            action="logistics_events.logistics_approval_action",
            icon="fa-gavel",
            tone="warning",
            since="create_date",
            value="amount",
            currency="currency_id",
            groups=DECIDERS,
        )

    def _tile_failed(self):
        return self._tile_actions(
            "failed",
            key="failed",
            title=self.env._("Actions Failed"),
            text=self.env._("Tried again by themselves for a while, then by a person."),
            icon="fa-times-circle",
            tone="danger",
        )

    def _tile_backlog(self):
        return self._tile_actions(
            "waiting",
            key="backlog",
            title=self.env._("Actions Waiting"),
            text=self.env._("Asked for and not taken yet: due soon, later, or held."),
            icon="fa-hourglass-half",
        )

    def _tile_actions(self, state, **more):
        """Return a tile of the actions in a state, with what they are worth."""
        return Tile(
            model="logistics.effect",
            domain=[("state", "=", state), ("observed", "=", False)],
            action="logistics_events.logistics_effect_action",
            since="asked_at",
            value="amount",
            currency="currency_id",
            **more,
        )
