"""However many ask at once for the credit of a return, it is made once."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_return_race"
SOLD = 12
WORKERS = 16


@tagged("post_install", "-at_install", "standard")
class TestReturnRace(BaseCase):
    """16 workers on real connections: several returns of one sold line, Odoo's own
    credit note wizard beside them, and buttons pressed by all of them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import addons, database

        cls.addClassCleanup(database.drop, DATABASE)
        addons.fresh(DATABASE, ["logistics_returns"], tests=False)
        cls.races = inside.call("load.return_race", DATABASE)

    # === CREDITS === #

    def _capped(self, name):
        """Check that a race stopped where the invoice ends, and return its books."""
        race = self.races[name]
        self.assertEqual(race["invoiced"], SOLD)
        self.assertLessEqual(race["credited"], SOLD)
        self.assertGreater(race["credited"], 0)
        self.assertLessEqual(
            race["credited_money"], race["invoiced_money"] + race["cents"] / 100
        )
        self.assertEqual(race["left"], [SOLD - race["credited"]])
        return race

    def test_returns_of_one_line_inspected_at_once_are_credited_once_each(self):
        race = self._capped("inspected")
        self.assertEqual((race["credited"], race["refused"]), (SOLD, 0))
        self.assertLessEqual(set(race["states"]), {"done", "superseded"})

    def test_returns_beside_odoos_own_wizard_share_one_cap(self):
        race = self._capped("wizard_beside")
        # The wizards alone want more than there is.
        self.assertGreater(race["refused"], 0)

    def test_afterwards_every_counter_is_what_the_documents_say(self):
        self.assertEqual(self.races["differences"], 0)

    # === BUTTONS === #

    def test_exception_confirmed_by_many_presses_is_one(self):
        for deed in ("kept", "lost", "goodwill"):
            with self.subTest(deed=deed):
                race = self.races["pressed"][deed]
                self.assertEqual(race["facts"], [[deed, 2]])
                self.assertEqual([quantity for quantity, _s in race["steps"]], [2])

    def test_amount_confirmed_by_many_presses_is_granted_once(self):
        race = self.races["pressed"]["amount"]
        self.assertEqual((race["grants"], race["refused"]), (1, 0))
        self.assertEqual([quantity for quantity, _state in race["steps"]], [2.5])

    def test_exchange_confirmed_by_many_presses_is_one_line(self):
        race = self.races["pressed"]["exchange"]
        self.assertEqual((race["lines"], race["refused"]), (2, 0))

    def test_taken_back_by_many_presses_is_taken_back_once(self):
        race = self.races["pressed"]["take_back"]
        self.assertEqual(race["facts"], [["kept", -2], ["kept", 2]])
        self.assertEqual(race["refused"], WORKERS - 1)
        self.assertEqual(race["steps"], [])
        amount = self.races["pressed"]["take_back_amount"]
        self.assertEqual((amount["grants"], amount["taken_back"]), (1, 1))
        self.assertEqual(amount["refused"], WORKERS - 1)
