"""What of a sold line may be invoiced, and what is held: the first two of three gates.

Released quantities are stored on the stock moves and written by actions only. All
else follows from them: what a line may be invoiced for, what is held, and what
Odoo's own `qty_to_invoice` and `invoice_status` may say.
"""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import float_compare

from odoo.addons.logistics_events import ledger


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "logistics.folded.mixin"]

    logistics_qty_released = fields.Float(
        string="Released",
        digits="Product Unit",
        compute="_compute_logistics_qty_released",
        store=True,
        help="How much of the line may be invoiced in all, because its delivery is "
        "proven.",
        groups="base.group_user",
    )
    logistics_qty_held = fields.Float(
        string="Held for Proof",
        digits="Product Unit",
        compute="_compute_logistics_qty_held",
        store=True,
        help="How much is not invoiced because the proof of delivery is missing.",
        groups="base.group_user",
    )

    _folded_fields = frozenset({"logistics_qty_released", "logistics_qty_held"})

    # === COMPUTE METHODS === #

    @api.depends(
        "order_id.logistics_release_mode",
        "product_id.invoice_policy",
        "product_uom_qty",
        "qty_delivered",
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.logistics_released_qty",
        "move_ids.returned_move_ids.state",
        "move_ids.returned_move_ids.quantity",
        "move_ids.returned_move_ids.to_refund",
    )
    def _compute_logistics_qty_released(self):
        # Read for all of them; the lines are looked at one by one.
        self.move_ids.fetch(["returned_move_ids"])
        for line in self:
            line.logistics_qty_released = (
                line._logistics_released() if line._logistics_is_goods() else 0.0
            )

    @api.depends(
        "state",
        "is_delivery",
        "product_uom_qty",
        "qty_delivered",
        "qty_invoiced",
        "product_id.invoice_policy",
        "order_id.logistics_release_mode",
        "logistics_qty_released",
        "order_id.logistics_goods_state",
        "product_id.logistics_invoice_at_once",
    )
    def _compute_logistics_qty_held(self):
        for line in self:
            allowed = line._logistics_allowed()
            if allowed is None:
                line.logistics_qty_held = 0.0
            else:
                line.logistics_qty_held = max(line._logistics_base() - allowed, 0.0)

    @api.depends("logistics_qty_held")
    def _compute_qty_to_invoice(self):
        """Override of `sale` to leave out what is held: the first gate."""
        super()._compute_qty_to_invoice()
        held = self.filtered("logistics_qty_held")
        for line in held.filtered(lambda line: line.qty_to_invoice > 0):
            line.qty_to_invoice = max(line.qty_to_invoice - line.logistics_qty_held, 0)
        # A combo is invoiced with its parts, and they may all be held.
        for line in held.linked_line_id:
            if not any(part.qty_to_invoice for part in line.linked_line_ids):
                line.qty_to_invoice = 0.0

    @api.depends("logistics_qty_held")
    def _compute_invoice_status(self):
        """Override of `sale_stock`, which takes a shipped line with nothing left to
        invoice for an invoiced one.
        """
        super()._compute_invoice_status()
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for line in self.filtered("logistics_qty_held"):
            missing = float_compare(
                line.qty_invoiced, line._logistics_base(), precision_digits=digits
            )
            if line.invoice_status == "invoiced" and missing < 0:
                line.invoice_status = "no"

    # === BUSINESS METHODS === #

    def _logistics_is_goods(self):
        """Return whether the line is about goods that are held until their proof.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.order_id.logistics_release_mode == "hold"
            and self._logistics_is_shipped()
        )

    def _logistics_is_shipped(self):
        """Return whether what is sold travels."""
        self.ensure_one()
        return (
            self.qty_delivered_method == "stock_move"
            and not self.display_type
            and not self.is_downpayment
        )

    def _logistics_any_shipped(self):
        """Return whether any of the lines is about goods that travel."""
        return any(line._logistics_is_shipped() for line in self)

    def _logistics_waits_for_goods(self):
        """Return whether the line is a fee or a service that comes with goods.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.order_id.logistics_release_mode == "hold"
            and not self.display_type
            and not self.is_downpayment
            and not self._logistics_is_shipped()
            and (self.is_delivery or self.product_id.type == "service")
            and (
                self.is_delivery
                or not self.product_id.product_tmpl_id.logistics_invoice_at_once
            )
        )

    def _logistics_expects_goods(self):
        """Return whether goods of the line left, or still will."""
        self.ensure_one()
        if self.move_ids:
            return any(move.state != "cancel" for move in self.move_ids)
        return self.product_uom_qty > 0

    def _logistics_pending(self):
        """Return whether goods of any of the lines are to come, or wait for proof."""
        for line in self:
            if not line._logistics_expects_goods():
                continue
            if not line.move_ids and line.product_uom_qty > line.qty_delivered:
                return True
            if any(move._logistics_to_come() for move in line.move_ids):
                return True
            if any(move._logistics_unproven() > 0 for move in line.move_ids):
                return True
        return False

    def _logistics_allowed(self):
        """Return how much of the line may be invoiced in all.

        :return: In the unit of the line; None when nothing is held.
        :rtype: float | None
        """
        self.ensure_one()
        if self.state != "sale":
            return None
        if self._logistics_is_goods():
            return self.logistics_qty_released
        if not self._logistics_waits_for_goods():
            return None
        goods = self.order_id.logistics_goods_state
        if goods == "waiting":
            return 0.0
        # A delivery fee never makes an invoice of its own while goods are to come.
        return self.qty_invoiced if self.is_delivery and goods == "pending" else None

    def _logistics_base(self):
        """Return what Odoo would invoice in all."""
        self.ensure_one()
        if self.product_id.invoice_policy == "order":
            return self.product_uom_qty
        return self.qty_delivered

    def _logistics_released(self):
        """Return what the released quantities of the moves allow to invoice in all.

        Returned goods are first those that nobody had released: a refused parcel that
        comes back does not take the proof of another one.

        :rtype: float
        """
        self.ensure_one()
        outgoing = self._logistics_outgoing_moves()
        if self.product_id.invoice_policy == "order":
            gross = {move: move.logistics_released_qty for move in outgoing}
            return min(float(self._logistics_total(gross)), self.product_uom_qty)
        net = {
            move: min(
                move.logistics_released_qty, move.quantity - move._logistics_returned()
            )
            for move in outgoing
        }
        return max(min(float(self._logistics_total(net)), self.qty_delivered), 0.0)

    def _logistics_outgoing_moves(self):
        """Return the done moves that brought the line out of the company.

        :rtype: stock.move
        """
        self.ensure_one()
        return self.move_ids.filtered(lambda move: move._logistics_left())

    def _logistics_total(self, quantities):
        """Return the quantity of the line that quantities of its moves make up.

        :param dict quantities: By move, in the unit of the move.
        :return: In the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        if any(move.product_id != self.product_id for move in quantities):
            return ledger.quantity(self._logistics_kits(quantities))
        return sum(
            (
                ledger.quantity(
                    move.product_uom._compute_quantity(
                        float(quantity), self.product_uom_id, rounding_method="HALF-UP"
                    )
                )
                for move, quantity in quantities.items()
            ),
            Decimal(0),
        )

    def _logistics_kits(self, quantities):
        """Return how much of the line parts of it make up, when the parts travel and
        not the product itself: all of it or nothing, while no recipe is known.

        :param dict quantities: By move, in the unit of the move.
        :rtype: float
        """
        self.ensure_one()
        missing = [
            move
            for move in self.move_ids
            if move._logistics_to_come()
            or (
                move._logistics_left()
                and move.product_uom.compare(
                    float(quantities.get(move, 0)), move.quantity
                )
                < 0
            )
        ]
        return 0.0 if missing else self.product_uom_qty

    def _logistics_share(self, move, quantity):
        """Return what part of the line a quantity of one of its moves stands for.

        Of a kit each done part stands for its share, so that the parts add up.

        :param stock.move move: The move.
        :param float quantity: In the unit of the move.
        :return: In the unit of the line.
        :rtype: float
        """
        self.ensure_one()
        if move.product_id == self.product_id:
            return move.product_uom._compute_quantity(
                quantity, self.product_uom_id, rounding_method="HALF-UP"
            )
        parts = self._logistics_outgoing_moves()
        if not move.quantity or not parts:
            return 0.0
        return self.qty_delivered * quantity / move.quantity / len(parts)

    def _logistics_unit_value(self, with_tax=False):
        """Return the price of one unit after discount, in the currency of the order."""
        self.ensure_one()
        total = self.price_total if with_tax else self.price_subtotal
        if self.product_uom_qty:
            return total / self.product_uom_qty
        return self.price_unit * (1 - (self.discount or 0.0) / 100)

    def _logistics_cap_qty_to_invoice(self):
        """Bring a forced quantity to invoice down to what may be invoiced."""
        self.ensure_one()
        allowed = self._logistics_allowed()
        if allowed is None:
            return
        rest = max(allowed - self.qty_invoiced, 0.0)
        if self.qty_to_invoice > rest:
            self.qty_to_invoice = rest

    def _prepare_invoice_line(self, **optional_values):
        """Override of `sale` to invoice no more than the share an action is about."""
        vals = super()._prepare_invoice_line(**optional_values)
        shares = self.order_id._logistics_shares()
        if shares is not None and self._logistics_is_shipped():
            vals["quantity"] = min(vals["quantity"], shares.get(self.id, 0.0))
        return vals

    def _logistics_invoiced(self, but):
        """Return what posted invoices say less what is credited, drafts included.

        :param account.move but: Documents that are left out.
        :return: In the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        items = self.invoice_lines.filtered(lambda item: item.move_id not in but)
        invoices = items.filtered(
            lambda item: (
                item.parent_state == "posted"
                and item.move_id.move_type == "out_invoice"
            )
        )
        notes = items.filtered(
            lambda item: (
                item.parent_state != "cancel" and item.move_id.move_type == "out_refund"
            )
        )
        zero = ledger.quantity(0)
        return invoices._logistics_quantities().get(
            self, zero
        ) - notes._logistics_quantities().get(self, zero)

    def _logistics_is_over(self, invoiced):
        """Return whether more is invoiced than the proofs allow.

        :param float invoiced: The quantity invoiced in all, in the unit of the line.
        :rtype: bool
        """
        self.ensure_one()
        allowed = self._logistics_allowed()
        if allowed is None:
            return False
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return float_compare(invoiced, allowed, precision_digits=digits) > 0
