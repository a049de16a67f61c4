"""What a Karrio server sends, read as canonical events. Pure functions.

Pushed and fetched trackers are the same object and give the same events under the same
keys.
"""

import re
from dataclasses import replace
from datetime import datetime

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const, shipments

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AP]M))?", re.ASCII)
_LETTERS = re.compile(r"[A-Z]{2,3}", re.ASCII)


def parse(body):
    """Read a push, a tracker, a shipment, or a page of them.

    Pushes about other things (orders, pickups, batches…) give no events.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of Karrio's.
    :raises CarrierAnswer: When it is an error answer.
    """
    document = reading.obj(strict_json.loads(body), "message")
    if answer := _answer(document):
        raise answer
    events = []
    for path, kind, item in _items(document):
        if reader := _READERS.get(kind):
            try:
                events += reader(item, path)
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
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        document = document["data"]
    said = document.get("test_mode") if isinstance(document, dict) else None
    return {True: "test", False: "production"}.get(said, "")


def remarks_of(document):
    """Return what the carriers said beside an answer, in words.

    :param dict document: A shipment, a tracker or the rates of some carriers.
    :rtype: str
    """
    told = document.get("messages")
    errors = [error for error in told or () if isinstance(error, dict)]
    return "; ".join(filter(None, map(_words, errors)))


def _items(document):
    """Give path, kind and content of every object in a message."""
    if "event" in document:
        # `tracker_updated`, `shipment_purchased`, `order_created`…
        kind = reading.text(document["event"], 60).replace(".", "_").split("_")[0]
        return [("data.", kind, reading.obj(document.get("data"), "data"))]
    if "results" in document:
        return [
            (f"results[{index}].", *_kind(reading.obj(item, f"results[{index}]")))
            for index, item in enumerate(reading.array(document["results"], "results"))
        ]
    kind, item = _kind(document)
    if kind not in _READERS:
        raise UnreadableMessage("object_type: is missing", "schema")
    return [("", kind, item)]


def _kind(item):
    if "object_type" in item:
        return reading.text(item["object_type"], 60), item
    return ("tracker" if "tracking_number" in item else ""), item


# === TRACKERS === #


def _tracker_events(tracker, path):
    scans = [
        (f"{path}events[{index}]", reading.obj(scan, f"{path}events[{index}]"))
        for index, scan in enumerate(
            reading.array(tracker.get("events"), f"{path}events")
        )
    ]
    common = _common(tracker)
    if not scans:
        return _summary_events(tracker, common) + _eta_events(tracker, path, common)
    moments = [_moment(scan, at) for at, scan in scans]
    order = list(range(len(scans)))
    if _is_newest_first(moments):
        order.reverse()
    types = _event_types(tracker, [scans[index][1] for index in order])
    delivery = max((row for row, kind in enumerate(types) if kind in _ENDS), default=-1)
    events = [
        CarrierEvent(
            event_type=types[row],
            **common,
            **moments[index]._asdict(),
            source_row=row + 1,
            location=_location(scans[index][1].get("location")),
            reason=_reason(scans[index][1], types[row]),
            signer=_signer(tracker) if row == delivery else "",
            raw_code=_raw_code(scans[index][1]),
            raw_text=reading.text(scans[index][1].get("description")),
            fact_kind=_fact_kind(scans[index][1], moments[index]),
        )
        for row, index in enumerate(order)
    ]
    if delivery >= 0:
        events += _proof_events(tracker, events[delivery])
    return events + _eta_events(tracker, path, common)


_ENDS = frozenset({"delivered", "returned_to_sender"})


def _common(tracker):
    return {
        "tracking_number": reading.text(tracker.get("tracking_number"), 100),
        "carrier": reading.text(tracker.get("carrier_name"), 100),
    }


def _event_types(tracker, scans):
    """Give the event type of each scan, oldest first."""
    codes = const.CARRIER_CODE_MAP.get(reading.text(tracker.get("carrier_name")), {})
    ended = reading.text(tracker.get("status"), 60)
    turned, types = False, []
    for row, scan in enumerate(scans):
        last = row == len(scans) - 1
        # Older servers know the status of the whole tracker only: it is that of the
        # newest scan.
        status = reading.text(scan.get("status"), 60) or (ended if last else "")
        event_type = _event_type(status, scan, codes)
        if event_type == "delivery_failed" and not last:
            event_type = "delivery_attempt_failed"
        turned = turned or event_type == "returning_to_sender"
        # A tracker that ends as returned was not delivered to the customer.
        if event_type == "delivered" and turned and ended == "return_to_sender":
            event_type = "returned_to_sender"
        types.append(event_type)
    return types


def _event_type(status, scan, codes):
    if status in const.REFINED_STATUSES:
        code = reading.text(scan.get("code"), 60).upper()
        return codes.get(code) or const.STATUS_MAP.get(status, "unmapped")
    reason = reading.text(scan.get("reason"), 60)
    return const.REASON_TYPES.get((status, reason)) or const.STATUS_MAP.get(
        status, "unmapped"
    )


def _reason(scan, event_type):
    if event_type in _ENDS:
        return ""
    return const.REASON_MAP.get(reading.text(scan.get("reason"), 60), "")


def _raw_code(scan):
    return reading.text(scan.get("code"), 60) or reading.text(scan.get("status"), 60)


def _fact_kind(scan, moment):
    """Tell scans apart where a code and a clock do not."""
    if reading.text(scan.get("code")) and moment.precision in ("instant", "local"):
        return "scan"
    return f"scan:{reading.text(scan.get('description'), 200)}"


def _signer(tracker):
    info = tracker.get("info")
    return reading.signer(info.get("signed_by")) if isinstance(info, dict) else ""


