"""Switching what is done about goods that are late, lost or damaged."""

from odoo import api, fields, models

from .logistics_policy_trouble import LAPSE, REMIND, TIMED, TRIGGER_OF


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _is_about_orders(self, action):
        """Override of `logistics_events`: none of it changes an order."""
        return action not in TRIGGER_OF and super()._is_about_orders(action)

    @api.model
    def _foresee_sums(self, company, action, mode, since):
        """Override of `logistics_events`: the returns that would be reminded of, or
        closed, with the next look at the clock.
        """
        rows = super()._foresee_sums(company, action, mode, since)
        if action not in TIMED or mode == "off":
            return rows
        Return = self.env["logistics.return"].sudo()
        due = Return._find_due().filtered(
            lambda one: (
                one.company_id == company
                and (
                    (action == REMIND and one._is_overdue())
                    or (action == LAPSE and one._lapses())
                )
            )
        )
        meant = [*self.env["logistics.policy"]._match_many(action, due)]
        if not meant:
            return rows
        return [
            *rows,
            {
                "what": self.env._("Returns that are reminded of")
                if action == REMIND
                else self.env._("Returns that are closed"),
                "count": len(meant),
                "amount": 0.0,
                "currency": company.currency_id,
                "oldest": min(fields.Date.to_date(one.deadline) for one in meant),
            },
        ]
