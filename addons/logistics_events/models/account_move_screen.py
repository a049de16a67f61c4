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

    logistics_document_date = fields.Date(
        string="Document Date",
        compute="_compute_logistics_document_date",
        groups="base.group_user",
        help="The date an invoice or bill states; of an entry its accounting date.",
    )

    @api.depends("move_type", "invoice_date", "date")
    def _compute_logistics_document_date(self):
        for move in self:
            stated = move.is_invoice(include_receipts=True)
            move.logistics_document_date = move.invoice_date if stated else move.date

    @api.depends("line_ids.logistics_effect_ids")
    def _compute_logistics_effect_count(self):
        for move in self:
            move.logistics_effect_count = len(move.sudo().line_ids.logistics_effect_ids)

    def action_open_logistics_actions(self):
        """Open what made the document: one action as a form, several as a list."""
        self.ensure_one()
        return records_window(self.logistics_effect_ids, self.env._("Actions Taken"))
