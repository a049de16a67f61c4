"""The golden entries of a charge: what is told, and what must be posted, line by line.

The file says both in names of amounts (`over`, `over.tax`, `over.gross`), and per
currency what each of them is. Without tax, the tax is nothing and the gross the net.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from odoo.addons.logistics_freight_accrual import accrual, charge

FILE = Path(__file__).parent / "payloads" / "golden_entries.json"
DAY = date(2026, 3, 2)
_BILLS = {"bill": True, "part": False}


@dataclass(frozen=True)
class Case:
    """One scenario in one currency, with tax or without."""

    name: str
    script: dict
    amounts: dict
    terms: charge.Terms


def cases():
    """Return every scenario in every currency, with and without tax.

    :rtype: list[Case]
    """
    table = json.loads(FILE.read_text("utf-8"))
    found = []
    for currency, kind in table["currencies"].items():
        for taxed in (True, False):
            amounts = dict(table["net"][currency])
            for name, (tax, gross) in table["tax"][currency].items():
                amounts[f"{name}.tax"] = tax if taxed else "0"
                amounts[f"{name}.gross"] = gross if taxed else amounts[name]
            rate = Decimal(kind["tax_rate"] if taxed else 0)
            terms = charge.Terms(currency, kind["decimals"], rate)
            found += [
                Case(
                    f"{scenario}, {currency}, {'taxed' if taxed else 'untaxed'}",
                    script,
                    {name: Decimal(value) for name, value in amounts.items()},
                    terms,
                )
                for scenario, script in table["scenarios"].items()
            ]
    return found


class Telling:
    """Tells a scenario step by step and posts what is planned."""

    def __init__(self, case):
        self.case = case
        self.facts, self.posted = [], []
        self.bill = self.plan = None

    def tell(self, sentences):
        """Tell facts, and return what is posted then.

        :param list[str] sentences: Such as `dispute doubted clearing`.
        :rtype: list[charge.Posting]
        """
        for sentence in sentences:
            self.facts.append(self._fact(*sentence.split()))
        self.plan = accrual.plan(self.facts, self.posted, self.case.terms)
        self.posted += self.plan.postings
        return list(self.plan.postings)

    def balance(self, role):
        """Return what a role shows by all that is posted."""
        return sum((row.balance(role) for row in self.posted), Decimal(0))

    def _fact(self, word, name="", treatment=""):
        kind = "bill" if word in _BILLS else word
        place = len(self.facts)
        if kind == "bill":
            self.bill = name
        target = {
            "match": self.bill,
            "payment": self.bill,
            "dispute": self.bill,
            "credit": name,
            "concede": name,
            "short_paid": name,
        }.get(kind, "")
        return charge.ChargeFact(
            kind,
            name or target or kind,
            self.case.amounts.get(name, Decimal(0)),
            self.case.amounts.get(f"{name}.tax", Decimal(0)),
            on=DAY + timedelta(days=place),
            at=datetime(2026, 3, 2, 12) + timedelta(hours=place),
            target=target,
            final=_BILLS.get(word, True),
            treatment=treatment,
        )


def written(posting):
    """Return a posting as the file writes it, with amounts in place of names.

    :rtype: tuple
    """
    lines = sorted((line.role, line.amount) for line in posting.lines)
    return f"{posting.key} {posting.generation} {posting.reason}", lines


def expected(sentence, amounts):
    """Return what a sentence of the file asks for, as `written` returns it.

    :param str sentence: `key generation reason: Dr role amount / Cr role amount`.
    :param dict amounts: By name.
    :rtype: tuple
    """
    head, _sep, rest = sentence.rpartition(": ")
    lines = []
    for part in rest.split(" / "):
        side, role, name = part.split()
        amount = amounts[name] if side == "Dr" else -amounts[name]
        if amount:
            lines.append((role, amount))
    return head, sorted(lines)
