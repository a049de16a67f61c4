"""Exactly once, with many workers on real connections."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_race"
SHIPMENTS = 43


@tagged("post_install", "-at_install", "standard")
class TestConcurrency(BaseCase):
    """The races run in a process of their own, on a database with committed rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import database

        cls.addClassCleanup(database.drop, DATABASE)
        inside.prepared(DATABASE, SHIPMENTS, "--release")
        cls.races = inside.call("load.race", DATABASE)
        cls.dispatches = inside.call("load.dispatch_race", DATABASE)

    def test_same_event_from_32_senders_is_one_fact_and_one_release_per_move(self):
        race = self.races["same_event"]
        self.assertEqual((race["events"], race["releases"]), (1, race["moves"]))

    def test_8_workers_on_the_same_shipments_make_no_duplicate_action(self):
        race = self.races["same_wishes"]
        self.assertEqual(race["events"], race["shipments"])
        self.assertEqual(race["releases"], race["moves"])

    def test_8_workers_on_the_same_actions_invoice_each_order_once(self):
        race = self.races["same_effects"]
        self.assertEqual(race["invoices"], race["shipments"])
        self.assertEqual(race["posted"], race["shipments"])
        self.assertEqual(race["invoiced"], race["delivered"])
        self.assertEqual(race["states"], ["done"])

    def test_without_the_guard_in_python_the_database_refuses_the_second(self):
        race = self.races["unguarded"]
        self.assertEqual(race["events"], race["shipments"])
        self.assertEqual(race["releases"], race["moves"])
        after = race["after"]
        self.assertEqual(after["invoices"], after["shipments"])
        self.assertEqual(after["invoiced"], after["delivered"])

    def test_death_before_the_commit_leaves_neither_document_nor_action(self):
        race = self.races["crash"]
        self.assertEqual((race["made"]["invoices"], race["made"]["posted"]), (1, 1))
        self.assertEqual((race["after"]["invoices"], race["after"]["invoiced"]), (0, 0))
        self.assertEqual(race["after"]["states"], ["waiting"])
        self.assertEqual((race["again"]["invoices"], race["again"]["posted"]), (1, 1))

    def test_16_workers_credit_one_invoice_no_further_than_it_goes(self):
        race = self.races["credit"]
        self.assertGreater(race["invoiced"], 0)
        self.assertEqual(race["credited"], race["invoiced"])
        self.assertEqual(race["notes"], 4)
        self.assertGreaterEqual(race["refused"], 11)

    def test_report_and_person_at_once_validate_a_transfer_once(self):
        outcomes = [self._whole(transfer) for transfer in self._transfers("by_hand")]
        self.assertEqual(
            set(outcomes), {"report", "person"}, "Each of them was first at times"
        )

    def test_job_that_dies_leaves_the_transfer_to_the_person_who_waits(self):
        for transfer in self._transfers("crash"):
            self.assertEqual(self._whole(transfer), "person")

    def test_one_of_several_people_confirms_a_report_and_the_others_are_told(self):
        transfers = self._transfers("two_people")
        for transfer in transfers:
            self.assertEqual(self._whole(transfer), "report")
        race = self.dispatches["two_people"]
        self.assertGreater(race["people"], 1)
        self.assertEqual(race["told"], len(transfers) * (race["people"] - 1))

    def test_report_that_is_corrected_meanwhile_is_booked_once(self):
        for transfer in self._transfers("correction"):
            self.assertEqual(
                (transfer["state"], transfer["done_steps"], transfer["open_steps"]),
                ("done", 1, 0),
            )
            self.assertEqual(transfer["moved"], transfer["delivered"])
            self.assertIn(
                (transfer["moved"], transfer["exceptions"]),
                [(7.0, []), (8.0, ["report_differs"])],
            )

    def _transfers(self, name):
        """Return what became of the transfers of a race, of which there are some."""
        transfers = self.dispatches[name]["transfers"]
        self.assertTrue(transfers)
        return transfers

    def _whole(self, transfer):
        """Check that one validation counts, whole, and return whose."""
        by_hand = transfer["by_hand"]
        self.assertEqual(
            transfer,
            {
                "state": "done",
                "by_hand": by_hand,
                "moved": 10.0 if by_hand else 8.0,
                "delivered": 10.0 if by_hand else 8.0,
                "demand": 10.0,
                "backorders": 0 if by_hand else 1,
                "done_steps": 1,
                "open_steps": 0,
                "told": 1,
                "exceptions": ["report_differs"] if by_hand else [],
            },
        )
        return "person" if by_hand else "report"
