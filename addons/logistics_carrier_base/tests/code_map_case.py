"""A code of the carrier that nobody knows, and a shipment it was said of."""

from .common import CarrierCommon


class CodeMapCase(CarrierCommon):
    """The shipment was picked up; what the code after it means is asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "A1")
        cls._hand_in(cls._body("A1", "PUP", "XYZ"))
        cls.keeper = cls.people["integration"]
        cls.code = cls.env["logistics.code.map"].search([("raw_code", "=", "XYZ")])

    def _drain(self):
        """Read what waits; return the state of the shipment then."""
        self.env["logistics.message"]._drain_batch(200)
        self.shipment.invalidate_recordset()
        return self.shipment.state

    def _dialog(self, action):
        """Return the dialog an action opens, as whoever keeps the codes."""
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        return dialog.with_user(self.keeper)
