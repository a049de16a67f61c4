from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestTerms(ReleaseCommon):
    """What an order waits for is chosen when it is confirmed, and frozen."""

    def test_terms_are_frozen_with_rule_and_version(self):
        order = self._sell(1)
        self.assertRecordValues(
            order,
            [
                {
                    "logistics_release_mode": "hold",
                    "logistics_release_policy_id": self.rule.id,
                    "logistics_release_version": 1,
                    "logistics_release_trigger": "delivered",
                    "logistics_release_trust": "person",
                    "logistics_release_proof": "validated",
                    "logistics_release_result": "release",
                    "logistics_release_grouping": "delivery",
                    "logistics_release_days": 14,
                }
            ],
        )

    def test_later_change_of_the_rule_does_not_reach_the_order(self):
        order = self._sell(1)
        self.rule.write({"trigger": "dispatched", "result": "post"})
        self.assertEqual(order.logistics_release_trigger, "delivered")
        self._ship(order.picking_ids, "T1")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_extra_fields_of_a_rule_make_a_new_version(self):
        for name, value in (
            ("result", "post"),
            ("grouping", "monthly"),
            ("max_hold_days", 3),
            ("waiver_amount", 9.0),
            ("wait_damaged", True),
        ):
            before = self.rule.version
            self.rule[name] = value
            self.assertEqual(self.rule.version, before + 1, name)
            content = self.rule.version_ids.sorted("version")[-1].content
            self.assertEqual(content[name], value)

    def test_decide_again_takes_the_rule_as_it_is_now(self):
        order = self._sell(1)
        self._ship(order.picking_ids, "T1")
        self.rule.trigger = "dispatched"
        order.with_user(self.people["finance"]).action_logistics_decide_again()
        self._take()
        self.assertEqual(order.logistics_release_version, 2)
        self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_decide_again_lifts_the_hold_when_no_rule_matches(self):
        order = self._sell(1)
        self._ship(order.picking_ids, "T1")
        self.rule.active = False
        order.action_logistics_decide_again()
        self.assertFalse(order.logistics_release_mode)
        self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_decide_again_holds_what_was_free(self):
        self.mode.mode = "off"
        order = self._sell(1)
        self._ship(order.picking_ids, "T1")
        self.mode.mode = "on"
        order.action_logistics_decide_again()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_decide_again_starts_the_record_of_a_way_that_had_none(self):
        self.mode.mode = "off"
        order = self._sell(1)
        self._ship(order.picking_ids)
        self.assertFalse(order.logistics_shipment_ids)
        self.mode.mode = "on"
        order.action_logistics_decide_again()
        self._take()
        self.assertTrue(order.logistics_shipment_ids)
        self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_nothing_is_decided_while_the_action_is_off(self):
        self.mode.mode = "off"
        self.assertFalse(self._sell(1).logistics_release_mode)

    def test_no_matching_rule_holds_nothing(self):
        self.rule.domain = "[('partner_id.name', '=', 'Nobody')]"
        self.assertFalse(self._sell(1).logistics_release_mode)

    def test_first_matching_rule_wins(self):
        first = self.rule.copy({"sequence": 1, "trigger": "dispatched"})
        self.assertEqual(self._sell(1).logistics_release_policy_id, first)

    def test_copied_order_decides_for_itself(self):
        order = self._sell(1)
        copy = order.copy()
        self.assertFalse(copy.logistics_release_mode)
        self.assertFalse(copy.logistics_release_policy_id)

    def test_switching_off_lets_held_orders_go_on(self):
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        self.mode.mode = "off"
        self._deliver(shipment)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_facts_before_the_rule_never_move_money(self):
        self.rule.valid_from = "2025-06-01"
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        self._deliver(shipment, occurred_at="2025-05-31 23:00:00")
        self._take()
        self.assertEqual(shipment.state, "delivered")
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_facts_before_the_start_date_of_the_mode_never_move_money(self):
        self.mode.since = "2025-06-01"
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        self._deliver(shipment, occurred_at="2025-05-31 23:00:00")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_first_day_begins_in_the_zone_of_the_company(self):
        self.rule.valid_from = "2025-06-01"
        self.company.partner_id.tz = "Asia/Tokyo"
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        self._deliver(shipment, occurred_at="2025-05-31 16:00:00")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_weak_word_moves_state_and_not_money(self):
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        asked = []
        self.patch(
            type(shipment), "_request_confirmation", lambda ships: asked.append(ships)
        )
        self._deliver(shipment, trust=1)
        self._take()
        self.assertEqual(shipment.state, "delivered")
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self.assertEqual(asked, [shipment])

    def test_confirmed_word_moves_money(self):
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        self._deliver(shipment, trust=1)
        self._deliver(shipment, trust=3, reference="the poll")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_good_word_asks_for_no_confirmation(self):
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        asked = []
        self.patch(
            type(shipment), "_request_confirmation", lambda ships: asked.append(ships)
        )
        self._deliver(shipment)
        self.assertFalse(asked)

    def test_persons_word_is_not_enough_for_a_rule_that_wants_a_poll(self):
        self.rule.trust = "polled"
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "T1")
        shipment._tell("delivered", channel="manual", key="said")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_release_above_the_limit_waits_for_two_people(self):
        self.rule.approval_amount = 500.0
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "T1"))
        self._take()
        step = self._effects(order)
        self.assertRecordValues(step, [{"state": "waiting", "approvers_needed": 2}])
        for user in (self.people["finance"], self.clerk):
            step.approval_ids.with_user(user).action_approve()
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 10)

    def test_release_below_the_limit_waits_for_nobody(self):
        self.rule.approval_amount = 5000.0
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "T1"))
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 10)

    def test_taking_a_release_back_waits_for_nobody(self):
        self.rule.approval = "one"
        order = self._sell(10)
        shipment = self._ship(order.picking_ids, "T1")
        self._deliver(shipment)
        self._effects(order).approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self._withdraw(shipment)
        self._take()
        self.assertEqual(order.order_line.logistics_qty_released, 0)

    def test_release_rule_without_a_way_to_be_reached_is_refused(self):
        with self.assertRaises(ValidationError):
            self.rule.trigger = "withdrawn"

    def test_decision_is_in_the_history_of_the_order(self):
        order = self._sell(1)
        self.assertIn(self.rule.name, " ".join(order.message_ids.mapped("body")))

    def test_draft_order_has_nothing_to_decide(self):
        order = self._sell(1).copy()
        with self.assertRaises(UserError):
            order.action_logistics_decide_again()

    def test_decide_again_replaces_what_was_about_to_be_invoiced(self):
        self.rule.write({"result": "post", "grouping": "monthly"})
        order = self._sell(2)
        self._deliver(self._ship(order.picking_ids, "T1"))
        self._take()
        self.assertEqual(self._effects(order, "invoice").state, "waiting")
        self.rule.write({"result": "release"})
        order.action_logistics_decide_again()
        self.assertEqual(self._effects(order, "invoice").state, "superseded")
        self._take()
        self.assertFalse(order.invoice_ids)

    def test_decide_again_invoices_what_was_only_released(self):
        order = self._sell(2)
        self._deliver(self._ship(order.picking_ids, "T1"))
        self._take()
        self.rule.write({"result": "post"})
        order.action_logistics_decide_again()
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_cancelled_order_is_not_released_any_more(self):
        self.rule.write({"result": "post", "delay_minutes": 5})
        order = self._sell(5)
        shipment = self._ship(order.picking_ids, "T1")
        self._deliver(shipment)
        order._action_cancel()
        self._deliver(shipment, key="once more")
        self.assertEqual(self._effects(order).mapped("state"), ["superseded"])

    def test_order_confirmed_again_is_released_by_what_happened_before(self):
        self.rule.result = "post"
        order = self._sell(5)
        shipment = self._ship(order.picking_ids, "T1")
        order._action_cancel()
        self._deliver(shipment)
        order.action_draft()
        order.action_confirm()
        self._take()
        self.assertEqual(order.invoice_ids.mapped("state"), ["posted"])

    def test_cancelled_order_holds_nothing(self):
        order = self._sell(5)
        self._ship(order.picking_ids, "T1")
        order._action_cancel()
        self.assertRecordValues(
            order.order_line, [{"logistics_qty_held": 0, "qty_to_invoice": 0}]
        )


