"""What is still owed of a sold line: neither invoiced again nor credited twice."""

from odoo import api, fields, models

from odoo.addons.logistics_events import ledger

from .logistics_return_share import ZERO


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    logistics_return_line_ids = fields.One2many(
        "logistics.return.line",
        "sale_line_id",
        string="Returned Goods",
        readonly=True,
        groups="base.group_user",
    )

    @api.depends(
        "logistics_return_line_ids.given_up_quantity",
        "logistics_return_line_ids.received_quantity",
    )
    def _compute_qty_to_invoice(self):
        """Override of `sale`: what is not owed any more is not invoiced again.

        Odoo knows of goods that came back only, and of those of a product invoiced on
        order not even that: it would offer what was credited for invoicing anew.
        """
        super()._compute_qty_to_invoice()
        for line in self.filtered(lambda one: one.qty_to_invoice > 0):
            if line.sudo().logistics_return_line_ids:
                left = ledger.quantity(line.qty_to_invoice) - line._logistics_not_owed()
                line.qty_to_invoice = max(float(left), 0.0)

    def _logistics_not_owed(self):
        """Return what Odoo would invoice although the customer does not owe it.

        :return: In the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        goods = self.sudo().logistics_return_line_ids
        on_order = self.product_id.invoice_policy == "order"
        if any(one._is_part() for one in goods):
            return self._logistics_kits_not_owed(goods, on_order)
        given_up = _total(goods, "given_up_quantity")
        if on_order:
            return given_up
        owed = self._logistics_goods_sent() - given_up
        return max(ledger.quantity(self.qty_delivered) - owed, ZERO)

    def _logistics_kits_not_owed(self, goods, on_order):
        """Return how many kits are not owed: as many as all of their parts make up."""
        found = []
        for part in self._logistics_sold_moves().product_id:
            own = goods.filtered(lambda one, part=part: one.product_id == part)
            more = _total(own, "given_up_quantity")
            if not on_order:
                more -= _total(own, "received_quantity")
            found.append(max(more, ZERO) / own[0]._per_sold() if own else ZERO)
        return min(found, default=ZERO) // 1

    def _logistics_goods_sent(self):
        """Return how much of the line left for the customer, as it was sold.

        :return: In the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        return sum(
            (
                ledger.quantity(
                    move.product_uom._compute_quantity(
                        move.quantity, self.product_uom_id, rounding_method="HALF-UP"
                    )
                )
                for move in self._logistics_sold_moves()
                if move.state == "done" and move.product_id == self.product_id
            ),
            ZERO,
        )

    def _logistics_credited_for_goods(self, credited):
        """Return what of the credit notes that people typed may be for goods.

        An invoice that was reversed and made anew, such as for another address, is
        invoiced all the same: that credit note is for no goods.

        :param Decimal credited: What is on them, in the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        if not credited:
            return credited
        sold = self._logistics_goods_sent()
        if any(one._is_part() for one in self.sudo().logistics_return_line_ids) or (
            self.product_id.invoice_policy == "order"
        ):
            sold = max(sold, ledger.quantity(self.product_uom_qty))
        billed = sum(
            (
                ledger.quantity(self._logistics_in_line_unit(item))
                for item in self.sudo().invoice_lines
                if item.parent_state == "posted"
                and item.move_id.move_type == "out_invoice"
                and not item._logistics_is_credit()
            ),
            ZERO,
        )
        return max(min(credited, sold - (billed - credited)), ZERO)


def _total(lines, name):
    return sum((ledger.quantity(line[name]) for line in lines), ZERO)
