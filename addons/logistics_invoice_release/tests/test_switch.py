"""Switching the release: what changes is listed first, then done, and undone."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.logistics_events.models import logistics_mode_change

from .common import ReleaseCommon

LONG_AGO = "2020-01-01"


class SwitchCommon(ReleaseCommon):
    """Nothing is on yet; orders are confirmed as in plain Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Mode = cls.env["logistics.action.mode"]
        cls.Change = cls.env["logistics.mode.change"]
        cls.mode.mode = "off"

    def _dialog(self, mode, since=LONG_AGO, role="finance"):
        """Return the dialog of the switch, as a person fills it in."""
        return (
            self.env["logistics.mode.switch"]
            .with_user(self.people[role])
            .create(
                {
                    "company_id": self.company.id,
                    "action": "release",
                    "mode": mode,
                    "since": since,
                }
            )
        )

    def _switch(self, mode, since=LONG_AGO):
        """Switch as finance does; return the dialog with its list."""
        dialog = self._dialog(mode, since)
        dialog.action_list()
        dialog.action_switch()
        self.env.flush_all()
        return dialog


@tagged("post_install", "-at_install")
class TestSwitch(SwitchCommon):
    def _lines(self, dialog):
        return {
            line.order_id: (line.held_before, line.held_after, line.released)
            for line in dialog.line_ids
        }

    def test_list_says_what_is_held_and_released_and_changes_nothing(self):
        held = self._sell(3)
        self._ship(held.picking_ids, "S1")
        free = self._sell(2)
        self._deliver(self._ship(free.picking_ids, "S2"))
        coming = self._sell(1)
        dialog = self._dialog("on")
        dialog.action_list()
        lines = self._lines(dialog)
        self.assertEqual(lines[held], (0, 300, 0))
        self.assertEqual(lines[free], (0, 200, 200))
        self.assertIn(coming, lines)
        self.env.invalidate_all()
        self.assertEqual(self.mode.mode, "off")
        self.assertRecordValues(
            held | free,
            [{"logistics_release_mode": False, "invoice_status": "to invoice"}] * 2,
        )
        self.assertFalse(self._effects(free))

    def test_switch_does_what_the_list_says(self):
        held = self._sell(3)
        self._ship(held.picking_ids, "S1")
        free = self._sell(2)
        self._deliver(self._ship(free.picking_ids, "S2"))
        self._switch("on")
        self.assertEqual(self.mode.mode, "on")
        self._take()
        self.assertRecordValues(
            held | free,
            [
                {"logistics_held_amount": 300, "invoice_status": "no"},
                {"logistics_held_amount": 0, "invoice_status": "to invoice"},
            ],
        )

    def test_orders_of_before_the_start_date_stay_as_they_are(self):
        old = self._sell(3)
        old.date_order = "2026-01-05"
        new = self._sell(2)
        dialog = self._switch("on", fields.Date.context_today(new))
        self.assertEqual(dialog.line_ids.order_id & (old | new), new)
        self.assertFalse(old.logistics_release_mode)
        self.assertEqual(new.logistics_release_mode, "hold")

    def test_orders_no_rule_is_for_stay_as_they_are(self):
        self.rule.domain = "[('client_order_ref', '=', 'X')]"
        order = self._sell(2)
        self._switch("on")
        self.assertFalse(order.logistics_release_mode)

    def test_switch_needs_the_list_of_the_same_choice(self):
        dialog = self._dialog("on")
        with self.assertRaises(UserError):
            dialog.action_switch()
        dialog.action_list()
        dialog.mode = "observe"
        with self.assertRaises(UserError):
            dialog.action_switch()
        self.assertEqual(self.mode.mode, "off")

    def test_off_gives_free_what_is_held_and_drops_what_waits(self):
        self.mode.mode = "on"
        self.rule.delay_minutes = 60
        held = self._sell(3)
        self._ship(held.picking_ids, "S1")
        waiting = self._sell(2)
        self._deliver(self._ship(waiting.picking_ids, "S2"))
        dialog = self._switch("off")
        self.assertEqual(self._lines(dialog)[held], (300, 0, 0))
        self.assertEqual(dialog.step_count, 1)
        self.assertRecordValues(
            held | waiting,
            [{"logistics_release_mode": False, "invoice_status": "to invoice"}] * 2,
        )
        self.assertEqual(self._effects(waiting).mapped("state"), ["superseded"])
        held._create_invoices().action_post()
        self.assertEqual(held.invoice_status, "invoiced")

    def test_switching_back_restores_mode_date_and_orders(self):
        self.mode.mode = "on"
        held = self._sell(3)
        self._ship(held.picking_ids, "S1")
        held_from = held.logistics_release_from
        self._switch("off", "2026-02-02")
        change = self.Change.search([], limit=1)
        change.with_user(self.people["manager"]).action_switch_back()
        self.env.flush_all()
        self.assertEqual((self.mode.mode, str(self.mode.since)), ("on", LONG_AGO))
        self.assertRecordValues(
            held,
            [
                {
                    "logistics_release_mode": "hold",
                    "logistics_release_from": held_from,
                    "logistics_held_amount": 300,
                    "invoice_status": "no",
                }
            ],
        )
        self.assertEqual(change.ended_by, self.people["manager"])
        with self.assertRaises(UserError):
            change.action_switch_back()

    def test_switching_on_is_undone_too(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "S1")
        self._switch("on")
        self.assertEqual(order.invoice_status, "no")
        self.Change.search([], limit=1).action_switch_back()
        self.env.flush_all()
        self.assertRecordValues(
            order, [{"logistics_release_mode": False, "invoice_status": "to invoice"}]
        )
        self.assertEqual(self.mode.mode, "off")

    def test_only_the_latest_switch_is_switched_back(self):
        self._switch("on")
        first = self.Change.search([], limit=1)
        self._switch("observe")
        with self.assertRaises(UserError):
            first.action_switch_back()

    def test_from_on_to_observe_nothing_is_held_any_more(self):
        self.mode.mode = "on"
        order = self._sell(3)
        shipment = self._ship(order.picking_ids, "S1")
        self._switch("observe")
        self.assertRecordValues(
            order,
            [{"logistics_release_mode": "observe", "invoice_status": "to invoice"}],
        )
        self._deliver(shipment)
        self.assertEqual(self._effects(order).mapped("observed"), [True])

    def test_others_are_refused(self):
        for role in ("user", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._dialog("on", role=role).action_list()
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.Mode.with_user(self.people[role])._change(
                    self.company, "release", "on"
                )
        for role in ("manager", "finance"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.mode.with_user(self.people[role]).mode = "on"
        self.assertEqual(self.mode.mode, "off")

    def test_nobody_switches_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            self.Mode.with_user(self.people["manager"])._change(other, "release", "on")

    def test_other_company_is_left_alone(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._switch("on")
        self.assertEqual(self.Mode._mode(other, "release"), "off")

    def test_many_orders_follow_in_portions_and_nothing_is_taken_meanwhile(self):
        self.patch(logistics_mode_change, "AT_ONCE", 2)
        orders = self.env["sale.order"].concat(*(self._sell(1) for _n in range(5)))
        for number, order in enumerate(orders):
            self._deliver(self._ship(order.picking_ids, f"P{number}"))
        self._switch("on")
        change = self.Change.search([], limit=1)
        self.assertTrue(change.is_pending)
        self._take()
        self.assertFalse(orders.order_line.filtered("logistics_qty_released"))
        with self.assertRaises(UserError):
            self.Mode._change(self.company, "release", "off")
        self._run_job("logistics_events.ir_cron_bring_in_line")
        self.assertFalse(change.is_pending)
        self.assertEqual(set(orders.mapped("logistics_release_mode")), {"hold"})
        self._take()
        self.assertEqual(orders.order_line.mapped("logistics_qty_released"), [1.0] * 5)

    def test_an_order_that_cannot_follow_stays_behind_and_stops_nobody(self):
        orders = self._sell(1) | self._sell(2)
        bad, good = orders
        Order = self.registry["sale.order"]
        follow = Order._logistics_follow_mode
        reason = "Its customer is gone."

        def refusing(records, *args, **kwargs):
            if bad in records:
                raise UserError(reason)
            return follow(records, *args, **kwargs)

        self.patch(Order, "_logistics_follow_mode", refusing)
        change = self.Mode._change(
            self.company, "release", "on", fields.Date.to_date(LONG_AGO)
        )
        self.assertFalse(change.is_pending)
        self.assertEqual(good.logistics_release_mode, "hold")
        self.assertFalse(bad.logistics_release_mode)
        self.assertNotIn(str(bad.id), change.touched)
        self.assertIn(reason, self._exceptions(bad, "configuration").summary)

    def test_buttons_above_the_list_open_their_dialogs(self):
        mode = self.Mode.with_user(self.people["finance"])
        for name in ("pause", "resume", "adopt", "observe"):
            with self.subTest(button=name):
                action = call_kw(mode, f"action_{name}_dialog", [[]], {})
                self.assertEqual(action["target"], "new")
                dialog = mode.env[action["res_model"]].browse(action["res_id"])
                self.assertTrue(dialog.get_view(view_type="form")["arch"])
        action = call_kw(mode, "action_switch_dialog", [self.mode.ids], {})
        self.assertEqual(action["context"]["default_action"], "release")

    def test_switch_is_kept_with_who_and_when(self):
        self._sell(1)
        self._switch("on")
        self.assertRecordValues(
            self.Change.search([], limit=1),
            [
                {
                    "kind": "switch",
                    "action": "release",
                    "mode_before": "off",
                    "mode_after": "on",
                    "user_id": self.people["finance"].id,
                }
            ],
        )
        with self.assertRaises(AccessError):
            self.Change.search([], limit=1).sudo().reason = "Changed"
