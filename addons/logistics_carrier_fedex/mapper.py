"""What FedEx sends, read as canonical events. Pure functions.

Pushes and answers of the Track API have one shape. A number may name several shipments,
one after the other or at once: what tells them apart is part of the identity of every
fact, so that none of them is ever read into another.
"""

from dataclasses import replace
from typing import NamedTuple

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const


class _Failure(NamedTuple):
    """A number that could not be answered."""

    kind: str
    code: str
    text: str


class _Shipment(NamedTuple):
    """What every event of one result has in common."""

    number: str
    unique_id: str
    leg: str

    def common(self, kind):
        """Give the attributes of an event that was read from one place."""
        return {
            "tracking_number": self.number,
            "leg": self.leg,
            "fact_kind": f"{kind}:{self.unique_id}",
        }


def parse(body):
    """Read a push or an answer of the Track API.

    :param bytes body: The message.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is nothing of FedEx's.
    :raises CarrierAnswer: When it is an error answer, or holds one for some or all of
        its numbers (`partial` when others could be read).
    """
    document = reading.obj(strict_json.loads(body), "message")
    if answer := _answer(document):
        raise answer
    output = reading.obj(document.get("output"), "output")
    if "completeTrackResults" not in output and "documentType" in output:
        return []  # A document; which number it belongs to only the question knew.
    if not isinstance(output.get("completeTrackResults"), list):
        raise UnreadableMessage("output.completeTrackResults: not a list", "schema")
    events, failures, read = [], [], False
    for result, number, at in _results(output):
        failure = _failure(result, number)
        if failure:
            failures.append(failure)
            continue
        read = True
        try:
            events += _result_events(result, number, at)
        except ValueError as error:
            raise UnreadableMessage(f"{at}: {error}", "value") from error
    events = reading.without_repeats(events)
    if failures:
        raise _together(failures, events, read)
    return events


def mode(body):
    """Return whether a message was made up by the test environment.

    :param bytes body: The message.
    :return: `test`, or "" when it does not say.
    :rtype: str
    :raises UnreadableMessage: When it is no JSON document.
    """
    document = strict_json.loads(body)
    output = document.get("output") if isinstance(document, dict) else None
    alerts = output.get("alerts") if isinstance(output, dict) else None
    made_up = isinstance(alerts, list) and any(
        isinstance(alert, dict) and alert.get("code") == const.VIRTUAL_ANSWER
        for alert in alerts
    )
    return "test" if made_up else ""


# === ERRORS === #


def _answer(document):
    errors = document.get("errors")
    if not isinstance(errors, list) or not errors:
        return None
    found = [_read_error(error) for error in errors]
    return CarrierAnswer(*_telling(found))


def _read_error(error, number=""):
    if not isinstance(error, dict):
        error = {"message": error}
    code = reading.text(error.get("code"), 200)
    text = reading.text(error.get("message"))
    kind = next(
        (kind for part, kind in const.ERROR_KIND_MAP if part in code.upper()),
        "bad_request",
    )
    return _Failure(kind, code, f"{number}: {text}" if number else text)


def _failure(result, number):
    """Give why a number was not answered; an error beside scans is a filler."""
    error = result.get("error")
    if not isinstance(error, dict) or not error or result.get("scanEvents"):
        return None
    return _read_error(error, number)


def _telling(failures):
    """Give the failure that says most: an unknown number is the most usual one."""
    return next((one for one in failures if one.kind != "not_found"), failures[0])


def _together(failures, events, read):
    kind, code, _text = _telling(failures)
    text = "; ".join(failure.text for failure in failures)
    return CarrierAnswer("partial" if read else kind, code, text, events)


# === RESULTS === #


def _results(output):
    """Give every result with the number that was asked for and its place."""
    for index, entry in enumerate(output["completeTrackResults"]):
        at = f"output.completeTrackResults[{index}]"
        entry = reading.obj(entry, at)
        results = reading.array(entry.get("trackResults"), f"{at}.trackResults")
        for row, result in enumerate(results):
            place = f"{at}.trackResults[{row}]"
            result = reading.obj(result, place)
            number = reading.text(entry.get("trackingNumber"), 100)
            yield result, number or _own_number(result), place


def _part(result, name):
    """Give a block of a result; what is no block is as good as missing."""
    part = result.get(name)
    return part if isinstance(part, dict) else {}


def _own_number(result):
    return reading.text(_part(result, "trackingNumberInfo").get("trackingNumber"), 100)


def _result_events(result, number, at):
    rows = reading.array(result.get("scanEvents"), f"{at}.scanEvents")
    scans = [
        reading.obj(scan, f"{at}.scanEvents[{index}]")
        for index, scan in enumerate(rows)
    ]
    unique_id = _part(result, "trackingNumberInfo").get("trackingNumberUniqueId")
    shipment = _Shipment(number, reading.text(unique_id, 200), _leg(result, scans))
    if not scans:
        return _summary_events(result, shipment)
    events = reading.in_order(
        [
            _scan_event(scan, shipment, f"{at}.scanEvents[{index}]")
            for index, scan in enumerate(scans)
        ],
        newest_first=True,
    )
    arrival = reading.arrival(events)
    if arrival is None:
        return events + _eta_events(result, shipment, events, at)
    events[arrival] = replace(events[arrival], **_delivery(result))
    return events + _proof_events(result, shipment, events[arrival], at)


def _leg(result, scans):
    identifiers = _part(result, "additionalTrackingInfo").get("packageIdentifiers")
    is_return = any(_code(scan) in const.RETURN_LABEL_CODES for scan in scans) or any(
        isinstance(one, dict) and one.get("type") == const.RETURN_IDENTIFIER
        for one in (identifiers if isinstance(identifiers, list) else ())
    )
    return "return" if is_return else "outbound"


