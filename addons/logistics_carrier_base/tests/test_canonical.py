from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage
from odoo.addons.logistics_carrier_base.identity import (
    content_hash,
    event_key,
    voided_key,
)
from odoo.addons.logistics_carrier_base.mappers import canonical

from . import expected
from .canonical_cases import (
    GONE,
    GOOD,
    LINE,
    PAYLOADS,
    READABLE,
    UNREADABLE,
    changed,
    parse,
)


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
