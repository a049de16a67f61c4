from odoo.tests import tagged

from .common import ReleaseCommon

# One black pixel.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestUntracked(ReleaseCommon):
    """Where no carrier can report, the rule names the proof."""

    def test_validated_delivery_is_proof_enough(self):
        order = self._sell(5)
        self._ship(order.picking_ids)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)
        self.assertEqual(self._effects(order).event_id.event_type, "dispatched")

    def test_own_transport_has_a_record_of_its_way(self):
        order = self._sell(5)
        shipment = self._ship(order.picking_ids)
        self.assertRecordValues(
            shipment, [{"direction": "outgoing", "state": "dispatched"}]
        )

    def test_transfer_without_a_held_order_has_none(self):
        self.mode.mode = "off"
        order = self._sell(5)
        self.assertFalse(self._ship(order.picking_ids))

    def test_signed_delivery_waits_for_the_signature(self):
        self.rule.proof_without_tracking = "signed"
        order = self._sell(5)
        self._ship(order.picking_ids)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        order.picking_ids.signature = SIGNATURE
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_delivery_signed_before_it_is_validated_is_proof_enough(self):
        self.rule.proof_without_tracking = "signed"
        order = self._sell(5)
        order.picking_ids.signature = SIGNATURE
        self._ship(order.picking_ids)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_person_must_record_the_proof(self):
        self.rule.proof_without_tracking = "person"
        order = self._sell(5)
        shipment = self._ship(order.picking_ids)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.env["logistics.proof.record"].with_user(self.people["user"]).create(
            {"shipment_ids": shipment.ids, "signer": "P. Hansen"}
        ).action_record()
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_recorded_proof_replaces_the_signature(self):
        self.rule.proof_without_tracking = "signed"
        order = self._sell(5)
        shipment = self._ship(order.picking_ids)
        shipment._tell("delivered", channel="manual", key="said")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_withdrawn_proof_holds_again(self):
        self.rule.proof_without_tracking = "person"
        order = self._sell(5)
        shipment = self._ship(order.picking_ids)
        self.env["logistics.proof.record"].create(
            {"shipment_ids": shipment.ids, "signer": "P. Hansen"}
        ).action_record()
        self._take()
        shipment.proof_ids.action_withdraw("Wrong customer")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_number_typed_later_does_not_take_the_release_back(self):
        order = self._sell(5)
        self._ship(order.picking_ids)
        self._take()
        order.picking_ids.carrier_tracking_ref = "LATE1"
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_number_typed_within_the_settling_time_waits_for_the_carrier(self):
        self.rule.delay_minutes = 30
        order = self._sell(5)
        self._ship(order.picking_ids)
        order.picking_ids.carrier_tracking_ref = "SOON1"
        self.assertEqual(self._effects(order).mapped("state"), ["superseded"])

    def test_rule_that_wants_a_poll_trusts_the_validation_of_own_transport(self):
        self.rule.trust = "polled"
        order = self._sell(5)
        self._ship(order.picking_ids)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_tracked_delivery_is_not_released_by_its_validation(self):
        order = self._sell(5)
        self._ship(order.picking_ids, "TRACKED")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_tracked_delivery_at_dispatch_is(self):
        self.rule.trigger = "dispatched"
        order = self._sell(5)
        self._ship(order.picking_ids, "TRACKED")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)
