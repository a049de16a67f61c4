"""Nobody agrees to what follows from their own word, whoever ran the job."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestTwoPeople(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.result = "post"
        cls.finance = cls.people["finance"]
        cls.both = new_test_user(
            cls.env,
            login="logistics-both",
            groups="logistics_events.logistics_events_group_finance,"
            "logistics_events.logistics_events_group_manager",
        )

    def _delivered(self):
        order = self._sell(3)
        self.shipment = self._ship(order.picking_ids, f"P{order.id}")
        self._deliver(self.shipment)
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")
        return order

    def _assert_not_by(self, order, user):
        """The credit is refused to the user, and granted to a colleague."""
        self._take()
        approval = self._effects(order, "credit").approval_ids
        self.assertEqual(approval.state, "waiting")
        mine = approval.with_user(user)
        self.assertFalse(mine.may_decide)
        with self.assertRaises(AccessError):
            mine.action_approve()
        with self.assertRaises(AccessError):
            mine.action_refuse("No")
        approval.with_user(self.clerk).action_approve()
        self._take()
        self.assertEqual(self._effects(order, "credit").state, "done")

    def test_who_proposes_a_credit_does_not_approve_it(self):
        order = self._sell(3)
        self._ship(order.picking_ids, f"P{order.id}")
        Waiver = self.env["logistics.release.waiver"]
        Waiver.with_user(self.clerk)._waive(order, order.picking_ids, "By phone")
        self._effects(order).approval_ids.with_user(self.finance).action_approve()
        self._take()
        order.with_user(self.finance).action_logistics_propose_credit("Not arrived")
        self._assert_not_by(order, self.finance)
        self.assertEqual(self._effects(order, "credit").asked_by, self.finance)

    def test_who_withdraws_an_event_does_not_approve_the_credit(self):
        order = self._delivered()
        event = self.shipment.event_ids.filtered(lambda e: e.event_type == "delivered")
        event.with_user(self.both).action_withdraw("Wrong door")
        self._assert_not_by(order, self.both)

    def test_who_unlinks_an_event_does_not_approve_the_credit(self):
        order = self._delivered()
        event = self.shipment.event_ids.filtered(lambda e: e.event_type == "delivered")
        none = self.env["logistics.shipment"], self.env["logistics.parcel"]
        event.with_user(self.both).sudo()._relink(*none, "Not ours")
        self._assert_not_by(order, self.both)

    def test_a_partners_message_is_nobodys_word(self):
        order = self._delivered()
        event = self.shipment.event_ids.filtered(lambda e: e.event_type == "delivered")
        self._report(
            self.shipment,
            "delivered",
            key="void",
            classifier="retracted",
            voids_key=event.event_key,
        )
        self._take()
        approval = self._effects(order, "credit").approval_ids
        self.assertEqual(approval.state, "waiting")
        self.assertFalse(approval._involved() - self.env.ref("base.user_root"))
        self.assertTrue(approval.with_user(self.finance).may_decide)
