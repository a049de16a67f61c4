"""The wizard that registers payments proposes what is not disputed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.account_payment_block import WITHHELD_KEY

_DEFAULT = ("amount_by_default", "amount_for_difference")
_FULL = ("full_amount", "full_amount_for_difference")


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    logistics_blocked_text = fields.Char(compute="_compute_logistics_blocked_text")

    @api.depends("line_ids")
    def _compute_logistics_blocked_text(self):
        for wizard in self:
            texts = []
            for move, blocked in wizard.line_ids.move_id._logistics_blocked().items():
                free = max(move._logistics_left() - blocked, 0)
                texts.append(move._logistics_block_text(blocked, free))
            wizard.logistics_blocked_text = " ".join(texts)

    def _get_total_amounts_to_pay(self, batch_results):
        """Override of `account`: what is disputed is not proposed."""
        amounts = super()._get_total_amounts_to_pay(batch_results)
        lines = self.env["account.move.line"].union(
            *(batch["lines"] for batch in batch_results)
        )
        blocked = lines._origin._logistics_blocked_items()
        if not blocked:
            return amounts
        for names, items in ((_DEFAULT, amounts["lines"]), (_FULL, lines)):
            withheld = self._logistics_converted(blocked, items._origin)
            for name in names:
                amounts[name] = max(self.currency_id.round(amounts[name] - withheld), 0)
        return amounts

    def _logistics_converted(self, blocked, items):
        """Return what is withheld of some items, in the currency of the wizard.

        :param dict blocked: By item, in its currency.
        :rtype: float
        """
        self.ensure_one()
        return sum(
            item.currency_id._convert(
                float(part), self.currency_id, self.company_id, self.payment_date
            )
            for item, part in blocked.items()
            if item in items
        )

    @api.model
    def _get_wizard_values_from_batch(self, batch_result):
        """Override of `account`: what is disputed is not proposed."""
        values = super()._get_wizard_values_from_batch(batch_result)
        blocked = batch_result["lines"]._origin._logistics_blocked_items()
        for item, part in blocked.items():
            share = float(part) / -item.amount_residual_currency
            own = item.company_currency_id.round(-item.amount_residual * share)
            in_own = values["source_currency_id"] == item.company_currency_id.id
            values["source_amount"] -= own
            values["source_amount_currency"] -= own if in_own else float(part)
        return values

    def _create_payments(self):
        """Override of `account`: nothing beyond what is not disputed is paid."""
        self.ensure_one()
        lines = self.env["account.move.line"].union(
            *(batch["lines"] for batch in self.batches)
        )
        blocked = lines._logistics_blocked_items()
        if not blocked:
            return super()._create_payments()
        self._logistics_check_amounts(lines, blocked)
        if self.payment_difference_handling == "reconcile":
            # A difference that is written off would pay the rest, and is refused.
            return super()._create_payments()
        withheld = {item.id: float(part) for item, part in blocked.items()}
        return super(
            AccountPaymentRegister, self.with_context(**{WITHHELD_KEY: withheld})
        )._create_payments()

    def _logistics_check_amounts(self, lines, blocked):
        """Refuse to pay more than what is not disputed.

        :raise UserError: With what may be paid, and why.
        """
        free_of = {
            move: max(move._logistics_left() - amount, 0)
            for move, amount in lines.move_id._logistics_blocked().items()
        }
        texts = [
            move._logistics_block_text(amount, free_of[move])
            for move, amount in lines.move_id._logistics_blocked().items()
        ]
        first = self.batches[0]
        is_one = self.can_edit_wizard and (
            len(first["lines"]) == 1 or self.group_payment
        )
        if is_one:
            free = self._get_total_amounts_to_pay(self.batches)["full_amount"]
            is_more = self.currency_id.compare_amounts(self.amount, free) > 0
        else:
            is_more = False
        if is_more or not all(free_of.values()):
            raise UserError("\n".join(texts))
