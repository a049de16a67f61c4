"""Taking the money that a customer authorised, once the invoice is posted.

The invoice never waits for the money.
"""

import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

_logger = logging.getLogger(__name__)


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    capture_state = fields.Selection(
        [
            ("due", "To Capture"),
            ("capturing", "Being Captured"),
            ("captured", "Captured"),
            ("failed", "Not Captured"),
        ],
        string="Payment",
        help="What became of the payment that the customer authorised.",
    )

    _capture_idx = models.Index("(id) WHERE capture_state IN ('due', 'capturing')")

    @api.model
    def _cron_capture_payments(self):
        """Capture the authorised payments of posted invoices."""
        self.env["logistics.effect.capture"]._run()


class LogisticsEffectCapture(models.AbstractModel):
    _name = "logistics.effect.capture"
    _inherit = "logistics.effect.once"
    _description = "Captures What Was Authorised"

    _key = "capture"
    _claimed = "capturing"
    _done = "captured"
    _cron = "ir_cron_capture_payments"

    def _do(self, step):
        """Implementation of `logistics.effect.once`."""
        moves = step.line_ids.move_id.filtered(lambda move: move.state == "posted")
        problems = []
        for move in moves:
            problems += move.sudo()._logistics_capture_payments()
        if not problems:
            return []
        names = ", ".join(moves.mapped("display_name"))
        return [self.env._("%s is posted.", names), *problems]

    def _text_cut_off(self, documents):
        """Implementation of `logistics.effect.once`."""
        return self.env._(
            "The payment of %s may have been captured or not: the server stopped in "
            "between. Look at it at the payment provider first.",
            documents,
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_settle(self):
        """Reconcile what the orders paid already; have captured what is authorised."""
        due = self.env["logistics.effect"]
        for move in self:
            steps = move.line_ids.logistics_effect_ids.filtered(
                lambda step: step.action == "invoice" and step.state == "done"
            )
            if not steps or not move.is_sale_document():
                continue
            paying = move._logistics_transactions()
            for line in _open_lines((paying | paying.child_transaction_ids).payment_id):
                if not move.currency_id.is_zero(move.amount_residual):
                    move.js_assign_outstanding_line(line.id)
            if move.currency_id.compare_amounts(move.amount_residual, 0) > 0 and any(
                transaction.state == "authorized" for transaction in paying
            ):
                due |= steps.sorted("id")[:1]
        if due:
            self.env["logistics.effect.capture"]._ask(due)

    def _logistics_transactions(self):
        """Return the online payments of what is invoiced.

        :rtype: payment.transaction
        """
        orders = self.invoice_line_ids.sale_line_ids.order_id
        return self.transaction_ids | orders.transaction_ids

    def _logistics_capture_payments(self):
        """Capture what the invoice still needs, and reconcile what comes of it.

        :return: What went wrong, in words.
        :rtype: list[str]
        """
        self.ensure_one()
        problems = []
        authorised = self._logistics_transactions().filtered(
            lambda transaction: transaction.state == "authorized"
        )
        # What a provider answers later reconciles by itself when the answer comes.
        needed = self.amount_residual - sum(
            self._logistics_in_currency(part, part.amount)
            for part in authorised.child_transaction_ids
            if part.state in ("draft", "pending")
        )
        for transaction in authorised.sorted("id"):
            if self.currency_id.compare_amounts(needed, 0) <= 0:
                break
            amount = transaction._logistics_amount_to_capture(
                self.currency_id._convert(
                    needed, transaction.currency_id, self.company_id, self.date
                )
            )
            if not amount:
                continue
            problem = transaction._logistics_capture(amount)
            if problem:
                problems.append(problem)
            else:
                needed -= self._logistics_in_currency(transaction, amount)
        return problems

    def _logistics_in_currency(self, transaction, amount):
        return transaction.currency_id._convert(
            amount, self.currency_id, self.company_id, self.date
        )


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _logistics_amount_to_capture(self, needed):
        """Return how much of what was authorised is captured now.

        A provider that captures only once gets the whole amount.

        :param float needed: What is to be paid, in the currency of the transaction.
        :rtype: float
        """
        self.ensure_one()
        taken = self.child_transaction_ids.filtered(
            lambda part: part.operation == self.operation and part.state != "error"
        )
        left = self.amount - sum(taken.mapped("amount"))
        if self.provider_id.support_manual_capture != "partial":
            return 0.0 if taken else left
        return self.currency_id.round(max(min(needed, left), 0.0))

    def _logistics_capture(self, amount):
        """Ask the provider for the money, and book what it gave.

        :param float amount: How much of what was authorised.
        :return: What went wrong, in words; nothing when all went well.
        :rtype: str
        """
        self.ensure_one()
        # Both catches are broad, for providers are the code of others, and keep even a
        # conflict, unlike `attempted`: starting again would ask for the money twice.
        try:
            with self.env.cr.savepoint():
                part = self._capture(amount)
        except ValidationError as error:
            return self._logistics_not_captured(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, a person looks
            _logger.warning("Capturing %s failed: %s", self.reference, error)
            return self.env._(
                "%(payment)s may have been captured or not, look at it at the payment "
                "provider first: %(reason)s",
                payment=self.reference,
                reason=str(error) or type(error).__name__,
            )
        if part.state in ("error", "cancel"):
            return self._logistics_not_captured(
                part.state_message or self.env._("The provider refused it.")
            )
        if part.state != "done":
            return ""
        try:
            with self.env.cr.savepoint():
                part._post_process()
        except Exception as error:  # noqa: BLE001 - the capture stays, a person books
            _logger.warning("Booking %s failed: %s", part.reference, error)
            return self.env._(
                "%(payment)s was captured, but could not be booked: %(reason)s",
                payment=part.reference,
                reason=str(error) or type(error).__name__,
            )
        return ""

    def _logistics_not_captured(self, reason):
        return self.env._(
            "%(payment)s was not captured: %(reason)s",
            payment=self.reference,
            reason=reason,
        )


def _open_lines(payments):
    """Return the entries of payments that no invoice uses yet."""
    # Odoo calls a payment paid when its first invoice is, whatever is left of it.
    return payments.move_id.line_ids.filtered(
        lambda line: (
            line.parent_state == "posted"
            and line.account_type == "asset_receivable"
            and not line.reconciled
            and float_compare(line.amount_residual, 0, precision_digits=6) != 0
        )
    )
