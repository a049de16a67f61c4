"""Where a charge stands by all that is known of it.

One pure function of a set of facts: no database, no clock, and nothing here asks in
which order facts came, or how often. So what is posted can always be compared with what
should be, and the difference is what is posted next (`accrual.py`).

Its rules:

1. nothing is accrued before the trigger, for a void charge, or without a price; then
   the last price said counts, a confirmed one over every quote;
2. bills consume the accrual in the order of their days; the difference is variance once
   the final bill is there, and before it only what is billed beyond the accrual;
3. what is contested is neither: it stands in clearing, and the accrual it would have
   consumed stays open, until a credit memo, a concession or a short payment ends it;
4. what comes after the final bill, or after everything was written off, is a late
   charge: cost at once, as is a bill of a charge that was never accrued.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from .charge import DOCUMENTS, KINDS, PRICES, ChargeFact, Position, exact_fact
from .rounding import ZERO, clamp


class Known(NamedTuple):
    """The facts that count, each once.

    :param dict kinds: By kind its facts, by `ref` in a fixed order.
    :param str held: Why nothing may be concluded: `conflict` (one name, two contents)
        or `currency` (a source speaks of another one), else "".
    :param tuple problems: Pairs of a problem and the ref it is about.
    """

    kinds: dict[str, dict[str, ChargeFact]]
    held: str = ""
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Contested:
    """A dispute and what became of it; costs, so without the tax that comes back.

    :param Decimal unaccepted: What was contested and not conceded.
    :param Decimal open: What is still undecided.
    :param Decimal spill: What was credited beyond the dispute.
    :param Decimal blocked: What must not be paid yet, tax included.
    """

    fact: ChargeFact
    unaccepted: Decimal
    open: Decimal
    spill: Decimal
    blocked: Decimal

    @property
    def clears(self):
        """Return whether it stands in the clearing account.

        :rtype: bool
        """
        return self.fact.treatment != "expense"


def known(facts, terms):
    """Take every fact once, of the versions of a price the last.

    :param Iterable[ChargeFact] facts: In any order, told once or often.
    :param Terms terms: What holds for the charge.
    :rtype: Known
    :raises ValueError: When an amount has more decimals than the currency.
    """
    versions = defaultdict(set)
    for fact in facts:
        versions[fact.kind, fact.ref].add(exact_fact(fact, terms.decimals))
    kinds = {kind: {} for kind in KINDS}
    held, problems = "", []
    for kind, ref in sorted(versions):
        told = versions[kind, ref]
        if kind in PRICES:
            last = max(_said(fact) for fact in told)
            told = {fact for fact in told if _said(fact) == last}
        if any(fact.currency not in ("", terms.currency) for fact in told):
            held = held or "currency"
            problems.append(("currency", ref))
        if len(told) > 1:
            held = "conflict"
            problems.append(("conflict", ref))
        kinds[kind][ref] = min(told, key=repr)
    return Known(kinds, held, tuple(problems))


def contested(kinds, terms):
    """Work out what became of every dispute.

    :param dict kinds: `Known.kinds`.
    :param Terms terms: What holds for the charge.
    :rtype: dict[str, Contested]
    """
    ended = {
        kind: _by_target(kinds[kind].values())
        for kind in ("concede", "short_paid", "credit")
    }
    found = {}
    for ref, fact in kinds["dispute"].items():
        sums = {
            kind: sum((_cost(end, terms) for end in targets[ref]), ZERO)
            for kind, targets in ended.items()
        }
        unaccepted = _cost(fact, terms) - sums["concede"]
        undecided = unaccepted - sums["short_paid"] - sums["credit"]
        paid_or_not = (
            end.gross() for targets in ended.values() for end in targets[ref]
        )
        found[ref] = Contested(
            fact,
            unaccepted,
            max(undecided, ZERO),
            max(-undecided, ZERO),
            max(fact.gross() - sum(paid_or_not, ZERO), ZERO) if undecided > 0 else ZERO,
        )
    return found


def overdone(kinds, disputes, terms):
    """Find disputes over more than their bill, and outcomes over more than a dispute.

    :param dict kinds: `Known.kinds`.
    :param dict disputes: By ref a `Contested`.
    :param Terms terms: What holds for the charge.
    :return: Pairs of `dispute_exceeds_bill` or `outcome_exceeds_dispute` and the ref.
    :rtype: list[tuple[str, str]]
    """
    found = []
    for ref, bill in kinds["bill"].items():
        claimed = sum(
            (
                _cost(dispute.fact, terms)
                for dispute in disputes.values()
                if dispute.fact.target == ref
            ),
            ZERO,
        )
        if claimed > max(_cost(bill, terms), ZERO):
            found.append(("dispute_exceeds_bill", ref))
    for ref, dispute in disputes.items():
        short = sum(
            _cost(end, terms)
            for end in kinds["short_paid"].values()
            if end.target == ref
        )
        if dispute.unaccepted < short:
            found.append(("outcome_exceeds_dispute", ref))
    return found


def position(kinds, disputes, terms, posted=frozenset()):
    """Work out where the charge stands once everything is posted that may be.

    :param dict kinds: `Known.kinds`.
    :param dict disputes: What `contested` returned.
    :param Terms terms: What holds for the charge.
    :param Set posted: The `bill:` and `credit:` keys that are posted: what is posted
        counts, even if it would be held today.
    :rtype: Position
    """
    return _Account(kinds, disputes, terms, posted).position()


class _Account:
    """The sums behind a position."""

    def __init__(self, kinds, disputes, terms, posted):
        self.kinds, self.disputes, self.terms = kinds, disputes, terms
        self.bills = {
            ref: bill
            for ref, bill in kinds["bill"].items()
            if f"bill:{ref}" in posted or self._may_post(ref)
        }
        self.live = [
            dispute
            for dispute in disputes.values()
            if dispute.fact.target in self.bills
        ]
        self.credits = {
            ref: credit
            for ref, credit in kinds["credit"].items()
            if f"credit:{ref}" in posted or self._has_target(credit)
        }
        finals = [bill_order(bill) for bill in self.bills.values() if bill.final]
        self.closed = min(finals, default=None)
        self.written_off_on = min(
            (fact.on for fact in kinds["write_off"].values()), default=None
        )

    def _may_post(self, ref):
        return any(
            match.target == ref for match in self.kinds["match"].values()
        ) and not any(
            dispute.fact.treatment == "hold" and dispute.open
            for dispute in self.disputes.values()
            if dispute.fact.target == ref
        )

    def _has_target(self, credit):
        if credit.target in self.disputes:
            return self.disputes[credit.target].fact.target in self.bills
        return not credit.target or credit.target in self.bills

    def position(self):
        """Add everything up."""
        price = self._price()
        released, exhausted = self._released(price or ZERO)
        accrued = (price or ZERO) - released
        regular = self._regular(before_write_off=exhausted)
        late = [bill for bill in self.bills.values() if bill.ref not in regular]
        early, after = self._free_credits(exhausted)
        billed = self._accepted(regular) - early
        undecided = self._undecided(regular)
        consumed, variance = self._measure(accrued, billed, undecided, regular)
        used = min(after, max(variance, ZERO))
        variance -= used
        cost = self._accepted({bill.ref for bill in late}) - (after - used)
        if price is None and not self.kinds["void"]:
            cost, variance = cost + variance, ZERO
        balances = {
            self.terms.expense: accrued + cost,
            "variance": variance,
            "accrued": consumed - accrued,
            **self._documents(),
        }
        return Position(
            stage=self._stage(accrued - consumed, released, balances),
            accrued=accrued,
            open=accrued - consumed,
            released=released,
            disputed=sum((dispute.open for dispute in self.live), ZERO),
            blocked=sum((dispute.blocked for dispute in self.live), ZERO),
            balances=balances,
            documents=tuple(
                f"{kind}:{ref}"
                for kind in DOCUMENTS
                for ref in (self.bills if kind == "bill" else self.credits)
            ),
        )

    def _price(self):
        """Return what is to be accrued, None when nothing is known to accrue."""
        quote, confirmed = (
            max(self.kinds[kind].values(), key=_said, default=None) for kind in PRICES
        )
        said = confirmed or quote
        if said is None or not self.kinds["trigger"] or self.kinds["void"]:
            return None
        return self.terms.expected(said.amount)

    def _released(self, price):
        """Return what is written off, and whether nothing was left by it."""
        day = self.written_off_on
        if day is None:
            return ZERO, False
        before = {ref for ref, bill in self.bills.items() if bill.on <= day}
        approved = sum((fact.amount for fact in self.kinds["write_off"].values()), ZERO)
        # After a final bill nothing is left, but for what a dispute keeps open.
        left = price - self._measure(price, self._accepted(before), ZERO, before)[0]
        released = clamp(approved, ZERO, left)
        return released, released == left

    def _regular(self, before_write_off):
        """Return the bills that are measured against the accrual."""
        return {
            ref
            for ref, bill in self.bills.items()
            if (self.closed is None or bill_order(bill) <= self.closed)
            and not (before_write_off and bill.on > self.written_off_on)
        }

    def _accepted(self, refs):
        """Return the cost of bills without what is contested on them."""
        costs = sum((_cost(self.bills[ref], self.terms) for ref in refs), ZERO)
        for dispute in self.live:
            if dispute.fact.target in refs:
                costs -= dispute.unaccepted
                costs += ZERO if dispute.clears else dispute.open
        return costs

    def _undecided(self, refs):
        """Return what stands in clearing of these bills."""
        return sum(
            (
                dispute.open
                for dispute in self.live
                if dispute.clears and dispute.fact.target in refs
            ),
            ZERO,
        )

    def _free_credits(self, exhausted):
        """Return what was credited beside disputes: before the end, and after it."""
        early, after = ZERO, sum((dispute.spill for dispute in self.live), ZERO)
        for credit in self.credits.values():
            if credit.target in self.disputes:
                continue
            ended = self.closed is not None and credit.on >= self.closed[0]
            if ended or (exhausted and credit.on > self.written_off_on):
                after += _cost(credit, self.terms)
            else:
                early += _cost(credit, self.terms)
        return early, after

    def _measure(self, accrued, billed, undecided, refs):
        """Return what bills consume of the accrual, and what they cost beyond it."""
        if any(self.bills[ref].final for ref in refs):
            # Whatever the dispute ends with, if the accrual lies between, it fits.
            fits = clamp(accrued, billed, billed + undecided)
            return billed - (fits - accrued), fits - accrued
        consumed = clamp(billed, ZERO, accrued)
        return consumed, billed - consumed

    def _documents(self):
        """Return the balances that the documents themselves decide."""
        taken_back = [*self.credits.values()] + [
            end
            for end in self.kinds["short_paid"].values()
            if any(dispute.fact.ref == end.target for dispute in self.live)
        ]
        gross, tax = ZERO, ZERO
        for sign, facts in ((1, self.bills.values()), (-1, taken_back)):
            for fact in facts:
                gross += sign * fact.gross()
                tax += sign * self.terms.recovered(fact.tax)
        clearing = (dispute.open for dispute in self.live if dispute.clears)
        return {
            "clearing": sum(clearing, ZERO),
            "recoverable_tax": tax,
            "payable": -gross,
        }

    def _stage(self, still_open, released, balances):
        kinds = self.kinds
        if any(dispute.open for dispute in self.disputes.values()):
            return "disputed"
        undone = {fact.target for fact in kinds["unpaid"].values()}
        paid = {
            fact.target for fact in kinds["payment"].values() if fact.ref not in undone
        }
        if self.closed and self.bills.keys() == kinds["bill"].keys() <= paid:
            return "settled"
        if kinds["bill"]:
            return "invoiced"
        if kinds["void"]:
            return "void"
        if released and not still_open:
            return "written_off"
        if not kinds["trigger"]:
            return "estimated"
        return "confirmed" if kinds["confirm"] else "provisional"


def bill_order(bill):
    """Return the place of a bill among those of a charge: by day, the final one last.

    :param ChargeFact bill: A bill.
    :rtype: tuple
    """
    return (bill.on, bill.final, bill.ref)


def _said(fact):
    return (fact.at or datetime.min, fact.on or date.min, fact.ref)


def _cost(fact, terms):
    return terms.cost(fact.amount, fact.tax)


def _by_target(facts):
    found = defaultdict(list)
    for fact in facts:
        found[fact.target].append(fact)
    return found
