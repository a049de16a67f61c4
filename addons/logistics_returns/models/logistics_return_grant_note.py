"""The credit note of goodwill: within what is invoiced, and taxed like it."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import as_suite
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from .logistics_return_share import ZERO

GOODWILL = "logistics_returns.product_goodwill"


class LogisticsReturnGrant(models.Model):
    _inherit = "logistics.return.grant"

    def _make_note(self, order, amount):
        """Return a draft credit note of an amount, taxed as the order was invoiced.

        :param sale.order order: What it is credited on.
        :param Decimal amount: Tax included.
        :rtype: account.move
        """
        self.ensure_one()
        origin = order._logistics_last_invoice()
        today = order.company_id._logistics_today()
        product = self.env.ref(GOODWILL)
        note = as_suite(self.env["account.move"]).create(
            {
                "move_type": "out_refund",
                "company_id": order.company_id.id,
                "journal_id": origin.journal_id.id,
                "partner_id": origin.partner_id.id,
                "partner_shipping_id": origin.partner_shipping_id.id,
                "currency_id": origin.currency_id.id,
                "fiscal_position_id": origin.fiscal_position_id.id,
                "invoice_origin": order.name,
                "reversed_entry_id": origin.id,
                "ref": f"{order.name} / {self.return_id.name}",
                "invoice_date": today,
                "date": today,
                "invoice_user_id": origin.invoice_user_id.id,
            }
        )
        parts = _by_taxes(order, origin, amount)
        note.write(
            {
                "invoice_line_ids": [
                    Command.create(
                        note._logistics_line_for(product, part, order, taxes)
                        | {
                            "logistics_return_id": self.return_id.id,
                            "name": f"{product.name}: {self.reason}",
                        }
                    )
                    for taxes, part in parts.items()
                    if part
                ]
            }
        )
        over = note.currency_id.compare_amounts
        while over(note.amount_total, float(amount)) > 0:
            note.invoice_line_ids[-1:].price_unit -= note.currency_id.rounding
        return note


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_open_grants(self):
        """Return the open steps that credit goodwill of the orders.

        :rtype: logistics.effect
        """
        return (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "sale.order"),
                    ("res_id", "in", self.ids),
                    ("action", "=", "credit"),
                    ("key", "=like", "grant/%"),
                    ("observed", "=", False),
                    ("state", "in", OPEN_STATES),
                    ("quantity", ">", 0),
                ]
            )
        )

    def _logistics_money_left(self):
        """Return what is invoiced of the order and not credited, drafts of credits
        counted, goodwill and fees included.

        :return: In the currency of the order, tax included.
        :rtype: Decimal
        """
        self.ensure_one()
        total = ZERO
        items = self.order_line.invoice_lines | self.env["account.move.line"].search(
            [("logistics_order_id", "=", self.id)]
        )
        for item in items:
            move = item.move_id
            is_refund = move.move_type == "out_refund"
            if move.state == "cancel" or (move.state == "draft" and not is_refund):
                continue
            amount = ledger.quantity(item.price_total)
            total += -amount if is_refund else amount
        return total

    def _logistics_check_money(self, asked):
        """Refuse to credit more money than is invoiced and not credited.

        :param Decimal asked: In the currency of the order, tax included.
        :raise UserError: With what is left.
        """
        self.ensure_one()
        left = max(self._logistics_money_left(), ZERO)
        if self.currency_id.compare_amounts(float(asked), float(left)) > 0:
            raise UserError(
                self.env._(
                    "%(order)s: %(asked)s would be credited, but only %(left)s are "
                    "invoiced and not credited yet.",
                    order=self.name,
                    asked=self.currency_id.format(float(asked)),
                    left=self.currency_id.format(float(left)),
                )
            )

    def _logistics_last_invoice(self):
        """Return the newest posted invoice of the order.

        :rtype: account.move
        :raise UserError: When nothing is invoiced.
        """
        self.ensure_one()
        posted = self.sudo().order_line.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        if not posted:
            raise UserError(self.env._("%s is not invoiced.", self.name))
        return posted.sorted("id")[-1:]

    def _logistics_check_money_after(self):
        """Refuse drafts that bring the credits of the order above what is invoiced.

        Asked only where goodwill was credited: the quantities are capped anyway.

        :raise UserError: With what is too much.
        """
        self.ensure_one()
        granted = self.env["logistics.return.grant"].sudo()
        if not granted.search_count([("order_id", "=", self.id)], limit=1):
            return
        left = self.sudo()._logistics_money_left()
        if self.currency_id.compare_amounts(float(left), 0.0) < 0:
            raise UserError(
                self.env._(
                    "%(order)s: with the goodwill that was credited it would be "
                    "%(amount)s more than was invoiced. Take goodwill back, then try "
                    "again.",
                    order=self.name,
                    amount=self.currency_id.format(float(-left)),
                )
            )


def _by_taxes(order, invoice, amount):
    """Share an amount out to the taxes the goods of an invoice had, by their value.

    :rtype: dict[account.tax, Decimal]
    """
    values = {}
    for item in invoice.invoice_line_ids:
        if (
            item.display_type == "product"
            and item.price_total > 0
            and order in item.sale_line_ids.order_id
        ):
            values.setdefault(item.tax_ids, ZERO)
            values[item.tax_ids] += ledger.quantity(item.price_total)
    whole = sum(values.values(), ZERO)
    parts, left = {}, amount
    for taxes, value in sorted(values.items(), key=lambda row: row[1]):
        part = ledger.quantity(invoice.currency_id.round(float(amount * value / whole)))
        parts[taxes] = min(part, left)
        left -= parts[taxes]
    if parts and left:
        last = list(parts)[-1]
        parts[last] += left
    return parts
