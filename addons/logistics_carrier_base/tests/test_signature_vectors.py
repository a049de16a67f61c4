import base64
import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.signatures import (
    HmacBase64,
    HmacHex,
    JsonField,
    QueryHmac,
    Secret,
    StandardWebhooks,
    TimestampedHmac,
)

from .signature_cases import NOW, flipped_bits

# Every published partner, said with the generic schemes.
PROVIDERS = {
    "EasyPost": HmacHex("X-Hmac-Signature", prefix="hmac-sha256-hex=", key="nfkd"),
    "Sendcloud": HmacHex("Sendcloud-Signature"),
    "Standard Webhooks / Svix": StandardWebhooks(),
    "Shopify (query string, not webhook body)": QueryHmac(),
    "Shopify": HmacBase64("X-Shopify-Hmac-SHA256"),
    "AfterShip Tracking": HmacBase64("aftership-hmac-sha256"),
    "FedEx Advanced Integrated Visibility": HmacBase64("fdx-signature", also_hex=True),
    "USPS Subscriptions Tracking v3": HmacBase64(
        "X-HMAC", signed=(JsonField("timestamp"), JsonField("payload"))
    ),
    "Shippo": TimestampedHmac("Shippo-Auth-Signature"),
    "DCSA Track & Trace": HmacHex(
        "Notification-Signature", prefix="sha256=", key="base64"
    ),
}
# Published test vectors, where they lie beside the project.
VECTORS = (
    Path(__file__).resolve().parents[3].parent
    / "shared/fixtures/signature-vectors/vectors.json"
)


@tagged("post_install", "-at_install")
class TestPublishedVectors(BaseCase):
    """Test vectors of the partners themselves, where they lie beside the project."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vectors = []
        if VECTORS.exists():
            cls.vectors = json.loads(VECTORS.read_text())["vectors"]

    def _case(self, vector):
        """Give scheme, secret, body and headers of a vector."""
        scheme = PROVIDERS[vector["provider"]]
        if "body_file" in vector:
            body = (VECTORS.parent / vector["body_file"]).read_bytes()
        elif "envelope" in vector:
            body = json.dumps(vector["envelope"]).encode()
        elif "message" in vector:
            body = f"{vector['message']}&hmac={vector['signature']}".encode()
        else:
            body = vector["body"].encode()
        headers = vector.get("headers") or {
            vector.get("header", ""): vector.get("signature")
            or vector.get("header_value")
        }
        secret = vector.get("key")
        if "key_bytes_hex" in vector:
            raw = bytes.fromhex(vector["key_bytes_hex"])
            secret = base64.b64encode(raw).decode()
        return scheme, secret, body, headers

    def _now(self, vector):
        times = {
            "Standard Webhooks / Svix": 1614265330,
            "Shopify (query string, not webhook body)": 1337178173,
            "Shippo": 1700000000,
        }
        return float(times.get(vector["provider"], NOW))

    def _verify(self, vector, body=None, headers=None):
        scheme, secret, signed_body, signed_headers = self._case(vector)
        return scheme.verify(
            signed_body if body is None else body,
            signed_headers if headers is None else headers,
            [Secret(secret)],
            self._now(vector),
        )

    def test_accepting_vectors_verify_and_the_rejecting_one_does_not(self):
        verdicts = {vector["id"]: self._verify(vector).ok for vector in self.vectors}
        refused = {vector["id"] for vector in self.vectors if "expect" in vector}
        self.assertEqual(verdicts, {name: name not in refused for name in verdicts})
        if self.vectors:
            self.assertEqual((len(verdicts), len(refused)), (12, 1))

    def test_no_bit_of_a_body_can_be_changed(self):
        for vector in self.vectors:
            body = self._case(vector)[2]
            with self.subTest(vector["id"]):
                for changed in flipped_bits(body):
                    if "envelope" in vector and self._same_envelope(vector, changed):
                        continue
                    self.assertFalse(self._verify(vector, body=changed).ok)

    def test_no_bit_of_a_header_can_be_changed(self):
        for vector in self.vectors:
            headers = self._case(vector)[3]
            if "message" in vector or "expect" in vector:
                # There the signature is in the query string, or wrong already.
                continue
            for name, value in headers.items():
                with self.subTest(vector["id"], header=name):
                    for changed in flipped_bits(value.encode()):
                        sent = {**headers, name: changed.decode("latin-1")}
                        self.assertFalse(self._verify(vector, headers=sent).ok)

    def _same_envelope(self, vector, body):
        # What stands between the two signed fields is not signed.
        try:
            changed = json.loads(body)
        except ValueError:
            return False
        return changed == vector["envelope"]

    def test_every_partner_has_a_scheme(self):
        self.assertLessEqual(
            {vector["provider"] for vector in self.vectors}, PROVIDERS.keys()
        )
