import random
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.charge import Line, Posting
from odoo.addons.logistics_freight_accrual.conversion import converted, exchange

D = Decimal
DAY = date(2026, 3, 2)


def posting(**amounts):
    """Return a posting of lines by role."""
    lines = tuple(Line(role, D(amount)) for role, amount in amounts.items())
    return Posting("accrual", 1, "accrue", lines, DAY)


@tagged("post_install", "-at_install", "standard")
class TestConverted(BaseCase):
    def test_any_posting_stays_balanced_in_any_currency(self):
        draw = random.Random(20260302)
        moved = 0
        for _round in range(3000):
            decimals, own = draw.choice((0, 2, 3)), draw.choice((0, 2, 3))
            cent = D(1).scaleb(-decimals)
            parts = {
                role: draw.randint(1, 10**6) * cent
                for role in draw.sample(
                    ("accrued", "variance", "clearing", "recoverable_tax", "freight"),
                    draw.randint(1, 5),
                )
            }
            row = posting(**parts, payable=-sum(parts.values()))
            rate = D(draw.randint(1, 10**7)).scaleb(-draw.randint(0, 6))
            result = converted(row, rate, own)
            if result is None:
                continue
            self.assertEqual(sum(line.amount for line in result.lines), 0)
            for line in result.lines:
                self.assertEqual(line.amount, round(line.amount, own) + 0)
                exact = row.balance(line.role) * rate
                steps = abs(line.amount - exact) / D(1).scaleb(-own)
                self.assertLessEqual(steps, 3)
                moved += steps > D("0.5")
        self.assertGreater(moved, 100)  # Rounding did leave something over.

    def test_difference_of_rounding_does_not_touch_what_is_reconciled(self):
        row = posting(accrued="0.55", variance="0.55", payable="-1.10")
        result = converted(row, D("1.10"), 1)
        # 0.605 and 0.605 round to 0.6, 1.21 to 1.2.
        self.assertEqual(result.balance("payable"), D("-1.2"))
        row = posting(accrued="0.50", variance="0.50", payable="-1.00")
        result = converted(row, D("0.5"), 1)
        # 0.25 rounds to 0.3 twice, and 0.5 is owed: the variance gives way.
        self.assertEqual(result.balance("accrued"), D("0.3"))
        self.assertEqual(result.balance("variance"), D("0.2"))
        self.assertEqual(result.balance("payable"), D("-0.5"))

    def test_halves_go_away_from_zero(self):
        row = posting(freight="0.05", accrued="-0.05")
        self.assertEqual(converted(row, D("0.1"), 2).balance("freight"), D("0.01"))
        self.assertEqual(converted(row, D("0.1"), 2).balance("accrued"), D("-0.01"))

    def test_posting_that_rounds_to_nothing_is_none(self):
        row = posting(freight="0.01", accrued="-0.01")
        self.assertIsNone(converted(row, D("0.1"), 2))

    def test_rate_that_is_none_is_refused(self):
        row = posting(freight="1", accrued="-1")
        for bad in (D(0), D(-1), D("NaN"), D("Infinity")):
            with self.assertRaises(ValueError):
                converted(row, bad, 2)
        with self.assertRaises(TypeError):
            converted(row, 1.1, 2)


@tagged("post_install", "-at_install", "standard")
class TestExchangeDifference(BaseCase):
    def test_clearing_account_has_one_of_its_own(self):
        billed = posting(clearing="20", payable="-20")
        credited = posting(clearing="-20", payable="20")
        pairs = [
            (billed, converted(billed, D("1.20"), 2)),
            (credited, converted(credited, D("1.25"), 2)),
        ]
        lines = {line.role: line.amount for line in exchange(pairs, DAY).lines}
        # 24.00 went in and 25.00 came out: 1.00 is owed back to the account.
        self.assertEqual(lines, {"clearing": D("1.00"), "fx": D("-1.00")})

    def test_one_rate_makes_no_difference(self):
        row = posting(freight="100", accrued="-100")
        back = posting(accrued="100", freight="-100")
        pairs = [(item, converted(item, D("1.1"), 2)) for item in (row, back)]
        self.assertIsNone(exchange(pairs, DAY))
