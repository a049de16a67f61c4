"""What a press of *Simulate Next Event* brings about, with all addons together."""

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon


@tagged("post_install", "-at_install", "standard")
class TestSimulatedDelivery(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Policy = cls.env["logistics.policy"]
        Policy.search([("action", "=", "release")]).active = False
        cls.rule = Policy.create(
            {
                "name": "When it is delivered",
                "action": "release",
                "trigger": "delivered",
                "result": "post",
                "valid_from": "2020-01-01",
            }
        )
        cls.env["logistics.action.mode"]._switch(
            cls.company, "release", "on", since="2020-01-01"
        )

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
