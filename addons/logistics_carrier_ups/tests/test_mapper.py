import csv
import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.proof import ProofFile
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_ups import codes, const, mapper, proof
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
TABLES = expected.SAMPLES / "code-tables"


def read(name):
    return (PAYLOADS / f"{name}.json").read_bytes()


def facts(events):
    """Give what the ledger tells events apart by."""
    return {event_key("ups", event): event.event_type for event in events}


def reply(*activities, **package):
    """Return a reply about one package.

    :param activities: What each activity says, over one in transit.
    """
    scans = [
        {
            "location": {"address": {"city": "Albany", "countryCode": "US"}},
            "status": {"type": "I", "code": "AR", "statusCode": "005"},
            "date": "20260306",
            "time": "031500",
            "gmtDate": "20260306",
            "gmtTime": "08:15:00",
            "gmtOffset": "-05:00",
        }
        | activity
        for activity in activities
    ]
    package = {"trackingNumber": "1Z1", "activity": scans} | package
    shipment = {"inquiryNumber": "1Z1", "package": [package]}
    return json.dumps({"trackResponse": {"shipment": [shipment]}}).encode()


def said(kind="I", code="AR", status_code="005"):
    """Return an activity with these codes."""
    return {"status": {"type": kind, "code": code, "statusCode": status_code}}


