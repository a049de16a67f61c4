"""The goods of a transfer as the contents of a parcel name them."""

from odoo import api, models

from .. import ledger


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.depends_context("logistics_product_name")
    def _compute_display_name(self):
        """Override of `stock` to name goods by product where parcels are filled."""
        if not self.env.context.get("logistics_product_name"):
            return super()._compute_display_name()
        for move in self:
            move.display_name = self.env._(
                "%(product)s (%(quantity)s in %(transfer)s)",
                product=move.product_id.display_name,
                quantity=ledger.as_text(max(move.quantity, move.product_uom_qty)),
                transfer=move.picking_id.name or "-",
            )
        return None
