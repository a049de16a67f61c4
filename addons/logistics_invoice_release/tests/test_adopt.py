"""Adopting what was begun before: what is ticked, and nothing else."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_switch import SwitchCommon


@tagged("post_install", "-at_install")
class TestAdopt(SwitchCommon):
    """The orders are confirmed and shipped while the release is off."""

    def _open(self, role="finance"):
        return self.env["logistics.adopt"].with_user(self.people[role]).create({})

    def _line(self, dialog, kind, record):
        name = {"picking": "picking_id", "order": "order_id", "draft": "move_id"}[kind]
        return dialog.line_ids.filtered(
            lambda line: line.kind == kind and line[name] == record
        )

    def _adopt(self, kind, record):
        dialog = self._open()
        self._line(dialog, kind, record).ticked = True
        dialog.action_adopt()
        self.env.flush_all()

    def _shipped(self, number, quantity=2):
        order = self._sell(quantity)
        return order, self._ship(order.picking_ids, number)

    def test_what_is_ticked_follows_the_rules_and_the_rest_does_not(self):
        ticked, shipment = self._shipped("A1")
        other, _shipment = self._shipped("A2")
        self.mode.mode = "on"
        dialog = self._open()
        line = self._line(dialog, "order", ticked)
        self.assertRecordValues(line, [{"amount": 200, "rule": self.rule.name}])
        self.assertIn("Held: ", line.outcome)
        self.assertTrue(self._line(dialog, "order", other))
        line.ticked = True
        dialog.action_adopt()
        self.env.flush_all()
        self.assertRecordValues(
            ticked | other,
            [
                {"logistics_release_mode": "hold", "invoice_status": "no"},
                {"logistics_release_mode": False, "invoice_status": "to invoice"},
            ],
        )
        self._deliver(shipment)
        self._take()
        self.assertEqual(ticked.invoice_status, "to invoice")

    def test_listing_changes_nothing(self):
        order, _shipment = self._shipped("A1")
        self.mode.mode = "on"
        self._open()
        self.env.invalidate_all()
        self.assertFalse(order.logistics_release_mode)
        self.assertEqual(order.invoice_status, "to invoice")

    def test_it_can_be_run_again(self):
        first, _shipment = self._shipped("A1")
        second, _shipment = self._shipped("A2")
        self.mode.mode = "on"
        self._adopt("order", first)
        dialog = self._open()
        self.assertFalse(self._line(dialog, "order", first))
        self.assertTrue(self._line(dialog, "order", second))

    def test_open_transfer_with_a_number_gets_its_shipment(self):
        order = self._sell(2)
        picking = order.picking_ids
        # As it was typed before the addon came.
        self.env.cr.execute(
            "UPDATE stock_picking SET carrier_tracking_ref = 'OLD1, OLD2' "
            "WHERE id = %s",
            [picking.id],
        )
        picking.invalidate_recordset()
        self.assertFalse(picking.logistics_link_ids)
        self._adopt("picking", picking)
        self.assertEqual(
            picking.logistics_shipment_ids.parcel_ids.mapped("tracking_number"),
            ["OLD1", "OLD2"],
        )
        self.assertFalse(order.logistics_release_mode)
        self.assertFalse(self._line(self._open(), "picking", picking))

    def test_draft_is_taken_over_and_posted_once(self):
        self.rule.result = "post"
        order, shipment = self._shipped("A1")
        draft = order._create_invoices()
        self.mode.mode = "on"
        self._adopt("draft", draft)
        with self.assertRaises(UserError):
            draft.action_post()
        self._deliver(shipment)
        self._take()
        self.assertEqual(order.invoice_ids, draft)
        self.assertEqual(draft.state, "posted")
        self.assertEqual(self._effects(order, "invoice").line_ids.move_id, draft)

    def test_draft_that_says_less_is_left_to_people(self):
        self.rule.result = "post"
        order, shipment = self._shipped("A1")
        draft = order._create_invoices()
        draft.invoice_line_ids.quantity = 1
        self.mode.mode = "on"
        self._adopt("draft", draft)
        self._deliver(shipment)
        self._take()
        made = order.invoice_ids - draft
        self.assertEqual(draft.state, "draft")
        self.assertRecordValues(made, [{"state": "posted", "amount_untaxed": 100}])

    def test_adopted_order_is_given_free_again(self):
        order, _shipment = self._shipped("A1")
        self.mode.mode = "on"
        self._adopt("order", order)
        self.assertTrue(order.logistics_can_give_free)
        order.with_user(self.people["finance"]).action_logistics_give_free()
        self.env.flush_all()
        self.assertRecordValues(
            order,
            [
                {
                    "logistics_release_mode": False,
                    "logistics_adopted_at": False,
                    "invoice_status": "to invoice",
                }
            ],
        )
        self.assertTrue(self._line(self._open(), "order", order))

    def test_draft_of_an_order_given_free_can_be_adopted_again(self):
        order, _shipment = self._shipped("A1")
        draft = order._create_invoices()
        self.mode.mode = "on"
        self._adopt("draft", draft)
        self.assertFalse(self._line(self._open(), "draft", draft))
        order.with_user(self.people["finance"]).action_logistics_give_free()
        self.env.flush_all()
        self.assertTrue(self._line(self._open(), "draft", draft))
        self._adopt("draft", draft)
        self.assertEqual(order.logistics_release_mode, "hold")

    def test_draft_that_no_rule_is_for_stays_what_it_was(self):
        self.rule.domain = "[('client_order_ref', '=', 'X')]"
        order, _shipment = self._shipped("A1")
        draft = order._create_invoices()
        self.mode.mode = "on"
        self._adopt("draft", draft)
        self.assertFalse(order.logistics_release_mode)
        self.assertFalse(draft.logistics_is_adopted)

    def test_a_line_about_another_company_is_refused(self):
        order, _shipment = self._shipped("A1")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.mode.mode = "on"
        finance = self.people["finance"]
        finance.company_ids += other
        dialog = (
            self.env["logistics.adopt"]
            .with_user(finance)
            .with_company(other)
            .create({"company_id": other.id})
        )
        dialog.line_ids.create(
            {
                "adopt_id": dialog.id,
                "kind": "order",
                "order_id": order.id,
                "ticked": True,
            }
        )
        with self.assertRaises(AccessError):
            dialog.action_adopt()
        self.assertFalse(order.logistics_release_mode)

    def test_order_with_a_posted_invoice_is_not_given_free(self):
        self.rule.result = "post"
        order, shipment = self._shipped("A1")
        self.mode.mode = "on"
        self._adopt("order", order)
        self._deliver(shipment)
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")
        with self.assertRaises(UserError):
            order.action_logistics_give_free()

    def test_order_that_was_not_adopted_is_not_given_free(self):
        self.mode.mode = "on"
        order, _shipment = self._shipped("A1")
        with self.assertRaises(UserError):
            order.action_logistics_give_free()
        self.assertEqual(order.logistics_release_mode, "hold")

    def test_nothing_is_adopted_while_the_release_is_off(self):
        order, _shipment = self._shipped("A1")
        dialog = self._open()
        line = self._line(dialog, "order", order)
        self.assertIn("Off", line.outcome)
        line.ticked = True
        with self.assertRaises(UserError):
            dialog.action_adopt()

    def test_something_must_be_ticked(self):
        with self.assertRaises(UserError):
            self._open().action_adopt()

    def test_others_are_refused(self):
        for role in ("user", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._open(role)

    def test_adoption_is_kept_in_the_history(self):
        order, _shipment = self._shipped("A1")
        self.mode.mode = "on"
        self._adopt("order", order)
        change = self.Change.search([("kind", "=", "adopt")])
        self.assertRecordValues(
            change, [{"user_id": self.people["finance"].id, "order_count": 1}]
        )
        self.assertEqual(change.touched, {"order": [order.id]})
