"""What Sendcloud sends, read as canonical events. Pure functions.

A push tells the present status of a parcel by its number, the tracking history tells
every status by a word. Both are the same facts under the same keys: the word is read as
its number, times are taken to the millisecond, and the text is that of the status.
"""

import re
from datetime import datetime, timezone
from decimal import Decimal

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const

# Seconds since 1970 have ten digits for the next centuries, milliseconds thirteen.
_MILLISECONDS = 10**11
_SERVER_ERROR = re.compile(r"5\d\d", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{4}) (\d{2}:\d{2}:\d{2})", re.ASCII)


def parse(body):
    """Read a push, a tracking history or parcels of the API.

    Pushes about the settings of an integration give no events.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of Sendcloud's.
    :raises CarrierAnswer: When it is an error answer.
    """
    if answer := _xml_answer(body):
        raise answer
    document = reading.obj(strict_json.loads(body), "message")
    if answer := _json_answer(document):
        raise answer
    try:
        return reading.without_repeats(_events(document))
    except ValueError as error:
        raise UnreadableMessage(str(error), "value") from error


def answer_of(body):
    """Return the error answer in the body of a refused call.

    :param bytes body: The body.
    :return: The answer; None when it is something else.
    :rtype: CarrierAnswer | None
    """
    try:
        document = strict_json.loads(body)
    except UnreadableMessage:
        return _xml_answer(body)
    return _json_answer(document) if isinstance(document, dict) else None


def _events(document):
    if "tracking" in document:
        return _history_events(document)
    if "parcels" in document:
        parcels = reading.array(document["parcels"], "parcels")
        return [
            event
            for index, parcel in enumerate(parcels)
            for event in _parcel_events(parcel, f"parcels[{index}]")
        ]
    if "action" not in document and "parcel" not in document:
        raise UnreadableMessage("action: is missing", "schema")
    if document.get("action") == "return_created":
        return _return_events(document)
    if "parcel" in document:
        return _parcel_events(document["parcel"], "parcel", _pushed_at(document))
    return []


# === PARCELS === #


def _parcel_events(parcel, path, moment=None):
    """Give the present status of a parcel, and its price where it is told.

    :param Moment | None moment: Since when, where the message says it; else the last
        change of the parcel counts.
    """
    parcel = reading.obj(parcel, path)
    if "status" not in parcel:
        raise UnreadableMessage(f"{path}.status: is missing", "schema")
    status = reading.obj(parcel["status"], f"{path}.status")
    code = _code(status.get("id"), status.get("message"))
    leg = "return" if parcel.get("is_return") is True else "outbound"
    common = {
        "tracking_number": reading.text(parcel.get("tracking_number"), 100),
        "leg": leg,
        "carrier": _carrier(parcel.get("carrier")),
    }
    # A label that was made over there is found by the order, before it has moved.
    starts = const.STATUS_MAP.get(code) == "shipment_created"
    order = reading.text(parcel.get("order_number"), 200) if starts else ""
    event = _status_event(
        code,
        reading.text(status.get("message")),
        moment or _last_change(parcel, path),
        {**common, "references": {"order": order}},
    )
    return [event, *_price_events(parcel, path, common)]


def _status_event(code, text, moment, common, row=0):
    event_type = const.STATUS_MAP.get(code, "unmapped")
    if common["leg"] == "return":
        event_type = const.RETURN_LEG_MAP.get(event_type, event_type)
    announces, dated = event_type == "eta_updated", moment.zone_source == "given"
    return CarrierEvent(
        event_type=event_type,
        classifier="estimated" if announces else "actual",
        **common,
        **moment._asdict(),
        # The status says that a date changed; the date itself stands elsewhere.
        recorded_at=moment.occurred_at if announces and dated else None,
        source_row=row,
        reason=const.REASON_MAP.get(code, ""),
        delivery_mode=const.DELIVERY_MODE_MAP.get(code, "")
        if event_type == "delivered"
        else "",
        raw_code=code,
        raw_text=const.LABELS.get(code, text),
    )


def _price_events(parcel, path, common):
    """Give what the label costs, by Sendcloud's price list."""
    name = "price" if parcel.get("price") else "label_cost"
    if not parcel.get(name):
        return []
    price = reading.obj(parcel[name], f"{path}.{name}")
    amount = reading.amount(price.get("value"), f"{path}.{name}.value")
    if not amount:
        return []
    return [
        CarrierEvent(
            event_type="charge_estimated",
            **common,
            **_moment(parcel.get("date_created"), f"{path}.date_created")._asdict(),
            amount=amount,
            currency=reading.text(price.get("currency"), 3),
            raw_code="price",
            fact_kind=f"price:{reading.text(parcel.get('id'), 60)}",
        )
    ]


def _return_events(document):
    """Give a return that was asked for; its parcel is told later, when it has one."""
    told = reading.obj(document.get("data"), "data")
    return [
        CarrierEvent(
            event_type="return_created",
            leg="return",
            **_unix(document.get("timestamp"), "timestamp")._asdict(),
            tracking_number=reading.text(told.get("tracking_number"), 100),
            references={"order": reading.text(told.get("order_number"), 200)},
            raw_code="return_created",
            fact_kind=f"return:{reading.text(told.get('id'), 60)}",
        )
    ]


# === HISTORY === #


