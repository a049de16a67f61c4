import base64
import hashlib

from psycopg2 import Binary
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.models.ledger import trusted

# What went wrong with a message, as a person reads it.
CATEGORIES = [
    ("signature", "Bad Signature"),
    ("stale", "Too Old or Too Early"),
    ("secret", "No Secret"),
    ("size", "Too Large"),
    ("content_type", "Wrong Content Type"),
    ("encoding", "Not Readable as Text"),
    ("syntax", "Broken Syntax"),
    ("schema", "Missing or Wrong Field"),
    ("value", "Impossible Value"),
    ("unsupported", "Not Supported"),
    ("environment", "Wrong Environment"),
    ("carrier_answer", "Error Answer of the Partner"),
    ("conflict", "Same Identifier, Other Content"),
    ("internal", "Processing Failed"),
]


class LogisticsMessage(models.Model):
    """Raw bytes as a partner sent them, or as we fetched them. Never changed."""

    _name = "logistics.message"
    _inherit = "logistics.ledger.mixin"
    _description = "Message"
    _log_access = False
    _order = "id desc"
    _rec_name = "message_key"

    connection_id = fields.Many2one(
        "logistics.connection", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True)
    adapter = fields.Char(required=True)
    channel = fields.Selection(
        [
            ("webhook", "Webhook"),
            ("poll", "Poll"),
            ("file", "File"),
            ("manual", "Person"),
        ],
        required=True,
    )
    message_key = fields.Char(required=True)
    digest = fields.Char(string="SHA-256", required=True)
    size = fields.Integer(string="Size (bytes)")
    content_type = fields.Char()
    headers = fields.Json(help="Headers as received, without secrets.")
    received_at = fields.Datetime(required=True, default=fields.Datetime.now)
    processed_at = fields.Datetime()
    state = fields.Selection(
        [
            ("new", "New"),
            ("done", "Done"),
            ("dead", "Unreadable"),
            ("rejected", "Refused"),
        ],
        string="Status",
        required=True,
        default="new",
    )
    trust = fields.Integer(required=True, default=0)
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime()
    category = fields.Selection(CATEGORIES)
    error = fields.Char()
    adapter_version = fields.Char()
    correlation_id = fields.Char()
    event_count = fields.Integer(string="Events")
    body_text = fields.Text(compute="_compute_body_text", string="Content")
    event_ids = fields.Many2many(
        "logistics.event", string="Tracking Events", compute="_compute_event_ids"
    )

    _key_uniq = models.UniqueIndex(
        "(connection_id, message_key) WHERE state <> 'rejected'",
        "This message is recorded already.",
    )
    _new_idx = models.Index("(id) WHERE state = 'new'")
    _dead_idx = models.Index("(received_at) WHERE state = 'dead'")
    _received_idx = models.Index("(received_at)")

    def init(self):
        """Keep the bytes beside the fields: no ORM read or write ever touches them."""
        self.env.cr.execute(
            "ALTER TABLE logistics_message ADD COLUMN IF NOT EXISTS body bytea"
        )

    def _compute_body_text(self):
        for message in self:
            body = message._body()
            message.body_text = (body or b"")[:20000].decode("utf-8", "replace")

    def _compute_event_ids(self):
        sightings = self.env["logistics.sighting"].search(
            [("message_id", "in", self.ids)]
        )
        by_message = sightings.grouped("message_id")
        for message in self:
            message.event_ids = by_message.get(message, sightings.browse()).event_id

    def _body(self):
        """Return the raw bytes of one message."""
        self.ensure_one()
        if not isinstance(self.id, int):
            return b""
        self.env.cr.execute(
            "SELECT body FROM logistics_message WHERE id = %s", [self.id]
        )
        row = self.env.cr.fetchone()
        return bytes(row[0]) if row and row[0] is not None else b""

    # === ACTIONS === #

    def action_retry(self):
        """Put unreadable messages back in line."""
        self._check_may_replay()
        if any(message.state != "dead" for message in self):
            raise UserError(self.env._("Only an unreadable message is tried again."))
        self.sudo()._requeue()
        return True

    def action_download(self):
        """Download the raw bytes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/logistics/message/{self.id}/raw",
            "target": "self",
        }

    def _check_may_replay(self):
        self.check_access("read")
        if not (
            self.env.su
            or self.env.user.has_group(
                "logistics_events.logistics_events_group_integration"
            )
        ):
            raise AccessError(
                self.env._("Only an integration administrator replays messages.")
            )

    # === BUSINESS METHODS === #

    def _requeue(self):
        """Put messages back in line, whatever became of them, and wake the drain."""
        trusted(self).write(
            {
                "state": "new",
                "attempts": 0,
                "next_try_at": False,
                "category": False,
                "error": False,
            }
        )
        self._wake()

    @api.model
    def _note_read(self, outcomes):
        """Close what was unreadable of some partners once all of it is read.

        :param outcomes: What became of the messages of a batch.
        """
        connections = self.env["logistics.connection"].browse(
            sorted({one.connection_id for one in outcomes if not one.category})
        )
        labels = dict(self._fields["category"]._description_selection(self.env))
        keys = {
            f"{connection._name},{connection.id},{category}": (connection, category)
            for connection in connections
            for category in labels
        }
        found = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("company_id", "in", connections.company_id.ids),
                    ("category", "=", "unreadable"),
                    ("subject_key", "in", list(keys)),
                    ("state", "in", ["open", "snoozed"]),
                ]
            )
        )
        for exception in found:
            connection, category = keys[exception.subject_key]
            if not self.search_count(
                [
                    ("connection_id", "=", connection.id),
                    ("state", "=", "dead"),
                    ("category", "=", category),
                    ("erased_at", "=", False),
                ],
                limit=1,
            ):
                exception._close(self.env._("All messages are read."))

    @api.model
    def _wake(self):
        self.env.ref("logistics_carrier_base.ir_cron_drain_messages")._trigger()

    @api.model
    def _store(self, connection, channel, bodies, trust):
        """Store raw bytes that did not come through the webhook route.

        :param logistics.connection connection: Whose they are.
        :param str channel: `poll`, `file` or `manual`.
        :param list[bytes] bodies: The raw bytes, one entry per message.
        :param int trust: What the channel proves, 1 to 4.
        :return: How many were not known yet.
        :rtype: int
        """
        now = fields.Datetime.now()
        rows = []
        for body in bodies:
            digest = hashlib.sha256(body).hexdigest()
            rows.append(
                (
                    connection.id,
                    connection.company_id.id,
                    connection.adapter,
                    channel,
                    f"{channel}:{digest}",
                    digest,
                    len(body),
                    now,
                    "new",
                    trust,
                    0,
                    Json({}),
                    digest[:16],
                    Binary(body),
                )
            )
        stored = self.env.cr.execute_values(
            "INSERT INTO logistics_message (connection_id, company_id, adapter, "
            "channel, message_key, digest, size, received_at, state, trust, attempts, "
            "headers, correlation_id, body) VALUES %s "
            "ON CONFLICT (connection_id, message_key) WHERE state <> 'rejected' "
            "DO NOTHING RETURNING id",
            rows,
            fetch=True,
        )
        if stored:
            self._wake()
        repeated = len(bodies) - len(stored)
        self.env["logistics.metric"]._count(
            {(connection.id, "received", "repeated"): repeated}
        )
        return len(stored)

    @api.model
    def _upload(self, connection, content):
        """Store a file a person hands in.

        :param str content: Base64, as a binary field gives it.
        """
        return self._store(connection, "manual", [base64.b64decode(content)], 2)
