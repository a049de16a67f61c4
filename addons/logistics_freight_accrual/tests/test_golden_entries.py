from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import accrual, charge, conversion

from . import golden

D = Decimal
# The scenarios after which nothing may be left on the accrued account.
FULL_CYCLES = {
    "void",
    "matched",
    "disputed in clearing",
    "short paid",
    "dispute won",
    "dispute lost",
    "settled",
    "late charge",
    "written off",
    "two bills",
}


@tagged("post_install", "-at_install", "standard")
class TestGoldenEntries(BaseCase):
    def test_every_scenario_posts_just_these_lines(self):
        cases = golden.cases()
        # 14 of the table and the one with two bills, 3 currencies, with tax or without.
        self.assertEqual(len(cases), 15 * 3 * 2)
        for case in cases:
            with self.subTest(case=case.name):
                telling = golden.Telling(case)
                for step in case.script["steps"]:
                    posted = telling.tell(step["told"])
                    self.assertEqual(
                        [golden.written(posting) for posting in posted],
                        [
                            golden.expected(text, case.amounts)
                            for text in step["posted"]
                        ],
                    )
                    self.assertFalse(telling.plan.problems)
                    self.assertEqual(telling.tell(()), [])

    def test_every_scenario_ends_where_it_should(self):
        for case in golden.cases():
            with self.subTest(case=case.name):
                telling = golden.Telling(case)
                for step in case.script["steps"]:
                    telling.tell(step["told"])
                amounts = {None: D(0), **case.amounts}
                position = telling.plan.position
                self.assertEqual(position.stage, case.script["state"])
                self.assertEqual(position.open, amounts[case.script["open"]])
                self.assertEqual(position.blocked, amounts[case.script.get("blocked")])
                self.assertEqual(telling.balance("accrued"), -position.open)

    def test_full_cycle_leaves_nothing_accrued(self):
        seen = set()
        for case in golden.cases():
            name = case.name.partition(",")[0]
            if name not in FULL_CYCLES:
                continue
            seen.add(name)
            with self.subTest(case=case.name):
                telling = golden.Telling(case)
                for step in case.script["steps"]:
                    telling.tell(step["told"])
                accrued = [
                    line.amount
                    for row in telling.posted
                    for line in row.lines
                    if line.role == "accrued"
                ]
                self.assertTrue(accrued)
                self.assertEqual(sum(accrued), 0)
        self.assertEqual(seen, FULL_CYCLES)

    def test_everything_told_at_once_shows_the_same_balances(self):
        for case in golden.cases():
            with self.subTest(case=case.name):
                slow, fast = golden.Telling(case), golden.Telling(case)
                for step in case.script["steps"]:
                    slow.tell(step["told"])
                fast.tell(
                    [fact for step in case.script["steps"] for fact in step["told"]]
                )
                for role in charge.ROLES:
                    self.assertEqual(fast.balance(role), slow.balance(role), role)

    def test_blocked_part_stands_on_the_bill(self):
        for case in golden.cases():
            if case.name.startswith("disputed in clearing"):
                telling = golden.Telling(case)
                for step in case.script["steps"]:
                    telling.tell(step["told"])
                self.assertEqual(
                    telling.posted[-1].blocked, case.amounts["doubted.gross"]
                )


@tagged("post_install", "-at_install", "standard")
class TestExchange(BaseCase):
    """EUR 100 at 1.10 accrued, EUR 104 with 15 % at 1.20 billed, in USD."""

    def setUp(self):
        super().setUp()
        march, april = date(2026, 3, 2), date(2026, 4, 7)
        facts = [
            charge.ChargeFact("quote", "rate", D(100)),
            charge.ChargeFact("trigger", "dispatch", on=march),
            charge.ChargeFact("bill", "7001", D(104), D("15.60"), on=april),
            charge.ChargeFact("match", "7001", target="7001"),
        ]
        plan = accrual.plan(facts, [], charge.Terms("EUR", 2, D("0.15")))
        rates = {march: D("1.10"), april: D("1.20")}
        self.pairs = [
            (posting, conversion.converted(posting, rates[posting.on], 2))
            for posting in plan.postings
        ]
        self.day = april

    def test_postings_are_those_of_the_worked_case(self):
        accrued, billed = (
            {line.role: line.amount for line in own.lines} for _row, own in self.pairs
        )
        self.assertEqual(accrued, {"freight": D("110.00"), "accrued": D("-110.00")})
        self.assertEqual(
            billed,
            {
                "accrued": D("120.00"),
                "variance": D("4.80"),
                "recoverable_tax": D("18.72"),
                "payable": D("-143.52"),
            },
        )

    def test_loss_is_told_from_the_variance_and_nothing_stays_accrued(self):
        exchange = conversion.exchange(self.pairs, self.day)
        self.assertEqual(
            {line.role: line.amount for line in exchange.lines},
            {"fx": D("10.00"), "accrued": D("-10.00")},
        )
        own = [own for _row, own in self.pairs] + [exchange]
        self.assertEqual(sum(row.balance("accrued") for row in own), 0)

    def test_accrual_that_is_still_open_has_no_exchange_difference(self):
        self.assertIsNone(conversion.exchange(self.pairs[:1], self.day))
