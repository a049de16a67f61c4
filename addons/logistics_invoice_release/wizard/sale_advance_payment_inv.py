from odoo import api, fields, models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    logistics_held_text = fields.Text(compute="_compute_logistics_held_text")

    @api.depends("sale_order_ids")
    def _compute_logistics_held_text(self):
        for wizard in self:
            held = wizard.sale_order_ids.filtered("logistics_hold_since")
            wizard.logistics_held_text = "\n".join(
                f"{order.name}: {order.logistics_hold_reason}" for order in held
            )
