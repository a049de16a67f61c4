"""What EasyPost sends, read as canonical events. Pure functions.

Pushed and fetched trackers give the same events under the same keys: the identifier of
an EasyPost *Event* names the message and is not used for the facts in it, and neither
is anything that differs between the two ways (an empty code is "" here and null there).
"""

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import charges, const

# Lists come bare, or under one of these names.
_LISTS = {
    "trackers": "Tracker",
    "shipments": "Shipment",
    "refunds": "Refund",
    "claims": "Claim",
    "events": "Event",
    "insurances": "Insurance",
}


def parse(body):
    """Read a pushed event or an answer of the API.

    Objects that say nothing about a parcel (batches, reports, insurances…) give no
    events: EasyPost pushes everything to one address.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of EasyPost's.
    :raises CarrierAnswer: When it is an error answer.
    """
    document = strict_json.loads(body)
    if isinstance(document, dict) and document.get("error"):
        raise _answer(document["error"])
    events = []
    for path, kind, item in _items(document):
        reader = _READERS.get(kind)
        if not reader:
            continue
        try:
            events += reader(item, path)
        except ValueError as error:
            raise UnreadableMessage(f"{path}{error}", "value") from error
    return reading.without_repeats(events)


def message_key(body):
    """Return the identifier of a pushed event, the same for every repetition.

    :param bytes body: The message.
    :return: The identifier; "" when it has none.
    :rtype: str
    :raises UnreadableMessage: When it is no JSON document.
    """
    document = strict_json.loads(body)
    if not isinstance(document, dict) or document.get("object") != "Event":
        return ""
    return reading.text(document.get("id"), 200)


def mode(body):
    """Return whether a message is about test or real parcels.

    :param bytes body: The message.
    :return: `test`, `production`, or "" when it does not say.
    :rtype: str
    :raises UnreadableMessage: When it is no JSON document.
    """
    document = strict_json.loads(body)
    said = document.get("mode") if isinstance(document, dict) else None
    return said if said in ("test", "production") else ""


def answer_of(body):
    """Return the error answer in the body of a refused call.

    :param bytes body: The body.
    :return: The answer; None when it is something else.
    :rtype: CarrierAnswer | None
    """
    try:
        document = strict_json.loads(body)
    except UnreadableMessage:
        return None
    if isinstance(document, dict) and document.get("error"):
        return _answer(document["error"])
    return None


def _items(document):
    """Give path, kind and content of every object in a message."""
    if isinstance(document, list):
        return [
            (f"[{index}].", str(reading.obj(item, f"[{index}]").get("object")), item)
            for index, item in enumerate(document)
        ]
    reading.obj(document, "message")
    if "object" in document:
        return [("", str(document["object"]), document)]
    for name, kind in _LISTS.items():
        if name in document:
            return [
                (f"{name}[{index}].", kind, reading.obj(item, f"{name}[{index}]"))
                for index, item in enumerate(reading.array(document[name], name))
            ]
    raise UnreadableMessage("object: is missing", "schema")


def _answer(error):
    if not isinstance(error, dict):
        error = {"message": error}
    code = reading.text(error.get("code"))
    message = error.get("message")
    if isinstance(message, list):
        message = "; ".join(reading.text(part) for part in message)
    kind = next(
        (kind for part, kind in const.ERROR_KIND_MAP if part in code.upper()),
        "bad_request",
    )
    return CarrierAnswer(kind, code, reading.text(message))


def _event_events(event, path):
    result = event.get("result")
    if result is None:
        return []  # The history API leaves it out: the tracker must be fetched.
    result = reading.obj(result, f"{path}result")
    kind = str(result.get("object"))
    if kind not in _READERS or kind == "Event":
        return []
    events = _READERS[kind](result, f"{path}result.")
    previous = event.get("previous_attributes")
    if kind == "Tracker" and isinstance(previous, dict) and "signed_by" in previous:
        events += _proof_events(result, f"{path}result.")
    return events


# === TRACKERS === #


def _tracker_events(tracker, path):
    details = [
        (f"{path}tracking_details[{index}]", detail)
        for index, detail in enumerate(
            reading.array(tracker.get("tracking_details"), f"{path}tracking_details")
        )
    ]
    if not details:
        return _summary_events(tracker)
    scans = [reading.obj(detail, at) for at, detail in details]
    types = _event_types(tracker, scans)
    delivery = _last_delivery(types)
    events = []
    for row, ((at, _detail), scan) in enumerate(zip(details, scans, strict=True)):
        event_type, said = types[row]
        moment = reading.moment(scan.get("datetime"), f"{at}.datetime")
        announces, dated = event_type == "eta_updated", moment.zone_source == "given"
        events.append(
            CarrierEvent(
                event_type=event_type,
                classifier="estimated" if announces else "actual",
                **_common(tracker),
                **moment._asdict(),
                # The row says that a date changed; the date is the tracker's own.
                recorded_at=moment.occurred_at if announces and dated else None,
                source_row=row + 1,
                location=_location(scan.get("tracking_location"), at),
                reason=const.REASON_MAP.get(reading.text(scan.get("status_detail")), "")
                if event_type != "delivered"
                else "",
                signer=reading.signer(tracker.get("signed_by"))
                if row == delivery
                else "",
                raw_code=_raw_code(scan),
                raw_text=reading.text(scan.get("message") or scan.get("description")),
                said=said,
            )
        )
    return events + _eta_events(tracker, path)


