from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_events import ledger

from .inspect_case import InspectCommon


@tagged("post_install", "-at_install")
class TestInspectUndo(InspectCommon):
    """What was found is taken back with a reason while it is not credited."""

    def test_undo_brings_the_goods_back_to_where_they_waited(self):
        for name, place in (
            ("restock", self.stock),
            ("refurbish", self.workshop),
            ("scrap", self.bin),
        ):
            with self.subTest(name):
                one = self._came_back(2)
                before, waited = self._on_hand(place), self._on_hand(self.waiting)
                finding = self._find(one, **{name: 2})
                self.assertEqual(self._on_hand(place), before + 2)
                finding.with_user(self.inspector).action_undo("It was not looked at")
                self.assertEqual(self._on_hand(place), before)
                self.assertEqual(self._on_hand(self.waiting), waited)
                self.assertFalse(self._inspected(one))
                self.assertEqual(one.state, "received")
                self.assertFalse(one.line_ids.credit_quantity)
                self.assertEqual(finding.undo_reason, "It was not looked at")
                self.assertEqual(finding.undone_by_id, self.inspector)
                self._find(one, restock=2)
                self.assertEqual(one.state, "inspected")

    def test_undo_keeps_goods_that_did_not_leave_yet(self):
        one = self._came_back(2)
        finding = self._find(one, send_back=2)
        finding.action_undo("The customer agrees")
        self.assertEqual(finding.move_ids.state, "cancel")
        self.assertEqual(self._screen(one).line_ids.waiting, 2)

    def test_goods_that_left_again_cannot_be_kept(self):
        one = self._came_back(2)
        finding = self._find(one, send_back=2)
        finding.move_ids.picked = True
        finding.move_ids.picking_id.button_validate()
        with self.assertRaisesRegex(UserError, "another return"):
            finding.action_undo("Too late")

    def test_undo_of_missing_and_wrong_items_moves_nothing(self):
        for name in ("missing", "wrong_item"):
            with self.subTest(name):
                one = self._came_back(2)
                finding = self._find(one, **{name: 2})
                finding.action_undo("Found after all")
                self.assertFalse(finding.undo_move_ids)
                self.assertFalse(one.problems)
                self.assertEqual(self._screen(one).line_ids.waiting, 2)

    def test_undo_asks_for_a_reason_and_works_once(self):
        finding = self._find(self._came_back(2), restock=2)
        with self.assertRaisesRegex(UserError, "Say why"):
            finding.action_undo(" ")
        window = finding.with_user(self.inspector).action_undo_dialog()
        dialog = (
            self.env["logistics.reason"]
            .with_user(self.inspector)
            .with_context(**window["context"])
            .create({"reason": "Counted wrong"})
        )
        dialog.action_confirm()
        self.assertEqual(finding.undo_reason, "Counted wrong")
        with self.assertRaisesRegex(UserError, "undone already"):
            finding.action_undo("Again")

    def test_goods_that_are_gone_cannot_be_moved_back(self):
        finding = self._find(self._came_back(2), refurbish=2)
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.workshop, -1
        )
        with self.assertRaisesRegex(UserError, "not in .*Workshop"):
            finding.action_undo("Sold meanwhile")

    def test_what_is_credited_is_not_undone(self):
        order, picking = self._delivered(3)
        order._create_invoices().action_post()
        one, _receipt = self._back(picking)
        accepted = self._find(one, restock=1)
        credited = (ledger.quantity(1), ledger.quantity(0))
        with patch.object(type(one.line_ids), "_credited", lambda line: credited):
            with self.assertRaisesRegex(UserError, "credited already"):
                accepted.action_undo("Too late")
            # What was found since then and is not credited yet still can be.
            later = self._find(one, restock=1)
            later.action_undo("Counted wrong")
        self.assertEqual(self._inspected(one), {"restock": 1})
