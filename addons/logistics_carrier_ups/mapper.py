"""What UPS tells of its parcels, read as canonical events. Pure functions.

Replies of the Track API and pushes of Track Alert state the same facts under the same
keys: neither the place of a scan in the reply, nor its postcode, which only one of them
gives, is part of it.
"""

import re

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import codes, const, proof, times

_DAY = re.compile(r"\d{8}", re.ASCII)


def parse(body):
    """Read a reply of the Track API or a push of Track Alert.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of UPS's.
    :raises CarrierAnswer: When it is an error answer, or says that a number is unknown.
    """
    loaded = strict_json.loads(body, strict_json.MAX_WITH_FILES)
    if answer := _answer(document := reading.obj(loaded, "message")):
        raise answer
    try:
        if "trackResponse" in document:
            return _reply_events(document["trackResponse"])
        if "activityStatus" in document:
            return reading.without_repeats(_push_events(document))
    except ValueError as error:
        raise UnreadableMessage(str(error), "value") from error
    if "validTrackingNumbers" in document:
        return []
    raise UnreadableMessage("trackResponse, activityStatus: are missing", "schema")


def _answer(document):
    response = document.get("response")
    errors = (response if isinstance(response, dict) else document).get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        code = reading.text(errors[0].get("code"), 200)
        kind = const.ERROR_KIND_MAP.get(code, "bad_request")
        return CarrierAnswer(kind, code, reading.text(errors[0].get("message")))
    refused = document.get("invalidTrackingNumbers")
    if not isinstance(refused, list) or not refused:
        return None
    kind = "partial" if document.get("validTrackingNumbers") else "bad_request"
    names = ", ".join(reading.text(number, 40) for number in refused)
    return CarrierAnswer(kind, "", reading.text(f"Refused: {names}"))


# === REPLIES === #


def _reply_events(response):
    shipments = reading.array(
        reading.obj(response, "trackResponse").get("shipment"), "trackResponse.shipment"
    )
    events, warnings = [], []
    for index, shipment in enumerate(shipments):
        at = f"shipment[{index}]"
        packages = reading.array(reading.obj(shipment, at).get("package"), at)
        for row, package in enumerate(packages):
            path = f"{at}.package[{row}]"
            events += _package_events(reading.obj(package, path), shipment, path)
        if not packages:
            warnings += reading.array(shipment.get("warnings"), f"{at}.warnings")
    events = reading.without_repeats(events)
    if warnings:
        raise _warned(reading.obj(warnings[0], "warnings"), events)
    return events


def _warned(warning, events):
    code = reading.text(warning.get("code"), 200)
    kind = const.ERROR_KIND_MAP.get(code, "bad_request")
    text = reading.text(warning.get("message"))
    return CarrierAnswer("partial" if events else kind, code, text, events)


def _package_events(package, shipment, path):
    number = proof.package_number(package, shipment)
    activities = reading.array(package.get("activity"), f"{path}.activity")
    # Newest first: a higher row is a later scan.
    scans = [
        _activity(item, f"{path}.activity[{index}]")
        | {"tracking_number": number, "source_row": len(activities) - index}
        for index, item in enumerate(activities)
    ]
    delivery = next((s for s in scans if s["event_type"] == "delivered"), None)
    said = package.get("deliveryInformation")
    said = said if isinstance(said, dict) else {}
    signer = reading.signer(said.get("receivedBy"))
    if delivery:
        mode = const.LOCATION_MODE_MAP.get(reading.text(said.get("location")).lower())
        delivery |= {
            "signer": signer,
            "delivery_mode": delivery["delivery_mode"] or mode or "",
        }
    events = [_event(scan) for scan in scans]
    proofs = proof.of_package(package, number)
    events += _proof_events(proofs, number, signer, delivery)
    events += _cash_events(package, number, delivery, path)
    if not delivery:
        events += _eta_events(_expected(package), number, scans[0] if scans else {})
    return events


def _activity(activity, path):
    """Give what an activity states, by attribute of the event."""
    status = reading.obj(reading.obj(activity, path).get("status") or {}, path)
    place = reading.obj(activity.get("location") or {}, path)
    address = reading.obj(place.get("address") or {}, path)
    city = reading.text(address.get("city"), 200)
    return _scan(
        status,
        status.get("statusCode"),
        times.moment(activity, times.REPLY, f"{path}."),
        {
            "city": city,
            "state": reading.text(address.get("stateProvince"), 200),
            "country": reading.text(
                address.get("countryCode") or address.get("country"), 200
            ),
            "code": "" if city else reading.text(place.get("slic"), 200),
        },
    )


# === PUSHES === #