def _history_events(document):
    """Give every status of a tracking history.

    The answer of the API does not name the number it is about: what is kept is the
    answer together with the number that was asked for.
    """
    history = reading.obj(document["tracking"], "tracking")
    statuses = reading.array(history.get("statuses"), "tracking.statuses")
    common = {
        "tracking_number": reading.text(document.get("tracking_number"), 100),
        "leg": "return" if history.get("is_return") is True else "outbound",
        "carrier": _carrier(history.get("carrier_code")),
    }
    scans = []
    for index, status in enumerate(statuses):
        at = f"tracking.statuses[{index}]"
        status = reading.obj(status, at)
        at = f"{at}.carrier_update_timestamp"
        scans.append((status, _moment(status.get("carrier_update_timestamp"), at)))
    rows = range(1, len(scans) + 1)
    if _is_newest_first([moment for _status, moment in scans]):
        rows = reversed(rows)
    events = [
        _status_event(
            *_word(status),
            moment,
            common,
            row=row,
        )
        for row, (status, moment) in zip(rows, scans, strict=True)
    ]
    return events + _eta_events(history, common)


def _word(status):
    """Give the code and the text of a status of the history."""
    word = reading.text(status.get("parent_status"), 60)
    text = reading.text(status.get("carrier_message"))
    return const.STATUS_WORDS.get(word, word), text or word


def _eta_events(history, common):
    at = "tracking.expected_delivery_date"
    moment = _moment(history.get("expected_delivery_date"), at)
    if moment.occurred_at is None:
        return []
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **common,
            **moment._asdict(),
            raw_code="expected_delivery_date",
            fact_kind="eta",
        )
    ]


def _is_newest_first(moments):
    dated = [moment.occurred_at for moment in moments if moment.zone_source == "given"]
    return len(dated) < 2 or dated[0] >= dated[-1]


# === VALUES === #


def _code(number, message):
    """Return the number of a status, as the list has it.

    Some messages write 0 beside "Ready to send": a number that is not on the list is
    read as that of its words, if these are.
    """
    number = reading.text(number, 60)
    if number in const.LABELS:
        return number
    words = reading.text(message).casefold()
    return next(
        (code for code, label in const.LABELS.items() if label.casefold() == words),
        number or words[:60],
    )


def _carrier(value):
    return reading.text(value.get("code") if isinstance(value, dict) else value, 100)


def _pushed_at(document):
    """Return when the carrier changed the status; else when Sendcloud noticed."""
    for name in ("carrier_status_change_timestamp", "timestamp"):
        if document.get(name) is not None:
            return _unix(document[name], name)
    return reading.NO_MOMENT


def _last_change(parcel, path):
    for name in ("date_updated", "date_announced", "date_created"):
        if parcel.get(name):
            return _moment(parcel[name], f"{path}.{name}")
    return reading.NO_MOMENT


def _unix(value, path):
    """Read seconds or milliseconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UnreadableMessage(f"{path}: not a time", "schema")
    milliseconds = int(value if value >= _MILLISECONDS else value * 1000)
    try:
        found = datetime.fromtimestamp(milliseconds // 1000, timezone.utc)
    except (OverflowError, ValueError, OSError) as error:
        raise UnreadableMessage(f"{path}: no such time", "value") from error
    found = found.replace(microsecond=milliseconds % 1000 * 1000)
    return reading.moment(found.isoformat(), path)


def _moment(value, path):
    """Read a time to the millisecond; the parcels API writes day, month, year."""
    if isinstance(value, str) and (match := _DAY_FIRST.fullmatch(value)):
        day, month, year, clock = match.groups()
        value = f"{year}-{month}-{day} {clock}"
    moment = reading.moment(value, path)
    if not isinstance(moment.occurred_at, datetime):
        return moment
    cut = moment.occurred_at.microsecond // 1000 * 1000
    return moment._replace(occurred_at=moment.occurred_at.replace(microsecond=cut))


# === ERRORS === #


def _json_answer(document):
    """Return the error answer of either version of the API."""
    if isinstance(document.get("error"), dict):
        error = document["error"]
        return _answer(error.get("code"), error.get("code"), error.get("message"))
    if isinstance(document.get("errors"), list):
        errors = [error for error in document["errors"] if isinstance(error, dict)]
        first = errors[0] if errors else {}
        text = "; ".join(filter(None, map(_words, errors)))
        return _answer(first.get("code"), first.get("status"), text)
    detail = document.get("detail")
    if isinstance(detail, list):
        told = [item.get("msg") for item in detail if isinstance(item, dict)]
        detail = "; ".join(map(reading.text, told))
    if isinstance(detail, str):
        return _answer("", detail, detail)
    return None


def _words(error):
    """Return what is wrong, and where in the request."""
    source = error.get("source") if isinstance(error.get("source"), dict) else {}
    place = reading.text(source.get("pointer") or source.get("parameter"), 200)
    text = reading.text(error.get("detail") or error.get("title"))
    return f"{place.strip('/')}: {text}" if place else text


def _answer(code, status, text):
    code, status = reading.text(code, 60), reading.text(status, 60)
    kind = const.ERROR_KINDS.get(code) or const.ERROR_KINDS.get(status)
    if not kind:
        kind = "unavailable" if _SERVER_ERROR.fullmatch(status) else "bad_request"
    return CarrierAnswer(kind, code, reading.text(text))


def _xml_answer(body):
    """Return the answer about a number without a history, which a file store gives."""
    if b"<Code>NoSuchKey</Code>" in body[:2000]:
        return CarrierAnswer("not_found", "NoSuchKey", "No history of this number")
    return None
