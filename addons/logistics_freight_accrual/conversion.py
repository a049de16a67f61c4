"""Postings in the currency of the company, to the cent.

Pure arithmetic. Every posting is converted at the rate of its own day, rounded line by
line. What the roundings leave over goes to the largest line that is neither the accrual
nor the clearing account nor the payable: those are reconciled, and what is open there
must be the amount times its rate.
"""

from decimal import Decimal

from .charge import Line, Posting
from .rounding import ZERO, finite, rounded

# Lines that are reconciled with others, the last to take a difference of rounding.
_RECONCILED = ("accrued", "clearing", "payable")
# Where a difference between two rates shows, because both sides of it are ours.
_EXCHANGED = ("accrued", "clearing")


def converted(posting, rate, decimals):
    """Convert a posting.

    :param Posting posting: In the currency of the charge.
    :param Decimal rate: How much of the company's currency one unit of it is on that
        day, more than zero.
    :param int decimals: How many decimals the company's currency has.
    :return: The same posting, balanced; a line that rounds to nothing is left out.
    :rtype: Posting | None
    :raises TypeError: When the rate is not a `Decimal`.
    :raises ValueError: When it is not a finite number above zero.
    """
    if finite(rate, "rate") <= 0:
        raise ValueError(f"rate: not above zero: {rate}")
    amounts = [rounded(line.amount * rate, decimals) for line in posting.lines]
    left = sum(amounts, ZERO)
    if left:
        place = max(range(len(amounts)), key=lambda at: _bearing(posting, at))
        amounts[place] -= left
    lines = tuple(
        Line(line.role, amount)
        for line, amount in zip(posting.lines, amounts, strict=True)
        if amount
    )
    if not lines:
        return None
    return Posting(
        posting.key,
        posting.generation,
        posting.reason,
        lines,
        posting.on,
        rounded(posting.blocked * rate, decimals),
    )


def exchange(pairs, on):
    """Return the exchange difference of a charge whose accounts are even again.

    It is what the reconciliation of Odoo posts by itself; here it proves that nothing
    else is left.

    :param Iterable[tuple[Posting, Posting | None]] pairs: Each posting in the currency
        of the charge and in that of the company.
    :param date on: The day of the difference.
    :return: None when there is none; a role that is still open in the currency of the
        charge has none yet.
    :rtype: Posting | None
    """
    pairs = list(pairs)
    lines = []
    for role in _EXCHANGED:
        if sum((posting.balance(role) for posting, _own in pairs), ZERO):
            continue
        left = sum((own.balance(role) for _posting, own in pairs if own), ZERO)
        if left:
            lines.append(Line(role, -left))
    total = sum((line.amount for line in lines), Decimal(0))
    if total:
        lines.append(Line("fx", -total))
    return Posting("exchange", 1, "exchange", tuple(lines), on) if lines else None


def _bearing(posting, place):
    line = posting.lines[place]
    return (line.role not in _RECONCILED, abs(line.amount), -place)
