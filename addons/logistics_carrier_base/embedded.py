"""Files that stand inside a message as base64. Pure.

Whether a file may be kept is looked at when it is stored; here it is only told from
the filler and the error texts that partners put in the same place.
"""

import base64
import binascii

_BEGINNINGS = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF8": "gif",
    b"%PDF-": "pdf",
}


def file_of(text):
    """Return the image or PDF that stands in a document as base64.

    :param text: What stands there; line breaks and a `data:` head are fine.
    :return: The bytes; empty when it is anything else.
    :rtype: bytes
    """
    if not isinstance(text, str):
        return b""
    if text[:5].lower() == "data:":
        text = text.partition(",")[2]
    packed = "".join(text.split())
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return content if extension(content) else b""


def extension(content):
    """Return what a file is, as the end of a file name without the dot.

    :param bytes content: The file.
    :return: `jpg`, `png`, `gif`, `pdf`, or "" when it is none of these.
    :rtype: str
    """
    return next(
        (name for magic, name in _BEGINNINGS.items() if content.startswith(magic)), ""
    )
