"""Who agrees to credits of returns: the amounts, and what they would have meant."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.models.logistics_setup import SUITE, Step

from ..models.res_company_credit import TABLE_FIELDS


class LogisticsReturnSetup(models.TransientModel):
    """The approval table of a company, with the last 90 days worked out by it."""

    _name = "logistics.return.setup"
    _description = "Approval of Returns"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Currency")
    logistics_return_automatic = fields.Monetary(
        string="Credited Without Approval up to"
    )
    logistics_return_one_person = fields.Monetary(string="One Person up to")
    logistics_return_both_above = fields.Monetary(
        string="Always Two People Above",
        help="Empty: the amount up to which one person is enough.",
    )
    logistics_return_share = fields.Float(
        string="Two People Above This Part of the Order (%)"
    )
    logistics_return_repeats = fields.Integer(string="Two People from This Refund on")
    logistics_return_repeat_days = fields.Integer(string="Within so Many Days")
    logistics_return_four_eyes = fields.Boolean(
        string="Two People Agree to Large Credits"
    )
    approver_ids = fields.Many2many(
        "res.users", string="May Agree", compute="_compute_approver_ids"
    )
    tally_text = fields.Char(string="The Last 90 Days", compute="_compute_tally_text")

    @api.depends("company_id")
    def _compute_approver_ids(self):
        for setup in self:
            setup.approver_ids = setup.company_id._logistics_return_approvers()

    @api.depends(*TABLE_FIELDS)
    def _compute_tally_text(self):
        for setup in self:
            company = setup.company_id
            try:
                limits = company._logistics_return_limits(setup)
            except UserError as error:
                setup.tally_text = str(error)
                continue
            found = company._logistics_return_tally(
                limits, setup.logistics_return_four_eyes
            )
            setup.tally_text = self.env._(
                "Of %(all)s credit notes %(nobody)s would have needed nobody, "
                "%(one)s one person and %(two)s two people.",
                all=sum(found.values()),
                nobody=found[0],
                one=found[1],
                two=found[2],
            )

    @api.model
    def action_open(self):
        """Open the approval table of the company at work.

        :raise AccessError: For whoever is not from finance.
        """
        self._check_may_set_up()
        company = self.env.company
        setup = self.create(
            {"company_id": company.id}
            | {name: company.sudo()[name] for name in TABLE_FIELDS}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Agrees to Credits?"),
            "res_model": self._name,
            "res_id": setup.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_save(self):
        """Keep the table; saving another one undoes it.

        :raise UserError: When the amounts do not fit together, or two people could not
            be found.
        """
        self.ensure_one()
        self._check_may_set_up()
        company = self.company_id
        if company not in self.env.companies:
            raise AccessError(self.env._("It is the table of another company."))
        company.sudo().write(
            {name: self[name] for name in TABLE_FIELDS}
            | {"logistics_return_table_at": fields.Datetime.now()}
        )
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _check_may_set_up(self):
        if not self.env.su and not self.env.user.has_group(f"{SUITE}finance"):
            raise AccessError(self.env._("Finance says who agrees to credits."))


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    @api.model
    def _logistics_steps(self):
        """Override of `logistics_events` to add who agrees to credits of returns."""
        company = self.env.company.sudo()
        return super()._logistics_steps() | {
            "action_open_logistics_returns": Step(
                bool(company.logistics_return_table_at)
                and not company._logistics_return_shortage(),
                self.env.user.has_group(f"{SUITE}finance"),
                self.env._("Finance"),
            )
        }

    @api.private
    def action_open_logistics_returns(self):
        """Open the approval table of the company at work.

        :rtype: dict
        """
        return self.env["logistics.return.setup"].action_open()
