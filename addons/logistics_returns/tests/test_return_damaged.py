from datetime import timedelta
from itertools import permutations

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .damaged_case import DamagedCase
from .test_return_photo import picture


@tagged("post_install", "-at_install")
class TestReturnDamaged(DamagedCase):
    """Damaged on delivery: one return and one claim, whoever says it first."""

    # === THE CARRIER SAYS SO === #

    def test_nothing_happens_while_it_is_off(self):
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        self.assertFalse(self._returns())
        self.assertFalse(self._claims(shipment))

    def test_observed_damage_is_only_written_down(self):
        self._switch("damaged", "observe")
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        steps = self.env["logistics.effect"].search([("action", "=", "damaged")])
        self.assertRecordValues(steps, [{"observed": True, "state": "waiting"}])
        self.assertFalse(self._returns())

    def test_damaged_parcel_is_a_return_with_its_claim_and_evidence(self):
        self._switch("damaged")
        order, shipment = self._sent()
        self._tell(shipment, "damaged", raw_text="Box crushed")
        self.assertFalse(self._returns(), "it did not arrive yet")
        self._tell(shipment, "delivered")
        one = self._returns()
        self.assertRecordValues(
            one,
            [
                {
                    "kind": "damaged",
                    "origin": "scan",
                    "state": "requested",
                    "reason_id": self.damaged.id,
                    "freight_payer": "carrier",
                    "outbound_ids": shipment.ids,
                }
            ],
        )
        self.assertRecordValues(
            one.line_ids,
            [{"quantity": 5, "sale_line_id": order.order_line.id}],
        )
        self.assertEqual(
            set(one.evidence_event_ids.mapped("event_type")), {"damaged", "delivered"}
        )
        delivered = shipment.delivered_at.date()
        claim = self._claims(shipment)
        self.assertRecordValues(
            claim,
            [
                {
                    "kind": "damaged",
                    "amount": 500.0,
                    "state": "open",
                    "deadline": delivered + timedelta(days=21),
                    "logistics_return_id": one.id,
                    "user_id": self.people["user"].id,
                }
            ],
        )
        self.assertIn("Box crushed", claim.reason)
        self.assertIn("Box crushed", claim.message_ids.mapped("body")[0])
        self.assertEqual(one.activity_ids.user_id, self.people["user"])
        self.assertFalse(self._open(order), "a person decides first")

    def test_remark_on_the_proof_of_delivery_is_damage(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "delivered", reason="damage", raw_text="Signed: dented")
        one = self._returns()
        self.assertEqual(one.kind, "damaged")
        self.assertIn("Signed: dented", one.evidence_event_ids.mapped("raw_text"))
        self.assertIn("Signed: dented", self._claims(shipment).reason)

    def test_discrepancy_for_another_reason_is_no_damage(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "delivered", "delivery_discrepancy", reason="shortage")
        self.assertFalse(self._returns())

    def test_any_order_and_number_of_events_is_one_return(self):
        self._switch("damaged")
        events = ("damaged", "delivered", "delivery_discrepancy")
        for number, turn in enumerate(permutations(events)):
            order, shipment = self._sent(5, f"OUT-{number}")
            start = fields.Datetime.now()
            for event_type in (*turn, *turn):
                self._report(
                    shipment,
                    event_type,
                    key=f"{event_type} {number}",
                    reason="damage",
                    occurred_at=start + timedelta(minutes=events.index(event_type)),
                )
                self._take()
            shipment._refold()
            shipment._logistics_follow_damaged()
            self._take()
            one = order.logistics_return_ids
            self.assertEqual(len(one), 1, turn)
            self.assertEqual(one.line_ids.mapped("quantity"), [5], turn)
            self.assertEqual(len(self._claims(shipment)), 1, turn)

    def test_undelivered_goods_are_no_damaged_delivery(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "returning_to_sender")
        self.assertEqual(self._returns().kind, "to_sender")
        self.assertFalse(self._claims(shipment))

    def test_one_of_two_parcels(self):
        self._switch("damaged")
        order, shipment = self._sent(5, "OUT-1", "OUT-2")
        first, second = shipment.parcel_ids
        for parcel, quantity in ((first, 2), (second, 3)):
            self.env["logistics.parcel.line"].create(
                {
                    "parcel_id": parcel.id,
                    "move_id": order.picking_ids.move_ids.id,
                    "quantity": quantity,
                }
            )
        for parcel in (first, second):
            self._report(shipment, "delivered", parcel=parcel)
        self._tell(shipment, "damaged", parcel=first, key="first")
        one = self._returns()
        self.assertEqual(one.line_ids.quantity, 2)
        self.assertEqual(self._claims(shipment).amount, 200)
        self._tell(shipment, "damaged", parcel=second, key="second")
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.line_ids.quantity, 5)
        self.assertEqual(self._claims(shipment).amount, 500)

    def test_withdrawn_report_takes_return_and_claim_back(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        event = shipment.event_ids.filtered(lambda e: e.event_type == "damaged")
        shipment._withdraw_once(event, "Another parcel")
        self._take()
        self.assertEqual(self._returns().state, "closed")
        self.assertEqual(self._claims(shipment).state, "withdrawn")

    def test_withdrawn_report_leaves_what_a_person_decided(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        one.with_user(self.clerk).action_approve()
        event = shipment.event_ids.filtered(lambda e: e.event_type == "damaged")
        shipment._withdraw_once(event, "Another parcel")
        self._take()
        self.assertEqual(one.state, "approved")
        self.assertEqual(one.line_ids.quantity, 5)

    # === PEOPLE SAY SO === #

    def test_colleague_who_gives_that_reason_reports_damage(self):
        self._switch("damaged")
        order, shipment = self._sent()
        self._tell(shipment, "delivered")
        one = self._announce(
            order.picking_ids,
            2,
            reason_id=self.damaged.id,
            outbound_ids=[(6, 0, shipment.ids)],
        )
        self.assertEqual(one.kind, "damaged")
        self._take()
        self.assertRecordValues(
            self._claims(shipment), [{"amount": 200.0, "logistics_return_id": one.id}]
        )
        # The carrier says so afterwards: the same return, the same claim.
        self._tell(shipment, "damaged")
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.line_ids.quantity, 2, "people know better how much")
        self.assertEqual(len(self._claims(shipment)), 1)

    def test_reason_that_is_put_right_is_another_kind(self):
        self._switch("damaged")
        order, shipment = self._sent()
        self._tell(shipment, "delivered")
        one = self._announce(order.picking_ids, 2, outbound_ids=[(6, 0, shipment.ids)])
        self.assertEqual(one.kind, "customer")
        one.reason_id = self.damaged
        self._take()
        self.assertEqual(one.kind, "damaged")
        self.assertEqual(self._claims(shipment).state, "open")
        one.reason_id = self.env.ref(
            "logistics_returns.logistics_return_reason_changed_mind"
        )
        self._take()
        self.assertEqual(one.kind, "customer")
        self.assertEqual(self._claims(shipment).state, "withdrawn")

    def test_refused_report_withdraws_the_claim(self):
        self._switch("damaged")
        order, shipment = self._sent()
        self._tell(shipment, "delivered")
        one = self._announce(
            order.picking_ids,
            2,
            reason_id=self.damaged.id,
            outbound_ids=[(6, 0, shipment.ids)],
        )
        self._take()
        one.with_user(self.clerk).action_refuse("It was not packed")
        self._take()
        self.assertEqual(self._claims(shipment).state, "withdrawn")

    def test_photos_are_attached_to_the_claim_each_once(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one, claim = self._returns(), self._claims(shipment)
        self.assertFalse(self._files_of(claim))
        photos = self._photo(one) | self._photo(one, "blue")
        one.photo_ids = photos
        one.photo_ids = photos
        claim._attach_evidence()
        self.assertEqual(len(self._files_of(claim)), 2)
        self.assertEqual(one.evidence_photo_ids, photos)

    # === WHAT BECOMES OF IT === #

    def test_damaged_goods_that_are_kept_need_one_person_with_a_photo(self):
        self._switch("damaged")
        order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        self._photo(one)
        self._decide(one)
        self.assertEqual(one.line_ids.credit_quantity, 5)
        self.assertEqual(one.credit_terms["people"], 1)
        self.assertEqual(one.credit_terms["reasons"], ["evidence"])
        self._agree(order, self.finance)
        self.assertEqual(self._notes(order).amount_total, 500)
        self.assertEqual(one.line_ids.expected_quantity, 0)

    def test_damaged_goods_that_are_kept_need_two_without_a_photo(self):
        self._switch("damaged")
        order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        self._decide(one)
        self.assertEqual(one.credit_terms["people"], 2)
        self.assertEqual(one.credit_terms["reasons"], ["no_photo"])
        self._agree(order, self.finance)
        self.assertFalse(self._notes(order).filtered(lambda n: n.state == "posted"))

    def test_photo_given_with_the_decision_counts_and_goes_to_the_carrier(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        photo = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create({"name": "a.jpg", "raw": picture(), "mimetype": "image/jpeg"})
        )
        self._decide(one, photos=photo)
        self.assertEqual(one.credit_terms["people"], 1)
        self.assertEqual(len(self._files_of(self._claims(shipment))), 1)

    def test_dialog_says_who_agrees_to_damaged_goods(self):
        self._switch("damaged")
        _order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        self.assertIn("Two people", self._decide(one).people_text)
        self._photo(one)
        dialog = self.env["logistics.return.decide"].create(
            {
                "return_id": one.id,
                "reason": "Broken",
                "line_ids": [(0, 0, {"line_id": one.line_ids.id, "quantity": 2})],
            }
        )
        self.assertIn("One person", dialog.people_text)

    def test_damaged_goods_that_come_back_are_credited_after_inspection(self):
        self._switch("damaged")
        self._switch("expect")
        order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        self._photo(one)
        one.with_user(self.clerk).action_approve()
        self._take()
        self._receive(one.picking_ids, 5)
        self._inspect(one, disposition="scrap")
        self.assertEqual(one.line_ids.credit_quantity, 5)
        self.assertEqual(one.credit_terms["people"], 1)
        self._agree(order, self.finance)
        self.assertEqual(self._notes(order).amount_total, 500)
        self.assertEqual(self._claims(shipment).state, "open")

    def test_damaged_goods_are_replaced_under_approval(self):
        self._switch("damaged")
        self._switch("replace")
        order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        self._photo(one)
        one.with_user(self.clerk).replacement = "replace"
        self._decide(one)
        self.assertEqual(one.line_ids.credit_quantity, 0)
        step = self.env["logistics.effect"].search([("action", "=", "replace")])
        self.assertRecordValues(
            step, [{"state": "waiting", "approvers_needed": 1, "quantity": 5}]
        )
        self.assertEqual(len(order.picking_ids), 1)
        step.approval_ids.with_user(self.finance).action_approve()
        self._take()
        again = order.picking_ids[-1:] if len(order.picking_ids) > 1 else None
        self.assertTrue(again)
        self.assertEqual(
            one.line_ids.replacement_move_ids.mapped("product_uom_qty"), [5]
        )
        self.assertFalse(self._notes(order))

    def test_who_decided_does_not_agree(self):
        self._switch("damaged")
        order, shipment = self._sent()
        self._tell(shipment, "damaged", "delivered")
        one = self._returns()
        self._photo(one)
        one.with_user(self.finance)._check_may_grant()
        one._say("kept", "x", line=one.line_ids, quantity=5, user=self.finance)
        with self.assertRaises(UserError):
            self._agree(order, self.finance)
        self._agree(order, self.second)
        self.assertEqual(self._notes(order).amount_total, 500)
