"""A second job that reads messages, for as long as many wait.

Odoo runs one job in one place at a time, and Python waits while PostgreSQL works: a
third of the time that reading takes. Two jobs keep two cores busy; what they read they
claim, so neither reads what the other one does.
"""

import time

from psycopg2.extensions import TransactionRollbackError

from odoo import api, models

from odoo.addons.logistics_events.tracing import get_logger

from .logistics_message_drain import BATCH_SIZE

_logger = get_logger(__name__)

# Help pays from so many full batches on; in seconds, how long it lasts at a time: then
# the other jobs of a small server get their turn.
BATCHES = 2
HELP_FOR = 5.0


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _ask_for_help(self, size, waiting):
        """Wake the second reader when more waits than one reads in a moment.

        :param int size: Of a batch.
        :param int waiting: How many messages can be read now.
        :return: Whether it was woken.
        :rtype: bool
        """
        job = self.env.ref("logistics_carrier_base.ir_cron_drain_beside", False)
        if not job or waiting < BATCHES * size:
            return False
        job.sudo()._trigger()
        return True

    @api.model
    def _is_much_unread(self, size):
        return self._count_unread(BATCHES * size) == BATCHES * size

    @api.model
    def _cron_drain_beside(self, size=BATCH_SIZE):
        """Read full batches beside the first job, and give way to it.

        Where both meet on a shipment this one stops: the first one is as fast alone.
        Of unreadable messages the first one tells, because all count on one row.
        """
        Cron = self.env["ir.cron"]
        end = time.monotonic() + HELP_FOR
        while time.monotonic() < end and self._is_much_unread(size):
            try:
                messages = self._claim(size)
                if not messages:
                    break
                messages._process(tell=False)
                self.env.flush_all()
            except TransactionRollbackError:
                self.env.cr.rollback()
                self.env.invalidate_all()
                _logger.info("Two jobs read messages of the same shipment: giving way")
                break
            if not Cron._commit_progress(len(messages)):
                break
