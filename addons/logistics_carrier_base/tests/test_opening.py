import threading

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base import api, asking, logins
from odoo.addons.logistics_carrier_base.api import (
    BasicKey,
    ClientCredentials,
    HeaderKey,
    NoAuth,
    OwnLogin,
    PartnerApi,
    QueryKey,
)
from odoo.addons.logistics_carrier_base.credentials import Credential
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply

from .client_case import QUICK, LoopbackCase

PAIR = {"client_id": "acme", "client_secret": "s:e&c=r%t"}


def _answer_of(body):
    return CarrierAnswer("quota", "Q1", "enough") if b"Q1" in body else None


class Acme(CarrierStandIn):
    """A carrier that answers every question with its number."""

    words = {"delivered": "D"}
    credentials = PAIR
    routes = (("GET", r"/parcel/(\w+)", "_get_parcel"),)

    def __init__(self, auth, credentials=None, **more):
        super().__init__()
        self.api = PartnerApi(
            name="Acme",
            bases={"production": "https://api.acme.example"},
            auth=auth,
            answer_of=_answer_of,
            **more,
        )
        self.credentials = credentials or PAIR

    def refusal(self, status, text):
        """Override to write errors as Acme does."""
        return {"error": "Q1" if status == 400 else "no", "text": text}

    def document(self, number, scans):
        """Override to write the number."""
        return as_json({"number": number, "scans": len(scans)})

    def _get_parcel(self, request, number):
        return Reply(200, self.document(number, self.scans(number)))

    def account(self, **more):
        """Return the account that fits it."""
        return Account(
            **{
                "api": self.api,
                "environment": "test",
                "credentials": self.credentials,
                "base_url": self.address,
                "allow_loopback": True,
                "logins": logins.Logins(),
                **more,
            }
        )


