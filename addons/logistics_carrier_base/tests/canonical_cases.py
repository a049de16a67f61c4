"""Messages in the canonical format: what can be read, what cannot, and why."""

import copy
import json
from pathlib import Path

from odoo.addons.logistics_carrier_base.mappers import canonical

PAYLOADS = Path(__file__).parent / "payloads" / "canonical"
GONE = object()

GOOD = {
    "specversion": "1.0",
    "id": "pod-881",
    "source": "/fleet/van-12",
    "type": "logistics.event",
    "data": {
        "event_type": "delivered",
        "occurred_at": "2026-03-03T10:42:00+01:00",
        "tracking_number": "SBX0000012345678",
    },
}
LINE = {"product": "E-COM07", "quantity": "2"}

# Changes (path → value) that leave a message readable.
READABLE = (
    {"time": "2026-03-03T09:42:00Z", "subject": "x", "myextension": "y"},
    {"datacontenttype": "application/json"},
    {"id": "with blanks and ümlauts"},
    {"data.event_type": "teleported"},
    {"data.occurred_at": "2026-03-03"},
    {"data.occurred_at": "2026-03-03T10:42"},
    {"data.occurred_at": "2026-03-03 10:42:00,5 +0100"},
    {"data.occurred_at": "2026-03-03t10:42:00z"},
    {"data.occurred_at": GONE, "data.precision": "none"},
    {"data.precision": "local"},
    {"data.zone_source": "derived"},
    {"data.recorded_at": "2026-03-03T10:42:00Z"},
    {"data.source_row": 7},
    {"data.tracking_number": GONE, "data.references": {"order": "S00042"}},
    {"data.leg": "return"},
    {"data.location": {"city": "Halle", "country": "DE"}},
    {"data.reason": "customs", "data.delivery_mode": "locker"},
    {"data.documents": [{"type": "pod", "name": "pod.pdf"}]},
    {"data.amount": "1.25", "data.currency": "EUR"},
    {"data.amount": -3, "data.currency": "JPY"},
    {"data.lines": [LINE, {**LINE, "quantity": 0.5, "lot": "L1"}]},
    {"data.lines": [{**LINE, "final": True}, {**LINE, "lot": "L2", "final": False}]},
    {"data.lines": []},
    {"data.classifier": "planned"},
    {"data.event_type": "eta_updated"},
    {"data.event_type": "eta_updated", "data.classifier": "planned"},
    {
        "data.classifier": "retracted",
        "data.voids": "pod-880",
        "data.occurred_at": GONE,
        "data.tracking_number": GONE,
    },
    {
        "data.event_type": "charge_confirmed",
        "data.amount": "5.70",
        "data.currency": "EUR",
    },
    {"data.x_anything": {"nested": [1, 2]}},
)
# Changes that make it unreadable, the category, and what the reason names.
UNREADABLE = (
    ({"specversion": "0.3"}, "unsupported", "specversion"),
    ({"specversion": 1.0}, "unsupported", "specversion"),
    ({"specversion": GONE}, "unsupported", "specversion"),
    ({"type": "com.example.delivered"}, "unsupported", "type"),
    ({"type": GONE}, "unsupported", "type"),
    ({"data_base64": "eyJ9", "data": GONE}, "unsupported", "data"),
    ({"datacontenttype": "text/xml"}, "unsupported", "data"),
    ({"id": GONE}, "schema", "id"),
    ({"id": ""}, "schema", "id"),
    ({"id": 7}, "schema", "id"),
    ({"id": "x" * 257}, "schema", "id"),
    ({"source": GONE}, "schema", "source"),
    ({"source": "two words"}, "schema", "source"),
    ({"source": None}, "schema", "source"),
    ({"data": GONE}, "schema", "data"),
    ({"data": []}, "schema", "data"),
    ({"data": "delivered"}, "schema", "data"),
    ({"data.event_type": GONE}, "schema", "data.event_type"),
    ({"data.event_type": "Delivered!"}, "schema", "data.event_type"),
    ({"data.event_type": None}, "schema", "data.event_type"),
    ({"data.occurred_at": GONE}, "schema", "data.occurred_at"),
    ({"data.occurred_at": 1767225600}, "schema", "data.occurred_at"),
    ({"data.occurred_at": "3 March 2026"}, "value", "data.occurred_at"),
    ({"data.occurred_at": "2026-02-30"}, "value", "data.occurred_at"),
    ({"data.occurred_at": "2026-03-03T25:00:00Z"}, "value", "data.occurred_at"),
    ({"data.occurred_at": "2026-03-03T10:42:60Z"}, "value", "data.occurred_at"),
    ({"data.occurred_at": "2026-03-03T10:42:00+19:00"}, "value", "data.occurred_at"),
    ({"data.occurred_at": "2026-03-03T10:42:00+01:75"}, "value", "data.occurred_at"),
    ({"data.occurred_at": "0001-01-01T00:00:00Z"}, "value", "data.occurred_at"),
    ({"data.occurred_at": "9999-12-31T23:59:59Z"}, "value", "data.occurred_at"),
    ({"data.precision": "exact"}, "schema", "data.precision"),
    ({"data.precision": "date"}, "value", "data.precision"),
    ({"data.precision": "none"}, "value", "data.precision"),
    (
        {"data.occurred_at": "2026-03-03", "data.precision": "instant"},
        "value",
        "data.precision",
    ),
    ({"data.zone_source": "none"}, "value", "data.zone_source"),
    (
        {"data.occurred_at": "2026-03-03T10:42:00", "data.zone_source": "given"},
        "value",
        "data.zone_source",
    ),
    ({"data.zone_source": "guessed"}, "schema", "data.zone_source"),
    ({"data.recorded_at": "2026-03-03T10:42:00"}, "value", "data.recorded_at"),
    ({"data.recorded_at": "soon"}, "value", "data.recorded_at"),
    ({"data.source_row": -1}, "schema", "data.source_row"),
    ({"data.source_row": "7"}, "schema", "data.source_row"),
    ({"data.source_row": True}, "schema", "data.source_row"),
    ({"data.tracking_number": GONE}, "schema", "data.tracking_number"),
    ({"data.tracking_number": ""}, "schema", "data.tracking_number"),
    ({"data.tracking_number": 12345}, "schema", "data.tracking_number"),
    ({"data.tracking_number": "9" * 101}, "schema", "data.tracking_number"),
    ({"data.references": {}}, "schema", "data.references"),
    ({"data.references": {"order": 42}}, "schema", "data.references.order"),
    ({"data.references": {"po": "1"}}, "schema", "data.references.po"),
    ({"data.references": "S00042"}, "schema", "data.references"),
    ({"data.leg": "inbound"}, "schema", "data.leg"),
    ({"data.location": {"town": "Halle"}}, "schema", "data.location.town"),
    ({"data.location": {"country": "Germany"}}, "schema", "data.location.country"),
    ({"data.location": {"country": "de"}}, "schema", "data.location.country"),
    ({"data.location": {"city": None}}, "schema", "data.location.city"),
    ({"data.location": {}}, "schema", "data.location"),
    ({"data.reason": "bad luck"}, "schema", "data.reason"),
    ({"data.reason": ["customs"]}, "schema", "data.reason"),
    ({"data.delivery_mode": "drone"}, "schema", "data.delivery_mode"),
    ({"data.signer": ""}, "schema", "data.signer"),
    ({"data.signer": {"name": "A. Weber"}}, "schema", "data.signer"),
    ({"data.documents": {"type": "pod"}}, "schema", "data.documents"),
    ({"data.documents": [{"type": "pod"}]}, "schema", "data.documents[0]"),
    ({"data.documents": [{"url": "https://a.example"}]}, "schema", "data.documents[0]"),
    (
        {"data.documents": [{"type": "pod", "url": "http://a.example"}]},
        "schema",
        "data.documents[0].url",
    ),
    (
        {"data.documents": [{"type": "pod", "url": "javascript:alert(1)"}]},
        "schema",
        "data.documents[0].url",
    ),
    (
        {"data.documents": [{"type": "pod", "name": "x", "bytes": "AA=="}]},
        "schema",
        "data.documents[0].bytes",
    ),
    ({"data.documents": [1]}, "schema", "data.documents[0]"),
    (
        {"data.documents": [{"type": "pod", "name": "x"}] * 21},
        "schema",
        "data.documents",
    ),
    ({"data.amount": "1.25"}, "schema", "data.currency"),
    ({"data.currency": "EUR"}, "schema", "data.amount"),
    ({"data.amount": "1.25", "data.currency": "euro"}, "schema", "data.currency"),
    ({"data.amount": "1,25", "data.currency": "EUR"}, "value", "data.amount"),
    ({"data.amount": "1e3", "data.currency": "EUR"}, "value", "data.amount"),
    ({"data.amount": "", "data.currency": "EUR"}, "schema", "data.amount"),
    ({"data.amount": None, "data.currency": "EUR"}, "schema", "data.amount"),
    ({"data.amount": [1], "data.currency": "EUR"}, "schema", "data.amount"),
    ({"data.amount": True, "data.currency": "EUR"}, "schema", "data.amount"),
    ({"data.amount": 10**16, "data.currency": "EUR"}, "value", "amount"),
    ({"data.event_type": "charge_confirmed"}, "schema", "data.amount"),
    ({"data.event_type": "cod_collected"}, "schema", "data.amount"),
    ({"data.lines": LINE}, "schema", "data.lines"),
    ({"data.lines": [{"quantity": "2"}]}, "schema", "data.lines[0].product"),
    ({"data.lines": [LINE, {"product": "A"}]}, "schema", "data.lines[1].quantity"),
    ({"data.lines": [{**LINE, "quantity": "two"}]}, "value", "data.lines[0].quantity"),
    ({"data.lines": [{**LINE, "quantity": -1}]}, "value", "data.lines[0].quantity"),
    ({"data.lines": [{**LINE, "quantity": "-1"}]}, "value", "data.lines[0].quantity"),
    ({"data.lines": [{**LINE, "price": "1"}]}, "schema", "data.lines[0].price"),
    ({"data.lines": [{**LINE, "lot": 7}]}, "schema", "data.lines[0].lot"),
    ({"data.lines": [{**LINE, "final": "yes"}]}, "schema", "data.lines[0].final"),
    ({"data.lines": [LINE] * 1001}, "schema", "data.lines"),
    ({"data.classifier": "maybe"}, "schema", "data.classifier"),
    ({"data.classifier": "retracted"}, "schema", "data.voids"),
    ({"data.voids": "pod-880"}, "schema", "data.voids"),
    (
        {"data.event_type": "eta_updated", "data.classifier": "actual"},
        "schema",
        "data.classifier",
    ),
    ({"data.traking_number": "X"}, "schema", "data.traking_number"),
    ({"data.event_key": "X"}, "schema", "data.event_key"),
    ({"data.company_id": 1}, "schema", "data.company_id"),
)


def changed(changes):
    """Give the good message with some changes."""
    message = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *parents, name = path.split(".")
        place = message
        for parent in parents:
            place = place[parent]
        if value is GONE:
            del place[name]
        else:
            place[name] = value
    return message


def parse(message, content_type=None):
    return canonical.parse(json.dumps(message).encode(), content_type)
