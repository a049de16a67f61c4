"""The third gate, and what an invoice says about the delivery."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger


def _day(step):
    """Return the day on which the carrier delivered, as a step was told."""
    return fields.Date.to_date((step.inputs or {}).get("day"))


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _logistics_quantities(self):
        """Return how much of each sold line the invoice lines are about.

        :return: In the unit of the sold line.
        :rtype: dict[sale.order.line, Decimal]
        """
        quantities = defaultdict(lambda: ledger.quantity(0))
        for item in self:
            for line in item.sale_line_ids:
                quantities[line] += ledger.quantity(line._logistics_in_line_unit(item))
        return quantities


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.depends("line_ids.logistics_effect_ids")
    def _compute_delivery_date(self):
        """Override of `sale_stock`: the day the carrier delivered, where it did."""
        super()._compute_delivery_date()
        made = {
            move: move.sudo().line_ids.logistics_effect_ids.filtered(
                lambda step: step.action == "invoice"
            )
            for move in self
        }
        by_hand = self.filtered(
            lambda move: move.move_type == "out_invoice" and not made[move]
        )
        released = by_hand._logistics_released_days()
        for move in self:
            days = released.get(move) or list(filter(None, map(_day, made[move])))
            if days:
                move.delivery_date = max(days)

    def _logistics_released_days(self):
        """Return the days of the deliveries that released what a person invoices.

        :rtype: dict[account.move, list[date]]
        """
        # Worked out before the invoice is stored: what it refers to has its ids.
        goods = {
            move: {
                f"move/{one}" for one in move.sudo().line_ids.sale_line_ids.move_ids.ids
            }
            for move in self
        }
        orders = self.sudo().line_ids.sale_line_ids.order_id
        releases = self.env["logistics.effect"].sudo()
        if any(goods.values()):
            releases = releases.search(
                [
                    ("order_id", "in", orders.ids),
                    ("action", "=", "release"),
                    ("key", "in", sorted(set().union(*goods.values()))),
                    ("state", "=", "done"),
                    ("observed", "=", False),
                ],
                order="generation",
            )
        # The last revision of each says what is released now.
        last = {step.key: step for step in releases}
        return {
            move: [
                day
                for key in keys & last.keys()
                if last[key].desired > 0 and (day := _day(last[key]))
            ]
            for move, keys in goods.items()
        }

    def _post(self, soft=True):
        """Override of `account` for the third gate: nothing unproven is posted; what is
        posted is settled with what the customer paid.
        """
        for move in self.filtered(lambda move: move.move_type == "out_invoice"):
            move.sudo()._logistics_check_proven()
        posted = super()._post(soft)
        posted.sudo()._logistics_settle()
        return posted

    def _logistics_check_proven(self):
        """Refuse an invoice of goods whose delivery is not proven.

        :raise UserError: With the delivery that is missing.
        """
        self.ensure_one()
        items = self.invoice_line_ids.filtered(
            lambda item: item.display_type == "product" and not item.is_downpayment
        )
        orders = items.sale_line_ids.order_id.filtered(
            lambda order: order.logistics_release_mode == "hold"
        )
        quantities = items._logistics_quantities()
        for order in orders:
            lines = [line for line in quantities if line.order_id == order]
            over = any(
                line._logistics_is_over(
                    float(line._logistics_invoiced(but=self) + quantities[line])
                )
                for line in lines
                if quantities[line] > 0
            )
            if over or order._logistics_is_fee_only(lines):
                raise UserError(
                    self.env._(
                        "%(order)s cannot be invoiced yet: %(reason)s",
                        order=order.name,
                        reason=order._logistics_hold_text(),
                    )
                )
