"""What to post next for a charge: the difference between what should be and what is.

Pure: the facts of a charge and what is posted for it go in, the next postings come
out. Nothing that is posted is ever changed or posted twice: a posting is named by its
key and generation, a document is posted once, and everything later is a difference.
Saying the same facts again plans nothing, and in whatever order they came, the same
accounts show the same amounts in the end.

Three kinds of keys:

* `accrual`: freight against accrued freight. A confirmed price adds the difference,
  a void charge or a write-off takes back what is left.
* `bill:…`, `credit:…`: the part of a carrier's document that is about this charge. The
  bill consumes the accrual; variance stands on the bill as a line of its own, so that
  the accrual closes at once.
* `settle`: what changes between the other roles later: a part that is contested after
  the bill was posted, a concession, a short payment, a correction.
"""

from dataclasses import replace

from .charge import EXPENSES, Line, Plan, Posting
from .position import bill_order, contested, known, overdone, position
from .rounding import ZERO, clamp, finite, rounded

# Why nothing may move: two contents under one name; another currency than the charge's;
# more is disputed than billed, or decided than disputed; a document is posted that is
# not among the facts, or was posted with other amounts.
HOLDS = (
    "conflict",
    "currency",
    "dispute_exceeds_bill",
    "outcome_exceeds_dispute",
    "unknown_document",
    "changed_document",
)
# Besides the holds: a fact is about something nobody told of yet, the goods moved
# without a price, or another amount was approved for release than there is.
PROBLEMS = (*HOLDS, "unknown_target", "no_price", "write_off_differs")

_TARGETS = {
    "match": ("bill",),
    "payment": ("bill",),
    "unpaid": ("payment",),
    "dispute": ("bill",),
    "concede": ("dispute",),
    "short_paid": ("dispute",),
    "credit": ("dispute", "bill"),
}
# In which role the rest of a document goes first.
_ORDER = ("accrued", "variance")


def plan(facts, posted, terms):
    """Work out the next postings of a charge.

    :param Iterable[ChargeFact] facts: All that is known, in any order, also repeated.
    :param Iterable[Posting] posted: All that is posted and stands, in any order.
    :param Terms terms: What holds for the charge.
    :rtype: Plan
    :raises ValueError: When two postings share a key and generation, or an amount has
        more decimals than the currency.
    """
    posted = list(posted)
    if len({(row.key, row.generation) for row in posted}) < len(posted):
        raise ValueError("Two postings share a key and generation")
    kinds, held, problems = known(facts, terms)
    problems = [*problems, *_loose_ends(kinds)]
    disputes = contested(kinds, terms)
    for found in overdone(kinds, disputes, terms) + _strangers(kinds, posted):
        held = held or found[0]
        problems.append(found)
    if held:
        return Plan(held=held, problems=tuple(problems))
    keys = frozenset(row.key for row in posted)
    target = position(kinds, disputes, terms, keys)
    if target.stage != "estimated" and _lacks_price(kinds):
        problems.append(("no_price", min(kinds["trigger"])))
    problems += _unreleased(kinds, target)
    work = _Work(kinds, disputes, terms, target, posted)
    return Plan(work.postings(), target, problems=tuple(problems))


def landed(posting, stock):
    """Divide the freight-in of a posting between the stock and what was sold already.

    The part of the stock is what a landed cost carries, the rest stays freight-in. Both
    count as the same when the next difference is planned.

    :param Posting posting: Of an inbound charge.
    :param Decimal stock: The part that raises the value of the stock, with the sign of
        the freight-in; see `allocation.by_stock`.
    :rtype: Posting
    :raises TypeError: When the part is not a `Decimal`.
    :raises ValueError: When the posting has no freight-in, as no outbound charge has,
        or less of it than that.
    """
    freight_in = posting.balance("freight_in")
    if not freight_in:
        raise ValueError(
            f"{posting.key}: no freight-in: only inbound freight is landed"
        )
    if clamp(finite(stock, "stock"), ZERO, freight_in) != stock:
        raise ValueError(f"{posting.key}: {stock} of {freight_in} cannot be landed")
    parts = (("stock", stock), ("freight_in", freight_in - stock))
    lines = [Line(role, amount) for role, amount in parts if amount]
    lines += [line for line in posting.lines if line.role != "freight_in"]
    return replace(posting, lines=tuple(lines))


