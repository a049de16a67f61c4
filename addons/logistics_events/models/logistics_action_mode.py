from odoo import api, fields, models


class LogisticsActionMode(models.Model):
    """Whether an action is off, only watched, or on, company by company."""

    _name = "logistics.action.mode"
    _description = "Action Mode"
    _order = "company_id, action"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
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
        default=fields.Date.context_today,
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
        """Set the mode of an action in a company.

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
