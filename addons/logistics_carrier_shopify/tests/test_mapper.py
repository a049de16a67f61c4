import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_shopify import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
NUMBER = "323200000000000000000118"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("shopify", event), content_hash(event)) for event in events}


def document(name):
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def parse(content):
    return mapper.parse(json.dumps(content).encode())


@tagged("post_install", "-at_install")
class TestShopifyMapper(BaseCase):
    """What Shopify sends, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 21)
        self.assertEqual(remarks, [])

    def test_samples_of_shopify_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "shopify"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 2 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_pushed_event_is_the_one_that_is_asked_for_later(self):
        content = document("push_event_out_for_delivery")
        asked = parse(document("asked_whole_way"))
        pushed, eta = parse(content)
        (same,) = (e for e in asked if e.event_type == "out_for_delivery")
        self.assertEqual(event_key("x", pushed), event_key("x", same))
        # The number, which a push leaves out, is all that differs.
        for found in (pushed, eta):
            self.assertEqual(found.tracking_number, "")
            self.assertEqual(found.references, {"master": "fulfillment/7700100020003"})
        self.assertEqual(
            [same.tracking_number, same.references["master"]],
            [NUMBER, "fulfillment/7700100020003"],
        )
        for name in ("occurred_at", "recorded_at", "location", "raw_code", "raw_text"):
            self.assertEqual(getattr(pushed, name), getattr(same, name))

    def test_events_are_the_same_bare_and_under_a_name(self):
        content = document("push_event_out_for_delivery")
        bare = facts(parse(content))
        self.assertEqual(facts(parse({"fulfillment_event": content})), bare)
        self.assertEqual(facts(parse({"fulfillment_events": [content, content]})), bare)

    def test_order_of_the_events_is_none_of_the_facts(self):
        content = document("asked_whole_way")
        before = facts(parse(content))
        content["data"]["fulfillment"]["events"]["nodes"].reverse()
        self.assertEqual(facts(parse(content)), before)

    def test_two_events_of_one_second_are_two_facts(self):
        found = parse(document("asked_problems"))[:2]
        self.assertEqual(found[0].occurred_at, found[1].occurred_at)
        self.assertEqual(len({event_key("x", event) for event in found}), 2)

    def test_state_of_a_fulfillment_is_one_fact_however_often_it_is_told(self):
        content = document("push_fulfillment_delivered")
        before = parse(content)[-1]
        content["updated_at"] = "2026-03-09T10:00:00+01:00"
        content["tracking_company"] = "Another"
        after = parse(content)[-1]
        self.assertEqual(before.precision, "none")
        self.assertEqual(facts([before]), facts([after]))

    def test_corrected_number_is_a_later_version_of_the_fulfillment(self):
        content = document("push_fulfillment_created")
        (before,) = parse(content)
        content["tracking_number"] = "X2"
        content["tracking_numbers"] = ["X2"]
        content["updated_at"] = "2026-03-02T10:00:00+01:00"
        (after,) = parse(content)
        self.assertEqual(event_key("x", before), event_key("x", after))
        self.assertNotEqual(content_hash(before), content_hash(after))
        self.assertLess(before.recorded_at, after.recorded_at)

    def test_fulfillment_of_several_parcels_says_nothing_about_one_of_them(self):
        found = parse(document("push_fulfillment_two_numbers"))
        self.assertEqual({e.event_type for e in found}, {"shipment_created"})
        self.assertEqual(len({event_key("x", event) for event in found}), 2)
        self.assertEqual(parse(document("asked_several_numbers")), [])

    def test_number_that_stands_alone_counts(self):
        content = document("push_fulfillment_created")
        del content["tracking_numbers"]
        self.assertEqual(parse(content)[0].tracking_number, NUMBER)

    def test_customer_who_collects_has_it(self):
        *_before, last = parse(document("asked_whole_way"))
        self.assertEqual(
            (last.event_type, last.delivery_mode), ("delivered", "pickup_point")
        )

    def test_time_without_a_zone_stays_without_one(self):
        (found,) = parse(self._event(happened_at="2026-03-29T02:30:00"))
        self.assertEqual((found.precision, found.zone_source), ("local", "none"))
        self.assertIsNone(found.occurred_at.tzinfo)

    def test_night_of_the_clock_change_keeps_both_hours_apart(self):
        first, second = (
            parse(self._event(happened_at=at))[0]
            for at in ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
        )
        self.assertEqual((second.occurred_at - first.occurred_at).seconds, 3600)
        self.assertNotEqual(content_hash(first), content_hash(second))

    def test_code_that_is_in_no_table_is_unmapped(self):
        (found,) = parse(self._event(status="teleported"))
        self.assertEqual((found.event_type, found.raw_code), ("unmapped", "teleported"))
        (found,) = parse(self._event(status=None))
        self.assertEqual((found.event_type, found.raw_code), ("unmapped", ""))

    def test_half_an_answer_keeps_its_half(self):
        with self.assertRaises(CarrierAnswer) as caught:
            parse(document("asked_half_an_answer"))
        self.assertEqual(caught.exception.kind, "partial")
        self.assertEqual(len(caught.exception.events), 1)

    def test_error_answers_say_what_kind_they_are(self):
        for name, kind in (
            ("throttled", "quota"),
            ("denied", "authentication"),
            ("token", "authentication"),
            ("not_found", "not_found"),
            ("calls", "quota"),
            ("field", "bad_request"),
            ("by_field", "bad_request"),
        ):
            with self.subTest(name):
                body = json.dumps(document(f"error_{name}")).encode()
                self.assertEqual(mapper.answer_of(body).kind, kind)
                with self.assertRaises(CarrierAnswer):
                    mapper.parse(body)

    def test_what_is_no_error_answer_is_none(self):
        for body in (b"<html>", b"[]", b"{}", b'{"errors": []}', b'{"data": {}}'):
            with self.subTest(body):
                self.assertIsNone(mapper.answer_of(body))

    def test_messages_that_are_nothing_of_shopifys_are_unreadable(self):
        created = document("push_fulfillment_created")
        asked = document("asked_whole_way")
        asked["data"]["fulfillment"]["events"] = {"nodes": [1]}
        for content, category in (
            (None, "schema"),
            ([1], "schema"),
            ({}, "schema"),
            ({"id": 7, "name": "#2041"}, "schema"),
            ({"fulfillment": 7}, "schema"),
            ({"fulfillment_events": {}}, "schema"),
            (asked, "schema"),
            (created | {"tracking_numbers": "A1"}, "schema"),
            (created | {"created_at": "yesterday"}, "value"),
            (created | {"updated_at": "2026-03-02T10:00:00"}, "value"),
            (self._event(happened_at="2026-02-30T10:00:00Z"), "value"),
            (self._event(happened_at=1767225600), "schema"),
            (self._event(estimated_delivery_at="soon"), "value"),
        ):
            with self.subTest(content), self.assertRaises(UnreadableMessage) as caught:
                parse(content)
            self.assertEqual(caught.exception.category, category)
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(b'{"half": ')
        self.assertEqual(caught.exception.category, "syntax")

    def test_reason_names_the_place(self):
        content = document("asked_whole_way")
        content["data"]["fulfillment"]["events"]["nodes"][2]["happenedAt"] = "soon"
        with self.assertRaises(UnreadableMessage) as caught:
            parse(content)
        self.assertIn(
            "data.fulfillment.events.nodes[2].happened_at", caught.exception.reason
        )

    def test_tables_lead_to_words_of_the_vocabulary(self):
        self.assertLessEqual(
            {*const.STATUS_MAP.values()}, vocabulary.EVENT_TYPES.keys()
        )
        self.assertLessEqual(
            {*const.DELIVERY_MODE_MAP.values()}, vocabulary.DELIVERY_MODES.keys()
        )

    def _event(self, **more):
        return {
            "id": 9,
            "fulfillment_id": 7,
            "status": "in_transit",
            "happened_at": "2026-03-03T10:00:00Z",
            **more,
        }
