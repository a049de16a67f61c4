from odoo.tests import tagged

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestStockPicking(LogisticsCommon):
    def test_tracking_number_starts_a_shipment(self):
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "1Z 999 aa1"
        shipment = picking.logistics_shipment_ids
        self.assertRecordValues(
            shipment,
            [
                {
                    "direction": "outgoing",
                    "carrier_id": self.carrier.id,
                    "state": "shipment_created",
                }
            ],
        )
        self.assertEqual(shipment.parcel_ids.mapped("tracking_key"), ["1Z999AA1"])

    def test_comma_joined_numbers_are_parcels_of_one_shipment(self):
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "A1, a1 ,B2"
        self.assertEqual(len(picking.logistics_shipment_ids), 1)
        self.assertEqual(
            picking.logistics_shipment_ids.parcel_ids.mapped("tracking_number"),
            ["A1", "B2"],
        )

    def test_validation_is_a_dispatch(self):
        shipment = self._ship(self._sell().picking_ids, "A1")
        self.assertEqual(shipment.state, "dispatched")
        self.assertTrue(shipment.dispatched_at)

    def test_validation_twice_is_one_event(self):
        picking = self._sell().picking_ids
        shipment = self._ship(picking, "A1")
        before = len(shipment.event_ids)
        picking._logistics_tell_done()
        shipment.invalidate_recordset()
        self.assertEqual(len(shipment.event_ids), before)

    def test_internal_steps_get_no_shipment(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell()
        pick = order.picking_ids.filtered(
            lambda picking: picking._logistics_direction() == "internal"
        )
        pick.carrier_tracking_ref = "A1"
        self.assertFalse(pick.logistics_shipment_ids)

    def test_cleared_number_voids_the_parcel(self):
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "A1"
        shipment = picking.logistics_shipment_ids
        picking.carrier_tracking_ref = False
        self.assertEqual(shipment.state, "shipment_cancelled")
        self.assertTrue(shipment.parcel_ids.closed_at)

    def test_new_number_after_a_void_is_a_new_shipment_that_replaces_it(self):
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "A1"
        first = picking.logistics_shipment_ids
        picking.carrier_tracking_ref = "B2"
        links = picking.logistics_link_ids.sorted("id")
        self.assertEqual(len(links), 2)
        self.assertEqual(links[0].shipment_id, first)
        self.assertEqual(links[0].replaced_by_id, links[1])

    def test_two_transfers_with_one_number_share_the_shipment(self):
        first, second = self._sell().picking_ids, self._sell().picking_ids
        first.carrier_tracking_ref = "A1"
        second.carrier_tracking_ref = "A1"
        self.assertEqual(first.logistics_shipment_ids, second.logistics_shipment_ids)

    def test_recycled_number_starts_another_shipment(self):
        first = self._sell().picking_ids
        shipment = self._ship(first, "A1")
        self._report(shipment, "delivered")
        second = self._sell().picking_ids
        second.carrier_tracking_ref = "A1"
        self.assertNotEqual(second.logistics_shipment_ids, shipment)
        self.assertTrue(shipment.parcel_ids.closed_at)

    def test_backorder_starts_without_shipment(self):
        order = self._sell(5)
        picking = order.picking_ids
        picking.carrier_tracking_ref = "A1"
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        backorder = order.picking_ids - picking
        self.assertEqual(picking.logistics_shipment_ids.state, "dispatched")
        self.assertFalse(backorder.logistics_shipment_ids)

    def test_cancelled_transfer_cancels_its_shipment(self):
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "A1"
        picking.action_cancel()
        self.assertEqual(picking.logistics_shipment_ids.state, "shipment_cancelled")

    def test_return_is_a_shipment_of_its_own_that_points_back(self):
        order = self._sell(5)
        picking = order.picking_ids
        shipment = self._ship(picking, "A1")
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        back.carrier_tracking_ref = "R1"
        self.assertRecordValues(
            back.logistics_shipment_ids,
            [{"direction": "return", "parent_id": shipment.id}],
        )
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.logistics_shipment_ids.state, "return_received")

    def test_package_named_like_the_number_fills_the_parcel(self):
        picking = self._sell(5).picking_ids
        picking.carrier_tracking_ref = "A1"
        package = self.env["stock.package"].create({"name": "a1"})
        picking.move_line_ids.result_package_id = package
        shipment = self._ship(picking)
        self.assertRecordValues(shipment.parcel_ids.line_ids, [{"quantity": 5.0}])
