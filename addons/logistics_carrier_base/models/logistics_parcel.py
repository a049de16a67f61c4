"""When a carrier is asked about a number, and what for."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    next_poll_at = fields.Datetime(
        string="Asked Next",
        copy=False,
        help="When the carrier is asked about this number next.",
    )
    last_polled_at = fields.Datetime(string="Last Asked", copy=False, readonly=True)
    last_answered_at = fields.Datetime(
        string="Last Answered", copy=False, readonly=True
    )
    poll_failures = fields.Integer(copy=False, readonly=True)
    poll_connection_id = fields.Many2one(
        "logistics.connection",
        string="Asked Through",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    poll_urgent = fields.Boolean(
        copy=False, readonly=True, help="Somebody waits: it is asked about first."
    )
    poll_state = fields.Char(
        copy=False, readonly=True, help="The status for which the next time was chosen."
    )
    poll_retired_at = fields.Datetime(
        string="No Longer Asked Since",
        copy=False,
        readonly=True,
        help="There was no news for so long that nobody asks by itself any more.",
    )

    _poll_idx = models.Index(
        "(poll_connection_id, next_poll_at) WHERE next_poll_at IS NOT NULL"
    )
    _poll_urgent_idx = models.Index("(poll_connection_id) WHERE poll_urgent")

    def _after_number_known(self):
        """Override of `logistics_events` to let parked messages in and start asking."""
        result = super()._after_number_known()
        self.env["logistics.message.unmatched"]._release(self.mapped("tracking_key"))
        self._plan_poll()
        return result

    # === BUSINESS METHODS === #

    def _ask_now(self):
        """Ask the carrier about the numbers before all others, and say so.

        :return: A notification for the person who asked.
        :raise UserError: When no connected partner can be asked.
        """
        asked = self._poll_now()
        if not asked:
            raise UserError(
                self.env._("No connected partner can be asked about these numbers.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%s numbers are asked about next. The answer is here in a moment.",
                    len(asked),
                ),
            },
        }

    def _poll_now(self):
        """Ask about the numbers as soon as the poller wakes, which is now.

        :return: The numbers that somebody can be asked about.
        :rtype: logistics.parcel
        """
        connections = self._poll_connections()
        asked = self.filtered(lambda parcel: connections[parcel])
        now = fields.Datetime.now()
        for connection, parcels in asked.grouped(connections.get).items():
            parcels.write(
                {
                    "next_poll_at": now,
                    "poll_urgent": True,
                    "poll_retired_at": False,
                    "poll_connection_id": connection.id,
                }
            )
        if asked:
            self.env["logistics.connection"]._wake_poller()
        return asked

    def _poll_connections(self):
        """Return the connections through which the numbers are asked about.

        :return: For each number one connection, empty when nobody can be asked. A
            carrier's own word comes before that of an aggregator.
        :rtype: dict[logistics.parcel, logistics.connection]
        """
        Connection = self.env["logistics.connection"].sudo()
        able = Connection.search([("poll_minutes", ">", 0)]).filtered("can_poll")
        return self._nearest_connections(able)

    def _nearest_connections(self, able):
        """Return which of some connections is called about each of the numbers.

        :param logistics.connection able: Those that can do it.
        :return: For each number one connection, empty when none serves its company.
        :rtype: dict[logistics.parcel, logistics.connection]
        """
        found = {}
        for parcel in self:
            company, carrier = parcel.company_id, parcel.carrier_id
            if (company, carrier) not in found:
                near = able.filtered(lambda one, c=company: c in one._companies())
                own = near.filtered(lambda one, c=carrier: c and c in one.carrier_ids)
                found[company, carrier] = (
                    own + near.filtered(lambda one: not one.carrier_ids)
                )[:1]
        return {
            parcel: found[parcel.company_id, parcel.carrier_id].with_env(self.env)
            for parcel in self
        }

    def _postpone_poll(self, retry_after=None, jitter=1.0):
        """Return when to ask again: when the partner says, else later every time.

        :param float | None retry_after: Seconds.
        :param float jitter: About 1, so that numbers do not come back together.
        :rtype: datetime
        """
        self.ensure_one()
        minutes = min(2 ** min(self.poll_failures, 8), 240)
        seconds = retry_after or minutes * 60 * jitter
        return fields.Datetime.now() + timedelta(seconds=seconds)

    @api.model
    def _store_polls(self, rows):
        """Write what was decided about many numbers in one statement.

        :param list[tuple] rows: Id, next time, connection id, urgent, state decided
            for, failures, retired at, answered at.
        """
        if not rows:
            return
        self.flush_model()
        self.env.cr.execute_values(
            "UPDATE logistics_parcel AS p SET next_poll_at = v.at, "
            "poll_connection_id = v.connection, poll_urgent = v.urgent, "
            "poll_state = v.state, poll_failures = v.failures, "
            "poll_retired_at = v.retired, last_answered_at = v.answered "
            "FROM (VALUES %s) AS v (id, at, connection, urgent, state, failures, "
            "retired, answered) WHERE p.id = v.id",
            [tuple(None if value is False else value for value in row) for row in rows],
            template="(%s, %s::timestamp, %s::int, COALESCE(%s, false), %s::varchar, "
            "COALESCE(%s, 0), %s::timestamp, %s::timestamp)",
            page_size=2000,
        )
        self.browse([row[0] for row in rows]).invalidate_recordset(
            [
                "next_poll_at",
                "poll_connection_id",
                "poll_urgent",
                "poll_state",
                "poll_failures",
                "poll_retired_at",
                "last_answered_at",
            ],
            flush=False,
        )
