"""The sandbox carrier hands over proofs: over HTTP, and at the press of a button."""

import base64
import io

from PIL import Image

from odoo.tests import tagged

from odoo.addons.logistics_events.tests import files

from ..sandbox.signature import proof_pdf, signature_png
from ..sandbox.stand_in import Reply
from .proof_case import ProofCase
from .sandbox_case import KEY, SandboxCase


@tagged("post_install", "-at_install")
class TestProofServer(SandboxCase):
    def test_proof_exists_once_the_parcel_is_handed_over(self):
        number = self.book()["parcels"][0]["number"]
        self.assertEqual(self.call("GET", f"/proofs/{number}").status_code, 404)
        self.carrier.advance(number, "DLV", {"signer": "K. Meyer"})
        document = self.call("GET", f"/proofs/{number}").json()
        found = {
            row["kind"]: base64.b64decode(row["content"]) for row in document["proofs"]
        }
        self.assertEqual(set(found), {"document", "signature"})
        self.assertTrue(found["document"].startswith(b"%PDF"))
        self.assertEqual(found["signature"], signature_png("K. Meyer"))
        self.carrier.withdraw(number)
        self.assertEqual(self.call("GET", f"/proofs/{number}").status_code, 404)

    def test_proof_needs_the_key_and_a_known_number(self):
        number = self.book()["parcels"][0]["number"]
        self.assertEqual(
            self.call("GET", f"/proofs/{number}", key="x").status_code, 401
        )
        self.assertEqual(self.call("GET", "/proofs/NOBODY12").status_code, 404)

    def test_paper_takes_any_name(self):
        self.assertTrue(proof_pdf("SBX1", "Łódź Café", "2026").startswith(b"%PDF"))


@tagged("post_install", "-at_install")
class TestProofOverHttp(ProofCase, SandboxCase):
    """The whole way: delivered, asked over HTTP, checked, kept."""

    def setUp(self):
        super().setUp()
        self.connection.write({"base_url": self.carrier.url, "credential": KEY})
        self.number = self.book()["parcels"][0]["number"]
        self.shipment = self._ship(self._sell().picking_ids, self.number)
        self.parcel = self.shipment.parcel_ids

    def _deliver(self, **scan):
        self.carrier.advance(self.number, "DLV", scan)
        self._hand_in(self._message(self.number, "PUP", "DLV"))

    def test_signature_and_paper_are_fetched(self):
        self._deliver(signer="K. Meyer")
        self.assertEqual(self._fetch(anew=False).state, "done")
        kept = {proof.kind: proof for proof in self.shipment.proof_ids}
        self.assertEqual(set(kept), {"document", "signature"})
        self.assertEqual(kept["signature"].signer, "K. Meyer")
        Image.open(io.BytesIO(base64.b64decode(kept["signature"].document))).load()

    def test_carrier_without_a_proof_yet_is_asked_later(self):
        self._hand_in(self._message(self.number, "PUP", "DLV"))
        request = self._fetch(anew=False)
        self.assertRecordValues(request, [{"state": "waiting", "error": False}])
        self._deliver(signer="K. Meyer")
        self.assertEqual(self._fetch().state, "done")

    def _hostile(self, content):
        document = {
            "proofs": [{"kind": "photo", "content": base64.b64encode(content).decode()}]
        }
        self.patch(
            type(self.carrier),
            "_get_proofs",
            lambda server, request, number: Reply(200, document),
        )
        self._deliver()
        return self._fetch(anew=False)

    def test_hostile_answers_are_reasons(self):
        for content, reason in (
            (files.png_of(20_000, 20_000, bytes(100_000)), "pixels"),
            (b"<html><script>alert(1)</script></html>", "no JPEG"),
            (files.image("JPEG", size=(400, 400))[:300], "cut off"),
        ):
            with self.subTest(reason):
                self.request._ask_now()
                request = self._hostile(content)
                self.assertEqual(request.state, "waiting")
                self.assertIn(reason, request.error)
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(self.shipment.proof_ids)

    def test_polyglot_is_kept_as_its_picture_only(self):
        page = b"<html><script>alert(1)</script></html>"
        self._hostile(files.image("JPEG") + page)
        (kept,) = self.shipment.proof_ids
        self.assertNotIn(b"<script", base64.b64decode(kept.document))

    def test_answer_of_fifty_megabytes_is_not_read(self):
        request = self._hostile(b"\xff\xd8\xff" + bytes(50_000_000))
        self.assertEqual(request.state, "waiting")
        self.assertTrue(request.error)
        self.assertFalse(self.shipment.proof_ids)


@tagged("post_install", "-at_install")
class TestProofSimulated(ProofCase):
    def test_simulated_delivery_shows_a_signature_at_once(self):
        self.shipment.with_user(self.people["user"]).action_simulate("delivered")
        self.env.invalidate_all()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertRecordValues(
            self.shipment.proof_ids,
            [{"kind": "signature", "signer": self.customer.name}],
        )
