import time

from odoo.tests import HttpCase, tagged

from . import contract
from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestSandboxWebhook(contract.WebhookContract):
    def genuine(self):
        """Override of the contract."""
        return self._body(self.number, "PUP", "DLV")

    def unknown_code(self):
        """Override of the contract."""
        return self._body(self.number, "XX9")


@tagged("post_install", "-at_install")
class TestWebhookRoute(CarrierCommon, HttpCase):
    """What strangers send: the right 4xx, never a 5xx."""

    def _message(self):
        return self.env["logistics.message"].search(
            [("connection_id", "=", self.connection.id)]
        )

    def test_get_and_head_are_405(self):
        address = self._address(self.connection)
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            answer = self.opener.request(method, self.base_url() + address, timeout=30)
            self.assertEqual(answer.status_code, 405, method)

    def test_unknown_address_gets_the_answer_of_a_bad_signature(self):
        body = self._body("NB100", "DLV")
        unknown = self.url_open(
            "/logistics/webhook/sandbox/nobody",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        refused = self._push(body, headers={})
        self.assertEqual(
            (unknown.status_code, unknown.text), (refused.status_code, refused.text)
        )

    def test_body_of_two_mebibytes_is_413_and_on_record(self):
        answer = self._push(b"x" * (2 * 1024 * 1024))
        self.assertEqual(answer.status_code, 413)
        self.assertEqual(self._message().category, "size")

    def test_signed_rubbish_is_400_and_parked_with_its_category(self):
        rubbish = {
            b"\x00": "encoding",
            b"\xff\xfe{}": "encoding",
            b"[" * 30000: None,
            b'{"parcels": NaN}': None,
            b'{"parcels": 1e999}': None,
            b'{"a": 1, "a": 2}': None,
            b'{"a": "\\ud800"}': None,
            b'{"a": "\\u0000"}': None,
            b"": "syntax",
        }
        for number, (body, category) in enumerate(rubbish.items()):
            answer = self._push(body, message_id=f"msg_{number}")
            self.assertEqual(answer.status_code, 400, body[:20])
            message = self._message()[:1]
            self.assertEqual(message.state, "dead")
            self.assertTrue(message.category)
            if category:
                self.assertEqual(message.category, category)

    def test_hostile_headers_are_401(self):
        for signature in (
            "",
            "v1",
            "v1,",
            "v1,!!!!",
            "v1a,AAAA",
            "v1," + "A" * 5000,
            "\xe9\xb2",
            "v1,AAAA " * 50,
        ):
            for timestamp in ("", "abc", "9" * 400, "\xb2", "-1", "1e9"):
                answer = self._push(
                    self._body("NB100", "DLV"),
                    headers={
                        "webhook-id": "msg_1",
                        "webhook-timestamp": timestamp.encode("latin-1"),
                        "webhook-signature": signature.encode("latin-1"),
                    },
                )
                self.assertEqual(
                    answer.status_code, 401, (signature[:9], timestamp[:9])
                )

    def test_timestamp_window_is_five_minutes_both_ways(self):
        body = self._body("NB100", "DLV")
        for number, (seconds, status) in enumerate(
            ((-295, 202), (295, 202), (-301, 401), (303, 401))
        ):
            answer = self._push(
                body, now=time.time() + seconds, message_id=f"msg_{number}"
            )
            self.assertEqual(answer.status_code, status, seconds)

    def test_same_identifier_with_other_content_is_409_and_a_security_matter(self):
        self._push(self._body("NB100", "PUP"))
        answer = self._push(self._body("NB100", "DLV"))
        self.assertEqual(answer.status_code, 409)
        self.assertEqual(len(self._message()), 2)
        self.assertTrue(
            self.env["logistics.exception"].search([("category", "=", "security")])
        )

    def test_flood_of_forged_messages_is_sampled_and_the_genuine_one_gets_in(self):
        for number in range(130):
            answer = self._push(
                self._body("NB100", "DLV"),
                headers={
                    "webhook-id": f"msg_{number}",
                    "webhook-timestamp": str(int(time.time())),
                    "webhook-signature": "v1,AAAA",
                },
            )
            self.assertEqual(answer.status_code, 401)
        self.assertEqual(len(self._message()), 100)
        self.assertEqual(self._push(self._body("NB100", "DLV")).status_code, 202)

    def test_two_live_secrets_both_open_and_an_expired_one_does_not(self):
        new = self._scheme(self.connection).new_secret()
        old = self.connection.secret_ids
        self.env["logistics.connection.secret"].create(
            {"connection_id": self.connection.id, "value": new}
        )
        body = self._body("NB100", "PUP")
        self.assertEqual(self._push(body, message_id="msg_1").status_code, 202)
        self.assertEqual(
            self._push(body, secret=new, message_id="msg_2").status_code, 202
        )
        old.expires_at = "2026-01-01 00:00:00"
        self.assertEqual(self._push(body, message_id="msg_3").status_code, 401)
        self.assertEqual(
            self._push(body, secret=new, message_id="msg_4").status_code, 202
        )

    def test_new_address_closes_the_old_one_at_once(self):
        old = self._address(self.connection)
        self.connection.action_new_webhook_address()
        body = self._body("NB100", "PUP")
        headers = self._scheme(self.connection).sign(
            body, self.secret_value, time.time(), "msg_1"
        )
        answer = self.url_open(
            old, data=body, headers={"Content-Type": "application/json"} | headers
        )
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(self._push(body).status_code, 202)

    def test_wake_up_is_one_row_while_none_is_pending(self):
        cron = self.env.ref("logistics_carrier_base.ir_cron_drain_messages")
        domain = [("cron_id", "=", cron.id)]
        self.env["ir.cron.trigger"].search(domain).unlink()
        for number in range(5):
            self._push(self._body("NB100", "PUP"), message_id=f"msg_{number}")
        self.assertEqual(self.env["ir.cron.trigger"].search_count(domain), 1)

    def test_secret_is_stored_encrypted_and_never_read_back(self):
        secret = self.connection.secret_ids
        self.env.cr.execute("SELECT token FROM logistics_connection_secret")
        stored = self.env.cr.fetchall()
        self.assertFalse([row for row in stored if self.secret_value in row[0]])
        self.assertFalse(secret.value)
        reader = self.people["integration"]
        self.assertNotIn(
            "token", secret.with_user(reader).fields_get(attributes=["type"])
        )

    def test_raw_bytes_are_downloaded_as_they_came(self):
        body = self._body("NB100", "PUP")
        self._push(body)
        self.authenticate("logistics-auditor", "logistics-auditor")
        answer = self.url_open(f"/logistics/message/{self._message().id}/raw")
        self.assertEqual(answer.content, body)
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
