from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestWaiver(ReleaseCommon):
    """Finance may release without proof; above an amount a second person agrees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.waiver_amount = 500.0
        cls.Waiver = cls.env["logistics.release.waiver"]

    def _held(self, quantity=3, *numbers):
        order = self._sell(quantity)
        self.shipment = self._ship(order.picking_ids, *(numbers or (f"W{order.id}",)))
        return order

    def _waive(self, order, user=None, pickings=None):
        return self.Waiver.with_user(user or self.people["finance"])._waive(
            order, pickings or order.picking_ids, "Customer confirmed by phone"
        )

    def test_small_amount_is_released_on_one_persons_word(self):
        order = self._held(3)
        self._waive(order)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 3)

    def test_release_is_an_action_with_the_reason(self):
        order = self._held(3)
        waiver = self._waive(order)
        self._take()
        step = self._effects(order)
        self.assertEqual(step.key, f"waiver/{order.order_line.move_ids.id}")
        self.assertEqual(step.inputs["waiver"], waiver.id)
        self.assertIn("by phone", " ".join(order.message_ids.mapped("body")))

    def test_large_amount_waits_for_a_second_person(self):
        order = self._held(10)
        self._waive(order)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        step = self._effects(order)
        self.assertRecordValues(
            step,
            [
                {
                    "state": "waiting",
                    "approvers_needed": 1,
                    "asked_by": self.people["finance"].id,
                }
            ],
        )
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 10)

    def test_who_asked_does_not_agree(self):
        order = self._held(10)
        self._waive(order)
        with self.assertRaises(AccessError):
            self._effects(order).approval_ids.with_user(
                self.people["finance"]
            ).action_approve()

    def test_who_asked_does_not_agree_after_the_sums_changed(self):
        order = self._held(10, "S1", "S2")
        self._waive(order)
        one = self.shipment.parcel_ids[0]
        self._pack(one, order.order_line.move_ids, 2)
        self._deliver(self.shipment, one)
        step = self._effects(order).filtered(
            lambda s: s.key.startswith("waiver") and s.state == "waiting"
        )
        self.assertEqual(step.quantity, 8)
        with self.assertRaises(AccessError):
            step.approval_ids.filtered(lambda a: a.state == "waiting").with_user(
                self.people["finance"]
            ).action_approve()

    def test_without_a_limit_there_is_always_a_second_person(self):
        self.rule.waiver_amount = 0
        order = self._held(1)
        self._waive(order)
        self.assertEqual(self._effects(order).approvers_needed, 1)

    def test_limit_is_the_one_frozen_with_the_order(self):
        order = self._held(10)
        self.rule.waiver_amount = 1e6
        self._waive(order)
        self.assertEqual(self._effects(order).approvers_needed, 1)

    def test_proof_that_arrives_makes_the_approval_needless(self):
        order = self._held(10)
        self._waive(order)
        self._deliver(self.shipment)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 10)
        waived = self._effects(order).filtered(lambda s: s.key.startswith("waiver"))
        self.assertEqual(waived.state, "superseded")
        self.assertEqual(waived.approval_ids.state, "void")

    def test_proof_after_the_waiver_releases_nothing_twice(self):
        self.rule.result = "post"
        order = self._held(3)
        self._waive(order)
        self._take()
        self._deliver(self.shipment)
        self._take()
        self.assertEqual(order.order_line.move_ids.logistics_released_qty, 3)
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertFalse(self._effects(order, "credit"))

    def test_only_the_chosen_delivery_is_released(self):
        order = self._sell(5)
        first = order.picking_ids
        self._ship_part(first, 2, "A1")
        second = order.picking_ids - first
        self._ship_part(second, 3, "A2")
        self._waive(order, pickings=first)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 2)

    def test_only_the_order_in_question_is_released(self):
        first, second = self._sell(1), self._sell(2)
        picking = first.picking_ids
        second.order_line.move_ids.picking_id = picking
        second.order_line.move_ids._action_assign()
        self._ship(picking, "M1")
        self._waive(first, pickings=picking)
        self._take()
        self.assertEqual(first.order_line.qty_to_invoice, 1)
        self.assertEqual(second.order_line.qty_to_invoice, 0)

    def test_reason_is_asked_for(self):
        order = self._held(3)
        with self.assertRaises(UserError):
            self.Waiver._waive(order, order.picking_ids, "  ")

    def test_nothing_is_released_that_is_not_held(self):
        order = self._held(3)
        self._deliver(self.shipment)
        self._take()
        with self.assertRaises(UserError):
            self._waive(order)

    def test_nothing_is_released_that_has_not_left(self):
        order = self._sell(3)
        with self.assertRaises(UserError):
            self._waive(order)

    def test_goods_added_later_count_against_the_limit(self):
        order = self._held(3)
        self._waive(order)
        self._take()
        order.picking_ids.move_line_ids.quantity = 9
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 3)
        self.assertEqual(
            self._effects(order, state="waiting").mapped("approvers_needed"), [1]
        )

    # === HOLD AGAIN === #

    def test_hold_again_takes_the_waiver_back(self):
        order = self._held(3)
        self._waive(order)
        self._take()
        order.with_user(self.people["finance"]).action_logistics_hold_again("Mistake")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(order.logistics_waiver_ids.withdrawn_reason, "Mistake")

    def test_hold_again_takes_the_draft_back(self):
        self.rule.result = "draft"
        order = self._held(3)
        self._waive(order)
        self._take()
        order.with_user(self.people["finance"]).action_logistics_hold_again("Mistake")
        self._take()
        self.assertEqual(order.invoice_ids.state, "cancel")

    def test_hold_again_takes_the_proof_back(self):
        order = self._held(3)
        self.env["logistics.proof.record"].create(
            {"shipment_ids": self.shipment.ids, "signer": "P. Hansen"}
        ).action_record()
        self._take()
        self.assertTrue(order.logistics_can_hold_again)
        order.with_user(self.people["finance"]).action_logistics_hold_again("Mistake")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_hold_again_is_too_late_once_posted(self):
        self.rule.result = "post"
        order = self._held(3)
        self._waive(order)
        self._take()
        self.assertFalse(order.logistics_can_hold_again)
        with self.assertRaises(UserError):
            order.action_logistics_hold_again("Mistake")

    def test_carriers_word_is_not_held_again(self):
        order = self._held(3)
        self._deliver(self.shipment)
        self._take()
        self.assertFalse(order.logistics_can_hold_again)

    def test_released_again_after_hold_again(self):
        order = self._held(3)
        self._waive(order)
        self._take()
        order.action_logistics_hold_again("Mistake")
        self._take()
        self._waive(order)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 3)

    # === ROLES === #

    def test_only_finance_releases_without_proof(self):
        order = self._held(3)
        for role in ("user", "manager", "integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                self._waive(order, self.people[role])
        with self.assertRaises(AccessError):
            self._waive(order, self.seller)

    def test_only_finance_holds_again(self):
        order = self._held(3)
        self._waive(order)
        self._take()
        for user in (self.people["user"], self.people["manager"], self.seller):
            with self.assertRaises(AccessError, msg=user.login):
                order.with_user(user).action_logistics_hold_again("Mistake")

    def test_finance_and_managers_decide_again(self):
        order = self._held(3)
        for role in ("finance", "manager"):
            order.with_user(self.people[role]).action_logistics_decide_again()
        for user in (self.people["user"], self.people["auditor"], self.seller):
            with self.assertRaises(UserError, msg=user.login):
                order.with_user(user).action_logistics_decide_again()
