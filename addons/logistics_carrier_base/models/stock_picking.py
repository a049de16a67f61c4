"""Transfers that are booked with a partner."""

from odoo import models

from ..booking import Parcel


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "logistics.booked.mixin"]

    def _booking_request(self):
        """Implementation of `logistics.booked.mixin`."""
        self.ensure_one()
        return self.carrier_id._logistics_request(
            self.name,
            self.picking_type_id.warehouse_id.partner_id or self.company_id.partner_id,
            self.partner_id,
            self.shipping_weight or self.weight,
            packed=self._logistics_packed(),
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
        known = self._logistics_numbers()
        self.carrier_tracking_ref = ",".join([*known, *booking._numbers()])
        return self.env["logistics.shipment"]

    def _booking_void(self, booking):
        """Implementation of `logistics.booked.mixin`.

        What another booking or a person wrote there stays.
        """
        void = booking._numbers()
        left = [number for number in self._logistics_numbers() if number not in void]
        self.carrier_tracking_ref = ",".join(left) or False
