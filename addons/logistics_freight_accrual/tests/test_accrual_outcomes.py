from datetime import datetime, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.accrual import HOLDS, landed, plan
from odoo.addons.logistics_freight_accrual.charge import (
    KINDS,
    ChargeFact,
    Line,
    Posting,
    Terms,
)

from .charge_books import DAY, EUR, SHIPPED, Books, fact, lines

D = Decimal


@tagged("post_install", "-at_install", "standard")
class TestDisputes(BaseCase):
    def billed(self, treatment, amount="20"):
        """Return books with a bill of 120 against 100, of which a part is disputed."""
        books = Books()
        books.tell(*SHIPPED, fact("bill", "9", "120"), fact("match", target="9"))
        books.tell(fact("dispute", "d", amount, target="9", treatment=treatment))
        return books

    def test_part_that_is_disputed_later_leaves_the_variance(self):
        books = self.billed("clearing")
        self.assertEqual(
            lines(books.posted[-1]), {"variance": D(-20), "clearing": D(20)}
        )
        self.assertEqual(books.posted[-1].reason, "dispute")
        self.assertEqual(books.plan.position.blocked, 20)

    def test_hold_that_comes_after_the_posting_is_cleared_instead(self):
        books = self.billed("hold")
        self.assertEqual(books.plan.position.balances["clearing"], 20)

    def test_disputed_part_may_be_expense_at_once(self):
        books = self.billed("expense")
        self.assertEqual(books.posted[-1].key, "bill:9")
        self.assertEqual(books.plan.position.blocked, 20)
        posted = books.tell(fact("credit", "k", "20", target="d", day=9))
        self.assertEqual(posted["credit:k"], {"variance": D(-20), "payable": D(20)})
        self.assertEqual(books.plan.position.blocked, 0)

    def test_expense_at_once_never_enters_the_clearing_account(self):
        books = Books()
        posted = books.tell(
            *SHIPPED,
            fact("bill", "9", "120"),
            fact("dispute", "d", "20", target="9", treatment="expense"),
            fact("match", target="9"),
        )
        self.assertEqual(
            posted["bill:9"],
            {"accrued": D(100), "variance": D(20), "payable": D(-120)},
        )
        self.assertEqual(list(posted), ["accrual", "bill:9"])

    def test_disputed_part_of_the_accrual_stays_accrued_until_decided(self):
        books = Books()
        posted = books.tell(
            *SHIPPED,
            fact("bill", "9", "110"),
            fact("dispute", "d", "40", target="9", treatment="clearing"),
            fact("match", target="9"),
        )
        self.assertEqual(
            posted["bill:9"],
            {"accrued": D(70), "clearing": D(40), "payable": D(-110)},
        )
        self.assertEqual(books.plan.position.open, 30)
        lost, won = Books(), Books()
        for other in (lost, won):
            other.facts, other.posted = list(books.facts), list(books.posted)
        posted = lost.tell(fact("concede", "c", "40", target="d"))
        self.assertEqual(
            posted["settle"],
            {"accrued": D(30), "variance": D(10), "clearing": D(-40)},
        )
        won.tell(fact("credit", "k", "40", target="d", day=9))
        balances = won.plan.position.balances
        self.assertEqual((balances["accrued"], balances["variance"]), (0, -30))
        for other in (lost, won):
            self.assertEqual(other.plan.position.open, 0)

    def test_dispute_may_end_in_parts(self):
        books = self.billed("clearing")
        books.tell(fact("credit", "k", "12", target="d", day=9))
        self.assertEqual(books.plan.position.disputed, 8)
        self.assertEqual(books.plan.position.stage, "disputed")
        books.tell(fact("concede", "c", "5", target="d"))
        books.tell(fact("short_paid", "s", "3", target="d"))
        position = books.plan.position
        self.assertEqual((position.disputed, position.stage), (0, "invoiced"))
        self.assertEqual(
            position.balances,
            {
                "freight": 100,
                "variance": 5,
                "accrued": 0,
                "clearing": 0,
                "recoverable_tax": 0,
                "payable": -105,
            },
        )

    def test_credit_above_the_dispute_takes_variance_back(self):
        books = self.billed("clearing", "15")
        books.tell(fact("credit", "k", "18", target="d", day=9))
        balances = books.plan.position.balances
        self.assertEqual((balances["clearing"], balances["variance"]), (0, 2))

    def test_hold_posts_the_bill_once_it_is_decided(self):
        for outcome, variance, payable in (
            (fact("concede", "c", "20", target="d"), 20, -120),
            (fact("credit", "k", "20", target="d", day=9), 0, -100),
        ):
            books = Books()
            held = books.tell(
                *SHIPPED,
                fact("bill", "9", "120"),
                fact("match", target="9"),
                fact("dispute", "d", "20", target="9", treatment="hold"),
            )
            self.assertEqual(list(held), ["accrual"])
            books.tell(outcome)
            balances = books.plan.position.balances
            self.assertEqual(balances["variance"], variance)
            self.assertEqual(balances["payable"], payable)
            self.assertEqual(balances["clearing"], 0)