@tagged("post_install", "-at_install")
class TestOpening(LoopbackCase):
    """A partner's API described as data, called over real HTTP."""

    def acme(self, auth, credentials=None):
        server = Acme(auth, credentials).start()
        self.addCleanup(server.stop)
        server.tell("X1", "delivered")
        return server

    def fetch(self, account, number="X1"):
        with account.open(timeouts=QUICK, sleep=lambda seconds: None) as client:
            return client.get(f"parcel/{number}").json()["number"]

    def test_each_way_to_sign_lets_in_and_keeps_out(self):
        for auth, credentials in (
            (HeaderKey("X-Key"), {"api_key": "k1"}),
            (HeaderKey("Authorization", prefix="Token "), {"api_key": "k1"}),
            (QueryKey("key"), {"api_key": "k&1"}),
            (BasicKey(), {"api_key": "k1"}),
            (BasicKey("user", "word"), {"user": "ü", "word": "a:b"}),
            (ClientCredentials(path="/token"), PAIR),
            (ClientCredentials(path="/token", style="form"), PAIR),
            (ClientCredentials(path="/token", style="json"), PAIR),
            (ClientCredentials(path="/token", fields={"scope": "t"}), PAIR),
        ):
            with self.subTest(auth=auth):
                server = self.acme(auth, credentials)
                self.assertEqual(self.fetch(server.account()), "X1")
                wrong = {name: f"{value}?" for name, value in credentials.items()}
                with self.assertRaises(CarrierRejected) as caught:
                    self.fetch(server.account(credentials=wrong))
                self.assertEqual(caught.exception.kind, "authentication")
                self.assertNotIn("?", str(caught.exception))

    def test_nothing_to_sign_with(self):
        self.assertEqual(self.fetch(self.acme(NoAuth()).account()), "X1")

    def test_own_login_is_asked_for_its_token(self):
        asked = []

        def log_in(credentials, call):
            asked.append(credentials["client_id"])
            return api.Login(server.give_token(), 3600)

        server = self.acme(OwnLogin(function=log_in))
        account = server.account()
        self.assertEqual([self.fetch(account), self.fetch(account)], ["X1", "X1"])
        self.assertEqual(asked, ["acme"])

    def test_one_login_for_many_threads(self):
        server = self.acme(ClientCredentials(path="/token"))
        account, found = server.account(), []
        threads = [
            threading.Thread(target=lambda: found.append(self.fetch(account)))
            for _number in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((found, server.logins), (["X1"] * 12, 1))

    def test_login_that_ends_in_between_is_made_again_once(self):
        server = self.acme(ClientCredentials(path="/token"))
        account = server.account()
        server.expire_logins(after=2)
        for _call in range(5):
            self.assertEqual(self.fetch(account), "X1")
        self.assertEqual(server.logins, 2)

    def test_login_is_renewed_before_its_end(self):
        now = [1000.0]
        server = self.acme(ClientCredentials(path="/token"))
        server.token_seconds = 600
        account = server.account(logins=logins.Logins(clock=lambda: now[0]))
        self.fetch(account)
        now[0] += 500
        self.fetch(account)
        self.assertEqual(server.logins, 1)
        now[0] += 45
        self.fetch(account)
        self.assertEqual(server.logins, 2)

    def test_refused_login_is_not_tried_for_every_number(self):
        server = self.acme(ClientCredentials(path="/token"))
        account = server.account(credentials={"client_id": "x", "client_secret": "y"})
        for _call in range(5):
            with self.assertRaises(CarrierRejected):
                self.fetch(account)
        self.assertEqual(len(server.calls), 1)

    def test_silent_login_is_waited_for_once_by_many_threads(self):
        now = [1000.0]

        def log_in():
            now[0] += 45  # So long nobody answered.
            asked.append(now[0])
            raise CarrierUnavailable("timed out")

        asked, found = [], logins.Logins(clock=lambda: now[0])
        for _thread in range(5):
            with self.assertRaises(CarrierUnavailable):
                found.token(log_in)
        self.assertEqual(len(asked), 1)
        now[0] += logins.PAUSE + 1
        with self.assertRaises(CarrierUnavailable):
            found.token(log_in)
        self.assertEqual(len(asked), 2)

    def test_login_without_a_token_is_refused(self):
        server = self.acme(ClientCredentials(path="/parcel/X1"))
        server.handle = lambda request: Reply(200, {"hello": 1})
        with self.assertRaisesRegex(CarrierRejected, "without a token"):
            self.fetch(server.account())

    def test_document_says_what_kind_of_refusal_it_is(self):
        server = self.acme(HeaderKey("X-Key"), {"api_key": "k"})
        server.fail_next(times=1, status=400)
        with self.assertRaises(CarrierRejected) as caught:
            self.fetch(server.account())
        self.assertEqual(
            (caught.exception.kind, caught.exception.code), ("quota", "Q1")
        )
        with self.assertRaises(CarrierRejected) as caught:
            self.fetch(server.account(), "X2")
        self.assertEqual(caught.exception.kind, "not_found")

    def test_what_may_work_later_says_why(self):
        server = self.acme(HeaderKey("X-Key"), {"api_key": "k"})
        for status, kind in (
            (429, "quota"),
            (503, "maintenance"),
            (502, "unavailable"),
        ):
            server.fail_next(times=2, status=status)
            with self.assertRaises(CarrierUnavailable) as caught:
                self.fetch(server.account())
            self.assertEqual(caught.exception.kind, kind)

    def test_only_declared_hosts_are_called(self):
        server = self.acme(HeaderKey("X-Key"), {"api_key": "k"})
        for base in ("https://evil.example", "http://api.acme.example"):
            with self.assertRaises(CarrierRejected):
                self.fetch(server.account(base_url=base))
        with self.assertRaises(CarrierRejected):
            self.fetch(server.account(allow_loopback=False))

    def test_verdict_on_credentials(self):
        server = self.acme(HeaderKey("X-Key"), {"api_key": "k"})

        def verdict(path="parcel/X1", **more):
            return server.account(**more).test(lambda client: client.get(path))

        self.assertEqual(verdict()[0], "works")
        self.assertEqual(verdict("parcel/X9")[0], "works")
        self.assertEqual(verdict(credentials={"api_key": "z"})[0], "wrong_key")
        server.fail_next(times=1, status=400)
        self.assertEqual(verdict()[0], "refused")
        server.stop()
        self.assertEqual(verdict()[0], "unreachable")

    def test_missing_credentials_are_named(self):
        wanted = (Credential("a", "Key A"), Credential("b", "Key B", required=False))
        account = Account(PartnerApi("Acme", {}), credentials={"c": "x"})
        self.assertEqual(account.missing(wanted), ["Key A"])

    def test_pollers_keep_their_connections(self):
        server = self.acme(HeaderKey("X-Key"), {"api_key": "k"})
        account = server.account()
        single = asking.one_by_one(
            account, lambda client, number: client.get(f"parcel/{number}").body
        )
        self.assertEqual(len(single(["X1", "X1"])), 2)
        self.assertEqual(len(single(["X1"])), 1)
        single.close()
        many = asking.together(account, lambda client, numbers: [b"x" for _ in numbers])
        self.assertEqual(many(["X1", "X2"]), [b"x", b"x"])
        many.close()
