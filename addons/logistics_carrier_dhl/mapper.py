"""What DHL Unified tracking answers and pushes, read as canonical events.

A push and an answer list shipments of the same shape. Pure functions.
"""

import re

from odoo.addons.logistics_carrier_base import problem, reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.code_table import Meaning
from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage

from . import codes, const

answer_of = problem.answer_of

# A division's code, as opposed to a sentence in the language of the answer.
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_/.-]{0,99}", re.ASCII)


def parse(body):
    """Read a pushed message or an answer of the API.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of DHL's.
    :raises CarrierAnswer: When it is an error answer.
    """
    document = reading.obj(strict_json.loads(body), "message")
    if answer := problem.read(document):
        raise answer
    if "shipments" not in document:
        scope = reading.text(document.get("scope"))
        if scope.startswith(const.SUBSCRIPTION_SCOPE):
            return []  # About the subscription: kept, and says nothing of a parcel.
        raise UnreadableMessage("shipments: is missing", "schema")
    events = []
    for index, shipment in enumerate(reading.array(document["shipments"], "shipments")):
        path = f"shipments[{index}]"
        try:
            events += _shipment_events(reading.obj(shipment, path), path)
        except ValueError as error:
            raise UnreadableMessage(f"{path}: {error}", "value") from error
    return reading.without_repeats(events)


def _shipment_events(shipment, path):
    number = reading.text(shipment.get("id"), 100)
    if not number:
        raise UnreadableMessage(f"{path}.id: is missing", "schema")
    details = reading.obj(shipment.get("details") or {}, f"{path}.details")
    common = {
        "tracking_number": number,
        "references": {"order": _order_reference(details, path)},
    }
    events = []
    for row, (at, scan) in enumerate(_scans(shipment, path)):
        events += _scan_events(shipment, scan, at, {**common, "source_row": row + 1})
    return [
        *events,
        *_way_back(shipment, common),
        *_proof_events(details, common, path),
        *_estimates(shipment, common, path),
    ]


def _scans(shipment, path):
    """Give the scans, and the summary where it says what none of them says."""
    at = f"{path}.events"
    scans = [
        (f"{at}[{index}]", reading.obj(scan, f"{at}[{index}]"))
        for index, scan in enumerate(reading.array(shipment.get("events"), at))
    ]
    summary, at = shipment.get("status"), f"{path}.status"
    if summary is None:
        return scans
    summary = reading.obj(summary, at)
    said = _said(summary, at)
    # Only the summary ends in Z, over a time that is local: the clock is compared.
    if any(said & _said(scan, place) for place, scan in scans):
        return scans
    return [*scans, (at, summary)]


def _said(scan, path):
    """Give the times at which a scan can mean to have happened, with what happened."""
    found = reading.moment(scan.get("timestamp"), f"{path}.timestamp")
    times = {found.occurred_at}
    if found.precision == "instant":
        times.add(found.occurred_at.replace(tzinfo=None))
    return {(time, _general(scan)) for time in times}


def _general(scan):
    return reading.text(scan.get("statusCode"), 50).lower()


