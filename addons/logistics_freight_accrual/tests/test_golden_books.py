"""The golden entries on the books, line by line, and nothing that stays accrued."""

from odoo.tests import tagged

from .golden_books import GoldenBooks
from .test_golden_entries import FULL_CYCLES

# A bill that nobody posted yet is known, and told to its charge once it is posted.
_STAGES = {"invoiced": "provisional"}


@tagged("post_install", "-at_install")
class TestGoldenBooks(GoldenBooks):
    def _play(self, currency):
        players = self._players(currency)
        self.assertEqual(len(players), 30)
        for number in range(max(len(player.steps) for player in players)):
            self._step(players, number)
            for player in players:
                with self.subTest(case=player.case.name, step=number + 1):
                    self._check_step(player, number)
        for player in players:
            with self.subTest(case=player.case.name):
                self._check_end(player)
        self._check_proof()

    def _check_step(self, player, number):
        texts = player.steps[number]["posted"] if number < len(player.steps) else ()
        wanted = dict(self._expected(player, text) for text in texts)
        posted = self._posted(player)
        self.assertEqual(set(posted), set(wanted))
        for head, moves in posted.items():
            self._check_entries(player, moves, wanted[head])
            if head.startswith(("bill", "credit")):
                self._check_document(player, moves)

    def _check_document(self, player, move):
        """The document says what the carrier's bill says."""
        bill = player.last_bill
        self.assertEqual(move, bill.move_id)
        self.assertEqual(
            move.move_type, "in_refund" if bill.kind == "credit" else "in_invoice"
        )
        self.assertEqual((move.ref, move.invoice_date), (bill.number, bill.issued))
        for mine, theirs in (
            (move.amount_total, bill.total_amount),
            (move.amount_tax, bill.tax_amount),
        ):
            self.assertFalse(move.currency_id.compare_amounts(mine, abs(theirs)))

    def _check_end(self, player):
        charges, case = player.charges, player.case
        stages = set(charges.mapped("stage"))
        stage = _STAGES.get(player.name, case.script["state"])
        self.assertIn(stage, stages)
        if player.name == "late charge":
            self.assertEqual(charges.mapped("stage"), ["settled", "invoiced"])
        else:
            self.assertLessEqual(stages, {stage, "invoiced"})
        self.assertFalse(any(charges.mapped("held_reason")))
        currency = charges.currency_id
        for name, key in (("open_amount", "open"), ("blocked_amount", "blocked")):
            wanted = case.amounts.get(case.script.get(key), 0)
            self.assertFalse(
                currency.compare_amounts(sum(charges.mapped(name)), float(wanted)),
                name,
            )
        items = charges.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertFalse(
            currency.compare_amounts(
                -sum(items.mapped("amount_currency")),
                sum(charges.mapped("open_amount")),
            )
        )
        steps = self.env["logistics.effect"].search(
            [("res_model", "=", "logistics.charge"), ("res_id", "in", charges.ids)]
        )
        self.assertLessEqual(set(steps.mapped("state")), {"done"})
        if player.name in FULL_CYCLES:
            self.assertTrue(items)
            self.assertTrue(all(items.mapped("reconciled")))
            self.assertFalse(
                self.company.currency_id.round(sum(items.mapped("balance")))
            )
            self.assertFalse(currency.round(sum(items.mapped("amount_currency"))))

    def _check_proof(self):
        """Over all scenarios together the charges are what the account shows."""
        proof = self.env["logistics.ledger.proof"]._prove(
            self.company, self.today, full=True
        )
        self.assertTrue(proof.is_equal, proof.line_ids.mapped("display_name"))
        self.assertTrue(proof.charge_amount)
        self.assertEqual(
            proof.book_amount,
            -self._account_balance("logistics_freight_accrued_account_id"),
        )

    def test_entries_in_euro(self):
        self._play("EUR")

    def test_entries_in_yen(self):
        self._play("JPY")

    def test_entries_in_dinar(self):
        self._play("KWD")
