from collections import Counter
from decimal import Decimal

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.charge_types import CHARGE_TYPES
from odoo.addons.logistics_freight_accrual.evidence import Finding
from odoo.addons.logistics_freight_accrual.limits import Limit, Matrix
from odoo.addons.logistics_freight_accrual.tolerance import (
    REASONS,
    STATUSES,
    Comparison,
    Leakage,
    audit,
    judge,
)

D = Decimal
MATRIX = Matrix()
RESIDENTIAL_FINDING = Finding("not_residential", ("pod 7",))


def line(kind, expected, billed, ref="line", **values):
    """Return a comparison of two amounts that are given as texts."""
    expected = None if expected is None else D(expected)
    return Comparison(ref, kind, D(billed), expected, **values)


def base(excess, expected="400.00"):
    """Return freight that is billed so much above what was expected."""
    return line("base", expected, str(D(expected) + D(excess)))


@tagged("post_install", "-at_install", "standard")
class TestJudge(BaseCase):
    def outcome(self, comparison, matrix=MATRIX):
        result, _leakage = judge(comparison, matrix, "acme")
        return result.status, result.reason, result.disputed

    def test_number_of_somebody_else_comes_before_everything(self):
        comparison = line("base", "10.00", "10.00", ours=False, duplicate_of="bill 1")
        self.assertEqual(
            self.outcome(comparison), ("not_ours", "unknown_number", D("10.00"))
        )

    def test_repeated_line_is_not_compared(self):
        comparison = line("base", "10.00", "10.00", duplicate_of="bill 1")
        self.assertEqual(self.outcome(comparison), ("duplicate", "repeats", D(10)))

    def test_charge_nobody_expected_is_disputed_as_a_whole(self):
        comparison = line("residential", None, "4.20")
        self.assertEqual(self.outcome(comparison), ("unmatched", "no_charge", D("4.2")))

    def test_other_currency_is_never_compared(self):
        comparison = line("base", "10.00", "10.00", currency_fits=False)
        self.assertEqual(self.outcome(comparison), ("variance", "currency", D(10)))

    def test_charge_without_its_event_is_disputed_even_at_the_expected_price(self):
        comparison = line(
            "residential", "4.20", "4.20", findings=(RESIDENTIAL_FINDING,)
        )
        self.assertEqual(self.outcome(comparison), ("variance", "evidence", D("4.20")))
        result, _leakage = judge(comparison, MATRIX, "acme")
        self.assertEqual(result.charge_class, "unauthorised")
        self.assertEqual(result.allowed, D(0))

    def test_accessorial_nobody_ordered_has_no_tolerance(self):
        self.assertEqual(
            self.outcome(line("storage", "20.00", "20.01", authorised=False)),
            ("variance", "over", D("0.01")),
        )
        self.assertEqual(
            self.outcome(line("storage", "20.00", "20.01")),
            ("in_tolerance", "over", D(0)),
        )

    def test_row_of_the_customer_counts_before_that_of_the_carrier(self):
        matrix = Matrix(
            {
                ("acme", "", "base"): Limit(D(1)),
                ("acme", "shop", "base"): Limit(D(0)),
            }
        )
        for customer, status in (("", "in_tolerance"), ("shop", "variance")):
            comparison = line("base", "100.00", "101.00", customer=customer)
            self.assertEqual(self.outcome(comparison, matrix)[0], status)

    def test_converted_amount_may_differ_by_the_rate_too(self):
        # One percent of 1,000.00 is more than the 5.00 of the class.
        for billed, status in (("1010.00", "in_tolerance"), ("1010.01", "variance")):
            comparison = line("base", "1000.00", billed, converted=True)
            self.assertEqual(self.outcome(comparison)[0], status)
        # Duty has no tolerance of its own, but is converted at somebody's rate.
        for billed, status in (
            ("99.00", "in_tolerance"),
            ("98.99", "variance"),
            ("101.00", "in_tolerance"),
            ("101.01", "variance"),
        ):
            comparison = line("duty", "100.00", billed, converted=True)
            self.assertEqual(self.outcome(comparison)[0], status)
        # What has no limit below keeps none.
        comparison = line("storage", "100.00", "1.00", converted=True)
        self.assertEqual(self.outcome(comparison)[0], "in_tolerance")

    def test_rates_excuse_nothing_that_was_not_ordered(self):
        comparison = line(
            "storage", "100.00", "100.01", authorised=False, converted=True
        )
        self.assertEqual(self.outcome(comparison)[0], "variance")

    def test_credit_that_is_too_small_is_an_excess(self):
        # 98.00 credited instead of 100.00 is 2 % too little, 97.99 more than that.
        self.assertEqual(
            self.outcome(line("base", "-100.00", "-98.00"))[0], "in_tolerance"
        )
        self.assertEqual(
            self.outcome(line("base", "-100.00", "-97.99")),
            ("variance", "over", D("2.01")),
        )

    def test_amounts_that_are_none_are_refused(self):
        for bad in (D("NaN"), D("Infinity"), D("10.001")):
            for comparison in (
                Comparison("x", "base", bad, D(10)),
                Comparison("x", "base", D(10), bad),
                Comparison("x", "fuel", D(10), D(10), basis=bad),
                Comparison("x", "base", bad, ours=False),
            ):
                with self.assertRaises(ValueError):
                    judge(comparison, MATRIX, "acme")
        with self.assertRaises(TypeError):
            judge(Comparison("x", "base", 10.0, D(10)), MATRIX, "acme")


