"""The suite's own format: CloudEvents 1.0 in JSON, one event or a batch per message.

A 3PL, a WMS, a TMS, a fleet or a broker that speaks it needs no adapter. The contract
is `schemas/canonical-event.schema.json`; a test keeps what is read here and what is
described there equal. Every reason names the field: "data.occurred_at: is missing".
"""

import hashlib
import json
import re

from odoo.addons.logistics_events import vocabulary

from .. import reading, strict_json
from ..carrier_event import (
    DOCUMENT_KEYS,
    LINE_KEYS,
    LOCATION_KEYS,
    REFERENCE_KEYS,
    CarrierEvent,
)
from ..exceptions import UnreadableMessage

SPEC_VERSION = "1.0"
TYPE = "logistics.event"
MAX_EVENTS = 1000
MAX_LINES = 1000
MAX_DOCUMENTS = 20

ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
CONTENT_TYPES = (ONE, BATCH, "application/json")

_JSON = re.compile(r"application/json(;.*)?")

# Longest texts, and the texts that have a form.
TEXTS = {
    "tracking_number": 100,
    "signer": 200,
    "raw_code": 200,
    "raw_text": 2000,
    "voids": 256,
    "carrier": 100,
}
PART_LIMIT = 200
URL_LIMIT = 2000
PATTERNS = {
    "id": r"^.{1,256}$",
    "source": r"^[!-~]{1,200}$",
    "event_type": r"^[a-z][a-z0-9_]{0,63}$",
    "currency": r"^[A-Z]{3}$",
    "country": r"^[A-Z]{2}$",
    "url": r"^https://[!-~]+$",
}
CHOICES = {
    "classifier": vocabulary.CLASSIFIERS,
    "zone_source": vocabulary.ZONE_SOURCES,
    "precision": vocabulary.PRECISIONS,
    "leg": vocabulary.LEGS,
    "reason": vocabulary.REASONS,
    "delivery_mode": vocabulary.DELIVERY_MODES,
}
FIELDS = (
    "event_type",
    "occurred_at",
    "recorded_at",
    "source_row",
    "location",
    "documents",
    "amount",
    "currency",
    "references",
    "lines",
    *TEXTS,
    *CHOICES,
)
# Money that is spoken of has a number.
NEEDS_AMOUNT = (
    "charge_estimated",
    "charge_confirmed",
    "charge_adjusted",
    "cod_collected",
)


def accepts(content_type):
    """Return whether a message with this content type is read here.

    :param str | None content_type: The header, parameters included.
    :rtype: bool
    """
    kind, _sep, parameters = (content_type or "").lower().partition(";")
    charset = re.search(r"charset=\"?([^\s\";]+)", parameters)
    return kind.strip() in CONTENT_TYPES and (
        charset is None or charset[1] in ("utf-8", "utf8", "us-ascii")
    )


def parse(body, content_type=None):
    """Read a message in the canonical format.

    :param bytes body: The message.
    :param str | None content_type: Its content type; it tells one event from a batch
        only when it is one of the CloudEvents types.
    :rtype: list[CarrierEvent]
    :raises UnreadableMessage: With the readable events of a batch in `events`.
    """
    document = strict_json.loads(body)
    kind = (content_type or "").partition(";")[0].strip().lower()
    batch = isinstance(document, list)
    if not batch and not isinstance(document, dict):
        raise UnreadableMessage("message: not an event nor a list of events", "schema")
    if (kind == ONE and batch) or (kind == BATCH and not batch):
        raise UnreadableMessage(f"message: does not fit content type {kind}", "schema")
    if not batch:
        return [_event(document, "")]
    if len(document) > MAX_EVENTS:
        raise UnreadableMessage(
            f"message: {len(document)} events, {MAX_EVENTS} are read", "unsupported"
        )
    events, failures = [], []
    for index, item in enumerate(document):
        try:
            events.append(_event(item, f"[{index}]."))
        except UnreadableMessage as error:
            failures.append(error)
    events = reading.without_repeats(events)
    if failures:
        more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        raise UnreadableMessage(failures[0].reason + more, failures[0].category, events)
    return events


