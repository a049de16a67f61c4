"""The sandbox carrier's own wording, read like that of any other carrier.

A message, pushed or fetched, is `{"parcels": [{"number", "scans", "charges"}]}`; scans
are numbered rows with a code, a local time with offset, and a site. Codes outside the
table are `unmapped`, as with every carrier.
"""

from .. import reading, strict_json
from ..carrier_event import CarrierEvent
from ..exceptions import CarrierAnswer, UnreadableMessage
from ..proof import ProofFile, decoded

STATUS_MAP = {
    "BKD": "shipment_booked",
    "LBL": "shipment_created",
    "VOID": "shipment_cancelled",
    "ADR": "instruction_changed",
    "ETA": "eta_updated",
    "OUT": "dispatched",
    "PUP": "picked_up",
    "DEP": "departed_facility",
    "HUB": "arrived_facility",
    "TRN": "in_transit",
    "OFD": "out_for_delivery",
    "SHP": "available_for_pickup",
    "ATT": "delivery_attempt_failed",
    "REF": "refused",
    "NDL": "delivery_failed",
    "LAT": "delayed",
    "HLD": "on_hold",
    "DMG": "damaged",
    "LST": "lost",
    "DLV": "delivered",
    "SHT": "delivery_discrepancy",
    "POD": "pod_available",
    "RTS": "returning_to_sender",
    "RTD": "returned_to_sender",
    "CIN": "customs_in_progress",
    "CHD": "customs_hold",
    "CRL": "customs_released",
    "SRT": "handled",
}
REASON_MAP = {
    "NOBODY": "recipient_unavailable",
    "CLOSED": "business_closed",
    "ADDRESS": "address",
    "REFUSED": "refused",
    "WEATHER": "weather",
    "MISSORT": "missort",
    "DAMAGE": "damage",
    "PAPERS": "documents",
}
DROP_MAP = {
    "HAND": "person",
    "DESK": "reception",
    "NEXTDOOR": "neighbour",
    "PORCH": "safe_place",
    "BOX": "mailbox",
    "LOCKER": "locker",
    "SHOP": "pickup_point",
}
KIND_MAP = {"signature": "signature", "photo": "photo", "document": "document"}
PROBLEM_MAP = {
    "S400": "bad_request",
    "S401": "authentication",
    "S404": "not_found",
    "S429": "quota",
    "S503": "unavailable",
}
# On a parcel that comes back, some words mean the other end of the journey.
_RETURN_LEG = {"shipment_created": "return_created", "delivered": "return_received"}


def parse(body):
    """Read a message of the sandbox carrier.

    :param bytes body: The message as pushed or fetched.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: When it is no such message.
    :raises CarrierAnswer: When it is an error answer, or one for some of the numbers.
    """
    document = reading.obj(strict_json.loads(body), "message")
    if "problem" in document:
        raise _answer([reading.obj(document["problem"], "problem")], [])
    if "parcels" not in document:
        raise UnreadableMessage("parcels: is missing", "schema")
    events = []
    for index, parcel in enumerate(reading.array(document["parcels"], "parcels")):
        path = f"parcels[{index}]"
        try:
            events += _parcel_events(reading.obj(parcel, path), path)
        except ValueError as error:
            raise UnreadableMessage(f"{path}.{error}", "value") from error
    events = reading.without_repeats(events)
    problems = reading.array(document.get("problems"), "problems")
    if problems:
        raise _answer(
            [reading.obj(problem, "problems") for problem in problems], events
        )
    return events


def proofs(document, number=""):
    """Read the proofs that an answer or a scan holds.

    :param dict document: With `proofs`, a list of kind, name, signer and content.
    :param str number: Whose they are.
    :rtype: list[ProofFile]
    """
    return [
        ProofFile(
            tracking_number=number,
            content=decoded(row.get("content")),
            kind=KIND_MAP.get(reading.text(row.get("kind")), "document"),
            name=reading.text(row.get("name")),
            signer=reading.signer(row.get("signer")),
        )
        for row in reading.array(document.get("proofs"), "proofs")
    ]


