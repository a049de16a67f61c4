"""What the overview says about connections and messages."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.logistics_events.models.logistics_overview import Tile

from ..retry import Breaker

# Exceptions that say how a connection is, and how that is said in a row of the tile.
TROUBLES = ("silent_feed", "carrier_unavailable")


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    # === TILES === #

    def _tiles(self):
        """Override of `logistics_events` to add connections and messages."""
        return [
            *super()._tiles(),
            self._tile_connections(),
            self._tile_unread(),
            self._tile_unreadable(),
        ]

    def _tile_connections(self):
        return Tile(
            key="connections",
            title=self.env._("Connections in Trouble"),
            text=self.env._("Silent for too long, or not answering."),
            model="logistics.connection",
            domain=[("id", "in", self._connections_in_trouble())],
            action="logistics_carrier_base.logistics_connection_action",
            icon="fa-plug",
            tone="danger",
            company="",
            groups=(
                "logistics_events.logistics_events_group_manager",
                "logistics_events.logistics_events_group_integration",
                "logistics_events.logistics_events_group_auditor",
            ),
        )

    def _tile_unread(self):
        return Tile(
            key="unread",
            title=self.env._("Messages to Read"),
            text=self.env._("Accepted and not read yet. This takes moments."),
            model="logistics.message",
            domain=[("state", "=", "new")],
            action="logistics_carrier_base.logistics_message_action",
            icon="fa-inbox",
            since="received_at",
            groups=_MESSAGE_GROUPS,
        )

    def _tile_unreadable(self):
        return Tile(
            key="unreadable",
            title=self.env._("Unreadable Messages"),
            text=self.env._("Kept as they came, until somebody finds out why."),
            model="logistics.message",
            domain=[("state", "=", "dead")],
            action="logistics_carrier_base.logistics_message_action",
            icon="fa-file-excel-o",
            tone="warning",
            since="received_at",
            groups=_MESSAGE_GROUPS,
        )

    def _connections_in_trouble(self):
        return sorted(
            connection.id
            for connection, troubles in self._connection_troubles().items()
            if troubles
        )

    def _connection_troubles(self):
        """Return what is wrong with each connection of the companies looked at.

        :return: Categories of open exceptions, and `calls_paused`.
        :rtype: dict[logistics.connection, set[str]]
        """
        companies = self.env.companies.ids
        Connection = self.env["logistics.connection"]
        if not Connection.has_access("read"):
            return {}
        connections = Connection.search(
            [
                "|",
                ("company_id", "in", companies),
                ("served_company_ids", "in", companies),
            ]
        )
        # A company that is only served has no right to the exceptions of the owner.
        rows = (
            self.env["logistics.exception"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", "logistics.connection"),
                    ("res_id", "in", connections.ids),
                    ("category", "in", TROUBLES),
                    ("state", "=", "open"),
                ],
                ["res_id", "category"],
            )
        )
        troubles = {connection: set() for connection in connections}
        for connection_id, category in rows:
            troubles[Connection.browse(connection_id)].add(category)
        for connection in connections:
            if Breaker.from_dict(connection.breaker).state != "closed":
                troubles[connection].add("calls_paused")
        return troubles

    def _counted(self, tile):
        """Override of `logistics_events`: every connection is a row, well or not."""
        counted = super()._counted(tile)
        if tile.key == "connections":
            counted["parts"] = [
                self._connection_row(connection, troubles)
                for connection, troubles in sorted(
                    self._connection_troubles().items(),
                    key=lambda pair: (not pair[1], pair[0].name, pair[0].id),
                )
            ]
        return counted

    def _connection_row(self, connection, troubles):
        heard = (
            self.env._("last received %s", self._heard(connection))
            if connection.last_received_at
            else self.env._("nothing received yet")
        )
        if "silent_feed" in troubles:
            text = self.env._("Silent, %s", heard)
        elif troubles:
            text = self.env._("Failing, %s", heard)
        else:
            text = heard[:1].upper() + heard[1:]
        return {
            "part": connection.id,
            "label": connection.name,
            "count": 0,
            "text": text,
            "tone": "danger" if troubles else "",
        }

    def _heard(self, connection):
        """Return when a connection last spoke, as the user reads it."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self.env.user.tz), connection.last_received_at
        ).strftime("%Y-%m-%d %H:%M")

    @api.model
    @api.readonly
    def get_list(self, key, company_ids=None, part=None):
        """Override of `logistics_events`: a connection that is well opens, too."""
        if key != "connections" or part is None:
            return super().get_list(key, company_ids, part)
        known = self._in_companies(company_ids)._connection_troubles()
        shown = [connection.id for connection in known if connection.id == part]
        return super().get_list(key, company_ids) | {"domain": [("id", "in", shown)]}

    def _is_empty(self):
        """Override of `logistics_events`: a message is something, too."""
        Message = self.env["logistics.message"]
        return super()._is_empty() and not (
            Message.has_access("read") and Message.search([], limit=1)
        )

    def _first_steps(self):
        """Override of `logistics_events`: first somebody must be able to report."""
        Connection = self.env["logistics.connection"]
        return [
            {
                "title": self.env._("Connect a Carrier"),
                "text": self.env._(
                    "Paste its credentials, give it the webhook address, and test."
                ),
                "action": "logistics_carrier_base.logistics_connection_action",
                "done": bool(Connection.search([], limit=1)),
            },
            *super()._first_steps(),
        ]

    # === CHARTS === #

    def _charts(self, period):
        """Override of `logistics_events` to add what comes in, and how fast it is."""
        if not self.env["logistics.message"].has_access("read"):
            return super()._charts(period)
        return [
            self._chart_throughput(period),
            self._chart_lag(period),
            *super()._charts(period),
        ]

    def _messages_of(self, period, *more):
        return self.env["logistics.message"]._search(
            [("received_at", ">=", period.start), *self._overview_companies(), *more]
        )

    def _chart_throughput(self, period):
        """Return how many messages came in, by what became of them."""
        query = self._messages_of(period)
        table = SQL.identifier(query.table)
        rows = self._grouped(
            query,
            [period.bucket(SQL("%s.received_at", table)), SQL("%s.state", table)],
            [SQL("count(*)")],
        )
        labels = dict(
            self.env["logistics.message"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        by_state = {}
        for step, state, count in rows:
            by_state.setdefault(state, {})[step] = count
        total = sum(row[2] for row in rows)
        return self._prepare_chart_vals(
            period,
            key="throughput",
            title=self.env._("Messages"),
            text=self.env._("%s messages received.", total),
            kind="bar",
            unit="count",
            series=[
                {
                    "label": labels[state],
                    "tone": tone,
                    "values": period.spread(by_state[state]),
                }
                for state, tone in _TONES.items()
                if state in by_state
            ],
        )

    def _chart_lag(self, period):
        """Return how long messages waited to be read: half of them, and nearly all."""
        query = self._messages_of(
            period, ("processed_at", "!=", False), ("state", "in", ["done", "dead"])
        )
        table = SQL.identifier(query.table)
        rows = self._grouped(
            query,
            [period.bucket(SQL("%s.received_at", table))],
            [
                SQL(
                    "percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY "
                    "greatest(extract(epoch FROM %s.processed_at - %s.received_at), "
                    "0)::float8)",
                    table,
                    table,
                )
            ],
        )
        half = {step: round(both[0], 2) for step, both in rows}
        nearly_all = {step: round(both[1], 2) for step, both in rows}
        series = [
            {
                "label": self.env._("Half within"),
                "tone": "info",
                "values": period.spread(half, None),
            },
            {
                "label": self.env._("95 % within"),
                "tone": "warning",
                "values": period.spread(nearly_all, None),
            },
        ]
        return self._prepare_chart_vals(
            period,
            key="lag",
            title=self.env._("Time until Read"),
            text=self.env._("From receiving a message to having read it.")
            if rows
            else self.env._("Nothing was read in this period."),
            kind="line",
            unit="seconds",
            series=series if rows else [],
        )


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _drain_batch(self, size):
        """Override to tell the overview when a batch of messages was read."""
        done = super()._drain_batch(size)
        if done:
            self.env["logistics.overview"]._note_change()
        return done


_MESSAGE_GROUPS = (
    "logistics_events.logistics_events_group_manager",
    "logistics_events.logistics_events_group_finance",
    "logistics_events.logistics_events_group_integration",
    "logistics_events.logistics_events_group_auditor",
)
# In the order in which they are stacked.
_TONES = {"done": "success", "new": "info", "dead": "warning", "rejected": "danger"}
