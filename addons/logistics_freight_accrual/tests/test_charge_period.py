"""On which day an accrual stands: worked out, never moved silently."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

from odoo import fields
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon

LOCKS = ("fiscalyear", "hard", "purchase", "sale", "tax")
# A tax-free general entry is closed by these; purchases count because the bill that
# takes the accrual back is one.
_CLOSING = ("fiscalyear", "hard", "purchase")
_PLACES = {"before": -1, "on": 0, "after": 1}


@tagged("post_install", "-at_install")
class TestChargePeriod(FreightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._logistics_today()
        cls.locked = cls.today - timedelta(days=10)

    def _charge(self, reference):
        return self.env["logistics.charge"]._find_or_make(
            [
                {
                    "company_id": self.company.id,
                    "carrier_id": self.carrier.id,
                    "reference": reference,
                    "charge_type": "base",
                    "currency_id": self.company.currency_id.id,
                    "source": "flat",
                    "mode": "on",
                }
            ]
        )

    def _accrued_on(self, day, reference, amount=100):
        charge = self._charge(reference)
        charge._say_many(
            [
                (charge, "quote", "flat", {"amount": Decimal(amount)}),
                (charge, "trigger", "milestone", {"on": day}),
            ]
        )
        return charge

    def _expected(self, lock, day):
        if lock in _CLOSING and day <= self.locked:
            return self.locked + timedelta(days=1)
        return day

    def _lock_books(self, lock):
        name = "hard_lock_date" if lock == "hard" else f"{lock}_lock_date"
        self.company.sudo()[name] = self.locked

    def _check(self, lock):
        cases = list(product(("accrual", "void"), _PLACES.items()))
        charges = {}
        for kind, (place, shift) in cases:
            if kind == "void":
                # Accrued while the books were open, taken back after they closed.
                day = self.locked + timedelta(days=shift)
                charges[kind, place] = self._accrued_on(day, f"{lock}/{kind}/{place}")
        self._take()
        self._lock_books(lock)
        for kind, (place, shift) in cases:
            day = self.locked + timedelta(days=shift)
            with self.subTest(lock=lock, kind=kind, place=place):
                if kind == "accrual":
                    charge = self._accrued_on(day, f"{lock}/{kind}/{place}")
                else:
                    charge = charges[kind, place]
                    charge._say("void", "cancelled", on=day)
                self._take()
                posting = charge.posting_ids.sorted("id")[-1]
                self.assertEqual(posting.reason, {"accrual": "accrue"}.get(kind, kind))
                self.assertEqual(posting.day, day)
                self.assertEqual(posting.posting_date, self._expected(lock, day))
                self.assertEqual(posting.move_id.date, posting.posting_date)
                self.assertEqual(posting.move_id.state, "posted")
                self.assertEqual(posting.is_prior_period, posting.posting_date != day)
                if posting.is_prior_period:
                    self.assertIn(fields.Date.to_string(day), posting.move_id.ref)

    def test_global_lock(self):
        self._check("fiscalyear")

    def test_hard_lock(self):
        self._check("hard")

    def test_purchase_lock(self):
        self._check("purchase")

    def test_sales_lock_concerns_no_freight(self):
        self._check("sale")

    def test_tax_lock_concerns_no_accrual(self):
        self._check("tax")

    def test_exception_for_the_user_opens_nothing(self):
        self._lock_books("fiscalyear")
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.env.user.id,
                "fiscalyear_lock_date": False,
                "end_datetime": False,
            }
        )
        charge = self._accrued_on(self.locked, "exception")
        self._take()
        self.assertEqual(
            charge.posting_ids.posting_date, self.locked + timedelta(days=1)
        )

    def test_much_of_a_closed_period_needs_a_person(self):
        self.company.logistics_freight_materiality = 500
        self._lock_books("fiscalyear")
        little = self._accrued_on(self.locked, "little", 500)
        much = self._accrued_on(self.locked, "much", 501)
        open_day = self._accrued_on(self.today, "open", 501)
        self._take()
        self.assertTrue(little.posting_ids)
        self.assertTrue(open_day.posting_ids)
        self.assertFalse(much.posting_ids)
        step = self.env["logistics.effect"].search(
            [("res_model", "=", "logistics.charge"), ("res_id", "=", much.id)]
        )
        self.assertEqual((step.state, step.approvers_needed), ("waiting", 1))
