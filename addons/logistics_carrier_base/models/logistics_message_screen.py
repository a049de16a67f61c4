"""What the screens of a message say beside its bytes."""

import json

from odoo import api, fields, models

from odoo.addons.logistics_events import vocabulary

SHOWN = 20000  # Characters.
_TRUST_BY_LEVEL = {level: code for code, level in vocabulary.TRUST_LEVELS.items()}


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    trust_kind = fields.Selection(
        list(vocabulary.TRUST.items()),
        string="Vouched For",
        compute="_compute_trust_kind",
    )
    headers_text = fields.Text(string="Header Lines", compute="_compute_headers_text")
    content_text = fields.Text(
        string="Content as Read",
        compute="_compute_content_text",
        help="The content with line breaks; the download has the bytes as they came.",
    )
    adapter_label = fields.Char(string="Partner", compute="_compute_adapter_label")

    @api.depends("connection_id", "received_at")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for message in self:
            message.display_name = " · ".join(
                part
                for part in (
                    message.sudo().connection_id.name,
                    channels.get(message.channel),
                    message.received_at
                    and fields.Datetime.context_timestamp(
                        message, message.received_at
                    ).strftime("%Y-%m-%d %H:%M:%S"),
                )
                if part
            )

    @api.depends("trust")
    def _compute_trust_kind(self):
        for message in self:
            message.trust_kind = _TRUST_BY_LEVEL.get(message.trust, False)

    @api.depends("headers")
    def _compute_headers_text(self):
        for message in self:
            message.headers_text = "\n".join(
                f"{name}: {value}" for name, value in (message.headers or {}).items()
            )

    def _compute_content_text(self):
        for message in self:
            text = message.body_text or ""
            try:
                text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
            except (ValueError, RecursionError):
                text = message.body_text or ""
            message.content_text = text[:SHOWN]

    @api.depends("adapter")
    def _compute_adapter_label(self):
        labels = dict(self.env["logistics.connection"]._selection_adapter())
        for message in self:
            message.adapter_label = labels.get(message.adapter, message.adapter)
