"""What Shopify sends, read as canonical events. Pure functions.

A fulfillment is one shipment of a shop's order and knows the tracking number; its
events only name the fulfillment, which is their `master` reference here: whoever
remembers the fulfillment can tell the number.
"""

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const


def parse(body):
    """Read a pushed fulfillment or fulfillment event, or an answer of the Admin API.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of Shopify's.
    :raises CarrierAnswer: When it is an error answer, or the fulfillment is unknown.
    """
    document = reading.obj(strict_json.loads(body), "message")
    found, answer = [], _answer(document)
    try:
        for path, read, content in _contents(document, answer):
            found += read(reading.obj(content, path or "message"), path)
    except ValueError as error:
        raise UnreadableMessage(str(error), "value") from error
    events = reading.without_repeats(found)
    if answer:
        kind = "partial" if events else answer.kind
        raise CarrierAnswer(kind, answer.code, answer.text, events)
    return events


def fulfillment_key(identifier):
    """Return how a fulfillment is named here: the same in pushes and answers.

    :param identifier: The number of it, or its global identifier (`gid://…/number`).
    :rtype: str
    """
    number = reading.text(identifier, 100).rpartition("/")[2]
    return f"fulfillment/{number}" if number else ""


def _contents(document, answer):
    """Give path, reader and content of every object in a message."""
    data = document.get("data")
    if isinstance(data, dict) and "fulfillment" in data:
        if data["fulfillment"] is None:
            raise answer or CarrierAnswer("not_found", "", "No such fulfillment")
        return [("data.fulfillment.", _asked_events, data["fulfillment"])]
    if answer:
        return []
    for name, read in (
        ("fulfillment_event", _event_events),
        ("fulfillment", _fulfillment_events),
    ):
        if name in document:
            return [(f"{name}.", read, document[name])]
        if f"{name}s" in document:
            rows = reading.array(document[f"{name}s"], f"{name}s")
            return [(f"{name}s[{i}].", read, row) for i, row in enumerate(rows)]
    # Pushed objects come bare.
    if "fulfillment_id" in document:
        return [("", _event_events, document)]
    if "tracking_number" in document or "tracking_numbers" in document:
        return [("", _fulfillment_events, document)]
    raise UnreadableMessage("fulfillment: is missing", "schema")


def _answer(document):
    errors = document.get("errors")
    if not errors:
        return None
    rows = errors if isinstance(errors, list) else [errors]
    texts, codes = [], []
    for row in rows:
        if isinstance(row, dict) and "message" in row:
            extensions = row.get("extensions")
            codes.append((extensions or {}).get("code") if extensions else None)
            texts.append(reading.text(row["message"]))
        elif isinstance(row, dict):
            texts += [f"{name}: {reading.text(value)}" for name, value in row.items()]
        else:
            texts.append(reading.text(row))
    code = next((reading.text(code, 60) for code in codes if code), "")
    text = reading.text("; ".join(texts))
    words = text.lower()
    kind = const.ERROR_CODE_MAP.get(code) or next(
        (kind for part, kind in const.ERROR_TEXT_MAP if part in words), "bad_request"
    )
    return CarrierAnswer(kind, code, text)


# === A PUSHED FULFILLMENT === #


def _fulfillment_events(fulfillment, path):
    """Tie its numbers to it, and say how far it is: nobody knows since when."""
    if reading.text(fulfillment.get("status")) not in const.SHIPPED:
        return []
    listed = reading.array(
        fulfillment.get("tracking_numbers"), f"{path}tracking_numbers"
    )
    numbers = [reading.text(number, 100) for number in listed]
    numbers = list(dict.fromkeys(number for number in numbers if number))
    single = reading.text(fulfillment.get("tracking_number"), 100)
    numbers = numbers or ([single] if single else [])
    key = fulfillment_key(fulfillment.get("id"))
    events = []
    for row, number in enumerate(numbers, 1):
        events.append(
            CarrierEvent(
                event_type="shipment_created",
                **reading.moment(
                    fulfillment.get("created_at"), f"{path}created_at"
                )._asdict(),
                # The number of a fulfillment may be corrected: then this is another
                # version of what it travels under.
                recorded_at=reading.instant(
                    fulfillment.get("updated_at"), f"{path}updated_at"
                ),
                source_event_id=key if len(numbers) == 1 else f"{key}/{number}",
                source_row=row,
                **_common(number, key, fulfillment.get("tracking_company")),
            )
        )
    # Of several parcels it is not said which one it is about.
    if len(numbers) == 1 and fulfillment.get("shipment_status"):
        code = reading.text(fulfillment["shipment_status"], 60)
        events.append(
            CarrierEvent(
                event_type=const.STATUS_MAP.get(code.upper(), "unmapped"),
                raw_code=code.lower(),
                delivery_mode=const.DELIVERY_MODE_MAP.get(code.upper(), ""),
                fact_kind="summary",
                **_common(numbers[0], key),
            )
        )
    return events


def _common(number, key, company=""):
    return {
        "tracking_number": number,
        "carrier": reading.text(company, 100),
        "references": {"master": key},
    }


# === EVENTS OF A FULFILLMENT, PUSHED OR ASKED FOR === #


def _asked_events(fulfillment, path):
    tracking = reading.array(fulfillment.get("trackingInfo"), f"{path}trackingInfo")
    numbers = {
        reading.text(reading.obj(row, f"{path}trackingInfo").get("number"), 100)
        for row in tracking
    } - {""}
    listed = reading.obj(fulfillment.get("events") or {}, f"{path}events")
    rows = reading.array(listed.get("nodes"), f"{path}events.nodes")
    if len(numbers) != 1:
        return []
    events = []
    for index, node in enumerate(rows):
        at = f"{path}events.nodes[{index}]"
        event = {
            "fulfillment_id": fulfillment.get("id"),
            **{_PLAIN.get(k, k): v for k, v in reading.obj(node, at).items()},
        }
        events += _event_events(event, f"{at}.", *numbers, row=index + 1)
    return events


_PLAIN = {
    "happenedAt": "happened_at",
    "createdAt": "created_at",
    "estimatedDeliveryAt": "estimated_delivery_at",
}


def _event_events(event, path, number="", row=0):
    common = _common(number, fulfillment_key(event.get("fulfillment_id")))
    code = reading.text(event.get("status"), 60)
    recorded = reading.instant(event.get("created_at"), f"{path}created_at")
    events = [
        CarrierEvent(
            event_type=const.STATUS_MAP.get(code.upper(), "unmapped"),
            **reading.moment(event.get("happened_at"), f"{path}happened_at")._asdict(),
            recorded_at=recorded,
            source_event_id=reading.text(event.get("id"), 100).rpartition("/")[2],
            source_row=row,
            location={
                "city": reading.text(event.get("city"), 200),
                "state": reading.text(event.get("province"), 200),
                "country": reading.text(event.get("country"), 200),
                "postcode": reading.text(event.get("zip"), 200),
            },
            raw_code=code.lower(),
            raw_text=reading.text(event.get("message")),
            delivery_mode=const.DELIVERY_MODE_MAP.get(code.upper(), ""),
            **common,
        )
    ]
    expected = reading.moment(
        event.get("estimated_delivery_at"), f"{path}estimated_delivery_at"
    )
    if expected.occurred_at is not None:
        events.append(
            CarrierEvent(
                event_type="eta_updated",
                classifier="estimated",
                **expected._asdict(),
                recorded_at=recorded,
                raw_code="estimated_delivery_at",
                fact_kind="eta",
                **common,
            )
        )
    return events


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_answer)
