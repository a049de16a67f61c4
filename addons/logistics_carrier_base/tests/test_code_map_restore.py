"""A code that was given a wrong meaning gets the one before back, tried out first."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .code_map_case import CodeMapCase


@tagged("post_install", "-at_install")
class TestCodeMapRestore(CodeMapCase):
    def _mean(self, event_type):
        code = self.code.with_user(self.keeper)
        code.event_type = event_type
        code.action_apply()
        return self._drain()

    def _restore(self):
        return self._dialog(self.code.with_user(self.keeper).action_restore_dialog())

    def test_every_meaning_is_kept(self):
        self._mean("in_transit")
        self._mean("delivered")
        self.assertEqual(
            self.code.version_ids.mapped("event_type"),
            ["delivered", "in_transit", False],
        )
        self.assertEqual(self.code.version_ids[0].user_id, self.keeper)

    def test_meaning_before_is_restored_and_restored_back(self):
        self.assertEqual(self._mean("in_transit"), "in_transit")
        self.assertEqual(self._mean("delivered"), "delivered")
        self._restore().action_restore()
        self.assertEqual(self._drain(), "in_transit")
        self.assertEqual(self.code.revision, 3)
        self._restore().action_restore()
        self.assertEqual(self._drain(), "delivered")

    def test_who_maps_stands_behind_what_was_said_before(self):
        self._mean("delivered")
        held = self.shipment.event_ids.filtered(lambda e: e.event_type == "delivered")
        self.assertIn(self.keeper, held._people_behind())
        later = self._ship(self._sell().picking_ids, "A2")
        with freeze_time(fields.Datetime.now() + timedelta(seconds=2)):
            self._hand_in(self._body("A2", "XYZ"))
        self.assertEqual(later.state, "delivered")
        self.assertNotIn(
            self.keeper,
            later.event_ids.filtered(
                lambda e: e.event_type == "delivered"
            )._people_behind(),
        )

    def test_trial_changes_nothing(self):
        self._mean("in_transit")
        self._mean("delivered")
        dialog = self._restore()
        self.assertTrue(dialog.impact)
        self.assertEqual(self.code.event_type, "delivered")
        self.assertEqual(self._drain(), "delivered")

    def test_code_without_meaning_is_unknown_again(self):
        self._mean("delivered")
        self._restore().action_restore()
        self.assertEqual(self._drain(), "picked_up")
        self.assertTrue(
            self.env["logistics.exception"]._find_open("unknown_code", self.code)
        )

    def test_question_quotes_the_text_only_where_there_is_one(self):
        for text, words in ((False, "“XX9” ("), ("Put away", "“XX9” (Put away)")):
            self.env["logistics.exception"]._solve("unknown_code", self.code, "Seen")
            self.code.write({"raw_code": "XX9", "raw_text": text})
            self.code._ask_again()
            summary = (
                self.env["logistics.exception"]
                ._find_open("unknown_code", self.code)
                .summary
            )
            with self.subTest(text=text):
                self.assertEqual(words in summary, bool(text))

    def test_code_that_meant_nothing_else_has_nothing_to_restore(self):
        with self.assertRaises(UserError):
            self._restore()

    def test_changed_meanwhile_is_tried_again(self):
        self._mean("in_transit")
        self._mean("delivered")
        dialog = self._restore()
        self._mean("refused")
        with self.assertRaises(UserError):
            dialog.action_restore()

    def test_others_restore_nothing(self):
        self._mean("delivered")
        for role in ("user", "finance", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.code.with_user(self.people[role]).action_restore_dialog()
