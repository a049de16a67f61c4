import base64
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
from odoo.addons.logistics_carrier_dhl_express import mapper, proof

PAYLOADS = Path(__file__).parent / "payloads"


def facts(body):
    """Give what the ledger tells the events of an answer apart by."""
    return {(event_key("x", e), content_hash(e)) for e in mapper.parse(body)}


def packed(*scans, **more):
    """Return an answer about one shipment."""
    shipment = {"shipmentTrackingNumber": "X1", "status": "Success", **more}
    return json.dumps({"shipments": [shipment | {"events": list(scans)}]}).encode()


def scan(code="AF", **more):
    """Return one scan."""
    return {"date": "2026-03-03", "time": "10:00:00", "typeCode": code, **more}


@tagged("post_install", "-at_install")
class TestDhlExpressMapper(BaseCase):
    """What MyDHL API says, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 14)
        self.assertEqual(remarks, [])

    def test_samples_of_dhl_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "dhl-mydhl"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 4 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    def test_checkpoints_mean_what_was_proposed(self):
        proposed = {"OK": "delivered", "PY": "unmapped", "RT": "returned_to_sender"}
        path = expected.SAMPLES / "code-tables" / "dhl_express_type_codes.csv"
        if path.exists():
            with path.open(newline="") as file:
                for row in csv.DictReader(file):
                    proposed[row["type_code"]] = row["canonical_proposal"]
        for code, event_type in proposed.items():
            found = mapper.parse(packed(scan(code)))
            self.assertEqual(found[0].event_type, event_type, code)

    def test_order_of_the_scans_changes_no_fact(self):
        scans = [scan("PU", time="08:00:00"), scan("AF"), scan("OH"), scan("DD")]
        self.assertEqual(facts(packed(*scans)), facts(packed(*scans[::-1])))

    def test_time_without_zone_stays_local_in_the_night_the_clocks_change(self):
        night = {"date": "2026-10-25", "time": "02:30:00"}
        (found,) = mapper.parse(packed(scan(**night)))
        self.assertEqual((found.precision, found.zone_source), ("local", "none"))
        offsets = ("+02:00", "+01:00", "+0100", "-04:00")
        hours = {
            event_key("x", event)
            for offset in offsets
            for event in mapper.parse(packed(scan(**night, GMTOffset=offset)))
        }
        self.assertEqual(len(hours), 3)

    def test_scan_with_a_day_only_is_a_day(self):
        (found,) = mapper.parse(packed({"date": "2026-03-03", "typeCode": "AF"}))
        self.assertEqual(found.precision, "date")

    def test_signer_stands_in_its_field_or_in_the_words(self):
        for more, signer in (
            ({"signedBy": "P VIK", "description": "Delivered : K BERG"}, "P VIK"),
            ({"signedBy": "", "description": "Delivered : K BERG"}, "K BERG"),
            ({"description": "Delivered - Signed for by: K BERG"}, "K BERG"),
            ({"description": "Delivered : Signature not required"}, ""),
            ({"description": "Delivered : 12"}, ""),
            ({"description": "Delivered"}, ""),
            ({}, ""),
        ):
            (found,) = mapper.parse(packed(scan("OK", **more)))
            self.assertEqual(found.signer, signer, more)
        (found,) = mapper.parse(packed(scan("NH", description="Delivered : K BERG")))
        self.assertEqual(found.signer, "")

    def test_place_is_the_service_area_and_its_country(self):
        for words, city, country in (
            ("SYDNEY-AU", "SYDNEY", "AU"),
            ("EAST MIDLANDS - GB", "EAST MIDLANDS", "GB"),
            ("STRATFORD-UPON-AVON", "STRATFORD-UPON-AVON", None),
            ("SPRINGFIELD GARDENS,NY-USA", "SPRINGFIELD GARDENS,NY-USA", None),
            ("", None, None),
        ):
            areas = [{"code": "AAA", "description": words}]
            (found,) = mapper.parse(packed(scan(serviceArea=areas)))
            self.assertEqual(
                (found.location.get("city"), found.location.get("country")),
                (city, country),
            )
            self.assertEqual(found.location["code"], "AAA")

    def test_pieces_tell_nothing_twice_beside_their_shipment(self):
        piece = {"trackingNumber": "JD1", "events": [scan("OK")]}
        found = mapper.parse(packed(scan("OK"), pieces=[piece]))
        self.assertEqual([event.tracking_number for event in found], ["X1"])
        found = mapper.parse(packed(pieces=[piece]))
        self.assertEqual([event.tracking_number for event in found], ["JD1"])
        self.assertEqual(found[0].references["master"], "X1")

    def test_result_of_the_call_is_no_status_of_the_parcel(self):
        found = mapper.parse(packed(scan(), status="Success"))
        self.assertEqual([event.event_type for event in found], ["arrived_facility"])
        self.assertEqual(mapper.parse(packed()), [])

    def test_unknown_numbers_among_known_ones_are_named(self):
        body = (PAYLOADS / "one_of_two_unknown.json").read_bytes()
        with self.assertRaises(CarrierAnswer) as caught:
            mapper.parse(body)
        self.assertEqual(caught.exception.kind, "partial")
        self.assertIn("4400112301", caught.exception.text)
        self.assertEqual(len(caught.exception.events), 1)

    def test_large_paper_is_read(self):
        paper = base64.b64encode(b"%PDF-" + bytes(1_500_000)).decode()
        document = {"typeCode": "POD", "encodingFormat": "PDF", "content": paper}
        body = json.dumps({"documents": [document]}).encode()
        (found,) = proof.proofs(body, "1")
        self.assertEqual(len(found.content), 1_500_005)

    def test_proof_is_handed_over_with_the_number_that_was_asked_for(self):
        body = (PAYLOADS / "proof_of_delivery.json").read_bytes()
        (found,) = proof.proofs(body, "4400112233")
        self.assertEqual(found.tracking_number, "4400112233")
        self.assertTrue(found.content.startswith(b"%PDF"))
        self.assertEqual(proof.proofs(b'{"documents": []}', "1"), [])
        broken = b'{"documents": [{"typeCode": "POD", "content": "***"}]}'
        (found,) = proof.proofs(broken, "1")
        self.assertEqual((found.content, found.name), (b"", "proof-of-delivery"))

    def test_refused_proof_is_an_answer(self):
        with self.assertRaises(CarrierAnswer) as caught:
            proof.proofs((PAYLOADS / "error_404.json").read_bytes(), "1")
        self.assertEqual(caught.exception.kind, "not_found")

    def test_messages_that_are_nothing_of_dhls_are_unreadable(self):
        for body, category in (
            (b"", "syntax"),
            (b"[]", "schema"),
            (b"{}", "schema"),
            (b'{"shipments": {}}', "schema"),
            (b'{"shipments": [1]}', "schema"),
            (b'{"shipments": [{}]}', "schema"),
            (b'{"documents": 1}', "schema"),
            (b'{"documents": [1]}', "schema"),
            (packed(1), "schema"),
            (packed(scan(date="tomorrow")), "value"),
            (packed(scan(date="2026-02-30")), "value"),
            (packed(scan(time="25:00:00")), "value"),
            (packed(scan(GMTOffset="+25:00")), "value"),
            (packed(scan(serviceArea="here")), "schema"),
            (packed(scan(serviceArea=["here"])), "schema"),
            (packed(scan(remarks=["here"])), "schema"),
            (packed(pieces=[1]), "schema"),
            (packed(estimatedDeliveryDate="soon"), "value"),
        ):
            with self.subTest(body), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(packed(scan(), scan(time="late")))
        self.assertIn("shipments[0].events[1].time", caught.exception.reason)
