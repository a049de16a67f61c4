"""Bills that nobody owes: refused with a reason, kept, taken up again if need be."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import by_suite
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from .logistics_freight_bill import TYPED

# Nothing of a bill in these was told to its charges.
_UNTOLD = ("new", "checked")
# What people were told of a bill that is of no more use once it is refused.
_TOLD_OF = ("action_failed", "duplicate_document", "master_data", "tolerance")


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    # === ACTIONS === #

    def action_refuse_dialog(self):
        """Ask why the bills are refused."""
        self._check_may_refuse()
        return self.env["logistics.reason"]._dialog("bill_refuse", self)

    def action_refuse(self, reason=None):
        """Refuse bills that are not owed; they are kept. Reopen undoes it, but for
        bills that were held: their charges forget them for good.

        :param str reason: Why.
        :raise AccessError: For people outside finance.
        :raise UserError: Without a reason, or when a bill went on already.
        """
        self._check_may_refuse()
        self._check_reason(reason)
        bills = self.sudo()
        bills.filtered(lambda bill: bill._is_held())._withdraw(reason.strip())
        bills._refuse(reason.strip())
        return True

    def action_reopen(self):
        """Undo a refusal: the bill is compared and checked once more."""
        self._check_finance()
        for bill in self:
            if bill.state != "refused":
                raise UserError(self.env._("Only a refused bill can be reopened."))
            if bill.layout == TYPED and not bill.sudo().move_id:
                raise UserError(
                    self.env._(
                        "The vendor bill of %s was deleted in Odoo: type it anew.",
                        bill.number,
                    )
                )
            if bill.dispute_ids:
                raise UserError(
                    self.env._(
                        "%s was held, and its charges know nothing of it any more. If "
                        "it is owed after all, type it in Odoo as a vendor bill.",
                        bill.number,
                    )
                )
        bills = self.sudo()
        bills.write({"state": "new", "refuse_reason": False})
        bills._go_on()
        return True

    # === BUSINESS METHODS === #

    def _check_may_refuse(self):
        """Check that the user may refuse the bills, and nothing of them went on.

        :raise UserError: Saying what to do instead.
        """
        self._check_finance()
        for bill in self:
            if bill.layout == TYPED:
                raise UserError(
                    self.env._(
                        "%s was typed in Odoo: delete the vendor bill there.",
                        bill.display_name,
                    )
                )
            if bill.is_reading or (bill.state not in _UNTOLD and not bill._is_held()):
                raise UserError(
                    self.env._(
                        "%s is being read, or went on already: take it back first, or "
                        "dispute its lines.",
                        bill.display_name,
                    )
                )

    def _withdraw(self, reason):
        """Let the charges forget bills that were held: the carrier bills anew, or not
        at all. What was asked about their disputes is taken back.

        :param str reason: Why.
        """
        disputes = self.dispute_ids
        for dispute in disputes:
            steps = dispute._steps()
            steps.filtered(lambda step: step.state in OPEN_STATES)._set_state(
                "superseded"
            )
        told = [
            (line.charge_id, "withdraw", bill._freight_ref())
            for bill in self
            for line in bill.line_ids.filtered("charge_id")
        ]
        self.env["logistics.charge"]._say_many(
            [(*one, {"target": one[2]}) for one in dict.fromkeys(told)]
        )
        disputes.write(
            {
                "state": "withdrawn",
                "open_amount": 0.0,
                "open_tax": 0.0,
                "blocked_amount": 0.0,
                "is_unsettled": False,
            }
        )
        for dispute in disputes:
            dispute._message_log(body=self.env._("The bill was refused: %s", reason))
            dispute._solve_deadline()

    def _refuse(self, reason):
        """Put bills aside for good, and take back what was asked about them."""
        steps = self.env["logistics.effect"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("action", "=", "accept_bill"),
                ("state", "in", OPEN_STATES),
            ]
        )
        steps._set_state("superseded")
        self.write({"state": "refused", "refuse_reason": reason})
        Exception_ = self.env["logistics.exception"]
        for bill in self:
            said = self.env._("Refused: %s", reason)
            bill.message_post(body=said)
            for category in _TOLD_OF:
                Exception_._solve(category, bill, said)


class AccountMove(models.Model):
    _inherit = "account.move"

    def unlink(self):
        """Override of `account`: a typed bill that is deleted leaves nothing that
        somebody would have to decide.
        """
        bills = self.sudo().logistics_bill_ids.filtered(
            lambda bill: bill.layout == TYPED
        )
        result = super().unlink()
        bills._refuse(self.env._("The vendor bill was deleted in Odoo."))
        return result

    def _logistics_stop_repeats(self):
        """Override: what finance refused is not posted all the same.

        :raise UserError: With the reason.
        """
        super()._logistics_stop_repeats()
        if by_suite(self.env):
            return
        for bill in self.sudo().logistics_bill_ids:
            if bill.layout == TYPED and bill.state == "refused":
                raise UserError(
                    self.env._(
                        "%(bill)s was refused: %(reason)s. Delete the draft, or reopen "
                        "the carrier bill first.",
                        bill=bill.display_name,
                        reason=(bill.refuse_reason or "").rstrip("."),
                    )
                )
