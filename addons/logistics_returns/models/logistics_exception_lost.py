"""A carrier that says nothing any more: a person says that the goods are lost."""

from odoo import api, fields, models
from odoo.exceptions import UserError

_OVER = ("delivered", "lost", "returned_to_sender", "return_received")


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    may_be_lost = fields.Boolean(compute="_compute_may_be_lost", compute_sudo=True)

    @api.depends("shipment_id.state")
    def _compute_may_be_lost(self):
        for one in self:
            state = one.shipment_id.state
            one.may_be_lost = bool(state) and state not in _OVER

    def action_confirm_lost(self, reason):
        """Count a shipment of which nothing is heard as lost; Undo takes it back.

        :param str reason: Why; kept.
        :raise AccessError: For people who do not change what is on its way.
        :raise UserError: Without a reason, or for goods that arrived or are lost.
        """
        self.env["logistics.remedy"]._check_may_do("lost")
        shipment = self._shipment_needed().sudo()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        if self.state not in ("open", "snoozed"):
            raise UserError(self.env._("The exception is closed: reopen it first."))
        shipment._lock_for_facts()
        if not shipment.state or shipment.state in _OVER:
            raise UserError(
                self.env._(
                    "%s is not on its way: what arrived, or never left, is not lost.",
                    shipment.display_name,
                )
            )
        count = (
            self.env["logistics.remedy"]
            .sudo()
            .search_count([("shipment_id", "=", shipment.id), ("kind", "=", "lost")])
        )
        event = shipment.with_user(self.env.user)._tell(
            "lost",
            channel="manual",
            key=f"lost/{count}",
            leg=shipment._leg(),
            reason="loss",
            raw_text=reason,
        )
        self.env["logistics.remedy"]._record(
            self,
            "lost",
            self.env._("Counted as lost."),
            reason,
            False,
            event_id=event.id,
        )

    def action_confirm_lost_dialog(self):
        """Ask why the goods count as lost."""
        self.env["logistics.remedy"]._check_may_do("lost")
        self._shipment_needed()
        return self.env["logistics.reason"]._dialog("confirm_lost", self)


class LogisticsRemedy(models.Model):
    _inherit = "logistics.remedy"

    kind = fields.Selection(
        selection_add=[("lost", "Counted as Lost")],
        ondelete={"lost": "cascade"},
    )

    def _undo_lost(self, reason):
        """Undo of `logistics.remedy`: the person's word no longer counts."""
        self.shipment_id._withdraw_once(self.event_id, reason)
