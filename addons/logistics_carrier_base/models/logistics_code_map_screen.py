"""The history of a code's meaning."""

from odoo import fields, models


class LogisticsCodeMap(models.Model):
    _inherit = "logistics.code.map"

    event_type = fields.Selection(tracking=True)

    def action_view_events(self):
        """Open the tracking events that carry the code."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tracking Events with “%s”", self.raw_code),
            "res_model": "logistics.event",
            "view_mode": "list,form",
            "domain": [("id", "in", self._held_events().ids)],
        }
