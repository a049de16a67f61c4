from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged

from .common import CarrierCommon

JOB = "logistics_carrier_base.ir_cron_drain_beside"


@tagged("post_install", "-at_install")
class TestDrainBeside(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB100")
        cls.Message = cls.env["logistics.message"]

    def _store(self, *bodies):
        self.Message._store(self.connection, "manual", list(bodies), 4)
        return self.Message.search(
            [("connection_id", "=", self.connection.id)], order="id"
        )

    def _scans(self, count):
        """Store messages with a scan each, none like another."""
        return self._store(
            *(self._body("NB100", "HUB") + b" " * number for number in range(count))
        )

    def _run(self, job):
        """Let a reader run once, with batches of two."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr)["logistics.message"], job)(2)
        self.env.invalidate_all()

    def _is_woken(self):
        return bool(
            self.env["ir.cron.trigger"].search(
                [("cron_id", "=", self.env.ref(JOB).id)], limit=1
            )
        )

    def _unread(self):
        return self.Message.search_count([("state", "=", "new")])

    # === WHEN IT HELPS === #

    def test_help_is_asked_for_only_when_more_waits_than_a_batch(self):
        self._scans(3)
        self.assertFalse(self.Message._ask_for_help(2, self._unread()))
        self.assertFalse(self._is_woken())
        self._store(self._body("NB100", "DLV"))
        self.assertTrue(self.Message._ask_for_help(2, self._unread()))
        self.assertTrue(self._is_woken())

    def test_the_first_reader_asks_before_it_begins(self):
        self._scans(4)
        self._run("_cron_drain")
        self.assertTrue(self._is_woken())
        self.assertFalse(self._unread())

    def test_a_few_messages_wake_nobody_else(self):
        self._scans(3)
        self._run("_cron_drain")
        self.assertFalse(self._is_woken())
        self.assertFalse(self._unread())

    def test_help_ends_when_one_reader_is_enough(self):
        self._scans(7)
        self._run("_cron_drain_beside")
        self.assertEqual(self._unread(), 3)
        self.assertEqual(self.shipment.state, "arrived_facility")

    def test_help_ends_when_its_time_is_over(self):
        self._scans(8)
        with patch(
            "odoo.addons.logistics_carrier_base.models.logistics_message_beside"
            ".HELP_FOR",
            0,
        ):
            self._run("_cron_drain_beside")
        self.assertEqual(self._unread(), 8)

    def test_nothing_is_left_to_claim_where_others_hold_it_all(self):
        self._scans(4)
        with patch.object(
            type(self.Message), "_claim", lambda messages, _size: messages.browse()
        ):
            self._run("_cron_drain_beside")
        self.assertEqual(self._unread(), 4)

    # === GIVING WAY === #

    def test_it_stops_where_both_meet_and_loses_nothing(self):
        self._scans(4)
        met = []

        def meets(messages, **_options):
            met.append(messages)
            raise SerializationFailure()

        with patch.object(type(self.Message), "_process", meets):
            self._run("_cron_drain_beside")
        self.assertEqual(len(met), 1)
        self.assertEqual(self._unread(), 4)
        self._run("_cron_drain")
        self.assertFalse(self._unread())

    def test_what_it_cannot_read_is_told_by_the_first_reader(self):
        messages = self._store(b"{", b"{ ", self._body("NB100", "DLV"), b"{  ")
        self._run("_cron_drain_beside")
        self.assertEqual(messages.mapped("state"), ["dead", "dead", "new", "new"])
        self.assertEqual(set(messages[:2].mapped("category")), {"syntax"})
        self.assertFalse(any(messages.mapped("processed_at")))
        self.assertFalse(self._told())
        self._run("_cron_drain")
        self.assertTrue(all(messages.mapped("processed_at")))
        self.assertEqual(self._told().count, 3)

    def test_what_was_told_once_and_is_read_again_is_not_told_anew(self):
        messages = self._store(b"{", b"{ ")
        self._run("_cron_drain")
        messages._requeue()
        self._scans(2)
        self._run("_cron_drain_beside")
        self.assertEqual(set(messages[:2].mapped("state")), {"dead"})
        self.assertTrue(all(messages[:2].mapped("processed_at")))

    def _told(self):
        return self.env["logistics.exception"].search(
            [
                ("category", "=", "unreadable"),
                ("res_id", "=", self.connection.id),
                ("state", "=", "open"),
            ]
        )
