from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.charge import ChargeFact, Terms

from .charge_books import DAY, SHIPPED, Books, fact

D = Decimal


@tagged("post_install", "-at_install", "standard")
class TestPrices(BaseCase):
    def test_last_price_said_counts_and_a_confirmed_one_over_every_quote(self):
        def said(kind, ref, amount, hour):
            at = datetime(2026, 3, 2, hour)
            return ChargeFact(kind, ref, D(amount), on=DAY, at=at)

        books = Books()
        books.tell(fact("trigger"), said("quote", "b", "90", 9))
        books.tell(said("quote", "a", "80", 8))
        self.assertEqual(books.plan.position.accrued, 90)
        books.tell(said("confirm", "c", "95", 7))
        books.tell(said("quote", "d", "70", 12))
        self.assertEqual(books.plan.position.accrued, 95)
        # The same confirmation, corrected by its source.
        books.tell(said("confirm", "c", "96", 13))
        self.assertEqual(books.plan.position.accrued, 96)

    def test_price_is_rounded_and_only_then_accrued(self):
        books = Books(Terms("JPY", 0))
        posted = books.tell(fact("quote", amount="1250.50"), fact("trigger"))
        self.assertEqual(posted["accrual"], {"freight": 1251, "accrued": -1251})

    def test_shipment_without_a_price_is_told_of(self):
        books = Books()
        self.assertEqual(books.tell(fact("trigger", "scan")), {})
        self.assertEqual(books.plan.problems, (("no_price", "scan"),))
        books.tell(fact("quote", amount="5"))
        self.assertEqual(books.plan.problems, ())

    def test_accrual_bears_the_day_of_service(self):
        books = Books()
        books.tell(fact("quote", amount="5", day=9), fact("trigger", day=5))
        self.assertEqual(books.posted[0].on, date(2026, 3, 5))
        books.tell(fact("confirm", amount="7", day=20))
        self.assertEqual(books.posted[1].on, date(2026, 3, 20))

    def test_void_label_that_counts_again_is_accrued_again(self):
        books = Books()
        books.tell(*SHIPPED)
        void = fact("void", day=4)
        self.assertEqual(
            books.tell(void)["accrual"], {"accrued": D(100), "freight": D(-100)}
        )
        books.facts.remove(void)
        self.assertEqual(books.tell()["accrual"]["freight"], 100)
        self.assertEqual([row.generation for row in books.posted], [1, 2, 3])
        self.assertEqual(
            [row.reason for row in books.posted], ["accrue", "void", "adjust"]
        )

    def test_label_that_was_void_before_it_was_used_is_never_accrued(self):
        books = Books()
        self.assertEqual(books.tell(fact("void", day=1), *SHIPPED), {})

    def test_credit_of_the_carrier_can_be_expected(self):
        books = Books()
        posted = books.tell(fact("quote", amount="-30"), fact("trigger"))
        self.assertEqual(posted["accrual"], {"freight": D(-30), "accrued": D(30)})
        posted = books.tell(fact("bill", "9", "-28"), fact("match", target="9"))
        self.assertEqual(
            posted["bill:9"],
            {"accrued": D(-30), "variance": D(2), "payable": D(28)},
        )
        self.assertEqual(books.plan.position.open, 0)


@tagged("post_install", "-at_install", "standard")
class TestTax(BaseCase):
    def test_tax_that_does_not_come_back_is_cost(self):
        for recoverable, cost, tax in (
            ("1", 100, 19),
            ("0.5", "109.50", "9.50"),
            ("0", 119, 0),
        ):
            books = Books(Terms("EUR", 2, D("0.19"), D(recoverable)))
            posted = books.tell(*SHIPPED)
            self.assertEqual(posted["accrual"]["accrued"], -D(cost))
            posted = books.tell(
                fact("bill", "9", "100", "19"), fact("match", target="9")
            )
            expected = {"accrued": D(cost), "payable": D(-119)}
            if tax:
                expected["recoverable_tax"] = D(tax)
            self.assertEqual(posted["bill:9"], expected)

    def test_odd_cent_of_half_a_tax_is_cost(self):
        terms = Terms("EUR", 2, recoverable=D("0.5"))
        self.assertEqual(terms.cost(D("10.00"), D("0.05")), D("10.03"))
        self.assertEqual(terms.recovered(D("0.05")), D("0.02"))

    def test_tax_is_taken_from_the_bill_and_never_expected_twice(self):
        books = Books(Terms("EUR", 2, D("0.19")))
        books.tell(*SHIPPED)
        # Reverse charge, or a carrier abroad: the bill has no tax.
        posted = books.tell(fact("bill", "9", "100"), fact("match", target="9"))
        self.assertEqual(posted["bill:9"], {"accrued": D(100), "payable": D(-100)})


