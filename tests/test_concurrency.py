"""Exactly once, with many workers on real connections."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_race"
SHIPMENTS = 42


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
