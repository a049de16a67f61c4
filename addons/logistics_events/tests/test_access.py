"""What a right means in detail; who has which is in `tests/roles` of the suite."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LogisticsCommon

ROLES = ("user", "manager", "finance", "integration", "auditor")


@tagged("post_install", "-at_install")
class TestAccess(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "A1")

    def test_status_is_typed_by_nobody(self):
        """What a shipment has reached comes from facts alone."""
        user = self.people["manager"]
        for name, value in (
            ("state", "delivered"),
            ("delivered_at", "2026-01-01 00:00:00"),
            ("milestones", {}),
            ("money_hold", False),
        ):
            with self.assertRaises(AccessError, msg=name):
                self.shipment.with_user(user).write({name: value})
        with self.assertRaises(AccessError):
            self.shipment.parcel_ids.with_user(user).write({"state": "delivered"})

    def test_decision_buttons_belong_to_finance_and_managers(self):
        effect = self.env["logistics.effect"]._desire(
            [
                {
                    "company": self.company,
                    "record": self.order,
                    "order": self.order,
                    "action": "credit",
                    "key": "line/1",
                    "desired": 1,
                    "force_mode": "on",
                }
            ]
        )
        effect._set_state("failed")
        for role in ROLES:
            step = effect.with_user(self.people[role])
            with self.subTest(role=role):
                if role in ("finance", "manager"):
                    self.assertTrue(step.action_retry())
                    effect._set_state("failed")
                else:
                    with self.assertRaises(UserError):
                        step.action_retry()

    def test_exception_buttons_are_refused_to_auditors(self):
        row = self.env["logistics.exception"]._open("no_news", self.shipment, "Silent")
        auditor = row.with_user(self.people["auditor"])
        for press in (
            lambda: auditor.action_ignore("no"),
            lambda: auditor.action_snooze(),
            lambda: auditor.action_reopen(),
            lambda: auditor.action_make_again(),
            lambda: auditor.action_keep_as_is("no"),
        ):
            with self.assertRaises(AccessError):
                press()
