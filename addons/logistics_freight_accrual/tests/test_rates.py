from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.agreement import (
    REASONS,
    Agreement,
    Consignment,
    Parcel,
    Rate,
    Surcharge,
)
from odoo.addons.logistics_freight_accrual.rates import (
    by_agreements,
    chargeable_weight,
    price,
)

D = Decimal
DAY = date(2026, 3, 2)


def rate(amount, weight_to=None, **more):
    """Return a rate up to a weight."""
    limit = None if weight_to is None else D(weight_to)
    return Rate(price=D(amount), weight_to=limit, **more)


def agreement(*rates, **more):
    """Return an agreement in EUR."""
    return Agreement("A-17", "haulier", "EUR", rates, **more)


def parcel(weight, *sides):
    """Return a parcel."""
    return Parcel(D(weight), tuple(map(D, sides)))


def consignment(*parcels, **more):
    """Return a consignment with the carrier of `agreement`."""
    return Consignment("haulier", more.pop("on", DAY), parcels=parcels, **more)


@tagged("post_install", "-at_install", "standard")
class TestChargeableWeight(BaseCase):
    def test_greater_of_weight_and_volume_counts(self):
        for sides, divisor, step, weight in (
            ((), "5000", "0.5", "7.5"),  # 7.2 rounded up to halves
            (("40", "30", "20"), "5000", "0.5", "7.5"),  # volume 4.8
            (("60", "40", "30"), "5000", "0.5", "14.5"),  # volume 14.4
            (("60", "40", "30"), "6000", "1", "12"),  # volume 12 exactly
            (("60", "40", "30"), "4000", "0.1", "18.0"),
            (("60", "40", "30"), None, "1", "8"),  # volume does not count
            (("33.3", "33.3", "33.3"), "5000", "0.001", "7.386"),  # 7.3852074
        ):
            found = chargeable_weight(
                parcel("7.2", *sides), divisor and D(divisor), D(step)
            )
            self.assertEqual(found, D(weight), (sides, divisor, step))

    def test_multiple_of_the_step_is_not_rounded_up(self):
        self.assertEqual(chargeable_weight(parcel("7.5"), None, D("0.5")), D("7.5"))
        self.assertEqual(chargeable_weight(parcel("7.501"), None, D("0.5")), D("8"))

    def test_numbers_that_are_none_are_refused(self):
        for bad in (D("NaN"), D("Infinity"), D(-1)):
            with self.assertRaises(ValueError):
                Parcel(bad)
            with self.assertRaises(ValueError):
                Parcel(D(1), (D(1), bad, D(1)))
        with self.assertRaises(TypeError):
            Parcel(7.5)
        with self.assertRaises(ValueError):
            Parcel(D(1), (D(1), D(1)))


