from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.logistics_events import vocabulary


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    next_poll_at = fields.Datetime(
        copy=False, help="When the carrier is asked about this number next."
    )
    last_polled_at = fields.Datetime(copy=False, readonly=True)
    poll_failures = fields.Integer(copy=False, readonly=True)

    _poll_idx = models.Index("(next_poll_at) WHERE next_poll_at IS NOT NULL")

    def _after_number_known(self):
        """Override of `logistics_events` to let parked messages in and start asking."""
        result = super()._after_number_known()
        self.env["logistics.message.unmatched"]._release(self.mapped("tracking_key"))
        self._plan_poll()
        return result

    def _plan_poll(self):
        """Set when the carrier is asked next; never once the parcel has arrived."""
        for parcel in self:
            connection = parcel._poll_connection()
            finished = parcel.closed_at or parcel.state in vocabulary.FINAL_STATES
            if not connection or finished:
                parcel.next_poll_at = False
            elif not parcel.next_poll_at:
                parcel.next_poll_at = fields.Datetime.now() + timedelta(
                    minutes=connection.poll_minutes
                )

    def _poll_connection(self):
        """Return the connection that is asked about this number, if there is one.

        :rtype: logistics.connection
        """
        self.ensure_one()
        return self.shipment_id._connections().filtered(
            lambda connection: (
                connection.poll_minutes
                and "poll" in connection._adapter()._capabilities()
            )
        )[:1]

    def _poll_now(self):
        """Ask about the numbers as soon as the poller wakes, which is now."""
        asked = self.filtered(lambda parcel: parcel._poll_connection())
        if asked:
            asked.next_poll_at = fields.Datetime.now()
            self.env.ref(
                "logistics_carrier_base.ir_cron_poll_numbers"
            ).sudo()._trigger()

    @api.model
    def _due_for_poll(self, limit):
        """Return the numbers whose turn it is, the longest waiting first."""
        return self.search(
            [
                ("next_poll_at", "<=", fields.Datetime.now()),
                ("closed_at", "=", False),
            ],
            order="next_poll_at",
            limit=limit,
        )
