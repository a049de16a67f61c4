"""What Shippo sends, read as canonical events. Pure functions.

Pushed and fetched tracks give the same events under the same keys. The `object_id` of a
row of the history is another one at every fetch, and so are the times at which it was
written down: neither is used.
"""

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const, transaction


def parse(body):
    """Read a pushed message or an answer of the API.

    Other things that Shippo pushes to the same address (batches) give no events.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of Shippo's.
    :raises CarrierAnswer: When it is an error answer.
    """
    document = reading.obj(strict_json.loads(body), "message")
    path, name, content = "", reading.text(document.get("event")), document
    if "event" in document:
        path, content = "data.", reading.obj(document.get("data"), "data")
    try:
        if name.startswith("transaction_") or "label_url" in content:
            events = transaction.events(content, path)
        elif "tracking_history" in content or "tracking_status" in content:
            events = _track_events(content, path)
        elif name:
            events = []
        else:
            raise _answer(document) or UnreadableMessage(
                "tracking_history: is missing", "schema"
            )
    except ValueError as error:
        raise UnreadableMessage(f"{path}{error}", "value") from error
    return reading.without_repeats(events)


def mode(body):
    """Return whether a message is about test or real parcels.

    :param bytes body: The message.
    :return: `test`, `production`, or "" when it does not say.
    :rtype: str
    :raises UnreadableMessage: When it is no JSON document.
    """
    document = strict_json.loads(body)
    if not isinstance(document, dict):
        return ""
    content = document.get("data")
    track = content if isinstance(content, dict) else document
    if track.get("carrier") == const.TEST_CARRIER:
        return "test"
    said = document.get("test", track.get("test"))
    if not isinstance(said, bool):
        return ""
    return "test" if said else "production"


def _answer(document):
    """Read `{"detail": "…"}`, or the complaints by field: `{"carrier": ["…"]}`."""
    said = [
        (name, complaints)
        for name, value in document.items()
        for complaints in [value if isinstance(value, list) else [value]]
        if complaints and all(isinstance(text, str) for text in complaints)
    ]
    if not said or len(said) != len(document):
        return None
    text = "; ".join(
        f"{'' if name in ('detail', '__all__') else name + ': '}{' '.join(complaints)}"
        for name, complaints in said
    )
    kind = "bad_request"
    # A complaint about a field is about what was asked, whatever words are in it.
    if set(document) <= {"detail", "message", "error"}:
        words = text.lower()
        kind = next((k for part, k in const.ERROR_KIND_MAP if part in words), kind)
    return CarrierAnswer(kind, "", reading.text(text))


def _track_events(track, path):
    common = {
        "tracking_number": reading.text(track.get("tracking_number"), 100),
        "carrier": reading.text(track.get("carrier"), 100),
    }
    history = reading.array(track.get("tracking_history"), f"{path}tracking_history")
    rows = [
        (f"{path}tracking_history[{index}]", row) for index, row in enumerate(history)
    ]
    # The present status repeats the last row, unless the row is not there yet.
    if track.get("tracking_status") is not None:
        rows.append((f"{path}tracking_status", track["tracking_status"]))
    events, seen = [], set()
    for number, (at, row) in enumerate(rows, 1):
        row = reading.obj(row, at)
        event = _scan_event(row, common, at, number)
        place = tuple(event.location.get(key) for key in ("city", "postcode"))
        fact = (event.raw_code, event.occurred_at, place)
        if fact not in seen or at != f"{path}tracking_status":
            events.append(event)
        seen.add(fact)
    return events + _eta_events(track, common, path)


def _scan_event(row, common, path, number):
    status = reading.text(row.get("status"), 60)
    substatus = reading.obj(row.get("substatus") or {}, f"{path}.substatus")
    code = reading.text(substatus.get("code"), 60)
    event_type = const.STATUS_MAP.get(status, "unmapped")
    if status in const.REFINED_STATUSES:
        event_type = const.SUBSTATUS_MAP.get(code, event_type)
    details = reading.text(row.get("status_details"))
    moment = reading.moment(row.get("status_date"), f"{path}.status_date")
    announces, dated = event_type == "eta_updated", moment.zone_source == "given"
    return CarrierEvent(
        event_type=event_type,
        classifier="estimated" if announces else "actual",
        **common,
        **moment._asdict(),
        # The row says that a date changed; the date is the track's own.
        recorded_at=moment.occurred_at if announces and dated else None,
        source_row=number,
        location=_location(row.get("location"), path),
        reason="" if status == "DELIVERED" else const.REASON_MAP.get(code, ""),
        delivery_mode=_delivery_mode(details) if status == "DELIVERED" else "",
        raw_code="/".join(part for part in (status, code) if part),
        raw_text=details,
    )


def _delivery_mode(details):
    words = details.lower()
    return next((mode for word, mode in const.DELIVERY_PLACES if word in words), "")


def _location(place, path):
    place = reading.obj(place or {}, f"{path}.location")
    return {
        "city": reading.text(place.get("city"), 200),
        "state": reading.text(place.get("state"), 200),
        "country": reading.text(place.get("country"), 200),
        "postcode": reading.text(place.get("zip"), 200),
    }


def _eta_events(track, common, path):
    found = reading.instant(track.get("eta"), f"{path}eta")
    if found is None:
        return []
    # Midnight is how Shippo writes a day.
    day_only = not (found.hour or found.minute or found.second)
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **common,
            occurred_at=found.date() if day_only else found,
            zone_source="none" if day_only else "given",
            precision="date" if day_only else "instant",
            raw_code="eta",
            fact_kind="eta",
        )
    ]


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_answer)
