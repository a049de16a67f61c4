"""Sub-ledger equals general ledger, or every difference is listed with its entry."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.dispute_common import DisputeCommon
from odoo.addons.logistics_freight_accrual.tests.ledger_proof_case import (
    LedgerProofCase,
)


@tagged("post_install", "-at_install")
class TestLedgerProof(LedgerProofCase):
    # === EQUAL === #

    def test_open_charges_are_the_balance(self):
        self._accrue("NB1")
        self._accrue("NB2")
        proof = self._prove()
        self.assertRecordValues(
            proof,
            [
                {
                    "charge_amount": 200.0,
                    "book_amount": 200.0,
                    "difference": 0.0,
                    "difference_count": 0,
                    "is_equal": True,
                    "is_full": True,
                }
            ],
        )

    def test_nothing_accrued_is_equal(self):
        proof = self._prove()
        self.assertEqual((proof.charge_amount, proof.book_amount), (0.0, 0.0))
        self.assertTrue(proof.is_equal)

    def test_only_what_was_posted_by_the_day_counts(self):
        self._accrue()
        proof = self._prove(self.today - timedelta(days=1))
        self.assertEqual((proof.charge_amount, proof.book_amount), (0.0, 0.0))

    def test_other_currency_is_proved_in_company_currency(self):
        euro = self.env.ref("base.EUR")
        if euro == self.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        euro.rate_ids = [
            Command.clear(),
            Command.create({"name": "2020-01-01", "rate": 0.8}),
        ]
        self.terms.currency_id = euro
        charge = self._accrue()
        proof = self._prove()
        self.assertEqual(proof.charge_amount, 125.0)
        self.assertTrue(proof.is_equal)
        self.assertEqual(charge.open_own_amount, 125.0)
        self.assertEqual(charge.open_amount, 100.0)

    # === DIFFERENCES === #

    def test_item_without_a_charge_is_listed(self):
        self._accrue()
        move = self._entry(7.5)
        proof = self._prove()
        self.assertEqual(proof.difference, 7.5)
        self.assertFalse(proof.is_equal)
        self.assertRecordValues(
            proof.line_ids,
            [
                {
                    "kind": "stray",
                    "move_id": move.id,
                    "charge_id": False,
                    "book_amount": 7.5,
                    "difference": 7.5,
                }
            ],
        )
        self.assertEqual(proof.line_ids.action_open_move()["res_id"], move.id)

    def test_entry_of_another_amount_is_listed(self):
        charge = self._accrue()
        self._tamper(charge, balance=-90.0)
        self._accrue("NB2")
        proof = self._prove()
        self.assertEqual(proof.difference, -10.0)
        self.assertRecordValues(
            proof.line_ids,
            [
                {
                    "kind": "amount",
                    "charge_id": charge.id,
                    "move_id": charge.posting_ids.move_id.id,
                    "charge_amount": 100.0,
                    "book_amount": 90.0,
                    "difference": -10.0,
                }
            ],
        )

    def test_differences_that_cancel_out_are_both_listed(self):
        first, second = self._accrue("NB1"), self._accrue("NB2")
        self._tamper(first, balance=-90.0)
        self._tamper(second, balance=-110.0)
        proof = self._prove()
        self.assertEqual(proof.difference, 0.0)
        self.assertFalse(proof.is_equal)
        self.assertEqual(proof.line_ids.charge_id, first | second)

    def test_entry_that_lost_its_charge_is_listed_twice(self):
        charge = self._accrue()
        self._tamper(charge, logistics_charge_id=None)
        proof = self._prove()
        self.assertEqual(sorted(proof.line_ids.mapped("kind")), ["gone", "stray"])
        self.assertEqual(proof.difference, 0.0)

    def test_item_that_no_posting_knows_is_listed(self):
        charge = self._accrue()
        move = self._entry(5.0)
        item = move.line_ids.filtered(lambda line: line.balance < 0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET logistics_charge_id = %s WHERE id = %s",
            [charge.id, item.id],
        )
        self.env.invalidate_all()
        proof = self._prove()
        self.assertEqual(proof.line_ids.kind, "unknown")
        self.assertEqual(proof.line_ids.charge_id, charge)
        self.assertEqual(proof.difference, 5.0)

    def test_entry_on_another_day_differs_on_the_days_between(self):
        charge = self._accrue()
        self._tamper(charge, date=self.today + timedelta(days=3))
        self.assertEqual(self._prove().difference, -100.0)
        self.assertTrue(self._prove(self.today + timedelta(days=3)).is_equal)

    def test_drafts_do_not_count(self):
        self._accrue()
        self._entry(7.5).button_draft()
        self.assertTrue(self._prove().is_equal)

    # === COMPANIES AND PEOPLE === #

    def test_companies_are_proved_apart(self):
        other = self.env["res.company"].create({"name": "Sister"})
        self._open_books(other)
        self._accrue()
        self.env["account.move"].with_company(other).create(
            {
                "move_type": "entry",
                "company_id": other.id,
                "journal_id": other.logistics_freight_journal_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": other.logistics_freight_account_id.id,
                            "balance": 3.0,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": other.logistics_freight_accrued_account_id.id,
                            "balance": -3.0,
                        }
                    ),
                ],
            }
        ).action_post()
        self.assertTrue(self._prove().is_equal)
        proof = self.Proof._prove(other, self.today)
        self.assertEqual((proof.charge_amount, proof.book_amount), (0.0, 3.0))

    def test_a_branch_is_proved_on_the_account_of_its_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self._accrue()
        self._entry(2.0, company=branch)
        self.assertTrue(self._prove().is_equal)
        proof = self.Proof._prove(branch, self.today)
        self.assertEqual(
            proof.account_ids, self.company.logistics_freight_accrued_account_id
        )
        self.assertEqual(proof.difference, 2.0)

    def test_company_without_accounts_is_told_so(self):
        other = self.env["res.company"].create({"name": "No Freight"})
        with self.assertRaisesRegex(UserError, "No Freight"):
            self.Proof._prove(other, self.today)

    def test_nobody_types_a_proof(self):
        proof = self._prove()
        for role in ("finance", "auditor"):
            mine = proof.with_user(self.people[role])
            self.assertTrue(mine.is_equal)
            with self.assertRaises(AccessError):
                mine.write({"is_equal": False})
            with self.assertRaises(AccessError):
                mine.unlink()
        with self.assertRaises(AccessError):
            proof.with_user(self.people["user"]).read(["difference"])
        with self.assertRaises(AccessError):
            proof.sudo().write({"difference": 0.0})

    def test_the_last_one_is_marked(self):
        first = self._prove()
        second = self._prove()
        self.assertFalse(first.is_current)
        self.assertTrue(second.is_current)
        self._prove(self.today - timedelta(days=30))
        self.assertTrue(second.is_current)

    # === EVERY NIGHT === #

    def test_the_job_opens_one_problem_until_it_is_gone(self):
        self._accrue()
        move = self._entry(7.5)
        job = "logistics_freight_accrual.ir_cron_prove_ledger"
        self._run_job(job)
        found = self._problems()
        self.assertEqual(len(found), 1)
        self.assertEqual(found.category, "configuration")
        self.assertEqual(found.amount, 7.5)
        self._run_job(job)
        self.assertEqual(self._problems(), found)
        opened = found.action_open_subject()
        self.assertEqual(opened["res_model"], "logistics.ledger.proof")
        move.button_draft()
        self._run_job(job)
        self.assertFalse(self._problems())
        self.assertEqual(found.state, "solved")

    def _problems(self):
        return self.env["logistics.exception"].search(
            [
                ("subject_key", "=", f"res.company,{self.company.id},freight_ledger"),
                ("state", "=", "open"),
            ]
        )


@tagged("post_install", "-at_install")
class TestLedgerProofOfBills(DisputeCommon):
    """What bills, disputes and credit memos post keeps both sides equal."""

    def _prove(self, day="2026-12-31"):
        return self.env["logistics.ledger.proof"]._prove(
            self.company, fields.Date.to_date(day), full=True
        )

    def test_equal_before_and_after_a_bill_and_its_dispute(self):
        charges = self._charges(3)
        self._post_bill(
            self._bill([(charges[0], "100", "0"), (charges[1], "120", "20")])
        )
        before, after = self._prove("2026-03-19"), self._prove("2026-03-20")
        self.assertEqual(before.mapped("charge_amount"), [300.0])
        self.assertEqual(after.mapped("charge_amount"), [100.0])
        self.assertTrue(before.is_equal and after.is_equal)
        open_now = self.env["logistics.freight.open"].search([])
        self.assertEqual(open_now.charge_id, charges[2])

    def test_equal_after_a_bill_at_another_rate(self):
        euro = self.env.ref("base.EUR")
        if euro == self.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        euro.rate_ids = [
            Command.clear(),
            Command.create({"name": "2020-01-01", "rate": 0.8}),
            Command.create({"name": "2026-03-10", "rate": 1.0}),
        ]
        self.terms.currency_id = euro
        charge = self._charges()
        self.assertEqual(charge.currency_id, euro)
        self.assertEqual(self._prove("2026-03-05").charge_amount, 125.0)
        bill = self._bill([(charge, "100", "0")], currency_id=euro.id)
        self._post_bill_in(bill, euro)
        proof = self._prove()
        self.assertEqual((proof.charge_amount, proof.book_amount), (0.0, 0.0))
        self.assertTrue(proof.is_equal)
        self.assertFalse(self.env["logistics.freight.open"].search([]))
        self.assertEqual(charge.open_own_amount, 0.0)

    def _post_bill_in(self, bill, currency):
        """Post a bill as `_post_bill` does, in another currency."""
        move_class = self.registry["account.move"]
        create = move_class.create

        def in_currency(moves, vals_list):
            rows = vals_list if isinstance(vals_list, list) else [vals_list]
            for vals in rows:
                if vals.get("move_type") == "in_invoice":
                    vals["currency_id"] = currency.id
            return create(moves, rows)

        self.patch(move_class, "create", in_currency)
        self._post_bill(bill)
