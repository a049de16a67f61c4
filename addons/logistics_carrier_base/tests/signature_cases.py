"""Schemes, secrets and bodies that the tests of signatures share."""

import base64
import json

from odoo.tests import BaseCase

from odoo.addons.logistics_carrier_base.signatures import (
    REASONS,
    Bearer,
    HmacBase64,
    HmacHex,
    JsonField,
    Secret,
    StandardWebhooks,
    StaticToken,
    TimestampedHmac,
)

NOW = 1767225600.0
BODY = '{"parcel": "SBX0000012345678", "city": "Köln"}'.encode()
ENVELOPE = json.dumps({"sent": "2026-01-01T00:00:00Z", "content": '{"n": 1}'}).encode()

# One of each kind, with a secret it takes.
SCHEMES = {
    "hex": (HmacHex("X-Sign"), "s3cret"),
    "hex with prefix": (HmacHex("X-Sign", prefix="sha256="), "s3cret"),
    "hex, decomposed key": (HmacHex("X-Sign", key="nfkd"), "Schlüssel"),
    "hex, base64 key": (
        HmacHex("X-Sign", key="base64"),
        base64.b64encode(bytes(range(32))).decode(),
    ),
    "hex, hexadecimal key": (HmacHex("X-Sign", key="hex"), bytes(range(32)).hex()),
    "base64": (HmacBase64("X-Sign"), "s3cret"),
    "base64 or hex": (HmacBase64("X-Sign", also_hex=True), "s3cret"),
    "hex with time": (
        HmacHex(
            "X-Sign",
            signed=("timestamp", b":", "body"),
            timestamp_header="X-Time",
        ),
        "s3cret",
    ),
    "base64 with id and time": (
        HmacBase64(
            "X-Sign",
            signed=("id", b"|", "timestamp", b"|", "body"),
            timestamp_header="X-Time",
            id_header="X-Id",
        ),
        "s3cret",
    ),
    "fields of the body": (
        HmacBase64("X-Sign", signed=(JsonField("sent"), JsonField("content"))),
        "s3cret",
    ),
    "standard webhooks": (
        StandardWebhooks(),
        "whsec_" + base64.b64encode(bytes(range(24))).decode(),
    ),
    "standard webhooks of svix": (
        StandardWebhooks(family="svix"),
        base64.b64encode(bytes(range(24))).decode(),
    ),
    "time in the header": (TimestampedHmac("X-Sign"), "s3cret"),
    "static token": (StaticToken("X-Token"), "s3cret-token"),
    "bearer": (Bearer(), "s3cret-token"),
}
TIMED = {
    "hex with time",
    "base64 with id and time",
    "standard webhooks",
    "standard webhooks of svix",
    "time in the header",
}
UNSIGNED_BODY = {"static token", "bearer"}


def body_of(name):
    return ENVELOPE if name == "fields of the body" else BODY


def flipped_bits(data):
    """Give every copy of some bytes in which one bit is another."""
    for index in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[index] ^= 1 << bit
            yield bytes(changed)


class SignatureCase(BaseCase):
    """Signs and verifies the shared cases."""

    def verify(self, scheme, headers, secret, body=BODY, now=NOW):
        return scheme.verify(body, headers, [Secret(secret)], now)

    def sign(self, name):
        scheme, secret = SCHEMES[name]
        return scheme, secret, scheme.sign(body_of(name), secret, NOW, "msg_01")

    def assertRefused(self, verdict, reason=None):
        self.assertFalse(verdict.ok)
        self.assertEqual((verdict.trust, verdict.message_key), ("", None))
        self.assertIn(verdict.reason, REASONS)
        if reason:
            self.assertEqual(verdict.reason, reason)
