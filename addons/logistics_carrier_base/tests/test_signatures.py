import base64
import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.signatures import (
    Bearer,
    HmacBase64,
    HmacHex,
    Secret,
    StandardWebhooks,
    TimestampedHmac,
)

from .signature_cases import (
    BODY,
    ENVELOPE,
    NOW,
    SCHEMES,
    TIMED,
    UNSIGNED_BODY,
    SignatureCase,
    body_of,
    flipped_bits,
)

# Computed once, apart from this code; they keep the schemes what they are.
OWN_VECTORS = (
    (
        HmacHex("X-Sign", prefix="sha256=", key="nfkd"),
        "Schlüssel",
        {
            "X-Sign": "sha256="
            "9bb3f166109ba1733170399553f2e97842c4510515ef82ad35734860aa232f81"
        },
    ),
    (
        HmacBase64("X-Sign"),
        "s3cret",
        {"X-Sign": "/cfL59ovzFyFoDyJH+LOTfhDU9rzs35cdxwsFGY5AMw="},
    ),
    (
        StandardWebhooks(),
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        {
            "webhook-id": "msg_01",
            "webhook-timestamp": "1767225600",
            "webhook-signature": "v1,Dz44fw0ZAGz+Ih6Rx7af6Zr9qIZ0bbJltLbevcPLmBQ=",
        },
    ),
    (
        TimestampedHmac("X-Sign"),
        "s3cret",
        {
            "X-Sign": "t=1767225600,v1="
            "556bf3eea13f2df918cdeb4c8650e430dde4c527c17df9e059687a5dce41392e"
        },
    ),
)


