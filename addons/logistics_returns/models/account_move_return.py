"""Documents of a return: what is posted, reset or paid says where it stands."""

from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.logistics_events.models.ledger import by_suite

from .logistics_return_credit import JUST_CREDITED

# Set while the suite makes its credits: it works the returns out when they are made.
_CREDITING = "logistics_crediting"
_LINKS = ("logistics_return_id", "logistics_order_id")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Override of `account`: what is invoiced or credited may be about a return."""
        posted = super()._post(soft)
        posted._logistics_tell_returns()
        return posted

    def button_draft(self):
        """Override of `account`: a document that is reset counts no more."""
        result = super().button_draft()
        self._logistics_tell_returns()
        return result

    def button_cancel(self):
        """Override of `account`: a cancelled draft counts no more."""
        result = super().button_cancel()
        self._logistics_tell_returns()
        return result

    def unlink(self):
        """Override of `account`: a deleted draft counts no more."""
        returns = self._logistics_returns()
        result = super().unlink()
        returns._reckon_again()
        return result

    def _invoice_paid_hook(self):
        """Override of `account`: what is paid back is refunded."""
        result = super()._invoice_paid_hook()
        self._logistics_tell_returns()
        return result

    def _logistics_returns(self):
        """Return the returns whose goods are on the documents.

        :rtype: logistics.return
        """
        own = self.sudo().filtered(
            lambda move: move.move_type in ("out_invoice", "out_refund")
        )
        items = own.invoice_line_ids
        # Goodwill and fees are of no sold line.
        found = items.logistics_return_id
        if sold := items.sale_line_ids:
            lines = self.env["logistics.return.line"].sudo()
            found |= lines.search([("sale_line_id", "in", sold.ids)]).return_id
        return found

    def _logistics_tell_returns(self):
        if not self.env.context.get(_CREDITING):
            self._logistics_returns()._reckon_again()

    def _logistics_check_credit_cap(self):
        """Override: goods and goodwill together are within what was invoiced."""
        super()._logistics_check_credit_cap()
        items = self.invoice_line_ids
        orders = items.sale_line_ids.order_id | items.logistics_order_id
        for order in orders:
            order._logistics_check_money_after()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: a credit note typed by hand counts as a draft, too."""
        for vals in vals_list:
            self._check_return_links(vals)
        lines = super().create(vals_list)
        lines.filtered("sale_line_ids").move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )._logistics_tell_returns()
        return lines

    def write(self, vals):
        """Override of `account`: which return a fee is about is not typed."""
        self._check_return_links(vals)
        return super().write(vals)

    def _check_return_links(self, vals):
        if not by_suite(self.env) and any(vals.get(name) for name in _LINKS):
            raise AccessError(
                self.env._("Which return a journal item is about is not typed.")
            )


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Override of `account`: what is not paid back any more is not refunded."""
        moves = (self.debit_move_id | self.credit_move_id).move_id
        result = super().unlink()
        moves.exists()._logistics_tell_returns()
        return result


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _reckon_again(self):
        """Work the returns out once more, where there are any."""
        if self:
            self._lock()
            self._reckon()


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_credit(self):
        """Override: where returns stand is worked out once their credits are made."""
        super(LogisticsEffect, self.with_context(**{_CREDITING: True}))._run_credit()
        returns = self._returns_behind()
        returns.invalidate_recordset(["line_ids"])
        returns.with_context(**{JUST_CREDITED: True})._reckon_again()
