from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestCreditMode(ReleaseCommon):
    """A delivery that no longer counts is credited only where credits are On."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.write({"result": "post", "waiver_amount": 500.0})
        cls.Mode = cls.env["logistics.action.mode"]
        cls.Mode._switch(cls.company, "credit", "off")

    def _withdrawn(self):
        order = self._sell(10)
        shipment = self._ship(order.picking_ids, f"N{order.id}")
        self._deliver(shipment)
        self._take()
        self._withdraw(shipment)
        self._take()
        return order, shipment

    def test_off_proposes_nothing_until_it_is_switched_on(self):
        order, _shipment = self._withdrawn()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(order.order_line.logistics_qty_released, 0)
        self.assertFalse(self._effects(order, "credit"))
        self.Mode._change(self.company, "credit", "on")
        self.assertRecordValues(
            self._effects(order, "credit"),
            [{"state": "waiting", "quantity": 10, "approvers_needed": 1}],
        )

    def test_observed_credit_is_written_down_only(self):
        self.Mode._change(self.company, "credit", "observe")
        order, _shipment = self._withdrawn()
        step = self._effects(order, "credit")
        self.assertRecordValues(step, [{"observed": True, "quantity": 10}])
        self.assertFalse(step.approval_ids)

    def test_delivered_after_all_leaves_nothing_to_propose(self):
        order, shipment = self._withdrawn()
        self._deliver(shipment, key="second delivery")
        self._take()
        self.Mode._change(self.company, "credit", "on")
        self.assertFalse(self._effects(order, "credit"))

    def test_demands_that_wait_for_the_switch_are_not_made_twice(self):
        """Half is credited by hand; two deliveries are withdrawn after another."""
        order = self._sell(10)
        for number in ("H1", "H2"):
            picking = order.picking_ids.filtered(lambda p: p.state != "done")
            self._deliver(self._ship_part(picking, 5, number))
        self._take()
        invoice = order.invoice_ids[:1]
        self._reverse(invoice)
        self.assertEqual(order.order_line.qty_invoiced, 5)
        for shipment in order.logistics_shipment_ids:
            self._withdraw(shipment)
            self._take()
        self.Mode._change(self.company, "credit", "on")
        self.assertEqual(self._effects(order, "credit", "waiting").quantity, 5)

    def test_where_it_is_off_the_button_says_so_and_takes_nothing_back(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "W1")
        self.env["logistics.release.waiver"].with_user(self.people["finance"])._waive(
            order, order.picking_ids, "The driver called"
        )
        self._take()
        asking = order.with_user(self.people["finance"])
        for press in (
            asking.action_logistics_propose_credit_dialog,
            lambda: asking.action_logistics_propose_credit("It never arrived"),
        ):
            with self.assertRaisesRegex(UserError, "Propose a Credit Note"):
                press()
        self.assertEqual(order.order_line.logistics_qty_released, 3)
