from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class LogisticsFreightDay(models.TransientModel):
    """Asks for the day and the company that a report of finance is about."""

    _name = "logistics.freight.day"
    _description = "Day of a Report"

    report = fields.Selection(
        [
            ("open", "Open Accruals"),
            ("proof", "Ledger Proof"),
            ("cutoff", "Cut-off Report"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    day = fields.Date(
        string="At the End of",
        required=True,
        compute="_compute_day",
        store=True,
        precompute=True,
        readonly=False,
        help="On the clock of the company.",
    )
    is_full = fields.Boolean(
        string="Count Everything Anew",
        help="Counts every posting and every journal item again, instead of starting "
        "from what was counted last night.",
    )

    @api.depends("company_id")
    def _compute_day(self):
        for asked in self:
            asked.day = asked.company_id.sudo()._logistics_today()

    def action_show(self):
        """Show the report.

        :raise AccessError: For another company than those at work.
        :raise UserError: For a day that has not come yet.
        """
        self.ensure_one()
        company = self.company_id
        if company not in self.env.companies:
            raise AccessError(
                self.env._("%s is not one of the companies you work in.", company.name)
            )
        if self.day > company.sudo()._logistics_today():
            raise UserError(self.env._("Choose a day that has come already."))
        if self.report == "proof":
            Proof = self.env["logistics.ledger.proof"]
            return Proof._prove(company, self.day, full=self.is_full)._window()
        if self.report == "cutoff":
            report = self.env["logistics.cutoff"]._report(company, self.day)
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Cut-off Report"),
                "res_model": report._name,
                "res_id": report.id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return self.env["logistics.freight.open"]._window_on(company, self.day)
