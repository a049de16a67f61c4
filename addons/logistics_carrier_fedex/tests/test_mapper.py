import copy
import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_fedex import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
DELIVERED = PAYLOADS / "track_delivered_signed.json"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("fedex", event), content_hash(event)) for event in events}


@tagged("post_install", "-at_install")
class TestFedexMapper(BaseCase):
    """What FedEx sends, and what it means."""

    def _parse(self, document):
        return mapper.parse(json.dumps(document).encode())

    def _document(self, *scans, number="870000000101", **more):
        result = {
            "trackingNumberInfo": {"trackingNumberUniqueId": f"1~{number}~FX"},
            "scanEvents": list(scans),
        } | more
        entry = {"trackingNumber": number, "trackResults": [result]}
        return {"output": {"completeTrackResults": [entry]}}

    def _scan(self, **values):
        return {"eventType": "IT", "date": "2026-03-03T10:00:00-06:00"} | values

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 26)
        self.assertEqual(remarks, [])

    def test_samples_of_fedex_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "fedex"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 4 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_two_shipments_of_one_number_share_no_fact(self):
        document = json.loads(DELIVERED.read_bytes())
        results = document["output"]["completeTrackResults"][0]["trackResults"]
        results.append(copy.deepcopy(results[0]))
        first = facts(self._parse(document))
        results[1]["trackingNumberInfo"]["trackingNumberUniqueId"] = "another"
        both = self._parse(document)
        self.assertEqual(len(facts(both)), 2 * len(first))
        self.assertLess(first, facts(both))

    def test_scans_of_one_minute_keep_the_order_they_happened_in(self):
        same = {"date": "2026-03-03T10:00:00-06:00"}
        events = self._parse(
            self._document(
                self._scan(eventType="DP", **same), self._scan(eventType="AR", **same)
            )
        )
        rows = {event.raw_code: event.source_row for event in events}
        self.assertGreater(rows["DP"], rows["AR"])

    def test_scan_keeps_its_row_when_newer_ones_come(self):
        old = self._scan(eventType="AR")
        new = self._scan(eventType="DP", date="2026-03-03T12:00:00-06:00")
        (alone,) = self._parse(self._document(old))
        later = self._parse(self._document(new, old))
        self.assertEqual(later[1], alone)

    def test_signer_that_comes_later_is_a_version_of_the_delivery(self):
        document = json.loads(DELIVERED.read_bytes())
        signed = self._parse(document)[0]
        result = document["output"]["completeTrackResults"][0]["trackResults"][0]
        result["deliveryDetails"] = {}
        unsigned = self._parse(document)[0]
        self.assertEqual((signed.signer, unsigned.signer), ("T.OKAFOR", ""))
        self.assertEqual(event_key("x", signed), event_key("x", unsigned))
        self.assertNotEqual(content_hash(signed), content_hash(unsigned))

    def test_only_the_last_of_two_deliveries_is_signed(self):
        first = self._scan(eventType="DL")
        second = self._scan(eventType="DL", date="2026-03-04T10:00:00-06:00")
        for scans, signers in (
            ((second, first), ["T.OKAFOR", ""]),
            ((first, second), ["", "T.OKAFOR"]),
        ):
            details = {"signedByName": "T.OKAFOR"}
            document = self._document(*scans, deliveryDetails=details)
            events = self._parse(document)
            self.assertEqual([event.signer for event in events], signers)

    def test_signer_without_a_delivery_delivers_nothing(self):
        events = self._parse(
            self._document(
                self._scan(eventType="OD"),
                deliveryDetails={"signedByName": "T.OKAFOR"},
                availableImages=[{"type": const.SIGNATURE_PROOF}],
                dateAndTimes=[
                    {"type": "ACTUAL_DELIVERY", "dateTime": "2020-01-01T00:00:00"}
                ],
            )
        )
        self.assertEqual(
            [(event.event_type, event.signer) for event in events],
            [("out_for_delivery", "")],
        )

    def test_word_that_a_date_changed_is_no_date(self):
        (event,) = self._parse(self._document(self._scan(eventType="AO")))
        self.assertEqual(event.recorded_at, event.occurred_at)

    def test_later_estimate_follows_the_earlier_one(self):
        window = {"window": {"ends": "2026-03-09T13:00:00-06:00"}}
        before = self._parse(
            self._document(self._scan(), estimatedDeliveryTimeWindow=window)
        )[-1]
        sooner = {"window": {"ends": "2026-03-08T13:00:00-06:00"}}
        after = self._parse(
            self._document(
                self._scan(date="2026-03-05T10:00:00-06:00"),
                self._scan(),
                estimatedDeliveryTimeWindow=sooner,
            )
        )[-1]
        self.assertEqual(before.event_type, after.event_type)
        self.assertLess(before.recorded_at, after.recorded_at)

    def test_delivered_parcel_is_expected_no_more(self):
        events = self._parse(
            self._document(
                self._scan(eventType="DL"),
                estimatedDeliveryTimeWindow={
                    "window": {"ends": "2026-03-09T13:00:00-06:00"}
                },
            )
        )
        self.assertEqual([event.event_type for event in events], ["delivered"])

    def test_error_beside_scans_is_a_filler(self):
        events = self._parse(
            self._document(
                self._scan(), error={"code": "TRACKING.TRACKINGNUMBER.EMPTY"}
            )
        )
        self.assertEqual([event.event_type for event in events], ["in_transit"])

    def test_number_asked_for_wins_over_the_one_in_the_result(self):
        document = self._document(
            self._scan(), trackingNumberInfo={"trackingNumber": "999999999999"}
        )
        self.assertEqual(self._parse(document)[0].tracking_number, "870000000101")
        del document["output"]["completeTrackResults"][0]["trackingNumber"]
        self.assertEqual(self._parse(document)[0].tracking_number, "999999999999")

    def test_error_names_every_number_that_failed(self):
        body = (PAYLOADS / "track_all_unknown.json").read_bytes()
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(body)
        self.assertIn("870000000033: ", caught.exception.text)
        self.assertIn("870000000044: ", caught.exception.text)

    def test_trouble_at_fedex_is_no_unknown_number(self):
        entry = {
            "trackingNumber": "1",
            "trackResults": [
                {"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND"}},
                {"error": {"code": "SYSTEM.UNEXPECTED.ERROR"}},
            ],
        }
        with self.assertRaises(CarrierAnswer) as caught:
            self._parse({"output": {"completeTrackResults": [entry]}})
        self.assertEqual(caught.exception.kind, "unavailable")

    def test_answer_of_a_refused_call_is_found(self):
        answer = mapper.answer_of((PAYLOADS / "error_login.json").read_bytes())
        self.assertEqual(
            (answer.kind, answer.code), ("authentication", "NOT.AUTHORIZED.ERROR")
        )
        for body in (b"", b"<html>", b"[]", b"{}", b'{"errors": []}', b'{"errors": 1}'):
            with self.subTest(body):
                self.assertIsNone(mapper.answer_of(body))

    def test_half_an_error_answer_is_still_one(self):
        for body in (b'{"errors": [{}]}', b'{"errors": ["no"]}'):
            self.assertEqual(mapper.answer_of(body).kind, "bad_request")

    def test_answers_of_the_test_environment_are_told_apart(self):
        virtual = {"output": {"alerts": [{"code": "VIRTUAL.RESPONSE"}]}}
        self.assertEqual(mapper.mode(json.dumps(virtual).encode()), "test")
        for other in (
            {},
            [],
            {"output": []},
            {"output": {"alerts": "VIRTUAL.RESPONSE"}},
            {"output": {"alerts": [1, {"code": "OTHER"}]}},
        ):
            with self.subTest(other):
                self.assertEqual(mapper.mode(json.dumps(other).encode()), "")

    def test_messages_that_are_nothing_of_fedexs_are_unreadable(self):
        for document, category in (
            ([], "schema"),
            ({}, "schema"),
            ({"output": []}, "schema"),
            ({"output": {}}, "schema"),
            ({"output": {"completeTrackResults": {}}}, "schema"),
            ({"output": {"completeTrackResults": [1]}}, "schema"),
            (
                {"output": {"completeTrackResults": [{"trackResults": [1]}]}},
                "schema",
            ),
            (self._document(scanEvents={}), "schema"),
            (self._document(1), "schema"),
            (self._document(self._scan(date="yesterday")), "value"),
            (self._document(self._scan(date="2026-02-30T10:00:00-06:00")), "value"),
            (self._document(self._scan(date=1767225600)), "schema"),
            (self._document(self._scan(), dateAndTimes=1), "schema"),
            (self._document(self._scan(eventDescription="\0")), "encoding"),
        ):
            with (
                self.subTest(document),
                self.assertRaises(UnreadableMessage) as caught,
            ):
                self._parse(document)
            self.assertEqual(caught.exception.category, category)
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(b'{"half": ')
        self.assertEqual(caught.exception.category, "syntax")

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            self._parse(self._document(self._scan(date="yesterday")))
        self.assertIn(
            "completeTrackResults[0].trackResults[0].scanEvents[0].date",
            caught.exception.reason,
        )

    def test_missing_blocks_lose_no_event(self):
        for name in ("scanLocation", "delayDetail"):
            for value in (None, "", []):
                scan = self._scan(**{name: value})
                (event,) = self._parse(self._document(scan))
                self.assertEqual(event.event_type, "in_transit")

    def test_scan_without_a_type_is_read_by_its_derived_status(self):
        scan = self._scan(eventType="", derivedStatusCode="PU")
        (event,) = self._parse(self._document(scan))
        self.assertEqual((event.event_type, event.raw_code), ("picked_up", "PU"))

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {
            *const.EVENT_MAP.values(),
            *const.EXCEPTION_EVENT_MAP.values(),
            *const.RETURN_LEG_MAP.values(),
            *const.REASON_EVENTS,
        }
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        reasons = {
            *const.EXCEPTION_REASON_MAP.values(),
            *const.DELAY_REASON_MAP.values(),
        }
        self.assertLessEqual(reasons, vocabulary.REASONS.keys())
        self.assertLessEqual(
            set(const.DELIVERY_MODE_MAP.values()), vocabulary.DELIVERY_MODES.keys()
        )

    def test_only_one_code_delivers(self):
        delivering = [c for c, word in const.EVENT_MAP.items() if word == "delivered"]
        self.assertEqual(delivering, ["DL"])
