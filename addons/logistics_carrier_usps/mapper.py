"""What USPS tells of its mail pieces, read as canonical events. Pure functions."""

import json
import re
from datetime import datetime, timedelta, timezone

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})", re.ASCII)


def parse(body):
    """Read a tracking answer, several of them, or a pushed notification.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of USPS's.
    :raises CarrierAnswer: When it is an error answer.
    """
    document = opened(body)
    pieces = document if isinstance(document, list) else [document]
    events, refused = [], []
    for index, piece in enumerate(pieces):
        path = f"[{index}]." if isinstance(document, list) else ""
        if answer := _answer(reading.obj(piece, path or "message")):
            refused.append(answer)
            continue
        try:
            events += _piece_events(piece, path)
        except ValueError as error:
            raise UnreadableMessage(f"{path}{error}", "value") from error
    events = reading.without_repeats(events)
    if refused:
        first = refused[0]
        kind = "partial" if events else first.kind
        raise CarrierAnswer(kind, first.code, first.text, events)
    return events


def opened(body):
    """Return the document of a message; a notification has it in an envelope.

    :param bytes body: The message.
    :rtype: dict | list
    :raises UnreadableMessage: When it is no JSON document.
    """
    document = strict_json.loads(body)
    if isinstance(document, dict) and isinstance(document.get("payload"), str):
        return strict_json.loads(document["payload"].encode())
    return document


def numbered(body, number):
    """Return an answer that names the number; some do not repeat it.

    :param bytes body: The answer to a question about one number.
    :param str number: The number.
    :return: The answer as it came, with the number before it where it lacks one.
    :rtype: bytes
    """
    try:
        document = strict_json.loads(body)
    except UnreadableMessage:
        return body  # Kept as it came, for a person to see.
    # An error answer is about no number.
    if not isinstance(document, dict) or "trackingEvents" not in document:
        return body
    if "trackingNumber" in document:
        return body
    head = json.dumps({"trackingNumber": number}).encode()[:-1]
    return head + b", " + body.lstrip()[1:]


def _answer(document):
    error = document.get("error")
    if isinstance(error, str):
        kind = const.ERROR_KIND_MAP.get(error, "bad_request")
        return CarrierAnswer(
            kind, error, reading.text(document.get("error_description"))
        )
    if not isinstance(error, dict):
        return None
    details = error.get("errors")
    details = details if isinstance(details, list) else []
    first = details[0] if details and isinstance(details[0], dict) else {}
    code = reading.text(error.get("code"), 200)
    status = reading.text(first.get("status"), 200)
    kind = const.ERROR_KIND_MAP.get(code) or const.ERROR_KIND_MAP.get(status)
    text = reading.text(error.get("message") or first.get("detail"))
    return CarrierAnswer(kind or "bad_request", code or status, text)


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_answer)


def _piece_events(piece, path):
    number = reading.text(piece.get("trackingNumber"), 100)
    scans = piece.get("trackingEvents")
    if scans is None and not (number and "statusCategory" in piece):
        raise UnreadableMessage(f"{path}trackingEvents: is missing", "schema")
    scans = reading.array(scans, f"{path}trackingEvents")
    # Newest first: a higher row is a later scan.
    events = [
        _scan_event(scan, f"{path}trackingEvents[{index}]", number, len(scans) - index)
        for index, scan in enumerate(scans)
    ]
    if any(event.event_type in const.ENDS for event in events):
        return events
    return events + _eta_events(piece, number, events[0] if events else None)


def _scan_event(scan, path, number, row):
    code = reading.text(reading.obj(scan, path).get("eventCode"), 20).upper()
    text = reading.text(scan.get("eventType"))
    event_type, reason = const.EVENT_MAP.get(code, ("unmapped", ""))
    if event_type == "delivered" and const.TO_SENDER in text.lower():
        event_type, reason = "returned_to_sender", "return"
    delivered = event_type == "delivered"
    return CarrierEvent(
        event_type=event_type,
        tracking_number=number,
        **_moment(scan, path)._asdict(),
        source_row=row,
        location={
            "city": reading.text(scan.get("eventCity"), 200),
            "state": reading.text(scan.get("eventState"), 200),
            "postcode": reading.text(scan.get("eventZIP"), 200),
            "country": reading.text(scan.get("eventCountry"), 200),
        },
        reason=reason,
        delivery_mode=_mode(scan, text.lower()) if delivered else "",
        signer=reading.signer(scan.get("name")) if delivered else "",
        raw_code=code,
        raw_text=text,
    )


def _mode(scan, text):
    for words, mode in const.MODE_WORDS:
        if words in text:
            return mode
    # Booleans come as texts.
    agent = reading.text(scan.get("authorizedAgent")).lower() == "true"
    return "agent" if agent or scan.get("authorizedAgent") is True else ""


def _moment(scan, path):
    """Give the instant in GMT where it is said, for the local time has no seconds."""
    gmt = reading.text(scan.get("GMTTimestamp"))
    local = reading.text(scan.get("eventTimestamp"))
    offset = _offset(reading.text(scan.get("GMTOffset")))
    if gmt:
        found = reading.moment(gmt, f"{path}.GMTTimestamp")
        if found.precision == "local":
            at = found.occurred_at.replace(tzinfo=timezone.utc)
            found = reading.Moment(at, "given", "instant")
        if found.precision != "instant" or offset is None:
            return found
        return found._replace(occurred_at=found.occurred_at.astimezone(offset))
    found = reading.moment(local, f"{path}.eventTimestamp")
    if found.precision != "local" or offset is None:
        return found
    return reading.Moment(found.occurred_at.replace(tzinfo=offset), "given", "instant")


def _offset(text):
    found = _OFFSET.fullmatch(text)
    if not found:
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-length if found[1] == "-" else length) if length.days < 1 else None


def _eta_events(piece, number, last):
    """Give the expected day; one before the last scan is stale."""
    name = next((name for name in const.EXPECTED_DATES if piece.get(name)), "")
    found = _DAY.fullmatch(reading.text(piece.get(name)))
    if not found:
        return []
    moment = reading.moment(found[1], name)
    told = last.occurred_at if last else None
    seen = told.date() if isinstance(told, datetime) else told
    if seen and moment.occurred_at < seen:
        return []
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            tracking_number=number,
            **moment._asdict(),
            recorded_at=told if last and last.precision == "instant" else None,
            raw_code="expected",
            fact_kind="eta",
        )
    ]
