from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .return_scan_case import ReturnScanCase


@tagged("post_install", "-at_install")
class TestReturnScan(ReturnScanCase):
    """The first scan nobody announced, returns to sender, and who joins whom."""

    # === A SCAN BEGINS A RETURN === #

    def test_scan_nobody_announced_begins_a_return_in_one_chain(self):
        self._switch("expect")
        order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._report(outbound, "delivered")
        self._way_back(outbound)
        one = self._returns()
        back = one.shipment_ids
        self.assertRecordValues(
            one,
            [
                {
                    "origin": "scan",
                    "kind": "customer",
                    "state": "in_transit",
                    "partner_id": order.partner_id.id,
                    "outbound_ids": outbound.ids,
                }
            ],
        )
        self.assertRecordValues(
            back,
            [
                {
                    "direction": "return",
                    "parent_id": outbound.id,
                    "parent_kind": "return",
                    "state": "in_transit",
                }
            ],
        )
        self.assertEqual(back.parcel_ids.tracking_number, "RET-1")
        self.assertEqual(outbound.state, "delivered")
        self.assertFalse(outbound.return_state)
        self._take()
        self.assertEqual(one.picking_ids.move_ids.product_uom_qty, 5)
        self.assertEqual(one.picking_ids.logistics_shipment_ids, back)

    def test_scan_said_twice_is_one_return_and_one_fact(self):
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._way_back(outbound)
        self._way_back(outbound)
        back = self._returns().shipment_ids
        self._report(back, "out_for_delivery", leg="return", key="later")
        one = self._returns()
        self.assertEqual(len(one), 1)
        self.assertEqual(one.line_ids.quantity, 5)
        self.assertEqual(sorted(one.fact_ids.mapped("kind")), ["requested", "scanned"])

    def test_label_alone_begins_nothing(self):
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._way_back(outbound, "return_created")
        self.assertFalse(self._returns())
        back = outbound.child_ids
        self.assertEqual(back.direction, "return")
        self._report(back, "picked_up", leg="return")
        self.assertEqual(self._returns().shipment_ids, back)

    def test_scan_under_the_same_number_is_of_the_same_shipment(self):
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._report(outbound, "in_transit", leg="return", key="back")
        one = self._returns()
        self.assertEqual(one.outbound_ids, outbound)
        self.assertFalse(outbound.child_ids)
        self.assertEqual(one.line_ids.quantity, 5)

    def test_scan_of_one_parcel_expects_what_it_holds(self):
        picking = self._sell(5).picking_ids
        outbound = self._ship(picking, "OUT-1", "OUT-2")
        first, second = outbound.parcel_ids
        for parcel, quantity in ((first, 2), (second, 3)):
            self.env["logistics.parcel.line"].create(
                {
                    "parcel_id": parcel.id,
                    "move_id": picking.move_ids.id,
                    "quantity": quantity,
                }
            )
        self._report(outbound, "returning_to_sender", parcel=first)
        one = self._returns()
        self.assertEqual(one.kind, "to_sender")
        self.assertEqual(one.line_ids.quantity, 2)
        self._report(outbound, "returning_to_sender", parcel=second)
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.line_ids.quantity, 5)

    def test_unknown_contents_are_found_out_at_receipt(self):
        outbound = self._ship(self._sell(5).picking_ids, "OUT-1", "OUT-2")
        self._report(outbound, "returning_to_sender", parcel=outbound.parcel_ids[0])
        one = self._returns()
        self.assertEqual(one.state, "in_transit")
        self.assertFalse(one.line_ids)
        self.assertIn("found out", one.message_ids[0].body)

    def test_goods_that_are_back_are_not_expected_again(self):
        _order, picking = self._delivered(5, "OUT-1")
        dialog = self.env["stock.return.picking"].create({"picking_id": picking.id})
        dialog.product_return_moves.quantity = 2
        self._receive(dialog._create_return(), 2)
        first = self._returns()
        self._way_back(picking.logistics_shipment_ids)
        second = self._returns() - first
        self.assertEqual(second.line_ids.quantity, 3)

    def test_return_before_the_delivery_is_expected_once_it_left(self):
        self._switch("expect")
        order = self._sell(5)
        picking = order.picking_ids
        picking.carrier_tracking_ref = "OUT-1"
        self._way_back(picking.logistics_shipment_ids)
        self._take()
        one = self._returns()
        self.assertEqual(one.state, "in_transit")
        self.assertFalse(one.picking_ids)
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self._take()
        self.assertEqual(one.picking_ids.move_ids.product_uom_qty, 5)

    # === RETURN TO SENDER === #

    def test_undelivered_parcel_comes_back_under_another_number(self):
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._report(outbound, "returning_to_sender")
        one = self._returns()
        self.assertRecordValues(
            one, [{"kind": "to_sender", "origin": "scan", "state": "in_transit"}]
        )
        self._way_back(outbound, number="BACK-1")
        self.assertEqual(self._returns(), one)
        self.assertRecordValues(
            one.shipment_ids,
            [{"parent_id": outbound.id, "parent_kind": "return_to_sender"}],
        )
        self.assertEqual(outbound.state, "returning_to_sender")

    def test_number_told_before_the_trouble_is_a_return_to_sender(self):
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._way_back(outbound)
        back = self._returns().shipment_ids
        self.assertEqual(back.parent_kind, "return")
        self._report(back, "returning_to_sender", leg="return")
        self.assertEqual(back.parent_kind, "return_to_sender")
        self.assertEqual(self._returns().kind, "to_sender")

    def test_new_number_told_by_the_turn_takes_what_comes_next(self):
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._report(
            outbound, "returning_to_sender", tracking_number="BACK-1", key="turn"
        )
        self.assertEqual(outbound.state, "returning_to_sender")
        back = outbound.child_ids
        self.assertEqual(back.parcel_ids.tracking_number, "BACK-1")
        self._report(back, "in_transit", leg="return")
        one = self._returns()
        self.assertEqual(len(one), 1)
        self.assertEqual(one.shipment_ids, back)
        self.assertEqual(one.line_ids.quantity, 5)

    def test_parcel_that_arrives_after_all_ends_the_return(self):
        self._switch("expect")
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._report(outbound, "returning_to_sender")
        self._take()
        one = self._returns()
        self.assertEqual(one.picking_ids.state, "assigned")
        later = fields.Datetime.now() + timedelta(hours=1)
        self._report(outbound, "delivered", key="after all", occurred_at=later)
        self._take()
        self.assertEqual(one.state, "closed")
        self.assertEqual(one.picking_ids.state, "cancel")
        # It turns around once more: the same return goes on.
        later += timedelta(hours=1)
        self._report(outbound, "returning_to_sender", key="again", occurred_at=later)
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.state, "in_transit")
        self.assertEqual(one.line_ids.quantity, 5)

    def test_finished_return_is_not_begun_again_by_late_events(self):
        self._switch("expect")
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._report(outbound, "returning_to_sender")
        self._take()
        one = self._returns()
        self._receive(one.picking_ids, 5)
        one._say("closed", "by hand")
        self._report(outbound, "returned_to_sender")
        self.assertEqual(self._returns(), one)

    def test_number_of_other_goods_stays_where_it_is(self):
        _order, picking = self._delivered(5, "OUT-1")
        self._delivered(1, "OUT-2")
        outbound = picking.logistics_shipment_ids
        self._way_back(outbound, number="OUT-2")
        self.assertFalse(outbound.child_ids)

    def test_return_expected_on_the_workbench_is_one_return(self):
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        self._report(outbound, "refused")
        transfer, made = outbound._expect_return({picking.move_ids: 4})
        one = transfer.logistics_return_id
        self.assertRecordValues(
            one, [{"origin": "staff", "kind": "to_sender", "state": "approved"}]
        )
        self.assertEqual(one.line_ids.quantity, 4)
        self.assertEqual(made.logistics_return_id, one)
        self._report(made, "in_transit", leg="return")
        self.assertEqual(self._returns(), one)
