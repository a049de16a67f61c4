from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestNextStep(LogisticsCommon):
    def _step(self, record):
        record.invalidate_recordset()
        return (
            record.next_step
            if record._name == "logistics.shipment"
            else record.logistics_next_step
        )

    def test_delivery_without_a_number_waits_for_one(self):
        order = self._sell()
        self.assertIn("tracking number", self._step(order.picking_ids))
        self.assertIn("tracking number", self._step(order))

    def test_quotation_waits_for_nothing(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(self._step(order), "")

    def test_label_waits_for_the_validation_of_the_transfer(self):
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "A1"
        shipment = picking.logistics_shipment_ids
        self.assertIn(picking.name, self._step(shipment))
        self.assertEqual(self._step(picking), self._step(shipment))

    def test_goods_that_nobody_reports_on_wait_for_a_person(self):
        shipment = self._ship(self._sell().picking_ids, "A1")
        self.assertIn("record the proof by hand", self._step(shipment))

    def test_failed_attempt_waits_for_the_next_one(self):
        shipment = self._ship(self._sell().picking_ids, "A1")
        self._report(shipment, "delivery_attempt_failed")
        self.assertIn("next attempt", self._step(shipment))

    def test_two_parcels_wait_for_the_second_one(self):
        shipment = self._ship(self._sell().picking_ids, "A1", "B2")
        self._report(shipment, "delivered", occurred_at=self._later())
        self.assertIn("waits for the others", self._step(shipment))

    def test_arrived_goods_wait_for_nothing(self):
        shipment = self._ship(self._sell().picking_ids, "A1")
        self._report(shipment, "delivered", occurred_at=self._later())
        self.assertIn("nothing is waited for", self._step(shipment))

    def test_reports_that_contradict_wait_for_a_person(self):
        shipment = self._ship(self._sell().picking_ids, "A1")
        self._report(shipment, "delivered", occurred_at=self._later())
        self._report(shipment, "refused", occurred_at=self._later(5))
        self.assertIn("a person chooses", self._step(shipment))

    def test_pick_shows_the_shipment_of_the_delivery_it_prepares(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell()
        pick = order.picking_ids
        pick.move_ids.picked = True
        pick.button_validate()
        delivery = order.picking_ids - pick
        delivery.carrier_tracking_ref = "A1"
        pick.invalidate_recordset()
        self.assertEqual(pick.logistics_shown_ids, delivery.logistics_shipment_ids)
        self.assertFalse(pick.logistics_shipment_ids)

    def _later(self, hours=1):
        return fields.Datetime.now() + timedelta(hours=hours)
