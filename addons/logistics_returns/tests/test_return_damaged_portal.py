import base64

from odoo.tests import tagged

from .return_portal_case import ReturnPortalCase
from .test_return_photo import picture


@tagged("post_install", "-at_install")
class TestReturnDamagedPortal(ReturnPortalCase):
    """A customer reports damage on the portal, before or after the carrier."""

    def _report_damage(self):
        return self._ask(
            "2", reason_id=str(self.broken.id), photos=[picture()], note="Cracked"
        )

    def _claim(self):
        shipment = self.picking.logistics_shipment_ids
        return self.env["logistics.claim"].search([("shipment_id", "=", shipment.id)])

    def test_customer_with_a_photo_makes_return_and_claim(self):
        self._switch("damaged")
        one = self._report_damage()
        self._take()
        self.assertEqual(one.kind, "damaged")
        claim = self._claim()
        self.assertRecordValues(
            claim, [{"kind": "damaged", "amount": 200.0, "state": "open"}]
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", claim._name), ("res_id", "=", claim.id)]
        )
        self.assertEqual(len(files), 1)
        self.assertTrue(base64.b64decode(files.datas))
        self.assertIn("Cracked", claim.message_ids.mapped("body")[0])
        # The carrier's word afterwards begins nothing new.
        shipment = self.picking.logistics_shipment_ids
        self._report(shipment, "delivered")
        self._report(shipment, "damaged")
        self._take()
        self.assertEqual(self.env["logistics.return"].search([]), one)
        self.assertEqual(len(self._claim()), 1)

    def test_customer_after_the_carrier_joins_the_return(self):
        self._switch("damaged")
        shipment = self.picking.logistics_shipment_ids
        self._report(shipment, "damaged")
        self._report(shipment, "delivered")
        self._take()
        begun = self.env["logistics.return"].search([])
        self.assertEqual(begun.kind, "damaged")
        one = self._report_damage()
        self._take()
        self.assertEqual(one, begun)
        self.assertRecordValues(
            one, [{"kind": "damaged", "note": "Cracked", "origin": "scan"}]
        )
        self.assertEqual(one.line_ids.quantity, 2)
        self.assertEqual(len(one.photo_ids), 1)
        self.assertEqual(len(self._claim()), 1)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "logistics.claim"), ("res_id", "=", self._claim().id)]
        )
        self.assertEqual(len(files), 1)

    def test_customer_sees_nothing_of_the_claim(self):
        self._switch("damaged")
        one = self._report_damage()
        self._take()
        text = str(one._public_values(signed_in=True)).lower()
        self.assertNotIn("claim", text)
        self.assertNotIn("carrier", text)
