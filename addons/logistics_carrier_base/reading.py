"""Small readers for what partners write: every mapper takes its values through these.

Strict where a wrong guess would cost something (times, amounts, the shape of the
document), patient where it would not (missing texts). What cannot be read ends in an
`UnreadableMessage` that names the field.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from . import strict_json
from .exceptions import UnreadableMessage

_TEXT_LIMIT = 2000
# ASCII: digits of other scripts are digits to Python, and to nobody's database.
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?: ?(?:([Zz])|([+-])(\d{2}):?(\d{2})?))?",
    re.ASCII,
)
_AMOUNT = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?", re.ASCII)
_MAX_OFFSET = timedelta(hours=14)
# What carriers write where a name should stand.
_NO_SIGNER = frozenset(
    {"signature not required", "not required", "no signature", "none", "n/a", "string"}
)


class Moment(NamedTuple):
    """A time as a source gave it; its fields are those of `CarrierEvent`."""

    occurred_at: datetime | date | None = None
    zone_source: str = "none"
    precision: str = "none"


NO_MOMENT = Moment()


def text(value, limit=_TEXT_LIMIT):
    """Return a text as it can be stored: one line of words, never None.

    :param value: A text, a number, or None.
    :param int limit: Longer texts are cut: a message is not lost for its remarks.
    :rtype: str
    """
    if value is None or isinstance(value, (bool, dict, list)):
        return ""
    return " ".join(str(value).split())[:limit]


def obj(value, path):
    """Return a JSON object.

    :param value: What stands there.
    :param str path: Where, for the reason.
    :rtype: dict
    """
    if not isinstance(value, dict):
        raise UnreadableMessage(f"{path}: not an object", "schema")
    return value


def array(value, path):
    """Return a JSON array; a missing one is empty.

    :param value: What stands there.
    :param str path: Where, for the reason.
    :rtype: list
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableMessage(f"{path}: not a list", "schema")
    return value


def moment(value, path):
    """Read a date or a time in ISO 8601 and what partners make of it.

    The offset may be missing, be written without a colon or after a blank, and the
    seconds may have up to nine digits behind the point.

    :param value: The text; None or "" is no time.
    :param str path: Where it stands, for the reason.
    :rtype: Moment
    :raises UnreadableMessage: When it is anything else, or no such time exists.
    """
    if value is None or value == "":
        return NO_MOMENT
    if not isinstance(value, str):
        raise UnreadableMessage(f"{path}: not a time", "schema")
    try:
        if match := _DATE.fullmatch(value):
            return Moment(_believable(date(*map(int, match.groups()))), "none", "date")
        if match := _TIME.fullmatch(value):
            return _moment_of(match)
    except ValueError as error:
        raise UnreadableMessage(f"{path}: no such time: {error}", "value") from error
    raise UnreadableMessage(f"{path}: not a time", "value")


def instant(value, path):
    """Read a time that must have an offset.

    :param value: The text; None or "" is no time.
    :param str path: Where it stands, for the reason.
    :rtype: datetime | None
    """
    found = moment(value, path)
    if found.precision not in ("instant", "none"):
        raise UnreadableMessage(f"{path}: has no offset", "value")
    return found.occurred_at


def amount(value, path):
    """Read an amount or a quantity, exactly.

    :param value: A JSON number or a decimal text; None or "" is no amount.
    :param str path: Where it stands, for the reason.
    :rtype: Decimal | None
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise UnreadableMessage(f"{path}: not an amount", "schema")
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise UnreadableMessage(f"{path}: not an amount", "value")
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise UnreadableMessage(f"{path}: not an amount", "value") from error


def signer(value):
    """Return the name of who signed, or "" for the remarks that carriers put there.

    :param value: The text.
    :rtype: str
    """
    name = text(value, 200)
    if name.lower() in _NO_SIGNER or not any(char.isalpha() for char in name):
        return ""
    return name


def json_refusals(read):
    """Return what finds the error answer in the body of a refused call.

    :param callable read: Reads a JSON object: `dict -> CarrierAnswer | None`.
    :return: `bytes -> CarrierAnswer | None`; None where it is no JSON object.
    """

    def answer_of(body):
        try:
            document = strict_json.loads(body)
        except UnreadableMessage:
            return None
        return read(document) if isinstance(document, dict) else None

    return answer_of


def in_order(events, newest_first=False):
    """Number the rows of a history as they happened, whichever end it begins with.

    Between equal times the row decides, and the higher one is the later one.

    :param events: The events of one history, in the order of the source.
    :param bool newest_first: Where it begins when the times do not tell.
    :return: The events in the same order, with `source_row`.
    :rtype: list
    """
    dated = [event for event in events if isinstance(event.occurred_at, datetime)]
    if dated:
        first, last = dated[0].occurred_at, dated[-1].occurred_at
        if (first.tzinfo is None) != (last.tzinfo is None):
            first, last = first.replace(tzinfo=None), last.replace(tzinfo=None)
        if first != last:
            newest_first = first > last
    count = len(events)
    return [
        replace(event, source_row=count - index if newest_first else index + 1)
        for index, event in enumerate(events)
    ]


def arrival(events):
    """Return the place of the last delivery: mostly only that one is signed.

    :param events: Events with their rows, see `in_order`.
    :rtype: int | None
    """
    places = [
        place
        for place, event in enumerate(events)
        if event.event_type in ("delivered", "return_received")
    ]
    return max(places, key=lambda place: events[place].source_row, default=None)


def without_repeats(events):
    """Return the events without those that say exactly what an earlier one said.

    :param events: The events in the order of the source.
    :rtype: list
    """
    seen, result = set(), []
    for event in events:
        # Everything but the place in the document.
        said = repr([getattr(event, name) for name in _compared(event)])
        if said not in seen:
            seen.add(said)
            result.append(event)
    return result


def _compared(event):
    return [name for name in type(event).__slots__ if name != "source_row"]


def _moment_of(match):
    year, month, day, hour, minute, second, fraction, utc, sign, east, east_minute = (
        match.groups()
    )
    found = datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        int(second or 0),
        int((fraction or "")[:6].ljust(6, "0")),
    )
    _believable(found)
    if utc:
        return Moment(found.replace(tzinfo=timezone.utc), "given", "instant")
    if not sign:
        return Moment(found, "none", "local")
    offset = timedelta(hours=int(east), minutes=int(east_minute or 0))
    if int(east_minute or 0) > 59 or offset > _MAX_OFFSET:
        raise ValueError("the offset is no time zone")
    zone = timezone(-offset if sign == "-" else offset)
    return Moment(found.replace(tzinfo=zone), "given", "instant")


def _believable(found):
    if not 1971 <= found.year < 2200:
        raise ValueError("the year cannot be meant")
    return found
