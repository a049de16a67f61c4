"""Every addon brings demo data, and it can be loaded as an installation loads it."""

from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from suite import paths

ADDONS = (
    "logistics_events",
    "logistics_events_mrp",
    "logistics_freight_accrual",
    "logistics_invoice_release",
    "logistics_invoice_release_mrp",
    "logistics_returns",
    "logistics_returns_carrier",
    "logistics_returns_freight",
    *sorted(path.name for path in paths.ADDONS.glob("logistics_carrier_*")),
)


@tagged("post_install", "-at_install", "standard")
class TestDemoData(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for addon in ADDONS:
            for file in Manifest.for_addon(addon)["demo"]:
                convert_file(cls.env, addon, file, {}, mode="init", noupdate=True)

    def _goods(self, order):
        return {
            move.product_id.default_code: move.product_uom_qty
            for move in order.picking_ids.move_ids
        }

    def test_every_addon_has_some(self):
        known = self.env["ir.module.module"].search(
            [("name", "=like", "logistics\\_%"), ("state", "=", "installed")]
        )
        ours = known.filtered(
            lambda addon: "/tests/" not in Manifest.for_addon(addon.name).path
        )
        self.assertEqual(set(ours.mapped("name")), set(ADDONS))
        for addon in ADDONS:
            self.assertTrue(Manifest.for_addon(addon)["demo"], addon)

    def test_connections_are_for_tests_and_hold_no_secrets(self):
        connections = self.env["logistics.connection"].browse(
            self.env["ir.model.data"]
            .search(
                [
                    ("module", "in", ADDONS),
                    ("model", "=", "logistics.connection"),
                ]
            )
            .mapped("res_id")
        )
        self.assertIn("easypost", connections.mapped("adapter"))
        self.assertEqual(set(connections.mapped("environment")), {"test"})
        self.assertFalse(connections.secret_ids)
        self.assertFalse(any(connections.mapped("has_credential")))

    def test_kit_of_a_warehouse_partner_is_ordered_and_moves_in_parts(self):
        order = self.env.ref("logistics_events_mrp.order_kit")
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._goods(order), {"CP-20": 3, "PH-2": 6})

    def test_kit_in_two_parcels_is_ordered_and_has_its_numbers(self):
        order = self.env.ref("logistics_invoice_release_mrp.order_station")
        self.assertEqual(self._goods(order), {"CP-20": 2, "SF-4": 2})
        shipment = order.picking_ids.logistics_shipment_ids
        self.assertEqual(
            set(shipment.parcel_ids.mapped("tracking_number")),
            {"NBP0004721001", "NBP0004721002"},
        )

    def test_freight_has_terms_and_prices_of_the_carriers_there_are(self):
        agreement = self.env.ref("logistics_freight_accrual.agreement_northbound")
        self.assertEqual(len(agreement.rate_ids), 3)
        self.assertEqual(
            set(agreement.surcharge_ids.mapped("kind")), {"fuel", "residential"}
        )
        terms = self.env.ref("logistics_freight_accrual.terms_northbound")
        self.assertEqual(terms.partner_id.name, "Northbound Parcel")

    def test_a_pump_that_drips_is_about_to_come_back(self):
        one = self.env.ref("logistics_returns.return_hansen")
        self.assertEqual(one.state, "approved")
        self.assertEqual(one.line_ids.quantity, 1)
        self.assertEqual(one.order_ids.picking_ids[:1].state, "done")
        self.assertEqual(one.freight_payer, "customer")
