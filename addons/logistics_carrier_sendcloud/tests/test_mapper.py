import csv
import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_sendcloud import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
TABLE = expected.SAMPLES / "code-tables" / "sendcloud_status_ids.csv"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("sendcloud", event), content_hash(event)) for event in events}


def push(status, timestamp=1772619330250, **parcel):
    """Return a push about one parcel."""
    content = {"id": 1, "tracking_number": "X1", "status": status} | parcel
    return json.dumps(
        {"action": "parcel_status_changed", "timestamp": timestamp, "parcel": content}
    ).encode()


def history(*statuses, **more):
    """Return a tracking history as it is kept; statuses are (word, time)."""
    told = {
        "parcel_id": "1",
        "is_return": False,
        "statuses": [
            {"parent_status": word, "carrier_update_timestamp": at}
            for word, at in statuses
        ],
    }
    return json.dumps({"tracking_number": "X1", "tracking": told | more}).encode()


@tagged("post_install", "-at_install")
class TestSendcloudMapper(BaseCase):
    """What Sendcloud sends, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 25)
        self.assertEqual(remarks, [])

    def test_samples_of_sendcloud_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "sendcloud"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 1 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        files = {path.name for path in PAYLOADS.iterdir()} - {"expected.jsonl"}
        self.assertEqual(lines, files)

    def test_every_number_of_the_published_list_is_read_as_proposed(self):
        rows = list(csv.DictReader(TABLE.open())) if TABLE.exists() else []
        for row in rows:
            message = row["message"].partition(" (")[0]
            with self.subTest(row["status_id"]):
                (found,) = mapper.parse(
                    push({"id": int(row["status_id"]), "message": message})
                )
                self.assertEqual(found.event_type, row["canonical_proposal"])
                self.assertEqual(found.raw_text, message)
                proposed = row["note"] or ""
                if proposed.startswith("reason "):
                    self.assertEqual(found.reason, proposed.removeprefix("reason "))
        self.assertEqual(len(rows), 36 if TABLE.exists() else 0)

    def test_pushed_and_fetched_statuses_are_the_same_facts(self):
        at = "2026-03-04 10:15:30.250777+00:00"
        for word, number in const.STATUS_WORDS.items():
            label = const.LABELS[number]
            pushed = mapper.parse(push({"id": int(number), "message": label}))
            fetched = mapper.parse(history((word, at)))
            with self.subTest(word):
                self.assertEqual(facts(pushed), facts(fetched))
                self.assertEqual(
                    [event.event_type for event in pushed],
                    [event.event_type for event in fetched],
                )

    def test_status_without_a_word_of_its_own_is_read_by_its_words(self):
        for number, message, code in (
            (0, "Ready to send", "1000"),
            (0, "DELIVERED", "11"),
            (None, "Cancelled", "2000"),
        ):
            (found,) = mapper.parse(push({"id": number, "message": message}))
            self.assertEqual(found.raw_code, code)

    def test_unknown_statuses_are_kept_under_their_own_code(self):
        for status, code in (
            ({"id": 0, "message": "Lost in space"}, "0"),
            ({"id": 4711, "message": ""}, "4711"),
            ({"message": "Lost in space"}, "lost in space"),
        ):
            (found,) = mapper.parse(push(status))
            self.assertEqual((found.event_type, found.raw_code), ("unmapped", code))

    def test_order_of_a_history_decides_no_fact(self):
        scans = [
            ("announced", "2026-10-25T00:30:00+00:00"),
            ("shipment-on-route", "2026-10-25T01:30:00+00:00"),
            ("delivered", "2026-10-25T02:30:00+00:00"),
        ]
        for order in (scans, scans[::-1]):
            events = mapper.parse(history(*order))
            rows = {event.raw_code: event.source_row for event in events}
            self.assertEqual(rows, {"1": 1, "91": 2, "11": 3})
        self.assertEqual(
            facts(mapper.parse(history(*scans))),
            facts(mapper.parse(history(*scans[::-1]))),
        )

    def test_last_of_two_statuses_of_one_second_has_the_higher_row(self):
        at = "2026-03-04T10:00:00Z"
        first, second = mapper.parse(history(("delivered", at), ("sorted", at)))
        self.assertGreater(first.source_row, second.source_row)

    def test_hour_that_comes_twice_is_two_instants(self):
        first, second = mapper.parse(
            history(
                ("sorted", "2026-10-25T02:30:00+02:00"),
                ("sorted", "2026-10-25T02:30:00+01:00"),
            )
        )
        self.assertEqual((second.occurred_at - first.occurred_at).seconds, 3600)

    def test_time_without_an_offset_stays_without_one(self):
        (found,) = mapper.parse(history(("sorted", "2026-10-25 02:30:00")))
        self.assertEqual((found.precision, found.zone_source), ("local", "none"))
        (found,) = mapper.parse(history(("sorted", None)))
        self.assertEqual((found.precision, found.occurred_at), ("none", None))

    def test_seconds_and_milliseconds_are_told_apart(self):
        status = {"id": 11, "message": "Delivered"}
        for stamp in (1772619330, 1772619330000):
            (found,) = mapper.parse(push(status, stamp))
            self.assertEqual(found.occurred_at.isoformat(), "2026-03-04T10:15:30+00:00")

    def test_order_number_comes_with_what_starts_a_shipment(self):
        for number, order in ((1000, "S00117"), (91, "")):
            (found,) = mapper.parse(
                push({"id": number, "message": ""}, order_number="S00117")
            )
            self.assertEqual(found.references.get("order", ""), order)

    def test_free_label_is_no_charge(self):
        for price in (None, {}, {"value": "0.00", "currency": "EUR"}):
            events = mapper.parse(push({"id": 1000, "message": ""}, price=price))
            self.assertEqual(len(events), 1)

    def test_what_is_no_message_is_refused_with_a_category(self):
        for body, category in (
            (b"", "syntax"),
            (b"<html>busy</html>", "syntax"),
            (b"[]", "schema"),
            (b"{}", "schema"),
            (b'{"parcel": []}', "schema"),
            (b'{"parcel": {}}', "schema"),
            (b'{"parcel": {"status": 11}}', "schema"),
            (b'{"parcels": {}}', "schema"),
            (b'{"tracking": []}', "schema"),
            (b'{"tracking": {"statuses": [1]}}', "schema"),
            (b'{"action": "return_created", "data": null}', "schema"),
            (push({"id": 11}, "yesterday"), "schema"),
            (push({"id": 11}, 123), "value"),
            (push({"id": 11}, 10**30), "value"),
            (history(("sorted", "noon")), "value"),
            (history(("sorted", "2026-02-30T00:00:00Z")), "value"),
            (push({"id": 11}, price={"value": "much"}), "value"),
        ):
            with self.subTest(body), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_settings_of_an_integration_are_no_news_of_a_parcel(self):
        for action in ("connected", "updated", "deleted"):
            body = json.dumps({"action": f"integration_{action}", "timestamp": 1})
            self.assertEqual(mapper.parse(body.encode()), [])

    def test_error_says_where_the_request_was_wrong(self):
        answer = mapper.answer_of((PAYLOADS / "error_field.json").read_bytes())
        self.assertEqual(
            (answer.kind, answer.text),
            ("bad_request", "to_address/name: This field is required."),
        )

    def test_what_is_no_error_is_no_answer(self):
        for body in (b"", b"[]", b"{}", b"<html/>", push({"id": 11})):
            self.assertIsNone(mapper.answer_of(body))
        missing = mapper.answer_of((PAYLOADS / "error_no_history.xml").read_bytes())
        self.assertEqual(missing.kind, "not_found")

    def test_error_in_a_stored_message_is_the_carriers_answer(self):
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(b'{"error": {"code": 503, "message": null}}')
        self.assertEqual(caught.exception.kind, "unavailable")

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {*const.STATUS_MAP.values(), *const.RETURN_LEG_MAP.values()}
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual({*const.REASON_MAP.values()}, vocabulary.REASONS.keys())
        self.assertLessEqual(
            {*const.DELIVERY_MODE_MAP.values()}, vocabulary.DELIVERY_MODES.keys()
        )
        self.assertLess(const.STATUS_MAP.keys(), const.LABELS.keys())
        # A cancellation that failed is no stage of the journey and has no word.
        self.assertEqual({*const.STATUS_WORDS.values()}, {*const.LABELS} - {"94"})
