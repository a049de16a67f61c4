from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.charge_types import CHARGE_CLASSES
from odoo.addons.logistics_freight_accrual.limits import (
    DEFAULTS,
    Limit,
    Matrix,
    cut,
    money,
    stricter,
)

D = Decimal
NOT_FINITE = (D("NaN"), D("sNaN"), D("Infinity"), D("-Infinity"))


@tagged("post_install", "-at_install", "standard")
class TestLimit(BaseCase):
    def test_stricter_of_amount_and_percentage_holds(self):
        limit = Limit(D(5), D(2), D(4), D(10))
        for basis, over, under in (
            (100, 2, 4),
            (250, 5, 4),
            (1000, 5, 4),
            (20, "0.4", 2),
        ):
            self.assertEqual(limit.over(D(basis)), D(over), basis)
            self.assertEqual(limit.under(D(basis)), D(under), basis)

    def test_one_value_alone_holds(self):
        self.assertEqual(Limit(D(5)).over(D(1)), D(5))
        self.assertEqual(Limit(None, D(2)).over(D(1000)), D(20))
        self.assertEqual(Limit(None, None, D(5)).under(D(1)), D(5))
        self.assertEqual(Limit(None, None, None, D(2)).under(D(1000)), D(20))

    def test_no_value_lets_nothing_pass_above_and_anything_below(self):
        self.assertEqual(Limit().over(D(1000)), D(0))
        self.assertIsNone(Limit().under(D(1000)))

    def test_sign_of_the_expected_does_not_matter(self):
        self.assertEqual(Limit(D(5), D(2)).over(D(-100)), D(2))
        self.assertEqual(stricter(None, D(2), D(-100)), D(2))
        self.assertIsNone(stricter(None, None, D(100)))

    def test_what_is_no_tolerance_is_refused(self):
        for place in range(4):
            values = [None] * 4
            for bad in (*NOT_FINITE, D("-0.01")):
                values[place] = bad
                with self.assertRaises(ValueError):
                    Limit(*values)
            for bad in (5, 5.0, "5", True):
                values[place] = bad
                with self.assertRaises(TypeError):
                    Limit(*values)

    def test_another_currency_never_makes_a_limit_larger(self):
        limit = Limit(D("3.33"), D(2), D("1.11"), D(10))
        self.assertEqual(
            limit.in_currency(D("150.5"), 0), Limit(D(501), D(2), D(167), D(10))
        )
        self.assertEqual(
            limit.in_currency(D("0.3077"), 3),
            Limit(D("1.024"), D(2), D("0.341"), D(10)),
        )
        self.assertEqual(Limit().in_currency(D(2), 2), Limit())

    def test_rate_that_is_none_is_refused(self):
        for bad in (*NOT_FINITE, D(0), D(-1)):
            with self.assertRaises(ValueError):
                cut(D(1), bad, 2)
        for bad in (1, 1.5, "1", None):
            with self.assertRaises(TypeError):
                cut(D(1), bad, 2)


@tagged("post_install", "-at_install", "standard")
class TestMoney(BaseCase):
    def test_amount_as_fine_as_its_currency_stays_what_it_is(self):
        for text, decimals in (("1", 0), ("1.00", 0), ("1.25", 2), ("-1.005", 3)):
            self.assertEqual(money(D(text), decimals), D(text))

    def test_amount_finer_than_its_currency_is_refused(self):
        for text, decimals in (("1.5", 0), ("1.255", 2), ("0.0001", 3)):
            with self.assertRaises(ValueError):
                money(D(text), decimals)

    def test_what_is_no_amount_is_refused(self):
        for bad in (*NOT_FINITE, D("1e999"), D("1e40")):
            with self.assertRaises(ValueError):
                money(bad, 2)
        for bad in (1, 1.0, "1.00", None, True):
            with self.assertRaises(TypeError):
                money(bad, 2)


@tagged("post_install", "-at_install", "standard")
class TestMatrix(BaseCase):
    def setUp(self):
        super().setUp()
        self.mine, self.theirs, self.all = Limit(D(1)), Limit(D(2)), Limit(D(3))
        self.matrix = Matrix(
            {
                ("acme", "shop", "base"): self.mine,
                ("acme", "", "base"): self.theirs,
                ("", "", "base"): self.all,
                ("", "", "fuel"): self.all,
            }
        )

    def test_row_of_the_customer_wins_then_the_carrier_then_any(self):
        for carrier, customer, expected in (
            ("acme", "shop", self.mine),
            ("acme", "other", self.theirs),
            ("acme", "", self.theirs),
            ("other", "shop", self.all),
            ("other", "", self.all),
        ):
            self.assertIs(self.matrix.limit(carrier, customer, "base"), expected)

    def test_other_class_does_not_take_the_row(self):
        self.assertIs(self.matrix.limit("acme", "shop", "fuel"), self.all)
        self.assertEqual(self.matrix.limit("acme", "shop", "duty"), DEFAULTS["duty"])

    def test_every_class_has_a_default(self):
        self.assertEqual(set(DEFAULTS), set(CHARGE_CLASSES))
        for charge_class in CHARGE_CLASSES:
            self.assertIsInstance(Matrix().limit("acme", "", charge_class), Limit)

    def test_row_that_cannot_be_meant_is_refused(self):
        for key in (("", "shop", "base"), ("acme", "", "bases"), ("acme", "", "")):
            with self.assertRaises(ValueError):
                Matrix({key: Limit()})
        with self.assertRaises(ValueError):
            Matrix().limit("acme", "", "bases")
        with self.assertRaises(TypeError):
            Matrix(header=10)
        with self.assertRaises(ValueError):
            Matrix(header=D("NaN"))

    def test_whole_matrix_in_another_currency(self):
        yen = self.matrix.in_currency(D("150.5"), 0)
        self.assertEqual(yen.limit("acme", "shop", "base"), Limit(D(150)))
        self.assertEqual(yen.limit("acme", "", "base"), Limit(D(301)))
        self.assertEqual(yen.limit("acme", "", "accessorial"), Limit(D(451), D(5)))
        self.assertEqual(yen.header, D(1505))
        # The one it was made from is what it was.
        self.assertEqual(self.matrix.header, D(10))
        self.assertIs(self.matrix.limit("acme", "shop", "base"), self.mine)
