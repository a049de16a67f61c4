"""How much of a sold line is invoiced and credited, and how much more may be.

Pure arithmetic on document lines. Each one is either on the side of what the customer
was charged or on the side of what was given back, whatever document it stands on:

====================  =============  =========================================
document              quantity       counts as
====================  =============  =========================================
invoice, receipt      positive       charged
invoice, receipt      negative       given back (a credit within an invoice)
credit note           positive       given back
credit note           negative       charged (taken back within a credit note)
====================  =============  =========================================

An advance (down payment) is charged by its invoice and given back by a credit note. An
invoice for the goods that deducts it does neither, and there is no quantity to compare:
each advance is one piece. Money in another currency than the order's is not compared,
only the quantity is. A line with a price below zero (a discount) is given back below
zero too: the larger of the two is told by its size.
"""

from dataclasses import dataclass, fields
from decimal import Decimal

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tally:
    """What document lines charged and gave back of one sold line.

    :param Decimal invoiced: Quantity charged, in the unit of the sold line.
    :param Decimal credited: Quantity given back.
    :param Decimal invoiced_amount: Money charged with tax, in the order's currency.
    :param Decimal credited_amount: Money given back with tax.
    :param int items: How many document lines have money that is compared.
    :param int foreign: How many are in another currency.
    """

    invoiced: Decimal = _ZERO
    credited: Decimal = _ZERO
    invoiced_amount: Decimal = _ZERO
    credited_amount: Decimal = _ZERO
    items: int = 0
    foreign: int = 0

    def __add__(self, other):
        """Return both together."""
        return self._with(other, 1)

    def __sub__(self, other):
        """Return what is left when the other is taken out."""
        return self._with(other, -1)

    def __bool__(self):
        """Return whether anything is counted."""
        return any(self.values())

    def _with(self, other, sign):
        pairs = zip(self.values(), other.values(), strict=True)
        return Tally(*(mine + sign * theirs for mine, theirs in pairs))

    def values(self):
        """Return the numbers in the order they are declared in.

        :rtype: tuple
        """
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def lowers(self):
        """Return whether it leaves less to be credited when it is added.

        :rtype: bool
        """
        return (
            self.credited > 0
            or self.invoiced < 0
            or self.credited_amount > 0
            or (self.invoiced_amount < 0 and self.invoiced <= 0)
        )


def tally(quantity, amount, *, refund, advance=False, comparable=True):
    """Return what one document line counts.

    :param Decimal quantity: As it stands on the document, in the unit of the sold line.
    :param Decimal amount: Likewise, with tax.
    :param bool refund: Whether it stands on a credit note.
    :param bool advance: Whether it is a down payment, or deducts one.
    :param bool comparable: Whether its currency is that of the order.
    :rtype: Tally
    """
    if advance and quantity < 0:
        return Tally()
    back = refund != (quantity < 0)
    size, money = (-quantity, -amount) if quantity < 0 else (quantity, amount)
    if advance:
        size = _ZERO
    if not comparable:
        money = _ZERO
    counts = {"items": int(comparable), "foreign": int(not comparable)}
    if back:
        return Tally(credited=size, credited_amount=money, **counts)
    return Tally(invoiced=size, invoiced_amount=money, **counts)


def quantity_left(count, allowed=_ZERO):
    """Return how much may still be given back; below zero for too much.

    :param Tally count: What is counted.
    :param Decimal allowed: What may be given back beyond what was charged.
    :rtype: Decimal
    """
    return count.invoiced + allowed - count.credited


def amount_left(count, allowed=_ZERO, unit=_ZERO):
    """Return how much money may still be given back; below zero for too much.

    Every document rounds for itself, so that parts may add up to more than the whole:
    two lines never, three or four by one smallest unit, five or six by two.

    :param Tally count: What is counted.
    :param Decimal allowed: What may be given back beyond what was charged.
    :param Decimal unit: By how much the rounding of one document line can differ: the
        smallest unit of the currency, for the price and once more for each tax.
    :rtype: Decimal | None
    :return: None when it is not compared.
    """
    if count.foreign:
        return None
    slack = unit * max((count.items - 1) // 2, 0)
    sign = -1 if count.invoiced_amount < 0 else 1
    return sign * (count.invoiced_amount - count.credited_amount) + allowed + slack


def over(count, allowed=_ZERO, allowed_amount=_ZERO, unit=_ZERO):
    """Return by how much a count is beyond what may be given back.

    :return: The quantity and the money, each at least zero.
    :rtype: tuple[Decimal, Decimal]
    """
    money = amount_left(count, allowed_amount, unit)
    return (
        max(-quantity_left(count, allowed), _ZERO),
        _ZERO if money is None else max(-money, _ZERO),
    )
