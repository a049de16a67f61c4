import time
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..booking import Booking, Rate
from ..exceptions import CallsPaused, CarrierRejected, CarrierUnavailable
from ..retry import Breaker
from .common import CarrierCommon

DOWN = CarrierUnavailable("down")
BOOKING = "logistics_carrier_base.ir_cron_book_shipments"
RENEWAL = "logistics_carrier_base.ir_cron_renew_subscriptions"


@tagged("post_install", "-at_install")
class TestCalls(CarrierCommon):
    """Whoever calls a partner asks the same breaker and the same allowance first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._book_with_partner()
        cls.order = cls._sell()

    def setUp(self):
        super().setUp()
        self.calls = []

    def _answer(self, what, answer):
        def call(*args):
            self.calls.append(args)
            if isinstance(answer, Exception):
                raise answer
            return answer

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, what, lambda adapter, connection: call)
        self.patch(Adapter, "_finder", lambda adapter, connection: lambda lost: None)

    def _rate(self):
        with self.enter_registry_test_mode():
            return self.method.logistics_connection_rate_shipment(self.order)

    def _pause(self, ago=0):
        """Pause calls, so many seconds ago."""
        breaker = Breaker()._opened(time.time() - ago)
        self.connection.breaker = breaker.as_dict()

    def test_quotes_feed_the_breaker_until_nobody_is_called(self):
        self._answer("_rater", DOWN)
        for _call in range(10):
            self.assertIn("down", self._rate()["error_message"])
        self.assertEqual(self.connection.breaker_state, "open")
        self.assertIn("paused", self._rate()["error_message"])
        self.assertEqual(len(self.calls), 10)

    def test_refusal_is_an_answer(self):
        self._answer("_rater", CarrierRejected("bad_request", "400", "no"))
        for _call in range(12):
            self._rate()
        self.assertEqual(self.connection.breaker_state, "closed")
        self.assertEqual(Breaker.from_dict(self.connection.breaker).failures, 0)

    def test_allowance_of_the_minute_is_shared(self):
        self.connection.rate_per_minute = 8
        self.env.ref("base.EUR").active = True
        self._answer("_rater", [Rate("", Decimal("5"), "EUR")])
        answers = [self._rate()["success"] for _call in range(4)]
        self.assertEqual(answers, [True, True, False, False])
        self.assertEqual(len(self.calls), 2)
        # The poller counts on.
        self.assertLess(self.connection.call_budget[0], 1)
        with self.enter_registry_test_mode(), self.assertRaises(CallsPaused) as caught:
            self.connection._call_partner(lambda: 1)
        self.assertGreater(caught.exception.retry_after, 1)

    def test_booking_waits_while_calls_are_paused_and_is_no_attempt(self):
        self._answer("_booker", Booking(("SBX1",)))
        self._pause()
        booking = self.env["logistics.booking"].create(
            {
                "picking_id": self.order.picking_ids.id,
                "connection_id": self.connection.id,
            }
        )
        self._run_job(BOOKING)
        self.assertFalse(self.calls)
        self.assertRecordValues(booking, [{"state": "waiting", "attempts": 0}])
        self.assertGreater(booking.next_try_at, fields.Datetime.now())
        self.assertIn("paused", booking.error)
        self._pause(ago=3600)
        booking.next_try_at = False
        self.env["logistics.exception"]._open(
            "carrier_unavailable", self.connection, "Calls are paused"
        )
        self._run_job(BOOKING)
        self.assertEqual(booking.state, "booked")
        self.assertEqual(self.connection.breaker_state, "closed")
        self.assertFalse(
            self.env["logistics.exception"]._find_open(
                "carrier_unavailable", self.connection
            )
        )

    def test_booking_in_vain_feeds_the_breaker(self):
        self._answer("_booker", DOWN)
        self.env["logistics.booking"].create(
            {
                "picking_id": self.order.picking_ids.id,
                "connection_id": self.connection.id,
            }
        )
        self._run_job(BOOKING)
        self.assertEqual(Breaker.from_dict(self.connection.breaker).failures, 1)

    @mute_logger("odoo.addons.logistics_carrier_base.models.logistics_subscription")
    def test_subscription_waits_while_calls_are_paused_and_does_not_fail(self):
        self._answer("_subscriber", DOWN)
        self.connection.keep_subscribed = True
        self._pause()
        self._run_job(RENEWAL)
        row = self.connection.subscription_ids
        self.assertFalse(self.calls)
        self.assertRecordValues(row, [{"state": "active", "failures": 0}])
        self.assertGreater(row.renew_at, fields.Datetime.now())
        self._pause(ago=3600)
        row.renew_at = fields.Datetime.now() - timedelta(minutes=1)
        self._run_job(RENEWAL)
        self.assertEqual((len(self.calls), row.failures), (1, 1))
        self.assertEqual(self.connection.breaker_state, "open")

    # === A PERSON'S TEST === #

    def _test(self, verdict):
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_test_verdict", lambda *args: (verdict, "Said"))
        self.connection.with_user(self.people["integration"]).action_test_connection()

    def test_test_goes_through_and_lets_calls_go_on_when_it_works(self):
        exception = self.env["logistics.exception"]._open(
            "carrier_unavailable", self.connection, "Calls are paused"
        )
        self._pause()
        self._test("wrong_key")
        self.assertEqual(self.connection.breaker_state, "open")
        self._test("unreachable")
        self.assertEqual(self.connection.breaker_state, "open")
        self._test("works")
        self.assertEqual(self.connection.breaker_state, "closed")
        self.assertEqual(exception.state, "solved")

    def test_test_in_vain_feeds_the_breaker(self):
        for _press in range(10):
            self._test("unreachable")
        self.assertEqual(self.connection.breaker_state, "open")

    def test_test_of_a_partner_that_is_not_called_says_nothing_about_calls(self):
        self.connection.adapter = "canonical"
        self._pause()
        self.connection.action_test_connection()
        self.assertEqual(self.connection.breaker_state, "open")