@tagged("post_install", "-at_install", "standard")
class TestBills(BaseCase):
    def test_bill_of_what_was_never_accrued_is_cost_at_once(self):
        books = Books()
        posted = books.tell(fact("bill", "9", "12", "2"), fact("match", target="9"))
        self.assertEqual(
            posted["bill:9"],
            {"freight": D(12), "recoverable_tax": D(2), "payable": D(-14)},
        )

    def test_bill_for_a_void_label_shows_as_variance(self):
        books = Books()
        books.tell(*SHIPPED, fact("void", day=3))
        posted = books.tell(fact("bill", "9", "12"), fact("match", target="9"))
        self.assertEqual(posted["bill:9"], {"variance": D(12), "payable": D(-12)})

    def test_partial_bills_leave_the_rest_open_until_the_final_one(self):
        books = Books()
        books.tell(*SHIPPED)
        for ref, amount, day, accrued, still_open in (
            ("8", "30", 5, 30, 70),
            ("9", "50", 6, 50, 20),
        ):
            posted = books.tell(
                fact("bill", ref, amount, day=day, final=False),
                fact("match", ref, target=ref),
            )
            self.assertEqual(posted[f"bill:{ref}"]["accrued"], accrued)
            self.assertEqual(books.plan.position.open, still_open)
        posted = books.tell(
            fact("bill", "10", "5", day=7), fact("match", "10", target="10")
        )
        self.assertEqual(
            posted["bill:10"],
            {"accrued": D(20), "variance": D(-15), "payable": D(-5)},
        )

    def test_partial_bill_above_the_accrual_takes_no_more_than_there_is(self):
        books = Books()
        posted = books.tell(
            *SHIPPED, fact("bill", "9", "130", final=False), fact("match", target="9")
        )
        self.assertEqual(
            posted["bill:9"],
            {"accrued": D(100), "variance": D(30), "payable": D(-130)},
        )

    def test_final_bill_is_the_last_of_its_day(self):
        books = Books()
        posted = books.tell(
            *SHIPPED,
            fact("bill", "1", "60", day=9),
            fact("bill", "2", "45", day=9, final=False),
            fact("match", "1", target="1"),
            fact("match", "2", target="2"),
        )
        self.assertEqual(list(posted), ["accrual", "bill:2", "bill:1"])
        self.assertEqual(posted["bill:1"]["variance"], 5)

    def test_price_that_is_confirmed_after_the_bill_moves_variance_to_freight(self):
        books = Books()
        books.tell(*SHIPPED, fact("bill", "9", "104"), fact("match", target="9"))
        posted = books.tell(fact("confirm", amount="104", day=20))
        self.assertEqual(posted["accrual"], {"freight": D(4), "accrued": D(-4)})
        self.assertEqual(posted["settle"], {"accrued": D(4), "variance": D(-4)})
        self.assertEqual(books.posted[-1].reason, "correct")

    def test_credit_after_the_end_takes_variance_back_first(self):
        books = Books()
        books.tell(*SHIPPED, fact("bill", "9", "104"), fact("match", target="9"))
        posted = books.tell(fact("credit", "5", "10", "1.90", target="9", day=20))
        self.assertEqual(
            posted["credit:5"],
            {
                "variance": D(-4),
                "freight": D(-6),
                "recoverable_tax": D("-1.90"),
                "payable": D("11.90"),
            },
        )

    def test_payment_settles_when_every_bill_is_paid(self):
        books = Books()
        books.tell(*SHIPPED, fact("bill", "9", "100"), fact("match", target="9"))
        books.tell(fact("payment", target="9"))
        self.assertEqual(books.plan.position.stage, "settled")
        books.tell(fact("bill", "10", "5", day=20))
        self.assertEqual(books.plan.position.stage, "invoiced")

    def test_payment_that_is_taken_back_settles_no_more(self):
        books = Books()
        books.tell(*SHIPPED, fact("bill", "9", "100"), fact("match", target="9"))
        books.tell(fact("payment", "9/1", target="9"))
        posted = books.tell(fact("unpaid", "9/1", target="9/1"))
        self.assertEqual(posted, {})
        self.assertEqual(books.plan.position.stage, "invoiced")
        books.tell(fact("payment", "9/1/2", target="9"))
        self.assertEqual(books.plan.position.stage, "settled")

    def test_payment_taken_back_before_it_is_heard_of_counts_as_taken_back(self):
        books = Books()
        books.tell(*SHIPPED, fact("bill", "9", "100"), fact("match", target="9"))
        books.tell(fact("unpaid", "9/1", target="9/1"))
        self.assertIn(("unknown_target", "9/1"), books.plan.problems)
        books.tell(fact("payment", "9/1", target="9"))
        self.assertEqual(books.plan.position.stage, "invoiced")
        self.assertFalse(books.plan.problems)
