"""What partners tell of goods that come back, from their message to the return."""

import json

from delivered_case import DeliveredCase

from odoo.tests import tagged


@tagged("post_install", "-at_install", "standard")
class TestReturnByPartner(DeliveredCase):
    """The suite's own format and a sandbox carrier, with all addons together."""

    adapter = "canonical"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.default_code = "PUMP"

    def _tell(self, identifier, event_type, **data):
        """Hand in one event as a partner sends it."""
        event = {
            "specversion": "1.0",
            "id": identifier,
            "source": "/shop/7",
            "type": "logistics.event",
            "data": {
                "event_type": event_type,
                "occurred_at": "2026-11-20T10:00:00+01:00",
                "raw_code": event_type,
                "leg": "return",
            }
            | data,
        }
        return self._hand_in(json.dumps(event).encode())

    def _delivered(self, quantity, number=None):
        order = self._sell(quantity)
        picking = order.picking_ids
        self._ship(picking, *filter(None, [number]))
        return order, picking

    def _returns(self):
        return self.env["logistics.return"].search(
            [("company_id", "=", self.company.id)]
        )

    def test_announcement_with_lines_is_a_return(self):
        order, picking = self._delivered(5)
        messages = self._tell(
            "rma-1",
            "return_created",
            references={"order": order.name},
            lines=[{"product": "PUMP", "quantity": 2}],
        )
        self.assertEqual(messages.mapped("state"), ["done"])
        one = self._returns()
        self.assertRecordValues(one, [{"origin": "partner", "state": "requested"}])
        self.assertRecordValues(
            one.line_ids, [{"quantity": 2, "move_id": picking.move_ids.id}]
        )
        self.assertFalse(picking.carrier_tracking_ref)

    def test_announcement_with_a_label_waits_for_its_scan(self):
        order, picking = self._delivered(5, "OUT-1")
        self._tell(
            "rma-1",
            "return_created",
            tracking_number="RET-1",
            references={"order": order.name},
            lines=[{"product": "PUMP", "quantity": 2}],
        )
        one = self._returns()
        self.assertEqual(one.shipment_ids.parent_id, picking.logistics_shipment_ids)
        self._tell("scan-1", "in_transit", tracking_number="RET-1")
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.state, "in_transit")

    def test_unknown_number_with_our_order_begins_a_return(self):
        order, picking = self._delivered(5)
        messages = self._tell(
            "scan-1",
            "picked_up",
            tracking_number="RET-1",
            references={"order": order.name},
        )
        self.assertEqual(messages.mapped("state"), ["done"])
        one = self._returns()
        self.assertRecordValues(one, [{"origin": "scan", "kind": "customer"}])
        self.assertEqual(one.line_ids.quantity, 5)
        self.assertEqual(one.shipment_ids.parcel_ids.tracking_number, "RET-1")
        # The number of the way back is not that of the delivery.
        self.assertFalse(picking.carrier_tracking_ref)
        self._tell("scan-2", "out_for_delivery", tracking_number="RET-1")
        self.assertEqual(one.shipment_ids.state, "out_for_delivery")
        self.assertEqual(self._returns(), one)

    def test_parcel_that_turns_around_is_not_invoiced(self):
        order, picking = self._delivered(5, "OUT-1")
        self._tell(
            "turn", "returning_to_sender", tracking_number="OUT-1", leg="outbound"
        )
        self._tell(
            "scan-1",
            "in_transit",
            tracking_number="BACK-1",
            references={"order": order.name},
        )
        self._take()
        one = self._returns()
        self.assertRecordValues(one, [{"kind": "to_sender", "origin": "scan"}])
        self.assertEqual(one.shipment_ids.parent_id, picking.logistics_shipment_ids)
        self.assertFalse(order.invoice_ids)
