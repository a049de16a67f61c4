"""How long it takes from the delivery until the goods may be invoiced."""

from odoo import fields
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestTimeTarget(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        team = cls.env["logistics.team"].create(
            {"name": "Invoices", "user_id": cls.people["manager"].id}
        )
        cls.target = cls.env["logistics.sla"].create(
            {"kind": "invoice_readiness", "hours": 8, "team_id": team.id}
        )
        cls.shipment = cls._ship(cls._sell().picking_ids, "T1")

    def _clock(self):
        return self.env["logistics.sla.clock"].search(
            [("shipment_id", "=", self.shipment.id), ("sla_id", "=", self.target.id)]
        )

    def test_delivery_starts_it_and_the_release_ends_it(self):
        self.assertFalse(self._clock(), "It is still under way")
        self._report(self.shipment, "delivered")
        clock = self._clock()
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.started_at, self.shipment.delivered_at)
        self._take()
        clock._refresh()
        self.assertEqual(clock.state, "met")
        self.assertLessEqual(clock.ended_at, fields.Datetime.now())

    def test_another_delivery_of_the_order_does_not_count(self):
        order = self._sell(4)
        first = self._ship_part(order.picking_ids, 3, "T3")
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        second = self._ship(rest, "T4")
        self._deliver(first)
        self._deliver(second)
        self._take()
        own, later = self._effects(order)
        soon = own.done_at
        later._write({"done_at": fields.Datetime.add(soon, days=2)})
        self.env.invalidate_all()
        clock = self.env["logistics.sla.clock"].search(
            [("shipment_id", "=", first.id), ("sla_id", "=", self.target.id)]
        )
        clock._refresh()
        self.assertRecordValues(clock, [{"state": "met", "ended_at": soon}])

    def test_order_that_is_not_held_is_not_measured(self):
        self.env["logistics.action.mode"]._switch(self.company, "release", "off")
        shipment = self._ship(self._sell().picking_ids, "T2")
        self._report(shipment, "delivered")
        self.assertFalse(
            self.env["logistics.sla.clock"].search([("shipment_id", "=", shipment.id)])
        )
