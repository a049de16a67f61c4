from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_kits(self, quantities):
        """Override of `logistics_invoice_release` to count by the bill of materials."""
        moves = self.env["stock.move"].concat(*quantities)
        kit = self._logistics_kit(moves)
        if not kit or any(move._is_dropshipped() for move in moves):
            return super()._logistics_kits(quantities)
        # The same moves, as if only so much of them had been moved.
        parts = self.env["stock.move"].concat(
            *(
                move.new({"quantity": float(quantity), "picked": True}, origin=move)
                for move, quantity in quantities.items()
            )
        )
        ordered = self.product_uom_id._compute_quantity(
            self.product_uom_qty, kit.product_uom_id
        )
        filters = {"incoming_moves": bool, "outgoing_moves": lambda move: False}
        kits = parts._compute_kit_quantities(self.product_id, ordered, kit, filters)
        return kit.product_uom_id._compute_quantity(kits, self.product_uom_id)

    def _logistics_kit(self, moves):
        """Return the kit whose parts were moved; of kits within kits the outer one."""
        own = moves.bom_line_id.bom_id.filtered(
            lambda bom: (
                bom.product_tmpl_id == self.product_id.product_tmpl_id
                and bom.product_id <= self.product_id
            )
        )[:1]
        return (
            own
            or own.sudo()._bom_find(
                self.product_id, company_id=self.company_id.id, bom_type="phantom"
            )[self.product_id]
        )
