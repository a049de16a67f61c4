import threading
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..exceptions import CarrierRejected, CarrierUnavailable
from ..models import logistics_poller
from .common import CarrierCommon

PATIENCE = 10.0


@tagged("post_install", "-at_install")
class TestPollBeside(CarrierCommon):
    """Several partners are asked at a time; none keeps another waiting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write({"poll_minutes": 60, "plan_needed": False})
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB100")
        cls.other_carrier = cls.env["logistics.carrier"].create(
            {"name": "Slow Freight"}
        )
        cls.slow = cls._connect(
            name="Slow Test Account", carrier_ids=[(6, 0, cls.other_carrier.ids)]
        )
        cls.slow.write({"poll_minutes": 60, "plan_needed": False})
        cls.slow_shipment = cls._ship(cls._sell().picking_ids, "SLOW100")
        cls.slow_shipment.carrier_id = cls.other_carrier

    def _ask_with(self, answers):
        """Let each connection be asked by a function of its own, by its id."""
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_poller", lambda adapter, one: answers[one.id])

    def _run(self, *shipments):
        for shipment in shipments:
            shipment.parcel_ids._poll_now()
        self._run_job("logistics_carrier_base.ir_cron_poll_numbers")

    def test_answer_is_kept_while_another_partner_is_still_silent(self):
        kept, freed = [], threading.Event()
        keep = type(self.connection)._keep_turn

        def noted(connection, turn, answers):
            keep(connection, turn, answers)
            kept.append(connection.id)
            # Only now may the slow one answer.
            freed.set()

        def be_slow(numbers):
            self.assertTrue(freed.wait(PATIENCE), "it waited for the silent one")
            return [self._body("SLOW100", "PUP")]

        self.patch(type(self.connection), "_keep_turn", noted)
        self._ask_with(
            {
                self.connection.id: lambda numbers: [self._body("NB100", "PUP")],
                self.slow.id: be_slow,
            }
        )
        self._run(self.slow_shipment, self.shipment)
        self.assertEqual(kept, [self.connection.id, self.slow.id])
        self.assertFalse((self.connection | self.slow).filtered("last_error"))

    def test_nothing_is_read_or_written_between_the_commit_and_the_call(self):
        Cron = type(self.env["ir.cron"])
        commit, cursors, commits, calls = Cron._commit_progress, [], [], []

        def noted(cron, *args, **kwargs):
            found = commit(cron, *args, **kwargs)
            cursors.append(cron.env.cr)
            commits.append(cron.env.cr.sql_log_count)
            return found

        def ask(numbers):
            calls.append(cursors[-1].sql_log_count)
            return []

        self.patch(Cron, "_commit_progress", noted)
        self._ask_with({self.connection.id: ask})
        self._run(self.shipment)
        self.assertEqual(len(calls), 1)
        # As many statements as when the last commit before it was over.
        self.assertIn(calls[0], commits)

    def test_partner_that_is_silent_is_not_asked_for_every_number(self):
        count = 3 * logistics_poller.SILENT
        self.env["logistics.parcel"].create(
            [
                {"shipment_id": self.shipment.id, "tracking_number": f"NB2{number:03d}"}
                for number in range(count)
            ]
        )
        asked = []

        def ask(numbers):
            asked.append(numbers)
            raise CarrierUnavailable("timed out")

        self._ask_with({self.connection.id: ask})
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_poll_batch_size", lambda adapter: 1)
        with patch.object(logistics_poller, "THREADS", 1):
            self._run(self.shipment)
        self.assertEqual(len(asked), logistics_poller.SILENT)
        later = self.shipment.parcel_ids.mapped("next_poll_at")
        self.assertGreater(min(later), fields.Datetime.now())

    def test_unknown_number_is_no_fault(self):
        def ask(numbers):
            raise CarrierRejected("not_found", "404", "no such number")

        self._ask_with({self.connection.id: ask})
        self._run(self.shipment)
        self.assertEqual(self.shipment.parcel_ids.poll_failures, 0)
        self.assertFalse(self.connection.last_error)
        self.assertFalse(
            self.env["logistics.exception"].search(
                [("category", "in", ["configuration", "carrier_unavailable"])]
            )
        )

    def test_clients_are_closed_after_the_turn(self):
        class Poller:
            closed = 0

            def __call__(self, numbers):
                return []

            def close(self):
                self.closed += 1

        poller = Poller()
        self._ask_with({self.connection.id: poller})
        self._run(self.shipment)
        self.assertEqual(poller.closed, 1)

    def test_errors_are_told_apart_in_words(self):
        for error, words in (
            (CarrierRejected("authentication", "401", "no"), "Test Connection"),
            (CarrierUnavailable("busy", kind="quota"), "no more calls"),
            (CarrierUnavailable("later", kind="maintenance"), "out of service"),
            (CarrierUnavailable("timed out"), "does not answer"),
            (CarrierRejected("bad_request", "400", "no"), "refuses the call"),
            (CarrierRejected("partial", "207", "half"), "in part"),
        ):
            self.assertIn(words, self.connection._in_words(error))
