import random
from collections import Counter
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.allocation import (
    METHODS,
    Share,
    by_stock,
    difference,
    split,
)

D = Decimal
_MEASURES = ("quantity", "cost", "weight", "volume")
_MEASURE_OF = dict(zip(METHODS[1:], _MEASURES, strict=True))


def shares(draw, count):
    """Return lines with measures of very different sizes, some of them nothing."""
    return [
        Share(
            *(
                D(draw.choice((0, draw.randint(0, 9), draw.randint(0, 10**6)))).scaleb(
                    -draw.randint(0, 3)
                )
                for _measure in _MEASURES
            )
        )
        for _line in range(count)
    ]


@tagged("post_install", "-at_install", "standard")
class TestSplit(BaseCase):
    def test_parts_always_add_up_and_none_is_a_cent_off(self):
        draw = random.Random(20260302)
        used = Counter()
        for _round in range(5000):
            decimals = draw.choice((0, 2, 3))
            cent = D(1).scaleb(-decimals)
            lines = shares(draw, draw.randint(1, 12))
            total = draw.randint(-(10**7), 10**7) * cent
            asked = draw.choice(METHODS)
            found = split(total, lines, asked, decimals)
            self.assertEqual(sum(found.parts), total)
            weights = [D(1)] * len(lines)
            if found.method != "equal":
                weights = [getattr(line, _MEASURE_OF[asked]) for line in lines]
            for part, weight in zip(found.parts, weights, strict=True):
                self.assertEqual(part, part.quantize(cent))
                self.assertLess(abs(part - total * weight / sum(weights)), cent)
            used[asked, found.method == asked, decimals] += 1
        # Every method in every currency, and the way out where nothing is measured.
        self.assertEqual(len({key for key in used if key[1]}), 15)
        self.assertGreater(sum(n for key, n in used.items() if not key[1]), 50)

    def test_parts_by_each_measure(self):
        lines = [
            Share(D(1), D(10), D("0.5"), D(2)),
            Share(D(2), D(10), D("1.5"), D(0)),
            Share(D(3), D(80), D("2"), D(1)),
        ]
        for method, parts in (
            ("equal", ("33.34", "33.33", "33.33")),
            ("by_quantity", ("16.67", "33.33", "50.00")),
            ("by_current_cost_price", ("10", "10", "80")),
            ("by_weight", ("12.50", "37.50", "50.00")),
            ("by_volume", ("66.67", "0", "33.33")),
        ):
            found = split(D(100), lines, method, 2)
            self.assertEqual(found.parts, tuple(map(D, parts)), method)
            self.assertEqual(found.method, method)

    def test_smallest_coins_go_to_those_who_lost_most(self):
        lines = [Share(quantity=D(number)) for number in (1, 1, 5)]
        # 1.43, 1.43 and 7.14 yen: the two would lose 0.43, and the first is served.
        self.assertEqual(split(D(10), lines, "by_quantity", 0).parts, (2, 1, 7))

    def test_less_than_one_coin_each_goes_to_the_first(self):
        lines = [Share()] * 5
        self.assertEqual(split(D("0.02"), lines, "equal", 2).parts[1:3], (D("0.01"), 0))
        self.assertEqual(split(D("-0.02"), lines, "equal", 2).parts[0], D("-0.01"))

    def test_nothing_measured_is_shared_equally_and_says_so(self):
        found = split(D(9), [Share(quantity=D(4))] * 3, "by_weight", 2)
        self.assertEqual(found.parts, (3, 3, 3))
        self.assertEqual(found.method, "equal")

    def test_wrong_input_is_refused(self):
        line = Share(quantity=D(1))
        for total, lines, method, decimals in (
            (D(1), [], "equal", 2),
            (D(1), [line], "by_colour", 2),
            (D("1.005"), [line], "equal", 2),
            (D("0.5"), [line], "equal", 0),
            (D("NaN"), [line], "equal", 2),
            (D("Infinity"), [line], "equal", 2),
            (D(1), [line], "equal", -1),
            (D(1), [line], "equal", True),
        ):
            with self.assertRaises(ValueError):
                split(total, lines, method, decimals)
        with self.assertRaises(TypeError):
            split(1.0, [line], "equal", 2)
        for bad in (D(-1), D("NaN"), D("Infinity")):
            with self.assertRaises(ValueError):
                Share(weight=bad)


@tagged("post_install", "-at_install", "standard")
class TestDifference(BaseCase):
    def test_final_charge_posts_the_difference_only(self):
        draw = random.Random(20260303)
        for _round in range(1000):
            decimals = draw.choice((0, 2, 3))
            cent = D(1).scaleb(-decimals)
            lines = shares(draw, draw.randint(1, 9))
            method = draw.choice(METHODS)
            carried = [D(0)] * len(lines)
            for _step in range(3):
                total = draw.randint(-(10**5), 10**6) * cent
                found = difference(total, lines, method, decimals, carried)
                self.assertEqual(sum(found.parts), total - sum(carried))
                carried = [a + b for a, b in zip(carried, found.parts, strict=True)]
                self.assertEqual(
                    tuple(carried), split(total, lines, method, decimals).parts
                )
            again = difference(total, lines, method, decimals, carried)
            self.assertFalse(any(again.parts))

    def test_difference_may_move_between_lines(self):
        lines = [Share(quantity=D(1)), Share(quantity=D(3))]
        found = difference(D(40), lines, "by_quantity", 2, [D(20), D(20)])
        self.assertEqual(found.parts, (D(-10), D(10)))

    def test_line_without_a_posted_amount_is_refused(self):
        with self.assertRaises(ValueError):
            difference(D(1), [Share()] * 2, "equal", 2, [D(0)])
        with self.assertRaises(ValueError):
            difference(D(1), [Share()], "equal", 2, [D("NaN")])


@tagged("post_install", "-at_install", "standard")
class TestStock(BaseCase):
    def test_sold_goods_carry_their_share_at_once(self):
        # Of ten, four are sold: twelve of twenty stay in stock.
        self.assertEqual(by_stock(D(20), D(6), D(10), 2), (12, 8))
        self.assertEqual(by_stock(D("0.05"), D(1), D(2), 2), (D("0.03"), D("0.02")))
        self.assertEqual(by_stock(D(-20), D(6), D(10), 2), (-12, -8))

    def test_nothing_or_all_of_it_left(self):
        self.assertEqual(by_stock(D(20), D(0), D(10), 2), (0, 20))
        self.assertEqual(by_stock(D(20), D(10), D(10), 2), (20, 0))
        self.assertEqual(by_stock(D(20), D(-3), D(10), 2), (0, 20))
        self.assertEqual(by_stock(D(20), D(13), D(10), 2), (20, 0))

    def test_both_parts_always_add_up(self):
        draw = random.Random(20260304)
        for _round in range(2000):
            decimals = draw.choice((0, 2, 3))
            amount = draw.randint(-(10**6), 10**6) * D(1).scaleb(-decimals)
            quantity = D(draw.randint(1, 999)).scaleb(-draw.randint(0, 2))
            remaining = quantity * draw.randint(0, 100) / 100
            self.assertEqual(
                sum(by_stock(amount, remaining, quantity, decimals)), amount
            )

    def test_nothing_received_is_refused(self):
        for quantity in (D(0), D(-1), D("NaN")):
            with self.assertRaises(ValueError):
                by_stock(D(20), D(1), quantity, 2)
