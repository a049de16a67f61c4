"""Where people meet refunds: on the exception and on the credit note."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    refund_undecided = fields.Boolean(compute="_compute_refund_undecided")

    @api.depends("res_model", "res_id")
    def _compute_refund_undecided(self):
        for one in self:
            refund = one.sudo()._refund()
            one.refund_undecided = bool(refund) and refund._is_undecided()

    def action_refund_was_dialog(self):
        """Ask how it is known that the money went back."""
        return self._refund_needed().action_was_refunded_dialog()

    def action_refund_was_not_dialog(self):
        """Ask how it is known that the money did not go back."""
        return self._refund_needed().action_was_not_refunded_dialog()

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
