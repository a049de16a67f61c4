"""The document of a credit: parts of an invoice reversed line by line."""

from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

from .. import ledger
from .ledger import as_suite


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_reverse(self, parts, reference):
        """Return drafts that reverse parts of document lines, one per document.

        :param list[tuple] parts: Document line and quantity in its own unit.
        :param str reference: What the drafts refer to.
        :rtype: account.move
        """
        self.ensure_one()
        today = self.company_id._logistics_today()
        by_move = defaultdict(dict)
        for item, quantity in parts:
            by_move[item.move_id][item] = quantity
        drafts = self.env["account.move"]
        for move, quantities in by_move.items():
            draft = as_suite(move)._reverse_moves(
                [
                    {
                        "ref": reference,
                        "invoice_date": today,
                        "date": today,
                        "invoice_origin": move.invoice_origin,
                    }
                ]
            )
            wanted = dict(quantities)
            commands = []
            for line in draft.invoice_line_ids:
                item = next((i for i in wanted if _is_reversal_of(line, i)), None)
                commands.append(
                    fields.Command.update(line.id, {"quantity": wanted.pop(item)})
                    if item
                    else fields.Command.delete(line.id)
                )
            if wanted:
                raise UserError(
                    self.env._("%s cannot be reversed line by line.", move.display_name)
                )
            # A copy made in a locked period is moved out of it; ours waits instead.
            draft.write({"date": today, "invoice_line_ids": commands})
            drafts |= draft
        return drafts


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_creditable(self):
        """Return what is invoiced and not yet credited, per customer invoice line.

        Read under the lock of the order; a credit note typed by hand counts, also in
        draft.

        :rtype: dict[account.move.line, Decimal]
        """
        self.ensure_one()
        left = {}
        credited = defaultdict(lambda: ledger.quantity(0))
        posted = self.invoice_lines.filtered(
            lambda item: (
                item.parent_state == "posted"
                and item.move_id.move_type == "out_invoice"
            )
        )
        refunds = self.invoice_lines.filtered(
            lambda item: (
                item.parent_state != "cancel" and item.move_id.move_type == "out_refund"
            )
        )
        loose = ledger.quantity(0)
        for item in refunds:
            origin = item.move_id.reversed_entry_id
            amount = ledger.quantity(self._logistics_in_line_unit(item))
            if origin:
                credited[origin] += amount
            else:
                loose += amount
        for item in posted.sorted("id", reverse=True):
            amount = ledger.quantity(self._logistics_in_line_unit(item))
            used = min(amount, credited[item.move_id])
            credited[item.move_id] -= used
            amount -= used
            taken = min(amount, loose)
            loose -= taken
            left[item] = amount - taken
        return left

    def _logistics_uncreditable(self):
        """Return what is credited and may be invoiced again, per credit note line.

        :rtype: dict[account.move.line, Decimal]
        """
        self.ensure_one()
        refunds = self.invoice_lines.filtered(
            lambda item: (
                item.parent_state == "posted" and item.move_id.move_type == "out_refund"
            )
        )
        return {
            item: ledger.quantity(self._logistics_in_line_unit(item))
            for item in refunds.sorted("id", reverse=True)
        }

    def _logistics_in_line_unit(self, item):
        return item.product_uom_id._compute_quantity(
            item.quantity, self.product_uom_id, rounding_method="HALF-UP"
        )

    def _logistics_portion(self, left, quantity):
        """Spread a quantity over document lines, the newest first.

        :param dict left: What each document line has left.
        :param Decimal quantity: In the unit of the sold line.
        :return: Document line and quantity in its own unit.
        :rtype: list[tuple[account.move.line, float]]
        :raise UserError: When the lines have less left than asked for.
        """
        self.ensure_one()
        if quantity > sum(left.values()):
            raise UserError(
                self.env._(
                    "%(line)s: %(asked)s asked for, but only %(left)s are there to "
                    "credit or to take back.",
                    line=self.display_name,
                    asked=ledger.as_text(quantity),
                    left=ledger.as_text(sum(left.values(), ledger.quantity(0))),
                )
            )
        parts = []
        for item, available in left.items():
            part = min(quantity, available)
            if part > 0:
                parts.append(
                    (
                        item,
                        self.product_uom_id._compute_quantity(
                            float(part), item.product_uom_id, rounding_method="HALF-UP"
                        ),
                    )
                )
                quantity -= part
        return parts


def _is_reversal_of(line, item):
    return (
        line.display_type == "product"
        and line.sale_line_ids == item.sale_line_ids
        and line.product_id == item.product_id
        and line.quantity == item.quantity
        and line.price_unit == item.price_unit
    )
