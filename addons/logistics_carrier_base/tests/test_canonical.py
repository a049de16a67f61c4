import copy
import json
from pathlib import Path

import jsonschema

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.carrier_event import (
    DOCUMENT_KEYS,
    LINE_KEYS,
    LOCATION_KEYS,
    REFERENCE_KEYS,
)
from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage
from odoo.addons.logistics_carrier_base.identity import (
    content_hash,
    event_key,
    voided_key,
)
from odoo.addons.logistics_carrier_base.mappers import canonical
from odoo.addons.logistics_events import vocabulary

from . import expected

PAYLOADS = Path(__file__).parent / "payloads" / "canonical"
SCHEMA = json.loads(
    (Path(__file__).parents[1] / "schemas" / "canonical-event.schema.json").read_text()
)
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


@tagged("post_install", "-at_install")
class TestCanonical(BaseCase):
    """The suite's own format, as partners push it."""

    def assertUnreadable(self, message, content_type=None):
        with self.assertRaises(UnreadableMessage) as caught:
            parse(message, content_type)
        return caught.exception

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, canonical.parse, PAYLOADS)
        self.assertEqual((count, remarks), (4, []))

    def test_every_attribute_arrives(self):
        body = (PAYLOADS / "dispatched_with_lines.json").read_bytes()
        (event,) = canonical.parse(body)
        self.assertEqual(
            event.as_dict(),
            {
                "event_type": "dispatched",
                "classifier": "actual",
                "occurred_at": "2026-03-02T14:05:00+01:00",
                "zone_source": "given",
                "precision": "instant",
                "recorded_at": "2026-03-02T13:06:00+00:00",
                "source_event_id": "/wms/leipzig scan-417",
                "source_row": 3,
                "tracking_number": "SBX0000012345678",
                "leg": "outbound",
                "location": {
                    "name": "Warehouse 2",
                    "city": "Leipzig",
                    "country": "DE",
                    "code": "DELEJ",
                },
                "reason": None,
                "delivery_mode": None,
                "signer": None,
                "documents": [],
                "amount": None,
                "currency": None,
                "raw_code": "GI-DONE",
                "raw_text": "Goods issue posted",
                "voids": None,
                "references": {"delivery": "WH/OUT/00042", "order": "S00042"},
                "lines": [
                    {
                        "product": "E-COM07",
                        "uom": "Units",
                        "lot": "L-2026-07",
                        "package": "PACK0000017",
                        "quantity": "2",
                    },
                    {"product": "E-COM08", "quantity": "1.5"},
                ],
                "carrier": "DPDE",
            },
        )

    def test_readable_changes_are_read(self):
        for changes in READABLE:
            with self.subTest(changes):
                self.assertEqual(len(parse(changed(changes))), 1)

    def test_unreadable_changes_have_a_category_and_name_the_place(self):
        for changes, category, place in UNREADABLE:
            with self.subTest(changes):
                error = self.assertUnreadable(changed(changes))
                self.assertEqual(error.category, category)
                self.assertTrue(
                    error.reason.removeprefix("data.").startswith(
                        place.removeprefix("data.") + ":"
                    ),
                    error.reason,
                )

    def test_word_of_a_later_version_is_kept_as_unknown(self):
        (event,) = parse(changed({"data.event_type": "teleported"}))
        self.assertEqual((event.event_type, event.raw_code), ("unmapped", "teleported"))

    def test_identity_is_source_and_id_together(self):
        key = event_key("x", parse(GOOD)[0])
        self.assertEqual(key, event_key("x", parse(changed({"data.signer": "B"}))[0]))
        for changes in ({"id": "pod-882"}, {"source": "/fleet/van-13"}):
            self.assertNotEqual(key, event_key("x", parse(changed(changes))[0]))
        one = parse(changed({"source": "/a", "id": "b c"}))[0]
        other = parse(changed({"source": "/a", "id": "b  c"}))[0]
        self.assertNotEqual(event_key("x", one), event_key("x", other))

    def test_withdrawal_names_an_event_of_its_own_source_only(self):
        target, withdrawal, *_rest = canonical.parse(
            (PAYLOADS / "batch_delivered_and_withdrawn.json").read_bytes()
        )
        self.assertEqual(voided_key("x", withdrawal), event_key("x", target))
        changes = {"data.classifier": "retracted", "data.voids": "pod-881"}
        (stranger,) = parse(changed({**changes, "source": "/else", "id": "v"}))
        self.assertNotEqual(voided_key("x", stranger), event_key("x", target))

    def test_everything_the_partner_says_is_content(self):
        said = content_hash(parse(GOOD)[0])
        for changes in (
            {"data.classifier": "planned"},
            {"data.reason": "customs"},
            {"data.delivery_mode": "locker"},
            {"data.precision": "local"},
            {"data.event_type": "refused"},
            {"data.lines": [LINE]},
        ):
            with self.subTest(changes):
                self.assertNotEqual(content_hash(parse(changed(changes))[0]), said)

    def test_what_is_not_looked_at_is_not_content(self):
        said = content_hash(parse(GOOD)[0])
        for changes in (
            {"data.x_shift": "late"},
            {"time": "2026-03-03T09:42:00Z"},
            {"subject": "x"},
        ):
            self.assertEqual(content_hash(parse(changed(changes))[0]), said)

    def test_content_type_tells_one_from_many(self):
        for content_type, batch, ok in (
            ("application/cloudevents+json", False, True),
            ("application/cloudevents+json; charset=UTF-8", False, True),
            ("application/cloudevents+json", True, False),
            ("application/cloudevents-batch+json", True, True),
            ("application/cloudevents-batch+json", False, False),
            ("application/json", True, True),
            ("application/json", False, True),
            (None, True, True),
        ):
            with self.subTest(content_type, batch=batch):
                message = [GOOD] if batch else GOOD
                if ok:
                    self.assertEqual(len(parse(message, content_type)), 1)
                else:
                    error = self.assertUnreadable(message, content_type)
                    self.assertEqual(error.category, "schema")

    def test_accepted_content_types(self):
        for content_type, ok in (
            ("application/json", True),
            ('Application/JSON; Charset="UTF-8"', True),
            ("application/cloudevents+json", True),
            ("application/cloudevents-batch+json;charset=utf-8", True),
            ("application/json; charset=iso-8859-1", False),
            ("application/cloudevents+xml", False),
            ("application/x-www-form-urlencoded", False),
            ("text/json", False),
            ("", False),
            (None, False),
        ):
            with self.subTest(content_type):
                self.assertEqual(canonical.accepts(content_type), ok)

    def test_batch_keeps_what_can_be_read(self):
        bad = changed({"id": "bad", "data.occurred_at": "yesterday"})
        worse = changed({"id": "worse", "data.event_type": GONE})
        error = self.assertUnreadable([GOOD, bad, worse, changed({"id": "other"})])
        self.assertEqual(error.reason, "[1].data.occurred_at: not a time (and 1 more)")
        self.assertEqual(error.category, "value")
        self.assertEqual(
            [event.source_event_id for event in error.events],
            ["/fleet/van-12 pod-881", "/fleet/van-12 other"],
        )

    def test_batches_have_a_limit_and_may_be_empty(self):
        self.assertEqual(parse([]), [])
        many = [changed({"id": str(index)}) for index in range(1000)]
        self.assertEqual(len(parse(many)), 1000)
        error = self.assertUnreadable([*many, GOOD])
        self.assertEqual(error.category, "unsupported")

    def test_repetition_within_a_batch_counts_once(self):
        self.assertEqual(len(parse([GOOD, GOOD])), 1)

    def test_other_documents_are_unreadable(self):
        for message in (None, 7, "delivered", True):
            self.assertEqual(self.assertUnreadable(message).category, "schema")
        self.assertEqual(self.assertUnreadable([[]]).reason, "[0]: not an object")


