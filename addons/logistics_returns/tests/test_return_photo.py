import io

from PIL import Image

from odoo.tests import BaseCase, tagged

from .. import return_photo
from ..return_photo import PhotoRefused, clean


def picture(kind="JPEG", size=(64, 48), mode="RGB", **more):
    """Return the bytes of a picture."""
    target = io.BytesIO()
    Image.new(mode, size, more.pop("color", "red")).save(target, format=kind, **more)
    return target.getvalue()


def opened(content):
    """Return a picture that was cleaned."""
    return Image.open(io.BytesIO(content))


@tagged("post_install", "-at_install")
class TestReturnPhoto(BaseCase):
    def _assert_refused(self, reason, content):
        with self.assertRaises(PhotoRefused) as refused:
            clean(content)
        self.assertEqual(refused.exception.reason, reason)

    def test_every_known_format_becomes_a_jpeg(self):
        for kind in return_photo.FORMATS:
            with self.subTest(kind=kind):
                found = opened(clean(picture(kind)))
                self.assertEqual(found.format, "JPEG")
                self.assertEqual(found.size, (64, 48))

    def test_where_it_was_taken_is_not_kept(self):
        exif = Image.Exif()
        exif[0x010E] = "Secret Street 7"
        exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
        dirty = picture(exif=exif, comment=b"by K. Meyer")
        self.assertIn(b"Secret Street 7", dirty)
        self.assertIn(b"K. Meyer", dirty)
        found = clean(dirty)
        for word in (b"Secret Street 7", b"K. Meyer", b"Exif"):
            self.assertNotIn(word, found)

    def test_what_hides_behind_a_picture_is_not_kept(self):
        attack = b"<script>alert(1)</script>"
        for kind in return_photo.FORMATS:
            self.assertNotIn(attack, clean(picture(kind) + attack))

    def test_turned_pictures_are_turned_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        self.assertEqual(opened(clean(picture(exif=exif))).size, (48, 64))

    def test_large_pictures_become_smaller(self):
        found = opened(clean(picture(size=(5000, 2500))))
        self.assertEqual(found.size, (2048, 1024))

    def test_transparency_becomes_white(self):
        see_through = picture("PNG", mode="RGBA", color=(255, 0, 0, 0))
        self.assertEqual(opened(clean(see_through)).getpixel((3, 3)), (255, 255, 255))
        for mode in ("L", "P", "LA", "I;16", "1"):
            with self.subTest(mode=mode):
                self.assertEqual(
                    opened(clean(picture("PNG", mode=mode, color=0))).mode, "RGB"
                )

    def test_what_is_no_picture_is_refused(self):
        self._assert_refused("empty", b"")
        for content in (
            b"%PDF-1.4",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"GIF89a" + bytes(50),
            b"\xff\xd8\xff" + bytes(10),
            picture("BMP"),
            picture("GIF", mode="P", color=1),
        ):
            with self.subTest(content=content[:12]):
                self._assert_refused("no_picture", content)

    def test_huge_pictures_are_refused_unread(self):
        self._assert_refused("too_big", bytes(return_photo.MOST_BYTES + 1))
        for size in ((8000, 8000), (30000, 30000)):
            bomb = picture("PNG", size=size, mode="1", color=0)
            self.assertLess(len(bomb), return_photo.MOST_BYTES)
            self._assert_refused("too_big", bomb)
