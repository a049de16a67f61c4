"""What freight reconciled stays reconciled."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import by_suite

from ..books import RECONCILED


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Override of `account`: nobody opens by hand what accruals, bills and
        decisions about disputes closed. Payments and credit memos are taken apart as
        ever.

        :raise UserError: Saying what to do instead.
        """
        if not by_suite(self.env):
            self._logistics_refuse_if_kept()
        return super().unlink()

    def _logistics_refuse_if_kept(self):
        partials = self.sudo()
        items = partials.debit_move_id | partials.credit_move_id
        kept = items.filtered(lambda item: item._logistics_is_kept())
        if kept:
            raise UserError(
                self.env._(
                    "%(documents)s: freight is closed by it, and stays reconciled. "
                    "Void or write off the freight charge, or dispute the line of the "
                    "carrier's bill instead.",
                    documents=", ".join(kept.move_id.mapped("name")),
                )
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _logistics_is_kept(self):
        """Return whether what the item is reconciled with is decided by its charge.

        :rtype: bool
        """
        self.ensure_one()
        if not self.logistics_charge_id:
            return False
        role = self.logistics_charge_role
        return role in RECONCILED or role == "payable"
