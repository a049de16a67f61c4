"""A carrier's bill is posted once, however many people press the button."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_bill_race"


@tagged("post_install", "-at_install", "standard")
class TestBillRace(BaseCase):
    def test_one_of_several_posts_and_the_others_are_refused(self):
        from load import inside

        from suite import addons, database

        self.addCleanup(database.drop, DATABASE)
        addons.fresh(DATABASE)
        self.assertEqual(
            inside.call("load.bill_race", DATABASE),
            {
                "posted": 1,
                "refused": 3,
                "state": "posted",
                "documents": 1,
                "steps": ["done"],
                "postings": 20,
                "open": 0.0,
            },
        )
