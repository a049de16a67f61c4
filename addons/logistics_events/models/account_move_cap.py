"""No more is credited than was invoiced, whoever writes the credit note.

This says so in good time; what makes it certain is the counter in the database
(`logistics_credit_counter`).
"""

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from .. import ledger


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Override of `account`: what was credited already is not credited again."""
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        if notes:
            notes.sudo()._logistics_check_credit_cap()
        return super()._post(soft)

    def _logistics_check_credit_cap(self):
        """Refuse to credit more of a sold line than is invoiced and not credited yet.

        Only orders of which the suite has invoiced or credited something are meant.

        :raise UserError: With the line, and what is left of it.
        """
        asked = defaultdict(lambda: ledger.quantity(0))
        for item in self.invoice_line_ids:
            if item.display_type == "product" and not item.is_downpayment:
                for line in item.sale_line_ids:
                    asked[line] += ledger.quantity(line._logistics_in_line_unit(item))
        lines = self.env["sale.order.line"].union(*asked)
        orders = lines.order_id._logistics_acted_on()
        orders._logistics_touch()
        for line, quantity in asked.items():
            # A line sold in the negative is credited by its own invoice.
            if line.order_id not in orders or line.product_uom_qty < 0:
                continue
            left = line._logistics_net_invoiced(but=self)
            left += line._logistics_allowed_beyond()
            if line.product_uom_id.compare(float(quantity), float(left)) > 0:
                raise UserError(
                    self.env._(
                        "%(line)s: %(asked)s would be credited, but only %(left)s are "
                        "invoiced and not credited yet. Reduce the quantity, or "
                        "credit an amount without the product.",
                        line=line.display_name,
                        asked=ledger.as_text(quantity),
                        left=ledger.as_text(left),
                    )
                )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_acted_on(self):
        """Return the orders for which the suite made a document.

        :rtype: sale.order
        """
        effects = self.env["logistics.effect"].sudo()
        return effects.search(
            [
                ("order_id", "in", self.ids),
                ("observed", "=", False),
                ("state", "=", "done"),
                ("line_ids", "!=", False),
            ]
        ).order_id.with_env(self.env)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_net_invoiced(self, but):
        """Return what is invoiced less what is credited, as far as it is posted.

        :param account.move but: Documents that are left out.
        :return: In the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        net = ledger.quantity(0)
        for item in self.invoice_lines:
            if item.parent_state == "posted" and item.move_id not in but:
                amount = ledger.quantity(self._logistics_in_line_unit(item))
                net += amount * -item.move_id.direction_sign
        return net

    def _logistics_allowed_beyond(self):
        """Return what may be credited of the line beyond the invoiced.

        :return: In the unit of the line.
        :rtype: Decimal
        """
        counters = self.env["logistics.credit.counter"].sudo()
        counter = counters.search([("sale_line_id", "=", self.id)])
        return counter._beyond()[0] if counter else ledger.quantity(0)