@tagged("post_install", "-at_install", "standard")
class TestLeakage(BaseCase):
    def statuses(self, excesses, month):
        lines = [base(excess) for excess in excesses]
        done = audit(lines, MATRIX, "acme", leakage=month)
        return [result.status for result in done.lines], done.leakage

    def test_stricter_of_share_and_amount_is_the_cap(self):
        for spend, cap in (
            ("10000.00", "25.00"),
            ("199999.00", "499.9975"),
            ("200000.00", "500.00"),
            ("9000000.00", "500.00"),
            ("0", "0"),
            ("-50.00", "0"),
        ):
            self.assertEqual(Leakage(D(spend)).cap, D(cap), spend)

    def test_sum_may_reach_the_cap(self):
        month = Leakage(D(10000), D("20.00"))
        found, after = self.statuses(["5.00"], month)
        self.assertEqual(found, ["in_tolerance"])
        self.assertEqual((after.tolerated, after.flipped), (D(25), False))

    def test_one_cent_more_flips_to_no_tolerance_at_all(self):
        month = Leakage(D(10000), D("20.01"))
        found, after = self.statuses(["5.00", "0.01", "0.00", "-0.01"], month)
        self.assertEqual(found, ["variance", "variance", "matched", "in_tolerance"])
        self.assertEqual((after.tolerated, after.flipped), (D("20.01"), True))

    def test_flipped_month_stays_so_for_the_next_bill(self):
        month = Leakage(D(10000), D(0), flipped=True)
        lines = [base("0.01")]
        done = audit(lines, MATRIX, "acme", leakage=month)
        self.assertEqual(done.lines[0].reason, "leakage")
        self.assertEqual(done.lines[0].disputed, D("0.01"))
        self.assertTrue(done.leakage.flipped)

    def test_what_is_disputed_anyway_does_not_leak(self):
        month = Leakage(D(10000))
        found, after = self.statuses(["5.01", "500.00", "-1.00"], month)
        self.assertEqual(found, ["variance", "variance", "in_tolerance"])
        self.assertEqual(after, month)

    def test_without_a_month_no_cap_is_checked(self):
        found, after = self.statuses(["5.00"] * 200, None)
        self.assertEqual(Counter(found), {"in_tolerance": 200})
        self.assertIsNone(after)

    def test_numbers_that_are_none_are_refused(self):
        for bad in (D("NaN"), D("Infinity")):
            with self.assertRaises(ValueError):
                Leakage(bad)
            with self.assertRaises(ValueError):
                Leakage(D(1), bad)
        with self.assertRaises(TypeError):
            Leakage(100)


@tagged("post_install", "-at_install", "standard")
class TestHeader(BaseCase):
    def test_sum_of_what_passes_is_limited_too(self):
        for excesses, header, held in (
            (("5.00", "5.00"), "10.00", False),
            (("5.00", "5.00", "0.00"), "10.00", False),
            (("5.00", "5.00", "0.01"), "10.01", True),
            # What does not pass by itself does not count.
            (("5.00", "5.00", "5.01"), "10.00", False),
        ):
            done = audit([base(excess) for excess in excesses], MATRIX, "acme")
            self.assertEqual((done.header, done.held), (D(header), held), excesses)
            self.assertEqual(done.header_allowed, D(10))

    def test_lines_with_little_tolerance_give_the_header_little(self):
        lines = [base("0.00", "100.00"), base("0.00", "50.00")]
        for stated, held in (("150.00", False), ("153.00", False), ("153.01", True)):
            done = audit(lines, MATRIX, "acme", stated=D(stated))
            self.assertEqual(done.held, held, stated)
            self.assertEqual(done.header_allowed, D("3.00"))

    def test_stated_sum_below_its_lines_is_no_better(self):
        lines = [base("0.00", "100.00")]
        self.assertFalse(audit(lines, MATRIX, "acme", stated=D("98.00")).held)
        self.assertTrue(audit(lines, MATRIX, "acme", stated=D("97.99")).held)

    def test_disputed_lines_lend_the_header_nothing(self):
        lines = [base("50.00"), line("base", None, "100.00")]
        done = audit(lines, MATRIX, "acme", stated=D("550.00"))
        self.assertFalse(done.held)
        self.assertEqual(done.header_allowed, D(0))
        self.assertTrue(audit(lines, MATRIX, "acme", stated=D("550.01")).held)

    def test_line_that_is_too_low_makes_up_for_none(self):
        lines = [base("-40.00"), base("5.01"), base("5.00"), base("5.00"), base("0.01")]
        done = audit(lines, MATRIX, "acme")
        self.assertEqual(
            [result.status for result in done.lines],
            ["in_tolerance", "variance", *["in_tolerance"] * 3],
        )
        self.assertEqual(done.header, D("10.01"))
        self.assertTrue(done.held)

    def test_bill_without_lines(self):
        done = audit([], MATRIX, "acme", stated=D(0))
        self.assertEqual((done.lines, done.held), ((), False))
        self.assertTrue(audit([], MATRIX, "acme", stated=D("0.01")).held)

    def test_header_in_another_currency(self):
        yen = MATRIX.in_currency(D(150), 0)
        lines = [line("base", "90000", "90750"), line("base", "90000", "90750")]
        done = audit(lines, yen, "acme", decimals=0)
        self.assertEqual((done.header, done.held), (D(1500), False))
        lines.append(line("base", "90000", "90001"))
        self.assertTrue(audit(lines, yen, "acme", decimals=0).held)


