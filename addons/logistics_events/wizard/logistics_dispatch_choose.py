from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsDispatchChoose(models.TransientModel):
    """A person says which of several transfers a report is about."""

    _name = "logistics.dispatch.choose"
    _description = "Choose the Transfer"

    event_id = fields.Many2one("logistics.event", required=True, readonly=True)
    candidate_ids = fields.Many2many("stock.picking", compute="_compute_candidate_ids")
    picking_id = fields.Many2one("stock.picking", string="Transfer")
    lines_text = fields.Text(string="Reported", compute="_compute_lines_text")

    @api.depends("event_id")
    def _compute_candidate_ids(self):
        for dialog in self:
            event = dialog.event_id
            dialog.candidate_ids = (
                event._dispatch_candidates() if event else dialog.picking_id.browse()
            )

    @api.depends("event_id")
    def _compute_lines_text(self):
        for dialog in self:
            dialog.lines_text = dialog.event_id._dispatch_text()

    def action_choose(self):
        """Put the report on the transfer; the rule then validates or proposes it.

        :raise UserError: Without a choice, or when no rule books it.
        """
        self.ensure_one()
        picking, event = self.picking_id, self.event_id
        event.check_access("read")
        if not picking or picking not in self.candidate_ids:
            raise UserError(self.env._("Choose one of the transfers."))
        picking._logistics_check_may_validate()
        self.env["logistics.event.relink"].check_access("create")
        shipment = picking.sudo()._logistics_start_shipment()
        if event.shipment_id != shipment:
            parcel = shipment.parcel_ids.filtered(
                lambda one: one.tracking_key == event.tracking_number
            )[:1]
            event.sudo()._relink(
                shipment, parcel, self.env._("%s was chosen.", picking.name)
            )
        shipment._logistics_book_chosen(event.sudo(), picking.sudo())
        return {"type": "ir.actions.act_window_close"}
