from odoo import api, fields, models
from odoo.exceptions import AccessError


class LogisticsActionMode(models.Model):
    """Whether an action is off, only watched, or on, company by company."""

    _name = "logistics.action.mode"
    _inherit = "logistics.selection.name.mixin"
    _description = "Action Mode"
    _order = "company_id, action"
    _rec_name = "action"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    action = fields.Selection(
        selection="_selection_action", required=True, string="Action"
    )
    mode = fields.Selection(
        [("off", "Off"), ("observe", "Observe"), ("on", "On")],
        required=True,
        default="off",
        help="Off: nothing happens. Observe: records what would have been done, with "
        "amounts, and touches nothing. On: does it.",
    )
    since = fields.Date(
        string="Start Date",
        required=True,
        default=lambda self: self.env.company._logistics_today(),
        help="Facts before this day build status and history, never money.",
    )

    _action_uniq = models.UniqueIndex(
        "(company_id, action)", "This action has a mode in this company already."
    )

    @api.model
    def _selection_action(self):
        return self.env["logistics.policy"]._fields["action"].selection

    @api.model
    def _mode(self, company, action):
        """Return the mode of an action in a company; off when nobody chose one.

        :rtype: str
        """
        return self._row(company, action).mode or "off"

    @api.model
    def _row(self, company, action):
        return self.sudo().search(
            [("company_id", "=", company.id), ("action", "=", action)], limit=1
        )

    @api.model
    def _switch(self, company, action, mode, since=None):
        """Set the mode of an action in a company, and nothing else.

        A person switches with `_change`, which brings open orders in line too.

        :param str mode: `off`, `observe` or `on`.
        :param date since: The start date; today when left out.
        :rtype: logistics.action.mode
        """
        row = self.search(
            [("company_id", "=", company.id), ("action", "=", action)], limit=1
        )
        vals = {"mode": mode} | ({"since": since} if since else {})
        if row:
            row.write(vals)
            return row
        return self.create({"company_id": company.id, "action": action} | vals)

    @api.model
    def _complete(self, companies=None):
        """Give every action a row in every company, Off where nobody chose.

        :param res.company companies: Those to look at; all when left out.
        """
        if companies is None:
            companies = self.env["res.company"].sudo().search([("id", "!=", False)])
        known = {
            (row.company_id.id, row.action)
            for row in self.sudo().search([("company_id", "in", companies.ids)])
        }
        self.sudo().create(
            [
                {"company_id": company.id, "action": action}
                for company in companies
                for action, _label in self._selection_action()
                if (company.id, action) not in known
            ]
        )

    @api.model
    def _may_switch(self):
        """Return whether the user may decide what the suite does.

        :rtype: bool
        """
        return self.env.su or any(
            self.env.user.has_group(f"logistics_events.logistics_events_group_{role}")
            for role in ("manager", "finance")
        )

    @api.model
    def _check_may_switch(self, company):
        """Refuse whoever may not decide for a company.

        :raise AccessError: Without the right, or in another company.
        """
        if not self._may_switch() or (
            not self.env.su and company not in self.env.companies
        ):
            raise AccessError(
                self.env._(
                    "Only finance and logistics managers of %s switch its actions.",
                    company.sudo().name,
                )
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a new company has every action, switched off."""
        companies = super().create(vals_list)
        self.env["logistics.action.mode"]._complete(companies)
        return companies
