from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .lost_case import LostCase


@tagged("post_install", "-at_install")
class TestReturnLostLater(LostCase):
    """Goods sent again, silence, and what is lost on the way back."""

    # === SENT AGAIN === #

    def _workbench(self, shipment, category="delivery_problem"):
        return self.env["logistics.exception"].search(
            [
                ("shipment_id", "=", shipment.id),
                ("category", "=", category),
                ("state", "=", "open"),
            ]
        )

    def _send_again(self, shipment, quantity):
        user = self.people["user"]
        exception = self._workbench(shipment).with_user(user)
        window = exception.action_reship()
        dialog = self.env[window["res_model"]].browse(window["res_id"]).with_user(user)
        dialog.line_ids.quantity = quantity
        dialog.settles = False
        dialog.action_apply()
        return exception.sudo().remedy_ids.filtered(lambda one: one.kind == "reship")

    def test_what_is_sent_again_is_not_credited_as_well(self):
        self._switch("lost")
        _order, shipment = self._sent()
        self._lose(shipment)
        one = self._returns()
        remedy = self._send_again(shipment, 2)
        self.assertEqual(one.line_ids.credit_quantity, 3)
        self.assertEqual(self._claims(shipment).state, "open")
        self.assertEqual(self._claims(shipment).amount, 500)
        remedy.with_user(self.people["user"]).action_undo("No stock")
        self.assertEqual(one.line_ids.credit_quantity, 5)

    # === SILENCE === #

    def _silent(self):
        order, shipment = self._sent()
        late = fields.Datetime.now() - timedelta(days=10)
        self.env.cr.execute(
            "UPDATE logistics_shipment SET last_event_at = %s WHERE id = %s",
            [late, shipment.id],
        )
        shipment.invalidate_recordset()
        shipment._note_quiet()
        return order, shipment, self._workbench(shipment, "no_news")

    def test_silence_that_a_person_confirms_is_a_loss(self):
        self._switch("lost")
        order, shipment, exception = self._silent()
        self.assertTrue(exception)
        exception.with_user(self.people["user"]).action_confirm_lost("Nobody answers")
        self._take()
        self.assertEqual(shipment.state, "lost")
        one = self._returns()
        self.assertEqual(one.line_ids.credit_quantity, 5)
        self.assertIn("Nobody answers", self._claims(shipment).reason)
        self.assertIn(self.people["user"], one._people_behind())
        self.assertEqual(len(self._open(order)), 1)

    def test_confirmed_loss_is_undone(self):
        self._switch("lost")
        _order, shipment, exception = self._silent()
        user = self.people["user"]
        exception.with_user(user).action_confirm_lost("Nobody answers")
        self._take()
        remedy = exception.remedy_ids
        self.assertEqual(remedy.kind, "lost")
        remedy.with_user(user).action_undo("They found it")
        self._take()
        self.assertEqual(shipment.state, "picked_up")
        self.assertEqual(self._returns().state, "closed")
        self.assertEqual(self._claims(shipment).state, "withdrawn")

    def test_loss_is_confirmed_with_a_reason_by_operations(self):
        _order, shipment, exception = self._silent()
        with self.assertRaisesRegex(UserError, "why"):
            exception.with_user(self.people["user"]).action_confirm_lost(" ")
        with self.assertRaises(AccessError):
            exception.with_user(self.people["auditor"]).action_confirm_lost("So")
        self._report(shipment, "delivered")
        with self.assertRaises(UserError):
            exception.with_user(self.people["user"]).action_confirm_lost("So")

    def test_confirmed_through_the_dialog(self):
        _order, shipment, exception = self._silent()
        user = self.people["user"]
        window = exception.with_user(user).action_confirm_lost_dialog()
        dialog = (
            self.env["logistics.reason"]
            .with_user(user)
            .with_context(**window["context"])
            .create({"reason": "Nobody answers"})
        )
        dialog.action_confirm()
        self.assertEqual(shipment.state, "lost")

    # === ON THE WAY BACK === #

    def _coming_back(self, quantity=2):
        self._switch("expect")
        order, picking = self._delivered(5, "OUT-1")
        self._invoice(order)
        self._report(picking.logistics_shipment_ids, "delivered")
        one = self._announce(picking, quantity)
        one._say("approved", "by hand")
        self._take()
        self._report(
            picking.logistics_shipment_ids,
            "in_transit",
            leg="return",
            tracking_number="RET-1",
            key="back",
        )
        self._take()
        return order, one, one.shipment_ids

    def test_lost_on_the_way_back_is_a_fact_of_its_return(self):
        self._switch("lost")
        order, one, back = self._coming_back()
        self.assertEqual(one.line_ids.expected_quantity, 2)
        self._lose(back, leg="return")
        self.assertEqual(self._returns(), one)
        self.assertRecordValues(
            one.line_ids, [{"expected_quantity": 0, "credit_quantity": 2}]
        )
        self.assertEqual(one.kind, "customer")
        self.assertEqual(self._claims(back).amount, 200)
        self.assertEqual(self._claims(back).logistics_return_id, one)
        self.assertFalse(
            one.picking_ids.filtered(lambda p: p.state not in ("done", "cancel")),
            "nothing is expected any more",
        )
        self.assertEqual(one.credit_terms["people"], 2)
        self._agree(order, self.finance, self.second)
        self.assertEqual(self._notes(order).amount_total, 200)

    def test_found_on_the_way_back_is_expected_again_and_credited_once(self):
        self._switch("lost")
        order, one, back = self._coming_back()
        self._lose(back, leg="return")
        self._find(back, leg="return")
        self.assertRecordValues(
            one.line_ids, [{"expected_quantity": 2, "credit_quantity": 0}]
        )
        self.assertEqual(self._claims(back).state, "withdrawn")
        waiting = one.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        self.assertEqual(waiting.move_ids.product_uom_qty, 2)
        self._receive(waiting, 2)
        self._inspect(one)
        self.assertEqual(one.line_ids.credit_quantity, 2)
        self._agree(order, self.finance, self.second)
        self.assertEqual(self._notes(order).amount_total, 200)

    def test_goods_that_come_although_they_are_lost_are_credited_once(self):
        self._switch("lost")
        order, one, back = self._coming_back()
        self._lose(back, leg="return")
        self._agree(order, self.finance, self.second)
        one._say("received", "all", line=one.line_ids, quantity=2)
        self._inspect(one)
        self._take()
        self.assertEqual(one.line_ids.credit_quantity, 2)
        self.assertEqual(self._notes(order).amount_total, 200)
        self.assertFalse(self._open(order))

    def test_undelivered_parcel_lost_on_its_way_back_is_one_return(self):
        self._switch("lost")
        order, shipment = self._sent()
        self._report(shipment, "returning_to_sender")
        one = self._returns()
        self.assertEqual(one.kind, "to_sender")
        at = fields.Datetime.now() + timedelta(minutes=5)
        self._lose(shipment, occurred_at=at)
        self.assertTrue(shipment.is_lost)
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.line_ids.credit_quantity, 5)
        self.assertEqual(len(self._claims(shipment)), 1)
        self.assertEqual(len(self._open(order)), 1)

    def test_lost_return_is_not_what_a_customer_announces(self):
        self._switch("lost")
        order, shipment = self._sent()
        self._lose(shipment)
        again = self._announce(order.picking_ids, 1)
        self.assertNotEqual(again, self._returns() - again)
        self.assertEqual(again.kind, "customer")
