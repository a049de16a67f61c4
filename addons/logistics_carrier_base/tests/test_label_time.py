"""How long it takes from Validate to the label."""

import time

from odoo.tests import tagged

from ..sandbox.server import SandboxServer
from .common import CarrierCommon

SLOW = 0.3  # Seconds the carrier takes for each call.
LIMIT = 3.0  # Seconds from Validate to the label.


@tagged("post_install", "-at_install")
class TestLabelTime(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = SandboxServer(api_key="time").start()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.connection.write({"base_url": cls.sandbox.url, "credential": "time"})
        cls._book_with_partner()
        cls.warehouse.out_type_id.print_label = True

    def test_label_is_there_in_time(self):
        waits = []
        for _number in range(20):
            picking = self._sell(1).picking_ids
            picking.move_ids.picked = True
            self.sandbox.fail_next(slow=SLOW)
            start = time.monotonic()
            picking.button_validate()
            self.env.flush_all()
            with self.enter_registry_test_mode():
                picking.logistics_label_buy()
            self.env.invalidate_all()
            self.assertTrue(picking.logistics_label_status()["url"])
            waits.append(time.monotonic() - start)
        self.assertLess(sorted(waits)[18], LIMIT)
