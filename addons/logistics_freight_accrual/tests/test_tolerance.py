from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.limits import Matrix
from odoo.addons.logistics_freight_accrual.tolerance import Comparison, judge

D = Decimal

# Where a unit of the company's currency is so much of the bill's.
YEN, DINAR = D(150), D("0.3")
MATRICES = {
    2: Matrix(),
    0: Matrix().in_currency(YEN, 0),
    3: Matrix().in_currency(DINAR, 3),
}

# Decimals, kind, expected, what a fuel surcharge is taken of, the largest excess and
# the largest lack that pass; None for a lack of any size. Worked out by hand from the
# four values of each class.
BOUNDARIES = (
    # Base: at most 2 % and 5.00 above, 10 % below.
    (2, "base", "100.00", None, "2.00", "10.00"),
    (2, "base", "10.00", None, "0.20", "1.00"),
    (2, "base", "249.99", None, "4.99", "24.99"),
    (2, "base", "250.00", None, "5.00", "25.00"),
    (2, "base", "250.50", None, "5.00", "25.05"),
    (2, "base", "1000.00", None, "5.00", "100.00"),
    (2, "base", "123.45", None, "2.46", "12.34"),
    (2, "discount", "80.00", None, "1.60", "8.00"),
    (0, "base", "10000", None, "200", "1000"),
    (0, "base", "37500", None, "750", "3750"),
    (0, "base", "90000", None, "750", "9000"),
    (0, "base", "1049", None, "20", "104"),
    (3, "base", "30.000", None, "0.600", "3.000"),
    (3, "base", "75.000", None, "1.500", "7.500"),
    (3, "base", "300.000", None, "1.500", "30.000"),
    (3, "base", "12.345", None, "0.246", "1.234"),
    # Fuel: half a point of the freight it is charged on, both ways.
    (2, "fuel", "18.00", "100.00", "0.50", "0.50"),
    (2, "fuel", "180.00", "1000.00", "5.00", "5.00"),
    (2, "fuel", "22.22", "123.45", "0.61", "0.61"),
    (2, "fuel", "100.00", None, "0.50", "0.50"),
    (0, "fuel", "1800", "10000", "50", "50"),
    (3, "fuel", "5.400", "30.000", "0.150", "0.150"),
    # Weight: as for base above, anything below.
    (2, "dimension_correction", "100.00", None, "2.00", None),
    (2, "dimension_correction", "400.00", None, "5.00", None),
    # Accessorial, ordered or borne out: at most 5 % and 3.00 above, anything below.
    (2, "residential", "4.00", None, "0.20", None),
    (2, "redelivery", "60.00", None, "3.00", None),
    (2, "storage", "100.00", None, "3.00", None),
    (2, "customs_brokerage", "15.50", None, "0.77", None),
    (0, "residential", "600", None, "30", None),
    (0, "storage", "90000", None, "450", None),
    (3, "residential", "1.200", None, "0.060", None),
    (3, "detention", "90.000", None, "0.900", None),
    # Not agreed on at all: nothing above.
    (2, "adjustment", "25.00", None, "0.00", None),
    (2, "unknown", "25.00", None, "0.00", None),
    (0, "unknown", "2500", None, "0", None),
    # What the authorities get: to the cent.
    (2, "duty", "87.15", None, "0.00", "0.00"),
    (2, "import_tax", "1234.56", None, "0.00", "0.00"),
    (0, "duty", "8715", None, "0", "0"),
    (3, "import_tax", "8.715", None, "0.000", "0.000"),
    # Rounding: five cents, in yen and dinar what that is worth.
    (2, "rounding", "0.00", None, "0.05", "0.05"),
    (0, "rounding", "0", None, "7", "7"),
    (3, "rounding", "0.000", None, "0.015", "0.015"),
)


def compare(kind, expected, billed, **values):
    """Return a comparison of two amounts that are given as texts."""
    if expected is not None:
        expected = D(expected)
    return Comparison("line", kind, D(billed), expected, **values)


def judged(line, decimals=2, matrix=None, carrier="acme"):
    result, _leakage = judge(line, matrix or MATRICES[decimals], carrier, decimals)
    return result


@tagged("post_install", "-at_install", "standard")
class TestBoundaries(BaseCase):
    def cases(self):
        """Give each limit, one coin less and one coin more, above and below."""
        for decimals, kind, expected, basis, over, under in BOUNDARIES:
            coin = D(1).scaleb(-decimals)
            values = {} if basis is None else {"basis": D(basis)}
            sides = [(1, D(over))] if under is None else [(1, D(over)), (-1, D(under))]
            for sign, limit in sides:
                for apart, status in (
                    (limit - coin, "in_tolerance"),
                    (limit, "in_tolerance"),
                    (limit + coin, "variance"),
                ):
                    if apart > 0:
                        yield decimals, kind, expected, sign * apart, values, status

    def test_what_equals_a_limit_passes_and_one_coin_more_does_not(self):
        count = 0
        for decimals, kind, expected, delta, values, status in self.cases():
            billed = D(expected) + delta
            with self.subTest(kind=kind, expected=expected, delta=delta):
                line = Comparison("line", kind, billed, D(expected), **values)
                result = judged(line, decimals)
                self.assertEqual(result.status, status)
                self.assertEqual(result.delta, delta)
                self.assertEqual(result.reason, "over" if delta > 0 else "under")
                excess = max(delta, D(0)) if status == "variance" else D(0)
                self.assertEqual(result.disputed, excess)
            count += 1
        self.assertGreaterEqual(count, 120)

    def test_exactly_the_expected_is_a_match(self):
        for decimals, kind, expected, _basis, _over, _under in BOUNDARIES:
            result = judged(compare(kind, expected, expected), decimals)
            self.assertEqual((result.status, result.reason), ("matched", ""))
            self.assertEqual(result.disputed, D(0))

    def test_any_lack_passes_where_none_is_limited(self):
        for decimals, kind, expected, _basis, _over, under in BOUNDARIES:
            if under is None:
                result = judged(compare(kind, expected, "0"), decimals)
                self.assertEqual(result.status, "in_tolerance")