@tagged("post_install", "-at_install", "standard")
class TestWriteOff(BaseCase):
    def test_no_more_is_released_than_was_approved(self):
        books = Books()
        books.tell(*SHIPPED)
        posted = books.tell(fact("write_off", amount="60", day=20))
        self.assertEqual(posted["accrual"], {"accrued": D(60), "freight": D(-60)})
        self.assertEqual(books.plan.position.open, 40)

    def test_no_more_is_released_than_is_left(self):
        books = Books()
        books.tell(
            *SHIPPED, fact("bill", "9", "70", final=False), fact("match", target="9")
        )
        posted = books.tell(fact("write_off", "w", amount="100", day=20))
        self.assertEqual(posted["accrual"], {"accrued": D(30), "freight": D(-30)})
        self.assertEqual(books.plan.problems, (("write_off_differs", "w"),))
        self.assertEqual(books.plan.position.open, 0)

    def test_bill_after_everything_was_released_is_a_late_charge(self):
        books = Books()
        books.tell(*SHIPPED, fact("write_off", amount="100", day=20))
        posted = books.tell(fact("bill", "9", "98", day=21), fact("match", target="9"))
        self.assertEqual(posted["bill:9"], {"freight": D(98), "payable": D(-98)})

    def test_bill_after_a_partial_release_consumes_what_is_left(self):
        books = Books()
        books.tell(*SHIPPED, fact("write_off", amount="60", day=20))
        posted = books.tell(fact("bill", "9", "38", day=21), fact("match", target="9"))
        self.assertEqual(
            posted["bill:9"],
            {"accrued": D(40), "variance": D(-2), "payable": D(-38)},
        )

    def test_what_a_dispute_keeps_open_is_not_released(self):
        books = Books()
        books.tell(
            *SHIPPED,
            fact("bill", "9", "100"),
            fact("dispute", "d", "30", target="9", treatment="clearing"),
            fact("match", target="9"),
        )
        self.assertEqual(books.plan.position.open, 30)
        self.assertEqual(books.tell(fact("write_off", amount="30", day=20)), {})
        self.assertEqual(books.plan.position.open, 30)

    def test_nothing_is_released_after_the_final_bill(self):
        books = Books()
        books.tell(*SHIPPED, fact("bill", "9", "98"), fact("match", target="9"))
        self.assertEqual(books.tell(fact("write_off", "w", amount="2", day=20)), {})
        self.assertEqual(books.plan.problems, (("write_off_differs", "w"),))


@tagged("post_install", "-at_install", "standard")
class TestHolds(BaseCase):
    def held(self, *facts, posted=()):
        """Return why a charge is held."""
        found = plan([*SHIPPED, *facts], posted, EUR)
        self.assertEqual((found.postings, found.position), ((), None))
        self.assertIn(found.held, [problem for problem, _ref in found.problems])
        return found.held

    def test_each_hold_has_its_reason(self):
        bill = fact("bill", "9", "120")
        disputed = fact("dispute", "d", "20", target="9", treatment="clearing")
        document = Posting(
            "bill:9", 1, "bill", (Line("accrued", D(50)), Line("payable", D(-50))), DAY
        )
        found = [
            self.held(bill, fact("bill", "9", "121")),
            self.held(fact("confirm", amount="9", currency="USD")),
            self.held(
                bill, fact("dispute", "d", "121", target="9", treatment="clearing")
            ),
            self.held(
                bill,
                disputed,
                fact("concede", "a", "15", target="d"),
                fact("short_paid", "b", "6", target="d"),
            ),
            self.held(posted=[document]),
            self.held(bill, fact("match", target="9"), posted=[document]),
        ]
        self.assertEqual(tuple(found), HOLDS)

    def test_bill_that_is_told_again_is_no_conflict(self):
        bill = fact("bill", "9", "120", currency="EUR")
        again = fact("bill", "9", "120.00", currency="EUR")
        self.assertEqual(plan([*SHIPPED, bill, again], [], EUR).held, "")

    def test_fact_about_something_unknown_waits_and_is_told_of(self):
        early = (
            fact("match", "m", target="9"),
            fact("credit", "k", "5", target="d"),
            fact("dispute", "d2", "5", target="9", treatment="hold"),
        )
        books = Books()
        self.assertEqual(list(books.tell(*SHIPPED, *early)), ["accrual"])
        self.assertEqual(
            sorted(books.plan.problems),
            [("unknown_target", ref) for ref in ("d2", "k", "m")],
        )

    def test_two_postings_of_one_key_and_generation_are_refused(self):
        row = Posting(
            "accrual", 1, "accrue", (Line("freight", D(1)), Line("accrued", D(-1))), DAY
        )
        with self.assertRaises(ValueError):
            plan(SHIPPED, [row, row], EUR)


