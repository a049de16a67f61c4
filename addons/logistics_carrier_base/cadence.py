"""How often a number is asked about, and how many calls a partner allows.

Pure: no database and no clock of its own. All instants are naive UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.addons.logistics_events import vocabulary

# The customer waits at the door, or is about to.
URGENT_STATES = frozenset(
    {"out_for_delivery", "delivery_attempt_failed", "available_for_pickup"}
)
# After these the carrier still corrects itself and hands in the proof.
WATCHED_STATES = frozenset({"delivered", "return_received"})
WATCH_STEPS = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168))
# So often the interval is doubled, by how long nothing has moved.
QUIET_STEPS = (timedelta(days=2), timedelta(days=5), timedelta(days=10))
URGENT_SHARE = 4
SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Number:
    """What decides when a number is asked about.

    :param str state: A state of the vocabulary; "" while nothing is known.
    :param datetime born_at: When the number was typed or booked.
    :param datetime | None moved_at: When the carrier last said something new.
    :param datetime | None ended_at: When it was delivered.
    :param datetime | None asked_at: When the carrier was asked last.
    """

    state: str
    born_at: datetime
    moved_at: datetime | None = None
    ended_at: datetime | None = None
    asked_at: datetime | None = None


def next_ask(number, every, patience, now):
    """Return when a number is asked about next.

    :param Number number: The number.
    :param timedelta every: The interval of the connection.
    :param timedelta | None patience: So long nothing may move until nobody asks any
        more; None: for ever.
    :param datetime now: The time of the decision.
    :return: Not before `now`; None when it is not asked about any more.
    :rtype: datetime | None
    """
    if number.state in vocabulary.FINAL_STATES:
        return _watch(number, now) if number.state in WATCHED_STATES else None
    if is_retired(number, patience, now):
        return None
    return max((number.asked_at or now) + interval(number, every, now), now)


def is_retired(number, patience, now):
    """Return whether nothing has moved for so long that asking makes no sense.

    :rtype: bool
    """
    return (
        patience is not None
        and number.state not in vocabulary.FINAL_STATES
        and quiet(number, now) >= patience
    )


def quiet(number, now):
    """Return for how long nothing has moved; never negative.

    :rtype: timedelta
    """
    return max(
        now - max(number.moved_at or number.born_at, number.born_at), timedelta()
    )


def interval(number, every, now):
    """Return how long to wait between two questions about a number under way.

    :rtype: timedelta
    """
    if number.state in URGENT_STATES:
        return min(max(every / URGENT_SHARE, SHORTEST), every)
    doublings = sum(quiet(number, now) >= step for step in QUIET_STEPS)
    # Nobody is asked less often than the connection says because of the limit.
    return min(every * 2**doublings, max(LONGEST, every))


def _watch(number, now):
    ended = min(number.ended_at or number.moved_at or number.born_at, now)
    since = max(number.asked_at or ended, ended)
    for step in WATCH_STEPS:
        if ended + step > since:
            at = ended + step
            # Delivered long before anybody asked: that is history.
            return None if now >= ended + WATCH_STEPS[-1] else max(at, now)
    return None


@dataclass(frozen=True, slots=True)
class Budget:
    """How many calls are left, so that no minute holds more than are allowed.

    Some may go at once; the others become free over the minute. Together they are the
    allowance, wherever the minute begins.

    :param float left: The calls that may go out at `at`.
    :param float at: Unix time.
    """

    left: float
    at: float

    @classmethod
    def full(cls, per_minute, now):
        """Return the budget of a partner that was not called for a while.

        :rtype: Budget
        """
        return cls(float(_burst(per_minute)), now)

    def take(self, wanted, per_minute, now):
        """Return how many calls may go out now, and the budget after them.

        :param int wanted: How many calls would be made.
        :param int per_minute: How many calls the partner allows.
        :param float now: Unix time.
        :rtype: tuple[int, Budget]
        """
        burst = _burst(per_minute)
        # A clock that was set back gives nothing away, and takes nothing.
        elapsed = max(now - self.at, 0.0)
        refill = max(per_minute - burst, 1) / 60
        left = min(max(self.left, 0.0) + elapsed * refill, burst)
        granted = max(min(int(left), wanted), 0)
        return granted, Budget(left - granted, max(now, self.at))

    def wait(self, per_minute):
        """Return the seconds until at least one call may go out again.

        :rtype: float
        """
        refill = max(per_minute - _burst(per_minute), 1) / 60
        return max(1 - self.left, 0.0) / refill


def _burst(per_minute):
    return max(per_minute // 4, 1)
