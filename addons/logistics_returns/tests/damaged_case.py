from .credit_case import CreditCase
from .test_return_photo import picture


class DamagedCase(CreditCase):
    """Parcels that arrive damaged, and what is decided about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier.claim_days = 21
        cls.damaged = cls.env.ref("logistics_returns.logistics_return_reason_damaged")

    def _sent(self, quantity=5, *numbers):
        order = self._sell(quantity, user_id=self.people["user"].id)
        shipment = self._ship(order.picking_ids, *(numbers or ("OUT-1",)))
        self._invoice(order)
        self._report(shipment, "picked_up")
        return order, shipment

    def _returns(self):
        return self.env["logistics.return"].search(
            [("company_id", "=", self.company.id)]
        )

    def _claims(self, shipment):
        return self.env["logistics.claim"].search([("shipment_id", "=", shipment.id)])

    def _tell(self, shipment, *events, **more):
        """Report events one after the other, a minute apart."""
        for event_type in events:
            self._report(shipment, event_type, **more)
        self._take()

    def _photo(self, one, color="red"):
        return self.env["ir.attachment"].create(
            {
                "name": "broken.jpg",
                "raw": picture(color=color),
                "mimetype": "image/jpeg",
                "res_model": one._name,
                "res_id": one.id,
            }
        )

    def _files_of(self, claim):
        return self.env["ir.attachment"].search(
            [("res_model", "=", claim._name), ("res_id", "=", claim.id)]
        )

    def _decide(self, one, deed="kept", quantity=None, photos=()):
        user = self.clerk
        window = self.env["logistics.return.decide"].with_user(user)._dialog(one, deed)
        dialog = (
            self.env["logistics.return.decide"]
            .with_user(user)
            .with_context(**window["context"])
            .create({"reason": "Broken", "deed": deed})
        )
        for row in dialog.line_ids:
            row.quantity = quantity or row.line_id.quantity
        dialog.photo_ids = photos
        dialog.action_confirm()
        self._take()
        return dialog
