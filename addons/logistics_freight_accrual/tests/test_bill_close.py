"""Bills of many lines: posted at once, matched by the job, portion by portion."""

from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from ..models import (
    logistics_effect_bill,
    logistics_freight_bill_ask,
    logistics_freight_bill_close,
)
from .check_common import CheckCommon

JOB = "logistics_freight_accrual.ir_cron_close_bills"


@tagged("post_install", "-at_install")
class TestBillClose(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})

    def setUp(self):
        super().setUp()
        patches = self.enterContext(ExitStack())
        for module, name, value in (
            (logistics_freight_bill_ask, "AT_ONCE", 2),
            (logistics_freight_bill_close, "AT_ONCE", 2),
            (logistics_effect_bill, "AT_ONCE", 2),
            (logistics_freight_bill_close, "PORTION", 2),
        ):
            patches.enter_context(patch.object(module, name, value))

    def _accrued(self, *references, currency=None, day=None):
        """Return charges of 100.00 that are accrued."""
        Charge = self.env["logistics.charge"]
        charges = Charge._find_or_make(
            [
                {
                    "company_id": self.company.id,
                    "carrier_id": self.carrier.id,
                    "reference": reference,
                    "charge_type": "base",
                    "currency_id": (currency or self.currency).id,
                    "source": "flat",
                    "mode": "on",
                }
                for reference in references
            ]
        )
        Charge._say_many(
            [
                told
                for charge in charges
                for told in (
                    (charge, "quote", "flat", {"amount": Decimal(100)}),
                    (charge, "trigger", "milestone", {"on": day or self.today}),
                )
            ]
        )
        self._take()
        return charges

    def _asked(self, *references, **more):
        """Return a bill about charges, whose posting waits for the job."""
        bill = self._checked(
            *({"tracking_number": ref, "amount": 100.0} for ref in references), **more
        )
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "waiting")
        return bill

    def _posted(self, *references, **more):
        bill = self._asked(*references, **more)
        bill._open_steps()._take()
        self.assertEqual(bill.state, "posted", bill.effect_ids.mapped("error"))
        return bill

    def _matched(self, charges):
        """Return how many items of the charges are matched, and how often."""
        items = charges.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        partials = items.matched_debit_ids | items.matched_credit_ids
        return len(items.filtered("reconciled")), len(partials)

    def test_many_lines_are_posted_at_once_and_matched_by_the_job(self):
        numbers = [f"NB100{number}" for number in range(5)]
        charges = self._accrued(*numbers)
        bill = self._posted(*numbers)
        self.assertTrue(bill.is_closing)
        self.assertEqual(bill.move_id.state, "posted")
        self.assertEqual(set(charges.mapped("stage")), {"invoiced"})
        self.assertEqual(sum(charges.mapped("open_amount")), 0.0)
        self.assertEqual(self._matched(charges), (0, 0))
        proof = self.env["logistics.ledger.proof"]._prove(
            self.company, self.today, full=True
        )
        self.assertTrue(proof.is_equal)
        self.assertEqual(bill.closing_progress, 0.0)
        self._run_job(JOB)
        self.assertFalse(bill.is_closing)
        self.assertEqual(bill.closing_progress, 100.0)
        self.assertEqual(self._matched(charges), (10, 5))
        self.assertEqual(
            (bill.move_id.payment_state, bill.move_id.amount_residual),
            ("not_paid", 500.0),
        )

    def test_job_that_was_killed_goes_on_and_matches_nothing_twice(self):
        numbers = [f"NB100{number}" for number in range(5)]
        charges = self._accrued(*numbers)
        bill = self._posted(*numbers)
        bill._close_portion()
        self.assertEqual(bill.closing_progress, 40.0)
        matched = charges.line_ids.full_reconcile_id
        self.assertEqual(self._matched(charges), (4, 2))
        Charge = self.env.registry["logistics.charge"]
        genuine = Charge._reconcile

        def killed(records):
            genuine(records)
            raise RuntimeError("killed")

        with (
            patch.object(Charge, "_reconcile", killed),
            self.assertRaises(RuntimeError),
            self.env.cr.savepoint(),
        ):
            bill._close_portion()
        self.env.invalidate_all()
        self.assertEqual(bill.closing_progress, 40.0)
        self.assertEqual(self._matched(charges), (4, 2))
        self._run_job(JOB)
        self.assertEqual(self._matched(charges), (10, 5))
        self.assertLess(matched, charges.line_ids.full_reconcile_id)
        self._run_job(JOB)
        bill._close_portion()
        self.assertEqual(self._matched(charges), (10, 5))
        documents = self.env["account.move"].search([("ref", "=", bill.number)])
        self.assertEqual(documents, bill.move_id)

    def test_few_lines_are_matched_with_their_posting(self):
        charges = self._accrued("NB1000", "NB1001")
        bill = self._checked(
            {"tracking_number": "NB1000", "amount": 100.0},
            {"tracking_number": "NB1001", "amount": 100.0},
        )
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "posted")
        self.assertFalse(bill.is_closing)
        self.assertEqual(self._matched(charges), (4, 2))

    def test_difference_of_rates_is_posted_by_the_job(self):
        euro = self.env.ref("base.EUR")
        if self.currency == euro:
            euro = self.env.ref("base.CHF")
        euro.active = True
        before = self.today - timedelta(days=5)
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": day,
                    "inverse_company_rate": rate,
                }
                for day, rate in ((before, 1.10), (self.today, 1.20))
            ]
        )
        self.terms.currency_id = euro
        numbers = ("NB1000", "NB1001", "NB1002")
        charges = self._accrued(*numbers, currency=euro, day=before)
        bill = self._posted(*numbers, currency_id=euro.id)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 30.0
        )
        self._run_job(JOB)
        self.assertFalse(bill.is_closing)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        for charge in charges:
            self.assertIn("exchange", charge.posting_ids.mapped("key"))
        proof = self.env["logistics.ledger.proof"]._prove(
            self.company, self.today, full=True
        )
        self.assertTrue(proof.is_equal)

    def test_matching_does_not_add_up_the_documents_again(self):
        charges = self._accrued("NB1000", "NB1001", "NB1002")
        bill = self._posted("NB1000", "NB1001", "NB1002")
        Move = self.env.registry["account.move"]
        added = []
        genuine = Move._compute_amount

        def adding(records):
            added.extend(records)
            return genuine(records)

        with patch.object(Move, "_compute_amount", adding):
            self.env.flush_all()
            added.clear()
            charges._reconcile()
            self.env.flush_all()
        self.assertEqual(self._matched(charges), (6, 3))
        self.assertNotIn(bill.move_id, added)
        self.assertEqual(bill.move_id.amount_total, 300.0)

    def test_one_transaction_posts_one_bill_of_many_lines(self):
        numbers = [f"NB100{number}" for number in range(6)]
        self._accrued(*numbers)
        first = self._asked(*numbers[:3])._open_steps()
        second = self._asked(*numbers[3:], number="4712")._open_steps()
        self.assertEqual((first | second)._at_a_time(), first)
        with patch.object(logistics_effect_bill, "AT_ONCE", 6):
            self.assertEqual((first | second)._at_a_time(), first | second)
