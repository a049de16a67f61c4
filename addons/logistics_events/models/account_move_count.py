"""What documents do to the counters of the sold lines, in the same transaction."""

from collections import defaultdict

from odoo import api, models

from .. import ledger
from ..credit_cap import Tally, tally
from .ledger import by_suite

# A change of these on a posted line changes what it counts.
_COUNTED_FIELDS = frozenset(
    {
        "quantity",
        "price_unit",
        "discount",
        "tax_ids",
        "product_uom_id",
        "sale_line_ids",
        "currency_id",
        "display_type",
        "is_downpayment",
        "move_id",
    }
)


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """Override of `account`: the one place where a document is posted, and where
        it no longer is.
        """
        if "state" not in vals:
            return super().write(vals)
        before = self._logistics_posted()
        result = super().write(vals)
        after = self._logistics_posted()
        # Its lines cannot have changed meanwhile: those of a posted document do not.
        (after - before)._logistics_count(1)
        (before - after)._logistics_count(-1)
        return result

    def _logistics_posted(self):
        """Return the posted documents of customers among these.

        :rtype: account.move
        """
        return self.filtered(
            lambda move: (
                move.state == "posted" and move.is_sale_document(include_receipts=True)
            )
        )

    def _logistics_count(self, sign):
        """Count the documents that were posted just now, or no longer are.

        :param int sign: 1 for posted, -1 for no longer.
        :raise UserError: When more would be credited than is invoiced.
        """
        if self:
            items = self.sudo().invoice_line_ids
            items._logistics_count_change({}, items._logistics_tallies(), sign)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to count what is added to a posted document."""
        items = super().create(vals_list)
        if posted := items._logistics_counted_now():
            posted._logistics_count_change({}, posted._logistics_tallies())
        return items

    def write(self, vals):
        """Override of `account` to count what changes on a posted document."""
        if not _COUNTED_FIELDS & vals.keys():
            return super().write(vals)
        posted = self._logistics_counted_now()
        before = posted._logistics_tallies()
        result = super().write(vals)
        posted |= self._logistics_counted_now()
        if posted:
            posted._logistics_count_change(before, posted._logistics_tallies())
        return result

    def unlink(self):
        """Override of `account` to count what is taken from a posted document."""
        posted = self._logistics_counted_now()
        before = posted._logistics_tallies()
        counters = self.env["logistics.credit.counter"]
        result = super().unlink()
        counters._count(
            {line: (Tally() - count, unit) for line, (count, unit) in before.items()},
            by_suite(self.env),
        )
        return result

    def _logistics_counted_now(self):
        """Return the lines of posted customer documents among these.

        :rtype: account.move.line
        """
        return self.sudo().filtered(
            lambda item: (
                item.move_id.state == "posted"
                and item.sale_line_ids
                and item.move_id.is_sale_document(include_receipts=True)
            )
        )

    def _logistics_count_change(self, before, after, sign=1):
        """Count the difference between two tallies by sold line.

        :param dict before: As `_logistics_tallies` returns it.
        :param dict after: Likewise.
        :param int sign: -1 to take the difference back.
        """
        changes = {}
        for line in {**before, **after}:
            old, old_unit = before.get(line, (Tally(), 0))
            new, unit = after.get(line, (Tally(), 0))
            change = new - old if sign > 0 else old - new
            changes[line] = (change, max(old_unit, unit))
        counters = self.env["logistics.credit.counter"]
        counters._count(changes, by_suite(self.env))

    def _logistics_tallies(self):
        """Return what these lines of customer documents count, posted or not.

        :return: By sold line the count, and by how much rounding can differ.
        :rtype: dict[sale.order.line, tuple[Tally, Decimal]]
        """
        counts = defaultdict(Tally)
        units = defaultdict(lambda: ledger.quantity(0))
        for item in self:
            if item.display_type != "product":
                continue
            taxes = item.tax_ids.flatten_taxes_hierarchy()
            unit = ledger.quantity(item.currency_id.rounding * (1 + len(taxes)))
            for line in item.sale_line_ids._origin:
                counts[line] += tally(
                    ledger.quantity(line._logistics_in_line_unit(item)),
                    ledger.quantity(item.price_total),
                    refund=item.move_id.move_type == "out_refund",
                    advance=item.is_downpayment or line.is_downpayment,
                    comparable=item.currency_id == line.currency_id,
                )
                units[line] = max(units[line], unit)
        return {line: (count, units[line]) for line, count in counts.items()}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_posted_tallies(self):
        """Return what all posted documents count of each line.

        :rtype: dict[sale.order.line, tuple[Tally, Decimal]]
        """
        found = self.sudo().invoice_lines._logistics_counted_now()._logistics_tallies()
        nothing = (Tally(), ledger.quantity(0))
        return {line: found.get(line, nothing) for line in self}
