"""Small real files for proofs of delivery, and what attackers would send instead."""

import base64
import io
import struct
import zlib

from PIL import Image

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def image(form="PNG", size=(60, 40), mode="RGB", **options):
    """Return an image with a line across it.

    :param str form: A format of Pillow.
    :rtype: bytes
    """
    picture = Image.new(mode, size, 1 if mode == "1" else None)
    for at in range(min(size)):
        picture.putpixel((at, at), picture.getpixel((0, 0)))
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def pdf(more=b""):
    """Return a PDF of one empty page.

    :param bytes more: What else its catalogue says.
    :rtype: bytes
    """
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R " + more + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>",
    )
    text, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        text
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(text)
    )


def encoded(content):
    """Return a file as a binary field takes it."""
    return base64.b64encode(content)


def png_of(width, height, data, *chunks):
    """Return a PNG that says what it likes about itself.

    :param bytes data: Its pixels, not compressed yet.
    :param chunks: Pairs of a type and content, before the pixels.
    :rtype: bytes
    """
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        *chunks,
        (b"IDAT", zlib.compress(data, 9)),
        (b"IEND", b""),
    )
    return PNG_HEAD + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )
