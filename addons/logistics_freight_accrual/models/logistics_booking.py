"""A booked label brings the price the carrier asks for it."""

from odoo import models

from odoo.addons.logistics_events.vocabulary import normalise_tracking


class LogisticsBooking(models.Model):
    _inherit = "logistics.booking"

    def _note_booked(self, answer):
        """Override of `logistics_carrier_base`: the booked price is the best one."""
        result = super()._note_booked(answer)
        self.picking_id._logistics_requote()
        self.env["logistics.shipment"]._logistics_requote(self.shipment_id)
        return result

    def _logistics_is_for(self, keys):
        """Return whether the label is of one of some parcels.

        :param set[str] keys: Their normalised numbers; without any it is.
        :rtype: bool
        """
        self.ensure_one()
        own = {normalise_tracking(one) for one in (self.numbers or "").split(",")}
        return not keys or not own - {""} or bool(keys & own)
