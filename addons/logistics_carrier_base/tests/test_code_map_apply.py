"""What follows from a meaning is said before it is applied, when it is about money."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .code_map_case import CodeMapCase


@tagged("post_install", "-at_install")
class TestCodeMapApply(CodeMapCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.action.mode"]._switch(cls.company, "credit", "on")

    def _apply(self, event_type):
        code = self.code.with_user(self.keeper)
        code.event_type = event_type
        action = code.action_apply_dialog()
        return None if action is True else self._dialog(action)

    def _crediting(self):
        """Let what is reported of the shipment ask for credit, as a rule may."""
        Demand = self.env["logistics.credit.demand"]
        line = self.order.order_line[:1]
        after_fold = type(self.shipment)._after_fold

        def asks(shipments, folded, facts):
            after_fold(shipments, folded, facts)
            if self.shipment in shipments and self.shipment.state == "delivered":
                Demand._want(line, "claim", "C1", 2)

        return patch.object(type(self.shipment), "_after_fold", asks)

    def _steps(self):
        return self.env["logistics.effect"].search([("order_id", "=", self.order.id)])

    def test_without_money_it_is_applied_at_once(self):
        self.assertIsNone(self._apply("in_transit"))
        self.assertEqual(self._drain(), "in_transit")

    def test_with_money_it_says_how_much_and_waits(self):
        with self._crediting():
            dialog = self._apply("delivered")
            self.assertIn("Documents concerned: 1", dialog.impact)
            self.assertIn(self.order.name, dialog.impact)
            self.assertEqual(self._drain(), "picked_up")
            self.assertFalse(self._steps())
            dialog.action_go_on()
            self.assertEqual(self._drain(), "delivered")
        self.assertRecordValues(self._steps(), [{"quantity": 2.0}])

    def test_too_many_to_try_out_is_said(self):
        with patch.object(type(self.code), "_trial_limit", lambda code: 0):
            dialog = self._apply("in_transit")
        self.assertIn("too many to try out", dialog.impact)
        self.assertEqual(self._drain(), "picked_up")
        dialog.action_go_on()
        self.assertEqual(self._drain(), "in_transit")

    def test_a_meaning_is_needed(self):
        with self.assertRaises(UserError):
            self.code.with_user(self.keeper).action_apply_dialog()
