from odoo import api, fields, models


class LogisticsReleaseDialog(models.TransientModel):
    """Why an order cannot be invoiced yet, and what may be done about it."""

    _name = "logistics.release.dialog"
    _description = "Waiting for Proof of Delivery"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    # Read as the person who looks: the order may be of another company.
    currency_id = fields.Many2one(related="order_id.currency_id", related_sudo=False)
    reason = fields.Char(related="order_id.logistics_hold_reason", related_sudo=False)
    held_amount = fields.Monetary(
        related="order_id.logistics_held_amount", related_sudo=False
    )
    latest = fields.Date(related="order_id.logistics_hold_latest", related_sudo=False)
    picking_ids = fields.Many2many(
        "stock.picking", string="Deliveries", compute="_compute_picking_ids"
    )
    has_left = fields.Boolean(compute="_compute_picking_ids")
    is_invoiceable = fields.Boolean(compute="_compute_picking_ids")
    can_record_proof = fields.Boolean(compute="_compute_rights")
    can_waive = fields.Boolean(compute="_compute_rights")
    can_hold_again = fields.Boolean(compute="_compute_rights")

    @api.depends("order_id")
    def _compute_picking_ids(self):
        for dialog in self:
            order = dialog.order_id
            pickings = order._logistics_held_pickings()
            dialog.picking_ids = pickings.ids
            dialog.has_left = any(picking.state == "done" for picking in pickings)
            dialog.is_invoiceable = order.invoice_status == "to invoice"

    @api.depends("order_id")
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        finance = user.has_group("logistics_events.logistics_events_group_finance")
        may_prove = self.env["logistics.proof"].has_access("create")
        for dialog in self:
            dialog.can_record_proof = may_prove and dialog.has_left
            dialog.can_waive = finance and dialog.has_left
            dialog.can_hold_again = finance and dialog.order_id.logistics_can_hold_again

    # === ACTIONS === #

    def action_record_proof(self):
        """State the delivery of what left and is not proven."""
        return self.order_id.action_logistics_record_proof()

    def action_waive(self):
        """Ask why the goods are released without proof."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release without Proof"),
            "res_model": "logistics.release.waive",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": self.order_id.id,
                "default_picking_ids": self.picking_ids.filtered(
                    lambda picking: picking.state == "done"
                ).ids,
            },
        }

    def action_hold_again(self):
        """Ask why the goods are held again."""
        return self.env["logistics.reason"]._dialog("hold_again", self.order_id)

    def action_invoice_rest(self):
        """Invoice what is released, or a down payment, the usual way."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sale.action_view_sale_advance_payment_inv"
        )
        action["context"] = {
            "active_model": "sale.order",
            "active_id": self.order_id.id,
            "active_ids": self.order_id.ids,
            "default_advance_payment_method": "delivered"
            if self.is_invoiceable
            else "percentage",
        }
        return action
