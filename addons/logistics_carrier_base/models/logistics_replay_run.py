"""Reading again, after whatever comes in live and in small portions."""

from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted

BATCH_SIZE = 50
MAX_CONFLICTS = 10
# So long messages that come in have the way to themselves.
STAND_BACK = timedelta(seconds=20)
# Says that what happens now is history: nobody outside is told of it.
QUIETLY = "logistics_read_again"


class LogisticsReplay(models.Model):
    _inherit = "logistics.replay"

    @api.model
    def _cron_replay(self):
        """Read messages again in small portions, as long as no new one waits."""
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count([("state", "=", "running")]))
        conflicts = 0
        while conflicts < MAX_CONFLICTS:
            if self._live_waits():
                self._wake(fields.Datetime.now() + STAND_BACK)
                break
            replay = self.search([("state", "=", "running")], order="id", limit=1)
            if not replay.try_lock_for_update():
                break
            try:
                went_on = replay._read_portion()
                self.env.flush_all()
                if not Cron._commit_progress(1, remaining=1):
                    # More is there: called again when the other jobs had their turn.
                    return
                if not went_on:
                    # Somebody works on the same messages.
                    self._wake(fields.Datetime.now() + STAND_BACK)
                    break
            except TransactionRollbackError:
                self.env.cr.rollback()
                self.env.invalidate_all()
                conflicts += 1
        Cron._commit_progress(remaining=0)

    @api.model
    def _live_waits(self):
        """Return whether a message that just came in waits to be read.

        :rtype: bool
        """
        return bool(
            self.env["logistics.message"].search_count(
                [
                    ("state", "=", "new"),
                    "|",
                    ("next_try_at", "=", False),
                    ("next_try_at", "<=", fields.Datetime.now()),
                ],
                limit=1,
            )
        )

    def _read_portion(self, size=BATCH_SIZE):
        """Read the next messages, and note what they changed; end when none is left.

        :return: Whether it went on; not while somebody else holds the next message.
        :rtype: bool
        """
        self.ensure_one()
        replay = trusted(self.sudo())
        upcoming = self._next_messages(size)
        if not upcoming:
            replay.write({"state": "done", "finished_at": fields.Datetime.now()})
            return True
        free = set(upcoming.try_lock_for_update().ids)
        # In their order: what somebody else holds is not overtaken.
        held = next((one.id for one in upcoming if one.id not in free), None)
        messages = upcoming.filtered(lambda one: held is None or one.id < held)
        if not messages:
            return False
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM logistics_effect")
        last = self.env.cr.fetchone()[0]
        messages.with_context(**{QUIETLY: True})._process()
        self.env.flush_all()
        # Of this transaction alone: the others' are not seen before it ends.
        asked = self.env["logistics.effect"].sudo()._asked_since(last)
        messages.invalidate_recordset(["state"])
        replay.write(
            {
                "cursor": max(messages.ids),
                "done_count": self.done_count + len(messages),
                "unreadable_count": self.unreadable_count
                + len(messages.filtered(lambda message: message.state == "dead")),
                "action_count": self.action_count + len(asked),
                "amount": self.amount + self._amount_of(asked),
            }
        )
        return True

    def _next_messages(self, size):
        """Return the next messages, the oldest first.

        :rtype: logistics.message
        """
        criteria = {
            "chosen_ids": self.chosen_ids,
            "connection_id": self.connection_id.id,
            "received_from": self.received_from,
            "received_to": self.received_to,
            "adapter_version": self.adapter_version,
            "category": self.category,
        }
        domain = [
            *self._criteria_domain(criteria),
            ("company_id", "=", self.company_id.id),
            ("id", ">", self.cursor),
            ("id", "<=", self.last_message_id),
        ]
        return (
            self.env["logistics.message"].sudo().search(domain, order="id", limit=size)
        )

    def _amount_of(self, effects):
        total = 0.0
        for effect in effects.filtered(lambda effect: not effect.observed):
            currency = effect.currency_id or effect.company_id.currency_id
            amount = -effect.amount if effect.quantity < 0 else effect.amount
            total += currency._convert(
                amount, self.company_id.currency_id, self.company_id
            )
        return total


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _due_mails(self, found, known, on):
        """Override: what is found in old messages is told to no customer."""
        rows = super()._due_mails(found, known, on)
        if self.env.context.get(QUIETLY):
            for row in rows:
                if row["state"] == "waiting":
                    row.update(state="skipped", reason="read_again")
        return rows


class LogisticsCustomerMail(models.Model):
    _inherit = "logistics.customer.mail"

    reason = fields.Selection(
        selection_add=[("read_again", "Found in old messages")],
        ondelete={"read_again": "set null"},
    )

    def _follow(self, found):
        """Override: old messages may leave a mail out, and send none after all."""
        if self.env.context.get(QUIETLY):
            self = self.filtered(lambda mail: mail.state == "waiting")
        return super()._follow(found)
