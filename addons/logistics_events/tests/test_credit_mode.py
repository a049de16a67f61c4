from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestCreditMode(LogisticsCommon):
    """Off proposes nothing, Observe writes down what would be, On proposes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(10)
        cls._ship(cls.order.picking_ids, "A1")
        cls.line = cls.order.order_line
        cls.order._create_invoices().action_post()
        cls.Demand = cls.env["logistics.credit.demand"]
        cls.Mode = cls.env["logistics.action.mode"]

    def _steps(self, *states):
        steps = self.env["logistics.effect"].search(
            [("order_id", "=", self.order.id), ("action", "=", "credit")]
        )
        return steps.filtered(lambda step: step.state in states) if states else steps

    def _change(self, mode, since=None):
        return self.Mode._change(self.company, "credit", mode, since)

    def _preview(self, mode):
        dialog = self.env["logistics.mode.switch"].create(
            {"company_id": self.company.id, "action": "credit", "mode": mode}
        )
        dialog.action_list()
        return dialog

    def test_after_installation_a_demand_is_kept_and_not_proposed(self):
        self.assertFalse(self.Demand._want(self.line, "release", "A1", 3))
        self.assertFalse(self._steps())
        self.assertRecordValues(
            self.Demand.search([("sale_line_id", "=", self.line.id)]),
            [{"cause": "release", "key": "A1", "quantity": 3.0}],
        )

    def test_observed_proposal_asks_nobody_and_is_never_taken(self):
        self._change("observe")
        step = self.Demand._want(self.line, "release", "A1", 3)
        self.assertRecordValues(step, [{"observed": True, "quantity": 3.0}])
        self.assertFalse(step.approval_ids)
        self.assertNotIn(
            step, step.search(self.env["logistics.effect"]._ready_domain())
        )

    def test_switching_on_proposes_what_was_demanded_meanwhile(self):
        self.Demand._want(self.line, "release", "A1", 3, reason="Lost")
        self.Demand._want(self.line, "claim", "C1", 2)
        change = self._change("on")
        self.assertEqual(change.order_count, 1)
        self.assertRecordValues(
            self._steps(), [{"state": "waiting", "observed": False, "quantity": 5.0}]
        )
        self.assertEqual(self._steps().approval_ids.state, "waiting")

    def test_what_was_taken_back_meanwhile_is_not_proposed(self):
        self.Demand._want(self.line, "release", "A1", 3)
        self.Demand._want(self.line, "release", "A1", 0)
        self.assertEqual(self._change("on").order_count, 0)
        self.assertFalse(self._steps())

    def test_demand_before_the_start_date_is_not_proposed(self):
        self.Demand._want(self.line, "release", "A1", 3)
        tomorrow = fields.Date.add(fields.Date.today(), days=2)
        self.assertEqual(self._change("on", tomorrow).order_count, 0)
        self.assertFalse(self._steps())

    def test_switching_off_drops_the_proposal_and_switching_back_makes_it_anew(self):
        self._change("on")
        step = self.Demand._want(self.line, "release", "A1", 3)
        change = self._change("off")
        self.assertEqual(step.state, "superseded")
        self.assertEqual(step.approval_ids.state, "void")
        change.action_switch_back()
        self.assertRecordValues(
            self._steps("waiting"), [{"observed": False, "quantity": 3.0}]
        )
        self.assertEqual(self._steps("waiting").approval_ids.state, "waiting")

    def test_switching_to_observe_keeps_a_note_of_what_was_proposed(self):
        self._change("on")
        self.Demand._want(self.line, "release", "A1", 3)
        self._change("observe")
        self.assertRecordValues(
            self._steps("waiting"), [{"observed": True, "quantity": 3.0}]
        )

    def test_credit_taken_back_while_off_is_invoiced_again_once_it_is_on(self):
        self._change("on")
        step = self.Demand._want(self.line, "release", "A1", 3)
        step.approval_ids.with_user(self.people["finance"]).action_approve()
        step._take()
        self._change("off")
        self.Demand._want(self.line, "release", "A1", 0)
        self.assertFalse(self._steps("waiting"))
        self._change("on")
        self.assertRecordValues(self._steps("waiting"), [{"quantity": -3.0}])

    def _credited(self, quantity):
        self._change("on")
        step = self.Demand._want(self.line, "release", "A1", quantity)
        step.approval_ids.with_user(self.people["finance"]).action_approve()
        step._take()

    def test_what_is_credited_already_is_not_observed_once_more(self):
        self._credited(3)
        self.assertEqual(self._change("observe").order_count, 0)
        self.assertFalse(self._steps("waiting"))

    def test_only_what_is_demanded_beyond_the_credit_is_observed(self):
        self._credited(3)
        self._change("observe")
        step = self.Demand._want(self.line, "release", "A1", 5)
        self.assertRecordValues(
            step, [{"observed": True, "quantity": 2.0, "amount": 200.0}]
        )

    def test_what_would_be_invoiced_again_is_observed_with_its_amount(self):
        self._credited(3)
        self._change("observe")
        step = self.Demand._want(self.line, "release", "A1", 1)
        self.assertRecordValues(
            step, [{"observed": True, "quantity": -2.0, "amount": 200.0}]
        )

    def test_rule_begins_with_the_day_of_the_company(self):
        rule = self.env["logistics.policy"].create(
            {"name": "Late", "action": "credit", "valid_from": "2026-05-02"}
        )
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-05-01 11:00:00"):
            self.assertNotIn(rule, rule._candidates("credit", self.company))
        with freeze_time("2026-05-01 13:00:00"):
            self.assertIn(rule, rule._candidates("credit", self.company))

    def test_many_lines_are_looked_up_together(self):
        self._change("observe")
        lines = self.line
        for _number in range(3):
            lines |= self._sell(2).order_line
        told = {line: {} for line in lines}
        self.Demand._wishes(told)
        self.env.flush_all()
        counts = []
        for asked in ({self.line: {}}, told):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.Demand._wishes(asked)), len(asked))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[0])

    def test_dialog_says_what_would_be_proposed_and_changes_nothing(self):
        self.Demand._want(self.line, "release", "A1", 3)
        dialog = self._preview("on")
        self.assertRecordValues(
            dialog, [{"order_count": 1, "released_amount": 300.0, "held_amount": 0.0}]
        )
        self.assertRecordValues(
            dialog.line_ids, [{"order_id": self.order.id, "released": 300.0}]
        )
        self.assertFalse(self._steps())
        dialog.action_switch()
        self.assertEqual(self._steps("waiting").quantity, 3.0)

    def test_another_company_is_not_reached(self):
        self.Demand._want(self.line, "release", "A1", 3)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(self.Mode._change(other, "credit", "on").order_count, 0)
        self.assertFalse(self._steps())
