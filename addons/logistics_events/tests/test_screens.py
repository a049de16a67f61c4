import re

from odoo.tests import tagged
from odoo.tools import file_open

from .screens import ScreenCase

MENUS = (
    "logistics_shipment_menu",
    "logistics_exception_menu",
    "logistics_event_menu",
    "logistics_effect_menu",
    "logistics_approval_menu",
    "logistics_carrier_menu",
    "logistics_policy_menu",
    "logistics_action_mode_menu",
)
ROLES = ("user", "manager", "finance", "integration", "auditor")
KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")


@tagged("post_install", "-at_install")
class TestScreens(ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(4)
        cls.shipment = cls._ship(cls.order.picking_ids, "A1", "B2")
        cls.env["logistics.parcel.line"].create(
            {
                "parcel_id": cls.shipment.parcel_ids[0].id,
                "move_id": cls.order.picking_ids.move_ids.id,
                "quantity": 1,
            }
        )
        cls._report(cls.shipment, "delivered", location={"city": "Kiel"})
        proof = cls.env["logistics.proof.record"].create(
            {"shipment_ids": [(6, 0, cls.shipment.ids)], "signer": "K. Meyer"}
        )
        proof.action_record()
        cls.invoice = cls.order._create_invoices()
        cls.invoice.action_post()
        cls.rule = cls.env["logistics.policy"].create(
            {"name": "Credits", "action": "credit", "approval": "one"}
        )
        cls.env["logistics.action.mode"]._switch(cls.company, "credit", "on")
        cls.step = cls.env["logistics.credit.demand"]._want(
            cls.order.order_line,
            "claim",
            "x",
            1,
            reason="Broken",
            shipment=cls.shipment,
            event_id=cls.shipment.event_ids[:1].id,
        )
        cls.env["logistics.exception"]._open(
            "no_news", cls.shipment, "Nothing heard", shipment=cls.shipment
        )

    def test_large_quantity_is_written_with_every_digit(self):
        step = self.env["logistics.effect"].new(
            {"quantity": 1_234_567.5, "uom_id": self.product.uom_id.id}
        )
        self.assertEqual(step.quantity_text, f"+1234567.5 {self.product.uom_id.name}")

    def test_every_menu_opens_with_every_filter_for_every_role(self):
        self._assert_menus_open(MENUS, ROLES)

    def test_every_window_has_a_readable_address_of_its_own(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "logistics_events"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        paths = actions.mapped("path")
        self.assertTrue(all(path and KEBAB.fullmatch(path) for path in paths), paths)
        self.assertEqual(len(paths), len(set(paths)))

    def test_every_empty_list_says_what_will_fill_it(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "logistics_events"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        for action in self.env["ir.actions.act_window"].browse(data.mapped("res_id")):
            with self.subTest(action=action.name):
                self.assertGreater(len(action.help or ""), 150)

    def test_shipment_opens_for_everybody_who_may_read_it(self):
        for role in (*ROLES, "stock", "sale"):
            with self.subTest(role=role):
                (values,) = self._open(role, self.shipment)
                self.assertEqual(len(values["parcel_ids"]), 2)
                self.assertTrue(values["timeline"])
                self.assertEqual("proof_ids" in values, role in ROLES)

    def test_only_who_may_read_events_can_open_them_from_the_timeline(self):
        for role, may in (("user", True), ("auditor", True), ("stock", False)):
            shipment = self.shipment.with_user(self.people[role])
            shipment.invalidate_recordset()
            with self.subTest(role=role):
                self.assertEqual(
                    {entry["can_open"] for entry in shipment.timeline}, {may}
                )

    def test_transfer_shows_shipment_parcels_and_next_step(self):
        for role in ("stock", "user", "manager"):
            with self.subTest(role=role):
                (values,) = self._open(
                    role, self.order.picking_ids, view="stock.view_picking_form"
                )
                self.assertEqual(
                    [row["id"] for row in values["logistics_shown_ids"]],
                    self.shipment.ids,
                )
                self.assertEqual(len(values["logistics_parcel_ids"]), 2)
                self.assertTrue(values["logistics_next_step"])
                self.assertTrue(values["logistics_timeline"])

    def test_order_shows_its_shipments(self):
        (values,) = self._open("sale", self.order, view="sale.view_order_form")
        self.assertEqual(
            [row["id"] for row in values["logistics_shipment_ids"]], self.shipment.ids
        )
        self.assertIn(self.shipment.name, values["logistics_next_step"])

    def test_invoice_leads_to_its_actions(self):
        effects = self.step
        approver = self.people["finance"]
        effects.approval_ids.with_user(approver).action_approve()
        effects._take()
        note = effects.invoice_ids
        (values,) = self._open("finance", note, view="account.view_move_form")
        self.assertEqual(values["logistics_effect_count"], 1)
        window = note.with_user(approver).action_open_logistics_actions()
        self.assertEqual(
            (window["res_model"], window["res_id"]),
            (
                "logistics.effect",
                effects.id,
            ),
        )
        window = effects.with_user(approver).action_open_event()
        self.assertEqual(window["res_id"], effects.event_id.id)

    def test_invoice_of_a_bookkeeper_opens_without_the_button(self):
        (values,) = self._open(
            "bookkeeper", self.invoice, view="account.view_move_form"
        )
        self.assertNotIn("logistics_effect_count", values)

    def test_no_word_of_our_machinery_on_any_screen(self):
        found = [
            (where, word)
            for where, text in self._words_of_module("logistics_events")
            for word in self._forbidden(text)
        ]
        self.assertEqual(found, [])

    def test_no_word_of_our_machinery_in_any_translatable_text(self):
        with file_open("logistics_events/i18n/logistics_events.pot") as template:
            texts = re.findall(
                r'^"(.*)"$|^msgid "(.*)"$', template.read(), re.MULTILINE
            )
        self.assertGreater(len(texts), 500)
        found = [text for pair in texts for text in pair if self._forbidden(text)]
        self.assertEqual(found, [])
