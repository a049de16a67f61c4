"""The buttons of an exception that open something first."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    subject_text = fields.Char(string="About", compute="_compute_subject_text")
    is_pinned = fields.Boolean(related="effect_id.pinned", string="Kept as Is")
    age_days = fields.Integer(string="Days Open", compute="_compute_age_days")

    @api.depends("res_model", "res_id")
    def _compute_subject_text(self):
        for exception in self:
            record = exception.sudo()._subject()
            exception.subject_text = record.display_name if record else False

    @api.depends("first_at", "solved_at")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for exception in self:
            first = exception.first_at or now
            exception.age_days = ((exception.solved_at or now) - first).days

    # === ACTIONS === #

    def action_ignore_dialog(self):
        """Ask why the exceptions are put aside for good."""
        return self.env["logistics.reason"]._dialog("ignore_exception", self)

    def action_keep_as_is_dialog(self):
        """Ask why a document changed by hand is kept as it is."""
        return self.env["logistics.reason"]._dialog("keep_as_is", self._effect_needed())

    def action_follow_facts(self):
        """Undo “Keep as Is”: the events decide again, and the exception is back."""
        self.check_access("write")
        for exception in self:
            exception._effect_needed().action_follow_facts()
            if exception.state != "open":
                exception.action_reopen()

    def action_choose_event(self):
        """Open the dialog in which a person says which event is right."""
        self.ensure_one()
        if self.category not in ("conflict", "contradiction") or not self.shipment_id:
            raise UserError(self.env._("There is nothing to choose from."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the Right Event"),
            "res_model": "logistics.event.choose",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_shipment_id": self.shipment_id.id,
                "default_kind": self.category,
            },
        }

    def action_open_approval(self):
        """Open the decision that is waited for, or the list of them."""
        self.ensure_one()
        approvals = self._approvals() or self.effect_id.approval_ids.sorted("id")[-1:]
        if not approvals:
            raise UserError(self.env._("No approval belongs to this exception."))
        window = {
            "type": "ir.actions.act_window",
            "name": self.env._("Approval"),
            "res_model": "logistics.approval",
        }
        if len(approvals) > 1:
            return window | {
                "view_mode": "list,form",
                "views": [(False, "list"), (False, "form")],
                "domain": [("id", "in", approvals.ids)],
            }
        return window | {
            "res_id": approvals.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _approvals(self):
        """Return the decisions that wait.

        :rtype: logistics.approval
        """
        self.ensure_one()
        return self.sudo().effect_id.approval_ids[:1]._decided_together()

    def action_take_over(self):
        """Make the user responsible. Any other name in the field undoes it."""
        self.check_access("write")
        self.write({"user_id": self.env.uid})

    def _subject(self):
        """Return the record the exception is about, empty when it is gone.

        :rtype: odoo.models.BaseModel | None
        """
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env.registry:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()
