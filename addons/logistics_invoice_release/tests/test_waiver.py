from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

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
        one.line_ids.create(
            {
                "parcel_id": one.id,
                "move_id": order.order_line.move_ids.id,
                "quantity": 2,
            }
        )
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


@tagged("post_install", "-at_install")
class TestDialog(ReleaseCommon):
    """Create Invoice on a held order: why, and what this user may do."""

    def _dialog(self, order, user):
        action = order.with_user(user).action_logistics_create_invoice()
        return (
            self.env["logistics.release.dialog"]
            .with_user(user)
            .with_context(**action["context"])
            .create({})
        )

    def test_sentence_names_delivery_carrier_and_day(self):
        order = self._sell(3)
        picking = order.picking_ids
        shipment = self._ship(picking, "D1")
        self._report(
            shipment,
            "eta_updated",
            classifier="estimated",
            occurred_at="2030-05-06 12:00:00",
        )
        dialog = self._dialog(order, self.people["finance"])
        for word in (picking.name, self.carrier.name, "2030-05-06"):
            self.assertIn(word, dialog.reason)
        self.assertNotIn("\n", dialog.reason)

    def test_buttons_follow_the_role(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "D1")
        for user, proof, waive in (
            (self.people["finance"], True, True),
            (self.seller, False, False),
        ):
            self.assertRecordValues(
                self._dialog(order, user),
                [{"can_record_proof": proof, "can_waive": waive}],
            )

    def test_nothing_can_be_proven_that_has_not_left(self):
        order = self._sell_mixed(
            (self._product(invoice_policy="order"), 3),
        )
        self.assertRecordValues(
            self._dialog(order, self.people["finance"]),
            [{"can_record_proof": False, "can_waive": False, "has_left": False}],
        )

    def test_hold_again_is_offered_while_it_can_be_undone(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "D1")
        self.rule.waiver_amount = 1e6
        order.action_logistics_decide_again()
        self.env["logistics.release.waiver"]._waive(order, order.picking_ids, "Why")
        self._take()
        self.assertTrue(self._dialog(order, self.people["finance"]).can_hold_again)

    def test_release_button_asks_why_for_what_left(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "D1")
        finance = self.people["finance"]
        action = self._dialog(order, finance).action_waive()
        waive = (
            self.env["logistics.release.waive"]
            .with_user(finance)
            .with_context(**action["context"])
            .create({"reason": "Called the customer"})
        )
        self.assertRecordValues(
            waive,
            [
                {
                    "picking_ids": order.picking_ids.ids,
                    "amount": 300.0,
                    "needs_second_person": True,
                }
            ],
        )
        waive.action_release()
        self.assertEqual(self._effects(order).state, "waiting")

    def test_proof_button_opens_the_shipments_that_wait(self):
        order = self._sell(3)
        shipment = self._ship(order.picking_ids, "D1")
        action = self._dialog(order, self.people["finance"]).action_record_proof()
        self.assertEqual(action["context"]["default_shipment_ids"], shipment.ids)

    def test_rest_can_be_invoiced_the_usual_way(self):
        order = self._sell(5)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 2, "A1"))
        self._take()
        self._ship_part(order.picking_ids - first, 3, "A2")
        dialog = self._dialog(order, self.people["finance"])
        self.assertTrue(dialog.is_invoiceable)
        action = dialog.action_invoice_rest()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(**action["context"])
            .create({})
        )
        wizard.create_invoices()
        self.assertEqual(order.invoice_ids.invoice_line_ids.quantity, 2)


