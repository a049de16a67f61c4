from odoo import fields, models


class LogisticsExceptionSnooze(models.TransientModel):
    """A person says until when exceptions are put aside."""

    _name = "logistics.exception.snooze"
    _description = "Snooze Exceptions"

    exception_ids = fields.Many2many(
        "logistics.exception", required=True, readonly=True
    )
    until = fields.Date(
        string="Comes Back On",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=1),
    )

    def action_snooze(self):
        """Put the exceptions aside; Reopen undoes it."""
        self.ensure_one()
        self.exception_ids.action_snooze(until=self.until)
        return {"type": "ir.actions.act_window_close"}
