"""Each refund is made at most once, whoever dies in between."""

import os

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_refund_kill"
KILLS = int(os.environ.get("LOGISTICS_REFUND_KILLS", "50"))


@tagged("post_install", "-at_install", "standard")
class TestRefundKill(BaseCase):
    """The worker dies after the provider made the refund, before it is on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import addons, database

        cls.addClassCleanup(database.drop, DATABASE)
        addons.fresh(DATABASE, ["logistics_test_provider"])
        cls.outcome = inside.call("load.refund_kill", DATABASE, KILLS)

    def test_every_worker_died(self):
        self.assertEqual(self.outcome["died"], KILLS)

    def test_provider_made_one_refund_per_key(self):
        self.assertEqual(self.outcome["made"], [1] * KILLS)

    def test_every_refund_is_on_record_and_finished(self):
        self.assertEqual(self.outcome["unknown"], [])
        self.assertEqual(self.outcome["states"], ["done"])
        self.assertEqual(self.outcome["settled"], [True])
        self.assertEqual(self.outcome["open"], 0.0)
