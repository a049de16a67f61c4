"""Whether an order is paid before it leaves: in full, not in part."""

from odoo import api, fields, models
from odoo.tools import float_is_zero

_PAID = ("authorized", "done")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_is_prepaid = fields.Boolean(
        string="Paid in Full Online",
        compute="_compute_logistics_is_prepaid",
        search="_search_logistics_is_prepaid",
        compute_sudo=True,
        help="Online payments that are done or authorised cover the whole order.",
        groups="base.group_user",
    )

    @api.depends(
        "amount_total",
        "currency_id",
        "transaction_ids.amount",
        "transaction_ids.state",
        "transaction_ids.child_transaction_ids.state",
    )
    def _compute_logistics_is_prepaid(self):
        for order in self:
            paid = sum(
                transaction._logistics_paid_for(order)
                for transaction in order.transaction_ids
            )
            order.logistics_is_prepaid = (
                order.currency_id.compare_amounts(paid, 0) > 0
                and order.currency_id.compare_amounts(paid, order.amount_total) >= 0
            )

    @api.model
    def _search_logistics_is_prepaid(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Who may not read payments may ask whether an order is paid, as for one order.
        paying = self.sudo().search([("transaction_ids.state", "in", _PAID)])
        prepaid = paying.filtered("logistics_is_prepaid")
        return [("id", "in" if True in value else "not in", prepaid.ids)]


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _logistics_paid_for(self, order):
        """Return how much of an order the transaction pays or promises to pay.

        What was voided or paid back does not count. A payment of several orders counts
        for each in the proportion of what it costs.

        :param sale.order order: One of the orders of the transaction.
        :return: In the currency of the order.
        :rtype: float
        """
        self.ensure_one()
        if self.state not in _PAID or self.operation == "validation":
            return 0.0
        parts = self.child_transaction_ids
        voided = parts.filtered(
            lambda part: part.operation == self.operation and part.state == "cancel"
        )
        paid_back = parts.filtered(
            lambda part: part.operation == "refund" and part.state == "done"
        )
        amount = (
            self.amount
            - sum(voided.mapped("amount"))
            # Negative ones.
            + sum(paid_back.mapped("amount"))
        )
        day = fields.Date.to_date(self.last_state_change) or fields.Date.today()

        def convert(value, currency):
            return currency._convert(
                value, order.currency_id, order.company_id, day, round=False
            )

        total = sum(
            convert(one.amount_total, one.currency_id) for one in self.sale_order_ids
        )
        share = 1.0
        if len(self.sale_order_ids) > 1 and not float_is_zero(total, 6):
            share = order.amount_total / total
        return order.currency_id.round(convert(amount, self.currency_id) * share)
