"""Messages that were unreadable at the door: kept there, told of here.

The request that brought one answers and ends; whoever must know learns it from the job
that reads messages.
"""

from odoo import api, fields, models

from ..outcome import Outcome

_TAKE = """
    UPDATE logistics_message SET processed_at = %(now)s
     WHERE id IN (
           SELECT id FROM logistics_message
            WHERE state = 'dead' AND processed_at IS NULL
            ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING id, connection_id, channel, trust, received_at, NULL, correlation_id,
              attempts, category
"""


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    _untold_idx = models.Index("(id) WHERE state = 'dead' AND processed_at IS NULL")

    @api.model
    def _drain_batch(self, size):
        """Extend to tell of what was unreadable at the door."""
        done = super()._drain_batch(size)
        self._tell_of_door(size)
        return done

    @api.model
    def _tell_of_door(self, size):
        """Open an exception for what the door parked since; count it as processed.

        :param int size: How many messages at most.
        """
        self.flush_model(["state", "processed_at"])
        now = fields.Datetime.now()
        self.env.cr.execute(_TAKE, {"now": now, "limit": size})
        outcomes = []
        for *values, category in self.env.cr.fetchall():
            outcome = Outcome(*values)
            outcome.category = category
            outcomes.append(outcome)
        if outcomes:
            self.invalidate_model(["processed_at"])
            self._note_processed(outcomes, now)
