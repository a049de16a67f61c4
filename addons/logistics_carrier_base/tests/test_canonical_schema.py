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
from odoo.addons.logistics_carrier_base.mappers import canonical
from odoo.addons.logistics_events import vocabulary

from .canonical_cases import PAYLOADS, READABLE, UNREADABLE, changed, parse

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "schemas/canonical-event.schema.json").read_text()
)


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
