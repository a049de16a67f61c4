"""How much of a move of goods is released for invoicing."""

from odoo import api, fields, models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "logistics.folded.mixin"]

    logistics_released_qty = fields.Float(
        string="Released for Invoicing",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="How much of what was moved may be invoiced. Only actions write it.",
    )

    _folded_fields = frozenset({"logistics_released_qty"})

    # === BUSINESS METHODS === #

    def _logistics_left(self):
        """Return whether the goods of the move have left the company.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == "done" and self.location_dest_id._is_outgoing()

    def _logistics_to_come(self):
        """Return whether the move still brings goods towards the customer."""
        self.ensure_one()
        return (
            self.state not in ("done", "cancel") and not self.location_id._is_outgoing()
        )

    def _logistics_returned(self):
        """Return how much of the move came back, in its own unit."""
        self.ensure_one()
        return sum(
            back.product_uom._compute_quantity(
                back.quantity, self.product_uom, rounding_method="HALF-UP"
            )
            for back in self.returned_move_ids
            if back.state == "done" and back.to_refund
        )

    def _logistics_unproven(self):
        """Return how much of the move left and waits for its proof.

        :return: In the unit of the move; zero for what is not held.
        :rtype: float
        """
        self.ensure_one()
        order = self.sale_line_id.order_id
        if order.logistics_release_mode != "hold" or not self._logistics_left():
            return 0.0
        if order.state != "sale":
            return 0.0
        rest = self.quantity - self._logistics_returned() - self.logistics_released_qty
        return max(self.product_uom.round(rest), 0.0)

    def _logistics_kept(self):
        """Return how much of the moves is released and waits for the rest of an order.

        :return: In the unit of the move; only those of which something waits.
        :rtype: dict[stock.move, float]
        """
        released = self.filtered(
            lambda move: (
                move.sale_line_id.logistics_qty_released > 0 and move._logistics_left()
            )
        )
        # Asked once for each order: the answer looks at all of its lines.
        waiting = released.sale_line_id.order_id.filtered(
            lambda order: order._logistics_waits_for_rest()
        )
        kept = {}
        for move in released.filtered(lambda one: one.sale_line_id.order_id in waiting):
            line = move.sale_line_id
            there = min(
                move.logistics_released_qty, move.quantity - move._logistics_returned()
            )
            share = 1 - min(line.qty_invoiced / line.logistics_qty_released, 1)
            quantity = move.product_uom.round(there * share)
            if quantity > 0:
                kept[move] = quantity
        return kept

    def _logistics_value(self, quantity, with_tax=False):
        """Return what a quantity of the move is worth to the customer.

        :param float quantity: In the unit of the move.
        :param bool with_tax: Whether tax is included.
        :return: In company currency, at the rate of the order.
        :rtype: float
        """
        self.ensure_one()
        line = self.sale_line_id
        value = line._logistics_share(self, quantity) * line._logistics_unit_value(
            with_tax
        )
        order = line.order_id
        return order.company_id.currency_id.round(value / (order.currency_rate or 1.0))

    def _action_cancel(self):
        """Override of `stock`: an order may be complete without these goods."""
        result = super()._action_cancel()
        self.sudo().sale_line_id.order_id._logistics_wish_complete_orders()
        return result


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `stock`: more was delivered than was known."""
        lines = super().create(vals_list)
        lines._logistics_quantity_edited()
        return lines

    def write(self, vals):
        """Override of `stock`: the quantity of a done move was corrected."""
        result = super().write(vals)
        if "quantity" in vals or "quantity_product_uom" in vals:
            self._logistics_quantity_edited()
        return result

    def unlink(self):
        """Override of `stock`: less was delivered than was known."""
        pickings = self._logistics_done_pickings()
        result = super().unlink()
        pickings._logistics_reconsider()
        return result

    def _logistics_done_pickings(self):
        """Return the transfers whose released quantities depend on the lines."""
        return (
            self.sudo()
            .move_id.filtered(
                lambda move: (
                    move._logistics_left()
                    and move.sale_line_id.order_id.logistics_release_mode
                )
            )
            .picking_id.filtered(lambda picking: picking.state == "done")
        )

    def _logistics_quantity_edited(self):
        self._logistics_done_pickings()._logistics_reconsider()
