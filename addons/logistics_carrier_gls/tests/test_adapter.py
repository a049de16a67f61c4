from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.logins import Logins
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply
from odoo.addons.logistics_carrier_base.tests import mapper_contract, poll_contract
from odoo.addons.logistics_carrier_base.tests.client_case import QUICK, LoopbackCase
from odoo.addons.logistics_carrier_gls import client, mapper

from .standin import GlsStandIn


@tagged("post_install", "-at_install")
class TestGlsPoll(poll_contract.PollContract):
    adapter = "gls"
    stand_in = GlsStandIn

    def test_ten_parcels_are_one_call(self):
        for number in self.numbers:
            self._tell(number, "delivered")
        self._poll(self.shipments)
        asked = [call for call in self.server.calls if "/trackids/" in call.path]
        # A slow machine asks the same once more.
        self.assertEqual(len({call.path for call in asked}), 1)
        self.assertEqual(self.connection._adapter()._poll_batch_size(), 10)


@tagged("post_install", "-at_install")
class TestGlsDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = GlsStandIn


@tagged("post_install", "-at_install")
class TestGlsCalls(LoopbackCase):
    """What is made of answers, over real HTTP."""

    def setUp(self):
        super().setUp()
        self.server = GlsStandIn().start()
        self.addCleanup(self.server.stop)
        self.account = Account(
            client.API,
            "test",
            self.server.credentials,
            self.server.address,
            allow_loopback=True,
            logins=Logins(),
        )

    def _fetch(self, *numbers):
        with self.account.open(timeouts=QUICK, sleep=lambda seconds: None) as opened:
            return client.fetch(opened, list(numbers))

    def _answer(self, content):
        def get(request, said):
            return Reply(200, content)

        self.server._get_parcels = get

    def test_unknown_parcels_cost_the_known_ones_nothing(self):
        self.server.tell("1", "delivered")
        (body,) = self._fetch("1", "2")
        self.assertIn(b"E_404_01", body)
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch("2", "3")
        self.assertEqual(caught.exception.kind, "not_found")

    def test_parcel_that_fails_inside_is_asked_about_later(self):
        self._answer({"parcels": [{"requested": "1", "errorCode": "E_500_01"}]})
        with self.assertRaises(CarrierUnavailable):
            self._fetch("1")

    def test_refused_parcel_is_refused(self):
        self._answer({"parcels": [{"requested": "1", "errorCode": "E_400_01"}]})
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch("1")
        self.assertEqual(caught.exception.kind, "bad_request")

    def test_wrong_address_is_no_unknown_parcel(self):
        self.server.routes = ()
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch("1")
        self.assertEqual(caught.exception.kind, "bad_request")

    def test_answer_of_another_shape_is_kept(self):
        self._answer({"packages": []})
        self.assertEqual(self._fetch("1"), [b'{"packages": []}'])

    def test_numbers_are_no_part_of_the_address(self):
        self.server.tell("A/../1", "delivered")
        (body,) = self._fetch("A/../1")
        self.assertNotIn(b"E_404_01", body)
        self.assertIn("A%2F..%2F1", self.server.calls[-1].path)

    def test_spent_day_is_waited_for(self):
        self.server.fail_next(times=3, status=429, retry_after="3600")
        with self.assertRaises(CarrierUnavailable) as caught:
            self._fetch("1")
        self.assertEqual(
            (caught.exception.kind, caught.exception.retry_after), ("quota", 3600)
        )