def _push_events(message):
    status = reading.obj(message["activityStatus"], "activityStatus")
    place = reading.obj(message.get("activityLocation") or {}, "activityLocation")
    number = reading.text(message.get("trackingNumber"), 100)
    if not number:
        raise UnreadableMessage("trackingNumber: is missing", "schema")
    scan = _scan(
        status,
        status.get("descriptionCode"),
        times.moment(message, times.PUSH, ""),
        {
            "city": reading.text(place.get("city"), 200),
            "state": reading.text(place.get("stateProvince"), 200),
            "country": reading.text(place.get("country"), 200),
        },
    ) | {"tracking_number": number, "source_row": 1}
    delivered = bool(reading.text(message.get("actualDeliveryDate")))
    if scan["event_type"] == "delivered" and not scan["coded"] and not delivered:
        # On this channel type D also stands for parcels that are out for delivery.
        scan["event_type"] = "unmapped"
    if scan["event_type"] in const.SIGNED:
        scan["signer"] = reading.signer(message.get("receivedBy"))
    proofs = proof.of_push(message)
    if scan["event_type"] == "pod_available":
        return [_event(scan | {"documents": proof.documents(proofs)})]
    events = [_event(scan), *_proof_events(proofs, number, scan["signer"], scan)]
    if not delivered and scan["event_type"] != "delivered":
        expected = ("scheduledDeliveryDate", message.get("scheduledDeliveryDate"))
        events += _eta_events(expected, number, scan)
    return events


# === EVENTS === #


def _scan(status, status_code, moment, location):
    kind = reading.text(status.get("type"), 10).upper()
    code = reading.text(status.get("code"), 20).upper()
    status_code = reading.text(status_code, 20)
    listed = codes.ACTIVITIES.get(kind, {}).get(code.lstrip("0") or code, ("", ""))
    event_type, coded = _event_type(kind, code, status_code, listed[0])
    reason = const.STATUS_REASON_MAP.get(status_code, "")
    if listed[0] not in ("delivered", "unmapped"):
        reason = reason or listed[1]
    mode = listed[1] if listed[0] == "delivered" else ""
    return {
        "event_type": event_type,
        "coded": coded,
        "moment": moment,
        "location": location,
        "reason": reason if event_type in const.REASONED else "",
        "delivery_mode": (mode or const.STATUS_MODE_MAP.get(status_code, ""))
        if event_type == "delivered"
        else "",
        "signer": "",
        "raw_code": "/".join((kind, code, status_code)),
        "raw_text": reading.text(status.get("description")),
    }


def _event_type(kind, code, status_code, listed):
    """Give the event type, and whether a code said so rather than the mere type."""
    if found := const.STATUS_MAP.get(status_code):
        refined = const.DELIVERY_REFINED.get(code) if found == "delivered" else None
        return refined or found, True
    if listed:
        return listed, True
    if kind in const.FINAL_TYPES and status_code:
        return "unmapped", False
    return const.TYPE_MAP.get(kind, "unmapped"), False


def _event(scan):
    values = {name: scan[name] for name in scan if name not in ("moment", "coded")}
    moment = scan["moment"]
    # It says that a date changed, and when it was said; the date stands elsewhere.
    plan = scan["event_type"] == "eta_updated"
    return CarrierEvent(
        classifier="estimated" if plan else "actual",
        **values,
        **moment._asdict(),
        recorded_at=times.instant(moment) if plan else None,
    )


def _proof_events(proofs, number, signer, delivery):
    if not proofs:
        return []
    moment = delivery["moment"] if delivery else reading.NO_MOMENT
    return [
        CarrierEvent(
            event_type="pod_available",
            tracking_number=number,
            **moment._asdict(),
            signer=signer,
            documents=proof.documents(proofs),
            raw_code="proof",
            fact_kind="proof",
        )
    ]


def _cash_events(package, number, delivery, path):
    events = []
    payments = reading.array(package.get("paymentInformation"), path)
    for index, item in enumerate(payments):
        at = f"{path}.paymentInformation[{index}]"
        paid = reading.obj(item, at).get("paid") is True
        # ICOD is the carrier's own money: duties it paid for the customer.
        if paid and reading.text(item.get("type")) == "COD":
            moment = delivery["moment"] if delivery else reading.NO_MOMENT
            events.append(
                CarrierEvent(
                    event_type="cod_collected",
                    tracking_number=number,
                    **moment._asdict(),
                    amount=reading.amount(item.get("amount"), f"{at}.amount"),
                    currency=reading.text(item.get("currency"), 3),
                    raw_code="COD",
                    fact_kind=f"cod:{reading.text(item.get('id'), 100)}",
                )
            )
    return events


def _expected(package):
    """Give name and day of the date that counts: a new one before the first one."""
    dates = package.get("deliveryDate")
    days = {
        reading.text(item.get("type")): item.get("date")
        for item in (dates if isinstance(dates, list) else ())
        if isinstance(item, dict)
    }
    name = next((name for name in const.EXPECTED_DATES if days.get(name)), "")
    return name, days.get(name)


def _eta_events(expected, number, scan):
    """Give the expected day; one before the scan that tells it is stale."""
    name, day = expected
    if not isinstance(day, str) or not _DAY.fullmatch(day):
        return []
    moment = times.day(day, name)
    said = scan.get("moment", reading.NO_MOMENT)
    if times.is_before(moment, said):
        return []
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            tracking_number=number,
            **moment._asdict(),
            recorded_at=times.instant(said),
            raw_code="expected",
            fact_kind="eta",
        )
    ]


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_answer)
