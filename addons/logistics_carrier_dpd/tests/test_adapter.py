from odoo.tests import tagged

from odoo.addons.logistics_carrier_base import soap_envelope, strict_xml
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.logins import Logins
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.sandbox.soap_stand_in import envelope
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply
from odoo.addons.logistics_carrier_base.tests import mapper_contract, poll_contract
from odoo.addons.logistics_carrier_base.tests.client_case import QUICK, LoopbackCase
from odoo.addons.logistics_carrier_dpd import client, mapper

from .standin import DpdStandIn

NUMBER = "05990000000017"


@tagged("post_install", "-at_install")
class TestDpdPoll(poll_contract.PollContract):
    adapter = "dpd"
    stand_in = DpdStandIn

    def test_times_are_in_the_zone_of_their_country(self):
        self._tell(self.numbers[0], "delivered")
        self._poll()
        (event,) = self.shipment.event_ids.filtered(
            lambda one: one.event_type == "delivered"
        )
        self.assertEqual(event.zone_source, "derived")
        self.assertEqual(f"{event.occurred_at:%Y-%m-%d %H:%M}", "2026-11-20 11:00")


@tagged("post_install", "-at_install")
class TestDpdDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = DpdStandIn
    zone = "none"

    def _document(self, *scans, number=None):
        """Extend to keep the answer as the client does: with the number asked for."""
        answer = super()._document(*scans, number=number)
        return mapper.numbered(answer, number or self.number)


@tagged("post_install", "-at_install")
class TestDpdCalls(LoopbackCase):
    """The login and its token, over real HTTP."""

    def setUp(self):
        super().setUp()
        self.server = DpdStandIn().start()
        self.addCleanup(self.server.stop)
        self.server.tell(NUMBER, "delivered")
        self.account = self._account()

    def _account(self, **credentials):
        return Account(
            client.API,
            "test",
            {**self.server.credentials, **credentials},
            self.server.address,
            allow_loopback=True,
            logins=Logins(),
        )

    def _fetch(self, number=NUMBER, account=None):
        account = account or self.account
        with account.open(timeouts=QUICK, sleep=lambda seconds: None) as opened:
            return client.fetch(opened, number)

    def _paths(self):
        return [call.path.split("/")[3] for call in self.server.calls]

    def test_one_login_and_one_call_for_each_parcel(self):
        (event,) = mapper.parse(self._fetch())
        self.assertEqual((event.tracking_number, event.raw_code), (NUMBER, "Delivered"))
        self._fetch()
        self.assertEqual(
            self._paths(), ["LoginService", *["ParcelLifeCycleService"] * 2]
        )

    def test_what_is_sent_is_what_the_services_are_called_with(self):
        self._fetch(" 0599 0000000017 ")
        login, track = self.server.calls
        self.assertTrue(
            login.headers["soapaction"].endswith('LoginService/2.1/getAuth"')
        )
        self.assertTrue(track.headers["soapaction"].endswith('2.0/getTrackingData"'))
        self.assertEqual(track.headers["content-type"], "text/xml; charset=utf-8")
        # The token goes into the envelope and nowhere else.
        self.assertNotIn("authorization", track.headers)
        root = soap_envelope.loads(track.body).root
        said = strict_xml.find(root, "Header", "authentication")
        self.assertEqual(strict_xml.text(said, "delisId"), "dpd-user")
        self.assertNotIn(b"canary-dpd-password", track.body)

    def test_token_that_ended_is_replaced_once(self):
        self._fetch()
        self.server.expire_logins()
        self.assertTrue(mapper.parse(self._fetch()))
        self.assertEqual(self.server.logins, 2)

    def test_token_that_is_never_good_is_no_endless_loop(self):
        self.server.takes_token = lambda token: False
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch()
        self.assertEqual(caught.exception.kind, "authentication")
        self.assertEqual(self.server.logins, 2)

    def test_wrong_password_is_said_and_not_repeated(self):
        account = self._account(password="wrong-canary")
        for _number in range(3):
            with self.assertRaises(CarrierRejected) as caught:
                self._fetch(account=account)
            self.assertEqual(
                (caught.exception.kind, caught.exception.code),
                ("authentication", "DELICOM_ERR_AUTHENTICATION"),
            )
            self.assertNotIn("canary", str(caught.exception))
        self.assertEqual(self._paths(), ["LoginService"])

    def test_login_without_a_token_is_refused(self):
        self.server._get_auth = lambda payload, root: envelope("<getAuthResponse/>")
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch()
        self.assertEqual(caught.exception.code, "no_token")

    def test_page_instead_of_a_login_is_asked_again_later(self):
        self.server.garble_next(1)
        with self.assertRaises(CarrierUnavailable):
            self._fetch()

    def test_authentication_fault_with_a_good_status_counts_as_well(self):
        self._fetch()
        handle, times = self.server.handle, []

        def lenient(request):
            reply = handle(request)
            times.append(reply.status)
            return Reply(200, reply.body, reply.content_type)

        self.server.handle = lenient
        self.server.expire_logins()
        self.assertTrue(mapper.parse(self._fetch()))
        self.assertEqual(times, [500, 200, 200])

    def test_what_is_no_number_asks_nobody(self):
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch("1?><x/>")
        self.assertEqual(caught.exception.kind, "not_found")
        self.assertEqual(self.server.calls, [])

    def test_fault_of_the_server_is_temporary(self):
        self._fetch()
        self.server.fail_next(times=1, status=500)
        self.assertTrue(mapper.parse(self._fetch()))
        self.server.fail_next(times=2, status=500)
        with self.assertRaises(CarrierUnavailable):
            self._fetch()
