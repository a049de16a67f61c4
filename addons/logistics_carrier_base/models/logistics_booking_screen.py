"""What a booking says to people: what to do, and until when."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.logistics_events.zones import known_zone

from ..booking import lacks


class LogisticsBooking(models.Model):
    _inherit = "logistics.booking"

    partner_id = fields.Many2one(related="picking_id.partner_id", string="Receiver")
    cutoff_at = fields.Datetime(
        string="Cut-Off",
        readonly=True,
        index=True,
        help="When the carrier collects: until then the label must be there.",
    )
    is_late = fields.Boolean(compute="_compute_is_late")

    @api.depends("cutoff_at", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for booking in self:
            booking.is_late = bool(booking.cutoff_at) and booking.cutoff_at < now

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the label of a transfer must be there before the carrier comes."""
        bookings = super().create(vals_list)
        for booking in bookings:
            booking.cutoff_at = booking._next_cutoff()
        return bookings

    # === ACTIONS === #

    def action_correct_address(self):
        """Open the address that the label could not be bought with."""
        self.ensure_one()
        return self.picking_id.action_logistics_correct_address()

    def action_other_carrier(self):
        """Compare what the connected carriers ask, and choose another one."""
        self.ensure_one()
        return self.picking_id.action_logistics_compare_services()

    # === BUSINESS METHODS === #

    def _next_cutoff(self):
        """Return when the carrier comes next, by the clock of the warehouse.

        :return: In UTC; False when the method names no hour.
        :rtype: datetime | bool
        """
        self.ensure_one()
        hour = self.picking_id.carrier_id.logistics_cutoff
        if not hour or self.is_return:
            return False
        home = self.picking_id.picking_type_id.warehouse_id.partner_id
        zone = known_zone(home.tz or self.company_id.partner_id.tz)
        zone = zone or ZoneInfo("UTC")
        now = fields.Datetime.now().replace(tzinfo=timezone.utc).astimezone(zone)
        day = now.date()
        while True:
            # The clock of that day, whatever the hour before: it may change at night.
            moment = datetime.combine(day, _clock(hour), tzinfo=zone)
            if moment > now:
                return moment.astimezone(timezone.utc).replace(tzinfo=None)
            day += timedelta(days=1)

    def _try_again(self):
        """Put what failed or waits in line, to be tried at once."""
        for booking in self.sudo().filtered(
            lambda one: one.state in ("failed", "waiting")
        ):
            failed = booking.failed_state if booking.state == "failed" else ""
            booking._put_in_line(failed or "waiting")
        self._wake()

    def _hint(self):
        """Return why there is no label and what to do; "" when nothing is wrong.

        :rtype: str
        """
        self.ensure_one()
        if self.state not in ("waiting", "failed") or not self.error:
            return ""
        return f"{self.error} {self._what_to_do()}"

    def _what_to_do(self):
        """Return what a person can do about it, in one sentence."""
        if self.state == "waiting":
            return self.env._("It is tried again by itself; Retry tries it now.")
        said = {
            "address": self.env._("Correct the address, then retry."),
            "weight": self.env._("Enter the weight for shipping, then retry."),
            "service": self.env._("Choose a service with Other Carrier."),
            "order": self.env._("Choose another service or carrier."),
            "refused": self.env._(
                "Correct what is refused, then retry, or choose another carrier."
            ),
            "unreachable": self.env._("Retry later, or choose another carrier."),
        }
        return said.get(self.problem) or self.env._(
            "Retry. If it fails again, choose another carrier and tell whoever looks "
            "after the connection."
        )

    def _lacks_of(self, side):
        """Return whether an address of the order lacks something.

        :param str side: `sender` or `receiver`.
        :rtype: bool
        """
        self.ensure_one()
        connection = self.connection_id.sudo()
        needs = connection._adapter()._booking_needs(connection)
        found = lacks(self._request(), needs)
        return any(where == side for where, _name in found)


def _clock(hour):
    minutes = min(round(hour * 60), 24 * 60 - 1)
    return (datetime.min + timedelta(minutes=minutes)).time()
