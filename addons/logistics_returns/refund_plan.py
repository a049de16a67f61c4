"""Which payments an amount is paid back through.

Pure: numbers only, no records, no clock.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Source:
    """A payment that can be paid back.

    :ivar Hashable key: Which one it is.
    :ivar Decimal captured: What was taken, in its currency.
    :ivar Decimal refunded: What was paid back of it, or is on its way back.
    :ivar bool partial: Whether a part can be paid back; else all of it or nothing.
    """

    key: Hashable
    captured: Decimal
    refunded: Decimal = ZERO
    partial: bool = True

    @property
    def available(self) -> Decimal:
        """Return what can still be paid back."""
        return max(self.captured - self.refunded, ZERO)


def share(
    amount: Decimal, sources: Iterable[Source]
) -> tuple[list[tuple[Hashable, Decimal]], Decimal]:
    """Share an amount out to payments, the first one first.

    :param amount: What is to be paid back, in the currency of the payments.
    :param sources: In the order they are used: the newest first.
    :return: What is paid back through each, and what none of them can carry.
    """
    parts = []
    left = max(amount, ZERO)
    for source in sources:
        part = min(left, source.available)
        if not source.partial and part != source.captured:
            part = ZERO
        if part:
            parts.append((source.key, part))
            left -= part
    return parts, left
