"""Planning the questions: for one number, and for a hundred thousand."""

import random
from datetime import timedelta

from odoo import fields, models

from .. import cadence


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _plan_poll(self, spread=False, answered_at=None):
        """Set when the carrier is asked next; who is not asked any more says so.

        :param bool spread: Whether the first questions are spread over the interval,
            for numbers that are planned many at a time.
        :param datetime | None answered_at: The carrier just answered about them.
        """
        now = fields.Datetime.now()
        rows, retired, revived = [], self.browse(), self.browse()
        for parcel, connection in self._poll_connections().items():
            at, is_over = parcel._next_poll(connection, now)
            if at and spread:
                at = now + (at - now) * random.random()
                # Whose turn was nearer keeps it.
                at = min(at, parcel.next_poll_at or at)
            failures = 0 if answered_at else parcel.poll_failures
            if failures and at:
                at = max(at, parcel.next_poll_at or at)
            urgent = parcel.poll_urgent and not answered_at and bool(connection)
            if urgent:
                at, is_over = parcel.next_poll_at or now, False
            if is_over and not parcel.poll_retired_at:
                retired |= parcel
            elif parcel.poll_retired_at and at and not is_over:
                revived |= parcel
            row = (
                parcel.id,
                at or None,
                connection.id or None,
                urgent,
                parcel.state or None,
                failures,
                (parcel.poll_retired_at or now) if is_over else None,
                answered_at or parcel.last_answered_at or None,
            )
            if row[1:] != parcel._poll_row():
                rows.append(row)
        self._store_polls(rows)
        retired._note_retired()
        revived._note_revived()

    def _poll_row(self):
        return (
            self.next_poll_at or None,
            self.poll_connection_id.id or None,
            self.poll_urgent,
            self.poll_state or None,
            self.poll_failures,
            self.poll_retired_at or None,
            self.last_answered_at or None,
        )

    def _next_poll(self, connection, now):
        """Return when the number is asked about, and whether it never will be again.

        :rtype: tuple[datetime | None, bool]
        """
        self.ensure_one()
        every = connection._poll_every() if connection else None
        if not every or self.closed_at:
            return None, False
        number = cadence.Number(
            state=self.state or "",
            born_at=self.create_date or now,
            moved_at=self.last_event_at or None,
            ended_at=self.delivered_at or None,
            asked_at=self.last_polled_at or None,
        )
        patience = (
            timedelta(days=connection.poll_days) if connection.poll_days else None
        )
        return (
            cadence.next_ask(number, every, patience, now),
            cadence.is_retired(number, patience, now),
        )

    def _note_retired(self):
        """Say that nobody asks about the numbers any more, once per shipment."""
        Exception_ = self.env["logistics.exception"].sudo()
        for shipment, parcels in self.grouped("shipment_id").items():
            Exception_._open(
                "no_news",
                shipment,
                self.env._(
                    "No news of %(numbers)s for %(days)s days: the carrier is no "
                    "longer asked by itself.",
                    numbers=", ".join(parcels.mapped("tracking_number")[:5]),
                    days=parcels[:1].poll_connection_id.poll_days,
                ),
                shipment=shipment,
                order=shipment._only_order(),
            )

    def _note_revived(self):
        """Close the question where the shipments are: the numbers move again."""
        for shipment in self.shipment_id:
            if not shipment.quiet_kind:
                self.env["logistics.exception"].sudo()._solve(
                    "no_news", shipment, self.env._("There is news of the shipment.")
                )


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    last_asked_at = fields.Datetime(
        string="Last Asked", compute="_compute_freshness", compute_sudo=True
    )
    last_answered_at = fields.Datetime(
        string="Last Answered", compute="_compute_freshness", compute_sudo=True
    )
    as_of = fields.Datetime(
        string="As of",
        compute="_compute_freshness",
        compute_sudo=True,
        help="When the carrier last said something about it, asked or not.",
    )
    can_ask = fields.Boolean(compute="_compute_freshness", compute_sudo=True)

    def _compute_freshness(self):
        told = dict(
            self.env["logistics.sighting"]._read_group(
                [
                    ("event_id", "in", self.event_ids.ids),
                    ("channel", "in", ["webhook", "poll", "file"]),
                ],
                ["event_id"],
                ["received_at:max"],
            )
        )
        connections = self.parcel_ids._poll_connections()
        for shipment in self:
            parcels = shipment.parcel_ids
            asked = [at for at in parcels.mapped("last_polled_at") if at]
            answered = [at for at in parcels.mapped("last_answered_at") if at]
            heard = [told[event] for event in shipment.event_ids if event in told]
            shipment.last_asked_at = max(asked, default=False)
            shipment.last_answered_at = max(answered, default=False)
            shipment.as_of = max(answered + heard, default=False)
            shipment.can_ask = any(
                connections[parcel] and not parcel.closed_at for parcel in parcels
            )

    def action_ask_now(self):
        """Ask the carrier about the open numbers now, before all others."""
        self.check_access("write")
        open_parcels = self.sudo().parcel_ids.filtered(lambda one: not one.closed_at)
        return open_parcels._ask_now()

    def _after_fold(self, folded, facts):
        """Override of `logistics_events`: what moves is asked about otherwise."""
        result = super()._after_fold(folded, facts)
        self.sudo().parcel_ids.filtered(
            lambda parcel: (
                parcel.poll_connection_id
                and (
                    parcel.poll_retired_at
                    or (parcel.state or "") != (parcel.poll_state or "")
                )
            )
        )._plan_poll()
        return result
