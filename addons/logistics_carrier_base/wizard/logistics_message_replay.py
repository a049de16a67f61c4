from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.logistics_message import CATEGORIES
from ..models.logistics_message_replay import DRY_RUN_LIMIT


class LogisticsMessageReplay(models.TransientModel):
    """What reading stored messages again would do, and the button that does it."""

    _name = "logistics.message.replay"
    _description = "Read Messages Again"

    message_ids = fields.Many2many("logistics.message")
    connection_id = fields.Many2one("logistics.connection")
    received_from = fields.Datetime()
    received_to = fields.Datetime()
    adapter_version = fields.Char(string="Read by Version")
    category = fields.Selection(CATEGORIES, string="What Went Wrong")
    message_count = fields.Integer(string="Messages", compute="_compute_message_count")
    line_ids = fields.One2many(
        "logistics.message.replay.line", "replay_id", string="Would Change"
    )
    tried = fields.Boolean()
    tried_count = fields.Integer(string="Messages Tried")
    change_count = fields.Integer(compute="_compute_change_count")
    document_count = fields.Integer(
        string="Actions",
        compute="_compute_change_count",
        help="That would be asked for.",
    )

    @api.depends("line_ids")
    def _compute_change_count(self):
        for replay in self:
            replay.change_count = len(replay.line_ids)
            replay.document_count = len(
                replay.line_ids.filtered(lambda line: line.kind == "action")
            )

    @api.depends(
        "message_ids",
        "connection_id",
        "received_from",
        "received_to",
        "adapter_version",
        "category",
    )
    def _compute_message_count(self):
        for replay in self:
            replay.message_count = (
                self.env["logistics.message"].search_count(replay._domain())
                if replay.message_ids or replay.connection_id
                else 0
            )

    @api.onchange(
        "connection_id", "received_from", "received_to", "adapter_version", "category"
    )
    def _onchange_criteria(self):
        # What was tried was something else.
        self.tried = False
        self.line_ids = [fields.Command.clear()]

    # === ACTIONS === #

    def action_try(self):
        """List what would change; nothing is changed."""
        self.ensure_one()
        Message = self.env["logistics.message"]
        Message._check_may_replay()
        self.line_ids.unlink()
        messages = Message.search(self._domain(), order="id", limit=DRY_RUN_LIMIT)
        if not messages:
            raise UserError(self.env._("No stored message is meant."))
        changes = messages.sudo()._dry_run()
        self.write(
            {
                "tried": True,
                "tried_count": len(messages),
                "line_ids": [fields.Command.create(change) for change in changes],
            }
        )
        return self._dialog({}) | {"res_id": self.id}

    def action_replay(self):
        """Read the messages again, or ask a second person first; see the log."""
        self.ensure_one()
        replay = self.env["logistics.replay"]._request(self._criteria())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages Read Again"),
            "res_model": replay._name,
            "res_id": replay.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _dialog(self, context):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read Again"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def _criteria(self):
        if self.message_ids:
            return {"chosen_ids": self.message_ids.ids}
        return {
            "connection_id": self.connection_id.id,
            "received_from": self.received_from,
            "received_to": self.received_to,
            "adapter_version": self.adapter_version,
            "category": self.category,
        }

    def _domain(self):
        return self.env["logistics.replay"]._criteria_domain(self._criteria())


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
    currency = fields.Char()
