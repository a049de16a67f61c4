"""Counting time in working hours only.

Pure functions of intervals: no clock and no database.
"""

from datetime import timedelta


def add(intervals, start, hours):
    """Return when so many working hours are over.

    :param intervals: Pairs of beginning and end, in order and apart from each other.
    :type intervals: Iterable[tuple[datetime, datetime]]
    :param datetime start: From when it counts.
    :param float hours: How many.
    :return: None when the intervals end before.
    :rtype: datetime | None
    """
    left = timedelta(hours=hours)
    for begins, ends in intervals:
        begins = max(begins, start)
        if ends <= begins:
            continue
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return None
