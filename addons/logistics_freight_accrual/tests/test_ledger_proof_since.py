"""A proof starts from what was counted before, and counts the same."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.ledger_proof_case import (
    LedgerProofCase,
)


@tagged("post_install", "-at_install")
class TestLedgerProofSince(LedgerProofCase):
    def test_starts_from_the_last_full_proof(self):
        self._accrue("NB1")
        self._age()
        full = self._prove(full=True)
        self._accrue("NB2")
        proof = self._prove()
        self.assertEqual(proof.base_id, full)
        self.assertFalse(proof.is_full)
        self.assertEqual((proof.charge_amount, proof.book_amount), (200.0, 200.0))
        self.assertTrue(proof.is_equal)

    def test_later_days_are_added(self):
        self._accrue("NB1")
        self._age()
        full = self._prove(self.today - timedelta(days=2), full=True)
        self.assertEqual(full.charge_amount, 0.0)
        proof = self._prove()
        self.assertEqual(proof.base_id, full)
        self.assertEqual((proof.charge_amount, proof.book_amount), (100.0, 100.0))

    def test_earlier_days_do_not_start_from_a_later_proof(self):
        self._accrue()
        self._prove(full=True)
        self.assertFalse(self._prove(self.today - timedelta(days=1)).base_id)

    def test_known_differences_are_looked_at_again(self):
        first, second = self._accrue("NB1"), self._accrue("NB2")
        self._tamper(first, balance=-90.0)
        self._tamper(second, balance=-95.0)
        self._age()
        full = self._prove(full=True)
        self.assertEqual(full.difference, -15.0)
        self._tamper(first, balance=-100.0)
        proof = self._prove()
        self.assertEqual(proof.base_id, full)
        self.assertEqual(proof.difference, -5.0)
        self.assertEqual(proof.line_ids.charge_id, second)
        self.assertEqual(proof.book_amount, 195.0)

    def test_what_was_touched_since_is_looked_at_again(self):
        charge = self._accrue()
        self._age()
        self._prove(full=True)
        self._tamper(charge, balance=-90.0, write_date=fields.Datetime.now())
        proof = self._prove()
        self.assertTrue(proof.base_id)
        self.assertEqual(proof.difference, -10.0)
        self.assertEqual((proof.charge_amount, proof.book_amount), (100.0, 90.0))

    def test_late_posting_of_a_known_day_is_added(self):
        self._accrue("NB1")
        self._age()
        self._prove(full=True)
        self._accrue("NB2")
        again = self._prove()
        anew = self._prove(full=True)
        for name in ("charge_amount", "book_amount", "difference"):
            self.assertEqual(again[name], anew[name])
        self.assertEqual(anew.charge_amount, 200.0)

    def test_counting_anew_finds_what_was_removed_without_a_trace(self):
        charge = self._accrue()
        self._age()
        self._prove(full=True)
        self.env.cr.execute(
            "DELETE FROM account_move_line WHERE logistics_charge_id = %s", [charge.id]
        )
        self.env.invalidate_all()
        self.assertTrue(self._prove().is_equal)
        anew = self._prove(full=True)
        self.assertEqual(anew.difference, -100.0)
        self.assertEqual(anew.line_ids.kind, "gone")

    def test_another_account_starts_anew(self):
        self._accrue("NB1")
        self._age()
        self._prove(full=True)
        former = self.company.logistics_freight_accrued_account_id
        self.company.logistics_freight_accrued_account_id = former.copy(
            {"code": "LF2120"}
        )
        self._accrue("NB2")
        proof = self._prove()
        self.assertTrue(proof.is_full)
        self.assertEqual(len(proof.account_ids), 2)
        self.assertEqual((proof.charge_amount, proof.book_amount), (200.0, 200.0))

    def test_the_work_does_not_grow_with_what_is_known(self):
        for number in range(3):
            self._accrue(f"NB{number}")
        self._age()
        base = self._prove(full=True)
        accounts = base.account_ids
        rows = self.env.execute_query(
            self.Proof._touched(base, self.company, self.today, accounts)
        )
        self.assertEqual(rows, [])
        self._accrue("NB9")
        self.env.flush_all()
        rows = self.env.execute_query(
            self.Proof._touched(base, self.company, self.today, accounts)
        )
        self.assertEqual(len(rows), 1)

    def test_indexes_are_there(self):
        names = {
            "account_move_line_logistics_stray_idx",
            "account_move_line_logistics_touched_idx",
            "logistics_charge_posting_recent_idx",
            "logistics_charge_posting_ledger_idx",
            "logistics_charge_open_own_idx",
        }
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE indexname IN %s", [tuple(names)]
        )
        self.assertEqual({row[0] for row in self.env.cr.fetchall()}, names)
