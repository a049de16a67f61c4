import os
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import readers
from odoo.addons.logistics_freight_accrual.bill import KINDS, REFERENCES

from .bill_files import LAYOUT_OF, payload

# The same files on every run; another number in the environment draws others.
SEED = int(os.environ.get("LOGISTICS_SEED", "20260303"))
MUTATIONS = 1500
CATEGORIES = {"syntax", "encoding", "value", "total", "missing", "unsupported"}

# What breaks a file: bytes to put in, more often than not those that mean something.
_PIECES = st.one_of(
    st.sampled_from(
        [
            *(b"\0", b"\xff", b"\xef\xbb\xbf", b'"', b"'", b"?", b"~", b"|", b"*"),
            *(b"+", b":", b",", b";", b"\n", b"\r\n", b"=cmd|' /C calc'!A0", b"NaN"),
            *(b"1e999", b"-", b"9" * 40, b"00000000", b"ISA*", b"ST*210*1~", b"SE*"),
            *(b"UNA", b"UNA:+.? '", b"UNH+1+INVOIC'", b"UNS+S'", b"LIN+1'", b"L1*1~"),
            *(b"L3*****1~", b"MOA+203:1'", b"ALC+A'", "\u0663".encode(), b"\xc3"),
        ]
    ),
    st.binary(max_size=6),
)
_CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 30),
        st.integers(0, 3),
        _PIECES,
    ),
    min_size=1,
    max_size=4,
)


def mutated(data, changes):
    """Put something in, take something out, double or swap a part, at places drawn."""
    for share, length, way, piece in changes:
        at = int(share * len(data))
        part = data[at : at + length]
        before, behind = data[:at], data[at + length :]
        data = (
            before + piece + part + behind,
            before + piece + behind,
            before + part + part + behind,
            behind + part + before,
        )[way]
    return data


def check(case, read, layout):
    """Assert what holds for whatever was read."""
    case.assertIn(read.layout, ("", *readers.LAYOUTS))
    if layout:
        case.assertEqual(read.layout, layout)
    for problem in read.all_problems:
        case.assertIn(problem.category, CATEGORIES)
        case.assertGreaterEqual(problem.row, 0)
        case.assertTrue(problem.reason)
    for bill in read.bills:
        case.assertIn(bill.kind, KINDS)
        owed = [bill.tax] if bill.total is None else [bill.tax, bill.total]
        if bill.total is not None and bill.net + bill.tax != bill.total:
            case.assertIn("total", {problem.category for problem in bill.problems})
        for line in bill.lines:
            case.assertGreaterEqual(line.row, 1)
            case.assertLessEqual(set(line.references), set(REFERENCES))
            case.assertIn(line.weight_unit, ("", "KG", "LB"))
            owed += [line.amount, line.tax]
        for amount in owed:
            case.assertIsInstance(amount, Decimal)
            case.assertTrue(amount.is_finite())
    if not read.bills:
        case.assertTrue(read.all_problems)


@tagged("post_install", "-at_install", "standard")
class TestMutations(BaseCase):
    def run_mutations(self, draw, check_one):
        @seed(SEED)
        @settings(
            max_examples=MUTATIONS,
            phases=(Phase.generate, Phase.shrink),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(sorted(LAYOUT_OF)), draw)
        def holds(name, drawn):
            check_one(name, drawn)

        holds()

    def test_nothing_but_problems_comes_of_a_broken_file(self):
        seen = set()

        def check_one(name, changes):
            data = mutated(payload(name), changes)
            read = readers.read(data, LAYOUT_OF[name])
            check(self, read, LAYOUT_OF[name])
            seen.update(problem.category for problem in read.all_problems)
            check(self, readers.read(data), None)
            try:
                self.assertIn(readers.detect(data), readers.LAYOUTS)
            except readers.UnreadableBill as error:
                self.assertIn(error.category, CATEGORIES)

        self.run_mutations(_CHANGES, check_one)
        # Files that stay whole would prove nothing.
        self.assertEqual(seen, CATEGORIES)

    def test_noise_is_no_bill(self):
        def check_one(name, data):
            check(self, readers.read(data, LAYOUT_OF[name]), LAYOUT_OF[name])

        self.run_mutations(st.binary(max_size=300), check_one)

    def test_rows_that_are_left_out_cost_only_themselves(self):
        def check_one(name, drawn):
            if LAYOUT_OF[name] not in ("ups_csv", "fedex_csv"):
                return
            lines = payload(name).splitlines(keepends=True)
            first = 0 if LAYOUT_OF[name] == "ups_csv" else 1
            left_out = first + drawn % (len(lines) - first)
            plain = readers.read(payload(name))
            read = readers.read(b"".join(lines[:left_out] + lines[left_out + 1 :]))
            check(self, read, None)
            expected = [
                (line.text, line.amount)
                for bill in plain.bills
                for line in bill.lines
                if line.row != left_out + 1
            ]
            kept = [
                (line.text, line.amount) for bill in read.bills for line in bill.lines
            ]
            self.assertEqual(kept, expected)

        self.run_mutations(st.integers(0, 1000), check_one)
