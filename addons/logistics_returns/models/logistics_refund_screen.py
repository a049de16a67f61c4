"""Where people meet refunds: on the exception, the credit note and the return."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.windows import records_window

from .logistics_refund import FINANCE
from .logistics_refund_wish import REFUND


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    refund_undecided = fields.Boolean(compute="_compute_refund")
    refund_by_hand = fields.Boolean(compute="_compute_refund")
    refund_refused = fields.Boolean(compute="_compute_refund")

    @api.depends("res_model", "res_id", "state")
    def _compute_refund(self):
        for one in self:
            refund = one.sudo()._refund()
            is_open = bool(refund) and one.state in ("open", "snoozed")
            one.refund_undecided = is_open and refund._is_undecided()
            one.refund_by_hand = is_open and refund._is_by_hand()
            one.refund_refused = is_open and refund.state == "refused"

    def action_refund_was_dialog(self):
        """Ask how it is known that the money went back."""
        return self._refund_needed().action_was_refunded_dialog()

    def action_refund_was_not_dialog(self):
        """Ask how it is known that the money did not go back."""
        return self._refund_needed().action_was_not_refunded_dialog()

    def action_refund_pay_back(self):
        """Open Odoo's window to pay the customer."""
        return self._refund_needed().action_pay_back()

    def action_refund_again(self):
        """Ask once more for what the provider refused."""
        return self._refund_needed().action_ask_again()

    def _refund(self):
        """Return the refund the exception is about, if it is about one.

        :rtype: logistics.refund
        """
        self.ensure_one()
        refunds = self.env["logistics.refund"]
        if self.res_model != refunds._name:
            return refunds
        return refunds.browse(self.res_id).exists()

    def _refund_needed(self):
        self.check_access("write")
        if not (refund := self._refund()):
            raise UserError(self.env._("This exception is about no refund."))
        return refund


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_ask_refund(self):
        """Ask for what is left to pay back of credit notes, on a person's word.

        :return: The steps that are newly open.
        :rtype: logistics.effect
        :raise UserError: When nothing is left, or refunds are not switched on.
        """
        mode = self.env["logistics.action.mode"]
        for company in self.company_id:
            if mode._mode(company, REFUND) != "on":
                raise UserError(
                    self.env._(
                        "Refund the Customer is not switched on in %s: switch it on, "
                        "or register the payment on the credit note.",
                        company.name,
                    )
                )
        opened = self._logistics_want_refund(force=True)
        if not opened:
            raise UserError(
                self.env._("Nothing is left to refund that is not asked for already.")
            )
        return opened

    def action_open_logistics_refunds(self):
        """Open what was paid back of the credit note."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refunds"),
            "res_model": "logistics.refund",
            "view_mode": "list,form",
            "domain": [("move_id", "=", self.id)],
        }


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    refund_ids = fields.Many2many(
        "logistics.refund",
        "logistics_refund_return_rel",
        "return_id",
        "refund_id",
        string="Refunds",
    )
    refund_count = fields.Integer(compute="_compute_refund_count")
    refund_missing = fields.Boolean(compute="_compute_refund_missing")

    @api.depends("refund_ids")
    def _compute_refund_count(self):
        for one in self:
            one.refund_count = len(one.refund_ids)

    @api.depends("state", "refund_ids.state")
    def _compute_refund_missing(self):
        mode = self.env["logistics.action.mode"]
        for one in self:
            one.refund_missing = (
                one.state == "credited"
                and mode._mode(one.company_id, REFUND) == "on"
                and bool(one._notes_to_refund())
            )

    def action_view_refunds(self):
        """Open what was paid back for the return."""
        return records_window(self.refund_ids, self.env._("Refunds"))

    def action_refund(self):
        """Ask for what is left to pay back of the credit notes.

        :raise AccessError: For whoever is not of finance.
        :raise UserError: When nothing is left, or refunds are not switched on.
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(FINANCE):
            raise AccessError(self.env._("Only finance decides on refunds."))
        notes = self.env["account.move"].union(
            *(one._notes_to_refund() for one in self)
        )
        if not notes:
            raise UserError(
                self.env._("Nothing is left to refund that is not asked for already.")
            )
        notes._logistics_ask_refund()
        return True

    def _notes_to_refund(self):
        """Return the credit notes of which something is left that nobody asked for.

        :rtype: account.move
        """
        self.ensure_one()
        notes = self.sudo().credit_note_ids.filtered(
            lambda note: note._logistics_refund_missing()
        )
        return notes.filtered(lambda note: not note._logistics_open_refund_steps())