def _common(tracker):
    return {
        "tracking_number": reading.text(tracker.get("tracking_code"), 100),
        "leg": "return" if tracker.get("is_return") is True else "outbound",
        "carrier": reading.text(tracker.get("carrier"), 100),
    }


def _event_types(tracker, scans):
    """Give for each scan its event type, and what decided it besides the scan."""
    codes = const.CARRIER_CODE_MAP.get(_carrier_family(tracker), {})
    # A tracker that ends as returned was not delivered to the customer.
    returned = tracker.get("status") == "return_to_sender"
    turned, before, types = False, "", []
    for scan in scans:
        event_type, said = _event_type(scan, codes, before), ""
        turned = turned or event_type == "returning_to_sender"
        if event_type == "delivered" and returned and turned:
            event_type, said = "returned_to_sender", "return_to_sender"
        if tracker.get("is_return") is True:
            event_type = const.RETURN_LEG_MAP.get(event_type, event_type)
        types.append((event_type, said))
        before = event_type
    return types


def _event_type(scan, codes, before):
    status = reading.text(scan.get("status"))
    event_type = const.STATUS_MAP.get(status, "unmapped")
    if status not in const.REFINED_STATUSES:
        return event_type
    if refined := codes.get(reading.text(scan.get("carrier_code")).upper()):
        return refined
    detail = reading.text(scan.get("status_detail"))
    if status == "return_to_sender" and detail == "delivered":
        return "returned_to_sender"
    refined = const.DETAIL_MAP.get(detail)
    if refined and refined not in const.DETAIL_IGNORED.get(status, ()):
        return event_type if status == "unknown" else refined
    if status == "failure" and before == "out_for_delivery":
        return "delivery_attempt_failed"
    return event_type


def _carrier_family(tracker):
    # FedEx, FedExDefault and FedExSmartPost share their codes.
    name = reading.text(tracker.get("carrier")).lower()
    return next((key for key in const.CARRIER_CODE_MAP if name.startswith(key)), "")


def _last_delivery(types):
    rows = [
        row
        for row, (event_type, _said) in enumerate(types)
        if event_type in ("delivered", "return_received")
    ]
    return rows[-1] if rows else None


def _raw_code(scan):
    return reading.text(scan.get("carrier_code")) or reading.text(scan.get("status"))


def _location(place, path):
    place = reading.obj(place or {}, f"{path}.tracking_location")
    return {
        "city": reading.text(place.get("city"), 200),
        "state": reading.text(place.get("state"), 200),
        "country": reading.text(place.get("country"), 200),
        "postcode": reading.text(place.get("zip"), 200),
    }


def _summary_events(tracker):
    """Give the status of a tracker without history: true, but nobody knows since when.

    Without a time it moves no parcel that is under way; it is seen, and a later fetch
    brings the scans.
    """
    status = reading.text(tracker.get("status"))
    if status not in const.STATUS_MAP:
        return []
    common = _common(tracker)
    event_type = const.STATUS_MAP[status]
    if common["leg"] == "return":
        event_type = const.RETURN_LEG_MAP.get(event_type, event_type)
    return [
        CarrierEvent(
            event_type=event_type,
            **common,
            signer=reading.signer(tracker.get("signed_by"))
            if status == "delivered"
            else "",
            raw_code=status,
            fact_kind="summary",
        )
    ]


def _eta_events(tracker, path):
    at = f"{path}est_delivery_date"
    found = reading.instant(tracker.get("est_delivery_date"), at)
    if found is None:
        return []
    # Midnight is how EasyPost writes a day.
    day_only = not (found.hour or found.minute or found.second)
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **_common(tracker),
            occurred_at=found.date() if day_only else found,
            zone_source="none" if day_only else "given",
            precision="date" if day_only else "instant",
            recorded_at=reading.instant(tracker.get("updated_at"), f"{path}updated_at"),
            raw_code="est_delivery_date",
            fact_kind="eta",
        )
    ]


def _proof_events(tracker, path):
    name = reading.signer(tracker.get("signed_by"))
    if not name:
        return []
    return [
        CarrierEvent(
            event_type="pod_available",
            **_common(tracker),
            **reading.moment(tracker.get("updated_at"), f"{path}updated_at")._asdict(),
            signer=name,
            raw_code="signed_by",
            fact_kind=f"proof:{name}",
        )
    ]


def _shipment_events(shipment, path):
    events = charges.shipment_events(shipment, path)
    tracker = shipment.get("tracker")
    if isinstance(tracker, dict) and tracker.get("tracking_details"):
        events += _tracker_events(tracker, f"{path}tracker.")
    return events


_READERS = {
    "Event": _event_events,
    "Tracker": _tracker_events,
    "Shipment": _shipment_events,
    "Refund": charges.refund_events,
    "Claim": charges.claim_events,
}
