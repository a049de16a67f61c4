"""The day of a document is worked out by us, and is open in the books, or it waits."""

from freezegun import freeze_time

from odoo.fields import Date, Datetime
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestPeriod(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.result = "post"
        cls.company.partner_id.tz = "Europe/Berlin"

    def _lock(self, day=None, kind="sale"):
        self.company[f"{kind}_lock_date"] = day or self.company._logistics_today()

    def _delivered(self, lock=None):
        order = self._sell(3)
        self.shipment = self._ship(order.picking_ids, f"L{order.id}")
        if lock:
            self._lock(kind=lock)  # Stock ships nothing into a locked year.
        self._deliver(self.shipment)
        self._take()
        return order

    def test_locked_day_posts_nothing_and_says_so(self):
        self._lock()
        order = self._delivered()
        self.assertFalse(order.invoice_ids)
        step = self._effects(order, "invoice")
        self.assertEqual(step.state, "failed")
        self.assertEqual(self._exceptions(order, "period_locked").effect_id, step)
        self.assertFalse(self._exceptions(order, "action_failed"))

    def test_every_lock_of_a_sale_counts(self):
        for kind in ("sale", "fiscalyear"):
            with self.subTest(kind=kind):
                order = self._delivered(lock=kind)
                self.assertTrue(self._exceptions(order, "period_locked"))
                self.company[f"{kind}_lock_date"] = False

    def test_lock_of_purchases_does_not_count(self):
        self._lock(kind="purchase")
        self.assertEqual(self._delivered().invoice_ids.state, "posted")

    def test_exception_for_the_job_opens_nothing(self):
        self._lock()
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.env.uid,
                "sale_lock_date": Date.subtract(
                    self.company._logistics_today(), days=30
                ),
                "end_datetime": Datetime.add(Datetime.now(), days=1),
            }
        )
        order = self._delivered()
        self.assertTrue(self._exceptions(order, "period_locked"))

    def test_unlocked_and_tried_again_is_posted(self):
        self._lock()
        order = self._delivered()
        problem = self._exceptions(order, "period_locked")
        self._lock(Date.subtract(self.company._logistics_today(), days=1))
        problem.with_user(self.people["finance"]).action_retry()
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(problem.state, "solved")

    def test_a_lock_does_not_use_the_tries_up(self):
        self._lock()
        step = self._effects(self._delivered(), "invoice")
        for _turn in range(8):
            step._take()
        self._lock(Date.subtract(self.company._logistics_today(), days=1))
        step.sudo()._set_state("failed", next_try_at=False)
        self._take()
        self.assertEqual(step.state, "done")

    def test_credit_is_dated_as_the_company_counts_days(self):
        with freeze_time("2026-03-31 20:30:00"):
            order = self._delivered()
        with freeze_time("2026-03-31 22:30:00"):  # The first of April in Berlin.
            self._withdraw(self.shipment)
            self._take()
            self._approve_credit(order)
            self._take()
        refund = order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
        self.assertRecordValues(
            refund,
            [
                {
                    "state": "posted",
                    "date": Date.to_date("2026-04-01"),
                    "invoice_date": Date.to_date("2026-04-01"),
                }
            ],
        )

    def test_credit_on_a_locked_day_waits(self):
        order = self._delivered()
        self._withdraw(self.shipment)
        self._take()
        self._approve_credit(order)
        self._lock()
        self._take()
        self.assertTrue(self._exceptions(order, "period_locked"))
        self.assertFalse(
            order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
        )

    def _approve_credit(self, order):
        self._effects(order, "credit").approval_ids.with_user(
            self.clerk
        ).action_approve()