def _scan_events(shipment, scan, path, common):
    general = _general(scan)
    code = _division_code(scan)
    meaning = _meaning(reading.text(shipment.get("service")), general, code)
    event_type, said = meaning.event_type, ""
    if event_type == "delivered" and shipment.get("returnFlag") is True:
        event_type, said = "returned_to_sender", "returnFlag"
    moment = reading.moment(scan.get("timestamp"), f"{path}.timestamp")
    announces, dated = event_type == "eta_updated", moment.zone_source == "given"
    fact = {
        **common,
        **moment._asdict(),
        "location": _location(scan, path),
        "raw_code": "/".join(filter(None, (general, code))),
        "raw_text": _text(scan, code),
    }
    events = [
        CarrierEvent(
            event_type=event_type,
            classifier="estimated" if announces else "actual",
            recorded_at=moment.occurred_at if announces and dated else None,
            reason=meaning.reason,
            delivery_mode=meaning.delivery_mode,
            said=said,
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


def _division_code(scan):
    code = reading.text(scan.get("status"), 200)
    return code if _CODE.fullmatch(code) else ""


def _meaning(service, general, code):
    """Decide between the division's code and the general status.

    The division's code says more. It never delivers on its own: money follows a
    delivery, and there both must agree.
    """
    said = const.STATUS_CODE_MAP.get(general, "unmapped")
    found = codes.find(service, code)
    if found is None or (found.event_type == "delivered" and said != "delivered"):
        return Meaning(said)
    return found


def _text(scan, code):
    parts = [reading.text(scan.get(name)) for name in ("description", "remark")]
    if not code:
        parts.insert(0, reading.text(scan.get("status")))
    return reading.text(" | ".join(dict.fromkeys(filter(None, parts))))


def _location(scan, path):
    place = reading.obj(scan.get("location") or {}, f"{path}.location")
    address = reading.obj(place.get("address") or {}, f"{path}.location.address")
    shop = reading.obj(place.get("servicePoint") or {}, f"{path}.location.servicePoint")
    country = reading.text(address.get("countryCode"), 10)
    return {
        "name": reading.text(shop.get("label"), 200),
        "city": reading.text(address.get("addressLocality"), 200),
        "state": reading.text(address.get("addressRegion"), 200),
        "country": country.upper() if len(country) == 2 else "",
        "postcode": reading.text(address.get("postalCode"), 50),
    }


def _order_reference(details, path):
    """Give our own reference; the documentation shows a list, its example an object."""
    listed = details.get("references") or []
    listed = [listed] if isinstance(listed, dict) else listed
    for index, item in enumerate(reading.array(listed, f"{path}.details.references")):
        item = reading.obj(item, f"{path}.details.references[{index}]")
        if item.get("type") in ("customer-reference", "customer-order-number"):
            return reading.text(item.get("number"), 200)
    return ""


def _way_back(shipment, common):
    # The flag has no time of its own and stands in every later answer.
    if shipment.get("returnFlag") is not True:
        return []
    return [
        CarrierEvent(
            event_type="returning_to_sender",
            raw_code="returnFlag",
            fact_kind="return",
            **common,
        )
    ]


def _proof_events(details, common, path):
    at = f"{path}.details.proofOfDelivery"
    proof = reading.obj(details.get("proofOfDelivery") or {}, at)
    signed = reading.obj(proof.get("signed") or {}, f"{at}.signed")
    signer = _signer(signed)
    documents = tuple(
        {"type": kind, "url": reading.text(proof[name], 2000)}
        for kind, name in (("signature", "signatureUrl"), ("document", "documentUrl"))
        if str(proof.get(name)).startswith("https://")
    )
    if not signer and not documents:
        return []
    return [
        CarrierEvent(
            event_type="pod_available",
            **reading.moment(proof.get("timestamp"), f"{at}.timestamp")._asdict(),
            signer=signer,
            documents=documents,
            raw_code="proofOfDelivery",
            fact_kind="proof",
            **common,
        )
    ]


def _signer(signed):
    parts = (reading.text(signed.get(key)) for key in ("givenName", "familyName"))
    return (
        reading.signer(" ".join(filter(None, parts)))
        or reading.signer(signed.get("name"))
        or reading.signer(signed.get("organizationName"))
    )


def _estimates(shipment, common, path):
    at = f"{path}.estimatedTimeOfDelivery"
    moment = reading.moment(shipment.get("estimatedTimeOfDelivery"), at)
    if moment.occurred_at is None:
        return []
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **moment._asdict(),
            raw_code="estimatedTimeOfDelivery",
            raw_text=reading.text(shipment.get("estimatedTimeOfDeliveryRemark")),
            fact_kind="eta",
            **common,
        )
    ]
