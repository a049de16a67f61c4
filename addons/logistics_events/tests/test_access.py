"""Who may do what, role by role: on models here, on buttons further below."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import LogisticsCommon

ROLES = ("user", "manager", "finance", "integration", "auditor")
# Model: who may create, write and delete; everybody in `ROLES` may read.
RIGHTS = {
    "logistics.carrier": ("manager integration", "manager integration", ""),
    "logistics.event": ("", "", ""),
    "logistics.event.link": ("", "", ""),
    "logistics.sighting": ("", "", ""),
    "logistics.proof": ("user manager finance", "user manager finance", ""),
    "logistics.shipment": ("manager", "user manager", ""),
    "logistics.shipment.picking": ("user manager", "user manager", "manager"),
    "logistics.parcel": ("user manager", "user manager", ""),
    "logistics.parcel.line": ("user manager", "user manager", "user manager"),
    "logistics.policy": ("manager", "manager", ""),
    "logistics.policy.version": ("", "", ""),
    "logistics.action.mode": ("manager", "manager", ""),
    "logistics.effect": ("", "", ""),
    "logistics.approval": ("", "", ""),
    "logistics.exception": ("", "user manager finance integration", ""),
    "logistics.credit.demand": ("", "", ""),
}


@tagged("post_install", "-at_install")
class TestAccess(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "A1")

    def test_every_role_has_the_rights_of_the_table_and_no_others(self):
        for model, (create, write, unlink) in RIGHTS.items():
            expected = {
                "read": set(ROLES),
                "create": set(create.split()),
                "write": set(write.split()),
                "unlink": set(unlink.split()),
            }
            for operation, allowed in expected.items():
                for role in ROLES:
                    records = self.env[model].with_user(self.people[role])
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(records.has_access(operation), role in allowed)

    def test_every_table_of_the_addon_is_in_the_rights_table(self):
        own = {
            name
            for name in self.env.registry
            if name.startswith("logistics.")
            and self.env[name]._original_module == "logistics_events"
            and not self.env[name]._abstract
            and not self.env[name]._transient
        }
        self.assertEqual(own - set(RIGHTS), set())

    def test_plain_employee_and_portal_user_read_nothing(self):
        for login, groups in (
            ("plain", "base.group_user"),
            ("guest", "base.group_portal"),
        ):
            stranger = new_test_user(self.env, login=login, groups=groups)
            for model in RIGHTS:
                with self.subTest(model=model, login=login):
                    self.assertFalse(
                        self.env[model].with_user(stranger).has_access("read")
                    )

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="elsewhere",
            groups="logistics_events.logistics_events_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ("shipment", "event", "parcel", "event.link", "sighting"):
            records = self.env[f"logistics.{model}"].with_user(stranger)
            self.assertFalse(records.search([]), model)
        with self.assertRaises(AccessError):
            self.shipment.with_user(stranger).read(["state"])

    def test_branch_user_does_not_see_the_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        user = new_test_user(
            self.env,
            login="branch",
            groups="logistics_events.logistics_events_group_user",
            company_id=branch.id,
            company_ids=[(6, 0, branch.ids)],
        )
        self.assertFalse(self.env["logistics.shipment"].with_user(user).search([]))

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

    def test_proof_is_recorded_by_warehouse_and_finance_only(self):
        for role in ROLES:
            wizard = self.env["logistics.proof.record"].with_user(self.people[role])
            with self.subTest(role=role):
                allowed = role in ("user", "manager", "finance")
                self.assertEqual(wizard.has_access("create"), allowed)
