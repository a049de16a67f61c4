"""From a document back to the events that made it."""

from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_effect_count = fields.Integer(
        compute="_compute_logistics_effect_count",
        string="Action Count",
        groups="base.group_user",
    )

    @api.depends("line_ids.logistics_effect_ids")
    def _compute_logistics_effect_count(self):
        for move in self:
            move.logistics_effect_count = len(move.sudo().line_ids.logistics_effect_ids)

    def action_open_logistics_actions(self):
        """Open what made the document: one action as a form, several as a list."""
        self.ensure_one()
        action = self.action_view_logistics_trace()
        if len(self.logistics_effect_ids) == 1:
            action |= {
                "view_mode": "form",
                "res_id": self.logistics_effect_ids.id,
                "views": [(False, "form")],
            }
        return action
