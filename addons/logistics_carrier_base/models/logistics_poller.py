"""Asking partners about numbers: never while a transaction holds a lock."""

import logging
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models

from odoo.addons.logistics_events.tracing import carried, work

from ..calling import guarded
from ..exceptions import CarrierRejected, CarrierUnavailable
from ..retry import Breaker

_logger = logging.getLogger(__name__)

THREADS = 8
NUMBERS_PER_TURN = 400
MAX_CONFLICTS = 5
# So long a number that is being asked about is nobody else's; after a crash it is
# asked about again.
LEASE = timedelta(minutes=15)
_DUE = """
    SELECT poll_connection_id, count(*) FROM logistics_parcel
     WHERE next_poll_at <= %s AND closed_at IS NULL AND poll_connection_id IS NOT NULL
     GROUP BY poll_connection_id
"""
_CLAIM = """
    WITH due AS (
        SELECT id FROM logistics_parcel
         WHERE poll_connection_id = %(connection)s AND next_poll_at <= %(now)s
           AND closed_at IS NULL {urgent}
         ORDER BY next_poll_at, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE logistics_parcel p SET next_poll_at = %(lease)s, last_polled_at = %(now)s
      FROM due WHERE p.id = due.id RETURNING p.id
"""


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    @api.model
    def _cron_poll(self):
        """Ask every partner about the numbers that are due, each in its turn.

        Read, commit, ask in threads that know no database, write, commit. A partner
        with a long line waits for its next turn and keeps no other waiting.
        """
        Cron = self.env["ir.cron"]
        self._plan_changed()
        due = self._poll_backlog()
        Cron._commit_progress(remaining=sum(due.values()))
        # Who can no longer be asked, as its addon is gone, stops nobody else.
        waiting = self.browse(due).exists().filtered("can_poll")
        while waiting:
            for connection in waiting:
                asked = connection._poll()
                if not asked or asked >= due[connection.id]:
                    waiting -= connection
                due[connection.id] -= asked
                if not Cron._commit_progress(asked):
                    return
        # What may not be asked about yet has its own wake-up.
        Cron._commit_progress(remaining=0)

    @api.model
    def _wake_poller(self, at=None):
        self.env.ref("logistics_carrier_base.ir_cron_poll_numbers").sudo()._trigger(at)

    @api.model
    def _poll_backlog(self):
        """Return how many numbers are due, by the id of their connection.

        :rtype: dict[int, int]
        """
        self.env["logistics.parcel"].flush_model()
        self.env.cr.execute(_DUE, [fields.Datetime.now()])
        return dict(self.env.cr.fetchall())

    def _poll(self):
        """Ask one partner about the numbers whose turn it is, the urgent ones first.

        :return: How many numbers were asked about.
        :rtype: int
        """
        self.ensure_one()
        try:
            parcels = self._claim_due()
            self.env.flush_all()
        except TransactionRollbackError:
            # Another worker asks this partner right now.
            self.env.cr.rollback()
            self.env.invalidate_all()
            return 0
        if not parcels:
            return 0
        with work(*parcels.shipment_id.mapped("correlation_id")):
            self._ask_and_keep(parcels)
        return len(parcels)

    def _ask_and_keep(self, parcels):
        adapter = self._adapter()
        ask, size = carried(adapter._poller(self)), adapter._poll_batch_size()
        numbers = list(dict.fromkeys(parcels.mapped("tracking_number")))
        batches = [numbers[i : i + size] for i in range(0, len(numbers), size)]
        # What was read is by value from here on: the transaction ends before the calls.
        self.env["ir.cron"]._commit_progress()
        with ThreadPoolExecutor(min(THREADS, len(batches))) as pool:
            answers = list(pool.map(lambda batch: _ask(ask, batch), batches))
        self._keep_answers(parcels, batches, answers)

    def _claim_due(self):
        """Take the numbers that may be asked about now, within what is allowed.

        :return: The numbers, none while calls are paused or the minute is used up.
        :rtype: logistics.parcel
        """
        Parcel = self.env["logistics.parcel"]
        clock = time.time()
        breaker = Breaker.from_dict(self.breaker)
        if not self.active or not breaker.allow(clock):
            return Parcel
        size = self._adapter()._poll_batch_size()
        # A partner that did not answer is asked once, to see whether it does again.
        wanted = 1 if breaker.state != "closed" else -(-NUMBERS_PER_TURN // size)
        rate, budget = self._rate(), self._budget(clock)
        granted, _left = budget.take(wanted, rate, clock)
        if not granted:
            self._wake_poller(
                fields.Datetime.now() + timedelta(seconds=budget.wait(rate) + 1)
            )
            return Parcel
        parcels = self._lease(min(granted * size, NUMBERS_PER_TURN))
        if parcels:
            _granted, budget = budget.take(-(-len(parcels) // size), rate, clock)
            breaker = breaker.begin(clock)
            self.write(
                {
                    "call_budget": [budget.left, budget.at],
                    "breaker": breaker.as_dict(),
                }
            )
        return parcels

    def _lease(self, limit):
        """Take numbers that are due for a while, the urgent ones first.

        :rtype: logistics.parcel
        """
        Parcel = self.env["logistics.parcel"]
        Parcel.flush_model()
        now = fields.Datetime.now()
        ids = []
        for urgent in ("AND poll_urgent", "AND NOT COALESCE(poll_urgent, false)"):
            self.env.cr.execute(
                _CLAIM.format(urgent=urgent),
                {
                    "connection": self.id,
                    "now": now,
                    "lease": now + LEASE,
                    "limit": limit - len(ids),
                },
            )
            ids += [row[0] for row in self.env.cr.fetchall()]
        parcels = Parcel.browse(ids)
        parcels.invalidate_recordset(["next_poll_at", "last_polled_at"], flush=False)
        return parcels

    def _keep_answers(self, parcels, batches, answers):
        """Store the answers, also when somebody changes the same rows meanwhile."""
        for _attempt in range(MAX_CONFLICTS):
            try:
                self._take_answers(parcels.exists(), batches, answers)
                self.env.flush_all()
                return
            except TransactionRollbackError:
                self.env.cr.rollback()
                self.env.invalidate_all()
        _logger.warning("The answers of connection %s are asked for again.", self.id)

    def _take_answers(self, parcels, batches, answers):
        # What else was called meanwhile counts as well.
        breaker = Breaker.from_dict(self.breaker)
        by_number = parcels.grouped("tracking_number")
        Parcel = self.env["logistics.parcel"]
        now = fields.Datetime.now()
        bodies, errors = [], []
        answered, postponed = Parcel, []
        for numbers, (found, error) in zip(batches, answers, strict=True):
            breaker = breaker.record(
                not isinstance(error, CarrierUnavailable), time.time()
            )
            bodies += found
            asked = Parcel.concat(*(by_number.get(one, Parcel) for one in numbers))
            if error is None:
                answered |= asked
                continue
            errors.append(error)
            for parcel in asked:
                parcel.poll_failures += 1
                at = parcel._postpone_poll(
                    getattr(error, "retry_after", None), random.uniform(0.8, 1.2)
                )
                postponed.append((parcel.id, at, *parcel._poll_row()[1:]))
        # First what the partner said, so that the plan knows whether it was new.
        self.env["logistics.message"].sudo()._store(self, "poll", bodies, 3)
        Parcel._store_polls(postponed)
        answered._plan_poll(answered_at=now)
        values = {
            "breaker": breaker.as_dict(),
            "last_polled_at": now,
            "last_error": str(errors[0])[:500] if errors else False,
        }
        if len(errors) < len(batches):
            values["last_answered_at"] = now
        self.write(values)
        self._note_availability(errors)

    def _note_availability(self, errors):
        Exception_ = self.env["logistics.exception"].sudo()
        if not errors:
            for category in ("carrier_unavailable", "configuration"):
                Exception_._solve(category, self, self.env._("It answers again."))
            return
        category = (
            "carrier_unavailable"
            if isinstance(errors[0], CarrierUnavailable)
            else "configuration"
        )
        Exception_._open(
            category,
            self,
            self.env._(
                "%(name)s does not answer as it should: %(error)s",
                name=self.name,
                error=str(errors[0])[:200],
            ),
            times=len(errors),
        )


def _ask(ask, numbers):
    """Return the answers for some numbers and the error, one of them empty."""
    try:
        return guarded(ask, numbers), None
    except (CarrierUnavailable, CarrierRejected) as error:
        return [], error
