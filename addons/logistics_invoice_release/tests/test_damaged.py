from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestDamaged(ReleaseCommon):
    """A rule may wait for a person where damage is reported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.write({"wait_damaged": True, "waiver_amount": 1e6})
        cls.order = cls._sell(3)
        cls.shipment = cls._ship(cls.order.picking_ids, "DMG1")
        now = fields.Datetime.now()
        cls._report(cls.shipment, "damaged", occurred_at=now - timedelta(hours=3))
        cls._report(cls.shipment, "delivered")

    def _invoiceable(self):
        self._take()
        return self.order.order_line.qty_to_invoice

    def _withdraw_damage(self):
        self.shipment._retract(
            self.shipment.event_ids.filtered(
                lambda event: (
                    event.event_type == "damaged" and event.classifier == "actual"
                )
            ),
            "Only the box",
        )

    def test_delivered_goods_wait_while_damage_is_reported(self):
        self.assertEqual(self._invoiceable(), 0)
        self.assertEqual(self._effects(self.order).state, "waiting")
        self.assertIn("damage", self.order.picking_ids._logistics_hold_why())
        self.assertIn("Waits while damage is reported.", self.rule.sentence)

    def test_report_that_is_withdrawn_lets_them_go(self):
        self._withdraw_damage()
        self.assertEqual(self._invoiceable(), 3)

    def test_what_a_person_releases_without_proof_does_not_wait(self):
        order = self._sell(2)
        shipment = self._ship(order.picking_ids, "DMG2")
        self._report(shipment, "damaged")
        self.env["logistics.release.waiver"].with_user(self.people["finance"])._waive(
            order, order.picking_ids, "The customer keeps them"
        )
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 2)

    def test_rule_without_the_switch_does_not_wait(self):
        self.rule.wait_damaged = False
        self.assertEqual(self._invoiceable(), 0, "The order keeps its terms.")
        self.order.with_user(self.people["finance"]).action_logistics_decide_again()
        self.assertEqual(self._invoiceable(), 3)

    def test_release_is_taken_back_whatever_is_reported(self):
        self._withdraw_damage()
        self.assertEqual(self._invoiceable(), 3)
        now = fields.Datetime.now()
        self._report(self.shipment, "damaged", key="again", occurred_at=now)
        self._withdraw(self.shipment)
        self.assertEqual(self._invoiceable(), 0)
