"""From a posting back to the bytes that caused it, in one query."""

from odoo import fields, models
from odoo.tools import SQL


class LogisticsTrace(models.Model):
    """One row per journal item, action, tracking event and time it was told to us.

    An action rests on the event it names and on those its inputs list as evidence. What
    Odoo or a person said has no message: the row names the person instead.
    """

    _name = "logistics.trace"
    _description = "Evidence of a Posting"
    _auto = False
    _order = "move_id desc, line_id desc, received_at desc, id"
    _rec_name = "move_id"

    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    balance = fields.Monetary(currency_field="company_currency_id", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    effect_id = fields.Many2one("logistics.effect", string="Action", readonly=True)
    asked_by = fields.Many2one("res.users", readonly=True)
    approval_id = fields.Many2one(
        "logistics.approval",
        readonly=True,
        help="The last decision of people about the action.",
    )
    policy_id = fields.Many2one("logistics.policy", string="Rule", readonly=True)
    policy_version = fields.Integer(string="Rule Revision", readonly=True)
    event_id = fields.Many2one(
        "logistics.event", string="Tracking Event", readonly=True
    )
    mapping_version = fields.Integer(readonly=True)
    adapter_version = fields.Char(readonly=True)
    received_at = fields.Datetime(readonly=True)
    said_by = fields.Many2one("res.users", readonly=True)
    message_id = fields.Many2one("logistics.message", readonly=True)
    digest = fields.Char(string="SHA-256", readonly=True)

    @property
    def _table_query(self):
        # The id is made of what a row is about: it stays the same, and conditions reach
        # the tables below. 52 bits are whole numbers in JavaScript, too.
        return SQL(
            """
            SELECT ('x' || left(md5(concat_ws('/', l.id, e.id, v.id, s.id)), 13))
                       ::bit(52)::bigint AS id,
                   l.id AS line_id, l.move_id, l.company_id, l.date, l.balance,
                   l.company_currency_id, e.id AS effect_id, e.asked_by, e.policy_id,
                   e.policy_version, v.id AS event_id, v.mapping_version,
                   v.adapter_version, s.received_at, s.user_id AS said_by,
                   s.message_id, m.digest,
                   (SELECT max(a.id) FROM logistics_approval a
                     WHERE a.effect_id = e.id) AS approval_id
              FROM logistics_effect_account_line_rel r
              JOIN account_move_line l ON l.id = r.line_id
              JOIN logistics_effect e ON e.id = r.effect_id
              LEFT JOIN LATERAL (
                       SELECT e.event_id AS id WHERE e.event_id IS NOT NULL
                        UNION
                       SELECT one::int
                         FROM jsonb_array_elements_text(
                              CASE jsonb_typeof(e.inputs -> 'evidence')
                              WHEN 'array' THEN e.inputs -> 'evidence' END) one
                   ) because ON true
              LEFT JOIN logistics_event v ON v.id = because.id
              LEFT JOIN logistics_sighting s ON s.event_id = v.id
              LEFT JOIN logistics_message m ON m.id = s.message_id
            """
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_view_logistics_trace(self):
        """Open what the journal items of this document rest on."""
        self.ensure_one()
        self.check_access("read")
        self.env["logistics.trace"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence"),
            "res_model": "logistics.trace",
            "view_mode": "list,form",
            "domain": [("move_id", "=", self.id)],
        }