@tagged("post_install", "-at_install")
class TestProtected(ReleaseCommon):
    """Nobody types what only actions write, whoever is logged in."""

    def _writers(self):
        return (self.env.ref("base.user_admin"), self.env.user, self.seller)

    def test_nobody_writes_the_released_quantity(self):
        order = self._sell(5)
        self._ship(order.picking_ids, "P1")
        move = order.order_line.move_ids
        for user in self._writers():
            with self.assertRaises(AccessError, msg=user.login):
                move.with_user(user).write({"logistics_released_qty": 5})
        with self.assertRaises(AccessError):
            move.sudo().logistics_released_qty = 5

    def test_no_context_value_gives_the_right(self):
        order = self._sell(5)
        move = order.order_line.move_ids
        for value in (True, 1, "object", {}):
            with self.assertRaises(AccessError):
                move.with_context(
                    logistics_ledger_token=value, logistics_suite_token=value
                ).write({"logistics_released_qty": 5})

    def test_nobody_creates_a_move_that_is_released(self):
        order = self._sell(5)
        move = order.order_line.move_ids
        with self.assertRaises(AccessError):
            self.env["stock.move"].create(
                {
                    "product_id": self.product.id,
                    "product_uom_qty": 1,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "logistics_released_qty": 1,
                }
            )

    def test_nobody_types_the_terms_of_an_order(self):
        order = self._sell(5)
        for name, value in (
            ("logistics_release_mode", False),
            ("logistics_release_trigger", "dispatched"),
            ("logistics_release_trust", "signed_untimed"),
            ("logistics_release_waiver_amount", 1e9),
            ("logistics_release_from", "2000-01-01"),
            ("logistics_hold_since", False),
        ):
            for user in self._writers():
                with self.assertRaises(AccessError, msg=name):
                    order.with_user(user).write({name: value})

    def test_nobody_types_what_a_line_holds(self):
        order = self._sell(5)
        for name in ("logistics_qty_held", "logistics_qty_released"):
            for user in self._writers():
                with self.assertRaises(AccessError, msg=name):
                    order.order_line.with_user(user).write({name: 0})

    def test_nobody_types_what_a_transfer_holds(self):
        order = self._sell(5)
        for name in ("logistics_held_amount", "logistics_released_untracked"):
            with self.assertRaises(AccessError, msg=name):
                order.picking_ids.write({name: 1})

    def test_nobody_types_a_waiver(self):
        order = self._sell(5)
        for user in (*self._writers(), self.people["finance"]):
            with self.assertRaises(AccessError, msg=user.login):
                self.env["logistics.release.waiver"].with_user(user).create(
                    {
                        "order_id": order.id,
                        "picking_id": order.picking_ids.id,
                        "company_id": self.company.id,
                        "amount": 1,
                        "reason": "x",
                        "user_id": user.id,
                    }
                )

    def test_backorder_starts_with_nothing_released(self):
        order = self._sell(10)
        self._deliver(self._ship_part(order.picking_ids, 4, "P1"))
        self._take()
        rest = order.picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(rest.move_ids.logistics_released_qty, 0)