_CENTS = st.integers(-50_000, 50_000).map(lambda cents: D(cents) / 100)
_comparisons = st.builds(
    Comparison,
    st.just("line"),
    st.sampled_from(sorted(CHARGE_TYPES)),
    _CENTS,
    st.one_of(st.none(), _CENTS, _CENTS, _CENTS),
    st.one_of(st.none(), _CENTS),
    st.booleans(),
    st.sampled_from(((), (), (), (RESIDENTIAL_FINDING,))),
    st.booleans(),
    st.sampled_from((True, True, True, False)),
    st.sampled_from((None, None, None, "bill 1")),
    st.sampled_from((True, True, True, False)),
)
# Amounts around what is expected, where tolerances decide.
_near = st.builds(
    lambda kind, expected, apart: Comparison("near", kind, expected + apart, expected),
    st.sampled_from(("base", "fuel", "residential", "duty", "rounding")),
    st.integers(0, 40_000).map(lambda cents: D(cents) / 100),
    st.integers(-600, 600).map(lambda cents: D(cents) / 100),
)
_bills = st.lists(st.one_of(_comparisons, _near, _near), max_size=12)
_months = st.builds(
    Leakage,
    st.integers(0, 1_000_000).map(D),
    st.integers(0, 60).map(D),
    st.booleans(),
)


@tagged("post_install", "-at_install", "standard")
class TestAuditProperties(BaseCase):
    @seed(20260303)
    @settings(max_examples=1000, deadline=None, database=None)
    @given(_bills)
    def test_no_line_makes_up_for_another(self, lines):
        done = audit(lines, MATRIX, "acme")
        alone = tuple(judge(one, MATRIX, "acme")[0] for one in lines)
        self.assertEqual(done.lines, alone)
        turned = audit(lines[::-1], MATRIX, "acme")
        self.assertEqual(turned.lines, alone[::-1])
        self.assertEqual((turned.held, turned.header), (done.held, done.header))

    @seed(20260303)
    @settings(max_examples=1000, deadline=None, database=None)
    @given(_bills, _months)
    def test_what_passes_never_exceeds_the_cap(self, lines, month):
        done = audit(lines, MATRIX, "acme", leakage=month)
        let_pass = sum(
            (
                one.delta
                for one in done.lines
                if one.status == "in_tolerance" and one.delta > 0
            ),
            D(0),
        )
        self.assertEqual(done.leakage.tolerated, month.tolerated + let_pass)
        if let_pass:
            self.assertLessEqual(done.leakage.tolerated, month.cap)
            self.assertFalse(month.flipped)
        reasons = [one.reason for one in done.lines]
        if "leakage" in reasons:
            self.assertTrue(done.leakage.flipped)
            later = done.lines[reasons.index("leakage") :]
            self.assertFalse(
                [one for one in later if one.status == "in_tolerance" and one.delta > 0]
            )

    @seed(20260303)
    @settings(max_examples=1000, deadline=None, database=None)
    @given(st.one_of(_comparisons, _near), st.integers(1, 10_000))
    def test_billing_more_never_looks_better(self, comparison, cents):
        more = Comparison(
            **{
                name: getattr(comparison, name)
                for name in Comparison.__slots__
                if name != "billed"
            },
            billed=comparison.billed + D(cents) / 100,
        )
        before, _month = judge(comparison, MATRIX, "acme")
        after, _month = judge(more, MATRIX, "acme")
        self.assertGreaterEqual(after.disputed, before.disputed)
        self.assertLessEqual(
            before.disputed, max(comparison.billed, before.delta, D(0))
        )
        if before.reason == "over" and before.status == "variance":
            self.assertEqual((after.status, after.reason), ("variance", "over"))

    def test_results_use_the_closed_lists_and_all_of_them(self):
        """Look that the drawn bills meet every status and reason there is."""
        seen = Counter()

        @seed(20260303)
        @settings(max_examples=1000, deadline=None, database=None)
        @given(_bills, _months)
        def meets(lines, month):
            for one in audit(lines, MATRIX, "acme", leakage=month).lines:
                seen[one.status] += 1
                seen[one.reason] += 1

        meets()
        self.assertEqual(set(seen), {*STATUSES, *REASONS, ""})
