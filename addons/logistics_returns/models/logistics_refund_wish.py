"""What is to be paid back: told to the ledger of actions, shared out to payments."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import by_suite, trusted
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from .. import refund_plan
from .logistics_refund import LIVE_STATES

REFUND = "refund"
ZERO = refund_plan.ZERO


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[(REFUND, "Refund the Customer")],
        ondelete={REFUND: "cascade"},
    )

    def _subject_model(self):
        """Override: what is refunded is a credit note."""
        if self.action == REFUND:
            return "account.move"
        return super()._subject_model()


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_refund_ids = fields.One2many(
        "logistics.refund",
        "move_id",
        string="Refunds",
        groups="logistics_events.logistics_events_group_user,"
        "logistics_events.logistics_events_group_finance,"
        "logistics_events.logistics_events_group_auditor",
    )

    def _post(self, soft=True):
        """Override of `account`: a posted credit note of a return is refunded."""
        posted = super()._post(soft)
        posted._logistics_want_refund()
        return posted

    def button_draft(self):
        """Override of `account`: what is no credit note any more is not refunded."""
        result = super().button_draft()
        self._logistics_stop_refunds()
        return result

    def button_cancel(self):
        """Override of `account`: what is no credit note any more is not refunded."""
        result = super().button_cancel()
        self._logistics_stop_refunds()
        return result

    def _invoice_paid_hook(self):
        """Override of `account`: what finance paid back is done."""
        result = super()._invoice_paid_hook()
        rows = self.sudo().logistics_refund_ids
        rows.filtered(
            lambda one: (
                not one.source_id and not one.settled and one.state in ("asked", "done")
            )
        )._mark_done(settled=True)
        for one in rows.filtered(lambda one: one.state == "refused"):
            one._close_exception(self.env._("The credit note was paid or set off."))
        paid = self.filtered(lambda move: not move.sudo()._logistics_refund_missing())
        paid._logistics_open_refund_steps()._set_state("superseded")
        return result

    def _logistics_refunded_returns(self):
        """Return the returns whose goods are on the credit notes.

        :rtype: logistics.return
        """
        notes = self.sudo().filtered(lambda move: move.move_type == "out_refund")
        items = notes.invoice_line_ids
        # Goodwill and fees say themselves which return they are about.
        returns = items.logistics_return_id
        if sold := items.sale_line_ids:
            lines = self.env["logistics.return.line"].sudo()
            returns |= lines.search([("sale_line_id", "in", sold.ids)]).return_id
        return returns

    def _logistics_refunded_orders(self):
        """Return the orders the credit notes are about.

        :rtype: sale.order
        """
        items = self.sudo().invoice_line_ids
        return items.sale_line_ids.order_id | items.logistics_order_id

    def _logistics_want_refund(self, force=False):
        """Tell the ledger of actions what is to be paid back of credit notes.

        :param bool force: Whether what a provider refused is tried again.
        :return: The steps that are newly open; none while the action is off.
        :rtype: logistics.effect
        """
        notes = self.sudo().filtered(
            lambda move: (
                move.move_type == "out_refund" and move._logistics_refunded_returns()
            )
        )
        Effect = self.env["logistics.effect"].sudo()
        wishes = []
        for note in notes:
            refused = note.logistics_refund_ids.filtered(
                lambda one: one.state == "refused" and not one.withdrawn
            )
            if refused and not force:
                continue
            wishes.append(note._logistics_refund_wish())
        opened = Effect._desire(wishes)
        if notes.logistics_refund_ids.filtered(
            lambda one: one.state == "done" and not one.settled
        ):
            self.env["logistics.refund"]._wake()
        return opened

    def _logistics_stop_refunds(self):
        """Take back what is not sent yet of credit notes that are no more."""
        notes = self.sudo().filtered("logistics_refund_ids")
        self._logistics_open_refund_steps()._set_state("superseded")
        rows = notes.logistics_refund_ids
        if rows:
            rows._lock()
        for one in rows:
            if one.state == "asked":
                one._withdraw(self.env._("The credit note was reset."))
            elif one.state in LIVE_STATES:
                one._open_exception(
                    self.env._(
                        "%s was reset, and its money is on the way to the customer: "
                        "post it again.",
                        one.move_id.name or one.move_id.ref or one.key,
                    )
                )

    def _logistics_open_refund_steps(self):
        """Return the steps that are to refund the credit notes and are not taken.

        :rtype: logistics.effect
        """
        return (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("action", "=", REFUND),
                    ("observed", "=", False),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )

    def _logistics_refund_missing(self):
        """Return what is still to be paid back and is not on its way.

        :return: In the currency of the credit note.
        :rtype: Decimal
        """
        self.ensure_one()
        if self.state != "posted":
            return ZERO
        live = self.logistics_refund_ids._on_the_way()
        return max(ledger.quantity(self.amount_residual) - live, ZERO)

    def _logistics_refund_overdrawn(self):
        """Return whether providers are to pay back more than is left.

        :rtype: bool
        """
        self.ensure_one()
        live = self.logistics_refund_ids.filtered("source_id")._on_the_way()
        return self.currency_id.compare_amounts(float(live), self.amount_residual) > 0

    def _logistics_refund_wish(self):
        """Return what the ledger of actions is told of a credit note."""
        self.ensure_one()
        Effect = self.env["logistics.effect"].sudo()
        done = Effect.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("action", "=", REFUND),
                ("observed", "=", False),
                ("state", "=", "done"),
            ]
        )
        missing = self._logistics_refund_missing()
        returns = self._logistics_refunded_returns()
        company_value = self.currency_id._convert(
            float(missing),
            self.company_currency_id,
            self.company_id,
            self.company_id._logistics_today(),
        )
        policy = self.env["logistics.policy"]._match(REFUND, self)
        people = policy._approvers_needed(company_value) if policy else 0
        if not self._logistics_credit_agreed():
            people = max(people, 1)
        return {
            "company": self.company_id,
            "record": self,
            "order": self._logistics_refunded_orders()[:1],
            "action": REFUND,
            "key": REFUND,
            "desired": missing + sum((step._decimal() for step in done), ZERO),
            "amount": company_value,
            "step_amount": company_value,
            "currency": self.company_currency_id,
            "shipment": returns.shipment_ids[:1],
            "policy": policy,
            "approvers": people,
            "not_before": policy._not_before(),
            "inputs": {"reason": ", ".join(returns.mapped("name"))},
        }

    def _logistics_credit_agreed(self):
        """Return whether the credit note is one that people agreed to already.

        :rtype: bool
        """
        self.ensure_one()
        if by_suite(self.env):
            # It is posted by the very step that was agreed to.
            return True
        steps = (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("action", "=", "credit"),
                    ("state", "=", "done"),
                    ("line_ids.move_id", "=", self.id),
                    # Nobody agreed to what somebody changed since.
                    ("record_state", "in", (False, "posted")),
                ]
            )
        )
        worth = sum(steps.mapped("amount"))
        total = abs(self.amount_total_signed)
        return bool(steps) and (
            self.company_currency_id.compare_amounts(total, worth) <= 0
        )

    def _logistics_refund_payments(self):
        """Return the payments a credit note can be paid back through, newest first.

        :rtype: payment.transaction
        """
        self.ensure_one()
        orders = self._logistics_refunded_orders()
        found = orders.transaction_ids | self.reversed_entry_id.transaction_ids
        found |= found.child_transaction_ids
        return found.filtered(
            lambda one: (
                one.state == "done"
                and one.operation not in ("refund", "validation")
                and one.currency_id == self.currency_id
                and one.company_id == self.company_id
                and one.provider_id.state != "disabled"
            )
        ).sorted("id", reverse=True)


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_refund(self):
        """Put on record which payments carry what; their job sends it."""
        for step in self:
            note = self.env["account.move"].sudo().browse(step.res_id).exists()
            step._share_refund(note)
            step._mark_done()
        self.env["logistics.refund"]._wake()

    def _share_refund(self, note):
        self.ensure_one()
        if note.state != "posted":
            raise UserError(self.env._("The credit note is not posted."))
        payments = note._logistics_refund_payments()
        payments._logistics_touch()
        amount = min(self._decimal(), note._logistics_refund_missing())
        parts, rest = refund_plan.share(
            amount, [source for one in payments if (source := one._logistics_source())]
        )
        if rest:
            parts.append((None, rest))
        rows = trusted(self.env["logistics.refund"].sudo()).create(
            [self._refund_vals(note, payments.browse(key), part) for key, part in parts]
        )
        for one in rows.filtered(lambda row: not row.source_id):
            one._open_exception(
                self.env._(
                    "%(amount)s of %(note)s cannot be paid back through a payment of "
                    "the order: pay it to the customer.",
                    amount=one.currency_id.format(one.amount),
                    note=note.name,
                )
            )

    def _refund_vals(self, note, payment, part):
        return {
            "company_id": note.company_id.id,
            "move_id": note.id,
            "return_ids": [fields.Command.set(note._logistics_refunded_returns().ids)],
            "source_id": payment.id,
            "amount": float(part),
            "currency_id": note.currency_id.id,
            # No reference of Odoo's own looks like it, so none is in its way.
            "key": f"{payment.reference or note.name}-R{self.id}",
            "effect_id": self.id,
            "asked_by_id": self.asked_by.id,
        }
