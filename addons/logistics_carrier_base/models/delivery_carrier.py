import json
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..booking import LABEL_FORMATS, Address, BookingRequest, Parcel
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
    logistics_return_service = fields.Char(
        string="Return Service Code",
        help="The partner's own code of the service goods come back with. "
        "Empty for the one they leave with.",
    )
    logistics_label_format = fields.Selection(
        [(code, code.upper()) for code in LABEL_FORMATS],
        string="Label Format",
        default="pdf",
        help="ZPL is for label printers that speak it.",
    )
    logistics_cutoff = fields.Float(
        string="Cut-Off",
        help="The hour at which the carrier collects, by the clock of the warehouse. "
        "Labels that are missing are listed with it.",
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
        request = self._logistics_order_request(order)
        try:
            rates = self._logistics_rates(request)
        except (CarrierUnavailable, CarrierRejected) as error:
            return self._logistics_no_rate(str(error))
        wanted = [rate for rate in rates if rate.service == request.service] or sorted(
            rates, key=lambda rate: rate.price
        )
        if not wanted:
            return self._logistics_no_rate(self.env._("The partner offers no service."))
        price = self._logistics_price(wanted[0], order.currency_id, order.date_order)
        if price is None:
            return self._logistics_no_rate(
                self.env._("The currency %s is not active.", wanted[0].currency)
            )
        return {
            "success": True,
            "price": price,
            "error_message": False,
            "warning_message": False,
        }

    def _logistics_order_request(self, order):
        """Return the transport order of a sales order.

        :rtype: BookingRequest
        """
        return self._logistics_request(
            order.name,
            order.warehouse_id.partner_id,
            order.partner_shipping_id,
            self.env.context.get("order_weight")
            or order.shipping_weight
            or order._get_estimated_weight(),
        )

    def _logistics_rates(self, request):
        """Ask the partner what an order would cost.

        :param BookingRequest request: The order.
        :rtype: list[Rate]
        :raise CarrierUnavailable: When the partner cannot say now.
        :raise CarrierRejected: When it refuses, or the order lacks something.
        """
        self.ensure_one()
        connection = self.logistics_connection_id.sudo()
        adapter = connection._adapter()
        needs = replace(
            adapter._booking_needs(connection),
            service=False,
            formats=frozenset({request.label_format}),
        )
        self.env["logistics.booking"]._check_order(request, needs)
        return connection._call_partner(adapter._rater(connection), request)

    def _logistics_price(self, rate, currency, day=None):
        """Return a price of the partner in another currency.

        :param Rate rate: What the partner said.
        :rtype: float | None
        :return: None when the partner's currency is not active.
        """
        own = self.env["res.currency"].search([("name", "=", rate.currency)])
        if not own:
            return None
        company = self.company_id or self.env.company
        return own._convert(
            float(rate.price), currency, company, day or fields.Date.today()
        )

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
        """Return the carrier's public page: of several parcels as JSON, as `delivery`
        reads it.
        """
        parcels = picking.logistics_shipment_ids.parcel_ids.filtered("tracking_link")
        if len(parcels) > 1:
            return json.dumps(
                [[one.tracking_number, one.tracking_link] for one in parcels]
            )
        return parcels.tracking_link or False

    @api.private
    def logistics_connection_get_return_label(
        self, pickings, tracking_number=None, origin_date=None
    ):
        """Put the labels for the way back in line, one for each transfer."""
        self.env["logistics.booking"]._ask(pickings, is_return=True)

    @api.depends("delivery_type", "logistics_connection_id")
    def _compute_can_generate_return(self):
        """Override of `delivery`: those whose partner books the way back."""
        super()._compute_can_generate_return()
        self.sudo()._booking_returns().can_generate_return = True

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
        self,
        reference,
        sender,
        receiver,
        weight,
        parcels=1,
        is_return=False,
        packed=(),
        service="",
    ):
        """Return a transport order.

        :param float weight: In the weight unit of the database, of all parcels.
        :param int parcels: How many parcels share the weight.
        :param bool is_return: Whether the goods come back to us.
        :param packed: The parcels themselves, in the place of weight and number.
        :param str service: The service that was chosen, in the place of the method's.
        :rtype: BookingRequest
        """
        each = self._logistics_kilograms((weight or 0.0) / parcels)
        back = is_return and self.logistics_return_service
        return BookingRequest(
            reference=reference,
            sender=_address(sender),
            receiver=_address(receiver),
            parcels=tuple(packed) or (Parcel(each),) * parcels,
            service=service or back or self.logistics_service or "",
            is_return=is_return,
            label_format=self.logistics_label_format or "pdf",
        )

    @api.model
    def _logistics_kilograms(self, weight):
        """Return a weight of the database in kilograms; what weighs anything at all
        weighs a gram.

        :rtype: Decimal
        """
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        kilograms = unit._compute_quantity(
            weight or 0.0, self.env.ref("uom.product_uom_kgm"), round=False
        )
        least = Decimal("0.001") if kilograms > 0 else Decimal(0)
        return max(Decimal(str(round(kilograms, 3))), least)

    @api.model
    def _logistics_centimetres(self, length):
        """Return a length of the database in centimetres; None when it is not known.

        :rtype: Decimal | None
        """
        unit = self.env[
            "product.template"
        ]._get_length_uom_id_from_ir_config_parameter()
        centimetres = unit._compute_quantity(
            length or 0.0, self.env.ref("uom.product_uom_cm"), round=False
        )
        return Decimal(str(round(centimetres, 1))) if centimetres > 0 else None


def _address(partner):
    company = partner.commercial_company_name or ""
    return Address(
        name=partner.display_name or "",
        street=partner.street or "",
        city=partner.city or "",
        postcode=partner.zip or "",
        country=partner.country_id.code or "",
        phone=partner.phone or "",
        email=partner.email or "",
        street2=partner.street2 or "",
        state=partner.state_id.code or "",
        company="" if company == partner.name else company,
    )
