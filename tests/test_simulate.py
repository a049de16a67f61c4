"""What a press of *Simulate Next Event* brings about, with all addons together."""

from delivered_case import DeliveredCase

from odoo.tests import tagged


@tagged("post_install", "-at_install", "standard")
class TestSimulatedDelivery(DeliveredCase):
    def test_delivered_shows_the_invoice_on_the_same_shipment_and_only_once(self):
        shipment = self._ship(self._sell(5).picking_ids, "SIM100")
        self.assertFalse(shipment.document_ids)
        result = shipment.action_simulate("delivered")
        self.assertIn("Actions taken", result["params"]["message"])
        invoice = shipment.document_ids
        self.assertRecordValues(
            invoice, [{"move_type": "out_invoice", "state": "posted"}]
        )
        self.assertEqual(invoice.invoice_line_ids.quantity, 5.0)
        self.assertEqual(shipment.document_count, 1)
        self.assertEqual(shipment.action_view_documents()["res_id"], invoice.id)
        again = shipment.action_simulate("delivered")
        self.assertIn("No action followed", again["params"]["message"])
        self.assertEqual(shipment.document_ids, invoice)

    def test_draft_appears_as_well(self):
        self.rule.result = "draft"
        shipment = self._ship(self._sell(2).picking_ids, "SIM200")
        shipment.action_simulate("delivered")
        self.assertRecordValues(
            shipment.document_ids, [{"move_type": "out_invoice", "state": "draft"}]
        )
