"""One charge, told fact by fact, and what is posted then."""

from datetime import date
from decimal import Decimal

from odoo.addons.logistics_freight_accrual.accrual import plan
from odoo.addons.logistics_freight_accrual.charge import ChargeFact, Terms

D = Decimal
DAY = date(2026, 3, 2)
EUR = Terms("EUR")


def fact(kind, ref="1", amount="0", tax="0", **more):
    """Return a fact; a day is one of March 2026."""
    day = more.pop("day", 2)
    return ChargeFact(kind, ref, D(amount), D(tax), date(2026, 3, day), **more)


SHIPPED = (fact("quote", amount="100"), fact("trigger"))


def lines(posting):
    """Return the amounts of a posting by role."""
    return {line.role: line.amount for line in posting.lines}


class Books:
    """One charge, told fact by fact."""

    def __init__(self, terms=EUR):
        self.terms, self.facts, self.posted, self.plan = terms, [], [], None

    def tell(self, *facts):
        """Tell facts, post what is planned, and return it by key."""
        self.facts += facts
        self.plan = plan(self.facts, self.posted, self.terms)
        self.posted += self.plan.postings
        return {row.key: lines(row) for row in self.plan.postings}
