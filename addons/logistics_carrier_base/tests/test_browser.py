from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.logistics_events.tests.hoot import HootCase

from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestBrowser(HootCase):
    def test_components(self):
        self._run_suites(
            "@logistics_carrier_base/simulate/simulate_widget",
            "@logistics_carrier_base/label/label_dialog",
        )


@tagged("post_install", "-at_install")
class TestTours(CarrierCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for person in cls.people.values():
            person.odoobot_state = "disabled"
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB100")

    def _walk(self, role, address, tour):
        login = self.people[role].login
        self.start_tour(address, tour, login=login, timeout=120)

    def test_warehouse(self):
        self._walk("user", "/odoo/shipments?view_type=list", "logistics_warehouse_tour")
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertEqual(
            self.env["logistics.message"].search_count([("state", "=", "rejected")]), 1
        )

    def test_integration(self):
        self._hand_in(self._body("NB100", "PUP", "XX9"), b"{")
        with patch.object(
            type(self.connection),
            "_post_to_own_address",
            lambda connection, body, headers: (False, 0, ""),
        ):
            self._walk(
                "integration",
                "/odoo/logistics-connections",
                "logistics_integration_tour",
            )
        code = self.env["logistics.code.map"].search([("raw_code", "=", "XX9")])
        self.assertEqual((code.event_type, code.revision), ("in_transit", 1))

    def test_finance(self):
        self.order._create_invoices().action_post()
        self.env["logistics.action.mode"]._switch(self.company, "credit", "on")
        message = self._hand_in(self._body("NB100", "DLV"))
        step = self.env["logistics.credit.demand"]._want(
            self.order.order_line,
            "claim",
            "x",
            1,
            reason="Broken",
            shipment=self.shipment,
            event_id=message.event_ids.id,
        )
        self._walk("finance", "/odoo/logistics-exceptions", "logistics_finance_tour")
        self.assertEqual(step.approval_ids.state, "approved")