@tagged("post_install", "-at_install")
class TestSignatures(SignatureCase):
    """Who is believed, with which secret, and for how long."""

    # === ACCEPTING === #

    def test_signed_message_is_accepted(self):
        for name in SCHEMES:
            with self.subTest(name):
                scheme, secret, headers = self.sign(name)
                verdict = self.verify(scheme, headers, secret, body_of(name))
                self.assertTrue(verdict.ok)
                self.assertEqual(verdict.reason, "")
                self.assertEqual(
                    verdict.trust, "signed" if name in TIMED else "signed_untimed"
                )

    def test_only_a_signed_identifier_is_the_message_key(self):
        keys = {
            name: self.verify(scheme, headers, secret, body_of(name)).message_key
            for name in SCHEMES
            for scheme, secret, headers in [self.sign(name)]
        }
        self.assertEqual(
            {name for name, key in keys.items() if key},
            {
                "base64 with id and time",
                "standard webhooks",
                "standard webhooks of svix",
            },
        )
        self.assertEqual(keys["standard webhooks"], "msg_01")

    def test_own_vectors_verify(self):
        for scheme, secret, headers in OWN_VECTORS:
            with self.subTest(scheme):
                self.assertTrue(self.verify(scheme, headers, secret).ok)
                self.assertEqual(scheme.sign(BODY, secret, NOW, "msg_01"), headers)

    def test_header_names_have_no_case(self):
        scheme, secret, headers = self.sign("standard webhooks")
        for change in (str.upper, str.title):
            changed = {change(name): value for name, value in headers.items()}
            self.assertTrue(self.verify(scheme, changed, secret).ok)

    def test_any_of_several_signatures_counts(self):
        scheme, secret, headers = self.sign("standard webhooks")
        good = headers["webhook-signature"]
        other = "v1," + base64.b64encode(bytes(32)).decode()
        for value in (f"{other} {good}", f"{good} {other}", f"v1a,AAAA {good}"):
            self.assertTrue(
                self.verify(scheme, {**headers, "webhook-signature": value}, secret).ok
            )
        scheme, secret, headers = self.sign("time in the header")
        for more in (",v1=00", ",v0=1234"):
            changed = {"X-Sign": headers["X-Sign"] + more}
            self.assertTrue(self.verify(scheme, changed, secret).ok)

    def test_bearer_is_written_in_any_case(self):
        for word in ("Bearer", "bearer", "BEARER"):
            headers = {"Authorization": f"{word} s3cret-token"}
            self.assertTrue(self.verify(Bearer(), headers, "s3cret-token").ok)

    # === SECRETS === #

    def test_without_secret_everything_is_refused(self):
        for name in SCHEMES:
            with self.subTest(name):
                scheme, _secret, headers = self.sign(name)
                for secrets in ([], [Secret("")]):
                    verdict = scheme.verify(body_of(name), headers, secrets, NOW)
                    self.assertRefused(verdict, "no_secret")

    def test_secret_of_somebody_else_is_refused(self):
        for name in SCHEMES:
            with self.subTest(name):
                scheme, _secret, headers = self.sign(name)
                stranger = scheme.new_secret()
                self.assertRefused(
                    self.verify(scheme, headers, stranger, body_of(name)), "mismatch"
                )

    def test_every_live_secret_counts_during_a_rotation(self):
        scheme, old, headers = self.sign("standard webhooks")
        new = scheme.new_secret()
        secrets = [Secret(new), Secret(old, expires_at=NOW + 1)]
        signed_new = scheme.sign(BODY, new, NOW, "msg_02")
        for sent in (headers, signed_new):
            self.assertTrue(scheme.verify(BODY, sent, secrets, NOW).ok)
        self.assertRefused(scheme.verify(BODY, headers, secrets, NOW + 1), "mismatch")
        self.assertTrue(scheme.verify(BODY, signed_new, secrets, NOW + 1).ok)

    def test_secret_counts_between_its_two_moments(self):
        scheme, secret, headers = self.sign("hex")
        dated = [Secret(secret, not_before=NOW, expires_at=NOW + 10)]
        verdicts = [
            scheme.verify(BODY, headers, dated, NOW + offset).ok
            for offset in (-1, 0, 9, 10, 11)
        ]
        self.assertEqual(verdicts, [False, True, True, False, False])

    def test_thousand_messages_of_a_rotation_are_all_accepted(self):
        scheme = StandardWebhooks()
        old, new = scheme.new_secret(), scheme.new_secret()
        secrets = [Secret(new), Secret(old, expires_at=NOW + 86400)]
        for number in range(1000):
            secret = old if number % 2 else new
            headers = scheme.sign(BODY, secret, NOW + number, f"msg_{number}")
            self.assertTrue(scheme.verify(BODY, headers, secrets, NOW + number).ok)

    def test_text_that_cannot_be_a_secret_is_no_secret(self):
        for scheme, text in (
            (StandardWebhooks(), "whsec_not base64!"),
            (StandardWebhooks(), "whsec_"),
            (HmacHex("X-Sign", key="base64"), "a"),
            (HmacHex("X-Sign", key="hex"), "xyz"),
            (HmacHex("X-Sign"), "half \ud83d"),
        ):
            with self.subTest(text):
                self.assertFalse(scheme.usable(text))
                verdict = self.verify(scheme, {"X-Sign": "00"}, text)
                self.assertRefused(verdict, "no_secret")
                with self.assertRaises(ValueError):
                    scheme.sign(BODY, text, NOW, "msg_01")

    def test_new_secrets_are_usable_and_never_twice_the_same(self):
        for name, (scheme, _secret) in SCHEMES.items():
            with self.subTest(name):
                secrets = {scheme.new_secret() for _ in range(20)}
                self.assertEqual(len(secrets), 20)
                self.assertTrue(all(scheme.usable(secret) for secret in secrets))
                self.assertTrue(all(len(secret) >= 32 for secret in secrets))

    def test_decomposed_and_plain_key_differ(self):
        # The letter of the secret has two spellings in Unicode.
        plain = HmacHex("X-Sign").sign(BODY, "Schlüssel", NOW)
        self.assertRefused(
            self.verify(HmacHex("X-Sign", key="nfkd"), plain, "Schlüssel")
        )

    # === TIME === #

    def test_window_is_300_seconds_both_ways(self):
        for name in TIMED:
            scheme, secret, headers = self.sign(name)
            for offset, ok in (
                (-301, False),
                (-300, True),
                (-299, True),
                (299, True),
                (300, True),
                (301, False),
            ):
                with self.subTest(name, offset=offset):
                    verdict = self.verify(scheme, headers, secret, now=NOW + offset)
                    self.assertEqual(verdict.ok, ok)
                    self.assertEqual(verdict.reason, "" if ok else "stale")

    def test_stale_is_only_said_of_genuine_messages(self):
        scheme, _secret, headers = self.sign("standard webhooks")
        stranger = scheme.new_secret()
        verdict = self.verify(scheme, headers, stranger, now=NOW + 9000)
        self.assertRefused(verdict, "mismatch")

    def test_unknown_window_proves_no_time(self):
        scheme = HmacHex(
            "X-Sign",
            signed=("timestamp", "body"),
            timestamp_header="X-Time",
            tolerance=None,
        )
        headers = scheme.sign(BODY, "s3cret", NOW)
        verdict = self.verify(scheme, headers, "s3cret", now=NOW + 10**8)
        self.assertEqual((verdict.ok, verdict.trust), (True, "signed_untimed"))

    def test_time_cannot_be_changed(self):
        for name in TIMED - {"time in the header"}:
            scheme, secret, headers = self.sign(name)
            key = next(key for key in headers if "time" in key.lower())
            changed = {**headers, key: str(int(NOW) + 1)}
            self.assertRefused(self.verify(scheme, changed, secret), "mismatch")

    # === CHANGED CONTENT === #

    def test_no_bit_of_the_body_can_be_changed(self):
        for name in SCHEMES.keys() - UNSIGNED_BODY:
            with self.subTest(name):
                scheme, secret, headers = self.sign(name)
                for body in flipped_bits(body_of(name)):
                    if name == "fields of the body" and self._same_fields(body):
                        continue
                    self.assertRefused(self.verify(scheme, headers, secret, body))

    def _same_fields(self, body):
        # Only the two fields are signed, not what stands between them.
        try:
            changed, sent = json.loads(body), json.loads(ENVELOPE)
        except ValueError:
            return False
        return all(changed.get(name) == text for name, text in sent.items())

    def test_no_bit_of_the_headers_can_be_changed(self):
        for name in SCHEMES.keys() - {"bearer"}:
            scheme, secret, headers = self.sign(name)
            for header, value in headers.items():
                with self.subTest(name, header=header):
                    for changed in flipped_bits(value.encode()):
                        sent = {**headers, header: changed.decode("latin-1")}
                        self.assertRefused(
                            self.verify(scheme, sent, secret, body_of(name))
                        )

    def test_body_cannot_be_cut_or_extended(self):
        for name in SCHEMES.keys() - UNSIGNED_BODY - {"fields of the body"}:
            scheme, secret, headers = self.sign(name)
            for body in (b"", BODY[:-1], BODY + b" ", BODY + BODY, b" " + BODY):
                with self.subTest(name):
                    self.assertRefused(self.verify(scheme, headers, secret, body))

    def test_written_again_is_another_body(self):
        scheme, secret, headers = self.sign("hex")
        again = json.dumps(json.loads(BODY)).encode()
        self.assertRefused(self.verify(scheme, headers, secret, again), "mismatch")
