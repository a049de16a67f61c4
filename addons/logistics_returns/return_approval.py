"""How many people must agree before something is credited, and who may.

Pure, all money `Decimal` in company currency, tax included as the customer gets it.
Limits are reached, not passed: what equals one is still within it.

============================= ============ ================= ========================
case                          nobody       one person        two people
============================= ============ ================= ========================
inspected, return to sender   up to 50     up to 500         above 500 (1)
damaged or short, with photo  never        up to 500         above 500
kept, lost, goodwill, damaged never        up to 50          above 50 (2)
or short without photo
============================= ============ ================= ========================

(1) Up to the one-person amount neither the share of the order nor earlier refunds are
asked for: an order of one article is always returned in full. Between it and the
amount from which two people agree in any case (`both_above`, the same 500 unless set
apart) one is enough, unless it is more than 20 % of the order, or the third refund of a
private customer in 30 days. A business customer's third return is routine.
(2) What the carrier lost is claimed from the carrier before anybody agrees to that.

What always holds: nobody agrees to what they asked for or last changed (`eligible`),
one person counts once, and whoever agreed did so to just these lines and amounts:
another `fingerprint` voids it (`agreed`). A rule that asks two people needs two who may
(`shortage`). Nothing is credited beyond what is invoiced, or refunded beyond what was
paid (`within`).
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from .return_bounds import ZERO, number

# By case the row of the table.
CASES = MappingProxyType(
    {
        "inspected": "goods",
        "to_sender": "goods",
        "damaged": "evidence",
        "short": "evidence",
        "kept": "trust",
        "lost": "trust",
        "goodwill": "trust",
    }
)
# Why so many people; the first one that applies is the reason shown.
REASONS = (
    "amount",
    "share",
    "repeated",
    "no_goods",
    "no_photo",
    "one_person_amount",
    "evidence",
    "small",
)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a company allows, in its currency.

    :param Decimal automatic: Up to it inspected goods need nobody, and goods that do
        not come one person.
    :param Decimal one_person: Up to it one is enough, whatever else.
    :param Decimal | None both_above: Above it two agree in any case; None is the same
        as `one_person`.
    :param Decimal share: The percentage of the order up to which one is enough.
    :param int repeats: Which refund of a private customer needs two.
    :param int days: In how many days.
    :raises TypeError: When an amount is not a Decimal.
    :raises ValueError: When one is out of its range, or smaller than the one before.
    """

    automatic: Decimal = Decimal(50)
    one_person: Decimal = Decimal(500)
    both_above: Decimal | None = None
    share: Decimal = Decimal(20)
    repeats: int = 3
    days: int = 30

    def __post_init__(self):
        for name in ("automatic", "one_person", "share"):
            number(getattr(self, name), name)
        if not self.automatic <= self.one_person <= number(self.two_people):
            raise ValueError("automatic, one_person, both_above: not in this order")
        if self.share > _HUNDRED:
            raise ValueError(f"share: not a percentage: {self.share}")
        if self.repeats < 1 or self.days < 1:
            raise ValueError("repeats, days: count from 1")

    @property
    def two_people(self):
        """Return the amount above which two people agree in any case.

        :rtype: Decimal
        """
        return self.one_person if self.both_above is None else self.both_above


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be credited of one return.

    :param str case: A key of `CASES`. Where several apply, ask for each of them and
        take the strictest (`strictest`).
    :param Decimal amount: All that is credited of the return, earlier parts included:
        cut into pieces it needs the same people.
    :param Decimal | None order: What the order is worth; None or zero when there is
        none, which is no excuse: then it is all of it.
    :param int earlier: Refunds of the customer in the days before, this one left out.
    :param bool private: Whether the customer is a private person.
    :param bool photo: Whether there is a photo of the damage, or of what is short.
    :param bool claimed: Whether the carrier's claim is open.
    :raises TypeError: When an amount is not a Decimal.
    :raises ValueError: When one is negative, or the case is unknown.
    """

    case: str
    amount: Decimal
    order: Decimal | None = None
    earlier: int = 0
    private: bool = False
    photo: bool = False
    claimed: bool = False

    def __post_init__(self):
        if self.case not in CASES:
            raise ValueError(f"case: unknown: {self.case!r}")
        number(self.amount, "amount")
        if self.order is not None:
            number(self.order, "order")
        if self.earlier < 0:
            raise ValueError(f"earlier: negative: {self.earlier}")


@dataclass(frozen=True, slots=True)
class Decision:
    """How many people must agree.

    :param int people: 0, 1 or 2.
    :param tuple reasons: Why, of `REASONS`: all that apply to that many, in that order.
    :param tuple first: What must be done before anybody agrees: `claim`.
    """

    people: int
    reasons: tuple[str, ...]
    first: tuple[str, ...] = ()

    @property
    def reason(self):
        """Return the first of the reasons.

        :rtype: str
        """
        return self.reasons[0]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, and to what.

    :param person: Whoever it is, by any name that is the same every time.
    :param str seen: The `fingerprint` of what they were shown.
    """

    person: int | str
    seen: str


def decide(request, thresholds):
    """Return how many people must agree to a credit, and why.

    :param Request request: What is to be credited.
    :param Thresholds thresholds: What the company allows.
    :rtype: Decision
    """
    row = CASES[request.case]
    if row == "evidence" and not request.photo:
        row = "trust"
    if row == "trust":
        return _on_trust(request, thresholds)
    if request.amount > thresholds.one_person:
        reasons = _reasons_for_two(request, thresholds, row)
        return Decision(2, reasons) if reasons else Decision(1, ("one_person_amount",))
    if row == "evidence":
        return Decision(1, ("evidence",))
    if request.amount > thresholds.automatic:
        return Decision(1, ("one_person_amount",))
    return Decision(0, ("small",))