def _event(item, at):
    envelope = reading.obj(item, at.rstrip(".") or "message")
    if envelope.get("specversion") != SPEC_VERSION:
        _fail(f"{at}specversion", f"is not {SPEC_VERSION}", "unsupported")
    source = _matching(envelope, "source", at)
    identifier = _matching(envelope, "id", at)
    if envelope.get("type") != TYPE:
        _fail(f"{at}type", f"is not {TYPE}", "unsupported")
    content_type = str(envelope.get("datacontenttype", "application/json"))
    if "data_base64" in envelope or not _JSON.fullmatch(content_type):
        _fail(f"{at}data", "is not JSON", "unsupported")
    if "data" not in envelope:
        _fail(f"{at}data", "is missing")
    data = reading.obj(envelope["data"], f"{at}data")
    at += "data."
    _check_fields(data, FIELDS, at)
    values = {
        **_texts(data, at),
        **_choices(data, at),
        **_event_type(data, at),
        **_time(data, at),
        **_money(data, at),
        "recorded_at": reading.instant(data.get("recorded_at"), f"{at}recorded_at"),
        "source_event_id": f"{source} {identifier}",
        "source_row": _row(data, at),
        "location": _parts(data, "location", LOCATION_KEYS, at),
        "references": _parts(data, "references", REFERENCE_KEYS, at),
        "documents": _documents(data, at),
        "lines": _lines(data, at),
        "said": _digest(data),
    }
    _check_whole(values, data, at)
    if values["voids"]:
        # Nobody withdraws what another source said.
        values["voids"] = f"{source} {values['voids']}"
    try:
        return CarrierEvent(**values)
    except ValueError as error:
        raise UnreadableMessage(f"{at}{error}", "value") from error


def _check_whole(values, data, at):
    """Check what no field shows alone."""
    retracted = values["classifier"] == "retracted"
    if retracted != bool(values["voids"]):
        _fail(f"{at}voids", "goes with the classifier retracted, and only with it")
    if not retracted and not (values["tracking_number"] or values["references"]):
        _fail(f"{at}tracking_number", "is missing, and so are references")
    if not retracted and "occurred_at" not in data and data.get("precision") != "none":
        _fail(f"{at}occurred_at", "is missing")
    if values["event_type"] in NEEDS_AMOUNT and not retracted and "amount" not in data:
        _fail(f"{at}amount", "is missing")


def _event_type(data, at):
    said = _matching(data, "event_type", at)
    known = said in vocabulary.EVENT_TYPES
    classifier = _choice(data, "classifier", at) or (
        "estimated" if said == "eta_updated" else "actual"
    )
    if said == "eta_updated" and classifier == "actual":
        _fail(f"{at}classifier", "an expected date is estimated or planned")
    return {
        # A word that comes later is kept and shown, never guessed.
        "event_type": said if known else "unmapped",
        "classifier": classifier,
        "raw_code": _text(data, "raw_code", TEXTS["raw_code"], at) or said,
    }


def _time(data, at):
    found = reading.moment(data.get("occurred_at"), f"{at}occurred_at")
    precision = _choice(data, "precision", at) or found.precision
    zone_source = _choice(data, "zone_source", at) or found.zone_source
    # A time of day whose offset was added later is still only a local time.
    if precision != found.precision and (precision, found.precision) != (
        "local",
        "instant",
    ):
        _fail(f"{at}precision", f"does not fit {data.get('occurred_at')}", "value")
    if (zone_source == "none") != (found.zone_source == "none"):
        _fail(f"{at}zone_source", f"does not fit {data.get('occurred_at')}", "value")
    return {
        "occurred_at": found.occurred_at,
        "zone_source": zone_source,
        "precision": precision,
    }


def _money(data, at):
    amount = reading.amount(data.get("amount"), f"{at}amount")
    for one, other in (("amount", "currency"), ("currency", "amount")):
        if one in data and other not in data:
            _fail(f"{at}{other}", f"is missing beside {one}")
    currency = _matching(data, "currency", at) if "currency" in data else ""
    if "amount" in data and amount is None:
        _fail(f"{at}amount", "is empty")
    return {"amount": amount, "currency": currency}


