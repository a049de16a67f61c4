"""The buttons of exceptions about partners."""

from odoo import models
from odoo.exceptions import UserError


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    def action_choose_meaning(self):
        """Open the dialog that says what an unknown code means.

        :raise UserError: When the exception is about no code.
        """
        self.ensure_one()
        if self.category != "unknown_code" or self.res_model != "logistics.code.map":
            raise UserError(self.env._("There is no code to map."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the Code Means"),
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "logistics_carrier_base.logistics_code_map_view_form_dialog"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
        }

    def action_open_approval(self):
        """Override of `logistics_events`: reading again has its own screen."""
        self.ensure_one()
        if self.res_model == "logistics.replay":
            return self.action_open_subject()
        return super().action_open_approval()

    def action_book_again(self):
        """Book the transfer again, under the same key.

        :raise UserError: When the exception is about no booking.
        """
        self.ensure_one()
        self.check_access("write")
        if self.category != "booking_failed" or self.res_model != "logistics.booking":
            raise UserError(self.env._("No booking belongs to this exception."))
        self.env["logistics.booking"].browse(self.res_id).action_retry()
        return self._said(self.env._("It is booked in a moment."))

    def action_check_connection(self):
        """Test a silent connection, and close this when the partner has spoken.

        :raise UserError: When the exception is about no silent connection.
        """
        self._check_integration()
        if self.category != "silent_feed" or self.res_model != "logistics.connection":
            raise UserError(self.env._("No connection belongs to this exception."))
        connection = self.env["logistics.connection"].browse(self.res_id)
        connection.check_access("write")
        connection.sudo()._watch_silence()
        return connection.action_test_connection()

    def action_view_bad_messages(self):
        """Open the messages the exception is about.

        :raise UserError: When it is about none.
        """
        self.ensure_one()
        if self.res_model != "logistics.connection":
            raise UserError(self.env._("No messages belong to this exception."))
        connection = self.env["logistics.connection"].browse(self.res_id)
        if self.category == "security":
            return connection.action_view_messages()
        return connection.action_view_unreadable()

    def action_view_unmatched(self):
        """Open the unknown numbers the exception is about.

        :raise UserError: When it is about none.
        """
        return self._unmatched_connection().action_view_unmatched()

    def action_not_ours_dialog(self):
        """Open the dialog that says which numbers are not ours.

        :raise UserError: When the exception is about no unknown numbers.
        """
        return self._unmatched_connection()._not_ours_dialog()

    def _unmatched_connection(self):
        self.ensure_one()
        self.check_access("read")
        if self.category != "unmatched" or self.res_model != "logistics.connection":
            raise UserError(self.env._("No unknown numbers belong to this exception."))
        return self.env["logistics.connection"].browse(self.res_id)
