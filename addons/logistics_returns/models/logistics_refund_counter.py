"""Counters of what was captured and paid back: the cap the database itself keeps."""

from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.logistics_events.models.ledger import insert_all_once

from .logistics_refund import LIVE_STATES

# A refund that never was.
DEAD_STATES = ("cancel", "error")


class LogisticsRefundCounter(models.Model):
    """One payment of which something was, or is to be, paid back.

    Whoever asks for a refund, or ends one, brings the row up to date in the same
    transaction, with one UPDATE. Two at once meet at the row: the second one starts
    again and sees the first. The database refuses what goes beyond the captured; what
    a provider tells was paid back already is a fact, and noted as found beyond.
    """

    _name = "logistics.refund.counter"
    _inherit = "logistics.ledger.mixin"
    _description = "Captured and Refunded"
    _log_access = False
    _order = "id desc"
    _rec_name = "transaction_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    transaction_id = fields.Many2one(
        "payment.transaction", string="Payment", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True)
    captured_amount = fields.Monetary(required=True, default=0)
    refunded_amount = fields.Monetary(
        required=True, default=0, help="Paid back, or on its way back."
    )
    found_amount = fields.Monetary(
        required=True,
        default=0,
        string="Found Beyond",
        help="What was paid back beyond the captured, and told afterwards.",
    )
    left_amount = fields.Monetary(compute="_compute_left_amount", string="Left")

    _transaction_uniq = models.UniqueIndex("(transaction_id)")
    _captured_cap = models.Constraint(
        "CHECK (refunded_amount <= captured_amount + found_amount)",
        "More would be refunded than was captured.",
    )

    @api.depends("captured_amount", "refunded_amount")
    def _compute_left_amount(self):
        for counter in self:
            counter.left_amount = max(
                counter.captured_amount - counter.refunded_amount, 0.0
            )

    @api.model
    def _begin(self, payments):
        """Make the rows of payments that have none, from what is on record.

        A twin that our snapshot cannot see makes the transaction start again.

        :param payment.transaction payments: What was captured.
        """
        known = self.sudo().search([("transaction_id", "in", payments.ids)])
        missing = (payments - known.transaction_id).sudo().sorted("id")
        insert_all_once(
            self.sudo(),
            [
                {
                    "company_id": payment.company_id.id,
                    "transaction_id": payment.id,
                    "currency_id": payment.currency_id.id,
                    "captured_amount": payment.amount,
                    "refunded_amount": 0,
                    "found_amount": 0,
                }
                for payment in missing
            ],
        )
        self._write_sums(missing, told=True)

    @api.model
    def _count(self, payments, told=False):
        """Bring the rows of payments to what is asked for and made of them.

        :param payment.transaction payments: Rows are made where there are none.
        :param bool told: Whether the provider says so: a fact is never refused.
        :raise UserError: When more would be refunded than was captured.
        """
        self._begin(payments)
        refused = None
        try:
            with self.env.cr.savepoint():
                self._write_sums(payments, told)
        except CheckViolation as error:
            refused = error
        self.invalidate_model(flush=False)
        if refused is not None:
            counters = self.sudo().search([("transaction_id", "in", payments.ids)])
            raise UserError(
                "\n".join(
                    self.env._(
                        "%(payment)s: only %(left)s of what was captured are not "
                        "refunded yet.",
                        payment=counter.transaction_id.reference,
                        left=counter.currency_id.format(counter.left_amount),
                    )
                    for counter in counters
                )
            ) from refused

    @api.model
    def _write_sums(self, payments, told):
        """Write what is paid back of payments, as this transaction sees it."""
        if not payments:
            return
        self.env["logistics.refund"].flush_model()
        self.env["payment.transaction"].flush_model()
        beyond = SQL("GREATEST(sums.refunded - sums.captured, 0)")
        if not told:
            beyond = SQL("LEAST(counter.found_amount, %s)", beyond)
        self.env.cr.execute(
            SQL(
                """
                UPDATE logistics_refund_counter counter
                   SET captured_amount = sums.captured,
                       refunded_amount = sums.refunded,
                       found_amount = %(beyond)s
                  FROM (
                    SELECT payment.id, payment.amount AS captured,
                           COALESCE((
                             SELECT SUM(own.amount) FROM logistics_refund own
                              WHERE own.source_id = payment.id
                                AND own.state IN %(live)s
                           ), 0) - COALESCE((
                             SELECT SUM(child.amount) FROM payment_transaction child
                              WHERE child.source_transaction_id = payment.id
                                AND child.operation = 'refund'
                                AND child.state NOT IN %(dead)s
                                AND NOT EXISTS (
                                  SELECT FROM logistics_refund own
                                   WHERE own.source_id = payment.id
                                     AND own.key = child.reference
                                )
                           ), 0) AS refunded
                      FROM payment_transaction payment
                     WHERE payment.id IN %(payments)s
                  ) sums
                 WHERE counter.transaction_id = sums.id
                """,
                beyond=beyond,
                live=LIVE_STATES,
                dead=DEAD_STATES,
                payments=tuple(payments.ids),
            ),
            log_exceptions=False,
        )
        self.invalidate_model(flush=False)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `payment`: a refund that somebody else makes counts, too."""
        made = super().create(vals_list)
        made._logistics_count_refunds(
            told=not self.env.context.get("logistics_refund_asked")
        )
        return made

    def _refund(self, amount_to_refund=None):
        """Override of `payment`: nobody asks for more than was captured.

        :raise UserError: With what is left.
        """
        # Locked before anything is made: who asks at the same time starts again.
        self.env["logistics.refund.counter"]._count(self, told=True)
        return super(
            PaymentTransaction, self.with_context(logistics_refund_asked=True)
        )._refund(amount_to_refund)

    def _logistics_count_refunds(self, told=True):
        """Count what these refunds take of the payments they are made of.

        :param bool told: Whether the provider says so; else a person asks for it.
        :raise UserError: When a person asks for more than was captured.
        """
        refunds = self.sudo().filtered(
            lambda one: one.operation == "refund" and one.source_transaction_id
        )
        if refunds:
            self.env["logistics.refund.counter"]._count(
                refunds.source_transaction_id, told=told
            )
