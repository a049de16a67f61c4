import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.facts import fact_of
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_gls import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"


def answer(*parcels):
    return json.dumps({"parcels": parcels}).encode()


def parcel(*events, **more):
    return {
        "requested": "50410000017",
        "unitno": "50410000017",
        "events": events,
    } | more


def row(code, at, **more):
    return {"code": code, "eventDateTime": at, "city": "", "country": "DE"} | more


@tagged("post_install", "-at_install")
class TestGlsMapper(BaseCase):
    """What GLS answers, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 16)
        self.assertEqual(remarks, [])

    def test_samples_of_gls_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "gls"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 2 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_answers_of_refused_calls_are_those_of_good_ones(self):
        for name in (
            "error_token_expired",
            "error_quota",
            "error_gateway",
            "error_too_many",
            "error_no_such_address",
            "error_internal",
            "error_login",
        ):
            body = (PAYLOADS / f"{name}.json").read_bytes()
            with self.assertRaises(CarrierAnswer) as caught:
                mapper.parse(body)
            found = mapper.answer_of(body)
            self.assertEqual(
                (found.kind, found.code), (caught.exception.kind, caught.exception.code)
            )
            self.assertTrue(found.text)
        for body in (b"", b"[]", b"<html/>", b"{}", answer(parcel()), b'{"fault": 1}'):
            self.assertIsNone(mapper.answer_of(body))

    def test_every_status_of_gateway_errors_has_its_kind(self):
        for status, kind in (
            (400, "bad_request"),
            (401, "authentication"),
            (403, "authentication"),
            (404, "not_found"),
            (429, "quota"),
            (500, "unavailable"),
            (503, "unavailable"),
        ):
            body = json.dumps({"title": "Error", "status": status}).encode()
            self.assertEqual(mapper.answer_of(body).kind, kind)

    def test_oldest_event_is_the_first_row_however_long_the_history(self):
        first = row("INTIAL.PREADVICE", "2026-03-04T12:00:00+0100")
        second = row("INTIAL.NORMAL", "2026-03-04T12:00:00+0100")
        short = mapper.parse(answer(parcel(first)))
        longer = mapper.parse(answer(parcel(second, first)))
        self.assertEqual(
            {event.raw_code: event.source_row for event in longer},
            {"INTIAL.PREADVICE": 1, "INTIAL.NORMAL": 2},
        )
        self.assertEqual(longer[1], short[0])

    def test_later_answer_keeps_the_facts_of_an_earlier_one(self):
        document = json.loads((PAYLOADS / "two_parcels_delivered.json").read_bytes())
        earlier = {
            **document["parcels"][0],
            "status": "INDELIVERY",
            "statusDateTime": "2026-03-05T07:31:20+0100",
            "events": document["parcels"][0]["events"][1:],
        }
        self.assertLess(
            self._facts(answer(earlier)), self._facts(json.dumps(document).encode())
        )

    def _facts(self, body):
        return {
            (event_key("gls", event), content_hash(event), event.source_row)
            for event in mapper.parse(body)
        }

    def test_general_status_beside_an_event_of_the_same_moment_says_nothing(self):
        at = "2026-03-04T12:00:00+0100"
        for status, code, count in (
            ("INTRANSIT", "INTIAL.NORMAL", 1),
            ("PREADVICE", "INTIAL.PREADVICE", 1),
            ("DELIVERED", "DELIVD.NORMAL", 1),
            ("INTRANSIT", "ODD.CODE", 2),
            ("DELIVERED", "INTIAL.NORMAL", 2),
        ):
            with self.subTest(status=status, code=code):
                body = answer(parcel(row(code, at), status=status, statusDateTime=at))
                self.assertEqual(len(mapper.parse(body)), count)

    def test_delivery_is_never_read_from_an_unknown_code(self):
        for code in ("DELIVD", "DELIVD.OTHER", "delivd.normal", "", "DELIVERED "):
            (found,) = mapper.parse(answer(parcel(row(code, "2026-03-04T12:00:00Z"))))
            self.assertEqual(found.event_type, "unmapped")

    def test_number_is_the_one_that_was_asked_for(self):
        body = answer(
            parcel(
                row("INTIAL.NORMAL", "2026-03-04T12:00:00+0100"), requested="ZX61QJIX"
            )
        )
        self.assertEqual(mapper.parse(body)[0].tracking_number, "ZX61QJIX")
        no_request = parcel(row("INTIAL.NORMAL", "2026-03-04T12:00:00+0100"))
        del no_request["requested"]
        (found,) = mapper.parse(answer(no_request))
        self.assertEqual(found.tracking_number, "50410000017")

    def test_time_without_offset_takes_the_zone_of_its_country(self):
        for at, country, utc in (
            # The hour that is left out, and the one that comes twice.
            ("2026-03-29T02:30:00", "DE", "2026-03-29 01:30"),
            ("2026-10-25T02:30:00", "DE", "2026-10-25 00:30"),
            ("2026-07-01T12:00:00", "IE", "2026-07-01 11:00"),
        ):
            (found,) = mapper.parse(
                answer(parcel(row("INTIAL.NORMAL", at, country=country)))
            )
            self.assertEqual((found.precision, found.zone_source), ("local", "none"))
            fact = fact_of(found, "gls", "Asia/Tokyo")
            self.assertEqual(fact["zone_source"], "derived")
            self.assertEqual(f"{fact['occurred_at']:%Y-%m-%d %H:%M}", utc)

    def test_parcel_without_news_gives_no_event(self):
        self.assertEqual(mapper.parse(answer(parcel())), [])
        self.assertEqual(mapper.parse(answer()), [])
        (untimed,) = mapper.parse(answer(parcel(status="INTRANSIT")))
        self.assertEqual(untimed.precision, "none")

    def test_messages_that_are_nothing_of_gls_are_unreadable(self):
        for body, category in (
            (b"", "syntax"),
            (b"[]", "schema"),
            (b"{}", "schema"),
            (b'{"status": "ok", "title": "x"}', "schema"),
            (b'{"parcels": {}}', "schema"),
            (b'{"parcels": [1]}', "schema"),
            (b'{"parcels": [{"status": "DELIVERED"}]}', "schema"),
            (answer(parcel(events={})), "schema"),
            (answer(parcel(1)), "schema"),
            (answer(parcel(row("X", "yesterday"))), "value"),
            (answer(parcel(row("X", "2026-02-30T10:00:00+0100"))), "value"),
            (answer(parcel(row("X", 1767225600))), "schema"),
            (answer(parcel(status="INTRANSIT", statusDateTime="12:00")), "value"),
        ):
            with self.subTest(body), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(answer(parcel(row("X", "yesterday"))))
        self.assertIn("parcels[0].events[0].eventDateTime", caught.exception.reason)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {*const.STATUS_MAP.values(), *const.EVENT_MAP.values()}
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual({*const.REASON_MAP.values()}, vocabulary.REASONS.keys())
        modes = {*const.DELIVERY_MODE_MAP.values()}
        self.assertLessEqual(modes, vocabulary.DELIVERY_MODES.keys())
