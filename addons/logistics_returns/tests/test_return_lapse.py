from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .return_time_case import ReturnTimeCase

TODAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestReturnLapse(ReturnTimeCase):
    """A return nobody sends closes by itself."""

    def test_closes_by_itself_some_days_after_the_reminder(self):
        self._on()
        self.one._say("approved", "by hand")
        self._on_day(15)
        self._on_day(21)
        self.assertEqual(self.one.state, "approved")
        self._on_day(22)
        self.assertEqual(self.one.state, "closed")
        self.assertFalse(self._reminders())
        closed = self.one.fact_ids.filtered(lambda fact: fact.kind == "closed")
        self.assertIn("closed by itself", closed.note)
        self.assertIn("closed by itself", self.one.message_ids[0].body)
        self.assertFalse(self.env["logistics.credit.demand"].search([]))
        self._on_day(23)
        self.assertEqual(len(self._steps("lapse")), 1)

    def test_days_of_the_end_count_from_the_reminder_however_late_it_was(self):
        self._on()
        self.one._say("approved", "by hand")
        self._on_day(50)
        self.assertEqual(self.one.state, "approved")
        self._on_day(56)
        self.assertEqual(self.one.state, "approved")
        self._on_day(57)
        self.assertEqual(self.one.state, "closed")

    def test_nothing_closes_without_a_reminder(self):
        self._on("lapse")
        self.one._say("approved", "by hand")
        self._on_day(60)
        self.assertEqual(self.one.state, "approved")

    def test_zero_days_close_nothing(self):
        self.company.logistics_return_lapse_days = 0
        self._on()
        self.one._say("approved", "by hand")
        self._on_day(15)
        self._on_day(90)
        self.assertEqual(self.one.state, "approved")

    def test_what_a_carrier_has_is_not_closed(self):
        self._on()
        self.one._say("approved", "by hand")
        self.one._say("scanned", "first")
        self._on_day(15)
        self._on_day(90)
        self.assertEqual(self.one.state, "in_transit")

    def test_goods_that_wait_for_inspection_keep_it_open(self):
        self._on()
        self.one._say("approved", "by hand")
        self.one._say("received", "one", line=self.one.line_ids, quantity=1)
        self._on_day(15)
        self.assertTrue(self._reminders(), "the other one is still missing")
        self._on_day(90)
        self.assertEqual(self.one.state, "received")

    def test_credits_that_wait_keep_it_open(self):
        order = self.picking.move_ids.sale_line_id.order_id
        order._create_invoices().action_post()
        self._on()
        self.one._say("approved", "by hand")
        line = self.one.line_ids
        self.one._say("received", "one", line=line, quantity=1)
        self.one._say("inspected", "one", line=line, quantity=1, disposition="restock")
        self.assertEqual(line.credit_quantity, 1)
        self._on_day(15)
        self._on_day(90)
        self.assertEqual(self.one.state, "inspected")

    def test_rest_is_closed_once_nothing_waits(self):
        self._on()
        self.one._say("approved", "by hand")
        line = self.one.line_ids
        self.one._say("received", "one", line=line, quantity=1)
        self.one._say("inspected", "one", line=line, quantity=1, disposition="restock")
        self.assertEqual(line.credit_quantity, 0, "nothing is invoiced")
        self._on_day(15)
        self._on_day(22)
        self.assertEqual(self.one.state, "closed")
        self.assertEqual(line.expected_quantity, 0)

    def test_what_was_credited_ahead_is_not_given_away(self):
        self._on()
        self.one._say("approved", "by hand")
        self.one._say("goodwill", "by hand", line=self.one.line_ids, quantity=1)
        self._on_day(15)
        self._on_day(90)
        self.assertEqual(self.one.state, "approved")

    def test_reopened_has_a_new_deadline_reminder_and_end(self):
        self._on()
        self.one._say("approved", "by hand")
        self._on_day(15)
        self._on_day(22)
        self.assertEqual(self.one.state, "closed")
        self.one.with_user(self.people["user"]).action_reopen()
        self.assertEqual(self.one.deadline, TODAY + timedelta(days=36))
        self._watch()
        self.assertFalse(self._reminders())
        self._on_day(37)
        self.assertEqual(len(self._reminders()), 1)
        self._on_day(44)
        self.assertEqual(self.one.state, "closed")
        self.assertEqual(
            len(self.one.fact_ids.filtered(lambda fact: fact.kind == "closed")), 2
        )

    def test_one_that_fails_does_not_stop_the_others(self):
        self._on()
        other = self._announce(self.picking, 1, user_id=self.people["user"].id)
        (self.one | other)._say("approved", "by hand")
        wish_of = type(self.one)._wish_of_time

        def fail(one, action, policy):
            if one == self.one:
                raise ValueError("broken")
            return wish_of(one, action, policy)

        with (
            patch.object(type(self.one), "_wish_of_time", fail),
            mute_logger("odoo.addons.logistics_returns.models.logistics_return_time"),
        ):
            self._on_day(15)
        self.assertFalse(self.one.reminded_at)
        self.assertTrue(other.reminded_at)
        self._watch()
        self.assertTrue(self.one.reminded_at)

    def test_switching_says_what_is_due(self):
        self.one._say("approved", "by hand")
        self._on_day(15)
        rows = self.env["logistics.action.mode"]._foresee_sums(
            self.company, "remind", "on", fields.Date.today()
        )
        self.assertEqual(
            [(row["count"], row["oldest"]) for row in rows],
            [(1, TODAY + timedelta(days=14))],
        )
