import io
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.logistics_events.tests.files import encoded, image

from .dispute_common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDisputeEvidence(DisputeCommon):
    """What the carrier is shown, and how it is sent."""

    def _on_shipment(self, **more):
        """Return a dispute about a shipment with events and a proof of delivery."""
        shipment = self._send()
        self._pick_up(shipment)
        self._price(shipment, 100.0)
        self._report(shipment, "delivered", raw_text="=HYPERLINK(1)")
        self._take()
        self.env["logistics.proof"].create(
            {
                "shipment_id": shipment.id,
                "kind": "photo",
                "proof_at": "2026-03-03 10:00:00",
                "document": encoded(image("JPEG")),
                "document_name": "../door.jpg",
            }
        )
        charge = shipment.logistics_charge_ids
        line = {
            "tracking_number": "NB1001",
            "weight": 12.5,
            "weight_unit": "KG",
            "text": "@Base",
            "reason": "over",
        }
        bill = self._bill([(charge, "120", "20", line)], **more)
        self.env["ir.attachment"].create(
            {
                "name": "bill.csv",
                "raw": b"as received",
                "res_model": bill._name,
                "res_id": bill.id,
            }
        )
        return self._post_bill(bill)

    def _opened(self, data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def test_pack_holds_all_that_is_known(self):
        dispute = self._on_shipment()
        dispute.note = "Our scale says <9> kg"
        data, left_out = dispute._evidence()
        files = self._opened(data)
        self.assertEqual(
            set(files),
            {
                "summary.html",
                "bill-lines.csv",
                "events.csv",
                "proofs/door.jpg",
                "bill/bill.csv",
            },
        )
        self.assertFalse(left_out)
        self.assertTrue(files["proofs/door.jpg"].startswith(b"\xff\xd8\xff"))
        self.assertEqual(files["bill/bill.csv"], b"as received")
        summary = files["summary.html"].decode()
        for text in (dispute.name, "NB1001", "12.5 KG", "Delivered", "&lt;9&gt; kg"):
            self.assertIn(text, summary)
        events = files["events.csv"].decode("utf-8-sig")
        self.assertIn("Picked Up", events)
        self.assertIn("'=HYPERLINK(1)", events)
        lines = files["bill-lines.csv"].decode("utf-8-sig")
        self.assertIn("NB1001", lines)
        self.assertIn("'@Base", lines)

    def test_withdrawn_proof_is_not_shown(self):
        dispute = self._on_shipment()
        dispute.shipment_id.proof_ids.sudo().write(
            {"withdrawn_at": "2026-03-04 10:00:00"}
        )
        files = self._opened(dispute._evidence()[0])
        self.assertNotIn("proofs/door.jpg", files)

    def test_what_is_too_large_is_named(self):
        dispute = self._on_shipment()
        self.env["ir.attachment"].create(
            {
                "name": "film.mp4",
                "raw": b"0" * (5 * 1024 * 1024 + 1),
                "res_model": dispute.bill_id._name,
                "res_id": dispute.bill_id.id,
            }
        )
        dispute._attach_evidence()
        self.assertIn("bill/film.mp4", " ".join(dispute.message_ids.mapped("body")))

    def test_dispute_without_a_shipment_has_its_lines(self):
        files = self._opened(self._disputed()._evidence()[0])
        self.assertEqual(set(files), {"summary.html", "bill-lines.csv", "events.csv"})
        self.assertIn("No tracking event", files["summary.html"].decode())

    def test_same_evidence_is_kept_once(self):
        dispute = self._disputed().with_user(self.finance)
        first = dispute.action_evidence()["url"]
        self.assertEqual(dispute.action_evidence()["url"], first)
        dispute.note = "Something new"
        self.assertNotEqual(dispute.action_evidence()["url"], first)

    def test_mail_is_prefilled_and_sending_it_sends_the_dispute(self):
        self.vendor.email = "billing@example.com"
        dispute = self._on_shipment().with_user(self.finance)
        window = dispute.action_send()
        self.assertEqual(dispute.state, "open")
        with Form(
            self.env["mail.compose.message"]
            .with_user(self.finance)
            .with_context(**window["context"])
        ) as form:
            self.assertIn(dispute.name, form.subject)
            self.assertIn(dispute.bill_id.number, form.subject)
            self.assertIn("NB1001", form.body)
            self.assertIn("Above the Agreed Price", form.body)
        composer = form.record
        self.assertEqual(composer.partner_ids, self.vendor)
        self.assertEqual(composer.attachment_ids.mimetype, "application/zip")
        composer.action_send_mail()
        self.assertEqual(dispute.state, "sent")
        self.assertTrue(dispute.sent_at)
        mail = dispute.message_ids.filtered(lambda one: one.attachment_ids)
        self.assertEqual(mail.partner_ids, self.vendor)

    def test_note_in_the_history_sends_nothing(self):
        dispute = self._disputed().with_user(self.finance)
        dispute.message_post(body="They called", partner_ids=self.clerk.partner_id.ids)
        self.assertEqual(dispute.state, "open")

    def test_decided_dispute_is_not_sent(self):
        dispute = self._disputed()
        step = dispute._concede(dispute.bill_id._exact(20), "Yes")
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        with self._refused("decided already"):
            dispute.action_send()

    def test_only_finance_writes_to_carriers(self):
        dispute = self._disputed()
        for role in ("user", "auditor"):
            with self.assertRaises(AccessError):
                dispute.with_user(self.people[role]).action_send()
            with self.assertRaises(AccessError):
                dispute.with_user(self.people[role]).action_evidence()
