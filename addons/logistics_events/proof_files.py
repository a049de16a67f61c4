"""Papers, photos and signatures from outside: is it one, and what may be kept of it.

Pure, without a database. Images are painted anew, so that nothing but the picture
survives: no place, no device, no text, nothing hung on behind. A PDF stays as it is,
byte by byte, and is refused when it needs a key, can run something or is cut off.
"""

import hashlib
import io
import re
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
# Of the longer side of what is kept; enough to read a signature.
MAX_SIDE = 2400
MAX_NAME = 100
# What the compressed directories of one PDF may come to.
_MAX_INFLATED = 20 * 1024 * 1024
_JPEG_QUALITY = 85

# Why a file is refused; a person reads `REASONS` of the model.
REFUSALS = ("empty", "size", "type", "pixels", "broken", "locked", "active")

_IMAGES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF8", "GIF"))
_PDF = b"%PDF-"
# Behind bytes of a scan that are no pixels: any marker but a restart.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_END_OF_NAME = rb"(?=[\s/<>\[\]()%{}]|$)"
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)"
    + _END_OF_NAME
)
_LOCKED = re.compile(rb"/Encrypt" + _END_OF_NAME)
_UNSAFE_IN_NAME = re.compile(r"[^\w .,()+-]+")


class ProofRefused(ValueError):
    """A file that is not kept.

    :ivar str reason: One of `REFUSALS`.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a file.

    :param bytes content: What is stored: the image painted anew, or the PDF as it came.
    :param str mimetype: What it is, by its bytes.
    :param str extension: Of a file name, without the dot.
    :param str received_digest: SHA-256 of the bytes as they were received, hex.
    """

    content: bytes
    mimetype: str
    extension: str
    received_digest: str


def checked(content):
    """Return what may be kept of a file.

    :param bytes content: The file as it was received, from anybody.
    :rtype: Kept
    :raise ProofRefused: When it is none of what is kept, or may do harm.
    """
    if not content:
        raise ProofRefused("empty")
    if len(content) > MAX_BYTES:
        raise ProofRefused("size")
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(_PDF):
        _check_pdf(content)
        return Kept(content, "application/pdf", "pdf", digest)
    for magic, kind in _IMAGES:
        if content.startswith(magic):
            return _painted_anew(content, kind, digest)
    raise ProofRefused("type")


def file_name(name, extension):
    """Return a name under which the file can be stored anywhere.

    :param str name: As somebody called it; may be empty, or a path.
    :param str extension: What it is, whatever the name said.
    :rtype: str
    """
    base = (name or "").replace("\\", "/").rpartition("/")[2]
    stem = base.rpartition(".")[0] or base
    stem = _UNSAFE_IN_NAME.sub("_", stem).strip(" ._")[:MAX_NAME].strip(" ._")
    return f"{stem or 'proof'}.{extension}"


# === IMAGES === #


def _painted_anew(content, kind, digest):
    # Odoo tells Pillow to take cut off images; half a signature is none.
    if not _ENDS[kind](content):
        raise ProofRefused("broken")
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ProofRefused("pixels")
            picture = _picture(image)
    except ProofRefused:
        raise
    except Image.DecompressionBombError as error:
        raise ProofRefused("pixels") from error
    except Exception as error:
        # Decoders of hostile bytes raise whatever they like.
        raise ProofRefused("broken") from error
    target = io.BytesIO()
    if kind == "JPEG":
        picture.save(target, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        return Kept(target.getvalue(), "image/jpeg", "jpg", digest)
    picture.save(target, "PNG", optimize=True)
    return Kept(target.getvalue(), "image/png", "png", digest)


def _picture(image):
    """Return the pixels of the first frame, upright, on white, and nothing else."""
    if image.format == "JPEG":
        # Decoded at a fraction where that is enough: less memory, same picture.
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    upright = _upright(image)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        clean = Image.new("RGB", upright.size, "white")
        clean.paste(upright, mask=upright.getchannel("A"))
        return clean
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright.convert("RGB"))
    return clean


def _upright(image):
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - damaged metadata raises anything: not turned
        return image


def _jpeg_ends(content):
    """Whether all scans of a JPEG are there; what follows its end does not matter."""
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            return False
        marker = content[at + 1]
        if marker == 0xD9:
            return True
        if marker == 0xFF:
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
            if marker == 0xDA:
                found = _JPEG_MARKER.search(content, at)
                if not found:
                    return False
                at = found.start()
    return False


def _png_ends(content):
    """Whether all chunks of a PNG are there and undamaged."""
    at = 8
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        end = at + 8 + size
        told = int.from_bytes(content[end : end + 4], "big")
        if end + 4 > len(content) or zlib.crc32(content[at + 4 : end]) != told:
            return False
        if content[at + 4 : at + 8] == b"IEND":
            return True
        at = end + 4
    return False


def _gif_ends(content):
    return content.rstrip(b"\0\r\n").endswith(b";")


_ENDS = {"JPEG": _jpeg_ends, "PNG": _png_ends, "GIF": _gif_ends}


# === PDF === #


def _check_pdf(content):
    if b"%%EOF" not in content[-1024:] or b"startxref" not in content[-2048:]:
        raise ProofRefused("broken")
    directories = _inflated_directories(content)
    for part in (content, *directories):
        plain = _unescaped(part)
        if _LOCKED.search(plain):
            raise ProofRefused("locked")
        if _ACTIVE.search(plain):
            raise ProofRefused("active")


def _unescaped(part):
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _inflated_directories(content):
    """Return the object streams: in them, names hide from whoever reads the bytes."""
    found, left, at = [], _MAX_INFLATED, 0
    while (start := content.find(b"stream", at)) >= 0:
        end = content.find(b"endstream", start + 6)
        if end < 0:
            break
        if b"ObjStm" in _unescaped(content[max(at, start - 2048) : start]):
            data = content[start + 6 : end].lstrip(b"\r\n")
            inflated = _inflated(data, left)
            left -= len(inflated)
            found.append(inflated)
        at = end + 9
    return found


def _inflated(data, limit):
    inflate = zlib.decompressobj()
    try:
        plain = inflate.decompress(data, limit)
    except zlib.error:
        # Not compressed: its names stand in the bytes themselves.
        return b""
    if inflate.unconsumed_tail:
        raise ProofRefused("active")
    return plain
