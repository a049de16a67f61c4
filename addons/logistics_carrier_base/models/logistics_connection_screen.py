"""What the form of a connection says about its state."""

from datetime import datetime, timezone

from odoo import api, fields, models

from ..retry import Breaker

LATEST = 5


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    calls_text = fields.Char(
        string="Calls to the Partner",
        compute="_compute_calls_text",
        help="Calls pause by themselves while a partner does not answer.",
    )
    calls_paused = fields.Boolean(compute="_compute_calls_text")
    latest_message_ids = fields.Many2many(
        "logistics.message",
        string="Latest Messages",
        compute="_compute_latest_message_ids",
    )
    refused_message_count = fields.Integer(
        string="Refused", compute="_compute_state_counts"
    )
    unreadable_message_count = fields.Integer(
        string="Unreadable", compute="_compute_state_counts"
    )
    has_live_secret = fields.Boolean(
        compute="_compute_has_live_secret",
        compute_sudo=True,
        help="Without a live secret every pushed message is refused.",
    )
    can_poll = fields.Boolean(compute="_compute_can_poll")
    capabilities_text = fields.Char(
        string="What It Does", compute="_compute_capabilities_text"
    )

    @api.depends("breaker")
    def _compute_calls_text(self):
        for connection in self:
            breaker = Breaker.from_dict(connection.breaker)
            connection.calls_paused = breaker.state != "closed"
            connection.calls_text = {
                "closed": self.env._("Working"),
                "half_open": self.env._("Being tried again"),
                "open": self.env._(
                    "Paused after several failures since %s",
                    self._clock_text(breaker.opened_at),
                ),
            }[breaker.state]

    def _clock_text(self, seconds):
        moment = datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
        local = fields.Datetime.context_timestamp(self, moment)
        return local.strftime("%Y-%m-%d %H:%M")

    def _compute_latest_message_ids(self):
        Message = self.env["logistics.message"]
        for connection in self:
            connection.latest_message_ids = Message.search(
                [("connection_id", "=", connection.id)], limit=LATEST
            )

    def _compute_state_counts(self):
        counts = {
            (connection, state): count
            for connection, state, count in self.env["logistics.message"]._read_group(
                [
                    ("connection_id", "in", self.ids),
                    ("state", "in", ["rejected", "dead"]),
                ],
                ["connection_id", "state"],
                ["__count"],
            )
        }
        for connection in self:
            connection.refused_message_count = counts.get((connection, "rejected"), 0)
            connection.unreadable_message_count = counts.get((connection, "dead"), 0)

    @api.depends("secret_ids.token", "secret_ids.not_before", "secret_ids.expires_at")
    def _compute_has_live_secret(self):
        for connection in self:
            connection.has_live_secret = bool(connection._live_secrets())

    @api.depends("adapter")
    def _compute_can_poll(self):
        for connection in self:
            connection.can_poll = "poll" in connection._able()

    @api.depends("capabilities")
    def _compute_capabilities_text(self):
        words = {
            "webhook": self.env._("pushes messages"),
            "subscribe": self.env._("pushes what it is asked for"),
            "poll": self.env._("answers questions about numbers"),
            "book": self.env._("books"),
            "book_return": self.env._("books returns"),
            "rate": self.env._("quotes prices"),
            "cancel": self.env._("cancels labels"),
            "proof": self.env._("hands out proofs of delivery"),
        }
        for connection in self:
            able = set((connection.capabilities or "").split(", "))
            connection.capabilities_text = ", ".join(
                text for name, text in words.items() if name in able
            )

    # === ACTIONS === #

    def action_view_refused(self):
        """Open the refused messages of the connection, with the reasons."""
        return self._view_messages("rejected", self.env._("Refused Messages"))

    def action_view_unreadable(self):
        """Open the unreadable messages of the connection."""
        return self._view_messages("dead", self.env._("Unreadable Messages"))

    def _view_messages(self, state, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "logistics.message",
            "view_mode": "list,form",
            "domain": [("connection_id", "=", self.id), ("state", "=", state)],
        }

    # === BUSINESS METHODS === #

    def _live_secrets(self):
        """Return the signing secrets that count now, newest first.

        :rtype: logistics.connection.secret
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return (
            self.sudo()
            .secret_ids.filtered(
                lambda secret: (
                    secret.token
                    and (not secret.not_before or secret.not_before <= now)
                    and (not secret.expires_at or secret.expires_at > now)
                )
            )
            .sorted("id", reverse=True)
        )
