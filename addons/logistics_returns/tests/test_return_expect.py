from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnExpect(ReturnCommon):
    """What comes back is expected once, and no more than may come."""

    def _approved(self, picking, quantity, **more):
        one = self._announce(picking, quantity, **more)
        one._say("approved", "by hand")
        self._take()
        return one

    def _native(self, picking, quantity):
        dialog = self.env["stock.return.picking"].create({"picking_id": picking.id})
        dialog.product_return_moves.quantity = quantity
        return dialog._create_return()

    def _asked(self, one):
        """Return what open transfers of a return are to bring."""
        moves = one.picking_ids.move_ids
        open_ = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        return sum(open_.mapped("product_uom_qty"))

    def _problems(self, one):
        found = self.env["logistics.exception"].search(
            [
                ("res_model", "=", one._name),
                ("res_id", "=", one.id),
                ("state", "=", "open"),
            ]
        )
        return sorted(key.split(",")[-1] for key in found.mapped("subject_key"))

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

    # === WHAT CAME OTHERWISE === #

    def test_more_than_announced_is_on_the_workbench(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        self._receive(one.picking_ids, 3)
        self.assertEqual(one.line_ids.received_quantity, 3)
        self.assertEqual(self._problems(one), ["over_received"])

    def test_unannounced_goods_become_a_line_with_a_problem(self):
        self._switch("expect")
        other = self._another("Valve")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        transfer = one.picking_ids
        self.env["stock.move"].create(
            {
                "product_id": other.id,
                "product_uom_qty": 1,
                "picking_id": transfer.id,
                "location_id": transfer.location_id.id,
                "location_dest_id": transfer.location_dest_id.id,
            }
        )
        for move in transfer.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        transfer.with_context(skip_backorder=True).button_validate()
        line = one.line_ids.filtered(lambda line: line.product_id == other)
        self.assertRecordValues(
            line,
            [
                {
                    "quantity": 0,
                    "received_quantity": 1,
                    "sale_line_id": False,
                    "move_id": False,
                }
            ],
        )
        self.assertEqual(self._problems(one), ["unannounced"])

    def test_delivered_goods_added_to_a_receipt_are_recognised(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        transfer = one.picking_ids
        extra = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "picking_id": transfer.id,
                "location_id": transfer.location_id.id,
                "location_dest_id": transfer.location_dest_id.id,
            }
        )
        for move in transfer.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        transfer.with_context(skip_backorder=True).button_validate()
        self.assertEqual(extra.exists().origin_returned_move_id, picking.move_ids)
        self.assertEqual(one.line_ids.received_quantity, 3)
        self.assertEqual(picking.move_ids.sale_line_id.qty_delivered, 2)
        self.assertEqual(self._problems(one), ["over_received"])

    def test_problem_is_closed_when_it_is_put_right(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        self._receive(one.picking_ids, 3)
        one.line_ids.quantity = 3
        self.assertFalse(self._problems(one))

    # === NATIVE DIALOG === #

    def test_dialog_names_what_may_still_come(self):
        _order, picking = self._delivered(5)
        with self.assertRaisesRegex(UserError, "only 5"):
            self._native(picking, 6)
        self._native(picking, 4)
        with self.assertRaisesRegex(UserError, "neither back nor on the way"):
            self._native(picking, 2)

    def test_goods_that_did_not_leave_cannot_come_back(self):
        order = self._sell(5)
        with self.assertRaisesRegex(UserError, "not delivered yet"):
            self._native(order.picking_ids, 1)

    # === PLACE, COMPANY === #

    def test_returned_goods_wait_in_quarantine(self):
        self._switch("expect")
        places = self.env["stock.location"].create(
            [
                {
                    "name": name,
                    "usage": "internal",
                    "location_id": self.warehouse.view_location_id.id,
                }
                for name in ("Quarantine", "Own Quarantine")
            ]
        )
        self.company.logistics_quarantine_id = places[0]
        _order, picking = self._delivered(5)
        one = self._approved(picking, 1)
        self.assertEqual(one.picking_ids.move_line_ids.location_dest_id, places[0])
        self.warehouse.logistics_quarantine_id = places[1]
        native = self._native(picking, 1)
        self._receive(native, 1)
        quant = self.env["stock.quant"].search([("location_id", "=", places[1].id)])
        self.assertEqual(quant.quantity, 1)

    def test_other_company_has_its_own_switch_and_returns(self):
        self._switch("expect")
        other = self.env["res.company"].create({"name": "Other House"})
        self.env.user.company_ids |= other
        self.assertEqual(
            self.env["logistics.action.mode"]._mode(other, "expect"), "off"
        )
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        user = self.people["user"]
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        found = (
            self.env["logistics.return"]
            .with_user(user)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "=", one.id)])
        )
        self.assertFalse(found)

    def test_transfer_without_a_customer_stays_a_transfer(self):
        supplier = self.warehouse.in_type_id
        back = self.env["stock.picking"].create(
            {
                "picking_type_id": supplier.id,
                "location_id": self.env.ref("stock.stock_location_customers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "location_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        },
                    )
                ],
            }
        )
        back.action_confirm()
        self.assertFalse(back.logistics_return_id)
