"""Each label is bought at most once and never lost, whoever dies in between."""

import os

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_booking_kill"
KILLS = int(os.environ.get("LOGISTICS_BOOKING_KILLS", "50"))


@tagged("post_install", "-at_install", "standard")
class TestBookingKill(BaseCase):
    """The worker dies after the partner sold the label, before it is on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import addons, database

        cls.addClassCleanup(database.drop, DATABASE)
        addons.fresh(DATABASE, ["logistics_carrier_base"])
        cls.outcome = inside.call("load.booking_kill", DATABASE, KILLS)

    def test_every_worker_died(self):
        self.assertEqual(self.outcome["died"], KILLS)

    def test_nobody_calls_while_a_lease_stands(self):
        self.assertEqual(self.outcome["early"], KILLS)

    def test_partner_sold_one_label_per_key(self):
        self.assertEqual(self.outcome["sold"], [1] * KILLS)

    def test_every_purchase_is_on_record(self):
        self.assertEqual(self.outcome["unknown"], [])
        self.assertEqual(self.outcome["lost"], [])
        self.assertEqual(self.outcome["states"], ["booked"])
        self.assertEqual(self.outcome["labels"], [1])
        self.assertEqual(self.outcome["on_transfers"], [True])