def _on_trust(request, thresholds):
    """Return the decision for goods that nobody will see, or that show nothing."""
    why = "no_goods" if CASES[request.case] == "trust" else "no_photo"
    if request.amount <= thresholds.automatic:
        return Decision(1, (why,))
    unclaimed = request.case == "lost" and not request.claimed
    return Decision(2, (why,), ("claim",) if unclaimed else ())


def _reasons_for_two(request, thresholds, row):
    """Return why an amount that one person may not agree to needs two."""
    if row == "evidence":
        return ("amount",)
    order = request.order or ZERO
    repeated = request.private and request.earlier + 1 >= thresholds.repeats
    found = {
        "amount": request.amount > thresholds.two_people,
        "share": request.amount * _HUNDRED > thresholds.share * order,
        "repeated": repeated,
    }
    return tuple(reason for reason in REASONS if found.get(reason))


def from_table(table):
    """Return the amounts of a table that is kept as text.

    :param Mapping table: By name of `Thresholds` its value, amounts as text.
    :rtype: Thresholds
    """
    both = table["both_above"]
    return Thresholds(
        automatic=Decimal(table["automatic"]),
        one_person=Decimal(table["one_person"]),
        both_above=None if both is None else Decimal(both),
        share=Decimal(table["share"]),
        repeats=table["repeats"],
        days=table["days"],
    )


def as_wanted(decision, four_eyes):
    """Return a decision as a company wants it: without two people, one.

    :param Decision decision: What the table says.
    :param bool four_eyes: Whether two people are asked at all.
    :rtype: Decision
    """
    if four_eyes:
        return decision
    return replace(decision, people=min(decision.people, 1))


def strictest(decisions):
    """Return the decision for a credit that several cases apply to.

    :param Iterable[Decision] decisions: One at least.
    :rtype: Decision
    :raises ValueError: When there is none.
    """
    decisions = list(decisions)
    people = max(decision.people for decision in decisions)
    reasons = {
        reason
        for decision in decisions
        if decision.people == people
        for reason in decision.reasons
    }
    first = {step for decision in decisions for step in decision.first}
    return Decision(
        people,
        tuple(reason for reason in REASONS if reason in reasons),
        tuple(sorted(first)),
    )


def tally(requests, thresholds):
    """Return how many credits would have needed how many people, and why.

    :param Iterable[Request] requests: Credits of the past.
    :param Thresholds thresholds: What the company would allow.
    :return: By number of people and reason, how many.
    :rtype: Counter[tuple[int, str]]
    """
    decisions = (decide(request, thresholds) for request in requests)
    return Counter((decision.people, decision.reason) for decision in decisions)


def recent(days, today, thresholds):
    """Return how many refunds were made in the days that count.

    :param Iterable[date] days: When the customer's earlier refunds were made.
    :param date today: The day of this one.
    :param Thresholds thresholds: What the company allows.
    :rtype: int
    """
    begin = today - timedelta(days=thresholds.days)
    return sum(begin <= day <= today for day in days)


def eligible(approvers, barred):
    """Return who may agree: nobody to what they asked for or last changed.

    :param Iterable approvers: Who has the right, deputies of the absent included.
    :param Iterable barred: Who asked, on whose word it was asked, who last changed it.
    :rtype: frozenset
    """
    return frozenset(approvers) - frozenset(barred)


def shortage(people, approvers, barred=()):
    """Return how many people are lacking who may agree.

    :param int people: How many are needed.
    :param Iterable approvers: Who has the right.
    :param Iterable barred: Who may not agree to this one; nobody while setting up.
    :rtype: int
    """
    return max(people - len(eligible(approvers, barred)), 0)


def fingerprint(lines, currency):
    """Return what an agreement is bound to: these lines and amounts, no others.

    :param Iterable[tuple] lines: Name, quantity and amount, both Decimal; a fee is one
        of a negative amount. Their order does not matter.
    :param str currency: ISO 4217.
    :rtype: str
    :raises TypeError: When a quantity or an amount is not a Decimal.
    """
    rows = sorted(
        [str(name), *(_plain(value) for value in values)] for name, *values in lines
    )
    text = json.dumps([currency, rows], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value):
    """Write equal numbers alike: 1.50 is 1.5."""
    return format(number(value, "line", signed=True).normalize() + ZERO, "f")


def agreed(decision, agreements, approvers, barred, current):
    """Return whether enough people agreed to what is to be credited now.

    :param Decision decision: How many are needed, and what comes first.
    :param Iterable[Agreement] agreements: Who agreed, to what.
    :param Iterable approvers: Who has the right.
    :param Iterable barred: As for `eligible`.
    :param str current: The `fingerprint` of what is to be credited now.
    :rtype: bool
    """
    if decision.first:
        return False
    people = {one.person for one in agreements if one.seen == current}
    return len(people & eligible(approvers, barred)) >= decision.people


def within(asked, used, limit):
    """Return what of a credit or refund is still possible, never negative.

    :param Decimal asked: How much more is asked for: a quantity or an amount.
    :param Decimal used: What is credited or refunded already.
    :param Decimal limit: What is invoiced, or was paid with the original payment.
    :rtype: Decimal
    :raises TypeError: When a number is not a Decimal.
    :raises ValueError: When one is negative or not finite.
    """
    for value, name in ((asked, "asked"), (used, "used"), (limit, "limit")):
        number(value, name)
    return min(asked, max(limit - used, ZERO))
