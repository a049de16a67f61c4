from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.logistics_setup import PANEL
from .common import LogisticsCommon

ROLES = ("user", "manager", "finance", "integration", "auditor")


@tagged("post_install", "-at_install")
class TestSetup(LogisticsCommon):
    """The panel of the guided set-up: who sees it, what is ticked, in which company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Second House"})
        cls.people["manager"].company_ids |= cls.other

    def _overview(self, role="manager", company=None):
        company = company or self.company
        return (
            self.env["logistics.overview"]
            .with_user(self.people[role])
            .with_context(allowed_company_ids=company.ids)
        )

    def _panel(self, role="manager", company=None):
        return self._overview(role, company).get_tiles()["setup"]

    def _step(self, name, role="manager", company=None):
        steps = self._panel(role, company)["steps"]
        return next(
            step for step in steps if step["name"] == f"action_open_logistics_{name}"
        )

    def _open(self, name, role="manager", company=None):
        step_id = self._step(name, role, company)["id"]
        return self._overview(role, company).open_setup_step(step_id)

    # === WHO SEES WHAT === #

    def test_whoever_has_a_step_to_do_sees_the_panel_and_nobody_else(self):
        seen = {role: bool(self._panel(role)) for role in ROLES}
        self.assertFalse(seen["user"])
        self.assertFalse(seen["auditor"])
        self.assertTrue(seen["manager"])
        self.assertTrue(seen["finance"])

    def test_steps_come_in_their_order(self):
        names = [
            step["name"].removeprefix("action_open_logistics_")
            for step in self._panel()["steps"]
        ]
        self.assertEqual(
            [name for name in names if name in ("who", "observe", "switch")],
            ["who", "observe", "switch"],
        )
        self.assertEqual(names[-1], "switch")

    def test_step_of_others_says_whose_it_is_and_does_not_open(self):
        step = self._step("who", "finance")
        self.assertFalse(step["may"])
        self.assertTrue(step["who"])
        with self.assertRaises(AccessError):
            self._overview("finance").open_setup_step(step["id"])

    def test_nobody_without_a_role_opens_a_step(self):
        step = self._step("observe")
        with self.assertRaises(AccessError):
            self.env["logistics.overview"].with_user(
                self.env.ref("base.public_user")
            ).open_setup_step(step["id"])

    def test_step_of_another_panel_is_no_step(self):
        foreign = self.env["onboarding.onboarding.step"].create(
            {"title": "Foreign", "panel_step_open_action_name": "unlink"}
        )
        with self.assertRaises(UserError):
            self._overview().open_setup_step(foreign.id)
        self.assertTrue(foreign.exists())

    # === TICKS === #

    def test_switching_on_ticks_the_last_two_steps_of_this_company_only(self):
        self.assertFalse(self._step("switch")["done"])
        Mode = self.env["logistics.action.mode"]
        Mode._switch(self.company, "credit", "on")
        self.assertTrue(self._step("switch")["done"])
        self.assertTrue(self._step("observe")["done"])
        self.assertFalse(self._step("switch", company=self.other)["done"])
        Mode._switch(self.company, "credit", "off")
        self.assertFalse(self._step("switch")["done"])

    def test_looking_at_the_past_ticks_the_step_of_its_company(self):
        window = self._open("observe")
        dialog = (
            self.env[window["res_model"]]
            .with_user(self.people["manager"])
            .with_context(window["context"], allowed_company_ids=self.company.ids)
            .create({})
        )
        self.assertEqual(dialog.company_id, self.company)
        self.assertFalse(self._step("observe")["done"])
        dialog.action_observe()
        self.assertTrue(self._step("observe")["done"])
        self.assertFalse(self._step("observe", company=self.other)["done"])

    def test_team_ticks_who_is_told_in_its_company_and_its_branches(self):
        self.env["logistics.team"].search([]).active = False
        window = self._open("who")
        self.assertFalse(self._step("who")["done"])
        self.assertFalse(window["res_id"])
        team = (
            self.env["logistics.team"]
            .with_user(self.people["manager"])
            .with_context(**window["context"])
            .create({})
        )
        self.assertEqual(team.company_id, self.company)
        self.assertIn("delivery_problem", team.line_ids.mapped("category"))
        self.assertTrue(self._step("who")["done"])
        self.assertEqual(self._open("who")["res_id"], team.id)
        self.assertFalse(self._step("who", company=self.other)["done"])
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.people["manager"].company_ids |= branch
        self.assertTrue(self._step("who", company=branch)["done"])

    def test_several_teams_open_as_a_list(self):
        Team = self.env["logistics.team"]
        manager = self.people["manager"].id
        for name in ("Goods", "Money"):
            Team.create({"name": name, "user_id": manager})
        self.assertEqual(self._open("who")["res_model"], "logistics.team")
        self.assertIn("list", self._open("who")["view_mode"])

    def test_switch_dialog_opens_for_the_company_of_the_panel(self):
        context = self._open("switch", company=self.other)["context"]
        self.assertEqual(context["default_company_id"], self.other.id)
        self.assertEqual(context["default_mode"], "on")

    # === CLOSING === #

    def test_panel_is_closed_per_company_and_comes_back_from_the_settings(self):
        self._overview().close_setup()
        self.assertFalse(self._panel())
        self.assertFalse(self._panel("finance"))
        self.assertTrue(self._panel(company=self.other))
        settings = self.env["res.config.settings"].create({})
        self.assertIn("of", settings.logistics_setup_text)
        action = settings.action_logistics_setup()
        self.assertEqual(action["tag"], "logistics_events.overview")
        self.assertTrue(self._panel())

    def test_who_sets_nothing_up_does_not_close_it(self):
        with self.assertRaises(AccessError):
            self._overview("user").close_setup()
        self.assertFalse(self.env.ref(PANEL).is_onboarding_closed)

    def test_settings_open_each_step(self):
        settings = self.env["res.config.settings"].create({})
        for name in ("who", "observe", "switch"):
            action = settings.with_context(
                logistics_step=f"action_open_logistics_{name}"
            ).action_logistics_setup_step()
            self.assertEqual(action["type"], "ir.actions.act_window")
        with self.assertRaises(UserError):
            settings.with_context(logistics_step="unlink").action_logistics_setup_step()
