import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_easypost import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
DELIVERED = PAYLOADS / "event_delivered_after_attempts.json"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("easypost", event), content_hash(event)) for event in events}


@tagged("post_install", "-at_install")
class TestEasyPostMapper(BaseCase):
    """What EasyPost sends, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 23)
        self.assertEqual(remarks, [])

    def test_samples_of_easypost_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "easypost"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 8 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_pushed_and_fetched_trackers_state_the_same_facts(self):
        event = json.loads(DELIVERED.read_bytes())
        pushed = mapper.parse(DELIVERED.read_bytes())
        # Some ways of fetching write nothing as null, others as an empty text.
        for empty in ("", None):
            tracker = {**event["result"], "signed_by": "MHOPPER"}
            for detail in tracker["tracking_details"]:
                detail["description"] = empty
                detail["carrier_code"] = detail["carrier_code"] or empty
            for body in (tracker, [tracker], {"trackers": [tracker]}):
                fetched = mapper.parse(json.dumps(body).encode())
                self.assertEqual(
                    facts(pushed) - facts(fetched),
                    # Only a push says that the signer is news.
                    facts(e for e in pushed if e.event_type == "pod_available"),
                )
                self.assertLessEqual(facts(fetched), facts(pushed))

    def test_later_tracker_keeps_the_facts_of_an_earlier_one(self):
        event = json.loads(DELIVERED.read_bytes())
        details = event["result"]["tracking_details"]
        event["result"].update(signed_by=None, est_delivery_date=None)
        earlier = {**event["result"], "tracking_details": details[:5]}
        earlier["status"] = "in_transit"
        self.assertLess(
            facts(mapper.parse(json.dumps(earlier).encode())),
            facts(mapper.parse(json.dumps(event).encode())),
        )

    def test_signer_that_comes_later_is_a_version_of_the_delivery(self):
        event = json.loads(DELIVERED.read_bytes())
        unsigned = json.loads(DELIVERED.read_bytes())
        unsigned["result"]["signed_by"] = None
        first, second = (
            next(
                found
                for found in mapper.parse(json.dumps(body).encode())
                if found.event_type == "delivered"
            )
            for body in (unsigned, event)
        )
        self.assertEqual(event_key("x", first), event_key("x", second))
        self.assertNotEqual(content_hash(first), content_hash(second))

    def test_only_the_delivery_is_signed(self):
        signed = [
            event.event_type
            for event in mapper.parse(DELIVERED.read_bytes())
            if event.signer
        ]
        self.assertEqual(signed, ["delivered", "pod_available"])

    def test_equal_fees_are_counted_each(self):
        body = (PAYLOADS / "shipment_fees_refunded.json").read_bytes()
        charges = [event for event in mapper.parse(body) if event.amount is not None]
        self.assertEqual(
            [(event.raw_code, str(event.amount)) for event in charges],
            [
                ("PostageFee", "7.15000"),
                ("PostageFee", "-7.15000"),
                ("InsuranceFee", "0.50000"),
                ("InsuranceFee", "0.50000"),
            ],
        )
        self.assertEqual(len({event_key("x", event) for event in charges}), 4)

    def test_message_key_is_the_identifier_of_the_pushed_event(self):
        key = mapper.message_key(DELIVERED.read_bytes())
        self.assertEqual(key, f"evt_{1:032x}")
        tracker = (PAYLOADS / "tracker_returned.json").read_bytes()
        self.assertEqual(mapper.message_key(tracker), "")
        self.assertEqual(mapper.message_key(b"[]"), "")
        with self.assertRaises(UnreadableMessage):
            mapper.message_key(b'{"half": ')

    def test_test_parcels_are_told_from_real_ones(self):
        self.assertEqual(mapper.mode(DELIVERED.read_bytes()), "production")
        self.assertEqual(mapper.mode(b'{"object": "Event", "mode": "test"}'), "test")
        self.assertEqual(mapper.mode(b'{"mode": ["test"]}'), "")
        self.assertEqual(mapper.mode(b"[]"), "")

    def test_messages_that_are_nothing_of_easyposts_are_unreadable(self):
        for body, category in (
            (b"", "syntax"),
            (b'"delivered"', "schema"),
            (b"{}", "schema"),
            (b'{"object": "Tracker", "tracking_details": {}}', "schema"),
            (b'{"object": "Tracker", "tracking_details": [1]}', "schema"),
            (b'{"trackers": 1}', "schema"),
            (b"[1]", "schema"),
            (b'{"object": "Event", "result": []}', "schema"),
            (self._tracker(datetime="yesterday"), "value"),
            (self._tracker(datetime="2026-02-30T10:00:00Z"), "value"),
            (self._tracker(datetime=1767225600), "schema"),
            (self._tracker(tracking_location="here"), "schema"),
            (self._tracker(est_delivery_date="2026-03-03T10:00:00"), "value"),
            (self._fee("1e3"), "value"),
            (self._fee(True), "schema"),
            (self._fee("NaN"), "value"),
        ):
            with self.subTest(body), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(self._tracker(datetime="yesterday"))
        self.assertIn(
            "trackers[0].tracking_details[0].datetime", caught.exception.reason
        )

    def test_error_that_says_nothing_is_unreadable(self):
        for body in (b'{"error": {}}', b'{"error": null}'):
            with self.subTest(body), self.assertRaises(UnreadableMessage):
                mapper.parse(body)

    def test_half_an_error_answer_is_still_one(self):
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(b'{"error": {"message": null}}')
        self.assertEqual(caught.exception.kind, "bad_request")

    def test_missing_texts_lose_no_event(self):
        body = (
            b'{"object": "Tracker", "tracking_code": "X", "status": "in_transit",'
            b' "tracking_details": [{"status": "in_transit"}]}'
        )
        (found,) = mapper.parse(body)
        self.assertEqual(
            (found.event_type, found.occurred_at, found.precision),
            ("in_transit", None, "none"),
        )

    def test_no_word_of_the_carrier_overrules_easyposts_delivery(self):
        for status in ("delivered", "out_for_delivery", "available_for_pickup"):
            (found,) = mapper.parse(
                self._tracker(status=status, carrier_code="DE", status_detail="lost")
            )
            self.assertEqual(found.event_type, status)
        for code in ("DL", "dl", "delivered"):
            (found,) = mapper.parse(self._tracker(carrier_code=code))
            self.assertEqual(found.event_type, "in_transit")

    def test_codes_of_one_carrier_mean_nothing_at_another(self):
        for carrier, event_type in (
            ("FedEx", "picked_up"),
            ("FedExDefault", "picked_up"),
            ("UPS", "in_transit"),
            ("", "in_transit"),
        ):
            (found,) = mapper.parse(self._tracker(carrier=carrier, carrier_code="PU"))
            self.assertEqual(found.event_type, event_type)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {
            *const.STATUS_MAP.values(),
            *const.DETAIL_MAP.values(),
            *const.RETURN_LEG_MAP.values(),
            *(
                word
                for codes in const.CARRIER_CODE_MAP.values()
                for word in codes.values()
            ),
        }
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        reasons = {*const.REASON_MAP.values(), *const.CLAIM_REASON_MAP.values()}
        self.assertLessEqual(reasons, vocabulary.REASONS.keys())

    def test_no_carrier_code_delivers(self):
        for codes in const.CARRIER_CODE_MAP.values():
            self.assertNotIn("delivered", codes.values())
        self.assertNotIn("delivered", const.DETAIL_MAP.values())

    def _tracker(self, carrier="FedEx", est_delivery_date=None, **detail):
        scan = {"status": "in_transit", "datetime": "2026-03-03T10:00:00Z", **detail}
        tracker = {
            "object": "Tracker",
            "tracking_code": "X",
            "carrier": carrier,
            "status": scan["status"],
            "est_delivery_date": est_delivery_date,
            "tracking_details": [scan],
        }
        return json.dumps({"trackers": [tracker]}).encode()

    def _fee(self, amount):
        fee = {"type": "PostageFee", "amount": amount}
        shipment = {"object": "Shipment", "tracking_code": "X", "fees": [fee]}
        return json.dumps(shipment).encode()
