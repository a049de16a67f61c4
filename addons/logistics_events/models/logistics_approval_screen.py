"""What the list of approvals needs beside the decisions themselves."""

from odoo import api, fields, models


class LogisticsApproval(models.Model):
    _inherit = "logistics.approval"

    decided_count = fields.Integer(string="Agreed", compute="_compute_decided_count")
    may_decide = fields.Boolean(
        compute="_compute_may_decide",
        help="Who asked for an action or agreed already cannot decide on it.",
    )
    value = fields.Monetary(related="effect_id.value")
    reason_asked = fields.Text(
        string="Why It Is Asked", related="effect_id.inputs_text", related_sudo=True
    )

    @api.depends("effect_id")
    def _compute_display_name(self):
        for approval in self:
            approval.display_name = approval.effect_id.display_name

    @api.depends("decided_by_ids", "state")
    def _compute_decided_count(self):
        for approval in self:
            refused = approval.state == "refused"
            approval.decided_count = 0 if refused else len(approval.decided_by_ids)

    @api.depends_context("uid")
    @api.depends("state", "requested_by", "asker_ids", "edited_by", "decided_by_ids")
    def _compute_may_decide(self):
        user = self.env.user
        approver = user.has_group("logistics_events.logistics_events_group_finance")
        for approval in self:
            approval.may_decide = (
                approver
                and approval.state == "waiting"
                and user not in approval._involved() | approval.decided_by_ids
            )

    def action_refuse_dialog(self):
        """Ask why the actions are refused."""
        return self.env["logistics.reason"]._dialog("refuse_approval", self)

    def action_open_effect(self):
        """Open the action that waits for the decision."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "logistics.effect",
            "res_id": self.effect_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
