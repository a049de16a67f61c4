from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .credit_case import CreditCase


class LostCase(CreditCase):
    """Parcels on their way, what a carrier says of them, and what follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier.claim_days = 30

    def _sent(self, quantity=5, *numbers, product=None, invoiced=True):
        """Return an order on its way, and its shipment."""
        line = {"product_id": (product or self.product).id, "product_uom_qty": quantity}
        order = self._sell(order_line=[Command.create(line)])
        shipment = self._ship(order.picking_ids, *(numbers or ("OUT-1",)))
        if invoiced:
            self._invoice(order)
        self._report(shipment, "picked_up")
        return order, shipment

    def _returns(self):
        return self.env["logistics.return"].search(
            [("company_id", "=", self.company.id)]
        )

    def _claims(self, shipment):
        return self.env["logistics.claim"].search([("shipment_id", "=", shipment.id)])

    def _steps(self, shipment):
        return self.env["logistics.effect"].search(
            [("res_model", "=", "logistics.shipment"), ("res_id", "=", shipment.id)]
        )

    def _lose(self, shipment, key="lost", **more):
        self._report(shipment, "lost", key=key, **more)
        self._take()

    def _find(self, shipment, key="found", hours=1, **more):
        """Report a movement after what was said so far."""
        at = fields.Datetime.now() + timedelta(minutes=hours)
        self._report(shipment, "in_transit", key=key, occurred_at=at, **more)
        self._take()
