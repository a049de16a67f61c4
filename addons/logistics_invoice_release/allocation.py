"""Which invoice a released quantity belongs to: pure arithmetic on the steps taken.

Goods are released step by step, and a step may take back what another one released.
Read in the order they were taken, the steps of a sold line say how much of it each
group (one delivery, one order, one period) is to invoice.
"""

from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

_ZERO = Decimal(0)


class Step(NamedTuple):
    """One release, or a part of it taken back.

    :param Any move: The move of goods it is about.
    :param Any group: What it is invoiced with.
    :param Decimal quantity: In the unit of the move; negative when taken back.
    """

    move: Any
    group: Any
    quantity: Decimal


def allocate(steps, total, caps=None):
    """Work out how much of a sold line belongs to each group.

    What is taken back of a move is taken from what the same move released last; only
    when that is not enough (the parts of a kit) from what the line released last.

    :param Iterable[Step] steps: In the order in which they were taken.
    :param Callable[[dict], Decimal] total: The quantity of the line that released
        quantities by move make up, in the unit of the line.
    :param Mapping[Any, Decimal] caps: The most that counts of a move.
    :return: A quantity for every group that appears, zero included.
    :rtype: dict[Any, Decimal]
    """
    sums, entries = defaultdict(Decimal), []
    groups, reached = {}, _ZERO
    for step in steps:
        groups.setdefault(step.group, _ZERO)
        sums[step.move] += step.quantity
        now = total(_clamped(sums, caps))
        if now > reached:
            entries.append([step.move, step.group, now - reached])
        elif now < reached:
            _take_back(entries, step.move, reached - now)
        reached = now
    for _move, group, quantity in entries:
        groups[group] += quantity
    return groups


def withdrawn(steps, caps=None):
    """Work out how much of each move was released once and is not any more.

    :param Iterable[Step] steps: In the order in which they were taken.
    :param Mapping[Any, Decimal] caps: The most that counts of a move.
    :return: By move, in its unit; moves of which nothing was taken back are left out.
    :rtype: dict[Any, Decimal]
    """
    sums, peaks = defaultdict(Decimal), defaultdict(Decimal)
    for step in steps:
        sums[step.move] += step.quantity
        peaks[step.move] = max(peaks[step.move], sums[step.move])
    now = _clamped(sums, caps)
    return {move: peak - now[move] for move, peak in peaks.items() if peak > now[move]}


def _clamped(sums, caps):
    caps = caps or {}
    return {
        move: max(min(quantity, caps.get(move, quantity)), _ZERO)
        for move, quantity in sums.items()
    }


def _take_back(entries, move, quantity):
    """Take a quantity out of the entries, the newest first, the move's own before."""
    for own in (True, False):
        for entry in reversed(entries):
            if own and entry[0] != move:
                continue
            part = min(entry[2], quantity)
            entry[2] -= part
            quantity -= part
