import re

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.logistics_events.tests.screens import ScreenCase

from .common import CarrierCommon

MENUS = (
    "logistics_message_menu",
    "logistics_connection_menu",
    "logistics_code_map_menu",
    "logistics_message_unmatched_menu",
    "logistics_booking_menu",
)
ROLES = ("user", "manager", "finance", "integration", "auditor")


@tagged("post_install", "-at_install")
class TestScreens(CarrierCommon, ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB100")
        cls.messages = cls._hand_in(
            cls._body("NB100", "PUP", "XX9"), b"{", cls._body("STRANGE", "PUP")
        )
        cls.env["logistics.booking"].create(
            {
                "picking_id": cls.shipment.picking_ids.id,
                "connection_id": cls.connection.id,
            }
        )

    def test_every_menu_opens_with_every_filter_for_every_role(self):
        self._assert_menus_open(MENUS, ROLES)

    def test_every_window_of_the_suite_has_an_address_of_its_own(self):
        actions = [action for role in ROLES for action in self._menus(role).values()]
        by_path = {action.path: action for action in actions}
        self.assertNotIn(False, by_path)
        self.assertEqual(len(by_path), len(set(actions)))

    def test_screens_of_the_lower_layer_open_with_what_is_added(self):
        for role in ROLES:
            with self.subTest(role=role):
                (values,) = self._open(role, self.shipment)
                self.assertTrue(values["can_simulate"] or role == "auditor")
                self._open(role, self.shipment.event_ids)
                self._open(role, self.env["logistics.exception"].search([]))

    def test_event_leads_to_its_message_and_back(self):
        message = self.messages.filtered(lambda m: "PUP" in (m.body_text or ""))[-1:]
        event = message.event_ids[:1].with_user(self.people["auditor"])
        window = event.action_open_message()
        self.assertEqual(
            (window["res_model"], window["res_id"]), ("logistics.message", message.id)
        )
        window = event.sighting_ids.action_open_message()
        self.assertEqual(window["res_id"], message.id)

    def test_secrets_are_never_shown(self):
        self.connection.credential = "canary-key"
        (values,) = self._open("integration", self.connection)
        self.assertNotIn("canary-key", str(values))
        self.assertNotIn(self.secret_value, str(values))
        self.assertTrue(values["has_credential"])
        self.assertTrue(values["has_live_secret"])

    def test_secret_made_here_is_shown_once_and_signs(self):
        connection = self.connection.with_user(self.people["integration"])
        connection.secret_ids.unlink()
        window = connection.action_make_secret()
        shown = window["context"]["default_value"]
        self.assertEqual(connection._newest_secret(), shown)
        self.assertFalse(connection.secret_ids.value)
        dialog = self.env[window["res_model"]].create({"value": shown})
        dialog.invalidate_recordset()
        self.assertFalse(dialog.value)

    def test_text_that_can_never_verify_is_refused(self):
        with self.assertRaisesRegex(UserError, "cannot be a signing secret"):
            self.connection.secret_ids.value = "not base64 at all"

    def test_webhook_address_is_for_the_integration_administrator(self):
        for role in ROLES:
            (values,) = self._open(role, self.connection)
            with self.subTest(role=role):
                self.assertEqual("webhook_url" in values, role == "integration")

    def test_refused_and_unreadable_messages_are_counted_and_listed(self):
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.unreadable_message_count, 1)
        window = self.connection.action_view_unreadable()
        found = self.env["logistics.message"].search(window["domain"])
        self.assertEqual(found.category, "syntax")

    def test_unknown_code_is_mapped_in_the_dialog_and_its_messages_are_read_again(self):
        exception = self.env["logistics.exception"].search(
            [("category", "=", "unknown_code")]
        )
        window = exception.with_user(self.people["integration"]).action_choose_meaning()
        code = (
            self.env[window["res_model"]]
            .with_user(self.people["integration"])
            .browse(window["res_id"])
        )
        code.event_type = "delivered"
        code.action_apply()
        self.env["logistics.message"]._drain_batch(50)
        self.shipment.invalidate_recordset()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertEqual(exception.state, "solved")
        code.event_type = "in_transit"
        code.action_apply()
        self.env["logistics.message"]._drain_batch(50)
        self.shipment.invalidate_recordset()
        self.assertEqual(self.shipment.state, "in_transit")

    def test_reading_again_is_tried_before_it_is_done(self):
        dialog = (
            self.env["logistics.message.replay"]
            .with_user(self.people["integration"])
            .create({"message_ids": [(6, 0, self.messages.ids)]})
        )
        dialog.action_try()
        (values,) = self._open("integration", dialog)
        self.assertTrue(values["tried"])
        self.assertEqual([line["kind"] for line in values["line_ids"]], ["error"])

    def test_content_is_shown_with_line_breaks_and_rubbish_as_it_is(self):
        readable = self.messages.filtered(lambda m: m.state == "done")[:1]
        self.assertIn('\n  "parcels": [', readable.content_text)
        broken = self.messages.filtered(lambda m: m.state == "dead")
        self.assertEqual(broken.content_text, "{")

    def test_no_word_of_our_machinery_on_any_screen(self):
        found = [
            (where, word)
            for where, text in self._words_of_module("logistics_carrier_base")
            for word in self._forbidden(text)
        ]
        self.assertEqual(found, [])

    def test_no_word_of_our_machinery_in_any_translatable_text(self):
        name = "logistics_carrier_base/i18n/logistics_carrier_base.pot"
        with file_open(name) as template:
            texts = re.findall(
                r'^"(.*)"$|^msgid "(.*)"$', template.read(), re.MULTILINE
            )
        self.assertGreater(len(texts), 250)
        found = [text for pair in texts for text in pair if self._forbidden(text)]
        self.assertEqual(found, [])
