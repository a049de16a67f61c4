"""Deciding on a reading again: a second person agrees, anybody in charge cancels."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.models.ledger import trusted

from .logistics_replay import OPEN_STATES

_DECIDERS = (
    "logistics_events.logistics_events_group_integration",
    "logistics_events.logistics_events_group_finance",
)


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_replay_limit = fields.Monetary(
        string="Two People above",
        default=1000.0,
        groups="base.group_user",
        help="Reading messages again that moves more money than this waits until a "
        "second person agrees.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_replay_limit = fields.Monetary(
        related="company_id.logistics_replay_limit",
        readonly=False,
        currency_field="logistics_currency_id",
    )
    logistics_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Logistics Currency"
    )


class LogisticsReplay(models.Model):
    _inherit = "logistics.replay"

    def action_approve(self):
        """Agree to what somebody else asked for. Cancel undoes it while it runs.

        :raise AccessError: For who asked, and for who neither integrates nor pays.
        :raise UserError: When nothing is to be decided.
        """
        for replay in self:
            replay._check_in_charge()
            if self.env.user == replay.requested_by:
                raise AccessError(
                    self.env._("Who asked for it cannot agree to it: ask a colleague.")
                )
            if replay.state != "waiting":
                raise UserError(self.env._("This is decided already."))
            trusted(replay.sudo()).write(
                {
                    "state": "running",
                    "decided_by": self.env.uid,
                    "decided_at": fields.Datetime.now(),
                }
            )
            replay._solve_reminder(self.env._("Agreed to."))
        self._wake()
        return True

    def action_cancel(self):
        """Stop reading; what was read stays read. `action_go_on` undoes it.

        :raise UserError: When it is over already.
        """
        for replay in self:
            replay._check_in_charge()
            if replay.state not in OPEN_STATES:
                raise UserError(self.env._("There is nothing to cancel."))
            trusted(replay.sudo()).write(
                {"state": "cancelled", "cancelled_by": self.env.uid}
            )
            replay._solve_reminder(self.env._("Cancelled."))
        return True

    def action_go_on(self):
        """Go on where it was cancelled; a second person is still asked first.

        :raise UserError: When it was not cancelled.
        """
        for replay in self:
            replay._check_in_charge()
            if replay.state != "cancelled":
                raise UserError(self.env._("Only what was cancelled goes on."))
            waits = replay.needs_second and not replay.decided_by
            trusted(replay.sudo()).write({"state": "waiting" if waits else "running"})
            if waits:
                replay.sudo()._ask_second_person()
        self._wake()
        return True

    def _check_in_charge(self):
        self.ensure_one()
        self.check_access("read")
        if not (self.env.su or any(map(self.env.user.has_group, _DECIDERS))):
            raise AccessError(
                self.env._("Integration and finance decide what is read again.")
            )
        # Nobody decides for a company they do not work in.
        if not self.env.su and self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("This belongs to another company."))


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    def action_read_again_dialog(self):
        """Open the dialog that reads messages of a time or kind again."""
        self.ensure_one()
        self.check_access("read")
        self.env["logistics.message"]._check_may_replay()
        return self.env["logistics.message.replay"]._dialog(
            {"default_connection_id": self.id}
        )
