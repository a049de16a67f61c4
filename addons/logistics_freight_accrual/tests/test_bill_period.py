"""On which day a carrier's bill or credit memo stands: worked out, never moved (R12).

With the accruals and their reversals of `test_charge_period` these are the sixty cases:
five locks, four kinds of entries, the day before the lock, on it and after it.
"""

from datetime import timedelta
from itertools import product

from odoo.fields import Command
from odoo.tests import tagged

from .check_common import CheckCommon

# What carries tax is closed by the tax return, too; sales concern no freight.
_CLOSING = ("fiscalyear", "hard", "purchase", "tax")
_PLACES = {"before": -1, "on": 0, "after": 1}
_KINDS = {"invoice": "in_invoice", "credit": "in_refund"}


@tagged("post_install", "-at_install")
class TestBillPeriod(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write(
            {
                "hold_percent": 100.0,
                "tax_id": cls.env["account.tax"]
                .create(
                    {
                        "name": "Freight 10 %",
                        "amount": 10.0,
                        "type_tax_use": "purchase",
                        "company_id": cls.company.id,
                        "price_include_override": "tax_excluded",
                        "invoice_repartition_line_ids": cls._repartition(),
                        "refund_repartition_line_ids": cls._repartition(),
                    }
                )
                .id,
            }
        )
        cls.locked = cls.today - timedelta(days=10)

    @classmethod
    def _repartition(cls):
        """Return that the tax comes back in full, on an account of its own."""
        account = cls.env["account.account"].search(
            [("account_type", "=", "asset_current")], limit=1
        )
        return [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account.id}),
        ]

    def _posted(self, bill):
        bill.with_user(self.finance).action_post()
        self._take()
        self.assertEqual(bill.state, "posted")
        return bill.move_id

    def _document(self, kind, number, day, tracking):
        amount = 100.0 if kind == "invoice" else -10.0
        return self._checked(
            {"tracking_number": tracking, "amount": amount},
            tax=amount / 10,
            kind=kind,
            number=number,
            issued=day,
        )

    def _check(self, lock):
        cases = list(product(_KINDS, _PLACES.items()))
        for kind, (place, _shift) in cases:
            tracking = f"{kind}{place}".upper()
            self._accrue(tracking)
            if kind == "credit":
                # Billed while the books were open.
                first = self._document("invoice", f"{tracking}-1", self.today, tracking)
                self._posted(first)
        name = "hard_lock_date" if lock == "hard" else f"{lock}_lock_date"
        self.company.sudo()[name] = self.locked
        for kind, (place, shift) in cases:
            day = self.locked + timedelta(days=shift)
            tracking = f"{kind}{place}".upper()
            closed = lock in _CLOSING and day <= self.locked
            with self.subTest(lock=lock, kind=kind, place=place):
                bill = self._document(kind, f"{tracking}-2", day, tracking)
                move = self._posted(bill)
                self.assertEqual(move.move_type, _KINDS[kind])
                self.assertEqual(move.state, "posted")
                self.assertEqual(move.invoice_date, day)
                expected = self.locked + timedelta(days=1) if closed else day
                self.assertEqual(move.date, expected)
                for record in (bill, move):
                    said = " ".join(record.message_ids.mapped("body"))
                    self.assertEqual("The books are closed on" in said, closed)

    def test_global_lock(self):
        self._check("fiscalyear")

    def test_hard_lock(self):
        self._check("hard")

    def test_purchase_lock(self):
        self._check("purchase")

    def test_tax_lock_concerns_what_carries_tax(self):
        self._check("tax")

    def test_sales_lock_concerns_no_bill(self):
        self._check("sale")
