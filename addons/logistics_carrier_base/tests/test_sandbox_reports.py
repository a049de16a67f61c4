from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage
from odoo.addons.logistics_carrier_base.identity import event_key, voided_key
from odoo.addons.logistics_carrier_base.mappers import sandbox
from odoo.addons.logistics_carrier_base.sandbox.server import SandboxServer
from odoo.addons.logistics_carrier_base.sandbox.stand_in import wait_until
from odoo.addons.logistics_carrier_base.signatures import HmacHex, Secret

from .sandbox_case import KEY, NOW, SECRET, Receiver, SandboxCase


@tagged("post_install", "-at_install")
class TestSandboxReports(SandboxCase):
    """Signed webhooks, and what the trainer can do to them."""

    def test_scan_is_reported_signed(self):
        number = self.book()["parcels"][0]["number"]
        scan, delivery = self.carrier.advance(
            number, "DLV", {"signer": "A. Weber", "drop": "HAND"}, wait=True
        )
        self.assertEqual((scan["row"], delivery.status), (2, 200))
        (request,) = self.receiver.received
        verdict = self.verdict(request)
        self.assertEqual((verdict.ok, verdict.trust), (True, "signed"))
        (event,) = sandbox.parse(request.body)
        self.assertEqual(
            (event.event_type, event.signer, event.delivery_mode, event.references),
            ("delivered", "A. Weber", "person", {"order": "S00042"}),
        )

    def test_plain_hmac_works_as_well(self):
        scheme = HmacHex("X-Sandbox-Signature")
        with SandboxServer(
            api_key=KEY,
            webhook_url=self.receiver.url,
            webhook_secret="s3cret",
            scheme=scheme,
        ) as carrier:
            carrier.advance("SBX0001", "PUP", wait=True)
        (request,) = self.receiver.received
        self.assertTrue(
            scheme.verify(request.body, request.headers, [Secret("s3cret")], NOW).ok
        )

    def test_reports_go_out_in_order_from_the_background(self):
        for code in ("PUP", "HUB", "OFD", "DLV"):
            self.carrier.advance("SBX0001", code)
        self.assertTrue(wait_until(lambda: len(self.receiver.received) == 4))
        codes = [sandbox.parse(r.body)[0].raw_code for r in self.receiver.received]
        self.assertEqual(codes, ["PUP", "HUB", "OFD", "DLV"])
        keys = {self.verdict(request).message_key for request in self.receiver.received}
        self.assertEqual(len(keys), 4)

    def test_report_that_fails_is_repeated_a_few_times(self):
        self.receiver.statuses = [500, 429, 503, 503]
        self.carrier.advance("SBX0001", "PUP")
        self.assertTrue(wait_until(lambda: len(self.carrier.history) == 3))
        self.assertEqual([row.status for row in self.carrier.history], [500, 429, 503])
        self.assertEqual([row.attempt for row in self.carrier.history], [1, 2, 3])

    def test_refused_report_is_not_repeated(self):
        self.receiver.statuses = [401]
        self.carrier.advance("SBX0001", "PUP")
        self.carrier.advance("SBX0001", "HUB")
        self.assertTrue(wait_until(lambda: len(self.carrier.history) == 2))
        self.assertEqual([row.status for row in self.carrier.history], [401, 200])

    def test_unknown_code_is_reported_like_any_other(self):
        self.carrier.advance("SBX0001", "XX9", wait=True)
        (event,) = sandbox.parse(self.receiver.received[0].body)
        self.assertEqual((event.event_type, event.raw_code), ("unmapped", "XX9"))

    def test_delivery_is_withdrawn_and_delivered_anew(self):
        self.carrier.advance("SBX0001", "DLV", wait=True)
        self.carrier.withdraw("SBX0001", wait=True)
        self.carrier.advance("SBX0001", "DLV", wait=True)
        first, withdrawal, second = (
            sandbox.parse(request.body)[0] for request in self.receiver.received
        )
        self.assertEqual(withdrawal.classifier, "retracted")
        self.assertEqual(voided_key("x", withdrawal), event_key("x", first))
        self.assertNotEqual(event_key("x", second), event_key("x", first))

    def test_there_must_be_something_to_withdraw(self):
        for wish in (
            {"number": "SBX0001", "withdraw": "DLV"},
            {"number": "SBX0001", "code": "DLV", "withdraws": 9},
            {"number": "SBX0001", "code": "DLV", "withdraws": "last"},
        ):
            answer = self.call("POST", "/control/advance", wish)
            self.assertGreaterEqual(answer.status_code, 400)
            self.assertLess(answer.status_code, 500)

    def test_message_is_sent_again_as_it_was(self):
        self.carrier.advance("SBX0001", "DLV", wait=True)
        self.carrier.misreport("SBX0001", "again", wait=True)
        first, second = self.receiver.received
        self.assertEqual(first.body, second.body)
        self.assertEqual(
            self.verdict(first).message_key, self.verdict(second).message_key
        )

    def test_scans_are_sent_in_the_wrong_order(self):
        for code in ("PUP", "HUB", "DLV"):
            self.carrier.carrier.advance("SBX0001", code)
        self.carrier.misreport("SBX0001", "reordered", wait=True)
        codes = [sandbox.parse(r.body)[0].raw_code for r in self.receiver.received]
        self.assertEqual(codes, ["DLV", "HUB", "PUP"])

    def test_malformed_message_is_well_signed(self):
        self.carrier.advance("SBX0001", "PUP", wait=True)
        self.carrier.misreport("SBX0001", "malformed", wait=True)
        request = self.receiver.received[-1]
        self.assertTrue(self.verdict(request).ok)
        with self.assertRaises(UnreadableMessage):
            sandbox.parse(request.body)

    def test_forged_delivery_has_the_identifier_of_the_next_genuine_message(self):
        self.carrier.advance("SBX0001", "PUP", wait=True)
        self.carrier.misreport("SBX0001", "forged", wait=True)
        self.carrier.advance("SBX0001", "HUB", wait=True)
        _first, forged, genuine = self.receiver.received
        self.assertEqual(sandbox.parse(forged.body)[0].event_type, "delivered")
        self.assertEqual(self.verdict(forged).reason, "mismatch")
        self.assertTrue(self.verdict(genuine).ok)
        self.assertEqual(forged.headers["webhook-id"], genuine.headers["webhook-id"])

    def test_stale_and_unsigned_messages(self):
        self.carrier.advance("SBX0001", "PUP", wait=True)
        self.carrier.misreport("SBX0001", "stale", wait=True)
        self.carrier.misreport("SBX0001", "unsigned", wait=True)
        _first, stale, unsigned = self.receiver.received
        self.assertEqual(self.verdict(stale).reason, "stale")
        self.assertEqual(self.verdict(unsigned).reason, "missing")

    def test_trainer_pulls_the_strings_over_http(self):
        answer = self.call(
            "POST",
            "/control/advance",
            {"number": "SBX0001", "code": "DLV", "signer": "B", "wait": True},
        )
        self.assertEqual(answer.json()["answered"], 200)
        self.call(
            "POST",
            "/control/advance",
            {"number": "SBX0001", "withdraw": "DLV", "wait": True},
        )
        self.call(
            "POST",
            "/control/advance",
            {"number": "SBX0001", "code": "HUB", "silent": True},
        )
        answer = self.call(
            "POST",
            "/control/misreport",
            {"number": "SBX0001", "how": "forged", "wait": True},
        )
        self.assertEqual(answer.json()["answered"], [200])
        self.assertEqual(len(self.receiver.received), 3)
        rows = self.call("GET", "/control/deliveries").json()["deliveries"]
        self.assertEqual([row["status"] for row in rows], [200, 200, 200])
        for wish in ({"how": "politely", "number": "SBX0001"}, {"how": "again"}):
            answer = self.call("POST", "/control/misreport", wish)
            self.assertIn(answer.status_code, (400, 404))

    def test_receiver_can_be_changed_and_must_be_on_this_machine(self):
        other = Receiver().start()
        self.addCleanup(other.stop)
        wish = {"url": f"{other.url}/x", "secret": SECRET}
        self.assertEqual(self.call("POST", "/control/subscribe", wish).status_code, 200)
        self.carrier.advance("SBX0001", "PUP", wait=True)
        self.assertEqual((len(self.receiver.received), len(other.received)), (0, 1))
        for url in (
            "http://192.0.2.1/",
            "https://localhost/",
            "file:///etc/passwd",
            "",
        ):
            answer = self.call("POST", "/control/subscribe", {**wish, "url": url})
            self.assertEqual(answer.status_code, 400)
        answer = self.call("POST", "/control/subscribe", {**wish, "secret": "?"})
        self.assertEqual(answer.status_code, 400)

    def test_nobody_has_to_listen(self):
        with SandboxServer(api_key=KEY) as carrier:
            scan, delivery = carrier.advance("SBX0001", "DLV", wait=True)
            self.assertEqual((scan["row"], delivery), (1, None))
            self.assertEqual(carrier.misreport("SBX0001", "forged", wait=True), [None])
            self.assertEqual(carrier.history, [])
        self.receiver.stop()
        _scan, delivery = self.carrier.advance("SBX0001", "DLV", wait=True)
        self.assertEqual(delivery.status, 0)
