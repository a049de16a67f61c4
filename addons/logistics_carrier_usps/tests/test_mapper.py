import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import event_key
from odoo.addons.logistics_carrier_base.tests import expected, mapper_contract
from odoo.addons.logistics_carrier_usps import const, mapper
from odoo.addons.logistics_events import vocabulary

from .standin import UspsStandIn

PAYLOADS = Path(__file__).parent / "payloads"


def read(name):
    return (PAYLOADS / f"{name}.json").read_bytes()


def piece(**scan):
    """Return an answer with one scan, over one in transit."""
    event = {
        "eventType": "In Transit to Next Facility",
        "eventCode": "TL",
        "eventTimestamp": "2026-03-06T12:00:00",
        "GMTTimestamp": "2026-03-06T19:00:30Z",
        "GMTOffset": "-07:00",
    }
    document = {"trackingNumber": "9400", "trackingEvents": [event | scan]}
    return json.dumps(document).encode()


@tagged("post_install", "-at_install")
class TestUspsMapper(BaseCase):
    """What USPS tells, and what it means."""

    def _one(self, **scan):
        (event,) = mapper.parse(piece(**scan))
        return event

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 16)
        self.assertEqual(remarks, [])

    def test_samples_of_usps_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "usps"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 3 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words, reasons = zip(*const.EVENT_MAP.values(), strict=True)
        self.assertLessEqual({*words, *const.ENDS}, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual(set(reasons) - {""}, vocabulary.REASONS.keys())
        modes = {mode for _words, mode in const.MODE_WORDS}
        self.assertLessEqual(modes, vocabulary.DELIVERY_MODES.keys())

    def test_nothing_but_its_own_code_delivers(self):
        codes = [
            code
            for code, (word, _why) in const.EVENT_MAP.items()
            if word == "delivered"
        ]
        self.assertEqual(codes, ["01"])
        for code in ("", "ZZ", "43", "17", "1", "O1"):
            event = self._one(eventCode=code, eventType="Delivered")
            self.assertEqual(event.event_type, "unmapped")

    def test_delivered_to_the_sender_is_not_delivered(self):
        event = self._one(
            eventCode="01", eventType="Delivered, To Original Sender", name="J SENDER"
        )
        self.assertEqual((event.event_type, event.signer), ("returned_to_sender", ""))

    def test_remark_is_no_signer(self):
        for name, signer in (
            ("R HALVORSEN", "R HALVORSEN"),
            ("Signature not required", ""),
            ("4711", ""),
            (None, ""),
        ):
            event = self._one(eventCode="01", eventType="Delivered", name=name)
            self.assertEqual(event.signer, signer)
        self.assertEqual(self._one(name="R HALVORSEN").signer, "")

    def test_time_in_gmt_has_the_seconds_and_the_offset_the_day(self):
        for changes, at in (
            ({}, "2026-03-06T12:00:30-07:00"),
            ({"GMTOffset": "-7:00"}, "2026-03-06T12:00:30-07:00"),
            ({"GMTOffset": None}, "2026-03-06T19:00:30+00:00"),
            ({"GMTOffset": "-99:00"}, "2026-03-06T19:00:30+00:00"),
            ({"GMTTimestamp": "2026-03-06T19:00:30"}, "2026-03-06T12:00:30-07:00"),
            (
                {"GMTTimestamp": "2026-03-06T19:00:30.25Z"},
                "2026-03-06T12:00:30.250000-07:00",
            ),
            ({"GMTTimestamp": None}, "2026-03-06T12:00:00-07:00"),
        ):
            with self.subTest(changes):
                event = self._one(**changes)
                self.assertEqual(event.occurred_at.isoformat(), at)
                self.assertEqual(event.zone_source, "given")
        event = self._one(GMTTimestamp=None, GMTOffset=None)
        self.assertEqual((event.precision, event.zone_source), ("local", "none"))

    def test_pushed_and_polled_scans_are_the_same_facts(self):
        pushed, polled = (
            [event_key("usps", event) for event in mapper.parse(read(name))]
            for name in ("push_delivered", "detail_delivered")
        )
        self.assertEqual(pushed, polled)

    def test_earlier_answer_keeps_its_rows(self):
        document = json.loads(read("detail_delivered"))
        document["trackingEvents"] = document["trackingEvents"][3:]
        document.pop("expectedDeliveryTimeStamp")
        rows = {
            event_key("usps", event): event.source_row
            for event in mapper.parse(read("detail_delivered"))
        }
        for event in mapper.parse(json.dumps(document).encode()):
            self.assertEqual(event.source_row, rows[event_key("usps", event)])

    def test_day_before_the_last_scan_is_stale(self):
        for day, count in (
            ("2026-03-06", 2),
            ("2026-03-09T21:00:00Z", 2),
            ("2026-03-05", 1),
            ("by 9:00pm", 1),
            ("", 1),
        ):
            document = json.loads(piece()) | {"expectedDeliveryTimeStamp": day}
            with self.subTest(day):
                found = mapper.parse(json.dumps(document).encode())
                self.assertEqual(len(found), count)
        document = json.loads(piece(eventCode="01", eventType="Delivered"))
        document["expectedDeliveryTimeStamp"] = "2026-03-09"
        self.assertEqual(len(mapper.parse(json.dumps(document).encode())), 1)

    def test_answer_without_its_number_gets_it(self):
        document = json.loads(read("detail_delivered"))
        number = document.pop("trackingNumber")
        body = json.dumps(document, indent=1).encode()
        named = mapper.numbered(body, number)
        self.assertEqual(json.loads(named), document | {"trackingNumber": number})
        self.assertTrue(named.endswith(body[1:]))
        for other in (named, read("error_unknown"), b"<html>", b"[]", b"{}", b""):
            self.assertEqual(mapper.numbered(other, number), other)

    def test_one_refused_number_costs_the_others_nothing(self):
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(read("list_partly_found"))
        self.assertEqual(
            (caught.exception.kind, caught.exception.code), ("partial", "404")
        )
        self.assertEqual(len(caught.exception.events), 1)

    def test_refusals_are_told_by_kind(self):
        for name, kind in (
            ("error_unknown", "not_found"),
            ("error_busy", "unavailable"),
            ("error_quota", "quota"),
            ("error_field", "bad_request"),
            ("error_by_status", "authentication"),
            ("error_login", "authentication"),
            ("error_scope", "authentication"),
        ):
            with self.subTest(name):
                self.assertEqual(mapper.answer_of(read(name)).kind, kind)
        for body in (b"", b"[]", b"{}", b'{"error": null}', b'{"error": []}'):
            with self.subTest(body):
                self.assertIsNone(mapper.answer_of(body))
        for body in (b'{"error": {}}', b'{"error": {"errors": ["x"]}}'):
            with self.subTest(body):
                self.assertEqual(mapper.answer_of(body).kind, "bad_request")

    def test_messages_that_are_nothing_of_uspss_are_unreadable(self):
        for body, category in (
            (b"", "syntax"),
            (b"7", "schema"),
            (b"{}", "schema"),
            (b"[1]", "schema"),
            (b'{"payload": "{"}', "syntax"),
            (b'{"payload": "7"}', "schema"),
            (b'{"payload": {}}', "schema"),
            (b'{"trackingEvents": {}}', "schema"),
            (b'{"trackingEvents": [1]}', "schema"),
            (piece(GMTTimestamp="yesterday"), "value"),
            (piece(GMTTimestamp=None, eventTimestamp="12:00 am"), "value"),
            (piece(GMTTimestamp="2026-02-30T10:00:00Z"), "value"),
        ):
            with (
                self.subTest(body[:60]),
                self.assertRaises(UnreadableMessage) as caught,
            ):
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(piece(GMTTimestamp="yesterday"))
        self.assertIn("trackingEvents[0].GMTTimestamp", caught.exception.reason)


@tagged("post_install", "-at_install")
class TestUspsAnswers(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = UspsStandIn


class _Notifications(UspsStandIn):
    """Writes what is pushed."""

    def document(self, number, scans):
        """Override to put the answer into an envelope."""
        return self.pushed(number, *scans)


@tagged("post_install", "-at_install")
class TestUspsNotifications(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = _Notifications
