"""Which dispute a carrier's credit settles.

Pure: plain values in, pairs out. The surest evidence is taken first, over all lines,
before the next is looked at, and no dispute is settled by more than what is left of
it while another one fits as well. What fits several equally is left to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# How a credit was matched, the surest first.
STEPS = ("name", "parcel", "bill")


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """One dispute that waits for its credit.

    :param object ref: Whatever tells it apart for the caller.
    :param str name: Our name for it, as it was told to the carrier.
    :param str bill: The number of the disputed bill, as `duplicates.number_key` makes
        it.
    :param str kind: The type of the charge, as `charge_types.charge_of` says.
    :param frozenset parcels: The tracking numbers of its lines, normalised.
    :param Decimal left: What is undecided, tax excluded.
    """

    ref: object
    name: str
    bill: str
    kind: str
    parcels: frozenset[str]
    left: Decimal


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One line of a credit memo.

    :param object ref: Whatever tells it apart for the caller.
    :param Decimal amount: What it gives back, positive, tax excluded.
    :param str kind: The type of the charge, as `charge_types.charge_of` says.
    :param str parcel: Its tracking number, normalised, or "".
    :param str bill: The bill it is about by its number key, or "".
    :param str words: All it and its memo say, in which our name may stand.
    """

    ref: object
    amount: Decimal
    kind: str
    parcel: str = ""
    bill: str = ""
    words: str = ""


@dataclass(slots=True)
class _Work:
    disputes: tuple[OpenDispute, ...]
    left: dict[object, Decimal] = field(default_factory=dict)
    found: dict[object, tuple[object, str]] = field(default_factory=dict)


def match(lines, disputes):
    """Say which dispute each line of a credit memo settles.

    :param Iterable[CreditLine] lines: In the order of the memo.
    :param Iterable[OpenDispute] disputes: Of the carrier that credits.
    :return: By the ref of a line the ref of its dispute, and one of `STEPS`; lines that
        fit none, or several, are left out.
    :rtype: dict[object, tuple[object, str]]
    """
    lines = tuple(lines)
    work = _Work(tuple(disputes))
    work.left = {dispute.ref: dispute.left for dispute in work.disputes}
    index = _index(work.disputes)
    for step in STEPS:
        # Whole disputes before parts: a part of one could be the whole of another.
        for is_whole in (True, False):
            for line in lines:
                if line.ref not in work.found:
                    _take(work, line, _candidates(step, line, index), step, is_whole)
    return work.found


def _index(disputes) -> Mapping[tuple, list[OpenDispute]]:
    index = {}
    for dispute in disputes:
        index.setdefault(("name", dispute.name.upper()), []).append(dispute)
        index.setdefault(("bill", dispute.bill), []).append(dispute)
        for parcel in dispute.parcels:
            index.setdefault(("parcel", parcel, dispute.kind), []).append(dispute)
    return index


def _candidates(step, line, index):
    if step == "name":
        words = line.words.upper().replace(",", " ").replace(";", " ").split()
        return [
            dispute
            for word in dict.fromkeys(words)
            for dispute in index.get(("name", word.strip(".:()[]\"'")), ())
        ]
    if step == "parcel":
        if not line.parcel:
            return []
        found = index.get(("parcel", line.parcel, line.kind), [])
        if line.bill:
            return [dispute for dispute in found if dispute.bill == line.bill]
        return found
    if not line.bill or line.parcel:
        return []
    return [
        dispute
        for dispute in index.get(("bill", line.bill), ())
        if dispute.kind == line.kind
    ]


def _take(work, line, candidates, step, is_whole):
    fitting = [
        dispute
        for dispute in candidates
        if (
            work.left[dispute.ref] == line.amount
            if is_whole
            else work.left[dispute.ref] > 0
        )
    ]
    if len(fitting) == 1 or (fitting and is_whole and _alike(fitting)):
        dispute = fitting[0]
        work.left[dispute.ref] -= min(line.amount, work.left[dispute.ref])
        work.found[line.ref] = (dispute.ref, step)


def _alike(disputes):
    """Return whether nothing tells disputes apart that a carrier could have meant."""
    return len({(one.bill, one.kind, one.parcels, one.left) for one in disputes}) == 1