def _code(scan):
    code = scan.get("eventType") or scan.get("derivedStatusCode")
    return reading.text(code, 50).upper()


def _event_type(code, exception, leg):
    event_type = const.EXCEPTION_EVENT_MAP.get(
        (code, exception), const.EVENT_MAP.get(code, "unmapped")
    )
    if leg == "return":
        return const.RETURN_LEG_MAP.get(event_type, event_type)
    return event_type


def _scan_event(scan, shipment, at):
    code = _code(scan)
    # Two and three digits are written for the same code.
    exception = reading.text(scan.get("exceptionCode"), 50).upper().lstrip("0")
    exception = exception.zfill(2) if exception else ""
    event_type = _event_type(code, exception, shipment.leg)
    moment = reading.moment(scan.get("date"), f"{at}.date")
    announces = event_type == "eta_updated"
    return CarrierEvent(
        event_type=event_type,
        classifier="estimated" if announces else "actual",
        **shipment.common(f"scan:{exception}"),
        **moment._asdict(),
        # The row says that a date changed; the date itself stands elsewhere.
        recorded_at=moment.occurred_at
        if announces and moment.zone_source == "given"
        else None,
        location=_location(scan),
        reason=_reason(event_type, exception, scan),
        raw_code=code,
        raw_text=": ".join(
            text
            for name in ("eventDescription", "exceptionDescription")
            if (text := reading.text(scan.get(name)))
        ),
    )


def _reason(event_type, exception, scan):
    if event_type == "delivery_discrepancy":
        return "split"
    if event_type not in const.REASON_EVENTS:
        return ""
    delay = reading.text(_part(scan, "delayDetail").get("type")).upper()
    return const.EXCEPTION_REASON_MAP.get(exception, "") or const.DELAY_REASON_MAP.get(
        delay, ""
    )


def _location(scan):
    place = _part(scan, "scanLocation")
    return {
        "city": reading.text(place.get("city"), 200),
        "state": reading.text(place.get("stateOrProvinceCode"), 200),
        "country": reading.text(place.get("countryCode"), 200),
        "postcode": reading.text(place.get("postalCode"), 200),
        "code": reading.text(scan.get("locationId"), 200),
    }


def _delivery(result):
    details = _part(result, "deliveryDetails")
    names = (details.get("signedByName"), details.get("receivedByName"))
    place = reading.text(details.get("locationType")).upper()
    return {
        "signer": next((name for one in names if (name := _signer(one))), ""),
        "delivery_mode": const.DELIVERY_MODE_MAP.get(place, ""),
    }


def _signer(value):
    name = reading.signer(value)
    return "" if name.lower() in const.NO_SIGNER else name


# === BESIDE THE SCANS === #


def _summary_events(result, shipment):
    """Give the status of a shipment without scans: true, but since when is not said."""
    status = _part(result, "latestStatusDetail")
    code = reading.text(status.get("code") or status.get("derivedCode"), 50).upper()
    if not code:
        return []
    event_type = _event_type(code, "", shipment.leg)
    return [
        CarrierEvent(
            event_type=event_type,
            classifier="estimated" if event_type == "eta_updated" else "actual",
            **shipment.common("summary"),
            location=_location(status),
            raw_code=code,
            raw_text=reading.text(status.get("description")),
            **(_delivery(result) if code == "DL" else {}),
        )
    ]


def _eta_events(result, shipment, events, at):
    name, value = _estimate(result, at)
    found = reading.moment(value, f"{at}.{name}")
    if found.occurred_at is None:
        return []
    if found.precision != "date" and not any(found.occurred_at.timetuple()[3:6]):
        # Midnight is how FedEx writes a day.
        found = reading.Moment(found.occurred_at.date(), "none", "date")
    dated = [event for event in events if event.zone_source == "given"]
    return [
        CarrierEvent(
            event_type="eta_updated",
            classifier="estimated",
            **shipment.common("eta"),
            **found._asdict(),
            # An estimate is as old as the scan it was made after.
            recorded_at=max((event.occurred_at for event in dated), default=None),
            raw_code=name,
        )
    ]


def _estimate(result, at):
    """Give which block says when the parcel is expected, and what it says."""
    window = _part(_part(result, "estimatedDeliveryTimeWindow"), "window")
    if window.get("ends"):
        return "estimatedDeliveryTimeWindow", window["ends"]
    for one in reading.array(result.get("dateAndTimes"), f"{at}.dateAndTimes"):
        if isinstance(one, dict) and one.get("type") == "ESTIMATED_DELIVERY":
            return "ESTIMATED_DELIVERY", one.get("dateTime")
    return "", None


def _proof_events(result, shipment, arrival, at):
    """Say that a signature can be fetched, once the parcel was delivered."""
    images = reading.array(result.get("availableImages"), f"{at}.availableImages")
    if not any(
        isinstance(image, dict) and image.get("type") == const.SIGNATURE_PROOF
        for image in images
    ):
        return []
    return [
        CarrierEvent(
            event_type="pod_available",
            **shipment.common("image"),
            occurred_at=arrival.occurred_at,
            zone_source=arrival.zone_source,
            precision=arrival.precision,
            signer=arrival.signer,
            documents=({"type": const.SIGNATURE_PROOF},),
            raw_code=const.SIGNATURE_PROOF,
        )
    ]


# Finds the error answer in the body of a refused call.
answer_of = reading.json_refusals(_answer)
