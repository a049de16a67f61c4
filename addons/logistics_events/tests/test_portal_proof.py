"""Who reads a proof of delivery: its customer, by rule, and nobody by guessing."""

import base64
import hashlib

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from . import files
from .portal_case import PortalCase


@tagged("post_install", "-at_install")
class TestProofPages(PortalCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proof = cls._prove()
        cls.foreign_proof = cls._prove(cls.foreign)
        cls.path = f"/my/shipments/{cls.shipment.id}/proof/{cls.proof.id}"
        cls.foreign_path = (
            f"/my/shipments/{cls.foreign.id}/proof/{cls.foreign_proof.id}"
        )

    def _get(self, path, login=None):
        if login:
            self.authenticate(login, login)
        return self.url_open(path, allow_redirects=False)

    def _attachment(self, proof):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "logistics.proof"),
                    ("res_field", "=", "document"),
                    ("res_id", "=", proof.id),
                ]
            )
        )

    def test_own_proof_is_a_download_and_nothing_else(self):
        answer = self._get(self.path, "portal-hansen")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content, files.pdf())
        for name, value in {
            "Content-Type": "application/pdf",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }.items():
            self.assertEqual(answer.headers[name], value)
        self.assertIn("attachment", answer.headers["Content-Disposition"])

    def test_page_says_what_is_there_and_names_nobody(self):
        answer = self._get(f"/my/shipments/{self.shipment.id}", "portal-hansen")
        self.assertIn("Document of", " ".join(answer.text.split()))
        self.assertNotIn("K. Meyer", answer.text)

    def test_others_and_guessed_proofs_are_unknown(self):
        self.authenticate("portal-dalton", "portal-dalton")
        self.assertEqual(self._get(self.foreign_path).status_code, 200)
        texts = set()
        own, last = self.foreign.id, self.foreign_proof.id + 50
        paths = [
            self.path,
            f"/my/shipments/{own}/proof/{self.proof.id}",
            f"/my/shipments/{self.shipment.id}/proof/{self.foreign_proof.id}",
            *(
                f"/my/shipments/{own}/proof/{guess}"
                for guess in range(1, last)
                if guess != self.foreign_proof.id
            ),
            f"/my/shipments/{own}/proof/{2**31}",
            f"/my/shipments/{own}/proof/{10**30}",
        ]
        for path in paths[:3] + paths[-60:]:
            answer = self._get(path)
            self.assertEqual(answer.status_code, 404, path)
            texts.add(answer.text.count("There Is Nothing Here"))
        self.assertEqual(texts, {1})

    def test_no_other_door_of_odoo_leads_to_a_proof(self):
        attachment = self._attachment(self.proof)
        self.assertTrue(attachment)
        content = files.pdf()
        for login in ("portal-dalton", "portal-hansen", None):
            if login:
                self.authenticate(login, login)
            else:
                self.authenticate(None, None)
            for path in (
                f"/web/content/{attachment.id}",
                f"/web/content/{attachment.id}?download=1",
                f"/web/content/logistics.proof/{self.proof.id}/document",
                f"/web/content?model=logistics.proof&id={self.proof.id}&field=document",
                f"/web/image/{attachment.id}",
                f"/web/image/logistics.proof/{self.proof.id}/document",
                f"/mail/attachment/{attachment.id}",
            ):
                with self.subTest(login=login, path=path):
                    self.assertNotEqual(self._get(path).content, content)

    def test_proof_needs_an_account(self):
        self.assertIn("/web/login", self._get(self.path).headers["Location"])
        token = self._link()
        page = self._get(f"/shipment/{token}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("/proof/", page.text)
        self.assertEqual(self._get(f"/shipment/{token}/proof").status_code, 404)

    def test_rule_of_a_customer_hides_and_shows(self):
        self.authenticate("portal-hansen", "portal-hansen")
        company = self._show("pod_available", False)
        self.assertEqual(self._get(self.path).status_code, 404)
        self._show("pod_available", True, partner=self.customer)
        self.assertEqual(self._get(self.path).status_code, 200)
        self.authenticate("portal-dalton", "portal-dalton")
        self.assertEqual(self._get(self.foreign_path).status_code, 404)
        company.unlink()
        self.assertEqual(self._get(self.foreign_path).status_code, 200)

    def test_erased_and_withdrawn_proofs_are_gone(self):
        self.authenticate("portal-hansen", "portal-hansen")
        self.env["logistics.erasure"]._erase_proofs(self.proof.ids)
        self.assertEqual(self._get(self.path).status_code, 404)
        self.authenticate("portal-dalton", "portal-dalton")
        self.foreign_proof.action_withdraw("Wrong door")
        self.assertEqual(self._get(self.foreign_path).status_code, 404)

    def test_shipment_that_changes_its_customer_takes_its_proof_along(self):
        self.authenticate("portal-hansen", "portal-hansen")
        self.assertEqual(self._get(self.path).status_code, 200)
        self.order.partner_id = self.other_customer
        self.shipment.partner_id = self.other_customer
        self.assertEqual(self._get(self.path).status_code, 404)


@tagged("post_install", "-at_install")
class TestProofScreens(PortalCase):
    def test_transfer_and_invoice_show_the_proof(self):
        proof = self._prove()
        foreign = self._prove(self.foreign)
        user, finance = self.people["user"], self.people["finance"]
        picking = self.order.picking_ids.with_user(user)
        self.assertEqual(picking.logistics_proof_ids, proof)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.sudo()._action_done()
        invoice = self.order._create_invoices()
        self.assertEqual(invoice.with_user(finance).logistics_proof_count, 1)
        window = invoice.with_user(finance).action_open_logistics_proofs()
        self.assertEqual(window["res_id"], proof.id)
        self.assertNotEqual(window["res_id"], foreign.id)

    def test_withdrawn_proof_is_shown_on_the_shipment_only(self):
        proof = self._prove()
        proof.action_withdraw("Wrong door")
        picking = self.order.picking_ids.with_user(self.people["user"])
        self.assertFalse(picking.logistics_proof_ids)
        self.assertEqual(self.shipment.proof_ids, proof)

    def test_seller_and_accountant_see_no_proof(self):
        self._prove()
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        picking = self.order.picking_ids.with_user(seller)
        self.assertTrue(picking.read(["name"]))
        with self.assertRaises(AccessError):
            picking.read(["logistics_proof_ids"])
        with self.assertRaises(AccessError):
            self.shipment.with_user(seller).read(["proof_ids"])

    def test_file_a_person_hands_in_is_looked_at(self):
        wizard = self.env["logistics.proof.record"].with_user(self.people["user"])
        for content in (
            b"<html><script/></html>",
            files.image()[:-20],
            files.png_of(20_000, 20_000, b""),
            files.pdf(b"/OpenAction << /S /JavaScript >>"),
            b"%PDF-1.4" + bytes(50_000_000),
        ):
            with self.subTest(content[:12]), self.assertRaises(UserError):
                wizard.create(
                    {
                        "shipment_ids": [fields.Command.set(self.shipment.ids)],
                        "document": files.encoded(content),
                        "document_name": "photo.png",
                    }
                ).action_record()
        self.assertFalse(self.shipment.proof_ids)
        self.assertNotEqual(self.shipment.state, "delivered")

    def test_what_the_suite_notes_of_a_file_is_not_typed(self):
        Proof = self.env["logistics.proof"].with_user(self.people["user"])
        for name in ("mimetype", "received_digest", "digest"):
            with self.subTest(name), self.assertRaises(AccessError):
                Proof.create(
                    {
                        "shipment_id": self.shipment.id,
                        "proof_at": fields.Datetime.now(),
                        name: "x",
                    }
                )

    def test_large_photo_is_stored_as_it_was_hashed(self):
        for size in ((4000, 3000), (50, 40)):
            self.env["logistics.proof.record"].create(
                {
                    "shipment_ids": [fields.Command.set(self.shipment.ids)],
                    "document": files.encoded(files.image("JPEG", size=size)),
                }
            ).action_record()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(len(self.shipment.proof_ids), 2)
        for proof in self.shipment.proof_ids:
            stored = base64.b64decode(proof.document)
            self.assertEqual(proof.digest, hashlib.sha256(stored).hexdigest())

    def test_kept_photo_says_nothing_of_its_place(self):
        self.env["logistics.proof.record"].create(
            {
                "shipment_ids": [fields.Command.set(self.shipment.ids)],
                "kind": "photo",
                "document": files.encoded(
                    files.image("JPEG", comment=b"Canary, 53.55 N")
                ),
                "document_name": "IMG 0001.HEIC",
            }
        ).action_record()
        (proof,) = self.shipment.proof_ids
        self.assertNotIn(b"Canary", base64.b64decode(proof.document))
        self.assertEqual(proof.document_name, "IMG 0001.jpg")
        self.assertTrue(proof.is_image)
        self.assertNotEqual(proof.digest, proof.received_digest)
