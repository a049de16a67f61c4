"""Pausing everything: what waits is taken once it is resumed."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_switch import SwitchCommon

JOB = "logistics_events.ir_cron_run_effects"


@tagged("post_install", "-at_install")
class TestPause(SwitchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mode.mode = "on"
        cls.rule.result = "post"

    def _paused_order(self, number):
        order = self._sell(2)
        self._deliver(self._ship(order.picking_ids, number))
        return order

    def test_pause_stops_what_waits_and_keeps_receiving(self):
        order = self._paused_order("P1")
        self.Mode._pause(self.company, "Stocktaking")
        self._take()
        other = self._paused_order("P2")
        self._take()
        self.assertFalse((order | other).invoice_ids)
        self.assertEqual(other.logistics_shipment_ids.state, "delivered")
        self.assertEqual(self._effects(other).mapped("state"), ["waiting"])
        self.Mode._resume(self.company)
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(other.invoice_ids.state, "posted")

    def test_running_job_stops_before_its_next_batch(self):
        orders = [self._paused_order(f"J{number}") for number in range(3)]
        Effect = self.registry["logistics.effect"]
        take = Effect._take
        batches = []

        def pausing(steps):
            batches.append(len(steps))
            take(steps)
            if len(batches) == 1:
                steps.env["logistics.action.mode"].sudo()._pause(self.company)

        self.patch(Effect, "_take", pausing)
        self.env.ref(JOB).code = "model._cron_run(size=1)"
        self._run_job(JOB)
        self.assertEqual(batches, [1])
        done = [order for order in orders if self._effects(order, state="done")]
        self.assertEqual(len(done), 1)

    def test_resume_shows_the_backlog_first(self):
        for number in ("B1", "B2"):
            self._paused_order(number)
        self.Mode._pause(self.company)
        dialog = (
            self.env["logistics.mode.resume"]
            .with_user(self.people["finance"])
            .create({})
        )
        self.assertRecordValues(
            dialog.line_ids,
            [
                {
                    "label": "Release for Invoicing",
                    "count": 2,
                    "order_count": 2,
                    "document_count": 2,
                    "amount": 400.0,
                }
            ],
        )
        dialog.action_resume()
        self._take()
        self.assertEqual(
            len(self.env["logistics.effect"].search([("action", "=", "invoice")])), 2
        )

    def test_sending_stops_too(self):
        self.rule.result = "post_send"
        order = self._paused_order("M1")
        self._take()
        step = self._effects(order, "invoice")
        self.assertEqual(step.send_state, "due")
        self.Mode._pause(self.company)
        self._run_job("logistics_invoice_release.ir_cron_send_invoices")
        self.assertEqual(step.send_state, "due")

    def test_branch_is_paused_with_the_company_above(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        pause = self.Mode._pause(self.company, "Audit")
        self.assertEqual(self.Mode._paused(branch), pause)
        self.assertIn(branch, self.Mode._stopped())
        with self.assertRaises(UserError):
            self.Mode._resume(branch)

    def test_branch_alone_is_paused(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.Mode._pause(branch)
        self.assertFalse(self.Mode._paused(self.company))
        order = self._paused_order("C1")
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_who_paused_and_why_is_said(self):
        manager = self.people["manager"]
        self.Mode.with_user(manager)._pause(self.company, "Wrong prices")
        (text,) = self.Mode._pause_notice(self.company)
        self.assertIn(manager.name, text)
        self.assertIn("Wrong prices", text)
        self.assertEqual(self.mode.paused_text, text)
        self.Mode.with_user(manager)._resume(self.company)
        self.assertFalse(self.Mode._pause_notice(self.company))
        self.assertRecordValues(
            self.Change.search([("kind", "=", "pause")]),
            [{"user_id": manager.id, "ended_by": manager.id}],
        )

    def test_others_are_refused(self):
        for role in ("user", "integration", "auditor"):
            mode = self.Mode.with_user(self.people[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                mode._pause(self.company)
        self.Mode._pause(self.company)
        with self.assertRaises(AccessError):
            self.Mode.with_user(self.people["auditor"])._resume(self.company)
        with self.assertRaises(UserError):
            self.Mode._pause(self.company)

    def test_resume_needs_a_pause(self):
        with self.assertRaises(UserError):
            self.Mode._resume(self.company)