def _texts(data, at):
    return {
        name: _text(data, name, limit, at)
        for name, limit in TEXTS.items()
        if name != "raw_code"
    }


def _choices(data, at):
    return {
        name: value
        for name in ("leg", "reason", "delivery_mode")
        if (value := _choice(data, name, at))
    }


def _row(data, at):
    row = data.get("source_row", 0)
    if type(row) is not int or not 0 <= row < 10**9:
        _fail(f"{at}source_row", "is not a row number")
    return row


def _parts(data, name, keys, at):
    if name not in data:
        return {}
    value = reading.obj(data[name], f"{at}{name}")
    path = f"{at}{name}."
    _check_fields(value, keys, path)
    if not value:
        _fail(f"{at}{name}", "is empty")
    if "country" in value:
        _matching(value, "country", path)
    return {key: _text(value, key, PART_LIMIT, path) for key in value}


def _documents(data, at):
    found = _items(data, "documents", MAX_DOCUMENTS, DOCUMENT_KEYS, at)
    for path, document in found:
        if "type" not in document or not ("url" in document or "name" in document):
            _fail(path.rstrip("."), "needs a type, and a url or a name")
        if "url" in document:
            _matching(document, "url", path)
    return [
        {
            key: _text(document, key, URL_LIMIT if key == "url" else PART_LIMIT, path)
            for key in document
        }
        for path, document in found
    ]


def _lines(data, at):
    lines = []
    for path, line in _items(data, "lines", MAX_LINES, LINE_KEYS, at):
        for name in ("product", "quantity"):
            if name not in line:
                _fail(f"{path}{name}", "is missing")
        texts = {
            key: _text(line, key, PART_LIMIT, path)
            for key in line
            if key not in ("quantity", "final")
        }
        final = line.get("final", False)
        if not isinstance(final, bool):
            _fail(f"{path}final", "is neither true nor false")
        quantity = reading.amount(line["quantity"], f"{path}quantity")
        if quantity is None or quantity < 0:
            _fail(f"{path}quantity", "is not a quantity", "value")
        lines.append({**texts, "quantity": quantity, "final": final})
    return lines


def _items(data, name, most, keys, at):
    if name not in data:
        return []
    values = data[name]
    if not isinstance(values, list):
        _fail(f"{at}{name}", "is not a list")
    if len(values) > most:
        _fail(f"{at}{name}", f"has more than {most} entries")
    found = []
    for index, value in enumerate(values):
        path = f"{at}{name}[{index}]"
        _check_fields(reading.obj(value, path), keys, f"{path}.")
        found.append((f"{path}.", value))
    return found


def _check_fields(value, names, at):
    for name in value:
        # Names beginning with x_ are the sender's own and not looked at.
        if name not in names and not (name.startswith("x_") and at.endswith("data.")):
            _fail(f"{at}{name[:60]}", "is not a known field")


def _text(value, name, limit, at):
    text = value.get(name, "")
    if not isinstance(text, str):
        _fail(f"{at}{name}", "is not a text")
    if name in value and not text.strip():
        _fail(f"{at}{name}", "is empty")
    if len(text) > limit:
        _fail(f"{at}{name}", f"is longer than {limit} characters")
    return text.strip()


def _matching(value, name, at):
    if name not in value:
        _fail(f"{at}{name}", "is missing")
    text = value[name]
    if not isinstance(text, str):
        _fail(f"{at}{name}", "is not a text")
    if not re.fullmatch(PATTERNS[name], text):
        _fail(f"{at}{name}", "does not have the form it must have")
    return text


def _choice(data, name, at):
    value = data.get(name)
    if name in data and (not isinstance(value, str) or value not in CHOICES[name]):
        _fail(f"{at}{name}", f"is none of {', '.join(CHOICES[name])}")
    return value or ""


def _digest(data):
    said = {name: data[name] for name in data if not name.startswith("x_")}
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _fail(path, text, category="schema"):
    raise UnreadableMessage(f"{path}: {text}", category)
