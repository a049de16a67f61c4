"""How long a dispute may still be raised, and what it may cost in the end.

Pure: days and amounts in, words and amounts out. The carrier takes a dispute for so
many days after the bill was received (49 USC 13710 gives a shipper 180 in the United
States); the day itself still counts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .rounding import ZERO, rounded

# How many days before the deadline people are told, and told again.
ALERT_DAYS = 30
ESCALATE_DAYS = 1
URGENCIES = ("", "alert", "escalated", "lost")

# What part of an open dispute is expected to be lost: by the share of the time to
# contest that is over, the first that is not reached.
ALLOWANCES = (
    (Fraction(1, 3), Decimal(0)),
    (Fraction(2, 3), Decimal("0.25")),
    (Fraction(1), Decimal("0.50")),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time a dispute has.

    :param date received: When the bill was received.
    :param int contest_days: For how many days after that the carrier takes a dispute.
    :raises ValueError: When there is no time at all.
    """

    received: date
    contest_days: int

    def __post_init__(self):
        if self.contest_days < 1:
            raise ValueError(f"contest_days: not a time: {self.contest_days}")

    @property
    def deadline(self):
        """Return the last day on which the carrier takes a dispute.

        :rtype: date
        """
        return self.received + timedelta(days=self.contest_days)

    def age(self, day):
        """Return how many days after the receipt of the bill a day is.

        :param date day: Any day.
        :rtype: int
        """
        return (day - self.received).days

    def left(self, day):
        """Return how many days are left, negative once the right is lost.

        :param date day: Any day.
        :rtype: int
        """
        return (self.deadline - day).days

    def urgency(self, day):
        """Return how much a day presses.

        :param date day: Any day.
        :return: One of `URGENCIES`.
        :rtype: str
        """
        left = self.left(day)
        if left < 0:
            return "lost"
        if left <= ESCALATE_DAYS:
            return "escalated"
        return "alert" if left <= ALERT_DAYS else ""

    def allowance(self, amount, day, decimals):
        """Return what of an open dispute should be provided for when books are closed.

        A proposal: nothing while the dispute is young, a quarter after a third of the
        time, half after two thirds, and all of it when the right is lost.

        :param Decimal amount: What is still undecided, not negative.
        :param date day: The day the books are closed for.
        :param int decimals: How many decimals the currency has.
        :rtype: Decimal
        """
        if amount <= ZERO:
            return ZERO
        used = Fraction(self.age(day), self.contest_days)
        part = Decimal(1)
        if self.left(day) >= 0:
            part = next(
                (share for limit, share in ALLOWANCES if used < limit),
                ALLOWANCES[-1][1],
            )
        return rounded(amount * part, decimals)
