from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestWithdraw(ReleaseCommon):
    """A delivery that no longer counts: the draft goes, the posted is credited."""

    def _invoiced(self, result, quantity=10):
        self.rule.result = result
        order = self._sell(quantity)
        self.shipment = self._ship(order.picking_ids, f"N{order.id}")
        self._deliver(self.shipment)
        self._take()
        return order

    def _approve(self, order):
        for step in self._effects(order, "credit", "waiting"):
            step.approval_ids.filtered(lambda a: a.state == "waiting").with_user(
                self.people["finance"]
            ).action_approve()
        self._take()

    def _again(self):
        """The carrier delivers after all."""
        self._deliver(self.shipment, key="second delivery")
        self._take()

    def test_release_is_taken_back(self):
        order = self._invoiced("release")
        self._withdraw(self.shipment)
        self._take()
        self.assertRecordValues(
            order.order_line,
            [{"logistics_qty_released": 0, "logistics_qty_held": 10}],
        )
        self.assertEqual(order.invoice_status, "no")

    def test_release_taken_back_names_the_withdrawal(self):
        order = self._invoiced("release")
        self._withdraw(self.shipment)
        self._take()
        step = self._effects(order)[-1]
        self.assertEqual(step.quantity, -10)
        self.assertEqual(step.event_id.classifier, "retracted")

    def test_draft_is_cancelled(self):
        order = self._invoiced("draft")
        invoice = order.invoice_ids
        self._withdraw(self.shipment)
        self._take()
        self.assertEqual(invoice.state, "cancel")
        self.assertEqual(self._effects(order, "invoice").mapped("quantity"), [10, -10])
        self.assertFalse(self._effects(order, "credit"))

    def test_draft_is_made_anew_when_it_is_delivered_after_all(self):
        order = self._invoiced("draft")
        self._withdraw(self.shipment)
        self._take()
        self._again()
        self.assertEqual(order.order_line.qty_invoiced, 10)
        self.assertEqual(
            order.invoice_ids.sorted("id").mapped("state"), ["cancel", "draft"]
        )

    def test_fee_leaves_the_draft_with_the_goods(self):
        self.rule.result = "draft"
        order = self._sell_mixed((self.product, 5), (self.fee, 1))
        shipment = self._ship(order.picking_ids, "F1")
        self._deliver(shipment)
        self._take()
        self.assertEqual(len(order.invoice_ids.invoice_line_ids), 2)
        self._withdraw(shipment)
        self._take()
        self.assertEqual(order.invoice_ids.state, "cancel")

    def test_one_of_two_orders_leaves_a_collective_draft(self):
        self.rule.write({"result": "draft", "grouping": "daily"})
        first, second = self._sell(3), self._sell(4)
        for order in (first, second):
            self._deliver(self._ship(order.picking_ids, f"N{order.id}"))
        self._take()
        steps = self._effects(first, "invoice") | self._effects(second, "invoice")
        steps._take()
        invoice = first.invoice_ids
        self.assertEqual(invoice, second.invoice_ids)
        self._withdraw(first.logistics_shipment_ids)
        self._take()
        self.assertRecordValues(invoice, [{"state": "draft", "amount_untaxed": 400.0}])

    def test_parcel_withdrawn_reduces_the_draft(self):
        self.rule.result = "draft"
        order = self._sell(10)
        shipment, one, two = self._two_parcels(order)
        self._deliver(shipment, one)
        self._deliver(shipment, two)
        self._take()
        self.assertEqual(order.order_line.qty_invoiced, 10)
        event = shipment.event_ids.filtered(
            lambda e: (
                e.event_type == "delivered" and e.parcel_id == shipment.parcel_ids[0]
            )
        )
        shipment._retract(event, "Wrong door")
        self._take()
        self.assertEqual(order.order_line.qty_invoiced, 6)
        self.assertEqual(
            order.invoice_ids.filtered(lambda m: m.state == "draft").amount_untaxed, 600
        )

    def test_parcel_delivered_after_all_takes_its_part_of_the_proposal_back(self):
        self.rule.result = "post"
        order = self._sell(10)
        shipment, one, two = self._two_parcels(order)
        self._deliver(shipment, one)
        self._deliver(shipment, two)
        self._take()
        self._withdraw(shipment)
        self._take()
        self._deliver(shipment, one, key="after all")
        self._take()
        waiting = self._effects(order, "credit", "waiting")
        self.assertEqual(waiting.quantity, 6)

    def test_posted_invoice_is_proposed_for_credit(self):
        order = self._invoiced("post")
        self._withdraw(self.shipment)
        self._take()
        self.assertEqual(order.invoice_ids.mapped("state"), ["posted"])
        self.assertRecordValues(
            self._effects(order, "credit"),
            [{"state": "waiting", "quantity": 10, "approvers_needed": 1}],
        )
        self.assertEqual(self._effects(order, "invoice").mapped("quantity"), [10])

    def test_approved_credit_leaves_nothing_invoiced(self):
        order = self._invoiced("post")
        self._withdraw(self.shipment)
        self._take()
        self._approve(order)
        self.assertEqual(order.order_line.qty_invoiced, 0)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_delivered_after_all_takes_the_proposal_back(self):
        order = self._invoiced("post")
        self._withdraw(self.shipment)
        self._take()
        self._again()
        self.assertEqual(self._effects(order, "credit").mapped("state"), ["superseded"])
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual(order.order_line.qty_invoiced, 10)

    def test_delivered_after_the_credit_is_invoiced_once_more(self):
        order = self._invoiced("post")
        self._withdraw(self.shipment)
        self._take()
        self._approve(order)
        self._again()
        self._approve(order)
        self.assertEqual(order.order_line.qty_invoiced, 10)
        self.assertFalse(order.order_line.qty_to_invoice)

    def test_reshipped_goods_are_invoiced_and_the_credit_stands(self):
        order = self._invoiced("post")
        self._withdraw(self.shipment)
        self._take()
        self._approve(order)
        self._return(order.picking_ids, 10)
        line = order.order_line
        line._action_launch_stock_rule()
        second = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        self._deliver(self._ship(second, "AGAIN"))
        self._take()
        self._approve(order)
        self.assertEqual(line.qty_invoiced, 10)
        self.assertEqual(
            sorted(order.invoice_ids.mapped("move_type")),
            ["out_invoice", "out_invoice", "out_refund"],
        )

    def test_nothing_is_credited_that_was_never_invoiced(self):
        order = self._invoiced("release")
        self._withdraw(self.shipment)
        self._take()
        self.assertFalse(self._effects(order, "credit"))

    def test_invoice_made_by_a_person_is_proposed_for_credit_as_well(self):
        order = self._invoiced("release")
        order._create_invoices().action_post()
        self._withdraw(self.shipment)
        self._take()
        self.assertEqual(self._effects(order, "credit").quantity, 10)

    def test_credit_typed_by_a_person_counts(self):
        order = self._invoiced("post")
        invoice = order.invoice_ids
        self._reverse(invoice)
        self._withdraw(self.shipment)
        self._take()
        self.assertFalse(self._effects(order, "credit"))

    def test_draft_of_withdrawn_goods_cannot_be_posted(self):
        order = self._invoiced("release")
        draft = order._create_invoices()
        self._withdraw(self.shipment)
        self._take()
        with self.assertRaises(UserError):
            draft.action_post()

    def test_contested_delivery_moves_nothing(self):
        order = self._invoiced("post")
        # Out for delivery an hour after it was delivered: somebody is wrong.
        self._report(
            self.shipment, "out_for_delivery", occurred_at="2099-01-01 10:00:00"
        )
        self._take()
        self.assertTrue(self.shipment.money_hold)
        self.assertEqual(len(self._effects(order)), 1)
        self.assertEqual(order.order_line.logistics_qty_released, 10)

    def test_waiting_release_is_not_taken_while_contested(self):
        self.rule.delay_minutes = 1
        order = self._sell(10)
        shipment = self._ship(order.picking_ids, "C1")
        self._deliver(shipment)
        self._report(shipment, "out_for_delivery", occurred_at="2099-01-01 10:00:00")
        self._effects(order).filtered(lambda s: s.state == "waiting")._take()
        self.assertEqual(order.order_line.logistics_qty_released, 0)
