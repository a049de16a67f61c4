"""Asking partners about numbers: never while a transaction holds a lock."""

import logging
import random
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models

from odoo.addons.logistics_events.tracing import carried, work

from ..calling import guarded
from ..exceptions import CallsPaused, CarrierRejected, CarrierUnavailable
from ..retry import Breaker

_logger = logging.getLogger(__name__)

# Calls to one partner at a time, and partners at a time.
THREADS = 16
PARTNERS = 8
# So many calls without an answer end a turn: the others would only wait as long.
SILENT = 8
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
        """Ask every partner about the numbers that are due, many partners at once.

        Read, commit, ask in threads that know no database, write, commit. What one
        partner answered is kept as soon as it is there: one that is slow, or has a long
        line, keeps no other waiting.
        """
        Cron = self.env["ir.cron"]
        self._plan_changed()
        due = self._poll_backlog()
        Cron._commit_progress(remaining=sum(due.values()))
        # Who can no longer be asked, as its addon is gone, stops nobody else.
        line = list(self.browse(due).exists().filtered("can_poll"))
        under_way, has_time = {}, True
        with ThreadPoolExecutor(PARTNERS) as pool:
            while under_way or (line and has_time):
                while line and has_time and len(under_way) < PARTNERS:
                    if turn := line.pop(0)._begin_turn():
                        under_way[pool.submit(turn.ask)] = turn
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    turn = under_way.pop(future)
                    connection, asked = turn.connection, len(turn.parcels)
                    connection._keep_turn(turn, future.result())
                    due[connection.id] -= asked
                    if due[connection.id] > 0:
                        line.append(connection)
                    has_time = bool(Cron._commit_progress(asked)) and has_time
        if has_time:
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

    def _begin_turn(self):
        """Take the numbers whose turn it is, the urgent ones first.

        What is read here is by value from then on: the transaction ends.

        :return: The turn, or None when there is nothing to ask or somebody else asks.
        :rtype: Turn | None
        """
        self.ensure_one()
        Cron = self.env["ir.cron"]
        try:
            parcels = self._claim_due()
            self.env.flush_all()
        except TransactionRollbackError:
            # Another worker asks this partner right now.
            self.env.cr.rollback()
            self.env.invalidate_all()
            return None
        if not parcels:
            return None
        adapter = self._adapter()
        with work(*parcels.shipment_id.mapped("correlation_id")):
            turn = Turn(
                self, parcels, adapter._poller(self), adapter._poll_batch_size()
            )
        Cron._commit_progress()
        return turn

    def _keep_turn(self, turn, answers):
        with work(*turn.parcels.exists().shipment_id.mapped("correlation_id")):
            self._keep_answers(turn.parcels, turn.batches, answers)

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
            if not isinstance(error, CallsPaused):
                breaker = breaker.record(
                    not isinstance(error, CarrierUnavailable), time.time()
                )
            bodies += found
            asked = Parcel.concat(*(by_number.get(one, Parcel) for one in numbers))
            if error is None or _is_unknown(error):
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
            "last_error": self._in_words(errors[0])[:500] if errors else False,
        }
        if len(errors) < len(batches):
            values["last_answered_at"] = now
        self.write(values)
        self._keep_logins()
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
            self._in_words(errors[0]),
            times=len(errors),
        )


def _is_unknown(error):
    """Whether the partner does not know the number, or not yet: no news, no fault."""
    return isinstance(error, CarrierRejected) and error.kind == "not_found"


class Turn:
    """The questions of one turn to one partner; `ask` knows no database.

    :param logistics.connection connection: Who is asked.
    :param logistics.parcel parcels: About what.
    :param callable poller: What the adapter made.
    :param int size: How many numbers go into one call.
    """

    def __init__(self, connection, parcels, poller, size):
        self.connection, self.parcels = connection, parcels
        numbers = list(dict.fromkeys(parcels.mapped("tracking_number")))
        self.batches = [numbers[i : i + size] for i in range(0, len(numbers), size)]
        self._close = getattr(poller, "close", None)
        self._poller = carried(poller)
        self._silent = 0

    def ask(self):
        """Ask about all of it, several calls at a time.

        :return: For each batch the answers and the error, one of them empty.
        :rtype: list[tuple[list[bytes], CarrierError | None]]
        """
        try:
            with ThreadPoolExecutor(min(THREADS, len(self.batches))) as pool:
                return list(pool.map(self._ask, self.batches))
        finally:
            if self._close:
                self._close()

    def _ask(self, numbers):
        # The calls of a turn have no breaker between them: it is stored afterwards.
        if self._silent >= SILENT:
            return [], CallsPaused("The partner did not answer several times", 60)
        try:
            found = guarded(self._poller, numbers)
        except CarrierUnavailable as error:
            self._silent += 1
            return [], error
        except CarrierRejected as error:
            return [], error
        self._silent = 0
        return found, None
