import base64
import random

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.signatures import QueryHmac, Secret

from .signature_cases import (
    ENVELOPE,
    NOW,
    SCHEMES,
    SignatureCase,
    body_of,
)


@tagged("post_install", "-at_install")
class TestHostileSignatures(SignatureCase):
    """Whatever strangers put into headers: refused, and nothing is raised."""

    # === HOSTILE HEADERS === #

    def test_missing_and_empty_headers_are_refused(self):
        for name in SCHEMES:
            scheme, secret, headers = self.sign(name)
            for header in headers:
                rest = {key: headers[key] for key in headers if key != header}
                for sent in (rest, {**rest, header: ""}, {}):
                    with self.subTest(name, header=header):
                        self.assertRefused(
                            self.verify(scheme, sent, secret, body_of(name)), "missing"
                        )

    def test_header_sent_twice_is_refused(self):
        for name in SCHEMES:
            scheme, secret, headers = self.sign(name)
            for header, value in headers.items():
                for twice in ([value, value], [value, "x"], ("x", value)):
                    with self.subTest(name, header=header):
                        sent = {**headers, header: twice}
                        self.assertRefused(
                            self.verify(scheme, sent, secret, body_of(name)),
                            "duplicate",
                        )
                # As a web server joins them.
                joined = {**headers, header: f"{value},{value}"}
                self.assertRefused(self.verify(scheme, joined, secret, body_of(name)))

    def test_headers_that_differ_in_case_only_are_one_header(self):
        scheme, secret, headers = self.sign("hex")
        sent = {**headers, "x-sign": headers["X-Sign"]}
        self.assertRefused(self.verify(scheme, sent, secret), "duplicate")

    def test_hostile_values_are_refused_and_raise_nothing(self):
        values = (
            "v1",
            "v1,",
            ",",
            "v1, ",
            "v1,=",
            "v1,not base64!",
            "v1a," + base64.b64encode(bytes(32)).decode(),
            "v2,AAAA",
            "t=",
            "t=1767225600",
            "t=1767225600,v1=",
            "v1=00",
            "t=1,t=1767225600,v1=00",
            "t=1767225600;v1=00",
            "sha256=",
            "=",
            "Bearer",
            "Bearer ",
            "Basic czNjcmV0LXRva2Vu",
            "0" * 400,
            "9" * 400,
            "-1767225600",
            "1767225600.0",
            "1e9",
            "+1767225600",
            " 1767225600",
            "\u0661\u0667\u0666\u0667",
            "\xb2\xb3",
            "Köln",
            "Ã¼ber",
            "half \ud83d",
            "\u20ac",
            "\0",
            "\n",
            "a b c d e f",
            "x" * 5000,
            "v1," * 3000,
            "t=1767225600," * 3000,
            7,
            None,
            b"bytes",
            [],
            [None],
        )
        for name in SCHEMES:
            scheme, secret, headers = self.sign(name)
            for header in headers:
                for value in values:
                    with self.subTest(name, header=header, value=value):
                        sent = {**headers, header: value}
                        self.assertRefused(
                            self.verify(scheme, sent, secret, body_of(name))
                        )

    def test_five_thousand_random_headers_are_refused(self):
        rng = random.Random(20260101)
        characters = 'v1,t=ab0 +/=_-.:;"\\\n\0\xe9\u20ac\ud800whsec'
        for _ in range(5000):
            name = rng.choice(sorted(SCHEMES))
            scheme, secret, headers = self.sign(name)
            header = rng.choice(sorted(headers))
            value = "".join(rng.choices(characters, k=rng.randrange(60)))
            verdict = self.verify(scheme, {**headers, header: value}, secret)
            self.assertRefused(verdict)

    def test_hostile_bodies_are_refused_and_raise_nothing(self):
        scheme, secret = SCHEMES["fields of the body"]
        headers = scheme.sign(ENVELOPE, secret, NOW)
        for body in (
            b"",
            b"[]",
            b"null",
            b'{"sent": 1, "content": 2}',
            b'{"sent": "x"}',
            b"[" * 100000,
            b"\xff",
            b'{"sent": "\\ud800", "content": ""}',
        ):
            with self.subTest(body[:20]):
                self.assertRefused(
                    self.verify(scheme, headers, secret, body), "malformed"
                )

    # === QUERY STRINGS === #

    def test_query_string_is_verified_whatever_its_order(self):
        scheme = QueryHmac()
        query = b"shop=a.example&code=x%26y&timestamp=1767225600"
        signature = scheme.sign(query, "hush", NOW)["hmac"]
        for sent in (
            query + f"&hmac={signature}".encode(),
            f"hmac={signature}&".encode() + query,
            f"code=x%26y&hmac={signature}&timestamp=1767225600".encode()
            + b"&shop=a.example",
        ):
            verdict = scheme.verify(sent, {}, [Secret("hush")], NOW)
            self.assertEqual((verdict.ok, verdict.trust), (True, "signed"))
        self.assertRefused(
            scheme.verify(sent, {}, [Secret("hush")], NOW + 301), "stale"
        )

    def test_parameters_cannot_run_into_each_other(self):
        scheme = QueryHmac()
        for one, other in (
            (b"a=1&b=2", b"a=1%26b=2"),
            (b"a=1%3D2", b"a%3D1=2"),
            (b"a=%2526", b"a=%26"),
        ):
            signature = scheme.sign(one, "hush", NOW)["hmac"].encode()
            for query, ok in ((one, True), (other, False)):
                verdict = scheme.verify(
                    query + b"&hmac=" + signature, {}, [Secret("hush")], NOW
                )
                self.assertEqual(verdict.ok, ok)

    def test_hostile_query_strings_are_refused_and_raise_nothing(self):
        scheme = QueryHmac()
        for query, reason in (
            (b"", "missing"),
            (b"a=1", "missing"),
            (b"a=1&hmac=", "missing"),
            (b"a=1&a=2&hmac=00", "duplicate"),
            (b"a=1&hmac=00&hmac=00", "duplicate"),
            (b"a", "malformed"),
            (b"&&&", "malformed"),
            (b"a=%ff&hmac=00", "malformed"),
            (b"a=\xff&hmac=00", "malformed"),
            (b"a=1&hmac=%E2%82%AC", "malformed"),
            (b"timestamp=never&hmac=00", "malformed"),
            (b"timestamp=" + b"9" * 400 + b"&hmac=00", "malformed"),
            (b"a=1&hmac=00", "mismatch"),
            (b"&".join(b"a%d=1" % number for number in range(200)), "malformed"),
            (b"x" * 9000, "malformed"),
        ):
            with self.subTest(query[:30]):
                verdict = scheme.verify(query, {}, [Secret("hush")], NOW)
                self.assertRefused(verdict, reason)
