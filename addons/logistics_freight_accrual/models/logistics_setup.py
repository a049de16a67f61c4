"""The step of the guided set-up about freight: where it is booked, and who bills it."""

from odoo import api, models

from odoo.addons.logistics_events.models.logistics_setup import SUITE, Step


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    @api.model
    def _logistics_steps(self):
        """Override of `logistics_events` to add the freight set-up."""
        company = self.env.company.sudo()
        return super()._logistics_steps() | {
            "action_open_logistics_freight": Step(
                not company._logistics_freight_books().missing
                and company._logistics_has_terms(),
                self.env.user.has_group(f"{SUITE}finance"),
                self.env._("Finance"),
            )
        }

    @api.private
    def action_open_logistics_freight(self):
        """Open the freight set-up of the company at work.

        :rtype: dict
        """
        return self.env["logistics.freight.setup"].action_open()


class ResCompany(models.Model):
    _inherit = "res.company"

    def _logistics_has_terms(self):
        """Return whether a carrier has terms with the company, or with a parent.

        :rtype: bool
        """
        self.ensure_one()
        Terms = self.env["logistics.freight.terms"].sudo()
        return bool(Terms.search_count([("company_id", "parent_of", self.id)], limit=1))