@tagged("post_install", "-at_install")
class TestCanonicalSchema(BaseCase):
    """What is published and what is read are one and the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.validator = jsonschema.Draft202012Validator(SCHEMA)
        cls.data = SCHEMA["$defs"]["data"]["properties"]
        cls.envelope = SCHEMA["$defs"]["event"]["properties"]

    def test_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_fields_are_the_same(self):
        self.assertEqual(self.data.keys(), set(canonical.FIELDS))
        for name, keys in (("location", LOCATION_KEYS), ("references", REFERENCE_KEYS)):
            self.assertEqual(self.data[name]["properties"].keys(), set(keys))
        for name, keys in (("documents", DOCUMENT_KEYS), ("lines", LINE_KEYS)):
            self.assertEqual(self.data[name]["items"]["properties"].keys(), set(keys))

    def test_lists_and_limits_are_the_same(self):
        known, other = self.data["event_type"]["anyOf"]
        self.assertEqual(known["enum"], list(vocabulary.EVENT_TYPES))
        self.assertEqual(other["pattern"], canonical.PATTERNS["event_type"])
        for name, values in canonical.CHOICES.items():
            self.assertEqual(self.data[name]["enum"], list(values))
        for name, limit in canonical.TEXTS.items():
            self.assertEqual(self.data[name]["maxLength"], limit)
        for name in ("id", "source"):
            self.assertEqual(self.envelope[name]["pattern"], canonical.PATTERNS[name])
        self.assertEqual(self.envelope["type"]["const"], canonical.TYPE)
        self.assertEqual(self.data["lines"]["maxItems"], canonical.MAX_LINES)
        self.assertEqual(self.data["documents"]["maxItems"], canonical.MAX_DOCUMENTS)
        self.assertEqual(SCHEMA["oneOf"][1]["maxItems"], canonical.MAX_EVENTS)

    def test_every_field_is_described(self):
        fields = [*self.data.items(), *self.envelope.items()]
        for place in ("location", "references"):
            fields += self.data[place]["properties"].items()
        for place in ("documents", "lines"):
            fields += self.data[place]["items"]["properties"].items()
        undescribed = [
            name
            for name, field in fields
            if isinstance(field, dict)
            and "$ref" not in field
            and not field.get("description")
        ]
        self.assertEqual(undescribed, [])

    def test_examples_are_valid_and_read(self):
        self.assertEqual(len(SCHEMA["examples"]), 2)
        for example in SCHEMA["examples"]:
            self.validator.validate(example)
            self.assertTrue(parse(example))

    def test_own_payloads_are_valid(self):
        for path in PAYLOADS.glob("*.json"):
            with self.subTest(path.name):
                self.validator.validate(json.loads(path.read_bytes()))

    def test_readable_messages_are_valid(self):
        for changes in READABLE:
            with self.subTest(changes):
                self.validator.validate(changed(changes))
                self.validator.validate([changed(changes)])

    def test_messages_of_another_shape_are_invalid(self):
        for changes, category, _place in UNREADABLE:
            # A schema does not know the calendar: impossible values may pass it.
            if category in ("schema", "unsupported"):
                with self.subTest(changes):
                    self.assertFalse(self.validator.is_valid(changed(changes)))
