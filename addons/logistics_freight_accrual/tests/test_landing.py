"""Inbound freight, shared by the goods it brought (R35)."""

import random
from dataclasses import replace
from decimal import Decimal as D

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.allocation import METHODS, Share
from odoo.addons.logistics_freight_accrual.landing import Goods, again, land


def goods(key, quantity, remaining, account="stock", **measures):
    """Return goods of which some are still there."""
    return Goods(
        key,
        Share(
            D(quantity), *(D(measures.get(n, 0)) for n in ("cost", "weight", "volume"))
        ),
        D(remaining),
        account,
    )


def goods_still_there(one):
    """Return goods of which nothing was sold."""
    return replace(one, remaining=one.share.quantity)


@tagged("post_install", "-at_install")
class TestLanding(BaseCase):
    def test_goods_that_are_all_there_carry_everything(self):
        landing = land(D("20.00"), [goods(1, 10, 10)], "equal", 2)
        self.assertEqual(landing.stock, D("20.00"))

    def test_share_of_what_was_sold_stays_an_expense(self):
        landing = land(D("20.00"), [goods(1, 10, 6)], "equal", 2)
        self.assertEqual(
            (landing.stock, landing.rows[0].part), (D("12.00"), D("20.00"))
        )

    def test_goods_that_freight_does_not_raise_keep_their_share_as_expense(self):
        landing = land(
            D("30.00"),
            [goods(1, 1, 1), goods(2, 2, 2, account=None)],
            "by_quantity",
            2,
        )
        self.assertEqual([row.part for row in landing.rows], [D(10), D(20)])
        self.assertEqual(landing.by_account(), {"stock": D(10)})

    def test_each_account_gets_its_own_sum(self):
        rows = [goods(1, 1, 1, "a"), goods(2, 1, 1, "b"), goods(3, 1, 1, "a")]
        self.assertEqual(
            land(D("10.00"), rows, "equal", 2).by_account(),
            {"a": D("6.67"), "b": D("3.33")},
        )

    def test_without_goods_nothing_is_landed(self):
        landing = land(D("20.00"), [], "equal", 2)
        self.assertEqual((landing.stock, landing.by_account()), (D(0), {}))

    def test_what_is_taken_back_leaves_the_stock_again(self):
        landing = land(D("-5.00"), [goods(1, 10, 4)], "equal", 2)
        self.assertEqual(landing.stock, D("-2.00"))

    def test_amount_that_the_currency_cannot_express_is_refused(self):
        with self.assertRaises(ValueError):
            land(D("0.005"), [goods(1, 1, 1)], "equal", 2)

    def test_thousand_random_receipts_lose_no_cent(self):
        """Σ of the parts is the charge; a later difference lands as a difference."""
        draw = random.Random(35)
        for _turn in range(1000):
            decimals = draw.choice((0, 2, 3))
            cent = D(1).scaleb(-decimals)
            rows = [
                goods(
                    key,
                    quantity,
                    draw.choice((0, quantity, draw.randint(0, quantity))),
                    draw.choice(("a", "b", None)),
                    cost=draw.randint(0, 9999),
                    weight=draw.randint(0, 50),
                    volume=draw.randint(0, 5),
                )
                for key in range(draw.randint(1, 12))
                if (quantity := draw.randint(1, 40))
            ]
            method = draw.choice(METHODS)
            first, last = (draw.randint(1, 10**6) * cent for _n in range(2))
            done = [land(first, rows, method, decimals)]
            done.append(land(last - first, rows, method, decimals))
            parts = [row.part for landing in done for row in landing.rows]
            self.assertEqual(sum(parts), last)
            for landing in done:
                total = sum(row.part for row in landing.rows)
                self.assertEqual(total, landing.total)
                self.assertEqual(sum(landing.by_account().values()), landing.stock)
                low, high = sorted((D(0), landing.total))
                self.assertTrue(low <= landing.stock <= high)
                for row in landing.rows:
                    whole = row.goods.remaining == row.goods.share.quantity
                    if row.goods.account and whole:
                        self.assertEqual(row.stock, row.part)
                    if row.goods.account is None or not row.goods.remaining:
                        self.assertFalse(row.stock)

    def test_sharing_again_ends_as_if_all_had_come_at_once(self):
        """What stock and sold goods carry after it is the split over all of them."""
        draw = random.Random(36)
        for _turn in range(500):
            decimals = draw.choice((0, 2, 3))
            cent = D(1).scaleb(-decimals)
            rows = [
                goods(key, draw.randint(1, 40), 0, weight=draw.randint(0, 50))
                for key in range(draw.randint(2, 8))
            ]
            rows = [goods_still_there(row) for row in rows]
            method = draw.choice(("equal", "by_quantity", "by_weight"))
            total = draw.randint(1, 10**6) * cent
            carried = {}
            for count in sorted({1, draw.randint(1, len(rows)), len(rows)}):
                shared = (
                    again(total, rows[:count], method, decimals, carried)
                    if carried
                    else land(total, rows[:count], method, decimals)
                )
                for row in shared.rows:
                    key = row.goods.key
                    carried[key] = carried.get(key, D(0)) + row.part
            at_once = land(total, rows, method, decimals)
            self.assertEqual(carried, {row.goods.key: row.part for row in at_once.rows})
            self.assertFalse(again(total, rows, method, decimals, carried).by_account())

    def test_what_was_sold_is_not_taken_out_of_the_stock_again(self):
        first, second = goods(1, 10, 5), goods(2, 10, 10)
        shared = again(D("20.00"), [first, second], "by_quantity", 2, {1: D("20.00")})
        self.assertEqual(
            [(row.part, row.stock) for row in shared.rows],
            [(D(-10), D(-5)), (D(10), D(10))],
        )
        self.assertEqual(
            shared.by_side(), {("stock", False): D(-5), ("stock", True): D(10)}
        )
        self.assertEqual(shared.by_account(), {"stock": D(5)})
