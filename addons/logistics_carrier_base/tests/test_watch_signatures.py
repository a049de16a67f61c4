from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..controllers.webhook import Incoming, take
from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestWatchSignatures(CarrierCommon):
    """A flood of forged messages, or a key that was changed, is told in minutes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = fields.Datetime.now()
        cls.forged = cls._scheme(cls.connection).new_secret()
        cls.number = 0

    def _send(self, times=1, secret=None):
        """Let messages come in through the door."""
        for _one in range(times):
            type(self).number += 1
            body = self._body(f"NB{self.number}", "PUP")
            headers = self.connection._signed(
                body, f"msg_{self.number}", secret or self.forged
            )
            config = self.connection._webhook_config(
                self.connection.webhook_token_hash, self.connection.adapter
            )
            take(self.env, config, Incoming(body, headers))
        self.env["logistics.message"]._drain_batch(200)

    def _genuine(self):
        self._send(secret=self.secret_value)

    def _look(self, minutes):
        """Look so many minutes after the start; return what is open."""
        with freeze_time(self.start + timedelta(minutes=minutes)):
            self.env["logistics.connection"]._cron_watch_signatures()
        return self._told()

    def _told(self):
        return self.env["logistics.exception"]._find_open(
            "security", self.connection, "signatures"
        )

    def _at(self, minutes):
        return freeze_time(self.start + timedelta(minutes=minutes))

    def test_more_than_twenty_in_five_minutes_are_told_once(self):
        self.assertFalse(self._look(0))
        self._send(20)
        self.assertFalse(self._look(5))
        self._send(21)
        told = self._look(10)
        self.assertEqual(told.count, 21)
        self.assertIn("21 messages", told.summary)
        self._send(30)
        self.assertEqual(self._look(15), told)
        self.assertEqual(told.count, 51)

    def test_request_opens_nothing(self):
        self._send(30)
        self.assertFalse(self._told())

    def test_what_was_before_the_first_look_is_not_new(self):
        self._send(30)
        self.assertFalse(self._look(0))
        self.assertFalse(self._look(5))

    def test_flood_beyond_what_is_kept_is_counted(self):
        self._look(0)
        self._send(130)
        self.assertEqual(self._look(5).count, 130)

    def test_late_look_judges_by_the_time_that_passed(self):
        self._look(0)
        self._send(50)
        self.assertFalse(self._look(14))

    def test_nothing_but_bad_signatures_for_a_quarter_of_an_hour_is_told(self):
        self._look(0)
        for minutes in (5, 10, 15):
            self._send()
            self.assertFalse(self._look(minutes))
        self._send()
        self.assertEqual(self._look(20).count, 4)

    def test_genuine_messages_in_between_are_no_changed_key(self):
        self._look(0)
        for minutes in (5, 10, 15, 20, 25):
            self._send()
            with self._at(minutes - 1):
                self._genuine()
            self.assertFalse(self._look(minutes))

    def test_two_strays_on_a_quiet_day_are_no_changed_key(self):
        self._look(0)
        self._send()
        self._look(5)
        self._send()
        self.assertFalse(self._look(60))

    def test_it_closes_itself_when_genuine_ones_arrive(self):
        self._look(0)
        self._send(25)
        told = self._look(5)
        self.assertEqual(self._look(10), told)
        with self._at(12):
            self._genuine()
        self.assertFalse(self._look(15))
        self.assertEqual(told.state, "solved")

    def test_flood_goes_on_although_genuine_ones_arrive(self):
        self._look(0)
        self._send(25)
        told = self._look(5)
        self._send(25)
        with self._at(7):
            self._genuine()
        self.assertEqual(self._look(10), told)

    def test_button_closes_it_once_a_genuine_one_arrived(self):
        self._look(0)
        self._send(25)
        told = self._look(5)
        pressed = told.with_user(self.people["integration"])
        with self.assertRaisesRegex(UserError, "No genuine message"):
            pressed.action_check_signatures()
        with self._at(7):
            self._genuine()
            pressed.action_check_signatures()
        self.assertEqual(told.state, "solved")
        told.action_reopen()
        self.assertEqual(told.state, "open")
        with self.assertRaises(AccessError):
            told.with_user(self.people["user"]).action_check_signatures()

    def test_it_is_told_at_once_and_not_in_the_morning(self):
        self._look(0)
        self._send(25)
        self.assertTrue(self._look(5)._tells_at_once())
