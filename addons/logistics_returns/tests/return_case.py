"""What tests of the fold share: lines, and facts that are short to write."""

from datetime import datetime, timedelta
from decimal import Decimal

from odoo.tests import BaseCase

from ..return_facts import ReturnFact, ReturnLine
from ..return_fold import fold

START = datetime(2026, 3, 2, 8)


def sold(delivered=10, invoiced=10, credited=0, replaced=0, key="a", **more):
    """Return a sold line, ten delivered and invoiced unless said otherwise."""
    figures = (delivered, invoiced, credited)
    return ReturnLine(key, *map(Decimal, figures), replaced=Decimal(replaced), **more)


class Told:
    """Facts with names and instants of their own, in the order they are written."""

    def __init__(self):
        self.facts = []

    def __call__(self, kind, quantity=None, disposition="", line=None, **more):
        """Tell a fact of line `a`, or of the whole return where none is needed."""
        if line is None:
            line = "" if quantity is None else "a"
        at = more.get("at", START + timedelta(hours=len(self.facts)))
        quantity = None if quantity is None else Decimal(quantity)
        ref = more.get("ref", f"{len(self.facts)}")
        self.facts.append(ReturnFact(kind, ref, at, line, quantity, disposition))
        return self


class FoldCase(BaseCase):
    """Facts are told one after the other; what they add up to is compared."""

    def setUp(self):
        super().setUp()
        self.tell = Told()

    def _position(self, *lines):
        return fold(lines or [sold()], self.tell.facts)

    def assertLine(self, line=None, **figures):
        """Compare figures of line `a`, and `state` and `problems` of the return."""
        position = self._position(*([line] if line else []))
        for name in ("state", "finished"):
            if name in figures:
                self.assertEqual(getattr(position, name), figures.pop(name), name)
        problems = figures.pop("problems", None)
        if problems is not None:
            self.assertEqual({name for name, _key in position.problems}, {*problems})
        found = {name: getattr(position.lines["a"], name) for name in figures}
        self.assertEqual(found, figures)
