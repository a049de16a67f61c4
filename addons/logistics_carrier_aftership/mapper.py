"""What AfterShip sends, read as canonical events. Pure functions.

Pushed and listed trackings give the same events under the same keys. Its checkpoints
have a name of their own only in the newest version of the API, and what is pushed may
be of an older one: so the name is not used.
"""

from dataclasses import replace

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const


def parse(body):
    """Read a push or an answer of the tracking API.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of AfterShip's.
    :raises CarrierAnswer: When it is an error answer.
    """
    document = reading.obj(strict_json.loads(body), "message")
    if answer := _answer(document):
        raise answer
    announced = reading.text(document.get("event"), 100)
    events = []
    for tracking, at in _trackings(document):
        try:
            events += _tracking_events(tracking, announced, at)
        except ValueError as error:
            raise UnreadableMessage(f"{at}: {error}", "value") from error
    return reading.without_repeats(events)


def message_key(body):
    """Return the identifier of a push, the same for every repetition.

    :param bytes body: The message.
    :return: The identifier; "" when it has none.
    :rtype: str
    :raises UnreadableMessage: When it is no JSON document.
    """
    document = strict_json.loads(body)
    said = document.get("event_id") if isinstance(document, dict) else None
    return reading.text(said, 200)


def numbers_in(document):
    """Return the numbers that a list of trackings is about, in capitals.

    :param dict document: The answer of the API.
    :rtype: set[str]
    :raises UnreadableMessage: When it is something else.
    """
    trackings = _trackings(reading.obj(document, "message"))
    return {_number(tracking).upper() for tracking, _at in trackings}


def _trackings(document):
    """Give every tracking of a message with its place."""
    if "msg" in document:
        return [(reading.obj(document["msg"], "msg"), "msg")]
    data = reading.obj(document.get("data"), "data")
    if "trackings" not in data:
        # Older versions of the API wrap a single one.
        one = reading.obj(data.get("tracking", data), "data.tracking")
        if "tracking_number" not in one:
            raise UnreadableMessage("data: no tracking", "schema")
        return [(one, "data")]
    rows = enumerate(reading.array(data["trackings"], "data.trackings"))
    places = [(row, f"data.trackings[{index}]") for index, row in rows]
    return [(reading.obj(row, at), at) for row, at in places]


def _answer(document):
    meta = document.get("meta")
    code = reading.text(meta.get("code"), 50) if isinstance(meta, dict) else ""
    if not code or (len(code) == 3 and code.startswith("2")):
        return None
    kind = const.ERROR_KIND_MAP.get(code, "bad_request")
    return CarrierAnswer(kind, code, reading.text(meta.get("message")))


def _number(tracking):
    return reading.text(tracking.get("tracking_number"), 100)


def _tracking_events(tracking, announced, at):
    common = {
        "tracking_number": _number(tracking),
        "leg": "return"
        if tracking.get("shipment_direction") == "return"
        else "outbound",
        "carrier": reading.text(tracking.get("slug"), 100),
    }
    rows = reading.array(tracking.get("checkpoints"), f"{at}.checkpoints")
    places = [(row, f"{at}.checkpoints[{index}]") for index, row in enumerate(rows)]
    events = reading.in_order(
        [_checkpoint_event(reading.obj(row, at), common, at) for row, at in places]
    )
    if not events and announced not in const.ANNOUNCEMENTS:
        events = _summary_events(tracking, common, at)
    arrival = reading.arrival(events)
    if arrival is None:
        events += _eta_events(tracking, common, announced, at)
    else:
        signer = reading.signer(tracking.get("signed_by"))
        events[arrival] = replace(events[arrival], signer=signer)
    return events + _proof_events(tracking, common, arrival, events, at)


def _event_type(said, leg):
    subtag, tag = (reading.text(said.get(name), 100) for name in ("subtag", "tag"))
    event_type = (
        const.SUBTAG_MAP.get(subtag, "unmapped")
        if subtag
        else const.TAG_MAP.get(tag, "unmapped")
    )
    if leg == "return":
        event_type = const.RETURN_LEG_MAP.get(event_type, event_type)
    return event_type, subtag or tag


