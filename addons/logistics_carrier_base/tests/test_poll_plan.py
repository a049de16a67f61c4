from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import CarrierUnavailable
from ..models import logistics_connection_poll, logistics_poller
from .common import CarrierCommon

MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
class TestPollPlan(CarrierCommon):
    """Which numbers are asked about, through whom, when, and how many at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.poll_minutes = 60
        cls.connection.plan_needed = False
        cls.shipment = cls._ship(cls._sell(3).picking_ids, "NB700")
        cls.parcel = cls.shipment.parcel_ids
        cls.asked = []
        Adapter = cls.registry["logistics.carrier.adapter.sandbox"]

        def ask(numbers):
            cls.asked.append(numbers)
            if isinstance(cls.answer, Exception):
                raise cls.answer
            return [cls.answer] if cls.answer else []

        cls.answer = None
        cls.startClassPatcher(
            patch.object(Adapter, "_poller", lambda adapter, connection: ask)
        )

    def setUp(self):
        super().setUp()
        self.asked.clear()

    def _more(self, *numbers):
        return self.env["logistics.parcel"].create(
            [
                {"shipment_id": self.shipment.id, "tracking_number": number}
                for number in numbers
            ]
        )

    def _make_due(self, parcels, ago=5):
        parcels.next_poll_at = fields.Datetime.now() - timedelta(minutes=ago)

    def _run(self):
        self._run_job("logistics_carrier_base.ir_cron_poll_numbers")

    def _numbers(self):
        return [number for batch in self.asked for number in batch]

    def _now(self, code):
        at = fields.Datetime.now().isoformat(timespec="seconds")
        return {"code": code, "at": f"{at}+00:00"}

    def _open(self, category, subject):
        return self.env["logistics.exception"]._find_open(category, subject)

    # === RHYTHM === #

    def test_push_that_it_goes_out_brings_the_question_forward(self):
        self.assertAlmostEqual(
            self.parcel.next_poll_at - fields.Datetime.now(), 60 * MINUTE, delta=MINUTE
        )
        self._hand_in(self._body("NB700", self._now("OFD")))
        self.assertEqual(self.parcel.poll_state, "out_for_delivery")
        self.assertAlmostEqual(
            self.parcel.next_poll_at - fields.Datetime.now(), 15 * MINUTE, delta=MINUTE
        )

    def test_cancelled_number_is_asked_about_no_more(self):
        self._hand_in(self._body("NB700", self._now("LBL"), self._now("VOID")))
        self.assertEqual(self.parcel.state, "shipment_cancelled")
        self.assertFalse(self.parcel.next_poll_at)

    def test_number_without_news_is_retired_told_and_revived_by_news(self):
        later = fields.Datetime.now() + timedelta(days=46)
        with freeze_time(later):
            self.parcel._plan_poll()
            self.assertFalse(self.parcel.next_poll_at)
            self.assertTrue(self.parcel.poll_retired_at)
            self.assertIn("NB700", self._open("no_news", self.shipment).summary)
            self.parcel._plan_poll()
            self.assertEqual(self._open("no_news", self.shipment).count, 1)
            self._hand_in(self._body("NB700", self._now("HUB")))
            self.assertFalse(self.parcel.poll_retired_at)
            self.assertTrue(self.parcel.next_poll_at)
            self.assertFalse(self._open("no_news", self.shipment))

    def test_zero_days_never_retire(self):
        self.connection.poll_days = 0
        with freeze_time(fields.Datetime.now() + timedelta(days=400)):
            self.parcel._plan_poll()
            self.assertTrue(self.parcel.next_poll_at)

    # === WHO COMES FIRST === #

    def test_urgent_number_is_asked_about_before_those_that_wait_longer(self):
        others = self._more("NB701", "NB702")
        self._make_due(others, ago=500)
        self.parcel._poll_now()
        with patch.object(logistics_poller, "NUMBERS_PER_TURN", 1):
            self._run()
        self.assertEqual(self._numbers(), ["NB700", "NB701", "NB702"])
        self.env.invalidate_all()
        self.assertFalse(self.parcel.poll_urgent)

    def test_money_that_waits_for_a_confirmation_asks_first(self):
        self.shipment._request_confirmation()
        self.assertTrue(self.parcel.poll_urgent)
        self.assertLessEqual(self.parcel.next_poll_at, fields.Datetime.now())

    def test_ask_now_is_for_people_who_work_with_shipments(self):
        notice = self.shipment.with_user(self.people["user"]).action_ask_now()
        self.assertIn("1", notice["params"]["message"])
        self.assertTrue(self.parcel.poll_urgent)

    def test_ask_now_says_when_nobody_can_be_asked(self):
        self.connection.poll_minutes = 0
        with self.assertRaisesRegex(UserError, "can be asked"):
            self.shipment.action_ask_now()

    def test_carriers_own_account_is_asked_before_an_aggregator(self):
        aggregator = self._connect(
            name="Aggregator", carrier_ids=[(5,)], poll_minutes=30
        )
        self.parcel._plan_poll()
        self.assertEqual(self.parcel.poll_connection_id, self.connection)
        self.connection.active = False
        self.parcel._plan_poll()
        self.assertEqual(self.parcel.poll_connection_id, aggregator)

    def test_account_of_another_company_is_never_asked(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.connection.company_id = other
        self.parcel._plan_poll()
        self.assertFalse(self.parcel.poll_connection_id)
        self.assertFalse(self.parcel.next_poll_at)
        self.connection.served_company_ids = self.company
        self.parcel._plan_poll()
        self.assertEqual(self.parcel.poll_connection_id, self.connection)

    # === HOW MANY === #

    def test_no_more_calls_than_the_partner_allows_in_a_minute(self):
        numbers = [f"NB8{index:03d}" for index in range(200)]
        self._make_due(self._more(*numbers))
        self.connection.rate_per_minute = 12
        for _run in range(4):
            self._run()
        # A burst of a quarter: three calls of twenty numbers.
        self.assertEqual(len(self.asked), 3)
        self.assertEqual(len(set(self._numbers())), 60)

    def test_partner_with_a_long_line_keeps_no_other_waiting(self):
        other_carrier = self.env["logistics.carrier"].create({"name": "Southbound"})
        other = self._connect(name="Other", carrier_ids=[(6, 0, other_carrier.ids)])
        other.poll_minutes = 60
        self._make_due(self._more(*[f"NB9{index:02d}" for index in range(60)]))
        shipment = self._ship(self._sell(1).picking_ids, "SB100")
        shipment.carrier_id = other_carrier
        shipment.parcel_ids._plan_poll()
        self._make_due(shipment.parcel_ids)
        with patch.object(logistics_poller, "NUMBERS_PER_TURN", 20):
            self._run()
        self.assertIn("SB100", [number for batch in self.asked[:2] for number in batch])
        self.assertEqual(len(set(self._numbers())), 61)

    def test_number_that_is_being_asked_about_is_nobody_elses(self):
        self._make_due(self.parcel)
        self.assertEqual(self.connection._lease(10), self.parcel)
        self.assertFalse(self.connection._lease(10))
        with freeze_time(fields.Datetime.now() + logistics_poller.LEASE + MINUTE):
            self.assertEqual(self.connection._lease(10), self.parcel)

    def test_paused_calls_are_tried_with_one_number(self):
        self._make_due(self._more("NB711", "NB712", "NB713"))
        self.connection.breaker = {"state": "open", "trips": 1, "opened_at": 1.0}
        type(self).answer = CarrierUnavailable("down")
        self.addCleanup(setattr, type(self), "answer", None)
        with patch.object(
            type(self.env["logistics.carrier.adapter.sandbox"]),
            "_poll_batch_size",
            lambda adapter: 1,
        ):
            self._run()
        self.assertEqual(len(self._numbers()), 1)
        self.assertEqual(self.connection.breaker_state, "open")

    # === MANY AT ONCE === #

    def test_changed_interval_reaches_every_open_number(self):
        self._more("NB721", "NB722")
        self.connection.poll_minutes = 10
        self.assertTrue(self.connection.plan_needed)
        with patch.object(logistics_connection_poll, "PLAN_BATCH", 2):
            self._run()
        self.assertFalse(self.connection.plan_needed)
        for parcel in self.shipment.parcel_ids:
            self.assertLessEqual(
                parcel.next_poll_at, fields.Datetime.now() + 10 * MINUTE
            )

    def test_planning_costs_no_query_per_number(self):
        parcels = self._more(*[f"NC{index:04d}" for index in range(300)])
        parcels.next_poll_at = False
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            parcels._plan_poll()
        self.assertTrue(all(parcels.mapped("next_poll_at")))

    # === SILENCE === #

    def test_numbers_are_asked_about_while_the_pushes_have_stopped(self):
        self.connection.poll_when = "silent"
        self._run()
        self.assertFalse(self.parcel.next_poll_at)
        self._hand_in(self._body("NB700", self._now("PUP")), channel="webhook")
        self.assertTrue(self.connection.last_pushed_at)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.connection._cron_watch_silence()
            self.assertTrue(self.connection.silent_since)
            self.assertTrue(self._open("silent_feed", self.connection))
            self._run()
            self.assertTrue(self.parcel.next_poll_at)
            # An answer is not a push: it stays silent.
            self._hand_in(self._body("NB700", self._now("HUB")), channel="poll")
            self.connection._cron_watch_silence()
            self.assertTrue(self.connection.silent_since)
            self._hand_in(self._body("NB700", self._now("DEP")), channel="webhook")
            self.connection._cron_watch_silence()
            self.assertFalse(self.connection.silent_since)
            self.assertFalse(self._open("silent_feed", self.connection))
            self._run()
            self.assertFalse(self.parcel.next_poll_at)

    def test_partner_is_silent_although_old_messages_are_read_again(self):
        message = self._hand_in(
            self._body("NB700", self._now("PUP")), channel="webhook"
        )
        spoken = self.connection.last_pushed_at, self.connection.last_received_at
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            message._requeue()
            message._drain_batch(10)
            self.assertEqual(message.state, "done")
            self.assertEqual(
                (self.connection.last_pushed_at, self.connection.last_received_at),
                spoken,
            )
            self.connection._cron_watch_silence()
            self.assertTrue(self.connection.silent_since)

    def test_nothing_is_expected_while_nothing_is_under_way(self):
        self._hand_in(self._body("NB700", self._now("DLV")), channel="webhook")
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.connection._cron_watch_silence()
        self.assertFalse(self.connection.silent_since)
        self.assertFalse(self._open("silent_feed", self.connection))

    # === FRESHNESS === #

    def test_shipment_says_when_it_was_asked_about_and_answered(self):
        self.assertFalse(self.shipment.as_of)
        self._make_due(self.parcel)
        self._run()
        now = fields.Datetime.now()
        for name in ("last_asked_at", "last_answered_at", "as_of"):
            self.assertAlmostEqual(self.shipment[name], now, delta=MINUTE, msg=name)

    def test_question_without_an_answer_makes_nothing_fresher(self):
        type(self).answer = CarrierUnavailable("down")
        self.addCleanup(setattr, type(self), "answer", None)
        self._make_due(self.parcel)
        self._run()
        self.assertTrue(self.shipment.last_asked_at)
        self.assertFalse(self.shipment.last_answered_at)
        self.assertFalse(self.shipment.as_of)
