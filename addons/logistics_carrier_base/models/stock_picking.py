"""Transfers that are booked with a partner."""

from dataclasses import replace

from odoo import fields, models

from ..booking import Parcel


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "logistics.booked.mixin"]

    def _booking_request(self, method=None):
        """Implementation of `logistics.booked.mixin`.

        :param delivery.carrier method: Another method than the chosen one, to compare.
        """
        self.ensure_one()
        own = self.carrier_id
        return (method or own)._logistics_request(
            self.name,
            self.picking_type_id.warehouse_id.partner_id or self.company_id.partner_id,
            self.partner_id,
            self.shipping_weight or self.weight,
            packed=self._logistics_packed(),
            service=self.logistics_service if (method or own) == own else "",
        )

    def _booking_return_request(self):
        """Return the transport order of the way back.

        :rtype: BookingRequest
        """
        self.ensure_one()
        out = self._booking_request()
        return replace(
            out,
            sender=out.receiver,
            receiver=out.sender,
            service=self.carrier_id.logistics_return_service or out.service,
            is_return=True,
        )

    def _logistics_packed(self):
        """Return the packages of the transfer, and what is in none of them, as parcels.

        :return: Empty when nothing was put in packages.
        :rtype: list[Parcel]
        """
        self.ensure_one()
        method = self.carrier_id
        packages = self.move_line_ids.result_package_id.outermost_package_id
        weights = self.move_line_ids.result_package_id.sudo()._get_weight(self.id)
        parcels = []
        for package in packages.sudo():
            kind, inner = (
                package.package_type_id,
                package | package.all_children_package_ids,
            )
            weight = package.shipping_weight or (
                kind.base_weight + sum(weights.get(one, 0.0) for one in inner)
            )
            sides = [
                method._logistics_centimetres(side)
                for side in (kind.packaging_length, kind.width, kind.height)
            ]
            parcels.append(
                Parcel(
                    method._logistics_kilograms(weight),
                    *(sides if all(sides) else (None, None, None)),
                    reference=package.name or "",
                )
            )
        if parcels and self.weight_bulk:
            parcels.append(Parcel(method._logistics_kilograms(self.weight_bulk)))
        return parcels

    def _booking_shipment(self):
        """Implementation of `logistics.booked.mixin`."""
        return self.logistics_shipment_ids[:1]

    def _booking_noted(self, booking):
        """Implementation of `logistics.booked.mixin`: the numbers make the shipment."""
        if booking.is_return:
            return self.env["logistics.shipment"]
        known = self._logistics_numbers()
        numbers = [one for one in booking._numbers() if one not in known]
        self.carrier_tracking_ref = ",".join([*known, *numbers])
        self._booking_priced(booking)
        self.message_post(
            body=self.env._(
                "Label of %(carrier)s: %(numbers)s",
                carrier=self.carrier_id.name or booking.connection_id.name,
                numbers=booking.numbers,
            ),
            attachment_ids=booking.label_ids.ids,
        )
        return self.env["logistics.shipment"]

    def _booking_priced(self, booking):
        """Note what the customer pays for the label, as `send_to_shipper` would."""
        method, order = self.carrier_id, self.sale_id
        if not (booking.price and booking.currency_id and method):
            return
        company = self.company_id
        currency = order.currency_id or company.currency_id
        price = booking.currency_id._convert(
            booking.price, currency, company, fields.Date.today()
        )
        if method.free_over and order:
            amount = order._compute_amount_total_without_delivery()
            limit = method._compute_currency(order, amount, "pricelist_to_company")
            price = 0.0 if limit >= method.amount else price
        self.carrier_price = method._apply_margins(price, order)
        self._add_delivery_cost_to_so()

    def _logistics_send_with(self, method, service):
        """Send the goods with another service; a label that is missing is bought.

        :param delivery.carrier method: With whom.
        :param str service: The partner's code of the service.
        :return: The dialog that waits for the label, or what closes this one.
        :rtype: dict
        """
        self.ensure_one()
        missing = self._logistics_bookings()
        missing._give_up()
        self.write({"carrier_id": method.id, "logistics_service": service})
        if self.state != "done" or not missing:
            return {"type": "ir.actions.act_window_close"}
        self.env["logistics.booking"]._ask(self)
        return self._logistics_label_action()

    def _booking_void(self, booking):
        """Implementation of `logistics.booked.mixin`.

        What another booking or a person wrote there stays.
        """
        if booking.is_return:
            booking.label_ids.unlink()
            return
        void = booking._numbers()
        left = [number for number in self._logistics_numbers() if number not in void]
        self.carrier_tracking_ref = ",".join(left) or False
