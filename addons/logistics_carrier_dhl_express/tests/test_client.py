from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.tests.client_case import LoopbackCase
from odoo.addons.logistics_carrier_dhl_express import client, const, mapper

from . import standin

GOOD = [f"44001100{index:02d}" for index in range(12)]


@tagged("post_install", "-at_install")
class TestDhlExpressClient(LoopbackCase):
    """What is asked when a batch of numbers is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = standin.MyDhlStandIn().start()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        super().setUp()
        self.server.behave()
        self.server.forget()

    def _fetch(self, numbers):
        account = Account(
            const.API,
            credentials=self.server.credentials,
            base_url=self.server.address,
            allow_loopback=True,
        )
        with account.open() as opened:
            return client.fetch(opened, numbers)

    def _found(self, bodies):
        found = set()
        for body in bodies:
            if not mapper.answer_of(body):
                found |= {event.tracking_number for event in mapper.parse(body)}
        return found

    def test_number_that_cannot_be_read_costs_the_others_nothing(self):
        for number in GOOD:
            self.server.tell(number, "delivered")
        bodies = self._fetch([*GOOD[:5], "44-00", *GOOD[5:]])
        self.assertEqual(self._found(bodies), set(GOOD))
        (refusal,) = [body for body in bodies if mapper.answer_of(body)]
        self.assertIn(b"44-00", refusal)
        self.assertLess(len(self.server.calls), 12)

    def test_refusal_of_all_is_a_refusal(self):
        for numbers in (["4-1"], ["4-1", "4-2"]):
            with self.assertRaises(CarrierRejected) as caught:
                self._fetch(numbers)
            self.assertEqual(caught.exception.kind, "bad_request")

    def test_batch_that_nobody_knows_is_asked_once(self):
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch(GOOD)
        self.assertEqual(caught.exception.kind, "not_found")
        self.assertEqual(len(self.server.calls), 1)

    def test_unknown_half_beside_one_that_cannot_be_read_is_no_fault(self):
        (refusal,) = self._fetch([GOOD[0], "4-1"])
        self.assertEqual(mapper.answer_of(refusal).kind, "bad_request")

    def test_wrong_key_is_not_tried_on_the_halves(self):
        self.server.fail_next(times=9, status=401)
        with self.assertRaises(CarrierRejected) as caught:
            self._fetch(GOOD)
        self.assertEqual(caught.exception.kind, "authentication")