def _checkpoint_event(checkpoint, common, at):
    event_type, code = _event_type(checkpoint, common["leg"])
    moment = reading.moment(checkpoint.get("checkpoint_time"), f"{at}.checkpoint_time")
    announces = event_type == "eta_updated"
    text = reading.text(checkpoint.get("message"))
    carrier = reading.text(checkpoint.get("slug"), 100) or common["carrier"]
    return CarrierEvent(
        event_type=event_type,
        classifier="estimated" if announces else "actual",
        **(common | {"carrier": carrier}),
        **moment._asdict(),
        # The row says that a date was agreed, and not which.
        recorded_at=moment.occurred_at
        if announces and moment.zone_source == "given"
        else None,
        location=_location(checkpoint),
        reason=const.REASON_MAP.get(code, ""),
        delivery_mode=const.DELIVERY_MODE_MAP.get(code, ""),
        raw_code=code,
        raw_text=text,
        # One subtag stands for many things that may happen in one minute.
        fact_kind=f"scan:{reading.text(checkpoint.get('raw_tag'), 100)}:{text[:500]}",
    )


def _location(checkpoint):
    country = checkpoint.get("country_region") or checkpoint.get("country_iso3")
    country = reading.text(country, 200).upper()
    return {
        "name": reading.text(checkpoint.get("location"), 200),
        "city": reading.text(checkpoint.get("city"), 200),
        "state": reading.text(checkpoint.get("state"), 200),
        "country": const.COUNTRIES.get(country, country),
        "postcode": reading.text(checkpoint.get("zip"), 200),
    }


def _summary_events(tracking, common, at):
    """Give the status of a tracking without checkpoints: true, but since when?"""
    said = {name: tracking.get(name) for name in ("tag", "subtag")}
    said["message"] = tracking.get("subtag_message")
    event = _checkpoint_event(said, common, at)
    if event.raw_code in const.SILENT:
        return []
    return [replace(event, fact_kind="summary")]


def _eta_events(tracking, common, announced, at):
    said = announced if announced in const.ANNOUNCEMENTS else ""
    found, name = reading.NO_MOMENT, ""
    for block, field in const.ESTIMATES:
        estimate = tracking.get(block)
        if isinstance(estimate, dict) and estimate.get(field):
            found = reading.moment(estimate[field], f"{at}.{block}.{field}")
            name = block
            break
    if not (said or name):
        return []
    written = reading.moment(tracking.get("updated_at"), f"{at}.updated_at")
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **common,
            **found._asdict(),
            recorded_at=written.occurred_at if written.precision == "instant" else None,
            raw_code=said or name,
            fact_kind="eta",
        )
    ]


def _proof_events(tracking, common, arrival, events, at):
    """Say which documents show the delivery; they deliver nothing by themselves."""
    place = f"{at}.proof_of_delivery"
    documents = [
        document
        for one in reading.array(tracking.get("proof_of_delivery"), place)
        if (document := _document(one))
    ]
    if not documents:
        return []
    proven = {}
    if arrival is not None:
        names = ("occurred_at", "zone_source", "precision", "signer")
        proven = {name: getattr(events[arrival], name) for name in names}
    return [
        CarrierEvent(
            event_type="pod_available",
            **common,
            **proven,
            documents=tuple(documents),
            raw_code="proof_of_delivery",
            fact_kind="proof",
        )
    ]


def _document(said):
    """Read a link, by itself or with what it leads to."""
    said = said if isinstance(said, dict) else {"url": said}
    url = said.get("url")
    is_link = isinstance(url, str) and url.startswith(("https://", "http://"))
    if not is_link or len(url) > 2000:
        return None
    return {"type": reading.text(said.get("type"), 100), "url": url}


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_answer)
