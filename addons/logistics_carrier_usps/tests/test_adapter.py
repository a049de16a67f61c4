import base64
import hashlib
import hmac
import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.signatures import Secret
from odoo.addons.logistics_carrier_base.tests import contract, poll_contract

from .standin import UspsStandIn

NUMBERS = (
    "9400100000000000000017",
    "9400100000000000000024",
    "9400100000000000000031",
)


@tagged("post_install", "-at_install")
class TestUspsPoll(poll_contract.PollContract):
    adapter = "usps"
    stand_in = UspsStandIn
    numbers = NUMBERS

    def test_details_are_asked_for(self):
        self.server.tell(self.numbers[0], "picked_up")
        self._poll()
        asked = [call for call in self.server.calls if call.method == "GET"]
        self.assertEqual({call.query["expand"] for call in asked}, {"DETAIL"})


@tagged("post_install", "-at_install")
class TestUspsWebhook(contract.WebhookContract):
    adapter = "usps"
    stand_in = UspsStandIn
    # How old a push may be is not published, so its time proves nothing.
    signs_time = False
    number = NUMBERS[0]

    def unreadable(self):
        """Override: an envelope that can be signed, around nothing that can be read."""
        return b'{"timestamp": "2026-11-20T12:00:00Z", "payload": "{\\"half\\": "}'

    def test_two_texts_of_the_envelope_are_signed(self):
        scheme = self._scheme(self.connection)
        secret = "0123456789abcdef0123456789abcdef"
        envelope = {"timestamp": "2026-03-06T20:59:02Z", "payload": '{"a":  1}'}
        body = json.dumps(envelope | {"links": []}).encode()
        content = (envelope["timestamp"] + envelope["payload"]).encode()
        digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
        headers = {"X-HMAC": base64.b64encode(digest).decode()}
        self.assertTrue(scheme.verify(body, headers, [Secret(secret)], 0).ok)
        for name in envelope:
            other = json.dumps(envelope | {name: envelope[name] + " "}).encode()
            verdict = scheme.verify(other, headers, [Secret(secret)], 0)
            self.assertEqual((verdict.ok, verdict.reason), (False, "mismatch"))
        for missing in (b"{}", b"[]", b'{"timestamp": 1, "payload": "x"}'):
            verdict = scheme.verify(missing, headers, [Secret(secret)], 0)
            self.assertEqual((verdict.ok, verdict.reason), (False, "malformed"))
