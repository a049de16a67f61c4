"""The first step of the guided set-up: somebody must be able to report."""

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.logistics_events.models.logistics_setup import SUITE, Step


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    @api.model
    def _logistics_steps(self):
        """Override of `logistics_events` to add the connection."""
        heard = Domain("test_verdict", "=", "works") | Domain(
            "last_received_at", "!=", False
        )
        return super()._logistics_steps() | {
            "action_open_logistics_connect": Step(
                bool(self._logistics_connections(heard)),
                self.env.user.has_group(f"{SUITE}integration"),
                self.env._("Integration administrators"),
            )
        }

    @api.model
    def _logistics_connections(self, domain):
        """Return the connections that report to the company at work.

        :rtype: logistics.connection
        """
        company = self.env.company
        serves = Domain("company_id", "=", company.id) | Domain(
            "served_company_ids", "in", company.ids
        )
        return self.env["logistics.connection"].sudo().search(serves & Domain(domain))

    @api.private
    def action_open_logistics_connect(self):
        """Open the connection that is not finished, else the last one, else a new one.

        :rtype: dict
        """
        Connection = self.env["logistics.connection"]
        own = Connection.search([("company_id", "=", self.env.company.id)])
        begun = own.filtered(lambda one: one.test_verdict != "works")
        return (begun or own).sorted("id")[-1:]._setup_window()
