"""Which fact an event states, and what its partner said about it.

Two questions, two digests, and neither looks at our own mapping: correcting a mapping
must find the stored fact again, not invent a second one.
"""

import hashlib
import json
import unicodedata
from datetime import datetime, timezone

from odoo.addons.logistics_events.vocabulary import normalise_tracking

# A longer identifier is kept as its digest: keys are indexed.
_KEY_LIMIT = 128


def event_key(source, event):
    """Return the name of the fact, the same by webhook, poll and file.

    With an identifier of the source it is `source|identifier`. Without one it is
    `source|~sha256`, over the normalised tracking number, the leg, the raw code, the
    time (the instant where the source gave an offset, else the wall clock, so that a
    better guess of the zone keeps the key), the place (code, city, postcode) and the
    kind of fact. Never the event type, classifier, reason or amount: those are our
    mapping, or what a new version of the same fact may change.

    :param str source: Who speaks, the same for all channels of one partner.
    :param CarrierEvent event: The event to name.
    :rtype: str
    """
    if event.source_event_id:
        return _key_of_id(source, event.source_event_id)
    place = event.location
    return f"{source}|~" + _digest(
        "fact",
        source,
        normalise_tracking(event.tracking_number),
        event.leg,
        event.raw_code,
        _time_text(event),
        *(_folded(place.get(key, "")) for key in ("code", "city", "postcode")),
        event.fact_kind,
    )


def voided_key(source, event):
    """Return the key of the fact that a retraction names, or "" when it names none.

    :param str source: Who speaks; nobody withdraws what somebody else said.
    :param CarrierEvent event: The retraction.
    :rtype: str
    """
    return _key_of_id(source, event.voids) if event.voids else ""


def content_hash(event):
    """Return the digest of what the partner said, whatever we make of it.

    The same fact with the same digest is a repetition; with another digest it is a new
    version (put in order by `recorded_at`) or a contradiction.

    :param CarrierEvent event: The event to digest.
    :rtype: str
    """
    return _digest(
        "content",
        normalise_tracking(event.tracking_number),
        event.leg,
        event.raw_code,
        event.raw_text,
        _time_text(event),
        _instant_text(event.recorded_at),
        event.location,
        event.signer,
        sorted(_document_text(document) for document in event.documents),
        _number_text(event.amount),
        event.currency,
        event.voids,
        event.references,
        [{**line, "quantity": _number_text(line["quantity"])} for line in event.lines],
        event.carrier,
        event.said,
    )


def _key_of_id(source, identifier):
    # "~" begins the keys that are digests.
    if len(identifier) > _KEY_LIMIT or identifier.startswith("~"):
        return f"{source}|~" + _digest("id", source, identifier)
    return f"{source}|{identifier}"


def _digest(*parts):
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _time_text(event):
    moment = event.occurred_at
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if event.zone_source == "given":
        return _instant_text(moment)
    return moment.replace(tzinfo=None).isoformat()


def _instant_text(moment):
    return "" if moment is None else moment.astimezone(timezone.utc).isoformat()


def _number_text(number):
    if number is None:
        return ""
    # 8.2 and 8.20000 are the same thing said. (Decimal.normalize would round.)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _folded(text):
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _document_text(document):
    # Links are signed anew on every fetch: what counts is which document it is.
    address = document.get("url", "").partition("#")[0].partition("?")[0]
    return json.dumps([document.get("type", ""), address, document.get("name", "")])
