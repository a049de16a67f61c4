"""The guided set-up: steps that are ticked by what is really configured.

Odoo's `onboarding` keeps the steps and, per company, whether the panel was closed. An
addon adds a step with a record, a method that opens it, and what `_logistics_steps()`
says about it.
"""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Command

from .logistics_team import CATEGORY_WORDS

PANEL = "logistics_events.onboarding_onboarding_setup"
SUITE = "logistics_events.logistics_events_group_"


class Step(NamedTuple):
    """What is known of a step in the company at work.

    :param bool done: Whether it is configured.
    :param bool may: Whether the person may do it.
    :param str who: Who does it, in words.
    """

    done: bool
    may: bool
    who: str


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    @api.model
    def _logistics_steps(self):
        """Hook: return what is known of the steps in the company at work.

        :return: By the name of the method that opens the step.
        :rtype: dict[str, Step]
        """
        company, user = self.env.company, self.env.user
        Mode = self.env["logistics.action.mode"]
        modes = set(
            Mode.sudo().search([("company_id", "=", company.id)]).mapped("mode")
        )
        observe = self.env.ref("logistics_events.onboarding_step_observe").sudo()
        deciders = self.env._("Managers and finance")
        return {
            "action_open_logistics_who": Step(
                bool(self.sudo()._logistics_teams().line_ids),
                user.has_group(f"{SUITE}manager"),
                self.env._("Managers"),
            ),
            "action_open_logistics_observe": Step(
                observe.current_step_state != "not_done" or bool(modes - {"off"}),
                Mode._may_switch(),
                deciders,
            ),
            "action_open_logistics_switch": Step(
                "on" in modes, Mode._may_switch(), deciders
            ),
        }

    @api.model
    def _logistics_teams(self):
        """Return the teams that look after the company at work.

        :rtype: logistics.team
        """
        company = self.env.company
        found = self.env["logistics.team"].search(
            [("company_id", "in", company.sudo().parent_ids.ids)]
        )
        return found.filtered(lambda team: team.company_id == company) or found

    # === OPENING === #

    @api.private
    def action_open_logistics_who(self):
        """Open the team of the company, a new one, or the list of several.

        :rtype: dict
        """
        teams = self._logistics_teams()
        if len(teams) > 1:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "logistics_events.logistics_team_action"
            )
        title = self.env._("Who Is Told?")
        defaults = {
            "default_company_id": self.env.company.id,
            "default_name": self.env._("Logistics"),
            # One team for everything is where most begin.
            "default_line_ids": [
                Command.create({"category": code}) for code, _label in CATEGORY_WORDS
            ],
        }
        return self.env["logistics.action.mode"]._dialog(
            title, "logistics.team", defaults, record=teams
        )

    @api.private
    def action_open_logistics_observe(self):
        """Open the dialog that works out the last 30 days.

        :rtype: dict
        """
        return self.env["logistics.action.mode"].action_observe_dialog()

    @api.private
    def action_open_logistics_switch(self):
        """Open the dialog that lists what a switch changes, and switches.

        :rtype: dict
        """
        defaults = {"default_company_id": self.env.company.id, "default_mode": "on"}
        action = self._logistics_first_action()
        if action:
            defaults["default_action"] = action
        return self.env["logistics.action.mode"]._dialog(
            self.env._("Switch On"), "logistics.mode.switch", defaults
        )

    @api.model
    def _logistics_first_action(self):
        """Hook: return the action that the set-up is about, if any.

        :rtype: str | None
        """
        return None
