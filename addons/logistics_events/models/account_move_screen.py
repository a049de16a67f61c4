"""From a document back to the events that made it."""

from odoo import api, fields, models

from ..windows import records_window


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
        return records_window(self.logistics_effect_ids, self.env._("Actions Taken"))