@tagged("post_install", "-at_install")
class TestUpsMapper(BaseCase):
    """What UPS tells, and what it means."""

    def _one(self, *activities, **package):
        (event,) = mapper.parse(reply(*activities, **package))
        return event

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 24)
        self.assertEqual(remarks, [])

    def test_samples_of_ups_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "ups"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 8 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    # === CODES === #

    def test_status_codes_mean_what_the_table_proposes(self):
        path = TABLES / "ups_track_status_codes.csv"
        rows = list(csv.DictReader(path.open())) if path.exists() else []
        for row in rows:
            with self.subTest(row["status_code"]):
                self.assertEqual(
                    const.STATUS_MAP[row["status_code"]], row["canonical_proposal"]
                )
        self.assertEqual(len(rows), len(const.STATUS_MAP) if rows else 0)

    def test_activity_codes_are_known_by_their_group(self):
        groups = {
            "movement_scan": "I",
            "delivery": "D",
            "manifest": "M",
            "update": "U",
            "exception": "X",
        }
        path = TABLES / "ups_track_activity_codes.csv"
        rows = list(csv.DictReader(path.open())) if path.exists() else []
        unlisted = {
            (row["group"], row["code"])
            for row in rows
            if row["code"] not in codes.ACTIVITIES[groups[row["group"]]]
        }
        # The rest of the exceptions says no more than that it is one.
        self.assertEqual({group for group, _code in unlisted} - {"exception"}, set())
        self.assertLess(len(unlisted), 100)
        listed = {(row["group"], row["code"]) for row in rows}
        for group, kind in groups.items() if rows else ():
            for code in codes.ACTIVITIES[kind]:
                with self.subTest(group, code=code):
                    found = (group, code) in listed
                    self.assertTrue(found or ("movement_scan", code) in listed)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        listed = [
            entry for table in codes.ACTIVITIES.values() for entry in table.items()
        ]
        words = {
            *const.STATUS_MAP.values(),
            *const.DELIVERY_REFINED.values(),
            *const.TYPE_MAP.values(),
            *(event_type for _code, (event_type, _detail) in listed),
        }
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        details = {"delivered": set(), "": set()}
        for _code, (event_type, detail) in listed:
            details["delivered" if event_type == "delivered" else ""].add(detail)
        modes = {
            *details["delivered"],
            *const.LOCATION_MODE_MAP.values(),
            *const.STATUS_MODE_MAP.values(),
        }
        self.assertLessEqual(modes - {""}, vocabulary.DELIVERY_MODES.keys())
        reasons = {*details[""], *const.STATUS_REASON_MAP.values()}
        self.assertLessEqual(reasons - {""}, vocabulary.REASONS.keys())

    def test_status_code_decides_before_activity_code_and_type(self):
        for kind, code, status_code, event_type in (
            ("X", "KR", "064", "refused"),
            ("X", "KR", "005", "in_transit"),
            ("X", "RZ", "012", "customs_in_progress"),
            ("X", "RZ", "014", "customs_released"),
            ("X", "KR", "", "refused"),
            ("X", "KR", "977", "refused"),
            ("D", "53", "", "refused"),
            ("D", "OT", "", "out_for_delivery"),
            ("I", "EP", "", "in_transit"),
            ("D", "EP", "", "available_for_pickup"),
            ("X", "06", "", "delayed"),
            ("X", "6", "", "delayed"),
            ("x", "kr", "", "refused"),
            ("X", "QQ", "", "exception"),
            ("P", "", "", "picked_up"),
            ("D", "FS", "", "delivered"),
        ):
            with self.subTest((kind, code, status_code)):
                event = self._one(said(kind, code, status_code))
                self.assertEqual(event.event_type, event_type)
                self.assertEqual(event.raw_code, f"{kind}/{code}/{status_code}".upper())

    def test_nothing_unknown_ends_a_journey(self):
        for kind in ("D", "MV", "NA", "DD", "Y", "U", ""):
            with self.subTest(kind):
                event = self._one(said(kind, "QQ", "977"))
                self.assertEqual(event.event_type, "unmapped")

    def test_delivered_to_the_sender_is_not_delivered(self):
        event = self._one(said("D", "B0", "011"))
        self.assertEqual(event.event_type, "returned_to_sender")

    def test_parcel_that_waits_for_the_customer_is_not_delivered(self):
        for code in ("ZP", "1N", "EP", "ZQ"):
            event = self._one(said("D", code, "161"))
            self.assertEqual(
                (event.event_type, event.signer), ("available_for_pickup", "")
            )

    def test_reason_stands_where_something_went_wrong_only(self):
        for status_code, reason in (
            ("048", "weather"),
            ("049", "weather"),
            ("005", ""),
        ):
            event = self._one(said("X", "7W", status_code))
            self.assertEqual(event.reason, reason)
        self.assertEqual(self._one(said("X", "48", "062")).reason, "payment")

    def test_way_back_is_told_step_by_step(self):
        found = mapper.parse(read("reply_refused_returned"))
        self.assertEqual(
            [event.event_type for event in reversed(found)],
            [
                "refused",
                "returning_to_sender",
                "returning_to_sender",
                "returned_to_sender",
            ],
        )
        self.assertEqual({event.signer for event in found}, {""})

    # === IDENTITY === #

    def test_pushed_and_polled_scans_are_the_same_facts(self):
        polled = facts(mapper.parse(read("reply_delivered_signed")))
        pushed = {}
        for name in ("push_label", "push_out_for_delivery", "push_delivered"):
            pushed |= facts(mapper.parse(read(name)))
        new = {event_type for key, event_type in pushed.items() if key not in polled}
        self.assertEqual(new, {"eta_updated"})
        self.assertEqual(polled, polled | {k: pushed[k] for k in pushed if k in polled})

    def test_earlier_reply_states_facts_of_the_later_one(self):
        document = json.loads(read("reply_delivered_signed"))
        package = document["trackResponse"]["shipment"][0]["package"][0]
        package["activity"] = package["activity"][2:]
        for name in ("deliveryInformation", "paymentInformation", "deliveryDate"):
            package.pop(name)
        earlier = mapper.parse(json.dumps(document).encode())
        later = mapper.parse(read("reply_delivered_signed"))
        self.assertEqual(len(earlier), 4)
        self.assertLess(facts(earlier).items(), facts(later).items())
        # Rows count from the oldest scan, so that they stay what they were.
        rows = {event_key("ups", event): event.source_row for event in later}
        for event in earlier:
            self.assertEqual(event.source_row, rows[event_key("ups", event)])

    def test_signer_that_comes_later_is_a_version_of_the_delivery(self):
        first = self._one(said("D", "MJ", "011"))
        second = self._one(
            said("D", "MJ", "011"), deliveryInformation={"receivedBy": "A. BEHR"}
        )
        self.assertEqual(event_key("ups", first), event_key("ups", second))
        self.assertNotEqual(content_hash(first), content_hash(second))

    def test_scans_of_one_second_stay_apart_and_repeats_do_not(self):
        found = mapper.parse(reply(said(), said("I", "DP"), said()))
        self.assertEqual([event.raw_code for event in found], ["I/AR/005", "I/DP/005"])
        self.assertEqual([event.source_row for event in found], [3, 2])

    def test_depot_names_the_place_where_no_city_does(self):
        event = self._one({"location": {"slic": "1209"}})
        self.assertEqual(dict(event.location), {"code": "1209"})
        event = self._one({"location": {"slic": "1209", "address": {"city": "Albany"}}})
        self.assertEqual(dict(event.location), {"city": "Albany"})

    # === TIMES === #

    def test_hour_that_comes_twice_is_told_apart_by_gmt(self):
        events = mapper.parse(read("reply_clock_change"))
        later, earlier = events[:2]
        self.assertEqual(
            [later.occurred_at.isoformat(), earlier.occurred_at.isoformat()],
            ["2026-11-01T01:30:00-05:00", "2026-11-01T01:30:00-04:00"],
        )

    def test_time_without_gmt_and_offset_stays_local(self):
        gone = {"gmtDate": "", "gmtTime": "", "gmtOffset": ""}
        event = self._one(gone)
        self.assertEqual(
            (event.occurred_at.isoformat(), event.precision, event.zone_source),
            ("2026-03-06T03:15:00", "local", "none"),
        )
        event = self._one(gone | {"time": ""})
        self.assertEqual(
            (str(event.occurred_at), event.precision), ("2026-03-06", "date")
        )
        event = self._one(gone | {"time": "", "date": ""})
        self.assertEqual((event.occurred_at, event.precision), (None, "none"))

    def test_offset_comes_from_the_local_time_where_it_is_not_written(self):
        for changes, at in (
            ({"gmtOffset": ""}, "2026-03-06T03:15:00-05:00"),
            ({"gmtOffset": "-05.00"}, "2026-03-06T03:15:00-05:00"),
            ({"gmtOffset": "", "time": "031700"}, "2026-03-06T08:15:00+00:00"),
            ({"gmtOffset": "", "time": "134500"}, "2026-03-06T13:45:00+05:30"),
            ({"gmtOffset": "", "date": "20260309"}, "2026-03-06T08:15:00+00:00"),
            ({"date": ""}, "2026-03-06T08:15:00+00:00"),
        ):
            with self.subTest(changes):
                self.assertEqual(self._one(changes).occurred_at.isoformat(), at)

    def test_new_date_counts_and_a_stale_one_does_not(self):
        dates = [
            {"type": "SDD", "date": "20260307"},
            {"type": "RDD", "date": "20260309"},
        ]
        _scan, eta = mapper.parse(reply(said(), deliveryDate=dates))
        self.assertEqual(
            (str(eta.occurred_at), eta.classifier, eta.precision),
            ("2026-03-09", "estimated", "date"),
        )
        for stale in (
            [{"type": "SDD", "date": "20260305"}],
            [{"type": "DEL", "date": "20260309"}],
            [{"type": "string", "date": "string"}],
            [{"type": "SDD", "date": None}],
            "none",
        ):
            with self.subTest(stale):
                self._one(said(), deliveryDate=stale)
        self._one(said("D", "MJ", "011"), deliveryDate=dates)

    def test_pushed_new_date_is_no_movement(self):
        found = mapper.parse(read("push_new_date"))
        self.assertEqual({event.classifier for event in found}, {"estimated"})

    # === PROOFS AND MONEY === #

    def test_proofs_are_handed_over_with_number_kind_and_signer(self):
        found = proof.proofs_of(read("reply_delivered_signed"))
        self.assertEqual(
            [(one["kind"], one["name"], one["content"][:4]) for one in found],
            [
                ("signature", "1ZH0R1Z00300000017-signature.png", b"\x89PNG"),
                ("document", "1ZH0R1Z00300000017-document.pdf", b"%PDF"),
            ],
        )
        for one in found:
            file = ProofFile(**one)
            self.assertEqual(file.tracking_number, "1ZH0R1Z00300000017")
            self.assertEqual(file.signer, "H. ADLER")
        for name in ("push_delivered", "push_photo"):
            (one,) = proof.proofs_of(read(name))
            self.assertEqual((one["kind"], one["content"][:4]), ("photo", b"\x89PNG"))

    def test_messages_without_a_file_hold_no_proof(self):
        filler = {"signature": {"image": "encoding Base64"}, "pod": "none", "x": 1}
        for body in (
            b"[]",
            b"{}",
            b'{"trackResponse": null}',
            b'{"trackResponse": {"shipment": {"package": 1}}}',
            b'{"trackResponse": {"shipment": [1, {"package": [1]}]}}',
            read("error_key"),
            read("push_out_for_delivery"),
            reply(said(), deliveryInformation=filler),
            reply(said(), deliveryInformation="none"),
        ):
            with self.subTest(body[:60]):
                self.assertEqual(proof.proofs_of(body), [])

    def test_proof_without_a_delivery_is_told_and_delivers_nothing(self):
        document = json.loads(read("reply_delivered_signed"))
        package = document["trackResponse"]["shipment"][0]["package"][0]
        package["activity"] = package["activity"][1:]
        found = mapper.parse(json.dumps(document).encode())
        types = {event.event_type for event in found}
        self.assertIn("pod_available", types)
        self.assertNotIn("delivered", types)
        told = next(event for event in found if event.event_type == "pod_available")
        self.assertEqual((told.occurred_at, told.signer), (None, "H. ADLER"))

    def test_remark_is_no_signer(self):
        for remark in ("Signature not required", "163000", "string", "", None):
            with self.subTest(remark):
                event = self._one(
                    said("D", "MJ", "011"), deliveryInformation={"receivedBy": remark}
                )
                self.assertEqual(event.signer, "")

    def test_only_money_collected_from_the_customer_is_collected(self):
        def paid(**more):
            item = {"type": "COD", "amount": "10.00", "currency": "EUR", "paid": True}
            body = reply(said(), paymentInformation=[item | more])
            return [e for e in mapper.parse(body) if e.event_type == "cod_collected"]

        (event,) = paid()
        self.assertEqual((str(event.amount), event.currency), ("10.00", "EUR"))
        for more in ({"paid": False}, {"paid": "true"}, {"type": "ICOD"}):
            self.assertEqual(paid(**more), [])

    # === ANSWERS === #

    def test_unknown_number_is_no_news(self):
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(read("reply_not_found"))
        self.assertEqual(
            (caught.exception.kind, caught.exception.events), ("not_found", [])
        )

    def test_numbers_that_were_found_are_kept_beside_one_that_was_not(self):
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(read("reply_partly_found"))
        self.assertEqual(caught.exception.kind, "partial")
        self.assertEqual(len(caught.exception.events), 1)

    def test_refusals_are_told_by_kind(self):
        for name, kind in (
            ("error_key", "authentication"),
            ("error_token", "authentication"),
            ("error_number", "bad_request"),
            ("error_busy", "unavailable"),
            ("error_quota", "quota"),
            ("subscription_refused", "bad_request"),
            ("subscription_partial", "partial"),
        ):
            with self.subTest(name):
                self.assertEqual(mapper.answer_of(read(name)).kind, kind)
        for body in (b"", b"[]", b"{}", b'{"errors": []}', b'{"response": null}'):
            with self.subTest(body):
                self.assertIsNone(mapper.answer_of(body))
        self.assertIsNone(mapper.answer_of(read("push_delivered")))

    def test_messages_that_are_nothing_of_upss_are_unreadable(self):
        push = json.loads(read("push_delivered"))
        for body, category in (
            (b"", "syntax"),
            (b"[]", "schema"),
            (b"{}", "schema"),
            (b'{"trackResponse": null}', "schema"),
            (b'{"trackResponse": {"shipment": {}}}', "schema"),
            (b'{"trackResponse": {"shipment": [{"package": [1]}]}}', "schema"),
            (reply({"status": "delivered"}), "schema"),
            (reply({"date": "06.03.2026", "gmtDate": ""}), "value"),
            (reply({"gmtDate": "20260230"}), "value"),
            (reply({"gmtTime": "99:00:00"}), "value"),
            (reply({"gmtTime": "8:15"}), "value"),
            (json.dumps(push | {"activityStatus": 1}).encode(), "schema"),
            (json.dumps(push | {"trackingNumber": " "}).encode(), "schema"),
            (json.dumps(push | {"gmtActivityDate": "yesterday"}).encode(), "value"),
        ):
            with (
                self.subTest(body[:80]),
                self.assertRaises(UnreadableMessage) as caught,
            ):
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(reply(said(), {"gmtDate": "x"}))
        self.assertIn("package[0].activity[1].gmtDate", caught.exception.reason)