@tagged("post_install", "-at_install")
class TestAlert(ReleaseCommon):
    """A hold is never silent: value, age, reason, and an alert when it is too old."""

    def test_transfer_says_what_it_holds_and_since_when(self):
        order = self._sell(3)
        picking = order.picking_ids
        self._ship(picking, "A1")
        self.assertRecordValues(
            picking,
            [
                {
                    "logistics_held_amount": 300.0,
                    "logistics_hold_since": picking.date_done,
                    "logistics_hold_latest": fields.Date.add(
                        picking.date_done, days=14
                    ).date(),
                    "logistics_order_names": order.name,
                }
            ],
        )
        self.assertEqual(
            picking.logistics_hold_reason, "Dispatched, no day of arrival is known."
        )

    def test_released_transfer_holds_nothing(self):
        order = self._sell(3)
        self._deliver(self._ship(order.picking_ids, "A1"))
        self._take()
        self.assertRecordValues(
            order.picking_ids,
            [{"logistics_held_amount": 0.0, "logistics_hold_since": False}],
        )
        self.assertFalse(order.logistics_hold_since)

    def test_order_says_what_it_holds(self):
        order = self._sell_mixed((self.product, 3), (self.fee, 1))
        self._ship(order.picking_ids, "A1")
        self.assertEqual(order.logistics_held_amount, 312.0)
        self.assertTrue(order.logistics_hold_since)

    def test_days_held_are_counted(self):
        order = self._sell(3)
        picking = order.picking_ids
        self._ship(picking, "A1")
        with freeze_time(fields.Datetime.add(picking.date_done, days=5, minutes=1)):
            picking.invalidate_recordset(["logistics_hold_days"])
            self.assertEqual(picking.logistics_hold_days, 5)

    def _alert(self, order, days):
        when = fields.Datetime.add(order.logistics_hold_since, days=days)
        with freeze_time(when):
            self.env["sale.order"]._cron_alert_holds()
        return self._exceptions(order, "proof_missing")

    def test_old_hold_opens_one_exception(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "A1")
        self.assertFalse(self._alert(order, 13))
        first = self._alert(order, 16)
        self.assertEqual(len(first), 1)
        self.assertEqual(self._alert(order, 17), first)
        self.assertRecordValues(first, [{"amount": 300.0}])
        self.assertIn(order.name, first.summary)

    def test_exception_is_closed_by_the_proof(self):
        order = self._sell(3)
        shipment = self._ship(order.picking_ids, "A1")
        alert = self._alert(order, 16)
        self._deliver(shipment)
        self._take()
        self.assertEqual(alert.state, "solved")

    def test_exception_of_a_cancelled_order_is_closed_by_the_next_look(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "A1")
        alert = self._alert(order, 16)
        order._action_cancel()
        self.env["sale.order"]._cron_alert_holds()
        self.assertEqual(alert.state, "solved")

    def test_ordered_goods_alert_after_the_day_they_were_planned_for(self):
        order = self._sell_mixed((self._product(invoice_policy="order"), 3))
        order.picking_ids.move_ids.date = "2030-01-01 10:00:00"
        self.assertEqual(str(order.logistics_hold_latest), "2030-01-15")

    def test_reasons(self):
        order = self._sell(3)
        picking = order.picking_ids
        shipment = self._ship(picking, "A1")
        self.assertIn("no day of arrival", picking._logistics_hold_text())
        self._report(shipment, "delivered", key="one", content="a")
        self.assertIn("about to be released", picking._logistics_hold_text())
        self._report(shipment, "lost", occurred_at="2099-01-01 00:00:00")
        self.assertIn("reports do not agree", picking._logistics_hold_text())

    def test_reason_without_a_carrier_asks_for_the_proof(self):
        self.rule.proof_without_tracking = "person"
        order = self._sell(3)
        self._ship(order.picking_ids)
        self._take()
        self.assertIn("record the proof", order.logistics_hold_reason)

    def test_order_names_the_missing_proof_as_its_next_step(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "A1")
        self.assertIn("Invoicing waits", order._logistics_waits_for()[0])

    def test_partial_index_serves_the_cron(self):
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename IN "
            "('sale_order', 'stock_picking', 'logistics_effect')"
        )
        names = {row[0] for row in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "sale_order_hold_latest_idx",
                "stock_picking_hold_since_idx",
                "logistics_effect_send_idx",
            },
            {name.strip("_") for name in names} | names,
        )
