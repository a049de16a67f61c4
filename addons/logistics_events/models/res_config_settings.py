from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The block “Logistics” of the settings; other addons add their blocks to it."""

    _inherit = "res.config.settings"

    logistics_paused_text = fields.Char(compute="_compute_logistics_paused_text")

    def _compute_logistics_paused_text(self):
        Mode = self.env["logistics.action.mode"]
        for settings in self:
            pause = Mode._paused(settings.company_id)
            settings.logistics_paused_text = pause._pause_text() if pause else False

    # === ACTIONS === #

    def action_logistics_modes(self):
        """Open the actions with their modes."""
        self.check_access("create")
        return self.env["ir.actions.actions"]._for_xml_id(
            "logistics_events.logistics_action_mode_action"
        )

    def action_logistics_pause(self):
        """Ask why everything is paused."""
        self.check_access("create")
        return self.env["logistics.action.mode"].action_pause_dialog()

    def action_logistics_resume(self):
        """Show what waits before it is taken."""
        self.check_access("create")
        return self.env["logistics.action.mode"].action_resume_dialog()

    def action_logistics_adopt(self):
        """List what was begun before, to adopt what is ticked."""
        self.check_access("create")
        return self.env["logistics.action.mode"].action_adopt_dialog()

    def action_logistics_observe(self):
        """Ask for which days to work out what would have been done."""
        self.check_access("create")
        return self.env["logistics.action.mode"].action_observe_dialog()
