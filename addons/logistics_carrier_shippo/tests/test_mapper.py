import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_shippo import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
DELIVERED = PAYLOADS / "push_delivered_after_attempt.json"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("shippo", event), content_hash(event)) for event in events}


def document(name=DELIVERED):
    return json.loads((PAYLOADS / name).read_bytes())


def parse(content):
    return mapper.parse(json.dumps(content).encode())


@tagged("post_install", "-at_install")
class TestShippoMapper(BaseCase):
    """What Shippo sends, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 16)
        self.assertEqual(remarks, [])

    def test_samples_of_shippo_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "shippo"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 2 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_pushed_and_fetched_tracks_state_the_same_facts(self):
        pushed = document()
        self.assertEqual(facts(parse(pushed)), facts(parse(pushed["data"])))

    def test_names_of_rows_that_change_with_every_fetch_change_nothing(self):
        track = document()["data"]
        before = facts(parse(track))
        for row in [*track["tracking_history"], track["tracking_status"]]:
            row["object_id"] = f"other{row['object_id']}"[:32]
            row["object_created"] = row["object_updated"] = "2026-11-20T10:00:00.000Z"
        self.assertEqual(facts(parse(track)), before)

    def test_order_of_the_rows_is_none_of_the_facts(self):
        track = document()["data"]
        before = facts(parse(track))
        track["tracking_history"].reverse()
        self.assertEqual(facts(parse(track)), before)

    def test_scans_of_the_same_second_are_two_facts_and_repeats_are_one(self):
        track = document()["data"]
        found = parse(track)
        self.assertEqual(len({event_key("x", event) for event in found}), 10)
        track["tracking_history"] *= 2
        self.assertEqual(len(parse(track)), 10)

    def test_present_status_counts_when_the_history_lacks_it(self):
        *_before, last = parse(document("track_status_before_history.json"))
        self.assertEqual((last.event_type, last.source_row), ("delivered", 2))

    def test_number_without_news_gives_nothing(self):
        self.assertEqual(parse(document("track_never_heard_of.json")), [])

    def test_time_without_a_zone_stays_without_one(self):
        (found,) = parse(self._track(status_date="2026-03-29T02:30:00"))
        self.assertEqual((found.precision, found.zone_source), ("local", "none"))
        self.assertIsNone(found.occurred_at.tzinfo)

    def test_night_of_the_clock_change_keeps_both_hours_apart(self):
        first, second = (
            parse(self._track(status_date=at))[0]
            for at in ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
        )
        self.assertEqual((second.occurred_at - first.occurred_at).seconds, 3600)
        self.assertNotEqual(event_key("x", first), event_key("x", second))

    def test_same_moment_written_in_another_zone_is_the_same_fact(self):
        self.assertEqual(
            facts(parse(self._track(status_date="2026-10-25T02:30:00+02:00"))),
            facts(parse(self._track(status_date="2026-10-25T00:30:00.000Z"))),
        )

    def test_no_substatus_overrules_a_delivery_or_makes_one(self):
        for status, event_type in (
            ("DELIVERED", "delivered"),
            ("RETURNED", "returned_to_sender"),
            ("UNKNOWN", "unmapped"),
            ("TELEPORTED", "unmapped"),
        ):
            for code in (*const.SUBSTATUS_MAP, "delivered"):
                (found,) = parse(self._track(status=status, substatus={"code": code}))
                self.assertEqual(found.event_type, event_type)
        self.assertNotIn("delivered", const.SUBSTATUS_MAP.values())

    def test_substatus_nobody_knows_leaves_the_status(self):
        (found,) = parse(self._track(substatus={"code": "quantum_leap"}))
        self.assertEqual(found.event_type, "in_transit")
        self.assertEqual(found.raw_code, "TRANSIT/quantum_leap")

    def test_place_of_delivery_is_read_of_deliveries_only(self):
        text = {"status_details": "Your mailbox is full."}
        self.assertEqual(parse(self._track(**text))[0].delivery_mode, "")
        (found,) = parse(self._track(status="DELIVERED", **text))
        self.assertEqual(found.delivery_mode, "mailbox")

    def test_day_that_is_expected_has_no_hour(self):
        *_scans, eta = parse(document())
        self.assertEqual((eta.classifier, eta.precision), ("estimated", "date"))
        track = document()["data"] | {"eta": "2026-03-04T17:00:00Z"}
        *_scans, eta = parse(track)
        self.assertEqual((eta.classifier, eta.precision), ("estimated", "instant"))

    def test_price_is_known_only_where_the_rate_itself_is_told(self):
        kinds = [
            e.event_type for e in parse(document("push_transaction_with_rate.json"))
        ]
        self.assertEqual(kinds, ["shipment_created", "charge_estimated"])
        kinds = [
            e.event_type for e in parse(document("push_transaction_rate_by_name.json"))
        ]
        self.assertEqual(kinds, ["shipment_created"])

    def test_label_that_is_told_again_states_the_same_booking(self):
        booked, priced, refunded = (
            parse(document(f"push_transaction_{name}.json"))
            for name in ("rate_by_name", "with_rate", "refunded")
        )
        self.assertEqual(facts(booked), facts(priced[:1]))
        self.assertLess(facts(priced), facts(refunded))

    def test_label_names_the_order_it_was_bought_for(self):
        for event in parse(document("push_transaction_with_rate.json")):
            self.assertEqual(event.references, {"order": "S00418"})

    def test_state_of_a_label_that_nobody_knows_is_unmapped(self):
        content = document("push_transaction_with_rate.json")
        content["data"]["status"] = "MISLAID"
        (found,) = parse(content)
        self.assertEqual((found.event_type, found.raw_code), ("unmapped", "MISLAID"))

    def test_test_parcels_are_told_from_real_ones(self):
        for content, mode in (
            ({"event": "track_updated", "test": True, "data": {}}, "test"),
            ({"event": "track_updated", "test": False, "data": {}}, "production"),
            ({"test": False, "data": {"carrier": "shippo"}}, "test"),
            ({"carrier": "shippo"}, "test"),
            ({"carrier": "usps", "test": False}, "production"),
            ({"carrier": "usps"}, ""),
            ({"test": ["no"]}, ""),
            ([], ""),
        ):
            with self.subTest(content):
                self.assertEqual(mapper.mode(json.dumps(content).encode()), mode)

    def test_messages_that_are_nothing_of_shippos_are_unreadable(self):
        for content, category in (
            (None, "schema"),
            ([1], "schema"),
            ({}, "schema"),
            ({"event": "track_updated", "data": []}, "schema"),
            ({"tracking_history": {}}, "schema"),
            ({"tracking_history": [1]}, "schema"),
            ({"tracking_status": "DELIVERED"}, "schema"),
            ({"hello": 1}, "schema"),
            (self._track(status_date="yesterday"), "value"),
            (self._track(status_date="2026-02-30T10:00:00Z"), "value"),
            (self._track(status_date=1767225600), "schema"),
            (self._track(location="here"), "schema"),
            (self._track(substatus="delivered"), "schema"),
            (self._track() | {"eta": "2026-03-04T17:00:00"}, "value"),
            (self._priced("1e3"), "value"),
            (self._priced(True), "schema"),
        ):
            with self.subTest(content), self.assertRaises(UnreadableMessage) as caught:
                parse(content)
            self.assertEqual(caught.exception.category, category)
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(b'{"half": ')
        self.assertEqual(caught.exception.category, "syntax")

    def test_reason_names_the_place(self):
        content = {"event": "track_updated", "data": self._track(status_date="soon")}
        with self.assertRaises(UnreadableMessage) as caught:
            parse(content)
        self.assertIn("data.tracking_history[0].status_date", caught.exception.reason)

    def test_error_answers_say_what_kind_they_are(self):
        for name, kind in (
            ("error_token.json", "authentication"),
            ("error_not_found.json", "not_found"),
            ("error_throttled.json", "quota"),
            ("error_down.json", "unavailable"),
            # A field called token, or a word of a complaint, is no refused login.
            ("error_fields.json", "bad_request"),
        ):
            with self.subTest(name):
                body = (PAYLOADS / name).read_bytes()
                self.assertEqual(mapper.answer_of(body).kind, kind)
                with self.assertRaises(CarrierAnswer):
                    mapper.parse(body)

    def test_what_is_no_error_answer_is_none(self):
        for body in (b"<html>", b"[]", b"{}", b'{"count": 3}', DELIVERED.read_bytes()):
            with self.subTest(body[:20]):
                self.assertIsNone(mapper.answer_of(body))

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {*const.STATUS_MAP.values(), *const.SUBSTATUS_MAP.values()}
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual({*const.REASON_MAP.values()}, vocabulary.REASONS.keys())
        modes = {mode for _word, mode in const.DELIVERY_PLACES}
        self.assertLessEqual(modes, vocabulary.DELIVERY_MODES.keys())
        self.assertLessEqual(const.REASON_MAP.keys(), const.SUBSTATUS_MAP.keys())

    def _track(self, **row):
        row = {"status": "TRANSIT", "status_date": "2026-03-03T10:00:00Z"} | row
        return {"carrier": "usps", "tracking_number": "X", "tracking_history": [row]}

    def _priced(self, amount):
        content = document("push_transaction_with_rate.json")
        content["data"]["rate"]["amount"] = amount
        return content
