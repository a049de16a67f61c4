from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnToSender(CreditCase):
    """Undelivered goods: one chain, expected in stock, and what is owed of them."""

    def _sent(self, invoiced=True, quantity=5):
        order = self._sell(quantity)
        shipment = self._ship(order.picking_ids, "OUT-1")
        if invoiced:
            self._invoice(order)
        self._report(shipment, "picked_up")
        return order, shipment

    def _turn(self, shipment, **more):
        self._report(shipment, "returning_to_sender", **more)
        self._take()

    def _one(self, order):
        one = order.logistics_return_ids
        one.ensure_one()
        return one

    def test_turned_parcel_is_expected_and_nothing_is_credited_yet(self):
        self._switch("expect")
        order, shipment = self._sent()
        self._turn(shipment)
        one = self._one(order)
        self.assertRecordValues(
            one,
            [{"kind": "to_sender", "state": "in_transit", "origin": "scan"}],
        )
        waiting = one.picking_ids
        self.assertRecordValues(
            waiting, [{"state": "assigned", "picking_type_code": "incoming"}]
        )
        self.assertEqual(waiting.move_ids.product_uom_qty, 5)
        self.assertEqual(one.line_ids.credit_quantity, 0)
        self.assertFalse(self._open(order))

    def test_goods_that_are_back_are_credited_without_inspection(self):
        self._switch("expect")
        order, shipment = self._sent()
        self._turn(shipment)
        one = self._one(order)
        shipment.invalidate_recordset(["next_step"])
        self.assertEqual(
            shipment.next_step,
            f"{one.name} says what becomes of the goods: On the Way Back.",
        )
        self._receive(one.picking_ids, 5)
        self.assertEqual(one.line_ids.credit_quantity, 5)
        self.assertEqual(one.credit_terms["reasons"], ["one_person_amount"])
        self._agree(order)
        shipment.invalidate_recordset(["next_step"])
        self.assertEqual(
            shipment.next_step,
            f"{one.name} says what becomes of the goods: Received.",
        )
        note = self._notes(order)
        self.assertRecordValues(
            note, [{"amount_total": 500, "state": "posted", "move_type": "out_refund"}]
        )
        self.assertEqual(order.order_line.qty_delivered, 0)
        self.assertEqual(order.order_line.qty_invoiced, 0)

    def test_goods_that_are_back_in_bad_condition_are_not_owed_either(self):
        self._switch("expect")
        order, shipment = self._sent()
        self._turn(shipment)
        one = self._one(order)
        self._receive(one.picking_ids, 5)
        self._inspect(one, disposition="scrap")
        self.assertEqual(one.line_ids.credit_quantity, 5)

    def test_invoice_that_was_never_made_is_not_made_for_what_came_back(self):
        self._switch("expect")
        order, shipment = self._sent(invoiced=False)
        self._turn(shipment)
        one = self._one(order)
        self._receive(one.picking_ids, 5)
        self.assertEqual(one.line_ids.credit_quantity, 0)
        self.assertFalse(self._open(order))
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertNotEqual(order.invoice_status, "to invoice")

    def test_partly_invoiced_order_is_credited_as_far_as_it_was(self):
        self._switch("expect")
        order, shipment = self._sent(invoiced=False)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 2
        invoice.action_post()
        self._turn(shipment)
        one = self._one(order)
        self._receive(one.picking_ids, 5)
        self.assertEqual(one.line_ids.credit_quantity, 2)

    def test_another_number_is_the_same_chain_and_the_same_return(self):
        self._switch("expect")
        order, shipment = self._sent()
        for number, event_type in enumerate(
            ("returning_to_sender", "in_transit", "out_for_delivery")
        ):
            self._report(
                shipment,
                event_type,
                leg="outbound" if not number else "return",
                tracking_number="BACK-1",
                key=f"back {number}",
                occurred_at=fields.Datetime.now() + timedelta(minutes=number),
            )
            self._take()
        one = self._one(order)
        back = one.shipment_ids
        self.assertRecordValues(
            back,
            [
                {
                    "direction": "return",
                    "parent_id": shipment.id,
                    "parent_kind": "return_to_sender",
                    "logistics_return_id": one.id,
                }
            ],
        )
        self.assertEqual(back.parcel_ids.tracking_number, "BACK-1")
        self.assertEqual(one.kind, "to_sender")
        self.assertEqual(one.outbound_ids, shipment)
        self.assertEqual(one.line_ids.quantity, 5)
        moves = one.picking_ids.filtered(lambda p: p.state != "cancel").move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 5)
        self._receive(moves.picking_id, 5)
        self.assertEqual(one.line_ids.credit_quantity, 5)

    def test_number_of_the_way_back_that_is_told_first_is_the_same_chain(self):
        self._switch("expect")
        order, shipment = self._sent()
        self._report(
            shipment,
            "in_transit",
            leg="return",
            tracking_number="BACK-1",
            key="first",
        )
        self._take()
        self._turn(shipment)
        one = self._one(order)
        self.assertEqual(one.kind, "to_sender")
        self.assertEqual(one.shipment_ids.parent_id, shipment)
        self.assertEqual(one.line_ids.quantity, 5)
        self._receive(one.picking_ids.filtered(lambda p: p.state == "assigned"), 5)
        self.assertEqual(one.line_ids.credit_quantity, 5)

    def test_delivered_after_all_owes_everything(self):
        self._switch("expect")
        order, shipment = self._sent()
        self._turn(shipment)
        one = self._one(order)
        later = fields.Datetime.now() + timedelta(hours=1)
        self._report(shipment, "delivered", occurred_at=later)
        self._take()
        self.assertEqual(one.state, "closed")
        self.assertFalse(
            one.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        )
        self.assertFalse(self._open(order))
        self.assertEqual(order.order_line.qty_invoiced, 5)

    def test_back_at_the_warehouse_without_a_turn_is_the_same(self):
        self._switch("expect")
        order, shipment = self._sent()
        self._report(shipment, "returned_to_sender")
        self._take()
        one = self._one(order)
        self.assertEqual(one.kind, "to_sender")
        self.assertEqual(one.picking_ids.move_ids.product_uom_qty, 5)

    def test_refused_parcel_is_not_a_damaged_one_too(self):
        for action in ("expect", "damaged", "lost"):
            self._switch(action)
        order, shipment = self._sent()
        self._report(shipment, "refused")
        self._report(shipment, "damaged")
        self._turn(shipment)
        one = self._one(order)
        self.assertEqual(one.kind, "to_sender")
        self.assertFalse(
            self.env["logistics.claim"].search([("shipment_id", "=", shipment.id)])
        )
