import json

from odoo.tests import tagged

from . import contract


@tagged("post_install", "-at_install")
class TestCanonicalWebhook(contract.WebhookContract):
    adapter = "canonical"

    def _cloud_event(self, identifier="1", **data):
        return {
            "specversion": "1.0",
            "id": identifier,
            "source": "/warehouse/7",
            "type": "logistics.event",
            "data": {
                "event_type": "delivered",
                "occurred_at": "2026-11-20T10:00:00+01:00",
                "tracking_number": self.number,
                "raw_code": "POD",
            }
            | data,
        }

    def genuine(self):
        """Override of the contract."""
        return json.dumps(self._cloud_event()).encode()

    def unknown_code(self):
        """Override of the contract."""
        event = self._cloud_event(event_type="beamed_up", raw_code="BEAM")
        return json.dumps(event).encode()

    def test_batch_is_read_as_one_message_with_several_events(self):
        body = json.dumps(
            [
                self._cloud_event("1", event_type="picked_up", raw_code="PU"),
                self._cloud_event("2"),
            ]
        ).encode()
        answer = self._push(body)
        self.assertEqual(answer.status_code, 202)
        self._drain()
        self.assertEqual(self._messages().event_count, 2)
        self.assertEqual(self.shipment.state, "delivered")

    def test_bad_event_of_a_batch_does_not_cost_the_good_ones(self):
        body = json.dumps(
            [self._cloud_event("1"), self._cloud_event("2", occurred_at="yesterday")]
        ).encode()
        self._push(body)
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertRecordValues(self._messages(), [{"state": "dead"}])

    def test_partner_that_knows_only_our_transfer_is_matched_by_reference(self):
        picking = self._sell().picking_ids
        body = json.dumps(
            self._cloud_event(
                event_type="dispatched",
                tracking_number="3PL-77",
                references={"delivery": picking.name},
            )
        ).encode()
        self._push(body)
        self.env["logistics.message"]._drain_batch(200)
        self.assertEqual(picking.carrier_tracking_ref, "3PL-77")
        self.assertEqual(picking.logistics_shipment_ids.state, "dispatched")

    def test_schema_is_served(self):
        answer = self.url_open("/logistics/schema/canonical-event.json")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("data", answer.json()["$defs"])
