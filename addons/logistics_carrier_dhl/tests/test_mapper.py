import csv
import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.dhl_checkpoints import CHECKPOINTS
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_dhl import codes, const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
NEWEST_FIRST = PAYLOADS / "parcel_de_newest_first.json"
TABLES = expected.SAMPLES / "code-tables"


def facts(body):
    """Give what the ledger tells the events of a message apart by."""
    return {(event_key("dhl", e), content_hash(e)) for e in mapper.parse(body)}


def packed(*scans, number="X1", service="parcel-de", **more):
    """Return a message about one parcel."""
    shipment = {"id": number, "service": service, "events": list(scans), **more}
    return json.dumps({"shipments": [shipment]}).encode()


def scan(general="transit", code="EE", at="2026-03-03T10:00:00", **more):
    """Return one scan."""
    return {"timestamp": at, "statusCode": general, "status": code, **more}


@tagged("post_install", "-at_install")
class TestDhlMapper(BaseCase):
    """What DHL Unified tracking says, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 17)
        self.assertEqual(remarks, [])

    def test_samples_of_dhl_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "dhl-unified"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 2 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_every_listed_code_of_a_division_has_its_meaning(self):
        path = TABLES / "dhl_unified_status_by_service.csv"
        if not path.exists():
            self.assertEqual(len(codes.listed("parcel-nl")), 352)
            return
        listed = {}
        with path.open(newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                listed.setdefault(row["Service"], set()).add(row["Status"].strip())
        for service, names in listed.items():
            with self.subTest(service):
                self.assertEqual(set(codes.listed(service)), names)

    def test_checkpoints_of_express_mean_what_was_proposed(self):
        path = TABLES / "dhl_express_type_codes.csv"
        self.assertEqual(len(CHECKPOINTS), 44)
        if not path.exists():
            return
        with path.open(newline="") as file:
            proposed = {
                row["type_code"]: row["canonical_proposal"]
                for row in csv.DictReader(file)
            }
        found = {
            code: meaning.event_type or "unmapped"
            for code, meaning in CHECKPOINTS.items()
        }
        self.assertEqual(found, proposed)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        services = ("dgf", "ecommerce", "ecommerce-europe", "ecommerce-ppl")
        services += ("express", "freight", "parcel-de", "parcel-nl", "parcel-pl", "svb")
        meanings = {m for name in services for m in codes.listed(name).values()}
        words = {m.event_type for m in meanings} - {""}
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual({m.reason for m in meanings} - {""}, {*vocabulary.REASONS})
        self.assertLessEqual(
            {m.delivery_mode for m in meanings} - {""}, {*vocabulary.DELIVERY_MODES}
        )
        self.assertLessEqual(
            {*const.STATUS_CODE_MAP.values()}, vocabulary.EVENT_TYPES.keys()
        )
        # Only a letter's or a parcel's own end, never money that was passed on.
        self.assertNotIn("cod_collected", words)

    def test_code_of_a_division_means_nothing_at_another(self):
        for service, event_type in (
            ("parcel-de", "out_for_delivery"),
            ("freight", "in_transit"),
            ("parcel-uk", "in_transit"),
            ("", "in_transit"),
        ):
            (found,) = mapper.parse(packed(scan(code="PO"), service=service))
            self.assertEqual(found.event_type, event_type)

    def test_code_delivers_only_where_the_general_status_agrees(self):
        for general, event_type in (
            ("delivered", "delivered"),
            ("transit", "in_transit"),
            ("failure", "exception"),
            ("unknown", "unmapped"),
            (None, "unmapped"),
        ):
            (found,) = mapper.parse(packed(scan(general, "ZU")))
            self.assertEqual(found.event_type, event_type, general)

    def test_general_status_delivers_no_parcel_that_waits_in_a_locker(self):
        (found,) = mapper.parse(packed(scan("delivered", "ZF")))
        self.assertEqual(found.event_type, "available_for_pickup")

    def test_order_of_the_scans_changes_no_fact(self):
        document = json.loads(NEWEST_FIRST.read_bytes())
        document["shipments"][0]["events"].reverse()
        self.assertEqual(
            facts(json.dumps(document).encode()), facts(NEWEST_FIRST.read_bytes())
        )

    def test_push_and_answer_state_the_same_facts(self):
        document = json.loads(NEWEST_FIRST.read_bytes())
        pushed = {"scope": "subscription.push", "shipments": document["shipments"]}
        self.assertEqual(
            facts(json.dumps(pushed).encode()), facts(NEWEST_FIRST.read_bytes())
        )

    def test_language_of_the_answer_is_no_part_of_the_fact(self):
        german, english = (
            {
                event_key("dhl", event)
                for event in mapper.parse(packed(scan(code=words, description=words)))
            }
            for words in ("Die Sendung ist unterwegs.", "The shipment is on its way.")
        )
        self.assertEqual(german, english)

    def test_time_without_zone_stays_local_in_the_night_the_clocks_change(self):
        for at in ("2026-10-25T02:30:00", "2026-03-29T02:30:00"):
            (found,) = mapper.parse(packed(scan(at=at)))
            self.assertEqual(
                (found.precision, found.zone_source, found.occurred_at.isoformat()),
                ("local", "none", at),
            )
        hours = {
            event_key("dhl", event)
            for event in mapper.parse(
                packed(
                    scan(at="2026-10-25T02:30:00+02:00"),
                    scan(at="2026-10-25T02:30:00+01:00"),
                )
            )
        }
        self.assertEqual(len(hours), 2)

    def test_summary_is_not_told_twice_for_its_other_spelling_of_the_zone(self):
        for summary, event in (
            ("2026-03-03T10:00:00Z", "2026-03-03T10:00:00"),
            ("2026-03-03T10:00:00Z", "2026-03-03T11:00:00+01:00"),
            ("2026-03-03T10:00:00", "2026-03-03T10:00:00"),
        ):
            with self.subTest(summary=summary, event=event):
                found = mapper.parse(packed(scan(at=event), status=scan(at=summary)))
                self.assertEqual(len(found), 1)
        for ahead in (scan(at="2026-03-03T10:00:01"), scan("delivered", "ZU")):
            found = mapper.parse(packed(scan(), status=ahead))
            self.assertEqual(len(found), 2)

    def test_numeric_identifier_is_kept_as_it_was_written(self):
        (found,) = mapper.parse(packed(scan(), number=7777777770))
        self.assertEqual(found.tracking_number, "7777777770")
        (found,) = mapper.parse(packed(scan(), number="00340434161094000009"))
        self.assertEqual(found.tracking_number, "00340434161094000009")

    def test_parcel_that_came_back_was_not_delivered(self):
        found = mapper.parse(packed(scan("delivered", "ZU"), returnFlag=True))
        self.assertEqual(
            [event.event_type for event in found],
            ["returned_to_sender", "returning_to_sender"],
        )
        (found,) = mapper.parse(packed(scan("delivered", "ZU"), returnFlag=False))
        self.assertEqual(found.event_type, "delivered")

    def test_remark_where_a_name_should_stand_is_no_signer(self):
        for signed in (
            {"name": "Signature not required"},
            {"name": "12345"},
            {"name": "string"},
            {},
        ):
            proof = {"timestamp": "2026-03-03T10:00:00", "signed": signed}
            found = mapper.parse(packed(details={"proofOfDelivery": proof}))
            self.assertEqual(found, [], signed)
        signed = {"organizationName": "Nordlicht AG"}
        (found,) = mapper.parse(packed(details={"proofOfDelivery": {"signed": signed}}))
        self.assertEqual(
            (found.event_type, found.signer), ("pod_available", "Nordlicht AG")
        )

    def test_reference_of_the_order_is_read_from_a_list_and_from_an_object(self):
        other = {"number": "1", "type": "shipment-id"}
        ours = {"number": "SO-1", "type": "customer-reference"}
        for listed, order in (([other, ours], "SO-1"), (ours, "SO-1"), ([other], None)):
            (found,) = mapper.parse(packed(scan(), details={"references": listed}))
            self.assertEqual(found.references.get("order"), order)

    def test_messages_that_are_nothing_of_dhls_are_unreadable(self):
        for body, category in (
            (b"", "syntax"),
            (b"[]", "schema"),
            (b"{}", "schema"),
            (b'{"shipments": {}}', "schema"),
            (b'{"shipments": [1]}', "schema"),
            (b'{"shipments": [{}]}', "schema"),
            (b'{"scope": "something.else"}', "schema"),
            (packed(1), "schema"),
            (packed(status=1), "schema"),
            (packed(scan(at="yesterday")), "value"),
            (packed(scan(at="2026-02-30T10:00:00")), "value"),
            (packed(scan(at=1767225600)), "schema"),
            (packed(scan(location="here")), "schema"),
            (packed(scan(location={"address": "here"})), "schema"),
            (packed(details=[1]), "schema"),
            (packed(details={"proofOfDelivery": [1]}), "schema"),
            (packed(estimatedTimeOfDelivery="soon"), "value"),
        ):
            with self.subTest(body), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(packed(scan(), scan(at="yesterday")))
        self.assertIn("shipments[0].events[1].timestamp", caught.exception.reason)

    def test_status_of_an_error_is_read_as_number_and_as_text(self):
        for status in (404, "404"):
            body = json.dumps({"status": status, "title": "No result found"}).encode()
            with self.assertRaises(CarrierAnswer) as caught:
                mapper.parse(body)
            self.assertEqual(
                (caught.exception.kind, caught.exception.code), ("not_found", "404")
            )
            self.assertEqual(mapper.answer_of(body).kind, "not_found")

    def test_what_is_no_error_document_is_no_answer(self):
        for body in (b"", b"<html>", b"[]", b'{"status": 404}', b'{"shipments": []}'):
            self.assertIsNone(mapper.answer_of(body))