def _summary_events(tracker, common):
    """Give the status of a tracker without history; nobody knows since when."""
    status = reading.text(tracker.get("status"), 60)
    if status not in const.STATUS_MAP:
        return []
    return [
        CarrierEvent(
            event_type=const.STATUS_MAP[status],
            **common,
            signer=_signer(tracker) if status == "delivered" else "",
            raw_code=status,
            fact_kind="summary",
        )
    ]


def pictures_of(page):
    """Return the pictures of deliveries, of a page of trackers.

    :param dict page: The page.
    :return: Kind, address, and who signed, of each.
    :rtype: list[tuple[str, str, str]]
    """
    return [
        (kind, url, _signer(tracker))
        for tracker in reading.array(page["results"], "results")
        for kind, url in _pictures(reading.obj(tracker, "results"))
    ]


def _pictures(tracker):
    named = (
        ("signature", tracker.get("signature_image_url")),
        ("photo", tracker.get("delivery_image_url")),
    )
    return [(kind, reading.text(url)) for kind, url in named if reading.text(url)]


def _proof_events(tracker, delivered):
    """Give the pictures of the delivery, as of the time of the delivery."""
    documents = [{"type": kind, "url": url} for kind, url in _pictures(tracker)]
    if not documents:
        return []
    return [
        replace(
            delivered,
            event_type="pod_available",
            source_row=0,
            documents=tuple(documents),
            raw_code="proof",
            raw_text="",
            fact_kind="proof",
        )
    ]


def _eta_events(tracker, path, common):
    moment = reading.moment(
        tracker.get("estimated_delivery"), f"{path}estimated_delivery"
    )
    if moment.occurred_at is None:
        return []
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **common,
            **moment._asdict(),
            raw_code="estimated_delivery",
            fact_kind="eta",
        )
    ]


# === VALUES === #


def _moment(scan, path):
    """Read when a scan was made.

    Karrio writes times as it got them and puts a `Z` behind: where date and time beside
    it show the same clock, that letter is no offset, and the clock is the place's own.
    """
    local = _local_time(scan, path)
    moment = reading.moment(scan.get("timestamp"), f"{path}.timestamp")
    if moment.precision == "none":
        return local
    if local.precision == "local" and moment.precision == "instant":
        told = moment.occurred_at.replace(tzinfo=None)
        if not moment.occurred_at.utcoffset() and _to_minute(told) == _to_minute(
            local.occurred_at
        ):
            return reading.Moment(told, "none", "local")
    return moment


def _local_time(scan, path):
    day = reading.moment(scan.get("date"), f"{path}.date")
    clock = _CLOCK.fullmatch(reading.text(scan.get("time"), 20).upper())
    if day.precision != "date" or not clock:
        return day
    hour, minute, second, half = clock.groups()
    hour = int(hour) % 12 + (12 if half == "PM" else 0) if half else int(hour)
    text = f"{day.occurred_at.isoformat()}T{hour:02d}:{minute}:{second or '00'}"
    return reading.moment(text, f"{path}.time")


def _to_minute(moment):
    return moment.replace(second=0, microsecond=0)


def _is_newest_first(moments):
    """Whether a list begins with the newest scan, as most of Karrio's do."""
    days = [
        moment.occurred_at.date()
        if isinstance(moment.occurred_at, datetime)
        else moment.occurred_at
        for moment in moments
        if moment.occurred_at
    ]
    if len(days) < 2 or days[0] != days[-1]:
        return len(days) < 2 or days[0] > days[-1]
    clocks = [
        moment.occurred_at.replace(tzinfo=None)
        for moment in moments
        if isinstance(moment.occurred_at, datetime)
    ]
    return len(clocks) < 2 or clocks[0] >= clocks[-1]


def _location(value):
    """Read a place written as one text: city, then state, postcode and country.

    Two letters behind a city alone may be a state or a country, so they stay in the
    name of the place.
    """
    name = reading.text(value, 200)
    parts = [part for part in map(str.strip, name.split(",")) if part]
    if not parts:
        return {}
    place = {"name": name, "city": parts[0]}
    if len(parts) > 2 and len(parts[-1]) == 2 and _LETTERS.fullmatch(parts[-1]):
        place["country"] = parts[-1]
        for part in parts[1:-1]:
            if _LETTERS.fullmatch(part):
                place["state"] = part
            elif any(char.isdigit() for char in part):
                place["postcode"] = part
    return place


# === ERRORS === #


def _answer(document):
    """Return the error answer: Karrio's own, or what the carriers answered it."""
    for name in ("errors", "messages"):
        told = document.get(name)
        # Trackers and shipments have remarks under the same name.
        if isinstance(told, list) and told and "tracking_number" not in document:
            if "results" in document or "object_type" in document:
                continue
            errors = [error for error in told if isinstance(error, dict)]
            code = reading.text(errors[0].get("code"), 60) if errors else ""
            text = "; ".join(filter(None, map(_words, errors)))
            return CarrierAnswer(_kind_of(code), code, text)
    if isinstance(document.get("detail"), str):
        code = reading.text(document.get("code"), 60)
        return CarrierAnswer(_kind_of(code), code, reading.text(document["detail"]))
    return None


def _words(error):
    text = reading.text(error.get("message"))
    carrier = reading.text(error.get("carrier_id") or error.get("carrier_name"), 100)
    return f"{carrier}: {text}" if carrier else text


def _kind_of(code):
    code = code.casefold()
    return next(
        (kind for part, kind in const.ERROR_KIND_MAP if part in code), "bad_request"
    )


_READERS = {"tracker": _tracker_events, "shipment": shipments.shipment_events}


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_answer)
