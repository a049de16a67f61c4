from odoo import api, fields, models


class LogisticsReleaseWaive(models.TransientModel):
    """Finance says why a delivery is invoiced without its proof."""

    _name = "logistics.release.waive"
    _description = "Release without Proof Dialog"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="order_id.company_id.currency_id")
    held_picking_ids = fields.Many2many(
        "stock.picking", compute="_compute_held_picking_ids"
    )
    picking_ids = fields.Many2many(
        "stock.picking", string="Deliveries", domain="[('id', 'in', held_picking_ids)]"
    )
    amount = fields.Monetary(
        compute="_compute_amount", currency_field="company_currency_id"
    )
    needs_second_person = fields.Boolean(compute="_compute_amount")
    reason = fields.Text(required=True, string="Why")

    @api.depends("order_id")
    def _compute_held_picking_ids(self):
        for dialog in self:
            dialog.held_picking_ids = (
                dialog.order_id._logistics_held_pickings().filtered(
                    lambda picking: picking.state == "done"
                )
            )

    @api.depends("order_id", "picking_ids")
    def _compute_amount(self):
        self.order_id.check_access("read")
        for dialog in self:
            order_sudo = dialog.order_id.sudo()
            dialog.amount = sum(
                order_sudo._logistics_held_value(picking)
                for picking in dialog.picking_ids._origin.sudo()
            )
            dialog.needs_second_person = bool(
                order_sudo._logistics_waiver_approvers(dialog.amount)
            )

    def action_release(self):
        """Release the chosen deliveries, or ask a second person to agree."""
        self.ensure_one()
        self.env["logistics.release.waiver"]._waive(
            self.order_id, self.picking_ids, self.reason
        )
        return {"type": "ir.actions.act_window_close"}