@tagged("post_install", "-at_install", "standard")
class TestPrice(BaseCase):
    def test_break_is_the_nearest_one_that_holds_the_weight(self):
        agreed = agreement(rate("9", 5), rate("4", 1), rate("15", 10), rate("30"))
        for weight, amount in (
            ("0.3", "4"),
            ("1", "4"),  # A limit is included.
            ("1.001", "9"),
            ("5", "9"),
            ("10", "15"),
            ("10.001", "30"),
        ):
            found = price(agreed, consignment(parcel(weight)))
            self.assertEqual(found.amount, D(amount), weight)

    def test_heavier_than_every_break_has_no_price(self):
        found = price(agreement(rate("9", 5)), consignment(parcel("5.1")))
        self.assertIsNone(found.amount)
        self.assertEqual(found.reason, "no_rate")
        self.assertEqual(found.values["weight"], "5.1")

    def test_what_says_more_wins_over_what_fits_any(self):
        agreed = agreement(
            rate("50"),
            rate("40", country="AT"),
            rate("30", zone="2", country="AT"),
            rate("20", service="express", zone="2", country="AT"),
        )
        for service, zone, country, amount in (
            ("economy", "9", "PL", "50"),
            ("economy", "9", "AT", "40"),
            ("economy", "2", "AT", "30"),
            ("express", "2", "AT", "20"),
            ("express", "2", "PL", "50"),
        ):
            goods = consignment(
                parcel("3"), service=service, zone=zone, country=country
            )
            self.assertEqual(price(agreed, goods).amount, D(amount))

    def test_two_rates_that_fit_equally_are_not_guessed_between(self):
        found = price(agreement(rate("9", 5), rate("8", 5)), consignment(parcel("3")))
        self.assertIsNone(found.amount)
        self.assertEqual((found.reason, found.values["count"]), ("ambiguous", "2"))

    def test_rate_counts_from_its_first_day_to_its_last(self):
        agreed = agreement(
            rate("9", valid_to=date(2026, 3, 31)),
            rate("10", valid_from=date(2026, 4, 1), valid_to=date(2026, 4, 30)),
        )
        for day, amount in (
            (date(2020, 1, 1), D(9)),
            (date(2026, 3, 31), D(9)),
            (date(2026, 4, 1), D(10)),
            (date(2026, 4, 30), D(10)),
            (date(2026, 5, 1), None),
        ):
            found = price(agreed, consignment(parcel("3"), on=day))
            self.assertEqual(found.amount, amount, day)

    def test_kilograms_are_added_and_the_minimum_holds(self):
        per_kg = Rate(price=D("2.50"), per_kg=D("0.333"), minimum=D("4.00"))
        for weight, amount, reason in (
            ("3", "4.00", "minimum"),  # 3.499
            ("10", "5.83", "rate"),
            ("15", "7.50", "rate"),  # 7.495, halves go up
        ):
            found = price(agreement(per_kg), consignment(parcel(weight)))
            self.assertEqual(found.amount, D(amount))
            self.assertEqual(found.parts[0].reason, reason)

    def test_parcels_are_priced_one_by_one_or_together(self):
        parcels = (parcel("3"), parcel("4"))
        each = agreement(rate("5", 5), rate("8", 10))
        together = agreement(rate("5", 5), rate("8", 10), per="shipment")
        self.assertEqual(price(each, consignment(*parcels)).amount, D(10))
        self.assertEqual(price(together, consignment(*parcels)).amount, D(8))

    def test_nothing_to_charge_by_has_no_price(self):
        agreed = agreement(rate("5"))
        self.assertEqual(price(agreed, consignment()).reason, "no_parcel")
        found = price(agreed, consignment(parcel("3"), parcel("0")))
        self.assertEqual(found.reason, "no_weight")

    def test_light_parcel_with_dimensions_has_a_price(self):
        agreed = agreement(rate("5", 10), divisor=D(5000))
        goods = consignment(parcel("0", "40", "30", "20"))
        self.assertEqual(price(agreed, goods).amount, D(5))


@tagged("post_install", "-at_install", "standard")
class TestSurcharges(BaseCase):
    def setUp(self):
        super().setUp()
        self.agreed = agreement(
            rate("10.40", 5),
            surcharges=(
                Surcharge("fuel", percent=D("17.25"), basis="all"),
                Surcharge("residential", amount=D("3.10"), trait="residential"),
                Surcharge("customs_brokerage", amount=D("12"), per="shipment"),
                Surcharge("extended_area", percent=D("5"), minimum=D("2")),
            ),
        )

    def test_every_part_is_shown_and_they_add_up(self):
        goods = consignment(parcel("3"), parcel("4"), traits=frozenset({"residential"}))
        found = price(self.agreed, goods)
        self.assertEqual(
            [(part.kind, part.amount, part.reason) for part in found.parts],
            [
                ("base", D("10.40"), "rate"),
                ("base", D("10.40"), "rate"),
                ("residential", D("6.20"), "fixed"),
                ("customs_brokerage", D("12.00"), "fixed"),
                ("fuel", D("6.73"), "percent"),  # 17.25 % of 39.00 is 6.7275
                ("extended_area", D("2.00"), "minimum"),  # 5 % of 20.80 is 1.04
            ],
        )
        self.assertEqual(found.amount, D("47.73"))
        self.assertEqual(found.by_kind()["base"], D("20.80"))

    def test_trait_is_asked_for(self):
        found = price(self.agreed, consignment(parcel("3")))
        self.assertNotIn("residential", found.by_kind())
        self.assertIn("fuel", found.by_kind())

    def test_surcharge_of_another_day_service_or_country_is_left_out(self):
        for surcharge in (
            Surcharge("fuel", percent=D(9), valid_from=date(2026, 3, 3)),
            Surcharge("fuel", percent=D(9), valid_to=date(2026, 3, 1)),
            Surcharge("fuel", percent=D(9), service="express"),
            Surcharge("fuel", percent=D(9), zone="7"),
            Surcharge("fuel", percent=D(9), country="PL"),
        ):
            agreed = agreement(rate("10"), surcharges=(surcharge,))
            found = price(agreed, consignment(parcel("3"), service="economy"))
            self.assertEqual(found.by_kind(), {"base": D(10)})

    def test_fuel_of_the_day_of_service_counts(self):
        agreed = agreement(
            rate("10"),
            surcharges=(
                Surcharge("fuel", percent=D(9), valid_to=date(2026, 3, 8)),
                Surcharge("fuel", percent=D(11), valid_from=date(2026, 3, 9)),
            ),
        )
        for day, amount in ((8, "10.90"), (9, "11.10")):
            goods = consignment(parcel("3"), on=date(2026, 3, day))
            self.assertEqual(price(agreed, goods).amount, D(amount))

    def test_currency_without_decimals_rounds_each_part(self):
        agreed = Agreement(
            "A-18",
            "haulier",
            "JPY",
            (rate("1250"),),
            (Surcharge("fuel", percent=D("10.5")),),
            decimals=0,
        )
        found = price(agreed, consignment(parcel("3")))
        self.assertEqual(found.by_kind(), {"base": D(1250), "fuel": D(131)})

    def test_discount_lowers_the_price(self):
        agreed = agreement(
            rate("10"), surcharges=(Surcharge("adjustment", amount=D("-1.50")),)
        )
        self.assertEqual(price(agreed, consignment(parcel("3"))).amount, D("8.50"))

    def test_every_reason_names_only_what_is_given(self):
        goods = consignment(parcel("3"), parcel("4"), traits=frozenset({"residential"}))
        told = [price(self.agreed, goods)]
        told.append(price(self.agreed, consignment()))
        told.append(price(self.agreed, consignment(parcel("99"))))
        told.append(price(agreement(rate("1"), rate("2")), consignment(parcel("1"))))
        told.append(by_agreements([], goods))
        told.append(by_agreements([self.agreed, self.agreed], goods))
        reasons = [(found.reason, found.values) for found in told if found.reason]
        reasons += [
            (part.reason, part.values) for found in told for part in found.parts
        ]
        self.assertGreaterEqual(
            {reason for reason, _values in reasons},
            {
                "rate",
                "fixed",
                "percent",
                "minimum",
                "no_parcel",
                "no_rate",
                "ambiguous",
                "no_agreement",
                "several_agreements",
            },
        )
        for reason, values in reasons:
            self.assertNotIn("{", REASONS[reason].format(**values))


