"""Refunds: what is paid back of a credit note, and through which payment."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted

FINANCE = "logistics_events.logistics_events_group_finance"
# Money that left, or may have left, or is about to.
LIVE_STATES = ("asked", "sent", "unclear", "done")
STATES = [
    ("asked", "Asked For"),
    ("sent", "Sent to the Provider"),
    ("done", "Refunded"),
    ("refused", "Refused"),
    ("unclear", "Unclear"),
]
# What was asked for stays as it was.
_FROZEN = frozenset(
    {
        "company_id",
        "move_id",
        "source_id",
        "amount",
        "currency_id",
        "key",
        "effect_id",
        "asked_by_id",
        "asked_at",
    }
)


class LogisticsRefund(models.Model):
    """On screen: Refund. One amount of a credit note that is paid back.

    The row is committed before the provider is called, and its key is what the provider
    knows the refund by, however often it is told.
    """

    _name = "logistics.refund"
    _inherit = "logistics.ledger.mixin"
    _description = "Refund"
    _order = "id desc"
    _rec_name = "key"

    company_id = fields.Many2one("res.company", required=True)
    move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        required=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(related="move_id.partner_id", string="Customer")
    return_ids = fields.Many2many(
        "logistics.return",
        "logistics_refund_return_rel",
        "refund_id",
        "return_id",
        string="Returns",
    )
    source_id = fields.Many2one(
        "payment.transaction",
        string="Original Payment",
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: no payment can carry it, and finance pays it back.",
    )
    transaction_id = fields.Many2one(
        "payment.transaction",
        string="Refund Transaction",
        ondelete="restrict",
        index="btree_not_null",
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    key = fields.Char(required=True, string="Reference")
    state = fields.Selection(STATES, string="Status", required=True, default="asked")
    answered = fields.Boolean(
        help="The provider took it: nothing is sent any more, its word is awaited."
    )
    settled = fields.Boolean(help="The payment is reconciled with the credit note.")
    provider_reference = fields.Char()
    error = fields.Char()
    by_hand = fields.Boolean(compute="_compute_by_hand")
    withdrawn = fields.Boolean(
        help="The credit note was reset before anything was sent."
    )
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime()
    effect_id = fields.Many2one(
        "logistics.effect", string="Action Taken", required=True, ondelete="restrict"
    )
    asked_by_id = fields.Many2one("res.users")
    asked_at = fields.Datetime(required=True, default=fields.Datetime.now)
    sent_at = fields.Datetime()
    done_at = fields.Datetime()
    decided_by_id = fields.Many2one("res.users")
    decided_reason = fields.Char(string="Why")

    _key_uniq = models.UniqueIndex("(key)", "This refund is on record already.")
    _due_idx = models.Index("(id) WHERE state IN ('asked', 'sent') OR NOT settled")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A refund is more than nothing."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to count what is asked of each payment.

        :raise UserError: When more would be refunded than was captured.
        """
        Counter = self.env["logistics.refund.counter"]
        payments = self.env["payment.transaction"].browse(
            sorted({vals["source_id"] for vals in vals_list if vals.get("source_id")})
        )
        Counter._begin(payments)
        rows = super().create(vals_list)
        Counter._count(payments)
        return rows

    def write(self, vals):
        """Override: not even the suite changes what was asked for."""
        if frozen := _FROZEN & set(vals):
            raise AccessError(
                self.env._(
                    "What a refund was asked for never changes: %s.",
                    ", ".join(sorted(frozen)),
                )
            )
        return super().write(vals)

    # === ACTIONS === #

    def action_was_refunded_dialog(self):
        """Ask how it is known that the money went back."""
        return self.env["logistics.reason"]._dialog("refund_was", self)

    def action_was_not_refunded_dialog(self):
        """Ask how it is known that the money did not go back."""
        return self.env["logistics.reason"]._dialog("refund_was_not", self)

    def action_was_refunded(self, reason=None):
        """Note that the customer has the money; it is posted if Odoo knows the payment.

        :param str reason: How it is known; kept.
        :raise AccessError: For whoever is not of finance.
        :raise UserError: Without a reason, or where nothing is to be decided.
        """
        self._decide(reason)
        for one in self.sudo():
            if one.transaction_id:
                one.transaction_id._set_done(state_message=reason)
            one._mark_done()
        self._wake()
        return True

    def action_was_not_refunded(self, reason=None):
        """Note that no money went back. Ask Again asks for it anew.

        :param str reason: How it is known; kept.
        :raise AccessError: For whoever is not of finance.
        :raise UserError: Without a reason, or where nothing is to be decided.
        """
        self._decide(reason)
        for one in self.sudo():
            if one.transaction_id:
                one.transaction_id._set_canceled(state_message=reason)
            one._set_state("refused", error=reason)
            one._close_exception(self.env._("It was not refunded: %s", reason))
        return True

    def action_ask_again(self):
        """Ask for what is left to pay back of the credit note once more.

        :raise AccessError: For whoever is not of finance.
        :raise UserError: When the refund was not refused, nothing is left to refund,
            or refunds are not switched on.
        """
        self._check_finance()
        if any(one.state != "refused" for one in self):
            raise UserError(self.env._("Only a refused refund is asked for again."))
        self.move_id._logistics_ask_refund()
        for one in self.sudo():
            one._close_exception(self.env._("It was asked for again."))
        return True

    def action_pay_back(self):
        """Open Odoo's window to pay the customer, where no provider does.

        :raise AccessError: For whoever is not of finance.
        :raise UserError: When it is not for a person to pay back.
        """
        self.ensure_one()
        self._check_finance()
        if not self.by_hand:
            raise UserError(self.env._("This refund is not paid back by hand."))
        window = self.move_id.action_register_payment()
        window["context"] = window["context"] | {"default_amount": self.amount}
        return window

    # === COMPUTE METHODS === #

    @api.depends("state", "source_id", "settled", "move_id.payment_state")
    def _compute_by_hand(self):
        for one in self:
            one.by_hand = one.sudo()._is_by_hand()

    # === BUSINESS METHODS === #

    def _is_by_hand(self):
        """Return whether finance is to pay it back.

        :rtype: bool
        """
        self.ensure_one()
        note = self.move_id
        if self.settled or note.state != "posted" or not note.amount_residual:
            return False
        if self.state == "refused":
            # Whatever else is asked for meanwhile is not paid twice.
            missing = float(note._logistics_refund_missing())
            return self.currency_id.compare_amounts(missing, self.amount) >= 0
        return self.state == "asked" and not self.source_id

    def _check_finance(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(FINANCE):
            raise AccessError(self.env._("Only finance decides on refunds."))

    def _decide(self, reason):
        """Keep who decides, and why; lock the refunds against their job."""
        self._check_finance()
        if not (reason or "").strip():
            raise UserError(self.env._("Say how you know."))
        rows = self.sudo()
        rows._lock()
        if any(not one._is_undecided() for one in rows):
            raise UserError(self.env._("There is nothing to decide about this refund."))
        trusted(rows).write(
            {"decided_by_id": self.env.uid, "decided_reason": reason.strip()}
        )

    def _is_undecided(self):
        """Return whether a person says what became of it."""
        self.ensure_one()
        return self.state == "unclear" or (self.state == "asked" and not self.source_id)

    def _lock(self):
        """Lock the refunds and let whoever read them before start again."""
        self.env.execute_query(
            SQL(
                "UPDATE logistics_refund SET attempts = attempts WHERE id = ANY(%s) "
                "RETURNING id",
                list(self.ids),
            )
        )
        self.invalidate_recordset()

    def _set_state(self, state, **more):
        """Move the refunds to a state; the only writer of `state`.

        What a provider refused, or made after all, is free again or taken again.
        """
        turned = self.sudo().filtered(
            lambda one: (one.state in LIVE_STATES) != (state in LIVE_STATES)
        )
        trusted(self.sudo()).write({"state": state} | more)
        if payments := turned.source_id:
            self.env["logistics.refund.counter"]._count(payments, told=True)
        return self

    def _mark_done(self, settled=False):
        """Note that the money went back.

        :param bool settled: Whether the credit note shows it already.
        """
        for one in self.sudo():
            one._set_state(
                "done",
                answered=True,
                error=False,
                done_at=fields.Datetime.now(),
                settled=one.settled or settled,
                provider_reference=one.transaction_id.provider_reference,
            )
            one._close_exception(self.env._("It was refunded."))

    def _open_exception(self, summary):
        self.ensure_one()
        self.env["logistics.exception"]._open(
            "action_failed",
            self,
            summary,
            order=self.move_id.invoice_line_ids.sale_line_ids.order_id[:1],
            amount=self._company_amount(),
        )

    def _close_exception(self, solution):
        self.env["logistics.exception"]._solve("action_failed", self, solution)

    def _on_the_way(self):
        """Return what is on its way back and not matched with the credit note yet.

        :return: In the currency of the credit note.
        :rtype: Decimal
        """
        return sum(
            (
                ledger.quantity(one.amount)
                for one in self
                if one.state in LIVE_STATES and not one.settled
            ),
            ledger.quantity(0),
        )

    def _company_amount(self):
        """Return the amount in company currency.

        :rtype: float
        """
        self.ensure_one()
        return self.currency_id._convert(
            self.amount,
            self.company_id.currency_id,
            self.company_id,
            self.company_id._logistics_today(),
        )

    @api.model
    def _wake(self):
        """Wake the job that sends refunds."""
        self.env.ref("logistics_returns.ir_cron_send_refunds").sudo()._trigger()
