import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_aftership import const, mapper
from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_events import vocabulary, zones

PAYLOADS = Path(__file__).parent / "payloads"
DELIVERED = PAYLOADS / "push_delivered_signed.json"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("aftership", event), content_hash(event)) for event in events}


@tagged("post_install", "-at_install")
class TestAftershipMapper(BaseCase):
    """What AfterShip sends, and what it means."""

    def _parse(self, document):
        return mapper.parse(json.dumps(document).encode())

    def _push(self, *checkpoints, **more):
        return {
            "event": "tracking_update",
            "event_id": "e1",
            "msg": {"tracking_number": "HP1", "checkpoints": list(checkpoints)} | more,
        }

    def _point(self, **values):
        return {
            "subtag": "InTransit_001",
            "checkpoint_time": "2026-03-03T10:00:00",
        } | values

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 24)
        self.assertEqual(remarks, [])

    def test_sample_of_aftership_itself_gives_what_was_read_from_it(self):
        folder = expected.SAMPLES / "aftership"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 1 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_pushed_and_listed_trackings_state_the_same_facts(self):
        push = json.loads(DELIVERED.read_bytes())
        listed = {"meta": {"code": 200}, "data": {"trackings": [push["msg"]]}}
        self.assertEqual(facts(self._parse(push)), facts(self._parse(listed)))

    def test_checkpoint_keeps_its_fact_when_newer_ones_come(self):
        old = self._point()
        new = self._point(checkpoint_time="2026-03-03T12:00:00")
        (alone,) = self._parse(self._push(old))
        for order in ((old, new), (new, old)):
            later = self._parse(self._push(*order))
            self.assertIn(alone, later)

    def test_rows_follow_what_happened_whichever_end_the_list_begins_with(self):
        points = [
            self._point(checkpoint_time=f"2026-03-03T10:0{minute}:00", message=message)
            for minute, message in ((0, "first"), (0, "second"), (1, "third"))
        ]
        for order in (points, points[::-1]):
            events = self._parse(self._push(*order))
            rows = sorted(events, key=lambda event: event.source_row)
            self.assertEqual(
                [event.raw_text for event in rows], ["first", "second", "third"]
            )

    def test_name_of_a_checkpoint_in_newer_versions_changes_no_fact(self):
        plain = self._parse(self._push(self._point()))
        named = self._parse(self._push(self._point(hash="abc")))
        self.assertEqual(facts(plain), facts(named))

    def test_carrier_of_the_last_mile_is_told(self):
        events = self._parse(
            self._push(self._point(), self._point(slug="last-mile"), slug="first-mile")
        )
        self.assertEqual(
            [event.carrier for event in events], ["first-mile", "last-mile"]
        )

    def test_only_the_last_of_two_deliveries_is_signed(self):
        first = self._point(subtag="Delivered_001")
        second = self._point(
            subtag="Delivered_003", checkpoint_time="2026-03-04T10:00:00"
        )
        for order in ((first, second), (second, first)):
            events = self._parse(self._push(*order, signed_by="P. Ferrero"))
            signed = [event.raw_code for event in events if event.signer]
            self.assertEqual(signed, ["Delivered_003"])

    def test_signer_without_a_delivery_delivers_nothing(self):
        (event,) = self._parse(self._push(self._point(), signed_by="P. Ferrero"))
        self.assertEqual((event.event_type, event.signer), ("in_transit", ""))

    def test_proof_comes_as_links_and_delivers_nothing(self):
        links = ["https://pod.example.com/1.png", {"url": "http://x/2"}, None, {}, 7]
        links += ["ftp://x/3", "https://x/" + "4" * 2000]
        events = self._parse(self._push(self._point(), proof_of_delivery=links))
        self.assertEqual(
            [event.event_type for event in events], ["in_transit", "pod_available"]
        )
        self.assertIsNone(events[1].occurred_at)
        self.assertEqual(
            [document["url"] for document in events[1].documents],
            ["https://pod.example.com/1.png", "http://x/2"],
        )

    def test_link_signed_anew_is_no_news(self):
        facts_of = []
        for signature in ("1", "2"):
            link = f"https://pod.example.com/a.png?sig={signature}"
            facts_of.append(
                facts(self._parse(self._push(self._point(), proof_of_delivery=[link])))
            )
        self.assertEqual(*facts_of)

    def test_time_without_a_zone_stays_without_one(self):
        (event,) = self._parse(self._push(self._point(country_region="USA")))
        self.assertEqual(
            (event.precision, event.zone_source, event.location["country"]),
            ("local", "none", "US"),
        )

    def test_time_of_sending_is_no_time_of_an_event(self):
        push = self._push(self._point(checkpoint_time=None)) | {"ts": 1772784000}
        (event,) = self._parse(push)
        self.assertIsNone(event.occurred_at)

    def test_message_key_is_the_identifier_of_the_push(self):
        key = mapper.message_key(DELIVERED.read_bytes())
        self.assertEqual(key, "11111111-2222-4333-8444-555555555555")
        self.assertEqual(mapper.message_key(b'{"data": {}}'), "")
        self.assertEqual(mapper.message_key(b"[]"), "")
        with self.assertRaises(UnreadableMessage):
            mapper.message_key(b'{"half": ')

    def test_answer_of_a_refused_call_is_found(self):
        answer = mapper.answer_of((PAYLOADS / "error_key.json").read_bytes())
        self.assertEqual((answer.kind, answer.code), ("authentication", "401"))
        for body in (
            b"<html>",
            b"[]",
            b"{}",
            b'{"meta": []}',
            b'{"meta": {}}',
            b'{"meta": {"code": 201}}',
        ):
            with self.subTest(body):
                self.assertIsNone(mapper.answer_of(body))

    def test_messages_that_are_nothing_of_aftership_are_unreadable(self):
        for document, category in (
            ([], "schema"),
            ({}, "schema"),
            ({"msg": []}, "schema"),
            ({"data": []}, "schema"),
            ({"data": {}}, "schema"),
            ({"data": {"trackings": {}}}, "schema"),
            ({"data": {"trackings": [1]}}, "schema"),
            ({"data": {"tracking": 1}}, "schema"),
            (self._push(checkpoints={}), "schema"),
            (self._push(1), "schema"),
            (self._push(self._point(checkpoint_time="yesterday")), "value"),
            (self._push(self._point(checkpoint_time=1772784000)), "schema"),
            (self._push(self._point(), proof_of_delivery="x"), "schema"),
        ):
            with (
                self.subTest(document),
                self.assertRaises(UnreadableMessage) as caught,
            ):
                self._parse(document)
            self.assertEqual(caught.exception.category, category)

    def test_place_of_what_cannot_be_read_is_named(self):
        with self.assertRaises(UnreadableMessage) as caught:
            self._parse(self._push(self._point(checkpoint_time="yesterday")))
        self.assertIn("msg.checkpoints[0].checkpoint_time", caught.exception.reason)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {
            *const.SUBTAG_MAP.values(),
            *const.TAG_MAP.values(),
            *const.RETURN_LEG_MAP.values(),
        }
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual(set(const.REASON_MAP.values()), vocabulary.REASONS.keys())
        self.assertLessEqual(
            set(const.DELIVERY_MODE_MAP.values()), vocabulary.DELIVERY_MODES.keys()
        )
        known = {*const.REASON_MAP, *const.DELIVERY_MODE_MAP}
        self.assertLessEqual(known, const.SUBTAG_MAP.keys())

    def test_countries_are_those_whose_clocks_are_known(self):
        self.assertLessEqual(set(zones.COUNTRY_ZONES), set(const.COUNTRIES.values()))
        self.assertEqual(len(set(const.COUNTRIES.values())), len(const.COUNTRIES))
