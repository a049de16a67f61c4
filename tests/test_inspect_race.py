"""However many people inspect the same goods at once, nothing is counted twice."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_inspect_race"


@tagged("post_install", "-at_install", "standard")
class TestInspectRace(BaseCase):
    """Workers on real connections; each confirms a screen of its own, or the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import addons, database

        cls.addClassCleanup(database.drop, DATABASE)
        addons.fresh(DATABASE, ["logistics_returns"], tests=False)
        cls.races = inside.call("load.inspect_race", DATABASE)

    def test_inspectors_at_once_find_no_more_than_what_came(self):
        race = self.races["together"]
        self.assertEqual((race["received"], race["inspected"]), (12, 12))
        self.assertEqual((race["done"], race["refused"]), (6, 2))
        self.assertEqual((race["in_stock"], race["waiting"]), (12, 0))

    def test_one_screen_confirmed_by_many_presses_is_recorded_once(self):
        race = self.races["same_screen"]
        self.assertEqual((race["received"], race["inspected"]), (12, 5))
        self.assertEqual((race["done"], race["refused"]), (8, 0))
        self.assertEqual((race["in_stock"], race["waiting"]), (5, 7))
        self.assertEqual(race["findings"], 1)

    def test_undone_by_many_at_once_goes_back_once(self):
        race = self.races["undo"]
        self.assertEqual((race["done"], race["refused"]), (1, 7))
        self.assertEqual((race["inspected"], race["waiting"]), (0, 12))
