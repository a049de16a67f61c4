"""No more is credited than was invoiced, though nothing in Python stops anybody."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_credit_race"
SOLD = 12


@tagged("post_install", "-at_install", "standard")
class TestCreditRace(BaseCase):
    """16 workers at once on real connections; the counters in the database decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import addons, database

        cls.addClassCleanup(database.drop, DATABASE)
        addons.fresh(DATABASE, ["logistics_events"], tests=False)
        cls.races = inside.call("load.credit_race", DATABASE)

    def _capped(self, name):
        """Check that a race stopped where the invoice ends, and return its books."""
        race = self.races[name]
        self.assertEqual(race["invoiced"], SOLD)
        self.assertLessEqual(race["credited"], SOLD)
        # The smallest that were asked for did not fit any more, or all of them did.
        self.assertGreater(race["credited"], 1)
        self.assertLessEqual(
            race["credited_money"], race["invoiced_money"] + race["cents"] / 100
        )
        self.assertEqual(race["left"], [SOLD - race["credited"]])
        self.assertGreater(race["refused"], 0)
        return race

    def test_odoos_own_wizard_is_capped(self):
        race = self._capped("wizard")
        self.assertEqual(race["notes"] - 1 + race["refused"], 16)

    def test_documents_of_the_suite_are_capped(self):
        race = self._capped("suite")
        self.assertEqual(race["notes"] - 1 + race["refused"], 16)

    def test_both_at_once_share_one_cap(self):
        race = self._capped("both")
        self.assertIn(race["states"], (["done", "done"], ["done", "failed"]))

    def test_counter_that_is_missing_is_made_once_by_all_of_them(self):
        """As after an upgrade: what was posted before counts."""
        self._capped("begun")

    def test_what_is_taken_back_meanwhile_is_free_again_and_not_twice(self):
        race = self.races["taken_back"]
        self.assertLessEqual(race["credited"], SOLD)
        self.assertEqual(race["left"], [SOLD - race["credited"]])

    def test_order_of_which_the_suite_knows_nothing_is_credited_as_ever(self):
        race = self.races["nobodys"]
        self.assertEqual((race["notes"], race["refused"], race["left"]), (16, 0, []))
        self.assertGreater(race["credited"], SOLD)

    def test_afterwards_every_counter_is_what_the_documents_say(self):
        self.assertEqual(self.races["differences"], 0)
