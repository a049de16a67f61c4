from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..booking import Address, BookingRequest
from ..exceptions import CarrierRejected, CarrierUnavailable


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("logistics_connection", "Connected Carrier")],
        ondelete={"logistics_connection": "set default"},
    )
    logistics_connection_id = fields.Many2one(
        "logistics.connection",
        string="Connection",
        check_company=True,
        help="The account that rates, books and cancels with this shipping method.",
    )
    logistics_service = fields.Char(
        string="Service Code", help="The partner's own code of the service."
    )

    @api.constrains("delivery_type", "logistics_connection_id")
    def _check_logistics_connection(self):
        for method in self.filtered(
            lambda m: m.delivery_type == "logistics_connection"
        ):
            connection = method.logistics_connection_id
            if not connection or "book" not in connection._able():
                raise ValidationError(
                    self.env._(
                        "%(method)s needs a connection with a partner that books.",
                        method=method.name,
                    )
                )

    @api.private
    def logistics_connection_rate_shipment(self, order):
        """Ask the partner what the order's shipment would cost.

        The contract of `delivery`; a partner that cannot be asked is an error text on
        the screen, never an exception.
        """
        connection = self.logistics_connection_id
        request = self._logistics_request(
            order.name,
            order.warehouse_id.partner_id,
            order.partner_shipping_id,
            order._get_estimated_weight(),
        )
        try:
            ask = connection._adapter()._rater(connection.sudo())
            rates = connection._call_partner(ask, request)
        except (CarrierUnavailable, CarrierRejected) as error:
            return self._logistics_no_rate(str(error))
        wanted = [
            rate for rate in rates if rate.service == (self.logistics_service or "")
        ] or sorted(rates, key=lambda rate: rate.price)
        if not wanted:
            return self._logistics_no_rate(self.env._("The partner offers no service."))
        rate = wanted[0]
        currency = self.env["res.currency"].search([("name", "=", rate.currency)])
        if not currency:
            return self._logistics_no_rate(
                self.env._("The currency %s is not active.", rate.currency)
            )
        price = currency._convert(
            float(rate.price),
            order.currency_id,
            order.company_id,
            order.date_order or fields.Date.today(),
        )
        return {
            "success": True,
            "price": price,
            "error_message": False,
            "warning_message": False,
        }

    def _logistics_no_rate(self, text):
        return {
            "success": False,
            "price": 0.0,
            "error_message": text,
            "warning_message": False,
        }

    @api.private
    def logistics_connection_send_shipping(self, pickings):
        """Put the transfers in line for booking.

        The label is bought by a job of its own: a failed validation must not leave a
        paid label behind, and a slow carrier must not stop the packing table.
        """
        self.env["logistics.booking"]._ask(pickings)
        return [{"exact_price": 0.0, "tracking_number": False} for _picking in pickings]

    @api.private
    def logistics_connection_get_tracking_link(self, picking):
        """Return the carrier's public page of the first number."""
        parcels = picking.logistics_shipment_ids.parcel_ids
        return parcels[:1].tracking_link or False

    @api.private
    def logistics_connection_cancel_shipment(self, pickings):
        """Ask the partner to void the labels of the transfers."""
        self.env["logistics.booking"]._void(pickings)

    def _booking_returns(self):
        """Return the methods whose partner books goods that come back.

        :rtype: delivery.carrier
        """
        return self.filtered(
            lambda method: (
                method.delivery_type == "logistics_connection"
                and "book_return" in method.logistics_connection_id._able()
            )
        )

    def _logistics_request(
        self, reference, sender, receiver, weight, parcels=1, is_return=False
    ):
        """Return a transport order.

        :param float weight: In the weight unit of the database, of all parcels.
        :param bool is_return: Whether the goods come back to us.
        :rtype: BookingRequest
        """
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        kilograms = unit._compute_quantity(
            weight or 0.0, self.env.ref("uom.product_uom_kgm"), round=False
        )
        each = max(Decimal(str(round(kilograms / parcels, 3))), Decimal("0.001"))
        return BookingRequest(
            reference=reference,
            sender=_address(sender),
            receiver=_address(receiver),
            weights=(each,) * parcels,
            service=self.logistics_service or "",
            is_return=is_return,
        )


def _address(partner):
    return Address(
        name=partner.display_name or "",
        street=partner.street or "",
        city=partner.city or "",
        postcode=partner.zip or "",
        country=partner.country_id.code or "",
        phone=partner.phone or "",
        email=partner.email or "",
    )
