from odoo import models


class LogisticsReturn(models.Model):
    _name = "logistics.return"
    _inherit = ["logistics.return", "logistics.booked.mixin"]

    def _label_method(self):
        """Override of `logistics_returns`: the method the goods left with, if it books
        the way back as well.
        """
        methods = self._label_deliveries().carrier_id._booking_returns()
        return methods[:1] if self._needs_label() else super()._label_method()

    def _logistics_book_return(self):
        """Override of `logistics_returns`: a booking, made once and by its own job."""
        connection = self.sudo()._label_method().logistics_connection_id
        if not connection:
            return super()._logistics_book_return()
        self.env["logistics.booking"]._ask_again(self, connection)
        return True

    def _logistics_void_label(self):
        """Override of `logistics_returns`: the carrier is asked to cancel it."""
        super()._logistics_void_label()
        self.env["logistics.booking"]._of(self)._give_up()

    def _booking_request(self):
        """Implementation of `logistics.booked.mixin`: from the customer to us."""
        method = self._label_method()
        return method._logistics_request(*self._label_order(), is_return=True)

    def _booking_shipment(self):
        """Implementation of `logistics.booked.mixin`: what the goods left with."""
        return self._label_deliveries().logistics_shipment_ids[:1]

    def _booking_noted(self, booking):
        """Implementation of `logistics.booked.mixin`: the label is there."""
        carrier = self._label_method().logistics_carrier_id
        carrier = carrier or booking.connection_id.carrier_ids[:1]
        ref, files, user = (
            f"booking/{booking.id}",
            booking.label_ids,
            booking.create_uid,
        )
        return self._label_made(ref, files, booking._numbers(), carrier, user)

    def _booking_void(self, booking):
        """Implementation of `logistics.booked.mixin`: nothing comes back with it."""
        self._label_gone(booking.label_ids, booking._numbers())
