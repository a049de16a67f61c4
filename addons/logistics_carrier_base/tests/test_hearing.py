from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestHearing(CarrierCommon):
    """Whose word can arrive, and whose is missed although it never came."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB100")

    def _told(self):
        self.env["logistics.connection"]._cron_watch_silence()
        return self.env["logistics.exception"]._find_open(
            "silent_feed", self.connection
        )

    def _after(self, hours):
        return freeze_time(fields.Datetime.now() + timedelta(hours=hours))

    # === WHOSE WORD CAN ARRIVE === #

    def test_signed_pushes_can_arrive(self):
        self.assertTrue(self.shipment._is_trackable())

    def test_pushes_without_a_live_secret_cannot(self):
        self.connection.secret_ids.expires_at = fields.Datetime.now() - timedelta(
            minutes=1
        )
        self.assertFalse(self.shipment._is_trackable())
        self.connection.secret_ids.unlink()
        self.assertFalse(self.shipment._is_trackable())

    def test_answers_arrive_with_a_key_and_a_rhythm(self):
        self.connection.secret_ids.unlink()
        for minutes, key, arrives in (
            (60, False, False),
            (0, "key", False),
            (60, "key", True),
        ):
            with self.subTest(minutes=minutes, key=key):
                self.connection.write(
                    {"poll_minutes": minutes, "credential_token": False}
                )
                self.connection.credential = key
                self.assertEqual(self.shipment._is_trackable(), arrives)

    def test_key_of_a_partner_that_only_pushes_hears_nothing(self):
        self.connection.secret_ids.unlink()
        self.connection.write(
            {"adapter": "canonical", "poll_minutes": 60, "credential": "key"}
        )
        self.assertFalse(self.shipment._is_trackable())

    def test_archived_connection_hears_nothing(self):
        self.connection.active = False
        self.assertFalse(self.shipment._is_trackable())
        shipment = self.shipment.with_context(active_test=False)
        self.assertFalse(shipment._is_trackable())

    def test_aggregator_that_hears_nothing_makes_nothing_trackable(self):
        self.connection.carrier_ids = False
        self.assertTrue(self.shipment._is_trackable())
        self.connection.secret_ids.unlink()
        self.assertFalse(self.shipment._is_trackable())

    # === WHO NEVER SPOKE === #

    def test_who_never_spoke_is_silent_since_it_was_connected(self):
        self.assertFalse(self._told())
        with self._after(23):
            self.assertFalse(self._told())
        with self._after(25):
            self.assertIn("since it was connected", self._told().summary)
            self.assertEqual(self.connection.silent_since, self.connection.create_date)
            self._hand_in(self._body("NB100", "PUP"), channel="webhook")
            self.assertFalse(self._told())
            self.assertFalse(self.connection.silent_since)

    def test_connection_set_up_in_steps_is_waited_for_since_it_has_its_secret(self):
        begun = fields.Datetime.now() - timedelta(days=5)
        for table in ("logistics_connection", "logistics_parcel"):
            self.env.cr.execute(f"UPDATE {table} SET create_date = %s", [begun])
        self.env.invalidate_all()
        self.assertFalse(self._told())
        with self._after(25):
            since = self.connection.secret_ids.create_date
            self.assertIn(self.company._logistics_moment(since), self._told().summary)

    def test_who_never_pushed_is_asked_until_it_does(self):
        self.connection.write(
            {"poll_when": "silent", "poll_minutes": 60, "credential": "key"}
        )
        self.assertIsNone(self.connection._poll_every())
        with self._after(25):
            self.assertTrue(self._told())
            self.assertEqual(self.connection._poll_every(), timedelta(hours=1))
            self._hand_in(self._body("NB100", "PUP"), channel="poll")
            self.connection.last_answered_at = fields.Datetime.now()
            # An answer is not a push: asking goes on.
            self.assertTrue(self._told())
            self._hand_in(self._body("NB100", "PUP", "OFD"), channel="webhook")
            self.assertFalse(self._told())
            self.assertIsNone(self.connection._poll_every())

    def test_nobody_waits_for_a_connection_that_hears_nothing(self):
        self.connection.secret_ids.unlink()
        with self._after(25):
            self.assertFalse(self._told())
