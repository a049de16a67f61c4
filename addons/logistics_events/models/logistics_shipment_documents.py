"""The invoices and credit notes that were made because of a shipment."""

from odoo import api, fields, models

from ..windows import records_window


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    document_ids = fields.Many2many(
        "account.move",
        string="Documents",
        compute="_compute_document_ids",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="What was made because of the shipment, the newest first.",
    )
    document_count = fields.Integer(
        compute="_compute_document_ids",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.depends("effect_ids.line_ids.move_id")
    def _compute_document_ids(self):
        for shipment in self:
            documents = shipment.sudo().effect_ids.line_ids.move_id
            shipment.document_ids = documents.sorted("id", reverse=True)
            shipment.document_count = len(documents)

    # === ACTIONS === #

    def action_view_documents(self):
        """Open what was made because of the shipment."""
        self.ensure_one()
        return records_window(self.document_ids, self.env._("Documents"))
