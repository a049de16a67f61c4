from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.agreement import (
    Agreement,
    Consignment,
    Parcel,
    Rate,
)
from odoo.addons.logistics_freight_accrual.expected_cost import (
    REASONS,
    SOURCES,
    WEIGHT_CLASSES,
    Money,
    PastCharge,
    accuracy,
    average,
    expect,
    weight_class,
)

D = Decimal
DAY = date(2026, 6, 1)
GOODS = Consignment("haulier", DAY, "economy", "2", parcels=(Parcel(D(3)),))
AGREED = Agreement("A-17", "haulier", "EUR", (Rate(price=D("8.80")),))


def past(billed, days=10, **more):
    """Return a charge of the same kind, that many days ago."""
    values = {
        "on": DAY - timedelta(days=days),
        "carrier": "haulier",
        "service": "economy",
        "zone": "2",
        "weight": D(4),
        "billed": D(billed),
        "currency": "EUR",
    }
    return PastCharge(**(values | more))


def ask(**given):
    """Ask every source for the consignment."""
    return expect(GOODS, currency="EUR", decimals=2, **given)


@tagged("post_install", "-at_install", "standard")
class TestOrder(BaseCase):
    def test_first_source_that_answers_counts(self):
        given = {
            "booked": Money(D("9.90"), "EUR"),
            "agreements": [AGREED],
            "rule": Money(D("12"), "EUR"),
            "past": [past("9.40"), past("9.50"), past("9.60")],
            "flat": Money(D("15"), "EUR"),
        }
        expected = dict(zip(SOURCES, ("9.90", "8.80", "12", "9.50", "15"), strict=True))
        for source in SOURCES:
            chosen = ask(**given).chosen
            self.assertEqual(chosen.source, source)
            self.assertEqual(chosen.money, Money(D(expected[source]), "EUR"))
            given.pop(
                {"average": "past", "agreement": "agreements"}.get(source, source)
            )
        self.assertIsNone(ask(**given).chosen)

    def test_every_source_is_shown_with_its_reason(self):
        answers = ask().answers
        self.assertEqual(tuple(item.source for item in answers), SOURCES)
        self.assertEqual(
            [item.reason for item in answers],
            ["not_given", "no_agreement", "not_given", "too_few", "not_given"],
        )
        for item in answers:
            self.assertNotIn("{", REASONS[item.reason].format(**item.values))

    def test_agreement_shows_its_parts(self):
        chosen = ask(agreements=[AGREED]).chosen
        self.assertEqual([part.kind for part in chosen.parts], ["base"])

    def test_price_of_nothing_is_a_price(self):
        chosen = ask(booked=Money(D(0), "EUR"), flat=Money(D(15), "EUR")).chosen
        self.assertEqual(chosen.source, "booked")

    def test_number_that_is_none_is_refused(self):
        for bad in (D("NaN"), D("Infinity"), D("1e999")):
            with self.assertRaises(ValueError):
                Money(bad, "EUR")
        with self.assertRaises(TypeError):
            Money(9.9, "EUR")
        with self.assertRaises(ValueError):
            past("9", expected={"flat": D("NaN")})


@tagged("post_install", "-at_install", "standard")
class TestAverage(BaseCase):
    def test_only_what_is_alike_is_averaged(self):
        alike = [past("9.00"), past("9.10"), past("9.51")]
        other = [
            past("99", carrier="other"),
            past("99", service="express"),
            past("99", zone="3"),
            past("99", weight=D("5.1")),
            past("99", weight=D("2")),
            past("99", currency="USD"),
            past("99", days=91),
            past("99", days=0),
            past("99", days=-1),
        ]
        found = average(GOODS, [*alike, *other], "EUR", 2)
        # 27.61 over three is 9.2033…
        self.assertEqual(found.money, Money(D("9.20"), "EUR"))
        self.assertEqual(found.values["count"], "3")

    def test_ninety_days_are_counted_from_the_day_of_service(self):
        charges = [past("9", days=90), past("9", days=1), past("9", days=2)]
        self.assertIsNotNone(average(GOODS, charges, "EUR", 2).money)
        charges[0] = past("9", days=91)
        found = average(GOODS, charges, "EUR", 2)
        self.assertIsNone(found.money)
        self.assertEqual((found.reason, found.values["count"]), ("too_few", "2"))

    def test_consignment_without_weight_has_no_class(self):
        goods = Consignment("haulier", DAY, "economy", "2")
        self.assertEqual(average(goods, [], "EUR", 2).reason, "no_weight")

    def test_limit_belongs_to_the_class_below_it(self):
        self.assertEqual(len({weight_class(limit) for limit in WEIGHT_CLASSES}), 10)
        for weight, place in (("0.1", 0), ("0.5", 0), ("0.501", 1), ("31.5", 6)):
            self.assertEqual(weight_class(D(weight)), place)
        self.assertEqual(weight_class(D(5000)), 10)


@tagged("post_install", "-at_install", "standard")
class TestAccuracy(BaseCase):
    def test_deviations_do_not_make_up_for_each_other(self):
        found = accuracy([(D(10), D(12)), (D(10), D(8))], 2)
        self.assertEqual((found.count, found.share, found.deviation), (2, D("0.8"), 0))

    def test_share_and_mean_deviation(self):
        pairs = [(D("10"), D("10")), (D("20"), D("21")), (D("30"), D("29.50"))]
        found = accuracy(pairs, 2)
        # 1.50 of 60.50 went wrong: 0.97520…; 0.50 too much over three.
        self.assertEqual(found.share, D("0.9752"))
        self.assertEqual(found.deviation, D("0.17"))

    def test_source_that_is_wrong_by_more_than_all_has_no_accuracy_left(self):
        self.assertEqual(accuracy([(D(30), D(10))], 2).share, 0)

    def test_nothing_known_is_not_a_share(self):
        self.assertIsNone(accuracy([], 2).share)
        self.assertIsNone(accuracy([(D(1), D(0))], 2).share)

    def test_each_source_has_its_own_past(self):
        charges = [
            past("10", expected={"agreement": D(10), "flat": D(15)}),
            past("20", expected={"flat": D(15)}),
            past("20", carrier="other", expected={"flat": D(20)}),
            past("20", days=-5, expected={"flat": D(20)}),
        ]
        by_source = {item.source: item.accuracy for item in ask(past=charges).answers}
        self.assertEqual(by_source["agreement"].share, 1)
        self.assertEqual(by_source["flat"].count, 2)
        # 10 of 30 went wrong.
        self.assertEqual(by_source["flat"].share, D("0.6667"))
        self.assertEqual(by_source["booked"].count, 0)
