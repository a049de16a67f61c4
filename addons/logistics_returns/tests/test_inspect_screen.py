import base64
import io

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .. import return_photo
from .inspect_case import InspectCommon


def _picture(kind="PNG"):
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, format=kind)
    return target.getvalue()


@tagged("post_install", "-at_install")
class TestInspectScreen(InspectCommon):
    """Scans, taps and photos on the screen of inspections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = "4006381333931"

    def _form(self):
        Inspection = self.env["logistics.return.inspection"].with_user(self.inspector)
        return Form(Inspection)

    def _scan(self, form, *codes):
        for code in codes:
            form.scan = code
        return form.message

    # === SCANS === #

    def test_scan_of_return_transfer_or_tracking_number_chooses_the_return(self):
        one, receipt = self._back(self._delivered(2)[1])
        shipment = self.env["logistics.shipment"].create(
            receipt._prepare_logistics_shipment_vals("return")
            | {"logistics_return_id": one.id}
        )
        self.env["logistics.parcel"].create(
            {"shipment_id": shipment.id, "tracking_number": "BACK 12"}
        )
        for code in (one.name, one.name.lower(), receipt.name, "back12"):
            with self.subTest(code):
                form = self._form()
                self._scan(form, code)
                self.assertEqual(form.return_id, one)
                self.assertFalse(form.scan)
                self.assertEqual(len(form.line_ids), 1)

    def test_scan_of_goods_counts_one_piece_of_them(self):
        one = self._came_back(3)
        form = self._form()
        self._scan(form, one.name, self.product.barcode, self.product.barcode)
        form.found_as = "scrap"
        message = self._scan(form, self.product.barcode)
        self.assertIn("0 left", message)
        message = self._scan(form, self.product.barcode)
        self.assertIn("everything that came is counted", message)
        form.save().action_confirm()
        self.assertEqual(self._inspected(one), {"restock": 2, "scrap": 1})

    def test_a_scanner_that_types_anywhere_does_the_same(self):
        one = self._came_back(2)
        screen = self._screen(one)
        screen.on_barcode_scanned(self.product.barcode)
        self.assertEqual(screen.line_ids.restock_quantity, 1)

    def test_scan_of_a_pack_counts_all_pieces_of_it(self):
        self.env["product.uom"].create(
            {
                "product_id": self.product.id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
                "barcode": "dozen-of-pumps",
            }
        )
        form = self._form()
        self._scan(form, self._came_back(13).name, "dozen-of-pumps")
        self.assertEqual(form.line_ids.edit(0).restock_quantity, 12)
        self.assertIn("is counted", self._scan(form, "dozen-of-pumps"))

    def test_scan_of_a_serial_number_counts_that_one(self):
        product = self._goods("Motor", tracking="serial")
        self._lots(product, "M-1", "M-2")
        one, _receipt = self._back(self._sold(product, 2))
        form = self._form()
        self._scan(form, one.name)
        self.assertIn("lot or serial", self._scan(form, product.barcode))
        self._scan(form, "M-2")
        self.assertIn("is counted", self._scan(form, "M-2"))
        form.save().action_confirm()
        self.assertEqual(one.finding_ids.lot_id.name, "M-2")

    def test_scan_of_goods_that_wait_in_one_return_chooses_it(self):
        product = self._goods("Valve")
        one, _receipt = self._back(self._sold(product, 2))
        form = self._form()
        self._scan(form, product.barcode)
        self.assertEqual(form.return_id, one)
        self.assertEqual(form.line_ids.edit(0).restock_quantity, 1)
        other, _receipt = self._back(self._sold(product, 2))
        form = self._form()
        message = self._scan(form, product.barcode)
        self.assertFalse(form.return_id)
        self.assertIn(one.name, message)
        self.assertIn(other.name, message)

    def test_unknown_code_says_so_and_changes_nothing(self):
        form = self._form()
        for before in (None, self._came_back(2).name):
            if before:
                self._scan(form, before)
            for code in ("nonsense", "%", "_"):
                self.assertIn(code, self._scan(form, code))
        self.assertEqual(form.line_ids.edit(0).restock_quantity, 0)

    def test_what_was_counted_is_not_lost_by_a_scan_of_another_return(self):
        one, other = self._came_back(2), self._came_back(2)
        form = self._form()
        message = self._scan(form, one.name, self.product.barcode, other.name)
        self.assertIn("Confirm or clear", message)
        self.assertEqual(form.return_id, one)

    def test_scan_of_another_company_s_return_finds_nothing(self):
        one = self._came_back(2)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.inspector.company_ids |= company
        Inspection = self.env["logistics.return.inspection"].with_user(self.inspector)
        form = Form(Inspection.with_context(allowed_company_ids=company.ids))
        self._scan(form, one.name)
        self.assertFalse(form.return_id)

    # === TAPS === #

    def test_screen_offers_what_waits(self):
        one = self._came_back(2)
        screen = self.env["logistics.return.inspection"].with_user(self.inspector)
        self.assertIn(one, screen.create({}).waiting_ids)
        self._find(one, restock=2)
        self.assertNotIn(one, screen.create({}).waiting_ids)

    def test_one_tap_counts_all_the_rest(self):
        one = self._came_back(5)
        screen = self._screen(one)
        screen.line_ids.scrap_quantity = 2
        screen.action_rest()
        self.assertEqual(screen.line_ids.restock_quantity, 3)
        screen.action_clear()
        self.assertEqual(screen.line_ids.left, 5)
        screen.found_as = "send_back"
        screen.line_ids.action_all()
        self.assertEqual(screen.line_ids.send_back_quantity, 5)

    def test_confirm_leads_to_the_empty_screen(self):
        one = self._came_back(1)
        screen = self._screen(one)
        screen.action_rest()
        window = screen.action_confirm()
        new = self.env[window["res_model"]].browse(window["res_id"])
        self.assertFalse(new.return_id)
        self.assertIn(one.name, new.message)

    def test_receipt_and_return_lead_to_the_screen(self):
        one, receipt = self._back(self._delivered(2)[1])
        self.assertTrue(receipt.logistics_waits_inspection)
        window = receipt.with_user(self.inspector).action_logistics_inspect()
        screen = self.env[window["res_model"]].browse(window["res_id"])
        self.assertEqual(screen.return_id, one)
        self._find(one, restock=2)
        self.assertFalse(receipt.logistics_waits_inspection)
        self.assertEqual(
            one.action_view_findings()["domain"], [("return_id", "=", one.id)]
        )

    # === PHOTOS === #

    def _photo(self, raw, user=None, **more):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.inspector)
            .create(
                {
                    "name": "photo.png",
                    "datas": base64.b64encode(raw),
                    "res_model": "logistics.return.inspection",
                    "res_id": 0,
                }
                | more
            )
        )

    def _with_photos(self, photos):
        one = self._came_back(1)
        screen = self._screen(one)
        screen.line_ids.scrap_quantity = 1
        screen.photo_ids = photos
        screen.action_confirm()
        return one

    def test_photos_are_kept_with_what_was_found(self):
        one = self._with_photos(self._photo(_picture()) | self._photo(_picture("JPEG")))
        photos = one.finding_ids.photo_ids
        self.assertEqual(photos.mapped("mimetype"), ["image/jpeg"] * 2)
        self.assertEqual(photos.mapped("res_id"), [one.id] * 2)
        self.assertTrue(photos.with_user(self.people["finance"]).mapped("raw"))
        self.assertLessEqual(photos, one.message_ids.attachment_ids)

    def test_what_is_no_photo_or_too_big_is_refused(self):
        with self.assertRaisesRegex(UserError, "is no photo"), self.cr.savepoint():
            self._with_photos(self._photo(b"<svg onload='x'/>", name="a.png"))
        huge = _picture() + b"0" * return_photo.MOST_BYTES
        with self.assertRaisesRegex(UserError, "too big"), self.cr.savepoint():
            self._with_photos(self._photo(huge))
        many = self.env["ir.attachment"].union(
            *(self._photo(_picture()) for _turn in range(return_photo.MOST + 1))
        )
        with self.assertRaisesRegex(UserError, "No more than"), self.cr.savepoint():
            self._with_photos(many)

    def test_documents_of_others_are_not_taken_as_photos(self):
        foreign = self._photo(_picture(), user=self.env.user)
        other = self._photo(_picture(), res_model=False)
        other.sudo().write({"res_model": "res.partner", "res_id": self.customer.id})
        for photo in (foreign, other):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self._with_photos(photo.sudo())
