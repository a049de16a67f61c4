"""When a partner is asked for the proof of a delivery: pure, without a clock."""

from datetime import timedelta

# Drivers hand in what was signed at the end of their tour, depots scan it the next day.
PAUSES = tuple(timedelta(hours=hours) for hours in (1, 4, 12, 24, 48, 72))
# Delivered longer ago than this before anybody asked is history.
HISTORY = timedelta(days=30)
# What goes to customers; who received a return is ourselves.
DIRECTIONS = ("outgoing", "dropship")


def next_turn(attempts, now, retry_after=None):
    """Return when to ask again.

    :param int attempts: How often was asked in vain, at least 1.
    :param datetime now: The time of the last answer.
    :param float | None retry_after: Seconds, when the partner named them.
    :return: None when it is asked no more.
    :rtype: datetime | None
    """
    if attempts > len(PAUSES):
        return None
    return now + max(PAUSES[attempts - 1], timedelta(seconds=retry_after or 0))
