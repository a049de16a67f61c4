from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual import hooks
from odoo.addons.logistics_freight_accrual.models import ir_module_module

from .common import FreightCommon


@tagged("post_install", "-at_install")
class TestFreightUninstall(FreightCommon):
    """The addon goes only when nothing is open, and leaves a trail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.effect"].search([])._set_state("superseded")
        cls.modules = cls.env["ir.module.module"].search(
            [("name", "=", "logistics_freight_accrual")]
        )

    def _accrued(self):
        shipment = self._send()
        self._price(shipment, 20.0)
        self._pick_up(shipment)
        self._take()
        return shipment.logistics_charge_ids

    def test_it_stays_while_freight_is_accrued(self):
        charge = self._accrued()
        for name in ("logistics_freight_accrual", "logistics_carrier_base"):
            modules = self.modules.search([("name", "=", name)])
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(UserError, "1 charges are accrued"),
            ):
                modules.button_uninstall()
        charge._say("void", "V", on=self.company._logistics_today())
        self._take()
        self.env["logistics.charge"]._check_nothing_open()

    def test_it_stays_while_freight_is_disputed(self):
        charge = self._accrued()
        charge.env.cr.execute(
            "UPDATE logistics_charge SET open_amount = 0, disputed_amount = 3 "
            "WHERE id = %s",
            [charge.id],
        )
        with self.assertRaisesRegex(UserError, "1 are disputed"):
            self.modules.button_uninstall()

    def test_parameter_lets_it_go(self):
        self._accrued()
        self.env["ir.config_parameter"].set_param(ir_module_module.OVERRIDE, "True")
        self.env["logistics.charge"]._check_nothing_open()

    def test_entries_say_what_they_were_for(self):
        charge = self._accrued()
        hooks.uninstall_hook(self.env)
        body = charge.posting_ids.move_id.message_ids[:1].body
        self.assertIn(charge.display_name, body)
        self.assertIn("Accrued", body)
        self.assertFalse(
            self.env["logistics.action.mode"].search([("action", "=", "accrue")])
        )

    def test_each_entry_says_it_once(self):
        self._accrued()
        shipment = self._send("NB1002")
        self._price(shipment, 30.0, key="other")
        self._pick_up(shipment)
        self._take()
        self.patch(ir_module_module, "_PORTION", 1)
        moves = self.env["logistics.charge.posting"].search([]).move_id
        self.env["logistics.charge"]._leave_trail()
        for move in moves:
            told = move.message_ids.filtered(lambda m: "Freight of these" in m.body)
            self.assertEqual(len(told), 1)
