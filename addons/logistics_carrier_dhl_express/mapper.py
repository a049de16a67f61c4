"""What MyDHL API answers, read as canonical events. Pure functions."""

import re

from odoo.addons.logistics_carrier_base import problem, reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.code_table import Meaning
from odoo.addons.logistics_carrier_base.dhl_checkpoints import CHECKPOINTS
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const

answer_of = problem.answer_of

# "SYDNEY-AU": the service area and its country.
_AREA = re.compile(r"(.*\S)\s*-\s*([A-Z]{2})")
# Older answers name the signer in the words and leave `signedBy` empty.
_SIGNED = re.compile(r"(?:delivered|signed for by)\s*:\s*(.+)", re.IGNORECASE)
_UNKNOWN = Meaning("unmapped")


def parse(body):
    """Read an answer about shipments, or one with a proof of delivery.

    :param bytes body: The answer.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of DHL's.
    :raises CarrierAnswer: When it is an error answer, or says of some or all numbers
        that they are not known.
    """
    document = read(body)
    if "documents" in document:
        return _proof_events(document)
    if "shipments" not in document:
        raise UnreadableMessage("shipments: is missing", "schema")
    events, unknown = [], []
    shipments = reading.array(document["shipments"], "shipments")
    for index, shipment in enumerate(shipments):
        path = f"shipments[{index}]"
        shipment = reading.obj(shipment, path)
        if _is_unknown(shipment):
            unknown.append(shipment)
            continue
        try:
            events += _shipment_events(shipment, path)
        except ValueError as error:
            raise UnreadableMessage(f"{path}: {error}", "value") from error
    events = reading.without_repeats(events)
    if unknown or not shipments:
        raise _not_found(unknown, events)
    return events


def read(body, max_bytes=strict_json.MAX_BYTES):
    """Return the document of an answer.

    :param bytes body: The answer.
    :param int max_bytes: The longest answer that is read.
    :rtype: dict
    :raises UnreadableMessage: When it is no document.
    :raises CarrierAnswer: When it is an error answer.
    """
    document = reading.obj(strict_json.loads(body, max_bytes), "message")
    if answer := problem.read(document):
        raise answer
    return document


def pod_documents(document):
    """Return the proofs of delivery among the documents of an answer.

    :param dict document: The answer.
    :rtype: list[dict]
    :raises UnreadableMessage: When they are no documents.
    """
    found = reading.array(document.get("documents"), "documents")
    found = [
        reading.obj(item, f"documents[{index}]") for index, item in enumerate(found)
    ]
    return [item for item in found if item.get("typeCode") == "POD"]


def file_name(document):
    """Return how the file of a document is called.

    :rtype: str
    """
    suffix = reading.text(document.get("format"), 10).lower()
    return f"proof-of-delivery.{suffix}" if suffix else "proof-of-delivery"


def _is_unknown(shipment):
    said = reading.text(shipment.get("status")).lower()
    return bool(said) and said != const.SUCCESS and not shipment.get("events")


def _not_found(unknown, events):
    texts = (
        f"{reading.text(item.get('shipmentTrackingNumber'))}: "
        f"{reading.text(item.get('status'))}"
        for item in unknown
    )
    text = "; ".join(texts) or "no shipment"
    return CarrierAnswer("partial" if events else "not_found", "", text, events)


def _shipment_events(shipment, path):
    number = reading.text(shipment.get("shipmentTrackingNumber"), 100)
    if not number:
        raise UnreadableMessage(f"{path}.shipmentTrackingNumber: is missing", "schema")
    order = {"order": _order_reference(shipment, path)}
    common = {"tracking_number": number, "references": order}
    if shipment.get("events"):
        events = _scans(shipment, path, common)
    else:
        # Asked for pieces only. Beside the shipment's own they would tell it twice.
        events = []
        at = f"{path}.pieces"
        for index, piece in enumerate(reading.array(shipment.get("pieces"), at)):
            piece = reading.obj(piece, f"{at}[{index}]")
            piece_number = reading.text(piece.get("trackingNumber"), 100) or number
            references = {**order, "master": number}
            events += _scans(
                piece,
                f"{at}[{index}]",
                {"tracking_number": piece_number, "references": references},
            )
    return events + _estimates(shipment, path, common)


