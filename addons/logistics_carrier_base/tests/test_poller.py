from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import CarrierRejected, CarrierUnavailable
from .common import CarrierCommon


def _scan(code, at):
    return {"code": code, "at": at.isoformat(timespec="seconds") + "+00:00"}


@tagged("post_install", "-at_install")
class TestPoller(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.poll_minutes = 60
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB100")
        cls.parcel = cls.shipment.parcel_ids

    def _answer_with(self, answer):
        """Let the carrier answer with bytes or an error; return what it was asked."""
        asked = []

        def ask(numbers):
            asked.append(numbers)
            if isinstance(answer, Exception):
                raise answer
            return [answer]

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_poller", lambda adapter, connection: ask)
        return asked

    def _poll(self):
        self.parcel._poll_now()
        self._run_job("logistics_carrier_base.ir_cron_poll_numbers")
        self.env["logistics.message"]._drain_batch(200)

    def test_new_number_is_asked_about_after_the_interval(self):
        self.assertAlmostEqual(
            self.parcel.next_poll_at,
            fields.Datetime.now() + timedelta(minutes=60),
            delta=timedelta(minutes=2),
        )

    def test_answer_is_stored_and_read_like_a_push(self):
        asked = self._answer_with(self._body("NB100", "PUP", "DLV"))
        self._poll()
        self.assertEqual(asked, [["NB100"]])
        self.assertEqual(self.shipment.state, "delivered")
        message = self.shipment.event_ids.sighting_ids.message_id
        self.assertRecordValues(message, [{"channel": "poll", "trust": 3}])

    def test_same_answer_again_is_no_new_message(self):
        self._answer_with(self._body("NB100", "PUP"))
        self._poll()
        self._poll()
        self.assertEqual(
            self.env["logistics.message"].search_count(
                [("connection_id", "=", self.connection.id)]
            ),
            1,
        )

    def test_poll_confirms_what_an_untimed_push_said(self):
        self._hand_in(self._body("NB100", "DLV"), trust=1)
        event = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self._answer_with(self._body("NB100", "DLV", reference=""))
        self._poll()
        self.assertEqual(sorted(event.sighting_ids.mapped("trust")), [1, 3])

    def test_delivered_number_is_watched_for_corrections_and_then_left_alone(self):
        delivered = fields.Datetime.now() - timedelta(minutes=10)
        self._answer_with(self._body("NB100", _scan("DLV", delivered)))
        self._poll()
        self.assertEqual(self.parcel.delivered_at, delivered.replace(microsecond=0))
        self.assertAlmostEqual(
            self.parcel.next_poll_at,
            delivered + timedelta(hours=1),
            delta=timedelta(minutes=1),
        )
        with freeze_time(delivered + timedelta(days=8)):
            self.parcel._plan_poll()
        self.assertFalse(self.parcel.next_poll_at)
        self.assertFalse(self.parcel.poll_retired_at)

    def test_unavailable_carrier_is_asked_later_and_later(self):
        self._answer_with(CarrierUnavailable("timed out"))
        self._poll()
        first = self.parcel.next_poll_at
        self._poll()
        self.assertEqual(self.parcel.poll_failures, 2)
        self.assertGreater(self.parcel.next_poll_at, first)
        self.assertTrue(
            self.env["logistics.exception"].search(
                [("category", "=", "carrier_unavailable"), ("state", "=", "open")]
            )
        )

    def test_retry_after_is_honoured(self):
        self._answer_with(CarrierUnavailable("busy", retry_after=7200))
        self._poll()
        self.assertAlmostEqual(
            self.parcel.next_poll_at,
            fields.Datetime.now() + timedelta(hours=2),
            delta=timedelta(minutes=1),
        )

    def test_exception_closes_when_the_carrier_answers_again(self):
        self._answer_with(CarrierUnavailable("timed out"))
        self._poll()
        self._answer_with(self._body("NB100", "PUP"))
        self._poll()
        self.assertFalse(
            self.env["logistics.exception"].search(
                [("category", "=", "carrier_unavailable"), ("state", "=", "open")]
            )
        )

    def test_wrong_key_is_a_matter_of_configuration(self):
        self._answer_with(CarrierRejected("authentication", "401", "wrong key"))
        self._poll()
        self.assertTrue(
            self.env["logistics.exception"].search(
                [("category", "=", "configuration"), ("state", "=", "open")]
            )
        )

    @mute_logger("odoo.addons.logistics_carrier_base.calling")
    def test_defect_of_the_adapter_is_told_and_the_number_asked_about_later(self):
        self._answer_with(KeyError("trackers"))
        self._poll()
        found = self.env["logistics.exception"].search(
            [("category", "=", "configuration"), ("state", "=", "open")]
        )
        self.assertIn("KeyError", found.summary)
        self.assertGreater(self.parcel.next_poll_at, fields.Datetime.now())

    def test_addon_that_is_gone_stops_nobody(self):
        asked = self._answer_with(b"{}")
        self.parcel.next_poll_at = fields.Datetime.now()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_connection SET adapter = 'gone' WHERE id = %s",
            [self.connection.id],
        )
        self.env.invalidate_all()
        self._run_job("logistics_carrier_base.ir_cron_poll_numbers")
        self.assertFalse(asked)
        self.assertEqual(self.connection.capabilities, "")
        # Numbers are still typed, and nobody is asked about them.
        shipment = self._ship(self._sell().picking_ids, "NB101")
        self.assertFalse(shipment.parcel_ids.next_poll_at)

    def test_breaker_stops_asking_a_carrier_that_fails(self):
        asked = self._answer_with(CarrierUnavailable("timed out"))
        for _attempt in range(30):
            self._poll()
        self.assertEqual(self.connection.breaker_state, "open")
        self.assertLess(len(asked), 30)
