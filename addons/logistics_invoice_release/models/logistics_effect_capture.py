"""Taking the money that a customer authorised, once the invoice is posted.

The claim is kept and committed before the provider is asked. If the server dies after
that, the money counts as perhaps taken: a person looks, and nothing is taken twice. The
invoice never waits for the money.
"""

import logging

from odoo import api, fields, models
from odoo.tools import float_compare

from odoo.addons.logistics_events.models.ledger import trusted

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
    def _logistics_wake_capturing(self):
        cron = self.env.ref("logistics_invoice_release.ir_cron_capture_payments", False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_capture_payments(self):
        """Capture the authorised payments of posted invoices, one invoice at a time."""
        Cron = self.env["ir.cron"]
        self._logistics_give_up_capturing()
        domain = [
            ("capture_state", "=", "due"),
            ("state", "=", "done"),
            ("company_id", "not in", self.env["logistics.action.mode"]._stopped().ids),
        ]
        Cron._commit_progress(remaining=self.search_count(domain))
        while steps := self.search(domain, limit=100, order="id"):
            taken = steps.try_lock_for_update(limit=1)
            if not taken:
                break
            trusted(taken.sudo()).write({"capture_state": "capturing"})
            # The claim is on record before the provider is asked.
            Cron._commit_progress(0)
            taken._logistics_capture()
            if not Cron._commit_progress(1):
                break

    def _logistics_capture(self):
        """Capture what the invoices of a step still need, and keep what came of it."""
        self.ensure_one()
        problems = []
        for move in self.line_ids.move_id.filtered(lambda move: move.state == "posted"):
            problems += move.sudo()._logistics_capture_payments()
        trusted(self.sudo()).write({"capture_state": "captured"})
        if problems:
            self._logistics_open_capture_failed(
                self.env._(
                    "%(document)s is posted but its payment was not captured: "
                    "%(reason)s",
                    document=", ".join(self.line_ids.move_id.mapped("display_name")),
                    reason=" ".join(problems),
                )
            )

    @api.model
    def _logistics_give_up_capturing(self):
        """Ask a person about payments whose capture was cut off."""
        cut_off = self.search([("capture_state", "=", "capturing")])
        for step in cut_off.try_lock_for_update():
            step._logistics_open_capture_failed(
                self.env._(
                    "The payment of %s may have been captured or not: the server "
                    "stopped in between. Look at it at the payment provider first.",
                    ", ".join(step.line_ids.move_id.mapped("display_name")),
                )
            )

    def _logistics_open_capture_failed(self, text):
        trusted(self.sudo()).write({"capture_state": "failed"})
        self.env["logistics.exception"]._open(
            "action_failed",
            self,
            text,
            shipment=self.shipment_id,
            order=self.order_id,
            effect=self,
            key="capture",
        )

    def _logistics_capture_again(self):
        """Ask the provider once more, on the word of a person."""
        self._check_may_decide()
        for step in self.sudo():
            trusted(step).write({"capture_state": "due"})
            self.env["logistics.exception"].sudo()._solve(
                "action_failed",
                step,
                self.env._("Captured again by %s.", self.env.user.name),
                key="capture",
            )
        self._logistics_wake_capturing()


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    def action_retry(self):
        """Override of `logistics_events`: what was not captured is asked for again."""
        unpaid = self.filtered(
            lambda one: (
                one.category == "action_failed"
                and one.effect_id.capture_state == "failed"
                and one.subject_key
                == f"{one.effect_id._name},{one.effect_id.id},capture"
            )
        )
        for exception in unpaid:
            exception.check_access("write")
            exception.effect_id._logistics_capture_again()
        rest = self - unpaid
        return super(LogisticsException, rest).action_retry() if rest else True


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_settle(self):
        """Reconcile what the orders paid already; have captured what is authorised."""
        asked = False
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
                trusted(steps.sorted("id")[:1]).write({"capture_state": "due"})
                asked = True
        if asked:
            self.env["logistics.effect"]._logistics_wake_capturing()

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
        try:
            with self.env.cr.savepoint():
                part = self._capture(amount)
        except Exception as error:  # noqa: BLE001 - any reason is shown to a person
            _logger.warning("Capturing %s failed: %s", self.reference, error)
            return str(error) or type(error).__name__
        if part.state in ("error", "cancel"):
            return part.state_message or self.env._("The provider refused it.")
        if part.state != "done":
            return ""
        try:
            with self.env.cr.savepoint():
                part._post_process()
        except Exception as error:  # noqa: BLE001 - any reason is shown to a person
            _logger.warning("Booking %s failed: %s", part.reference, error)
            return self.env._(
                "%(payment)s was captured, but could not be booked: %(reason)s",
                payment=part.reference,
                reason=str(error) or type(error).__name__,
            )
        return ""


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
