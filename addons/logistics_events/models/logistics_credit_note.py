"""The document of a credit: parts of an invoice reversed line by line."""

from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

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


def _is_reversal_of(line, item):
    return (
        line.display_type == "product"
        and line.sale_line_ids == item.sale_line_ids
        and line.product_id == item.product_id
        and line.quantity == item.quantity
        and line.price_unit == item.price_unit
    )
