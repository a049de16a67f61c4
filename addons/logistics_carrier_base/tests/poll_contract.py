"""The cases every adapter that asks must pass, over real HTTP against its stand-in."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from .. import logins
from ..sandbox.carrier_stand_in import scan_at
from .stand_in_case import StandInCase

DELIVERED = "2026-11-20T12:00:00+01:00"
CALLS = "odoo.addons.logistics_carrier_base.calling"


class PollContract(StandInCase):
    """A partner that is asked. Subclass, name `adapter` and `stand_in`.

    :param tuple numbers: Three tracking numbers as the carrier writes them.
    """

    numbers = ("NB100", "NB200", "NB300")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.poll_minutes = 60
        cls.shipments = cls.env["logistics.shipment"]
        for number in cls.numbers:
            cls.shipments |= cls._ship(cls._sell().picking_ids, number)
        cls.shipment = cls.shipments[:1]
        cls.parcel = cls.shipment.parcel_ids

    # === HELPERS === #

    def _tell(self, number, *words):
        for hour, word in enumerate(words):
            at = scan_at(word, DELIVERED).at - timedelta(hours=len(words) - 1 - hour)
            self.server.tell(number, word, at)

    def _poll(self, shipments=None):
        parcels = (shipments or self.shipment).parcel_ids
        others = self.shipments.parcel_ids - parcels
        others.next_poll_at = fields.Datetime.now() + timedelta(days=1)
        # As if the minute were over and the pause as well.
        self.connection.write({"call_budget": False, "breaker": False})
        parcels._poll_now()
        self._run_job("logistics_carrier_base.ir_cron_poll_numbers")
        self.env["logistics.message"]._drain_batch(200)
        self.env.invalidate_all()

    def _open_exceptions(self, *categories):
        return self.env["logistics.exception"].search(
            [("category", "in", categories), ("state", "=", "open")]
        )

    def _words(self, shipment=None):
        return (shipment or self.shipment).event_ids.mapped("event_type")

    # === WHAT IT SAYS === #

    def test_answer_moves_the_shipment_and_is_kept_byte_for_byte(self):
        self._tell(self.numbers[0], "picked_up", "delivered")
        self._poll()
        self.assertEqual(self.shipment.state, "delivered")
        messages = self.shipment.event_ids.sighting_ids.message_id
        self.assertEqual(set(messages.mapped("channel")), {"poll"})
        self.assertFalse(
            self._open_exceptions("carrier_unavailable", "configuration", "unreadable")
        )

    def test_same_answer_again_is_no_news(self):
        self._tell(self.numbers[0], "picked_up", "delivered")
        self._poll()
        before = len(self.shipment.event_ids)
        self._poll()
        self.assertEqual(len(self.shipment.event_ids), before)

    def test_what_was_told_late_changes_nothing_but_the_history(self):
        self._tell(self.numbers[0], "delivered")
        self._poll()
        at = scan_at("picked_up", DELIVERED).at - timedelta(days=1)
        self.server.tell(self.numbers[0], "picked_up", at)
        self._poll()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertIn("picked_up", self._words())
        self.assertEqual(self._words().count("delivered"), 1)

    def test_several_numbers_are_answered_each(self):
        for number in self.numbers:
            self._tell(number, "picked_up", "delivered")
        self._poll(self.shipments)
        self.assertEqual(self.shipments.mapped("state"), ["delivered"] * 3)

    def test_unknown_code_is_held_and_moves_nothing(self):
        self._tell(self.numbers[0], "nonsense")
        self._poll()
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertIn("unmapped", self._words())

    def test_number_nobody_knows_is_no_fault_and_costs_the_others_nothing(self):
        self._tell(self.numbers[1], "delivered")
        self._poll(self.shipments)
        self.assertEqual(self.shipments[1].state, "delivered")
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertEqual(self.parcel.poll_failures, 0)
        self.assertFalse(
            self._open_exceptions("carrier_unavailable", "configuration", "unreadable")
        )

    # === WHAT GOES WRONG === #

    def test_wrong_credentials_are_told_in_words(self):
        self._tell(self.numbers[0], "delivered")
        name = next(iter(self.server.credentials))
        self._paste({name: "wrong-canary"})
        self._poll()
        told = self._open_exceptions("configuration")
        self.assertEqual(len(told), 1)
        self.assertIn("does not accept the credentials", told.summary)
        self.assertNotIn("wrong-canary", told.summary)
        self.assertEqual(self.shipment.state, "dispatched")
        verdict, text = self.connection._adapter()._test_verdict(self.connection)
        self.assertIn(verdict, ("wrong_key", "no_permission"), text)

    def test_right_credentials_pass_the_test(self):
        verdict, text = self.connection._adapter()._test_verdict(self.connection)
        self.assertEqual(verdict, "works", text)

    def test_nothing_pasted_asks_nobody(self):
        self.connection.credential_ids.sudo().token = False
        self.connection.sudo().credential_token = False
        self.server.calls.clear()
        verdict, _text = self.connection._adapter()._test_verdict(self.connection)
        self.assertEqual((verdict, self.server.calls), ("wrong_key", []))

    def test_too_many_calls_are_asked_again_when_the_carrier_says(self):
        self._tell(self.numbers[0], "delivered")
        self.server.fail_next(times=9, status=429, retry_after="7200")
        self._poll()
        self.assertAlmostEqual(
            self.parcel.next_poll_at,
            fields.Datetime.now() + timedelta(hours=2),
            delta=timedelta(minutes=2),
        )
        told = self._open_exceptions("carrier_unavailable")
        self.assertIn("allows no more calls", told.summary)

    def test_maintenance_is_told_and_over_with_the_next_answer(self):
        self._tell(self.numbers[0], "delivered")
        self.server.fail_next(times=9, status=503)
        self._poll()
        told = self._open_exceptions("carrier_unavailable")
        self.assertIn("out of service", told.summary)
        self.assertEqual(self.shipment.state, "dispatched")
        self.server.behave()
        self._poll()
        self.assertEqual(told.state, "solved")
        self.assertEqual(self.shipment.state, "delivered")

    def test_carrier_that_takes_too_long_is_asked_later(self):
        self._tell(self.numbers[0], "delivered")
        self.server.fail_next(times=9, slow=1.5)
        self._poll()
        told = self._open_exceptions("carrier_unavailable")
        self.assertIn("does not answer", told.summary)
        self.assertEqual(self.parcel.poll_failures, 1)

    def test_refused_call_is_told_in_words(self):
        self._tell(self.numbers[0], "delivered")
        self.server.fail_next(times=9, status=400)
        self._poll()
        self.assertTrue(self._open_exceptions("configuration", "carrier_unavailable"))
        self.assertEqual(self.shipment.state, "dispatched")

    @mute_logger(CALLS)
    def test_page_of_something_in_between_moves_nothing(self):
        self._tell(self.numbers[0], "delivered")
        self.server.garble_next(9)
        self._poll()
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertTrue(
            self._open_exceptions("carrier_unavailable", "configuration", "unreadable")
        )

    # === LOGINS === #

    def _needs_login(self):
        return self.server.api.auth.logs_in

    def test_login_that_ends_in_the_middle_is_made_again_once(self):
        for number in self.numbers:
            self._tell(number, "delivered")
        self._poll(self.shipment)
        before = self.server.logins
        self.server.expire_logins(after=1)
        self._poll(self.shipments)
        self._poll(self.shipments)
        self.assertEqual(self.shipments.mapped("state"), ["delivered"] * 3)
        self.assertEqual(self.server.logins - before, int(self._needs_login()))
        self.assertFalse(self._open_exceptions("configuration"))

    def test_login_serves_other_workers_too(self):
        self._tell(self.numbers[0], "picked_up")
        self._poll()
        logged_in = self.server.logins
        self.assertEqual(logged_in > 0, self._needs_login())
        # Another worker knows only what the database says.
        with patch.dict(logins._accounts, clear=True):
            self._tell(self.numbers[0], "delivered")
            self._poll()
        self.assertEqual(self.server.logins, logged_in)
        self.assertEqual(self.shipment.state, "delivered")

    def test_login_of_other_credentials_is_another_one(self):
        if self._needs_login():
            self._poll()
            name = list(self.server.credentials)[-1]
            self._paste({name: "changed"})
            self._tell(self.numbers[0], "delivered")
            self._poll()
            self.assertTrue(self._open_exceptions("configuration"))
        else:
            self.assertFalse(self.connection.sudo().login_token)
