from odoo import api, fields, models
from odoo.exceptions import UserError

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

    foreign_rule_id = fields.Many2one(
        "logistics.foreign.rule", string="Not Ours", index="btree_not_null"
    )

    _pair_uniq = models.UniqueIndex("(message_id, tracking_key)")
    _key_idx = models.Index("(tracking_key)")
    _waiting_idx = models.Index(
        "(connection_id, first_seen_at) WHERE foreign_rule_id IS NULL"
    )

    # === ACTIONS === #

    def action_not_ours_dialog(self):
        """Open the dialog that says which numbers are not ours.

        :raise UserError: For numbers of several connections at once.
        """
        self.check_access("read")
        if len(self.connection_id) != 1:
            raise UserError(self.env._("Choose numbers of one connection."))
        return self.connection_id._not_ours_dialog(
            sorted(set(self.mapped("tracking_key")))
        )

    # === BUSINESS METHODS === #

    @api.model
    def _park(self, rows):
        """Remember which message spoke of which unknown number.

        :param list[tuple] rows: message id, connection id, company id, key, reason.
        """
        if rows:
            now = fields.Datetime.now()
            rule_of = self.env["logistics.foreign.rule"]._of(
                {row[1] for row in rows}, {row[3] for row in rows}
            )
            self.env.cr.execute_values(
                "INSERT INTO logistics_message_unmatched (message_id, connection_id, "
                "company_id, tracking_key, reason, foreign_rule_id, first_seen_at) "
                "VALUES %s ON CONFLICT (message_id, tracking_key) DO NOTHING",
                [(*row, rule_of(row[1], row[3]), now) for row in sorted(set(rows))],
            )

    def _mark_foreign(self):
        """Note on the numbers which of them are not ours by a person's word."""
        rule_of = self.env["logistics.foreign.rule"]._of(
            self.connection_id.ids, self.mapped("tracking_key")
        )
        by_rule = {}
        for number in self:
            rule_id = rule_of(number.connection_id.id, number.tracking_key)
            if rule_id:
                by_rule.setdefault(rule_id, []).append(number.id)
        for rule_id, ids in by_rule.items():
            trusted(self.browse(ids)).write({"foreign_rule_id": rule_id})

    @api.model
    def _release(self, keys):
        """Send the parked messages of these numbers through once more."""
        parked = self.sudo().search([("tracking_key", "in", list(keys))])
        if parked:
            # A number that was not ours may have outlived the bytes of its message.
            messages = parked.message_id._readable()
            connections = parked.connection_id
            trusted(parked).unlink()
            messages._requeue()
            connections._watch_foreign()
