from odoo import api, fields, models


class LogisticsMessageReplay(models.TransientModel):
    """What reading stored messages again would do, and the button that does it."""

    _name = "logistics.message.replay"
    _description = "Read Messages Again"

    message_ids = fields.Many2many("logistics.message", required=True)
    line_ids = fields.One2many(
        "logistics.message.replay.line", "replay_id", string="Would Change"
    )
    tried = fields.Boolean()
    change_count = fields.Integer(compute="_compute_change_count")

    @api.depends("line_ids")
    def _compute_change_count(self):
        for replay in self:
            replay.change_count = len(replay.line_ids)

    def action_try(self):
        """List what would change; nothing is changed."""
        self.ensure_one()
        self.message_ids._check_may_replay()
        self.line_ids.unlink()
        changes = self.message_ids.sudo()._dry_run()
        self.write(
            {
                "tried": True,
                "line_ids": [fields.Command.create(change) for change in changes],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read Again"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_replay(self):
        """Put the messages back in line."""
        self.ensure_one()
        self.message_ids._check_may_replay()
        messages = self.message_ids.sudo()
        messages.filtered(lambda m: m.state in ("done", "dead"))._requeue()
        return {"type": "ir.actions.act_window_close"}


class LogisticsMessageReplayLine(models.TransientModel):
    _name = "logistics.message.replay.line"
    _description = "Change by Reading Again"

    replay_id = fields.Many2one(
        "logistics.message.replay", required=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("event", "Tracking Event"),
            ("status", "Shipment Status"),
            ("action", "Action"),
            ("error", "Cannot Be Read"),
        ],
        required=True,
    )
    name = fields.Char()
    text = fields.Char(string="Change")
    amount = fields.Float(digits=0)