@tagged("post_install", "-at_install", "standard")
class TestAgreements(BaseCase):
    def test_agreement_of_another_carrier_is_not_asked(self):
        other = Agreement("B-1", "other", "EUR", (rate("1"),))
        goods = consignment(parcel("3"))
        self.assertEqual(by_agreements([other], goods).reason, "no_agreement")
        found = by_agreements([other, agreement(rate("9"))], goods)
        self.assertEqual(found.amount, D(9))

    def test_agreement_without_a_fitting_rate_leaves_it_to_the_next(self):
        ended = agreement(rate("7", valid_to=date(2025, 12, 31)))
        found = by_agreements([ended, agreement(rate("9"))], consignment(parcel("3")))
        self.assertEqual(found.amount, D(9))
        found = by_agreements([ended], consignment(parcel("3")))
        self.assertEqual(found.reason, "no_rate")

    def test_two_agreements_with_a_price_are_not_guessed_between(self):
        both = [agreement(rate("7")), agreement(rate("9"))]
        found = by_agreements(both, consignment(parcel("3")))
        self.assertIsNone(found.amount)
        self.assertEqual(found.reason, "several_agreements")

    def test_what_cannot_be_agreed_is_refused(self):
        for make in (
            lambda: rate("-1"),
            lambda: rate("NaN"),
            lambda: rate("1", 0),
            lambda: rate("1", valid_from=DAY, valid_to=date(2026, 3, 1)),
            lambda: Surcharge("fuel"),
            lambda: Surcharge("fuel", percent=D(1), amount=D(1)),
            lambda: Surcharge("fuel", percent=D("Infinity")),
            lambda: Surcharge("fuel", percent=D(1000)),
            lambda: Surcharge("fuel", amount=D("NaN")),
            lambda: Surcharge("base", amount=D(1)),
            lambda: Surcharge("", amount=D(1)),
            lambda: Surcharge("fuel", percent=D(1), basis="fuel"),
            lambda: Surcharge("fuel", amount=D(1), per="kilogram"),
            lambda: agreement(rate("1"), divisor=D(0)),
            lambda: agreement(rate("1"), weight_step=D(0)),
            lambda: agreement(rate("1"), per="pallet"),
            lambda: agreement(rate("1"), decimals=9),
        ):
            with self.assertRaises(ValueError):
                make()
