"""The times of UPS: local and GMT side by side, days and times without signs. Pure."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage

_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
# The specification has digits only; real replies also have colons.
_TIME = re.compile(r"(\d{2}):?(\d{2}):?(\d{2})", re.ASCII)
_OFFSET = re.compile(r"([+-]\d{2})[.:]?(\d{2})", re.ASCII)


class Names(NamedTuple):
    """What the parts of a time are called on one of the channels."""

    date: str
    time: str
    gmt_date: str
    gmt_time: str
    offset: str = "gmtOffset"


REPLY = Names("date", "time", "gmtDate", "gmtTime")
PUSH = Names(
    "localActivityDate", "localActivityTime", "gmtActivityDate", "gmtActivityTime"
)


def moment(source, names, path):
    """Read the time of a scan.

    The instant is the one in GMT; the offset only says which day it was there. Without
    GMT and without an offset the local time is all that is known.

    :param dict source: Where it stands.
    :param Names names: How its parts are called.
    :param str path: What stands before its parts, for the reason.
    :rtype: reading.Moment
    :raises UnreadableMessage: When it is no time.
    """
    local = _iso(source, names.date, names.time, path)
    given = _offset(reading.text(source.get(names.offset)))
    gmt = _iso(source, names.gmt_date, names.gmt_time, path)
    if "T" not in gmt:
        at = f"{local}{given}" if "T" in local else local
        return reading.moment(at, f"{path}{names.date}")
    found = reading.moment(f"{gmt}Z", f"{path}{names.gmt_date}")
    here = reading.moment(local, f"{path}{names.date}")
    if here.precision != "local":
        return found
    between = here.occurred_at - found.occurred_at.replace(tzinfo=None)
    offset = given or _written(between)
    at = found.occurred_at
    zoned = at + _length(offset)
    return reading.moment(f"{zoned:%Y-%m-%dT%H:%M:%S}{offset or 'Z'}", path)


def day(text, path):
    """Read a day without a time.

    :param str text: Eight digits.
    :param str path: Where they stand, for the reason.
    :rtype: reading.Moment
    """
    return reading.moment("-".join(_DAY.fullmatch(text).groups()), path)


def instant(found):
    """Return the time with its offset, or None when the source gave none.

    :param reading.Moment found: The time.
    :rtype: datetime | None
    """
    return found.occurred_at if found.precision == "instant" else None


def is_before(expected, said):
    """Return whether a day lies before the day of a scan.

    :param reading.Moment expected: The day.
    :param reading.Moment said: The time of the scan.
    :rtype: bool
    """
    scan = said.occurred_at
    scan = scan.date() if isinstance(scan, datetime) else scan
    return scan is not None and expected.occurred_at < scan


def _iso(source, date_name, time_name, path):
    """Give date and time as ISO 8601: the date alone without a time, else ""."""
    date, time = (
        reading.text(source.get(date_name)),
        reading.text(source.get(time_name)),
    )
    if not date:
        return ""
    found = _DAY.fullmatch(date)
    clock = _TIME.fullmatch(time)
    if not found or (time and not clock):
        raise UnreadableMessage(f"{path}{date_name}: not a time", "value")
    text = "-".join(found.groups())
    return f"{text}T{':'.join(clock.groups())}" if clock else text


def _offset(text):
    """Give an offset as ISO 8601, "" for what is none."""
    found = _OFFSET.fullmatch(text)
    return ":".join(found.groups()) if found else ""


def _length(offset):
    if not offset:
        return timedelta()
    hours, minutes = int(offset[1:3]), int(offset[4:])
    length = timedelta(hours=hours, minutes=minutes)
    return -length if offset[0] == "-" else length


def _written(between):
    """Give the offset between local time and GMT, "" when it can be none."""
    minutes = round(between.total_seconds() / 60)
    if minutes % 15 or abs(minutes) > 14 * 60:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
