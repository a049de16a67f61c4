from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted


class LogisticsMessageUnmatched(models.Model):
    """A number a partner told us of that no parcel has yet: parked, not forgotten."""

    _name = "logistics.message.unmatched"
    _inherit = "logistics.ledger.mixin"
    _description = "Unmatched Number"
    _log_access = False
    _order = "id desc"
    _rec_name = "tracking_key"

    message_id = fields.Many2one("logistics.message", required=True, ondelete="cascade")
    connection_id = fields.Many2one("logistics.connection", required=True)
    company_id = fields.Many2one("res.company", required=True)
    tracking_key = fields.Char(required=True)
    first_seen_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reason = fields.Selection(
        [("unknown", "Number Unknown"), ("ambiguous", "Several Parcels Match")],
        required=True,
        default="unknown",
    )

    _pair_uniq = models.UniqueIndex("(message_id, tracking_key)")
    _key_idx = models.Index("(tracking_key)")

    @api.model
    def _park(self, rows):
        """Remember which message spoke of which unknown number.

        :param list[tuple] rows: message id, connection id, company id, key, reason.
        """
        if rows:
            self.env.cr.execute_values(
                "INSERT INTO logistics_message_unmatched (message_id, connection_id, "
                "company_id, tracking_key, reason, first_seen_at) VALUES %s "
                "ON CONFLICT (message_id, tracking_key) DO NOTHING",
                [(*row, fields.Datetime.now()) for row in sorted(set(rows))],
            )

    @api.model
    def _release(self, keys):
        """Send the parked messages of these numbers through once more."""
        parked = self.sudo().search([("tracking_key", "in", list(keys))])
        messages = parked.message_id
        if messages:
            trusted(parked).unlink()
            messages._requeue()
