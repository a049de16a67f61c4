import hashlib
import io
import struct
import zlib

from PIL import Image

from odoo.tests import BaseCase, tagged

from .. import proof_files
from . import files


@tagged("post_install", "-at_install")
class TestProofFiles(BaseCase):
    def _refused(self, content):
        with self.assertRaises(proof_files.ProofRefused) as caught:
            proof_files.checked(content)
        return caught.exception.reason

    def _opened(self, kept):
        image = Image.open(io.BytesIO(kept.content))
        image.load()
        return image

    # === WHAT IS KEPT === #

    def test_images_of_every_kind_are_kept_as_pictures(self):
        cases = (
            ("PNG", "RGB", "image/png", "png"),
            ("PNG", "RGBA", "image/png", "png"),
            ("PNG", "LA", "image/png", "png"),
            ("PNG", "P", "image/png", "png"),
            ("PNG", "1", "image/png", "png"),
            ("JPEG", "RGB", "image/jpeg", "jpg"),
            ("JPEG", "L", "image/jpeg", "jpg"),
            ("JPEG", "CMYK", "image/jpeg", "jpg"),
            ("GIF", "P", "image/png", "png"),
        )
        for form, mode, mimetype, extension in cases:
            with self.subTest(form=form, mode=mode):
                content = files.image(form, mode=mode)
                kept = proof_files.checked(content)
                self.assertEqual((kept.mimetype, kept.extension), (mimetype, extension))
                self.assertEqual(self._opened(kept).size, (60, 40))
                self.assertEqual(
                    kept.received_digest, hashlib.sha256(content).hexdigest()
                )

    def test_progressive_jpeg_is_kept(self):
        content = files.image("JPEG", size=(300, 200), progressive=True)
        self.assertEqual(proof_files.checked(content).mimetype, "image/jpeg")

    def test_ink_on_nothing_is_ink_on_white(self):
        picture = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
        picture.putpixel((5, 5), (0, 0, 0, 255))
        target = io.BytesIO()
        picture.save(target, "PNG")
        image = self._opened(proof_files.checked(target.getvalue()))
        self.assertEqual(image.mode, "RGB")
        self.assertEqual(image.getpixel((0, 0)), (255, 255, 255))
        self.assertEqual(image.getpixel((5, 5)), (0, 0, 0))

    def test_large_photo_is_made_smaller_and_stays_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # Turned by a quarter.
        content = files.image("JPEG", size=(4000, 1000), exif=exif)
        image = self._opened(proof_files.checked(content))
        self.assertEqual(image.height, proof_files.MAX_SIDE)
        self.assertLess(image.width, image.height)

    def test_pdf_stays_as_it_came(self):
        content = files.pdf()
        kept = proof_files.checked(content)
        self.assertEqual(kept.content, content)
        self.assertEqual((kept.mimetype, kept.extension), ("application/pdf", "pdf"))

    # === WHAT DOES NOT SURVIVE === #

    def test_nothing_but_the_picture_survives(self):
        exif = Image.Exif()
        exif[0x010E] = "Canary description"
        exif[0x8825] = {1: "N", 2: (53.0, 33.0, 1.0)}  # Where it was taken.
        icc = b"Canary profile" * 20
        marked = {
            "jpeg": files.image("JPEG", exif=exif, comment=b"Canary comment"),
            "png": files.png_of(
                50, 50, b"\0" * 7550, (b"tEXt", b"Author\0Canary"), (b"eXIf", b"Canary")
            ),
            "profile": files.image("PNG", icc_profile=icc),
            "behind": files.image("JPEG") + b"<script>Canary</script>",
            "archive": files.image("PNG") + b"PK\x03\x04Canary",
            "gif": files.image("GIF", mode="P", comment=b"Canary"),
        }
        for name, content in marked.items():
            with self.subTest(name):
                kept = proof_files.checked(content)
                self.assertNotIn(b"Canary", kept.content)
                image = self._opened(kept)
                self.assertFalse(image.getexif())
                self.assertFalse({"icc_profile", "comment", "Author"} & set(image.info))

    def test_page_hidden_in_an_image_is_gone(self):
        page = b"<html><script>alert(1)</script></html>"
        content = files.png_of(50, 50, b"\0" * 7550, (b"tEXt", b"x\0" + page))
        self.assertIn(page, content)
        self.assertNotIn(b"<script", proof_files.checked(content).content)

    # === WHAT IS REFUSED === #

    def test_other_types_are_refused_whatever_they_are_called(self):
        for content in (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"<!DOCTYPE html><html></html>",
            b"PK\x03\x04" + b"\0" * 60,
            b"MZ" + b"\0" * 60,
            b"#!/bin/sh\n",
            b"II*\0" + b"\0" * 60,
            b"RIFF\0\0\0\0WEBPVP8 ",
            b"%!PS-Adobe-3.0 EPSF-3.0",
            b" " + files.pdf(),
            b"<?xml version='1.0'?>" + files.pdf(),
            b"no file at all",
        ):
            with self.subTest(content[:20]):
                self.assertEqual(self._refused(content), "type")

    def test_nothing_and_far_too_much_are_refused(self):
        self.assertEqual(self._refused(b""), "empty")
        self.assertEqual(self._refused(b"\xff\xd8\xff" + bytes(50_000_000)), "size")
        self.assertEqual(self._refused(b"%PDF-1.4\n" + bytes(50_000_000)), "size")

    def test_cut_off_files_are_refused(self):
        for name, content in {
            "jpeg": files.image("JPEG", size=(300, 200))[:-40],
            "progressive": files.image("JPEG", size=(300, 200), progressive=True)[:-40],
            "png": files.image("PNG")[:-16],
            "gif": files.image("GIF", mode="P")[:-1],
            "pdf": files.pdf()[:-60],
            "head": b"\x89PNG\r\n\x1a\n",
            "start": b"\xff\xd8\xff",
        }.items():
            with self.subTest(name):
                self.assertEqual(self._refused(content), "broken")

    def test_damaged_files_are_refused(self):
        png = bytearray(files.image("PNG"))
        png[50] ^= 0xFF
        jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02rubbish\xff\xd9"
        lies = files.png_of(50, 50, b"\0" * 7550, (b"iCCP", b"x\0\0not compressed"))
        for name, content in {"png": bytes(png), "jpeg": jpeg}.items():
            with self.subTest(name):
                self.assertEqual(self._refused(content), "broken")
        # What is wrong beside the picture is not kept anyway.
        self.assertTrue(proof_files.checked(lies).content)

    def test_image_of_many_pixels_is_refused_before_it_is_painted(self):
        for width, height in ((20_000, 20_000), (2**31 - 1, 2**31 - 1), (26_000, 1000)):
            with self.subTest(width=width, height=height):
                bomb = files.png_of(width, height, b"\0" * 100_000)
                self.assertEqual(self._refused(bomb), "pixels")

    def test_text_that_unpacks_to_much_is_not_unpacked(self):
        packed = zlib.compress(bytes(200_000_000), 9)
        content = files.png_of(50, 50, b"\0" * 7550, (b"zTXt", b"a\0\0" + packed))
        self.assertLess(len(proof_files.checked(content).content), 10_000)

    def test_image_larger_than_it_says_is_no_more_than_it_says(self):
        content = files.png_of(10, 10, bytes(50_000_000))
        self.assertEqual(self._opened(proof_files.checked(content)).size, (10, 10))

    def test_image_without_pixels_is_refused(self):
        for width, height in ((0, 0), (0, 10)):
            content = files.png_of(width, height, b"")
            self.assertEqual(self._refused(content), "broken")

    def test_pdf_that_runs_something_is_refused(self):
        for more in (
            b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
            b"/OpenAction << /S /Java#53cript /JS (x) >>",
            b"/OpenAction << /S /Launch /F (calc.exe) >>",
            b"/AA << /O << /S /SubmitForm /F (http://example.com) >> >>",
            b"/Names << /EmbeddedFiles << >> >>",
            b"/AcroForm << /XFA [] >>",
        ):
            with self.subTest(more):
                self.assertEqual(self._refused(files.pdf(more)), "active")

    def test_program_in_a_compressed_directory_is_found(self):
        hidden = zlib.compress(b"<< /S /JavaScript /JS (x) >>")
        for kind in (b"/ObjStm", b"/Obj#53tm"):
            stream = b"/Type %s >>\nstream\n%s\nendstream" % (kind, hidden)
            content = files.pdf().replace(b"xref\n0 4", stream + b"\nxref\n0 4")
            self.assertEqual(self._refused(content), "active")

    def test_directory_that_unpacks_to_much_is_refused(self):
        hidden = zlib.compress(bytes(100_000_000), 9)
        stream = b"/Type /ObjStm >>\nstream\n%s\nendstream" % hidden
        content = files.pdf().replace(b"xref\n0 4", stream + b"\nxref\n0 4")
        self.assertEqual(self._refused(content), "active")

    def test_locked_pdf_is_refused(self):
        content = files.pdf().replace(b"/Size 4", b"/Size 4 /Encrypt 9 0 R")
        self.assertEqual(self._refused(content), "locked")

    def test_archive_behind_a_pdf_is_refused(self):
        archive = b"PK\x03\x04" + bytes(5000)
        self.assertEqual(self._refused(files.pdf() + archive), "broken")

    def test_pdf_made_to_take_long_does_not(self):
        for content in (
            b"%PDF-1.4\n" + b"stream\n" * 100_000 + b"startxref\n0\n%%EOF",
            b"%PDF-1.4\n" + b"#41" * 100_000 + b"startxref\n0\n%%EOF",
            b"%PDF-1.4\n" + b"ObjStm stream\nendstream" * 20_000 + b"startxref %%EOF",
        ):
            self.assertEqual(proof_files.checked(content).content, content)

    def test_numbers_that_point_nowhere_are_refused(self):
        jpeg = b"\xff\xd8\xff\xe0" + struct.pack(">H", 65535) + b"short"
        self.assertEqual(self._refused(jpeg), "broken")
        chunk = files.PNG_HEAD + struct.pack(">I", 2**32 - 1) + b"IDAT"
        self.assertEqual(self._refused(chunk), "broken")

    # === NAMES === #

    def test_name_is_one_that_can_be_stored_anywhere(self):
        for name, expected in {
            "../../etc/door.php": "door.jpg",
            "C:\\temp\\signed paper.PDF": "signed paper.jpg",
            "": "proof.jpg",
            "...": "proof.jpg",
            ".htaccess": "htaccess.jpg",
            "a\0b<script>.png": "a_b_script.jpg",
            "ä ö.jpeg": "ä ö.jpg",
        }.items():
            with self.subTest(name):
                self.assertEqual(proof_files.file_name(name, "jpg"), expected)
        self.assertLess(len(proof_files.file_name("a" * 500, "jpg")), 110)
