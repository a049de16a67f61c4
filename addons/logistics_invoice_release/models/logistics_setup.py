"""The second step of the guided set-up: when goods are invoiced."""

from odoo import api, fields, models

from odoo.addons.logistics_events.models.logistics_setup import SUITE, Step

CHOICES = [
    ("dispatched", "When it leaves us"),
    ("picked_up", "When the carrier has it"),
    ("delivered", "When it is delivered"),
    ("delivered_web", "When it is delivered, orders paid online when they leave us"),
]


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    setup_choice = fields.Selection(
        CHOICES,
        string="Chosen in the Set-Up",
        readonly=True,
        copy=False,
        help="Written by the guided set-up; it comes before the other rules.",
    )

    @api.model
    def _of_setup(self, company):
        """Return the rules that the set-up wrote for a company, archived ones as well.

        :rtype: logistics.policy
        """
        return self.with_context(active_test=False).search(
            [("company_id", "=", company.id), ("setup_choice", "!=", False)]
        )


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    @api.model
    def _logistics_steps(self):
        """Override of `logistics_events` to add when goods are invoiced."""
        rules = self.env["logistics.policy"].sudo()._of_setup(self.env.company)
        return super()._logistics_steps() | {
            "action_open_logistics_when": Step(
                bool(rules.filtered("active")),
                self.env.user.has_group(f"{SUITE}manager"),
                self.env._("Managers"),
            )
        }

    @api.model
    def _logistics_first_action(self):
        """Override of `logistics_events`: the set-up is about releasing invoices."""
        return "release"

    @api.private
    def action_open_logistics_when(self):
        """Open the four choices.

        :rtype: dict
        """
        return self.env["logistics.action.mode"]._dialog(
            self.env._("When Do We Invoice?"),
            "logistics.setup.invoicing",
            {"default_company_id": self.env.company.id},
        )
