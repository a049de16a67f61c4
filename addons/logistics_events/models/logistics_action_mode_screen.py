"""The buttons of the list of modes."""

from odoo import api, fields, models


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    paused_text = fields.Char(string="Paused", compute="_compute_paused_text")

    @api.depends("company_id")
    def _compute_paused_text(self):
        pauses = self._pauses(self.company_id)
        for company, rows in self.grouped("company_id").items():
            pause = pauses[company]
            rows.paused_text = pause._pause_text() if pause else False

    # === ACTIONS === #

    def action_switch_dialog(self):
        """Ask what the action is switched to, and list what that changes.

        :raise AccessError: Without the right.
        """
        self.ensure_one()
        self._check_may_switch(self.company_id)
        return self._dialog(
            self.env._("Switch an Action"),
            "logistics.mode.switch",
            {"default_company_id": self.company_id.id, "default_action": self.action},
        )

    def action_pause_dialog(self):
        """Ask why everything is paused."""
        self._check_may_switch(self.env.company)
        return self._dialog(
            self.env._("Pause All Actions"),
            "logistics.mode.pause",
            {"default_company_id": self.env.company.id},
        )

    def action_resume_dialog(self):
        """Show what waits before it is taken."""
        return self._dialog(
            self.env._("Resume All Actions"),
            "logistics.mode.resume",
            {},
            record=self.env["logistics.mode.resume"].create({}),
        )

    def action_adopt_dialog(self):
        """List what was begun before, to adopt what is ticked."""
        self._check_may_switch(self.env.company)
        return self._dialog(
            self.env._("Adopt Open Work"),
            "logistics.adopt",
            {},
            record=self.env["logistics.adopt"].create({}),
        )

    def action_observe_dialog(self):
        """Ask for which days to work out what would have been done."""
        self._check_may_switch(self.env.company)
        return self._dialog(
            self.env._("Observe the Past"),
            "logistics.observe",
            {"default_company_id": self.env.company.id},
        )

    @api.model
    def _dialog(self, title, model, defaults, record=None):
        """Return the window of a dialog.

        :param dict defaults: The context it is opened with.
        :param record: What is shown, where it was made already.
        """
        return {
            "res_id": record.id if record else False,
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": defaults,
        }
