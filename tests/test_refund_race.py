"""No more is refunded than was captured, though nothing in Python stops anybody."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_refund_race"
CAPTURED = 700.0


@tagged("post_install", "-at_install", "standard")
class TestRefundRace(BaseCase):
    """16 workers at once on real connections ask 100 each of a payment of 700."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import addons, database

        cls.addClassCleanup(database.drop, DATABASE)
        addons.fresh(DATABASE, ["logistics_test_provider"])
        cls.races = inside.call("load.refund_race", DATABASE)

    def test_what_the_payment_cannot_carry_is_for_finance(self):
        race = self.races["whole"]
        self.assertEqual((race["asked"], race["by_hand"]), (CAPTURED, 900.0))
        self.assertEqual(race["states"], ["done"] * 16)
        self.assertEqual(race["counter"], [[CAPTURED, CAPTURED, 0.0]])

    def test_database_stops_them_where_the_captured_ends(self):
        race = self.races["first"]
        self.assertEqual((race["asked"], race["by_hand"]), (CAPTURED, 0.0))
        self.assertEqual(race["states"], ["done"] * 7 + ["failed"] * 9)
        self.assertEqual(race["counter"], [[CAPTURED, CAPTURED, 0.0]])

    def test_what_somebody_else_refunded_before_counts(self):
        race = self.races["later"]
        self.assertEqual((race["native"], race["asked"]), (100.0, 600.0))
        self.assertEqual(race["states"].count("done"), 6)

    def test_odoos_own_refund_and_the_suite_share_one_cap(self):
        race = self.races["native"]
        self.assertEqual(race["asked"] + race["native"], CAPTURED)
        self.assertGreater(race["native"], 0.0)
        self.assertEqual(race["counter"], [[CAPTURED, CAPTURED, 0.0]])
        self.assertGreater(race["refused"] + race["states"].count("failed"), 0)

    def test_refund_taken_by_all_of_them_is_put_on_record_once(self):
        race = self.races["same"]
        self.assertEqual((race["rows"], race["asked"]), (1, 100.0))
        self.assertEqual(race["states"], ["done"])
