import base64
import json

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.proof import ProofFile
from odoo.addons.logistics_carrier_ups import mapper, proof

from .common import read, reply, said


@tagged("post_install", "-at_install")
class TestUpsAnswers(BaseCase):
    """What UPS says beside scans: proofs, money, refusals."""

    def _one(self, *activities, **package):
        (event,) = mapper.parse(reply(*activities, **package))
        return event

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

    def test_reply_with_a_large_photo_is_read(self):
        photo = base64.b64encode(b"\xff\xd8\xff" + bytes(1_500_000)).decode()
        body = reply(said(), deliveryInformation={"deliveryPhoto": {"photo": photo}})
        said_types = [event.event_type for event in mapper.parse(body)]
        self.assertEqual(said_types, ["in_transit", "pod_available"])
        (found,) = proof.proofs_of(body)
        self.assertEqual(len(found["content"]), 1_500_003)

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
