"""Whether stored bytes are still those that were received."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.logistics_events.models.ledger import trusted

SLICE = 20000  # Messages in one night.
NAMED = 5  # So many are named, the rest is counted.


class LogisticsMessageCheck(models.Model):
    """A slice of messages whose bytes were held against their hashes."""

    _name = "logistics.message.check"
    _inherit = "logistics.ledger.mixin"
    _description = "Check of Messages"
    _order = "id desc"

    first_message = fields.Integer(required=True)
    last_message = fields.Integer(required=True)
    message_count = fields.Integer(string="Messages", required=True)
    wrong_count = fields.Integer(string="Changed", required=True)

    @api.model
    def _cron_check(self, size=SLICE):
        """Check the next slice; after the last message it begins again."""
        Message = self.env["logistics.message"]
        rows = Message._check_bytes(
            SQL("id > %s", self.search([], limit=1).last_message), size
        ) or Message._check_bytes(SQL("true"), size)
        if not rows:
            return
        wrong = Message.browse(key for key, is_same in rows if not is_same)
        trusted(self).create(
            {
                "first_message": rows[0][0],
                "last_message": rows[-1][0],
                "message_count": len(rows),
                "wrong_count": len(wrong),
            }
        )
        wrong._note_changed()


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def action_verify(self):
        """Hold the bytes against the hash they had when they came.

        :raise AccessError: For anybody but auditors and integration administrators.
        :raise UserError: When the bytes are erased.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not any(
            self.env.user.has_group(f"logistics_events.logistics_events_group_{role}")
            for role in ("auditor", "integration")
        ):
            raise AccessError(self.env._("Only auditors verify messages."))
        if self.erased_at:
            raise UserError(
                self.env._("The bytes are erased; their hash is what was received.")
            )
        message = self.sudo()
        rows = message._check_bytes(SQL("id = %s", self.id), 1)
        is_same = all(same for _key, same in rows)
        if not is_same:
            message._note_changed()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_same else "danger",
                "message": self.env._("The bytes are those that were received.")
                if is_same
                else self.env._("The bytes are not those that were received."),
            },
        }

    @api.model
    def _check_bytes(self, which, limit):
        """Compute the hashes of messages anew; refused and erased ones are left out.

        :param SQL which: Which messages.
        :param int limit: How many at most, in the order of their ids.
        :return: Pairs of id and whether the bytes are those that were received.
        :rtype: list[tuple[int, bool]]
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT id, body IS NOT NULL "
                "AND encode(sha256(body), 'hex') = digest "
                "FROM logistics_message WHERE %s AND state <> 'rejected' "
                "AND erased_at IS NULL ORDER BY id LIMIT %s",
                which,
                limit,
            )
        )

    def _note_changed(self):
        """Open one security exception for each connection with changed bytes."""
        for connection, messages in self.grouped("connection_id").items():
            self.env["logistics.exception"]._open(
                "security",
                connection,
                self.env._(
                    "%(name)s: the stored bytes of %(count)s messages are not those "
                    "that were received: %(messages)s.",
                    name=connection.name,
                    count=len(messages),
                    messages=", ".join(messages[:NAMED].mapped("message_key")),
                ),
                key="digest",
            )
