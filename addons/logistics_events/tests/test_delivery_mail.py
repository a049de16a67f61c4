from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_case import MailCase


@tagged("post_install", "-at_install")
class TestDeliveryMail(MailCase):
    """Odoo's own mail about a delivery, and what becomes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "stock_move_email_validation": True,
                "stock_mail_confirmation_template_id": cls.env["mail.template"]
                .create(
                    {
                        "name": "Delivery",
                        "model_id": cls.env["ir.model"]._get_id("stock.picking"),
                        "subject": "Odoo tells it",
                        "partner_to": "{{ object.partner_id.id }}",
                        "body_html": "<p>Shipped</p>",
                    }
                )
                .id,
            }
        )

    def _validated(self, *numbers, **more):
        order = self._sell(**more)
        self._ship(order.picking_ids, *numbers)
        return order.picking_ids

    def _told_by_odoo(self, picking):
        return "Odoo tells it" in picking.message_ids.mapped("subject")

    def test_while_ours_is_off_odoo_tells_it(self):
        self._switch_on("delivered")
        self.assertTrue(self._told_by_odoo(self._validated("D1")))

    def test_ours_takes_its_place_and_tells_it_once(self):
        self._switch_on("dispatched")
        picking = self._validated("D1")
        self.assertFalse(self._told_by_odoo(picking))
        self.assertEqual(len(self._send()), 1)

    def test_transfer_without_a_shipment_is_told_by_odoo(self):
        self._switch_on("dispatched")
        self.assertTrue(self._told_by_odoo(self._validated()))

    def test_number_bought_during_validation_counts(self):
        """`stock_delivery` books within the very method that mails."""
        self._switch_on("dispatched")
        picking = self._sell().picking_ids
        picking.picking_type_id.print_label = True
        self.method.integration_level = "rate_and_ship"
        bought = [{"exact_price": 5.0, "tracking_number": "BOUGHT1"}]
        carrier = type(self.method)
        with patch.object(carrier, "send_shipping", lambda *_: bought):
            self._ship(picking)
        self.assertEqual(picking.carrier_tracking_ref, "BOUGHT1")
        self.assertFalse(self._told_by_odoo(picking))
        self.assertEqual(len(self._send()), 1)

    def test_other_messages_of_the_transfer_are_posted(self):
        self._switch_on("dispatched")
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "D2"
        other = self.company.stock_mail_confirmation_template_id.copy(
            {"subject": "Something else"}
        )
        marked = picking.with_context(logistics_replaces_delivery_mail=True)
        marked.message_post_with_source(other)
        self.assertIn("Something else", picking.message_ids.mapped("subject"))

    def test_other_company_keeps_its_mail(self):
        self._switch_on("dispatched").company_id = self.env["res.company"].create(
            {"name": "Elsewhere"}
        )
        self.assertTrue(self._told_by_odoo(self._validated("D1")))


@tagged("post_install", "-at_install")
class TestSettings(MailCase):
    def test_line_starts_now_with_the_template_of_its_milestone(self):
        before = fields.Datetime.now()
        for milestone in ("dispatched", "out_for_delivery", "problem", "delivered"):
            setting = self.Setting.with_user(self.people["manager"]).create(
                {"company_id": self.company.id, "milestone": milestone}
            )
            self.assertGreaterEqual(setting.since, before)
            self.assertEqual(
                setting.template_id,
                self.env.ref(f"logistics_events.mail_template_{milestone}"),
            )

    def test_one_line_for_a_milestone(self):
        self._switch_on("delivered")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._switch_on("delivered")

    def test_users_do_not_switch(self):
        setting = self._switch_on("delivered")
        for role in ("user", "finance", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                setting.with_user(self.people[role]).is_on = False

    def test_manager_of_another_company_sees_no_line(self):
        setting = self._switch_on("delivered")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self.people["manager"]
        manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.Setting.with_user(manager).search([]))
        with self.assertRaises(AccessError):
            setting.with_user(manager).is_on = False

    def test_days_of_the_tracking_links_are_a_setting_of_the_company(self):
        settings = self.env["res.config.settings"].create({"logistics_link_days": 14})
        settings.execute()
        self.assertEqual(self.company.logistics_link_days, 14)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.company.logistics_link_days = 0
            self.company.flush_recordset()
