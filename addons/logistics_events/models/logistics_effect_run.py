"""Taking the steps: in batches, and one by one only where the batch fails."""

import random
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..attempt import attempted
from ..exceptions import PeriodLocked
from ..tracing import get_logger, work
from .ledger import as_suite
from .logistics_effect import OPEN_STATES

_logger = get_logger(__name__)

# A posting of 50 holds the journal's numbers for a blink, one of 500 for a second.
BATCH_SIZE = 50
MAX_ATTEMPTS = 5
MAX_CONFLICTS = 8


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _ready_domain(self):
        now = fields.Datetime.now()
        return [
            ("state", "in", OPEN_STATES),
            ("observed", "=", False),
            ("attempts", "<", MAX_ATTEMPTS),
            # Paused companies, and those whose last switch is not through yet.
            ("company_id", "not in", self.env["logistics.action.mode"]._stopped().ids),
            "|",
            ("not_before", "=", False),
            ("not_before", "<=", now),
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", now),
            "|",
            ("approvers_needed", "=", 0),
            ("approval_ids.state", "=", "approved"),
            # Contested facts: what is open stays open and is not taken.
            "|",
            ("shipment_id", "=", False),
            ("shipment_id.money_hold", "=", False),
        ]

    @api.model
    def _cron_run(self, size=BATCH_SIZE):
        """Take the steps that may be taken now, batch by batch."""
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count(self._ready_domain()))
        conflicts = 0
        while conflicts < MAX_CONFLICTS:
            try:
                # Asked anew for each batch: a pause stops the next one.
                steps = self.search(
                    self._ready_domain(), limit=size * 20, order="id"
                ).try_lock_for_update(limit=size)
                steps = steps.filtered(lambda step: step.state in OPEN_STATES)
                if not steps:
                    break
                steps = steps._at_a_time()
                steps._take()
                self.env.flush_all()
                if not Cron._commit_progress(len(steps)):
                    break
            except TransactionRollbackError:
                self.env.cr.rollback()
                self.env.invalidate_all()
                conflicts += 1
        self._wake_later()

    def _at_a_time(self):
        """Return the first of the steps, as many as one transaction takes in the time
        that Odoo lets it; addons whose steps take long return fewer.

        :rtype: logistics.effect
        """
        return self

    @api.model
    def _wake_later(self):
        """Ask to be woken when the next waiting step is due."""
        upcoming = self.search(
            [
                ("state", "in", OPEN_STATES),
                ("observed", "=", False),
                ("attempts", "<", MAX_ATTEMPTS),
                "|",
                ("not_before", ">", fields.Datetime.now()),
                ("next_try_at", ">", fields.Datetime.now()),
            ],
            limit=200,
            order="id",
        )
        times = [
            max(filter(None, (step.not_before, step.next_try_at))) for step in upcoming
        ]
        if times:
            self._wake(min(times))

    def _take(self):
        """Take the steps; what fails stays on record with its reason."""
        self._lock_parents()
        for steps in self.grouped(lambda s: (s.action, s.company_id)).values():
            # What was taken a moment ago may have replaced some of these.
            steps = steps.filtered(lambda step: step.state in OPEN_STATES)
            if not steps:
                continue
            steps = steps.with_company(steps.company_id[:1])
            with work(*steps.mapped("correlation_id")):
                steps._take_together()

    def _take_together(self):
        with attempted(self.env) as together:
            self._run()
        if together.error is None:
            return
        _logger.info("%s actions failed together, taking them singly", len(self))
        for step in self:
            with work(step.correlation_id):
                step._take_or_note()

    def _lock_parents(self):
        """Lock and touch the orders behind the steps before any sum is read.

        The touch makes a second worker with an older snapshot fail and start again,
        so that caps are never judged on old sums.
        """
        self.order_id._logistics_touch()

    def _run(self):
        method = getattr(as_suite(self), f"_run_{self[:1].action}")
        method()

    def _take_or_note(self):
        """Take one step; on failure keep the reason and say when it is tried again."""
        with attempted(self.env) as alone:
            self._run()
        error = alone.error
        if isinstance(error, PeriodLocked):
            self._note_failure(str(error), "period_locked")
        elif error is not None:
            if not isinstance(error, UserError | ValidationError):
                _logger.error("Action %s failed", self.id, exc_info=error)
            self._note_failure(str(error) or type(error).__name__)

    def _note_failure(self, reason, category="action_failed"):
        attempts = self.attempts + 1
        if category == "period_locked":
            # The books open when somebody opens them: it waits, however long.
            attempts = min(attempts, MAX_ATTEMPTS - 1)
        seconds = 60 * 2**attempts * random.uniform(0.8, 1.2)
        self._set_state(
            "failed",
            attempts=attempts,
            error=reason[:500],
            next_try_at=fields.Datetime.now() + timedelta(seconds=seconds),
        )
        self.env["logistics.exception"]._open(
            category,
            self,
            reason[:200],
            shipment=self.shipment_id,
            order=self.order_id,
            effect=self,
            amount=self.amount,
        )
