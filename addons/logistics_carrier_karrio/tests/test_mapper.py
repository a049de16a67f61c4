import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_karrio import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("karrio", event), content_hash(event)) for event in events}


def tracker(*scans, **more):
    """Return a tracker of one parcel."""
    content = {
        "object_type": "tracker",
        "tracking_number": "X1",
        "carrier_name": "ups",
        "status": "in_transit",
        "events": list(scans),
    }
    return content | more


def scan(status="in_transit", timestamp="2026-03-04T10:00:00Z", **more):
    """Return one scan."""
    return {"status": status, "code": "C", "timestamp": timestamp} | more


def read(document):
    """Read a document."""
    return mapper.parse(json.dumps(document).encode())


@tagged("post_install", "-at_install")
class TestKarrioMapper(BaseCase):
    """What a Karrio server sends, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 19)
        self.assertEqual(remarks, [])

    def test_samples_of_karrio_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "karrio"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 1 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        files = {path.name for path in PAYLOADS.iterdir()} - {"expected.jsonl"}
        self.assertEqual(lines, files)

    def test_pushed_and_fetched_trackers_state_the_same_facts(self):
        pushed = json.loads((PAYLOADS / "push_delivered.json").read_bytes())
        fetched = pushed["data"]
        for body in (fetched, {"count": 1, "results": [fetched]}):
            self.assertEqual(facts(read(pushed)), facts(read(body)))

    def test_later_tracker_keeps_the_facts_of_an_earlier_one(self):
        later = json.loads((PAYLOADS / "push_delivered.json").read_bytes())["data"]
        later["signature_image_url"] = None
        earlier = {**later, "events": later["events"][2:], "status": "in_transit"}
        self.assertLess(facts(read(earlier)), facts(read(later)))

    def test_order_of_the_scans_decides_no_fact(self):
        scans = [
            scan("picked_up", "2026-10-25T00:30:00Z"),
            scan("in_transit", "2026-10-25T01:30:00Z"),
            scan("delivered", "2026-10-25T02:30:00Z"),
        ]
        oldest, newest = read(tracker(*scans)), read(tracker(*scans[::-1]))
        self.assertEqual(facts(oldest), facts(newest))
        for events in (oldest, newest):
            rows = {event.event_type: event.source_row for event in events}
            self.assertEqual(rows, {"picked_up": 1, "in_transit": 2, "delivered": 3})

    def test_offset_that_was_made_up_is_none(self):
        for timestamp, precision in (
            ("2026-03-04T14:05:00.000Z", "local"),
            ("2026-03-04T14:05:59Z", "local"),
            ("2026-03-04T13:05:00Z", "instant"),
            ("2026-03-04T14:05:00+01:00", "instant"),
            (None, "local"),
        ):
            (found,) = read(
                tracker(scan(timestamp=timestamp, date="2026-03-04", time="02:05 PM"))
            )
            with self.subTest(timestamp):
                self.assertEqual(found.precision, precision)

    def test_clocks_are_read_with_and_without_halves_of_the_day(self):
        for clock, hour in (
            ("12:00 AM", 0),
            ("12:00 PM", 12),
            ("1:00 pm", 13),
            ("01:00", 1),
            ("23:00:00", 23),
        ):
            (found,) = read(
                tracker(scan(timestamp=None, date="2026-03-29", time=clock))
            )
            with self.subTest(clock):
                self.assertEqual(
                    (found.occurred_at.hour, found.precision), (hour, "local")
                )

    def test_scan_with_a_day_only_has_no_clock(self):
        for clock in (None, "", "soon"):
            (found,) = read(
                tracker(scan(timestamp=None, date="2026-03-29", time=clock))
            )
            self.assertEqual(found.precision, "date")

    def test_two_letters_behind_a_city_are_no_country(self):
        for text, place in (
            ("Memphis, TN", {"name": "Memphis, TN", "city": "Memphis"}),
            ("Wien", {"name": "Wien", "city": "Wien"}),
            (
                "Reno, NV, 89501, US",
                {
                    "name": "Reno, NV, 89501, US",
                    "city": "Reno",
                    "state": "NV",
                    "postcode": "89501",
                    "country": "US",
                },
            ),
            ("", {}),
            (None, {}),
        ):
            (found,) = read(tracker(scan(location=text)))
            self.assertEqual(found.location, place)

    def test_codes_of_one_carrier_mean_nothing_at_another(self):
        for carrier, event_type in (
            ("ups", "departed_facility"),
            ("fedex", "departed_facility"),
            ("gls", "in_transit"),
            (None, "in_transit"),
        ):
            (found,) = read(tracker(scan(code="DP"), carrier_name=carrier))
            self.assertEqual(found.event_type, event_type)

    def test_code_overrules_no_status_that_says_enough(self):
        for status in ("delivered", "on_hold", "return_to_sender"):
            (found,) = read(tracker(scan(status, code="DP")))
            self.assertEqual(found.event_type, const.STATUS_MAP[status])
        for codes in const.CARRIER_CODE_MAP.values():
            self.assertNotIn("delivered", codes.values())

    def test_only_the_delivery_is_signed(self):
        events = read(
            tracker(
                scan("picked_up", "2026-03-04T10:00:00Z"),
                scan("delivered", "2026-03-05T10:00:00Z"),
                info={"signed_by": "ODUYA"},
                delivery_image_url="https://karrio.example.com/photo",
            )
        )
        self.assertEqual(
            [(event.event_type, event.signer) for event in events],
            [("picked_up", ""), ("delivered", "ODUYA"), ("pod_available", "ODUYA")],
        )
        self.assertEqual(events[-1].documents[0]["type"], "photo")

    def test_remark_is_no_signer(self):
        for remark in ("Signature not required", "12345", "", None, "string"):
            (found,) = read(tracker(scan("delivered"), info={"signed_by": remark}))
            self.assertEqual(found.signer, "")

    def test_signer_that_comes_later_is_a_version_of_the_delivery(self):
        (unsigned,) = read(tracker(scan("delivered")))
        (signed,) = read(tracker(scan("delivered"), info={"signed_by": "ODUYA"}))
        self.assertEqual(event_key("x", unsigned), event_key("x", signed))
        self.assertNotEqual(content_hash(unsigned), content_hash(signed))

    def test_picture_before_the_delivery_delivers_nothing(self):
        events = read(
            tracker(scan(), delivery_image_url="https://karrio.example.com/1")
        )
        self.assertEqual([event.event_type for event in events], ["in_transit"])

    def test_reasons_of_karrio_are_those_of_the_vocabulary(self):
        self.assertLessEqual({*const.REASON_MAP.values()}, vocabulary.REASONS.keys())
        words = {
            *const.STATUS_MAP.values(),
            *const.REASON_TYPES.values(),
            *const.SHIPMENT_STATUS_MAP.values(),
            *const.RETURN_LEG_MAP.values(),
            *(
                word
                for codes in const.CARRIER_CODE_MAP.values()
                for word in codes.values()
            ),
        }
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        for status, reason in const.REASON_TYPES:
            self.assertIn(status, const.STATUS_MAP)
            self.assertIn(reason, const.REASON_MAP)

    def test_environment_is_read_where_it_is_said(self):
        for document, mode in (
            ({"event": "x", "data": {"test_mode": True}}, "test"),
            ({"test_mode": False}, "production"),
            ({"test_mode": None}, ""),
            ([], ""),
        ):
            self.assertEqual(mapper.mode(json.dumps(document).encode()), mode)

    def test_shipment_says_no_more_than_that_it_was_booked(self):
        for status, count in (("delivered", 1), ("draft", 0), ("vanished", 0)):
            events = read(
                {"object_type": "shipment", "tracking_number": "X1", "status": status}
            )
            self.assertEqual(len(events), count)
            self.assertLessEqual(
                {event.event_type for event in events}, {"shipment_created"}
            )

    def test_what_is_no_message_is_refused_with_a_category(self):
        for document, category in (
            ([], "schema"),
            ({}, "schema"),
            ({"event": "tracker_updated"}, "schema"),
            ({"event": "tracker_updated", "data": []}, "schema"),
            ({"results": {}}, "schema"),
            ({"results": [1]}, "schema"),
            (tracker("scan"), "schema"),
            (tracker(scan(timestamp="noon")), "value"),
            (tracker(scan(timestamp=None, date="2026-02-30")), "value"),
            (tracker(scan(timestamp=None, date="2026-03-01", time="25:00")), "value"),
            (tracker(scan(), estimated_delivery="soon"), "value"),
            (tracker(events={}), "schema"),
        ):
            with self.subTest(document), self.assertRaises(UnreadableMessage) as caught:
                read(document)
            self.assertEqual(caught.exception.category, category)
        with self.assertRaises(UnreadableMessage):
            mapper.parse(b'{"half": ')

    def test_remarks_of_a_tracker_are_no_error(self):
        remark = [{"code": "W1", "message": "slow carrier"}]
        self.assertEqual(len(read(tracker(scan(), messages=remark))), 1)

    def test_error_names_the_carrier_that_refused(self):
        answer = mapper.answer_of((PAYLOADS / "error_carrier.json").read_bytes())
        self.assertEqual(answer.text, "fedex_nl: The postcode is wrong.")

    def test_what_is_no_error_is_no_answer(self):
        for body in (b"", b"[]", b"{}", b"<html/>", b'{"errors": []}'):
            self.assertIsNone(mapper.answer_of(body))

    def test_error_in_a_stored_message_is_the_carriers_answer(self):
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(b'{"errors": [{"message": null}]}')
        self.assertEqual(caught.exception.kind, "bad_request")
