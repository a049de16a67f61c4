import base64

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import embedded

PNG = b"\x89PNG\r\n\x1a\n rest"


@tagged("post_install", "-at_install")
class TestEmbedded(BaseCase):
    """Files inside messages."""

    def test_files_are_found_however_they_are_written(self):
        plain = base64.b64encode(PNG).decode()
        for text in (
            plain,
            plain.rstrip("="),
            f"data:image/png;base64,{plain}",
            "\n".join(plain[at : at + 4] for at in range(0, len(plain), 4)),
        ):
            with self.subTest(text):
                self.assertEqual(embedded.file_of(text), PNG)

    def test_what_is_no_image_and_no_pdf_is_no_file(self):
        html = base64.b64encode(b"<html>").decode()
        for text in (None, "", 7, {}, "encoding Base64", "%%%", "é", html):
            with self.subTest(text):
                self.assertEqual(embedded.file_of(text), b"")

    def test_kind_is_told_by_the_bytes(self):
        for content, kind in (
            (PNG, "png"),
            (b"\xff\xd8\xff\xe0", "jpg"),
            (b"GIF89a", "gif"),
            (b"%PDF-1.4", "pdf"),
            (b"", ""),
            (b"<svg>", ""),
        ):
            with self.subTest(content):
                self.assertEqual(embedded.extension(content), kind)
