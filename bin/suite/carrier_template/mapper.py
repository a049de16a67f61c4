"""What Acme Parcel sends, read as canonical events. Pure functions.

A document, pushed or asked for, is `{"parcels": [{"number", "return", "scans"}]}` with
scans of `{"code", "at", "city", "country", "text", "signer"}`, times in ISO 8601 with
an offset. A refusal is `{"error": {"code", "text"}}`.
"""

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const


def parse(body):
    """Read a document of the carrier, pushed or asked for.

    :param bytes body: The document.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is no such document.
    :raises CarrierAnswer: When it is a refusal.
    """
    document = reading.obj(strict_json.loads(body), "message")
    if answer := _answer(document):
        raise answer
    if "parcels" not in document:
        raise UnreadableMessage("parcels: is missing", "schema")
    events = []
    for index, parcel in enumerate(reading.array(document["parcels"], "parcels")):
        path = f"parcels[{index}]"
        try:
            events += _parcel_events(reading.obj(parcel, path), path)
        except ValueError as error:
            raise UnreadableMessage(f"{path}: {error}", "value") from error
    return reading.without_repeats(events)


def _answer(document):
    error = document.get("error")
    if not isinstance(error, dict):
        return None
    code = reading.text(error.get("code"), 60)
    kind = const.ERROR_KIND_MAP.get(code, "bad_request")
    return CarrierAnswer(kind, code, reading.text(error.get("text")))


answer_of = reading.json_refusals(_answer)


def _parcel_events(parcel, path):
    number = reading.text(parcel.get("number"), 100)
    if not number:
        raise UnreadableMessage(f"{path}.number: is missing", "schema")
    leg = "return" if parcel.get("return") is True else "outbound"
    scans = reading.array(parcel.get("scans"), f"{path}.scans")
    return [
        _scan_event(reading.obj(scan, at), number, leg, row, at)
        for row, scan in enumerate(scans, 1)
        for at in [f"{path}.scans[{row - 1}]"]
    ]


def _scan_event(scan, number, leg, row, path):
    code = reading.text(scan.get("code"), 60)
    event_type = const.STATUS_MAP.get(code, "unmapped")
    if leg == "return":
        event_type = const.RETURN_LEG_MAP.get(event_type, event_type)
    return CarrierEvent(
        event_type=event_type,
        # The wall clock and its offset, as far as the carrier gives them.
        **reading.moment(scan.get("at"), f"{path}.at")._asdict(),
        source_row=row,
        tracking_number=number,
        leg=leg,
        location={
            "city": reading.text(scan.get("city"), 200),
            "country": reading.text(scan.get("country"), 200),
        },
        reason=const.REASON_MAP.get(code, ""),
        # Remarks such as "no signature" are no signer.
        signer=reading.signer(scan.get("signer")),
        raw_code=code,
        raw_text=reading.text(scan.get("text")),
    )
