"""What GLS answers, read as canonical events. Pure functions.

Events come newest first. The status of a parcel is a statement of its own: it can be
days younger than the last event, and it may say in one word what the code of an event
does not. A parcel that could not be answered stands in the same list as the others.
"""

from odoo.addons.logistics_carrier_base import problem, reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const


def parse(body):
    """Read an answer about parcels.

    :param bytes body: The answer.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of GLS's.
    :raises CarrierAnswer: When a parcel could not be answered; of kind `partial`, with
        the events of the others, where there are any.
    """
    document = reading.obj(strict_json.loads(body), "message")
    if "parcels" not in document:
        if answer := _refusal(document):
            raise answer
        raise UnreadableMessage("parcels: is missing", "schema")
    events, answers = [], []
    parcels = reading.array(document["parcels"], "parcels")
    for index, parcel in enumerate(parcels):
        path = f"parcels[{index}]"
        parcel = reading.obj(parcel, path)
        if parcel.get("errorCode"):
            answers.append(_parcel_answer(parcel))
            continue
        try:
            events += _parcel_events(parcel, path)
        except ValueError as error:
            raise UnreadableMessage(f"{path}: {error}", "value") from error
    events = reading.without_repeats(events)
    if not answers:
        return events
    # That a parcel is not known yet is the least of what can be wrong.
    worst = next((one for one in answers if one.kind != "not_found"), answers[0])
    if not events:
        raise worst
    raise CarrierAnswer("partial", worst.code, worst.text, events)


def _refusal(document):
    """Read what the gateway, the service and the login write when they refuse."""
    fault = document.get("fault")
    if isinstance(fault, dict):
        detail = fault.get("detail")
        code = reading.text(detail.get("errorcode") if isinstance(detail, dict) else "")
        kind = next(
            (kind for part, kind in const.FAULT_MAP if part in code.lower()),
            "bad_request",
        )
        return CarrierAnswer(kind, code, reading.text(fault.get("faultstring")))
    errors = document.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        # Only the login answers so; whatever it does not like are the credentials.
        code = reading.text(errors[0].get("type"))
        kind = "unavailable" if code.startswith("5") else "authentication"
        return CarrierAnswer(kind, code, reading.text(errors[0].get("message")))
    return problem.read(document)


def _parcel_answer(parcel):
    code = reading.text(parcel["errorCode"])
    kind = next(
        (kind for part, kind in const.PARCEL_ERROR_MAP if code.startswith(part)),
        "bad_request",
    )
    number = reading.text(parcel.get("requested"), 100)
    message = reading.text(parcel.get("errorMessage"))
    return CarrierAnswer(kind, code, " ".join(part for part in (number, message)))


def _parcel_events(parcel, path):
    # What was asked for is what the parcel is known by here.
    number = reading.text(parcel.get("requested") or parcel.get("unitno"), 100)
    if not number:
        raise UnreadableMessage(f"{path}.requested: is missing", "schema")
    rows = reading.array(parcel.get("events"), f"{path}.events")
    events = [
        _event(
            reading.obj(row, f"{path}.events[{index}]"),
            f"{path}.events[{index}]",
            number,
            # The oldest is the first row: a longer history renumbers nothing.
            len(rows) - index,
        )
        for index, row in enumerate(rows)
    ]
    return events + _status_events(parcel, path, number, events)


def _event(row, path, number, source_row):
    code = reading.text(row.get("code"), 100)
    return CarrierEvent(
        event_type=const.EVENT_MAP.get(code, "unmapped"),
        **reading.moment(row.get("eventDateTime"), f"{path}.eventDateTime")._asdict(),
        tracking_number=number,
        source_row=source_row,
        location={
            "city": reading.text(row.get("city"), 200),
            "country": reading.text(row.get("country"), 200),
            "postcode": reading.text(row.get("postalCode"), 200),
        },
        delivery_mode=const.DELIVERY_MODE_MAP.get(code, ""),
        raw_code=code,
        raw_text=reading.text(row.get("description")),
    )


def _status_events(parcel, path, number, events):
    """Give the status of a parcel where its events do not say the same already."""
    status = reading.text(parcel.get("status"), 100)
    if not status or (status == const.CLOSED and events):
        return []
    event_type = const.STATUS_MAP.get(status, "unmapped")
    moment = reading.moment(parcel.get("statusDateTime"), f"{path}.statusDateTime")
    beside = {
        event.event_type for event in events if event.occurred_at == moment.occurred_at
    }
    if event_type in beside:
        return []
    if status in const.GENERAL_STATUSES and beside - {"unmapped"}:
        return []
    return [
        CarrierEvent(
            event_type=event_type,
            **moment._asdict(),
            tracking_number=number,
            source_row=len(events) + 1,
            reason=const.REASON_MAP.get(status, ""),
            delivery_mode=const.DELIVERY_MODE_MAP.get(status, ""),
            raw_code=status,
            fact_kind="status",
        )
    ]


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_refusal)
