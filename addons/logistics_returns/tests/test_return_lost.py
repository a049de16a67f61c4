from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .lost_case import LostCase


@tagged("post_install", "-at_install")
class TestReturnLost(LostCase):
    """What the carrier lost is claimed and proposed for credit, and found again."""

    # === ON THE WAY OUT === #

    def test_nothing_happens_while_it_is_off(self):
        _order, shipment = self._sent()
        self._lose(shipment)
        self.assertTrue(shipment.is_lost)
        self.assertFalse(self._returns())
        self.assertFalse(self._claims(shipment))

    def test_observed_loss_is_only_written_down(self):
        self._switch("lost", "observe")
        _order, shipment = self._sent()
        self._lose(shipment)
        self.assertRecordValues(
            self._steps(shipment), [{"observed": True, "state": "waiting"}]
        )
        self.assertFalse(self._returns())

    def test_lost_parcel_is_claimed_and_proposed_for_credit(self):
        self._switch("lost")
        order, shipment = self._sent()
        self._lose(shipment, raw_text="Not found in our network")
        one = self._returns()
        self.assertRecordValues(
            one,
            [
                {
                    "kind": "lost",
                    "origin": "scan",
                    "state": "inspected",
                    "partner_id": self.customer.id,
                    "outbound_ids": shipment.ids,
                }
            ],
        )
        self.assertRecordValues(
            one.line_ids,
            [
                {
                    "quantity": 5,
                    "expected_quantity": 0,
                    "credit_quantity": 5,
                    "sale_line_id": order.order_line.id,
                }
            ],
        )
        claim = self._claims(shipment)
        today = self.company._logistics_today()
        self.assertRecordValues(
            claim,
            [
                {
                    "kind": "lost",
                    "amount": 500.0,
                    "state": "open",
                    "deadline": today + timedelta(days=30),
                    "logistics_return_id": one.id,
                    "carrier_id": self.carrier.id,
                }
            ],
        )
        self.assertIn("Not found in our network", claim.reason)
        lost = one.fact_ids.filtered(lambda fact: fact.kind == "lost")
        self.assertEqual(lost.event_id.event_type, "lost")
        self.assertFalse(one.problems)

    def test_two_people_agree_above_fifty_and_the_claim_came_first(self):
        self._switch("lost")
        order, shipment = self._sent()
        self._lose(shipment)
        one = self._returns()
        self.assertEqual(one.credit_terms["people"], 2)
        self.assertFalse(one.credit_terms["first"], "it is claimed")
        self._agree(order, self.finance)
        self.assertFalse(self._notes(order).filtered(lambda n: n.state == "posted"))
        self._agree(order, self.second)
        self.assertEqual(self._notes(order).amount_total, 500)
        self.assertEqual(one.line_ids.own_credit_quantity, 5)

    def test_one_person_agrees_up_to_fifty(self):
        self._switch("lost")
        order, shipment = self._sent(5, product=self.cheap)
        self._lose(shipment)
        self.assertEqual(self._returns().credit_terms["people"], 1)
        self._agree(order, self.finance)
        self.assertEqual(self._notes(order).amount_total, 50)

    def test_withdrawn_claim_is_open_again_before_anybody_agrees(self):
        self._switch("lost")
        order, shipment = self._sent()
        self._lose(shipment)
        self._claims(shipment).with_user(self.finance).action_withdraw("By mistake")
        self._returns()._reckon()
        with self.assertRaisesRegex(UserError, "claim"):
            self._agree(order, self.finance)

    def test_said_often_and_in_any_order_it_is_one_return_and_one_claim(self):
        self._switch("lost")
        order, shipment = self._sent()
        for number in range(3):
            self._lose(shipment, key=f"lost {number}")
        shipment._refold()
        shipment._logistics_follow_lost()
        self._take()
        self.assertEqual(len(self._returns()), 1)
        self.assertEqual(len(self._claims(shipment)), 1)
        self.assertEqual(self._returns().line_ids.credit_quantity, 5)
        self.assertEqual(len(self._open(order)), 1)

    def test_nothing_is_credited_that_was_not_invoiced(self):
        self._switch("lost")
        order, shipment = self._sent(invoiced=False)
        self._lose(shipment)
        self.assertEqual(self._returns().line_ids.credit_quantity, 0)
        self.assertFalse(self._open(order))
        self.assertEqual(self._claims(shipment).amount, 500)

    def test_what_happened_before_the_action_began_is_left_alone(self):
        self._switch("lost")
        _order, shipment = self._sent()
        before = fields.Datetime.now() - timedelta(days=40)
        self._lose(shipment, occurred_at=before)
        self.assertTrue(shipment.is_lost)
        self.assertFalse(self._returns())

    def test_switched_on_later_it_takes_up_what_is_lost(self):
        _order, shipment = self._sent()
        self._lose(shipment)
        self.env["logistics.action.mode"].with_user(self.people["manager"])._change(
            self.company, "lost", "on", self.company._logistics_today()
        )
        self._take()
        self.assertEqual(self._returns().kind, "lost")

    def test_rule_leaves_shipments_out(self):
        self._switch("lost")
        rule = self.env.ref("logistics_returns.logistics_policy_lost")
        rule.domain = "[('carrier_id.name', '=', 'Another')]"
        _order, shipment = self._sent()
        self._lose(shipment)
        self.assertFalse(self._returns())

    def test_without_a_carrier_there_is_nobody_to_claim_from(self):
        self._switch("lost")
        order, shipment = self._sent()
        shipment.carrier_id = False
        self._lose(shipment)
        self.assertFalse(self._claims(shipment))
        self.assertEqual(self._returns().line_ids.credit_quantity, 5)
        self._agree(order, self.finance, self.second)
        self.assertEqual(self._notes(order).amount_total, 500)

    # === PARCEL BY PARCEL === #

    def _two_parcels(self, contents=(2, 3)):
        order, shipment = self._sent(5, "OUT-1", "OUT-2")
        for parcel, quantity in zip(shipment.parcel_ids, contents, strict=False):
            self.env["logistics.parcel.line"].create(
                {
                    "parcel_id": parcel.id,
                    "move_id": order.picking_ids.move_ids.id,
                    "quantity": quantity,
                }
            )
        return order, shipment, shipment.parcel_ids

    def test_one_of_two_parcels_is_credited_with_what_it_holds(self):
        self._switch("lost")
        _order, shipment, (first, second) = self._two_parcels()
        self._lose(shipment, "first", parcel=first)
        one = self._returns()
        self.assertEqual(one.line_ids.credit_quantity, 2)
        self.assertEqual(self._claims(shipment).amount, 200)
        self._lose(shipment, "second", parcel=second)
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.line_ids.credit_quantity, 5)
        self.assertEqual(self._claims(shipment).amount, 500)

    def test_parcel_that_is_found_leaves_the_other_one_lost(self):
        self._switch("lost")
        _order, shipment, (first, second) = self._two_parcels()
        self._lose(shipment, "first", parcel=first)
        self._lose(shipment, "second", parcel=second)
        self._find(shipment, parcel=first)
        one = self._returns()
        self.assertEqual(one.line_ids.credit_quantity, 3)
        self.assertEqual(one.line_ids.quantity, 3)
        self.assertEqual(self._claims(shipment).state, "open")

    def test_unknown_contents_are_asked_for(self):
        self._switch("lost")
        order, shipment, (first, _second) = self._two_parcels(())
        self._lose(shipment, "first", parcel=first)
        one = self._returns()
        self.assertEqual(one.kind, "lost")
        self.assertFalse(self._open(order))
        found = self.env["logistics.exception"]._find_open(
            "report_differs", one, "lost"
        )
        self.assertIn("nobody knows", found.summary)

    # === FOUND AGAIN === #

    def test_found_before_it_was_credited_credits_nothing(self):
        self._switch("lost")
        order, shipment = self._sent()
        self._lose(shipment)
        self._find(shipment)
        one = self._returns()
        self.assertEqual(one.state, "closed")
        self.assertEqual(one.line_ids.credit_quantity, 0)
        self.assertFalse(self._open(order))
        self.assertEqual(self._claims(shipment).state, "withdrawn")
        quantities = one.fact_ids.filtered(lambda f: f.kind == "lost")
        self.assertEqual(quantities.mapped("quantity"), [5, -5])

    def test_found_after_it_was_credited_is_invoiced_again_and_never_twice(self):
        self._switch("lost")
        order, shipment = self._sent()
        self._lose(shipment)
        self._agree(order, self.finance, self.second)
        self._find(shipment)
        one = self._returns()
        self.assertEqual(one.line_ids.credit_quantity, 0)
        self._agree(order, self.finance, self.second)
        self.assertEqual(order.order_line.qty_invoiced, 5)
        # Lost once more: credited once more, and no more than once.
        at = fields.Datetime.now() + timedelta(minutes=30)
        self._lose(shipment, "again", occurred_at=at)
        self.assertEqual(self._claims(shipment).state, "open")
        self.assertEqual(one.line_ids.credit_quantity, 5)
        self._agree(order, self.finance, self.second)
        self.assertEqual(order.order_line.qty_invoiced, 0)
        self.assertEqual(len(self._claims(shipment)), 1)

    def test_retracted_report_takes_it_back(self):
        self._switch("lost")
        _order, shipment = self._sent()
        self._lose(shipment)
        event = shipment.event_ids.filtered(lambda e: e.event_type == "lost")
        shipment._withdraw_once(event, "Wrong number")
        self._take()
        self.assertEqual(self._returns().state, "closed")
        self.assertEqual(self._claims(shipment).state, "withdrawn")

    def test_contradiction_with_a_delivery_waits(self):
        self._switch("lost")
        _order, shipment = self._sent()
        self._report(shipment, "delivered")
        at = fields.Datetime.now() + timedelta(hours=2)
        self._lose(shipment, occurred_at=at)
        self.assertTrue(shipment.money_hold)
        self.assertFalse(self._returns())