@tagged("post_install", "-at_install", "standard")
class TestLanded(BaseCase):
    def setUp(self):
        super().setUp()
        self.books = Books(Terms("EUR", expense="freight_in"))
        self.books.tell(*SHIPPED)

    def test_stock_and_freight_in_share_the_cost(self):
        row = landed(self.books.posted[0], D(60))
        self.assertEqual(
            lines(row), {"stock": D(60), "freight_in": D(40), "accrued": D(-100)}
        )
        self.books.posted = [row]
        posted = self.books.tell(fact("confirm", amount="108", day=9))
        self.assertEqual(posted["accrual"], {"freight_in": D(8), "accrued": D(-8)})

    def test_all_or_nothing_of_it(self):
        row = self.books.posted[0]
        self.assertEqual(lines(landed(row, D(100))), {"stock": 100, "accrued": -100})
        self.assertEqual(lines(landed(row, D(0))), lines(row))

    def test_outbound_freight_is_never_landed(self):
        books = Books()
        books.tell(*SHIPPED)
        with self.assertRaises(ValueError):
            landed(books.posted[0], D(10))
        for bad in (D(101), D(-1), D("NaN")):
            with self.assertRaises(ValueError):
                landed(self.books.posted[0], bad)


@tagged("post_install", "-at_install", "standard")
class TestValues(BaseCase):
    def test_numbers_that_are_none_are_refused(self):
        for bad in ("NaN", "sNaN", "Infinity", "-Infinity", "1e999", "1e15"):
            with self.assertRaises(ValueError):
                fact("quote", amount=bad)
            with self.assertRaises(ValueError):
                fact("bill", tax=bad)
        for bad in (1.0, 1, "1", None):
            with self.assertRaises(TypeError):
                ChargeFact("quote", "1", bad)

    def test_document_finer_than_its_currency_is_refused_with_its_name(self):
        for kind, more in (
            ("bill", {}),
            ("credit", {}),
            ("write_off", {}),
            ("concede", {"target": "d"}),
        ):
            with self.assertRaisesRegex(ValueError, f"{kind} 77"):
                plan([fact(kind, "77", "1.005", **more)], [], EUR)
        self.assertEqual(plan([fact("quote", amount="1.005")], [], EUR).held, "")

    def test_what_makes_no_sense_is_refused(self):
        for make in (
            lambda: fact("guess"),
            lambda: fact("quote", ""),
            lambda: fact("credit", amount="-1"),
            lambda: fact("dispute", amount="1", target="9"),
            lambda: fact("dispute", amount="1", target="9", treatment="ignore"),
            lambda: fact("bill", treatment="hold"),
            lambda: fact("match"),
            lambda: ChargeFact("bill", "9", D(1)),
            lambda: ChargeFact("quote", "9", on=datetime(2026, 3, 2)),
            lambda: fact("quote", at=datetime(2026, 3, 2, tzinfo=timezone.utc)),
            lambda: Terms("EUR", 2, D("-0.1")),
            lambda: Terms("EUR", 2, D(0), D("1.1")),
            lambda: Terms("EUR", 7),
            lambda: Terms("EUR", expense="variance"),
            lambda: Line("bank", D(1)),
            lambda: Line("freight", D(0)),
            lambda: Posting("accrual", 1, "accrue", (), DAY),
            lambda: Posting("accrual", 1, "accrue", (Line("freight", D(1)),), DAY),
            lambda: Posting(
                "accrual",
                0,
                "accrue",
                (Line("freight", D(1)), Line("accrued", D(-1))),
                DAY,
            ),
        ):
            with self.assertRaises(ValueError):
                make()

    def test_every_kind_says_what_its_amount_is(self):
        self.assertEqual(len(KINDS), 14)
        self.assertTrue(all(KINDS.values()))
