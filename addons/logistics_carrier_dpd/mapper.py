"""What DPD answers, read as canonical events. Pure functions.

The answer names no parcel; `numbered` keeps what was asked for behind it, outside of
the envelope, where the service's own bytes stay as they came.
"""

import re
from datetime import datetime

from odoo.addons.logistics_carrier_base import reading, soap_envelope, strict_xml
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const

_NUMBER = re.compile(r"[0-9A-Za-z]{1,60}", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))? ([AP])M", re.ASCII
)
_PLACE = re.compile(r"(.*?)\s*\(([A-Z]{2})\)", re.ASCII)


def label_number(number):
    """Return a number as the service is asked for it.

    :param str number: The number, blanks and all.
    :rtype: str
    :raises ValueError: When it is no parcel label number.
    """
    found = "".join(number.split())
    if not _NUMBER.fullmatch(found):
        raise ValueError(f"no parcel label number of DPD: {number[:80]!r}")
    return found


def numbered(body, number):
    """Return an answer together with the number that was asked for.

    :param bytes body: The answer as received.
    :param str number: The parcel label number.
    :rtype: bytes
    :raises ValueError: When it is no number of DPD's.
    """
    found = label_number(number)
    return body + f"\n<?{const.NUMBER_INSTRUCTION} {found}?>".encode()


def parse(body):
    """Read an answer about one parcel.

    :param bytes body: The answer, with or without its number; see `numbered`.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of DPD's.
    :raises CarrierAnswer: When it is an error answer.
    """
    reply = soap_envelope.loads(body)
    if answer := _answer(reply):
        raise answer
    result = strict_xml.find(reply.payload, "trackingresult")
    if result is None:
        raise UnreadableMessage("trackingresult: is missing", "schema")
    number = _asked_for(reply.root)
    events = []
    rows = [*strict_xml.children(result, "shipmentInfo")]
    rows += strict_xml.children(result, "statusInfo")
    moved = False
    for index, row in enumerate(rows):
        if strict_xml.text(row, "statusHasBeenReached") != "true":
            continue
        event = _event(row, f"statusInfo[{index}]", number, index + 1, moved)
        moved = moved or event.event_type not in const.BEFORE_MOVING
        events.append(event)
    return reading.without_repeats(events)


def _answer(reply):
    """Read a fault, or the `faults` that stand where the result should."""
    if reply.fault is None:
        faults = strict_xml.first(reply.payload, "faults")
        return None if faults is None else _detail_answer(faults, "")
    if reply.fault.detail is not None:
        return _detail_answer(reply.fault.detail, reply.fault.text)
    kind = const.FAULT_CODE_MAP.get(reply.fault.code, "bad_request")
    return CarrierAnswer(kind, reply.fault.code, reply.fault.text)


def _detail_answer(detail, text):
    code = strict_xml.text(detail, "errorCode") or strict_xml.text(detail, "faultCode")
    said = strict_xml.text(detail, "errorMessage") or strict_xml.text(detail, "message")
    kind = (
        const.CODE_MAP.get(code)
        or const.FAULT_MAP.get(strict_xml.name(detail))
        or "bad_request"
    )
    return CarrierAnswer(kind, code, said or text)


def _asked_for(root):
    for found in root.itersiblings():
        if getattr(found, "target", None) == const.NUMBER_INSTRUCTION:
            return reading.text(found.text, 100)
    return ""


def _event(row, path, number, source_row, moved):
    status = strict_xml.text(row, "status", limit=100)
    event_type = const.STATUS_MAP.get(status, "unmapped")
    if event_type == "picked_up" and moved:
        event_type = const.PICKED_UP_AGAIN
    try:
        return CarrierEvent(
            event_type=event_type,
            **_moment(strict_xml.text(row, "date", "content"), path)._asdict(),
            tracking_number=number,
            source_row=source_row,
            location=_location(strict_xml.text(row, "location", "content", limit=200)),
            delivery_mode=const.DELIVERY_MODE_MAP.get(status, ""),
            raw_code=status,
            raw_text=strict_xml.text(row, "description", "content", "content")
            or strict_xml.text(row, "label", "content"),
        )
    except ValueError as error:
        raise UnreadableMessage(f"{path}: {error}", "value") from error


def _moment(text, path):
    """Read a time as it stands on a clock at the place; no zone is ever given."""
    if not text:
        return reading.NO_MOMENT
    match = _TIME.fullmatch(text)
    if not match:
        raise UnreadableMessage(f"{path}.date: not a time", "value")
    month, day, year, hour, minute, second = (
        int(part or 0) for part in match.groups()[:6]
    )
    if not 1 <= hour <= 12:
        raise UnreadableMessage(f"{path}.date: no such hour", "value")
    hour = hour % 12 + (12 if match[7] == "P" else 0)
    return reading.Moment(
        datetime(year, month, day, hour, minute, second), "none", "local"
    )


def _location(text):
    match = _PLACE.fullmatch(text)
    return {"city": match[1], "country": match[2]} if match else {"city": text}


# Finds the error answer in the body of a refused call.
answer_of = soap_envelope.refusals(_answer)
