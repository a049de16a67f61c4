"""What can be booked with a partner, beside transfers."""

from odoo import models


class LogisticsBookedMixin(models.AbstractModel):
    """A record for which a label is bought; see `logistics.booking._ask_for`."""

    _name = "logistics.booked.mixin"
    _description = "Is Booked"

    def _booking_request(self):
        """Return the transport order.

        :rtype: BookingRequest
        """
        raise NotImplementedError

    def _booking_shipment(self):
        """Return the shipment it is about as far as there is one.

        :rtype: logistics.shipment
        """
        raise NotImplementedError

    def _booking_noted(self, booking):
        """Take over the numbers and labels that were bought.

        :param logistics.booking booking: What was bought; of a transfer it may be
            `voiding`, because nobody wants it any more.
        :return: The shipment of the label, where it is of no transfer.
        :rtype: logistics.shipment
        """
        raise NotImplementedError

    def _booking_void(self, booking):
        """Forget the numbers of a label that was cancelled.

        :param logistics.booking booking: What was cancelled.
        """
        raise NotImplementedError