class _Work:
    """The way from what is posted to where the charge stands."""

    def __init__(self, kinds, disputes, terms, target, posted):
        self.kinds, self.disputes = kinds, disputes
        self.terms, self.target, self.posted = terms, target, posted
        # What is missing yet beside the accrual, by role.
        self.missing = dict(target.balances)
        self._add(self.missing, terms.expense, -target.accrued)
        self._add(self.missing, "accrued", target.accrued)
        self.accrued = ZERO
        for row in posted:
            if row.key == "accrual":
                self.accrued -= row.balance("accrued")
            else:
                self._take(row)

    def postings(self):
        """Return the postings in the order to post them."""
        return (*self._accrual(), *self._bills(), *self._credits(), *self._rest())

    def _accrual(self):
        missing = self.target.accrued - self.accrued
        if missing:
            reason, on = self._why(missing)
            lines = self._written({self.terms.expense: missing, "accrued": -missing})
            yield self._posting("accrual", reason, lines, on)

    def _why(self, missing):
        kinds = self.kinds
        for kind in ("void", "write_off"):
            if kinds[kind] and abs(self.target.accrued) < abs(self.accrued):
                return kind, self._last_day(kind)
        if self.accrued or any(row.key == "accrual" for row in self.posted):
            return "adjust", self._last_day("confirm")
        return "accrue", min(fact.on for fact in kinds["trigger"].values())

    def _last_day(self, kind):
        """Return the last day a kind speaks of, else the last any fact does."""
        facts = [*self.kinds[kind].values()]
        days = [fact.on for fact in facts if fact.on] or [
            fact.on for kind in self.kinds.values() for fact in kind.values() if fact.on
        ]
        return max(days or [row.on for row in self.posted])

    def _bills(self):
        """Post the bills that may be, each with its part of what is missing."""
        new = sorted(
            (
                bill
                for ref, bill in self.kinds["bill"].items()
                if f"bill:{ref}" in self._new_documents()
            ),
            key=bill_order,
        )
        for place, bill in enumerate(new):
            own = [
                dispute
                for dispute in self.disputes.values()
                if dispute.fact.target == bill.ref
            ]
            fixed = {
                "clearing": sum(
                    (dispute.unaccepted for dispute in own if dispute.clears), ZERO
                ),
                "recoverable_tax": self.terms.recovered(bill.tax),
                "payable": -bill.gross(),
            }
            last = bill.final or place == len(new) - 1
            lines = self._lines(fixed, whole=last)
            if lines:
                blocked = sum((dispute.blocked for dispute in own), ZERO)
                yield self._posting(f"bill:{bill.ref}", "bill", lines, bill.on, blocked)

    def _credits(self):
        for ref, credit in self.kinds["credit"].items():
            if f"credit:{ref}" not in self._new_documents():
                continue
            fixed = {
                "recoverable_tax": -self.terms.recovered(credit.tax),
                "payable": credit.gross(),
            }
            dispute = self.disputes.get(credit.target)
            if dispute and dispute.clears:
                cost = self.terms.cost(credit.amount, credit.tax)
                fixed["clearing"] = clamp(self.missing["clearing"], -cost, ZERO)
            lines = self._lines(fixed, whole=False)
            if lines:
                yield self._posting(f"credit:{ref}", "credit", lines, credit.on)

    def _new_documents(self):
        keys = {row.key for row in self.posted}
        return {key for key in self.target.documents if key not in keys}

    def _lines(self, fixed, whole):
        """Return the lines of a document: the rest goes where something is missing.

        :param bool whole: Whether it may carry an opposite difference, as a last bill
            below the accrual does.
        """
        rest = -sum(fixed.values(), ZERO)
        if whole and self._fits(rest):
            shares = {role: self.missing[role] for role in _ORDER}
        else:
            shares = {}
            for role in (*_ORDER, self.terms.expense):
                shares[role] = clamp(self.missing[role], ZERO, rest)
                rest -= shares[role]
            beyond = "variance" if self.missing["variance"] else self.terms.expense
            self._add(shares, beyond, rest)
        amounts = {**shares, **fixed}
        return self._written(amounts)

    def _fits(self, rest):
        accrued, variance = (self.missing[role] for role in _ORDER)
        return accrued + variance == rest and accrued * rest >= 0

    def _rest(self):
        """Post what documents did not: the last step, and often none."""
        lines = self._written(self.missing)
        if lines:
            reason, kind = self._settling()
            yield self._posting("settle", reason, lines, self._last_day(kind))

    def _written(self, amounts):
        return tuple(
            Line(role, rounded(amount, self.terms.decimals))
            for role, amount in amounts.items()
            if amount
        )

    def _settling(self):
        if self.missing["payable"]:
            return "short_paid", "short_paid"
        if self.missing["clearing"] < 0:
            return "concede", "concede"
        if self.missing["clearing"] > 0:
            return "dispute", "dispute"
        return "correct", "confirm"

    def _posting(self, key, reason, lines, on, blocked=ZERO):
        generation = 1 + max(
            (row.generation for row in self.posted if row.key == key), default=0
        )
        posting = Posting(key, generation, reason, lines, on, blocked)
        if key != "accrual":
            self._take(posting)
        return posting

    def _take(self, posting):
        for line in posting.lines:
            # Goods still in stock carry what freight-in would.
            role = self.terms.expense if line.role in EXPENSES else line.role
            self._add(self.missing, role, -line.amount)

    @staticmethod
    def _add(amounts, role, amount):
        amounts[role] = amounts.get(role, ZERO) + amount


def _lacks_price(kinds):
    return kinds["trigger"] and not (
        kinds["void"] or kinds["quote"] or kinds["confirm"]
    )


def _loose_ends(kinds):
    """Return the facts that are about something nobody told of yet."""
    return [
        ("unknown_target", fact.ref)
        for kind, targets in _TARGETS.items()
        for fact in kinds[kind].values()
        if fact.target and not any(fact.target in kinds[name] for name in targets)
    ]


def _strangers(kinds, posted):
    """Return posted documents that are not known, or were posted with other amounts."""
    found = []
    for row in posted:
        kind, _sep, ref = row.key.partition(":")
        if kind not in ("bill", "credit"):
            continue
        fact = kinds[kind].get(ref)
        if fact is None:
            found.append(("unknown_document", ref))
        elif row.balance("payable") != (-1 if kind == "bill" else 1) * fact.gross():
            found.append(("changed_document", ref))
    return found


def _unreleased(kinds, target):
    """Return a problem when other than what was approved is released."""
    approved = sum((fact.amount for fact in kinds["write_off"].values()), ZERO)
    if approved == target.released:
        return []
    return [("write_off_differs", min(kinds["write_off"]))]
