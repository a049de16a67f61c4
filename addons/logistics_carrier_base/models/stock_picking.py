"""Transfers that are booked with a partner."""

from odoo import models


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
            max(len(self.move_line_ids.result_package_id), 1),
        )

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
