"""A proof of delivery as a partner hands it over: plain values, not checked yet."""

import base64
import binascii
from dataclasses import dataclass

from odoo.addons.logistics_events.proof_files import MAX_BYTES

from .exceptions import (
    CarrierAnswer,
    CarrierRejected,
    CarrierUnavailable,
    UnreadableMessage,
)

KINDS = ("signature", "photo", "document")
_MAX_TEXT = 200
# In base64, with line breaks.
_MAX_ENCODED = MAX_BYTES * 3 // 2


@dataclass(frozen=True, slots=True)
class ProofFile:
    """One file that shows a delivery.

    Whether the content is what it says is looked at when it is stored, so an adapter
    hands over what it got.

    :param str tracking_number: Whose delivery it shows, as the partner writes it; a
        file about another parcel than asked for is not kept.
    :param bytes content: The file itself: JPEG, PNG, GIF or PDF.
    :param str kind: One of `KINDS`.
    :param str name: What the partner calls the file; may be empty.
    :param str signer: Who signed, when the partner says so beside the file.
    :raises ValueError: When an attribute is of another type or outside its list.
    """

    tracking_number: str
    content: bytes
    kind: str = "document"
    name: str = ""
    signer: str = ""

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind: unknown value {self.kind!r}")
        if not isinstance(self.content, bytes):
            raise ValueError("content: not bytes")
        for field in ("tracking_number", "name", "signer"):
            value = getattr(self, field)
            if not isinstance(value, str):
                raise ValueError(f"{field}: not a text: {value!r}")
            clean = " ".join(value.replace("\0", " ").split())[:_MAX_TEXT]
            object.__setattr__(self, field, clean)


def readable(fetch):
    """Return a fetcher that raises what a call may raise, whatever the answer was.

    :param callable fetch: `number -> list[ProofFile]`; it may raise `CarrierAnswer` and
        `UnreadableMessage` as well.
    :rtype: callable
    """

    def ask(number):
        try:
            return fetch(number)
        except CarrierAnswer as error:
            if error.kind in ("unavailable", "quota"):
                raise CarrierUnavailable(str(error)) from error
            raise CarrierRejected(error.kind, error.code, str(error)) from error
        except UnreadableMessage as error:
            raise CarrierRejected("bad_request", "schema", error.reason) from error

    return ask


def decoded(text):
    """Return the bytes of a file that stands in a document as base64.

    :param str text: As the partner wrote it; line breaks and a `data:` head are fine.
    :return: The bytes; empty when it is no base64. Of what is far too large, only as
        much as shows that it is.
    :rtype: bytes
    """
    if not isinstance(text, str):
        return b""
    if text[:5].lower() == "data:":
        text = text.partition(",")[2]
    packed = "".join(text[:_MAX_ENCODED].split())
    if len(text) > _MAX_ENCODED:
        packed = packed[: len(packed) // 4 * 4]
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
