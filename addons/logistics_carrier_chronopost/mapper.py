"""What Chronopost answers, read as canonical events. Pure functions.

Errors come as a number in the body of a good answer, rarely as a fault. Events come
oldest first; what is known besides stands in pairs of a name and a value.
"""

from odoo.addons.logistics_carrier_base import reading, soap_envelope, strict_xml
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const


def parse(body):
    """Read an answer about one parcel.

    :param bytes body: The answer.
    :return: The events; none when it knows nothing of the parcel yet.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of Chronopost's.
    :raises CarrierAnswer: When it is an error answer.
    """
    result = result_of(body)
    history = strict_xml.find(result, "listEventInfoComp")
    if history is None:
        raise UnreadableMessage("listEventInfoComp: is missing", "schema")
    number = strict_xml.text(history, "skybillNumber", limit=100)
    rows = strict_xml.children(history, "events")
    if rows and not number:
        raise UnreadableMessage("skybillNumber: is missing", "schema")
    events, turned = [], False
    for index, row in enumerate(rows):
        event = _event(row, f"events[{index}]", number, index + 1, turned)
        turned = turned or event.event_type == "returning_to_sender"
        events.append(event)
    return reading.without_repeats(events)


def result_of(body, max_bytes=strict_xml.MAX_BYTES):
    """Return the result in a good answer of any operation.

    :param bytes body: The answer.
    :param int max_bytes: The longest answer that is read.
    :rtype: lxml.etree._Element
    :raises UnreadableMessage: When it is nothing of Chronopost's.
    :raises CarrierAnswer: When it is an error answer.
    """
    reply = soap_envelope.loads(body, max_bytes)
    if answer := _answer(reply):
        raise answer
    result = strict_xml.find(reply.payload, "return")
    if result is None or not strict_xml.text(result, "errorCode"):
        raise UnreadableMessage("return.errorCode: is missing", "schema")
    return result


def _answer(reply):
    if reply.fault is not None:
        kind = const.FAULT_CODE_MAP.get(reply.fault.code, "bad_request")
        return CarrierAnswer(kind, reply.fault.code, reply.fault.text)
    result = strict_xml.find(reply.payload, "return")
    code = strict_xml.text(result, "errorCode", limit=40)
    if code in ("", "0"):
        return None
    return CarrierAnswer(
        const.ERROR_MAP.get(code, "bad_request"),
        code,
        strict_xml.text(result, "errorMessage"),
    )


def _event(row, path, number, source_row, turned):
    code = strict_xml.text(row, "code", limit=100)
    event_type = const.CODE_MAP.get(code, "unmapped")
    delivers = event_type == "delivered"
    if delivers and turned:
        # Whoever takes a parcel that came back is its sender.
        event_type = "returned_to_sender"
    try:
        return CarrierEvent(
            event_type=event_type,
            **reading.moment(
                strict_xml.text(row, "eventDate"), f"{path}.eventDate"
            )._asdict(),
            tracking_number=number,
            source_row=source_row,
            location=_location(row),
            reason=const.REASON_MAP.get(code, ""),
            delivery_mode=const.DELIVERY_MODE_MAP.get(code, ""),
            signer=_signer(row) if delivers else "",
            raw_code=code,
            raw_text=strict_xml.text(row, "eventLabel"),
        )
    except ValueError as error:
        raise UnreadableMessage(f"{path}: {error}", "value") from error


def _location(row):
    """Give the office; only one with a postcode is a place and not a department."""
    office = strict_xml.text(row, "officeLabel", limit=200)
    postcode = strict_xml.text(row, "zipCode", limit=40)
    if postcode:
        return {"city": office, "postcode": postcode}
    return {"name": office}


def _signer(row):
    for pair in strict_xml.children(row, "infoCompList"):
        name = strict_xml.text(pair, "name").replace(
            "\N{RIGHT SINGLE QUOTATION MARK}", "'"
        )
        if name.lower() == const.SIGNER_NAME:
            return reading.signer(strict_xml.text(pair, "value"))
    return ""


# Finds the error answer in the body of a refused call.
answer_of = soap_envelope.refusals(_answer)
