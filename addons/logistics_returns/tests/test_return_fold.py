from datetime import timezone
from decimal import Decimal

from odoo.tests import tagged

from ..return_facts import KINDS, ReturnFact, ReturnLine
from ..return_fold import fold
from .return_case import START, FoldCase, sold


@tagged("post_install", "-at_install")
class TestReturnFacts(FoldCase):
    def test_states_before_anything_came(self):
        for kind, state in (
            ("approved", "approved"),
            ("label_sent", "label_sent"),
            ("scanned", "in_transit"),
        ):
            self.tell(kind)
            self.assertLine(state=state)

    def test_lines_add_up_to_the_return(self):
        self.tell("requested", 1)("requested", 1, line="b")
        self.tell("received", 1)("inspected", 1, "restock")
        line = sold(credited=1, paid=True)
        self.assertEqual(self._position(line, sold(key="b")).state, "inspected")
        self.tell("lost", 1, line="b")
        found = self._position(line, sold(key="b", credited=1))
        self.assertEqual((found.state, found.finished), ("credited", False))
        found = self._position(line, sold(key="b", credited=1, paid=True))
        self.assertEqual((found.state, found.finished), ("refunded", True))

    def test_conflict_holds_all_money(self):
        self.tell("requested", 2)("received", 2)("inspected", 2, "restock", ref="i")
        self.tell("inspected", 1, "restock", ref="i")
        for credited in (0, 1, 2):
            found = self._position(sold(credited=credited))
            self.assertEqual(found.held, "conflict")
            self.assertEqual(found.lines["a"].creditable, credited)
            self.assertIn(("conflict", "i"), found.problems)
            self.assertFalse(found.finished)

    def test_refused_facts(self):
        at = START
        for bad in (
            ("sent", "1", at),
            ("closed", "", at),
            ("closed", "1", at, "a"),
            ("closed", "1", at, "", Decimal(1)),
            ("received", "1", at, "a"),
            ("received", "1", at, "", Decimal(1)),
            ("received", "1", at, "a", Decimal(0)),
            ("received", "1", at, "a", Decimal("NaN")),
            ("received", "1", at, "a", Decimal(1), "restock"),
            ("inspected", "1", at, "a", Decimal(1)),
            ("inspected", "1", at, "a", Decimal(1), "eaten"),
            ("requested", "1", at, "a"),
            ("requested", "1", at, "a", Decimal(-1)),
            ("withdrawn", "1", at, "", Decimal(1)),
            ("withdrawn", "1", at, "a", Decimal(-1)),
            ("approved", "1", at, "a", Decimal(1)),
            ("closed", "1", at.replace(tzinfo=timezone.utc)),
            ("closed", "1", None),
        ):
            with self.subTest(bad), self.assertRaises(ValueError):
                ReturnFact(*bad)
        with self.assertRaises(TypeError):
            ReturnFact("received", "1", at, "a", 1.0)

    def test_refused_lines(self):
        for bad in (
            {"delivered": -1},
            {"key": ""},
            {"credited": -1},
            {"replaced": "Infinity"},
        ):
            with self.subTest(bad), self.assertRaises(ValueError):
                sold(**bad)
        with self.assertRaises(TypeError):
            ReturnLine("a", 1.0)
        with self.assertRaises(ValueError):
            fold([sold(), sold()], [])
        self.tell("received", 1, line="elsewhere")
        with self.assertRaises(ValueError):
            self._position()

    def test_lines_may_be_called_by_number(self):
        self.tell("requested", 1, line=0)("withdrawn", line=0)
        self.assertEqual(self._position(sold(key=0)).state, "closed")

    def test_facts_are_those_of_the_model(self):
        self.assertEqual(len(KINDS), 13)
