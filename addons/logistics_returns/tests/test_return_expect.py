from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .return_expect_case import ReturnExpectCase


@tagged("post_install", "-at_install")
class TestReturnExpect(ReturnExpectCase):
    """What comes back is expected once, and no more than may come."""

    # === BOUNDS AND RULES === #

    def test_switching_on_expects_what_waits(self):
        _order, picking = self._delivered(5)
        one = self._approved(picking, 3)
        self.assertFalse(one.picking_ids)
        Mode = self.env["logistics.action.mode"]
        rows = Mode._foresee_sums(
            self.company, "expect", "on", self.company._logistics_today()
        )
        self.assertEqual([row["count"] for row in rows], [1])
        Mode.with_user(self.people["manager"])._change(self.company, "expect", "on")
        self._take()
        self.assertEqual(self._asked(one), 3)

    def test_expected_is_bounded_by_what_is_not_back(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        first = self._approved(picking, 3)
        second = self._approved(picking, 3)
        self.assertEqual(self._asked(first), 3)
        self.assertEqual(self._asked(second), 2)

    def test_what_gets_free_is_expected_by_whoever_waits(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        first = self._approved(picking, 3)
        second = self._approved(picking, 3)
        first.line_ids.quantity = 0
        self._take()
        self.assertEqual(self._asked(first), 0)
        self.assertEqual(self._asked(second), 3)

    def test_observed_expectation_makes_no_transfer(self):
        self._switch("expect", "observe")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 3)
        self.assertFalse(one.picking_ids)
        step = self.env["logistics.effect"].search(
            [("action", "=", "expect"), ("res_id", "in", one.line_ids.ids)]
        )
        self.assertRecordValues(
            step, [{"quantity": 3, "observed": True, "state": "waiting"}]
        )

    def test_rule_says_when_goods_are_expected(self):
        self._switch("expect")
        rule = self.env.ref("logistics_returns.logistics_policy_expect")
        rule.trigger = "return_scanned"
        _order, picking = self._delivered(5)
        one = self._approved(picking, 3)
        self.assertFalse(one.picking_ids)
        one._say("scanned", "by hand")
        self._take()
        self.assertEqual(self._asked(one), 3)

    def test_without_a_rule_nothing_is_expected(self):
        self._switch("expect")
        self.env.ref("logistics_returns.logistics_policy_expect").active = False
        _order, picking = self._delivered(5)
        self.assertFalse(self._approved(picking, 3).picking_ids)

    def test_rule_about_returns_needs_their_words(self):
        rule = self.env.ref("logistics_returns.logistics_policy_expect")
        with self.assertRaises(ValidationError):
            rule.trigger = "delivered"
        with self.assertRaises(ValidationError):
            self.env["logistics.policy"].create(
                {"name": "Odd", "action": "dispatch", "trigger": "return_approved"}
            )

    # === TRANSFERS OF OTHERS === #

    def test_native_transfer_is_adopted_by_the_return_that_waits(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._announce(picking, 2)
        transfer = self._native(picking, 2)
        self.assertEqual(transfer.logistics_return_id, one)
        self.assertEqual(one.line_ids.quantity, 2)
        self.assertEqual(one.state, "approved")
        self._take()
        self.assertEqual(one.picking_ids, transfer)

    def test_transfer_of_code_is_adopted(self):
        _order, picking = self._delivered(5)
        origin = picking.move_ids
        back = picking.copy(
            {
                "picking_type_id": picking.picking_type_id.return_picking_type_id.id
                or self.warehouse.in_type_id.id,
                "location_id": origin.location_dest_id.id,
                "location_dest_id": origin.location_id.id,
                "move_ids": [],
            }
        )
        origin.copy(
            {
                "picking_id": back.id,
                "location_id": origin.location_dest_id.id,
                "location_dest_id": origin.location_id.id,
                "origin_returned_move_id": origin.id,
                "product_uom_qty": 2,
            }
        )
        back.action_confirm()
        one = back.logistics_return_id
        self.assertRecordValues(
            one, [{"origin": "transfer", "state": "approved", "kind": "customer"}]
        )
        self.assertEqual(one.line_ids.quantity, 2)

    def test_transfer_for_more_announces_the_rest(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 1)
        transfer = self._native(picking, 3)
        self.assertNotEqual(transfer.logistics_return_id, one)
        two = self._announce(picking, 1)
        self.assertEqual(two.line_ids.expected_quantity, 1)

    def test_transfer_that_brings_more_than_waits_announces_it(self):
        _order, picking = self._delivered(5)
        one = self._announce(picking, 1)
        self._native(picking, 3)
        self.assertEqual(one.line_ids.quantity, 3)
        self.assertEqual(one.line_ids.expected_quantity, 3)

    def test_cancelled_transfer_takes_back_what_only_it_announced(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._announce(picking, 1)
        transfer = self._native(picking, 3)
        transfer.action_cancel()
        self._take()
        self.assertEqual(one.line_ids.quantity, 1)
        # What the customer announced still comes.
        self.assertEqual(self._asked(one), 1)

    def test_return_of_a_cancelled_transfer_is_over(self):
        _order, picking = self._delivered(5)
        transfer = self._native(picking, 3)
        one = transfer.logistics_return_id
        transfer.action_cancel()
        self.assertEqual(one.state, "closed")

    # === LESS, PARTS AND HANDS === #

    def test_less_expected_reduces_and_nothing_cancels(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 4)
        one.line_ids.quantity = 3
        self._take()
        self.assertEqual(self._asked(one), 3)
        self.assertEqual(one.picking_ids.move_ids.quantity, 3)
        one._say("kept", "keep it", line=one.line_ids, quantity=2)
        self._take()
        self.assertEqual(self._asked(one), 1)
        one._say("closed", "by hand")
        self._take()
        self.assertEqual(self._asked(one), 0)
        self.assertEqual(one.picking_ids.mapped("state"), ["cancel"])

    def test_more_asked_is_a_transfer_of_its_own(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        one.line_ids.quantity = 4
        self._take()
        self.assertEqual(one.picking_ids.move_ids.mapped("product_uom_qty"), [2, 2])

    def test_receipt_in_parts_is_received_part_by_part(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 3)
        self._receive(one.picking_ids, 1)
        self._take()
        self.assertEqual(one.line_ids.received_quantity, 1)
        self.assertEqual(self._asked(one), 2)
        rest = one.picking_ids.filtered(lambda picking: picking.state != "done")
        self._receive(rest, 2)
        self._take()
        self.assertEqual(one.line_ids.received_quantity, 3)
        self.assertEqual(self._asked(one), 0)
        self.assertFalse(self._problems(one))

    def test_person_who_cancels_is_asked_and_nothing_is_made_anew(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 3)
        one.picking_ids.action_cancel()
        one._reckon()
        self._take()
        self.assertEqual(len(one.picking_ids), 1)
        asked = self.env["logistics.exception"].search(
            [("category", "=", "changed_by_hand"), ("state", "=", "open")]
        )
        self.assertIn(one.name, asked.summary)
        asked.with_user(self.people["manager"]).action_make_again()
        self._take()
        self.assertEqual(self._asked(one), 3)
        self.assertEqual(asked.state, "solved")

    def test_what_was_cancelled_is_kept_so(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 3)
        one.picking_ids.action_cancel()
        asked = self.env["logistics.exception"].search(
            [("category", "=", "changed_by_hand"), ("state", "=", "open")]
        )
        asked.with_user(self.people["manager"]).action_keep_as_is("Customer called")
        one._reckon()
        self._take()
        self.assertEqual(self._asked(one), 0)

    def test_part_without_backorder_asks_a_person(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 3)
        transfer = one.picking_ids
        transfer.move_ids.write({"quantity": 1, "picked": True})
        transfer.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=transfer.ids
        ).button_validate()
        self._take()
        self.assertEqual(one.line_ids.received_quantity, 1)
        self.assertEqual(self._asked(one), 0)
        self.assertTrue(
            self.env["logistics.exception"].search_count(
                [("category", "=", "changed_by_hand"), ("state", "=", "open")]
            )
        )
