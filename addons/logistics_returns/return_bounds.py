"""What may still be returned of a sold line, and what fees may take of a credit.

Pure arithmetic on `Decimal`, in the unit of the sold line. Odoo bounds nothing here: it
accepts a return of 99 out of 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

ZERO = Decimal(0)

# A quantity or an amount of more digits is none, and could no longer be exact.
_LIMIT = Decimal(10) ** 15
_NO_LOTS = MappingProxyType({})


def number(value, name="quantity", signed=False):
    """Return a number after making sure that it is one.

    :param Decimal value: A quantity or an amount.
    :param str name: What it is, for the reason.
    :param bool signed: Whether it may be negative.
    :rtype: Decimal
    :raises TypeError: When it is not a Decimal: a float is never exact.
    :raises ValueError: When it is negative and must not be, not finite, or beyond
        10**15.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"{name}: not a Decimal: {value!r}")
    if not value.is_finite() or abs(value) >= _LIMIT:
        raise ValueError(f"{name}: out of range: {value}")
    if value < 0 and not signed:
        raise ValueError(f"{name}: negative: {value}")
    return value


@dataclass(frozen=True, slots=True)
class Gone:
    """What became of the goods of a sold line, or of one lot of them.

    :param Decimal delivered: What left for the customer, replacements included.
    :param Decimal returned: What came back, was kept or lost on the company's account,
        by any return or native transfer.
    :param Decimal under_way: What open returns and native transfers still expect.
    :param Mapping lots: By lot or serial number the same of that lot; empty when the
        product has none.
    :raises TypeError: When a quantity is not a Decimal.
    :raises ValueError: When one is negative or not finite.
    """

    delivered: Decimal = ZERO
    returned: Decimal = ZERO
    under_way: Decimal = ZERO
    lots: Mapping = field(default_factory=lambda: _NO_LOTS)

    def __post_init__(self):
        for name in ("delivered", "returned", "under_way"):
            number(getattr(self, name), name)

    @property
    def left(self):
        """Return what may still be returned, never negative.

        :rtype: Decimal
        """
        return max(self.delivered - self.returned - self.under_way, ZERO)

    def left_of(self, lot):
        """Return what may still be returned of a lot: never more than of the line.

        :param lot: A key of `lots`; one that was never delivered has nothing left.
        :rtype: Decimal
        """
        return min(self.lots[lot].left, self.left) if lot in self.lots else ZERO


def refusal(asked, gone, step=None, lot=None):
    """Return why a quantity cannot be returned.

    :param Decimal asked: How much; any number a person may type.
    :param Gone gone: The goods of the line; once for all that is asked of a line.
    :param Decimal | None step: The smallest quantity of the unit.
    :param lot: The lot or serial number, None when none is named.
    :return: `nothing` (zero or less), `not_delivered` (nothing left the house), `parts`
        (less than the smallest quantity), `other_lot` (that one was not delivered),
        `under_way` (the rest is on its way back already), `too_many`, or "" when it
        can.
    :rtype: str
    """
    if number(asked, "asked", signed=True) <= 0:
        return "nothing"
    if not gone.delivered:
        return "not_delivered"
    if step and asked % step:
        return "parts"
    if lot is not None and lot not in gone.lots:
        return "other_lot"
    if asked <= (gone.left if lot is None else gone.left_of(lot)):
        return ""
    source = gone if lot is None else gone.lots[lot]
    fits = asked <= source.delivered - source.returned
    fits = fits and asked <= gone.delivered - gone.returned
    return "under_way" if fits else "too_many"


def fees(credit, wanted):
    """Return what fees take of a credit: never more than there is.

    A credit note is never negative: a fee beyond the credit is not charged. Fees are
    amounts of their own; they never change how much is credited of the goods.

    :param Decimal credit: What the goods are credited at.
    :param Iterable[Decimal] wanted: The fees, those that go first first.
    :return: What of each fee is charged.
    :rtype: tuple[Decimal, ...]
    :raises ValueError: When an amount is negative or not finite.
    """
    left, charged = number(credit, "credit"), []
    for fee in wanted:
        part = min(number(fee, "fee"), left)
        left -= part
        charged.append(part)
    return tuple(charged)
