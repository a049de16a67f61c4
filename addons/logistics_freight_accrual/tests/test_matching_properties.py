import random
import time
from decimal import Decimal

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.matching import (
    REASONS,
    WINDOW,
    Index,
    OpenCharge,
)

from .match_cases import SHIPPED, charge, line

D = Decimal
_TRACKING = ("T1", "T2", "T3")
_ORDERS = ("O1", "O2")
_KINDS = ("base", "fuel", "storage")
_DAYS = (None, SHIPPED, SHIPPED + WINDOW, SHIPPED + 2 * WINDOW)
_some = st.lists(st.sampled_from(_TRACKING), max_size=2, unique=True).map(tuple)
_open = st.builds(
    lambda kind, cents, numbers, orders, shipment, day, currency: charge(
        None,
        kind,
        str(D(cents) / 100),
        shipment,
        tracking_numbers=numbers,
        orders=orders,
        service_date=day,
        currency=currency,
    ),
    st.sampled_from(_KINDS),
    st.integers(1, 5),
    _some,
    st.lists(st.sampled_from(_ORDERS), max_size=2, unique=True).map(tuple),
    st.sampled_from(("S1", "S2")),
    st.sampled_from(_DAYS),
    st.sampled_from(("EUR", "EUR", "USD")),
)
_asked = st.builds(
    lambda kind, cents, number, order, day: line(
        kind, str(D(cents) / 100), number, order=order, service_date=day
    ),
    st.sampled_from((*_KINDS, "discount", "unknown")),
    st.integers(1, 5),
    st.sampled_from(("", *_TRACKING, "T9")),
    st.sampled_from(("", *_ORDERS, "O9")),
    st.sampled_from(_DAYS),
)


def by_hand(asked, charges):
    """Return the charge a line is about, by looking at all of them."""
    kind = "base" if asked.kind == "discount" else asked.kind
    number, order = asked.tracking_number, asked.references["order"]
    bound = {
        one.shipment for one in charges if number and number in one.tracking_numbers
    }

    def fits(one):
        days = (asked.service_date, one.service_date)
        return (
            one.kind == kind
            and one.currency == "EUR"
            and (None in days or abs(days[0] - days[1]) <= WINDOW)
        )

    by_number = [one for one in charges if number and number in one.tracking_numbers]
    by_number = [one for one in by_number if fits(one)]
    if by_number:
        return by_number[0].ref if len(by_number) == 1 else None
    by_order = [one for one in charges if order and order in one.orders and fits(one)]
    if bound:
        by_order = [
            one
            for one in by_order
            if not one.tracking_numbers and one.shipment in bound
        ]
    return by_order[0].ref if len(by_order) == 1 else None


@tagged("post_install", "-at_install", "standard")
class TestMatchingProperties(BaseCase):
    @seed(20260303)
    @settings(max_examples=2000, deadline=None, database=None)
    @given(st.lists(_open, max_size=8), _asked, st.integers(0, 2**32))
    def test_only_the_one_charge_that_fits_is_ever_matched(self, drawn, asked, luck):
        charges = [
            OpenCharge(
                place,
                **{
                    name: getattr(one, name)
                    for name in OpenCharge.__slots__
                    if name != "ref"
                },
            )
            for place, one in enumerate(drawn)
        ]
        expected = by_hand(asked, charges)
        match = Index(charges).match(asked, "acme", "EUR")
        self.assertEqual(match.charge, expected)
        self.assertEqual(bool(match.step), expected is not None)
        scores = [proposal.score for proposal in match.proposals]
        self.assertEqual(scores, sorted(scores, reverse=True))
        for proposal in match.proposals:
            weights = [REASONS[reason] for reason in proposal.reasons]
            self.assertEqual(weights, sorted(weights, reverse=True))
            self.assertEqual(proposal.score, sum(weights))
        # In whatever order the charges come, the same is found.
        random.Random(luck).shuffle(charges)
        again = Index(charges).match(asked, "acme", "EUR")
        self.assertEqual(
            (again.charge, again.shipment, again.ours),
            (match.charge, match.shipment, match.ours),
        )


@tagged("post_install", "-at_install", "standard")
class TestTime(BaseCase):
    def seconds(self, index, lines):
        begin = time.process_time()
        matches = index.match_all(lines, "acme", "EUR")
        return time.process_time() - begin, matches

    def test_ten_thousand_lines_among_a_hundred_thousand_charges(self):
        index = Index(
            charge(
                number,
                _KINDS[number % 3],
                f"{number % 90 + 1}.00",
                number // 3,
                tracking_numbers=(f"1Z{number // 3:08}",),
                orders=(f"SO{number // 30:06}",),
            )
            for number in range(100_000)
        )
        lines = [
            line(_KINDS[number % 3], "5.00", f"1Z{number // 3:08}", order="SO000001")
            for number in range(0, 100_000, 10)
        ]
        few, _matches = self.seconds(index, lines[:1000])
        many, matches = self.seconds(index, lines)
        self.assertEqual([match.charge for match in matches], [*range(0, 100_000, 10)])
        # Ten times the lines; looking at all charges would take minutes.
        self.assertLess(many, max(40 * few, 1))
        self.assertLess(many, 20)

    def test_one_order_with_ten_thousand_charges(self):
        index = Index(
            charge(number, amount=f"{number}.00", shipment=number, orders=("SO1",))
            for number in range(1, 10_001)
        )
        lines = [
            line(amount=f"{number}.00", order="SO1") for number in range(1, 10_001)
        ]
        spent, matches = self.seconds(index, lines)
        self.assertEqual([match.charge for match in matches], [None] * 10_000)
        self.assertEqual(
            [match.proposals[0].ref for match in matches], [*range(1, 10_001)]
        )
        self.assertLess(spent, 30)
