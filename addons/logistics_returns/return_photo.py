"""Pictures that customers send, made harmless: pure, without a database.

A picture is read and written anew, so that nothing but what is seen on it is kept: no
place where it was taken, no second file behind the picture, no script inside it.
"""

import io

# Odoo loads the plugins of some formats only; this one registers itself.
from PIL import Image, ImageOps, WebPImagePlugin  # noqa: F401

# What a browser offers to choose, and what is read.
ACCEPTED = "image/jpeg,image/png,image/webp"
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 2**20
MOST_PIXELS = 50_000_000
# So many pictures of one return, whenever they come.
MOST = 8
SIDE = 2048
QUALITY = 85
MIMETYPE = "image/jpeg"


class PhotoRefused(Exception):
    """A picture that is not taken.

    :param str reason: `empty`, `too_big` (bytes or pixels) or `no_picture`.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def clean(content):
    """Return a picture as a new JPEG of at most `SIDE` pixels each way.

    :param bytes content: A file as it was sent; its name and what it says it is count
        for nothing.
    :rtype: bytes
    :raises PhotoRefused: For what is no picture of a known format, or too big.
    """
    if not content:
        raise PhotoRefused("empty")
    if len(content) > MOST_BYTES:
        raise PhotoRefused("too_big")
    try:
        # Only the head is read here, so a huge picture costs nothing.
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PhotoRefused("too_big") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise PhotoRefused("no_picture") from error
    if image.width * image.height > MOST_PIXELS:
        raise PhotoRefused("too_big")
    try:
        image.draft("RGB", (SIDE, SIDE))
        return _written_anew(ImageOps.exif_transpose(image))
    except Exception as error:
        # Broken files fail in any way.
        raise PhotoRefused("no_picture") from error


def _written_anew(image):
    image.thumbnail((SIDE, SIDE))
    if image.mode != "RGB":
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    # A picture of its own, so that no comment or profile comes along.
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    target = io.BytesIO()
    fresh.save(target, format="JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()