def proofs_in(body):
    """Read the proofs that stand in a message.

    :param bytes body: The message as pushed or fetched.
    :rtype: list[ProofFile]
    """
    document = strict_json.loads(body, strict_json.MAX_WITH_FILES)
    return [
        proof
        for parcel in reading.array(document.get("parcels"), "parcels")
        for scan in reading.array(parcel.get("scans"), "scans")
        for proof in proofs(scan, reading.text(parcel.get("number")))
    ]


def _answer(problems, events):
    first = problems[0]
    code = reading.text(first.get("code"))
    return CarrierAnswer(
        "partial" if events else PROBLEM_MAP.get(code, "bad_request"),
        code,
        "; ".join(reading.text(problem.get("text")) for problem in problems),
        events,
    )


def _parcel_events(parcel, path):
    number = reading.text(parcel.get("number"))
    if not number:
        raise UnreadableMessage(f"{path}.number: is missing", "schema")
    common = {
        "tracking_number": number,
        "leg": "return" if parcel.get("return") is True else "outbound",
        "references": {"order": reading.text(parcel.get("reference"))},
    }
    scans = reading.array(parcel.get("scans"), f"{path}.scans")
    charges = reading.array(parcel.get("charges"), f"{path}.charges")
    return [
        *(
            _scan_event(reading.obj(scan, at), common, at)
            for index, scan in enumerate(scans)
            for at in [f"{path}.scans[{index}]"]
        ),
        *(
            _charge_event(reading.obj(charge, at), common, at)
            for index, charge in enumerate(charges)
            for at in [f"{path}.charges[{index}]"]
        ),
    ]


def _scan_event(scan, common, path):
    code = reading.text(scan.get("code"))
    row = scan.get("row")
    if not code or type(row) is not int or not 0 < row < 10**6:
        raise UnreadableMessage(f"{path}: has no row or no code", "schema")
    site = reading.obj(scan.get("site") or {}, f"{path}.site")
    event_type = STATUS_MAP.get(code, "unmapped")
    if common["leg"] == "return":
        event_type = _RETURN_LEG.get(event_type, event_type)
    withdrawn = scan.get("withdraws")
    if withdrawn is not None and type(withdrawn) is not int:
        raise UnreadableMessage(f"{path}.withdraws: not a row", "schema")
    classifier = "actual"
    if withdrawn is not None:
        classifier = "retracted"
    elif event_type == "eta_updated":
        classifier = "estimated"
    number = common["tracking_number"]
    return CarrierEvent(
        event_type=event_type,
        classifier=classifier,
        **reading.moment(scan.get("at"), f"{path}.at")._asdict(),
        # Rows are numbered once and for all, so they name the fact.
        source_event_id=f"{number}/{row}",
        source_row=row,
        **common,
        location={
            "name": reading.text(site.get("name")),
            "city": reading.text(site.get("city")),
            "country": reading.text(site.get("country")),
            "postcode": reading.text(site.get("zip")),
            "code": reading.text(site.get("code")),
        },
        reason=REASON_MAP.get(reading.text(scan.get("why")), ""),
        delivery_mode=DROP_MAP.get(reading.text(scan.get("drop")), ""),
        signer=reading.signer(scan.get("signer")),
        raw_code=code,
        raw_text=reading.text(scan.get("text")),
        voids="" if withdrawn is None else f"{number}/{withdrawn}",
        said=" ".join(reading.text(scan.get(name)) for name in ("why", "drop")),
    )


def _charge_event(charge, common, path):
    kind = reading.text(charge.get("kind"), 40)
    final = charge.get("final") is True
    return CarrierEvent(
        event_type="charge_confirmed" if final else "charge_estimated",
        **reading.moment(charge.get("at"), f"{path}.at")._asdict(),
        **common,
        amount=reading.amount(charge.get("amount"), f"{path}.amount"),
        currency=reading.text(charge.get("currency"), 3),
        raw_code=kind,
        # The estimate and the bill are two facts about one charge.
        fact_kind=f"fee:{kind}:{'final' if final else 'estimate'}",
    )
