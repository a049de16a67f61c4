from odoo import api, fields, models


class LogisticsModePause(models.TransientModel):
    """Why everything is paused."""

    _name = "logistics.mode.pause"
    _description = "Pause All Actions"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    reason = fields.Char(required=True, string="Why")

    def action_pause(self):
        """Stop all documents now. Resume undoes it."""
        self.ensure_one()
        self.env["logistics.action.mode"]._pause(self.company_id, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class LogisticsModeResume(models.TransientModel):
    """What waits, before it is taken."""

    _name = "logistics.mode.resume"
    _description = "Resume All Actions"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    pause_text = fields.Char(compute="_compute_pause_text")
    line_ids = fields.One2many("logistics.mode.resume.line", "resume_id", readonly=True)

    @api.depends("company_id")
    def _compute_pause_text(self):
        for dialog in self:
            pause = self.env["logistics.action.mode"]._paused(dialog.company_id)
            dialog.pause_text = pause._pause_text() if pause else False

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to list what waits now."""
        dialogs = super().create(vals_list)
        Mode = self.env["logistics.action.mode"]
        for dialog in dialogs:
            Mode._check_may_switch(dialog.company_id)
            dialog.line_ids = [
                fields.Command.create(
                    {
                        "label": row["label"],
                        "count": row["count"],
                        "order_count": row["orders"],
                        "document_count": row["documents"],
                        "amount": row["amount"],
                        "currency_id": row["currency"].id,
                    }
                )
                for row in Mode._backlog(dialog.company_id)
            ]
        return dialogs

    def action_resume(self):
        """Take what waits. Pause All Actions stops it again."""
        self.ensure_one()
        self.env["logistics.action.mode"]._resume(self.company_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class LogisticsModeResumeLine(models.TransientModel):
    """What waits of one action."""

    _name = "logistics.mode.resume.line"
    _description = "What Waits"

    resume_id = fields.Many2one(
        "logistics.mode.resume", required=True, ondelete="cascade", index=True
    )
    label = fields.Char(string="Action")
    count = fields.Integer(string="Waiting")
    order_count = fields.Integer(string="Orders")
    document_count = fields.Integer(
        string="Documents", help="How many documents the waiting actions make at once."
    )
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
