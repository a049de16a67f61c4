import base64

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_events.tests import files

from ..mappers import sandbox
from ..sandbox.signature import signature_png
from .proof_case import JOB, ProofCase


@tagged("post_install", "-at_install")
class TestProofInside(ProofCase):
    """Proofs that stand in what the partner tells anyway, and their end."""

    def _scan_with(self, *contents, **more):
        proofs = [
            {
                "kind": "signature",
                "content": base64.b64encode(content).decode(),
                "signer": "K. Meyer",
            }
            for content in contents
        ]
        return self._scan("DLV", proofs=proofs, **more)

    def test_proof_inside_a_message_is_kept_without_asking(self):
        asked = self._answer()
        self._deliver("PUP", self._scan_with(signature_png("K. Meyer")))
        self.assertEqual(self.shipment.state, "delivered")
        request = self._fetch(anew=False)
        self.assertRecordValues(request, [{"state": "done", "message_id": False}])
        self.assertRecordValues(
            self.shipment.proof_ids, [{"kind": "signature", "signer": "K. Meyer"}]
        )
        self.assertEqual(asked, [])

    def test_message_told_again_keeps_nothing_twice(self):
        scan = self._scan_with(signature_png("K. Meyer"))
        self._deliver("PUP", scan)
        self._fetch(anew=False)
        self._deliver("PUP", scan, "SRT")
        self._fetch(anew=False)
        self.assertEqual(len(self.shipment.proof_ids), 1)

    def test_untrue_proof_inside_leaves_the_delivery_alone(self):
        message = self._deliver("PUP", self._scan_with(b"MZ rubbish"))
        request = self._fetch(anew=False)
        self.assertEqual(message.state, "done")
        self.assertEqual(self.shipment.state, "delivered")
        self.assertIn("no JPEG", request.error)

    def test_adapter_that_cannot_read_its_proofs_leaves_the_delivery_alone(self):
        def broken(adapter, body):
            raise KeyError("image")

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_proofs_in", broken)
        message = self._deliver("PUP", "DLV")
        with mute_logger(
            "odoo.addons.logistics_carrier_base.models.logistics_proof_request"
        ):
            request = self._fetch(anew=False)
        self.assertEqual((message.state, self.shipment.state), ("done", "delivered"))
        self.assertIn("KeyError", request.error)

    def test_proof_of_a_parcel_goes_to_that_parcel(self):
        shipment = self._ship(self._sell().picking_ids, "P1", "P2")
        body = self._message("P1", self._scan_with(files.image()))
        self._hand_in(body)
        self._run_job(JOB)
        self.assertEqual(shipment.proof_ids.parcel_id.tracking_number, "P1")

    def test_erased_message_holds_nothing_any_more(self):
        self._answer()
        message = self._deliver("PUP", self._scan_with(files.image()))
        self.env["logistics.erasure"]._erase_messages(message.ids)
        self._fetch(anew=False)
        self.assertFalse(self.shipment.proof_ids)

    def test_mapper_reads_proofs_of_every_parcel(self):
        image = files.image()
        body = self._message("P1", self._scan_with(image, image))
        self.assertEqual(
            [(one.tracking_number, one.content) for one in sandbox.proofs_in(body)],
            [("P1", image), ("P1", image)],
        )

    # === RETENTION === #

    def _erase(self, **more):
        erasure = self.env["logistics.erasure"].create(
            {"company_id": self.company.id, "kind": "schedule"} | more
        )
        return erasure._work(False)

    def _free(self):
        """Nothing keeps the shipment any more."""
        self.env["logistics.exception"].search(
            [("shipment_id", "=", self.shipment.id)]
        )._close("Settled")
        self.env.flush_all()

    def test_erased_proof_is_gone_from_the_disk_and_does_not_come_back(self):
        self._answer(self._file(signer="Canary"))
        self._deliver()
        self._fetch()
        (kept,) = self.shipment.proof_ids
        digests = (kept.digest, kept.received_digest)
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "logistics.proof"),
                    ("res_id", "=", kept.id),
                    ("res_field", "=", "document"),
                ]
            )
        )
        self.assertTrue(attachment)
        self._free()
        self.company.logistics_personal_days = 1
        self.env.cr.execute(
            "UPDATE logistics_proof SET proof_at = now() - interval '9 days'"
        )
        self.env.invalidate_all()
        self.assertEqual(self._erase()["proof_count"], 1)
        self.assertFalse(attachment.exists())
        self.assertRecordValues(
            kept, [{"signer": "***", "document": False, "document_name": False}]
        )
        self.assertEqual((kept.digest, kept.received_digest), digests)
        self.request.write({"state": "waiting"})
        self._fetch()
        self.assertEqual(self.shipment.proof_ids, kept)
        self.assertFalse(kept.document)

    def test_who_is_forgotten_is_not_asked_about(self):
        asked = self._answer(self._file())
        self._deliver()
        self._free()
        self._erase(kind="person", partner_id=self.customer.id)
        self.assertEqual(self._fetch().state, "given_up")
        self.assertEqual(asked, [])