def _scans(holder, path, common):
    events, at = [], f"{path}.events"
    for row, scan in enumerate(reading.array(holder.get("events"), at)):
        place = f"{at}[{row}]"
        scan = reading.obj(scan, place)
        events += _scan_events(scan, place, {**common, "source_row": row + 1})
    return events


def _scan_events(scan, path, common):
    code = reading.text(scan.get("typeCode"), 50).upper()
    meaning = CHECKPOINTS.get(code, _UNKNOWN)
    event_type = meaning.event_type or "unmapped"
    moment = _moment(scan, path)
    announces, dated = event_type == "eta_updated", moment.zone_source == "given"
    fact = {
        **common,
        **moment._asdict(),
        "location": _location(scan, path),
        "raw_code": code,
        "raw_text": _text(scan, path),
    }
    events = [
        CarrierEvent(
            event_type=event_type,
            classifier="estimated" if announces else "actual",
            recorded_at=moment.occurred_at if announces and dated else None,
            reason=meaning.reason,
            signer=_signer(scan) if event_type == "delivered" else "",
            **fact,
        )
    ]
    if meaning.damaged:
        events.append(
            CarrierEvent(
                event_type="damaged", reason="damage", fact_kind="damage", **fact
            )
        )
    return events


def _moment(scan, path):
    day, clock = reading.text(scan.get("date"), 40), reading.text(scan.get("time"), 40)
    if not day or not clock:
        return reading.moment(day, f"{path}.date")
    offset = reading.text(scan.get("GMTOffset"), 40)
    return reading.moment(f"{day}T{clock}{offset}", f"{path}.time")


def _location(scan, path):
    at = f"{path}.serviceArea"
    areas = reading.array(scan.get("serviceArea"), at)
    area = reading.obj(areas[0], f"{at}[0]") if areas else {}
    name = reading.text(area.get("description"), 200)
    city, country = name, ""
    if match := _AREA.fullmatch(name):
        city, country = match.groups()
    code = reading.text(area.get("code"), 50)
    return {"city": city, "country": country, "code": code}


def _text(scan, path):
    at = f"{path}.remarks"
    remarks = [
        reading.text(reading.obj(remark, at).get("value"))
        for remark in reading.array(scan.get("remarks"), at)
    ]
    parts = filter(None, [reading.text(scan.get("description")), *remarks])
    return reading.text(" | ".join(parts))


def _signer(scan):
    if name := reading.signer(scan.get("signedBy")):
        return name
    match = _SIGNED.search(reading.text(scan.get("description")))
    return reading.signer(match[1]) if match else ""


def _order_reference(shipment, path):
    at = f"{path}.shipperReferences"
    for index, item in enumerate(reading.array(shipment.get("shipperReferences"), at)):
        item = reading.obj(item, f"{at}[{index}]")
        if item.get("typeCode") == "CU":
            return reading.text(item.get("value"), 200)
    return ""


def _estimates(shipment, path, common):
    at = f"{path}.estimatedDeliveryDate"
    moment = reading.moment(shipment.get("estimatedDeliveryDate"), at)
    if moment.occurred_at is None:
        return []
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **moment._asdict(),
            raw_code="estimatedDeliveryDate",
            fact_kind="eta",
            **common,
        )
    ]


def _proof_events(document):
    # Neither number nor time: both are known to whoever asked.
    return [
        CarrierEvent(
            event_type="pod_available",
            raw_code="POD",
            documents=({"type": "document", "name": file_name(item)},),
            fact_kind="proof",
        )
        for item in pod_documents(document)
    ]
