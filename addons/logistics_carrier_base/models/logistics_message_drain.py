"""From raw bytes to facts: the drain."""

import time
from collections import Counter
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure
from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.logistics_events import tracing, vocabulary
from odoo.addons.logistics_events.attempt import attempted

from ..outcome import Outcome, Reader

_logger = tracing.get_logger(__name__)

BATCH_SIZE = 200
MAX_CONFLICTS = 10
REST = 0.5  # Seconds.
RECEIVED_PRECISION = timedelta(seconds=10)
_CLAIM = """
    SELECT id FROM logistics_message
     WHERE state = 'new' AND (next_try_at IS NULL OR next_try_at <= %s)
     ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _cron_drain(self, size=BATCH_SIZE):
        """Turn new messages into facts, batch by batch, until none is left.

        The first batch is taken at once. Before every further one that would not be
        full the job rests: together, messages cost a fraction of what each one costs
        alone. It ends when nothing came while it rested, so that a message between its
        INSERT and its commit, whose wake-up this very run used up, is not left behind.
        """
        Cron = self.env["ir.cron"]
        waiting = self._count_unread(100 * size)
        helped = self._ask_for_help(size, waiting)
        Cron._commit_progress(remaining=waiting)
        conflicts, rested = 0, False
        while conflicts < MAX_CONFLICTS:
            try:
                done = self._drain_batch(size if not conflicts else max(size // 4, 1))
                if not helped and done == size:
                    waiting = self._count_unread(100 * size)
                    helped = self._ask_for_help(size, waiting)
                seconds_left = Cron._commit_progress(done)
            except TransactionRollbackError:
                # Somebody else changed the same shipment: only a new snapshot helps.
                self.env.cr.rollback()
                self.env.invalidate_all()
                conflicts += 1
                continue
            if not seconds_left or (rested and not done):
                break
            conflicts, rested = 0, done < size
            if rested:
                time.sleep(REST)

    @api.model
    def _count_unread(self, limit):
        """Return how many messages can be read now.

        :param int limit: Beyond that nobody counts.
        :rtype: int
        """
        domain = [
            ("state", "=", "new"),
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", fields.Datetime.now()),
        ]
        return self.search_count(domain, limit=limit)

    @api.model
    def _drain_batch(self, size):
        """Claim and process one batch; return how many messages it was."""
        messages = self._claim(size)
        if messages:
            messages._process()
            self.env.flush_all()
        return len(messages)

    @api.model
    def _claim(self, size):
        """Lock the next new messages that nobody else works on.

        :rtype: logistics.message
        """
        self.flush_model(["state", "next_try_at"])
        self.env.cr.execute(_CLAIM, [fields.Datetime.now(), size])
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _process(self, *, tell=True):
        """Parse and ingest the messages together; singly only when that fails.

        :param bool tell: Whether unreadable ones are told of now, see `_finish`.
        """
        outcome = self._parse()
        with tracing.work(*(result.correlation_id for result in outcome.values())):
            self._ingest_together(outcome)
            self._finish(outcome, tell=tell)

    def _ingest_together(self, outcome):
        with attempted(self.env) as together:
            new, shipments = self._ingest(outcome)
        if together.error is None:
            # What follows is done in the name of the shipments: this line joins them.
            _logger.debug(
                "%s messages told %s events of %s",
                len(self),
                new,
                shipments.mapped("correlation_id"),
            )
            return
        _logger.info("%s messages failed together, taking them singly", len(self))
        for message in self:
            with tracing.work(outcome[message.id].correlation_id):
                message._ingest_or_park(outcome)

    def _ingest_or_park(self, outcome):
        with attempted(self.env) as alone:
            self._ingest(outcome)
        error = alone.error
        if isinstance(error, OperationalError):
            # A lock that was waited for too long, a server without room: later.
            _logger.warning("Message %s is tried again later: %s", self.id, error)
            outcome[self.id].postpone(str(error), fields.Datetime.now())
        elif error is not None:
            _logger.error("Message %s cannot be processed", self.id, exc_info=error)
            outcome[self.id].fail("internal", f"{type(error).__name__}: {error}")

    def _parse(self):
        """Read the bodies. Pure work: a message that fails costs itself alone.

        :rtype: dict[int, Outcome]
        """
        self.env.cr.execute(
            "SELECT id, connection_id, channel, trust, received_at, body, "
            "correlation_id, attempts, processed_at IS NOT NULL "
            "FROM logistics_message WHERE id = ANY(%s) ORDER BY id",
            [self.ids],
        )
        outcome = {}
        connections = {}
        for row in self.env.cr.fetchall():
            result = Outcome(*row)
            if result.connection_id not in connections:
                connections[result.connection_id] = Reader(
                    self.env["logistics.connection"].browse(result.connection_id)
                )
            result.reader = connections[result.connection_id]
            with tracing.work(result.correlation_id):
                result.reader.read(result)
            outcome[result.id] = result
        return outcome

    def _ingest(self, outcome):
        """Record the facts of the messages, also those of partly readable ones."""
        results = [
            outcome[message_id] for message_id in self.ids if outcome[message_id].events
        ]
        matcher = self.env["logistics.matcher"]._for_events(results)
        reports, parked = [], []
        for result in results:
            for event in result.events:
                targets, reason = matcher.match(result.reader.connection, event)
                if reason:
                    parked.append(
                        (
                            result.id,
                            result.connection_id,
                            result.reader.connection.company_id.id,
                            vocabulary.normalise_tracking(event.tracking_number) or "?",
                            reason,
                        )
                    )
                reports += [
                    result.report(event, company, shipment, parcel)
                    for company, shipment, parcel in targets
                ]
        new, shipments = self.env["logistics.event"].sudo()._ingest(reports)
        self.env["logistics.message.unmatched"].sudo()._park(parked)
        self._hold_unknown_codes(results)
        return new, shipments

    def _hold_unknown_codes(self, results):
        unknown = Counter()
        texts = {}
        for result in results:
            for event in result.events:
                if event.event_type == "unmapped" and event.raw_code:
                    if result.reader.meaning(event)[0] != "unmapped":
                        continue
                    key = (result.reader.connection, event.raw_code)
                    unknown[key] += 1
                    texts[key] = event.raw_text
        for (connection, code), count in unknown.items():
            self.env["logistics.code.map"]._hold(
                connection, code, texts[connection, code], count
            )

    def _finish(self, outcome, *, tell=True):
        """Write what became of the messages, and when their partners last spoke.

        :param dict[int, Outcome] outcome: By message id.
        :param bool tell: Whether unreadable ones are counted and told of now. Else
            they wait for `_tell_of_door`, like those that were unreadable there.
        """
        now = fields.Datetime.now()
        told = {
            result.id
            for result in outcome.values()
            if not result.next_try_at
            and (tell or result.is_repeated or not result.category)
        }
        self.env.cr.execute_values(
            "UPDATE logistics_message AS m SET state = v.state, category = v.category, "
            "error = v.error, attempts = v.attempts, next_try_at = v.next_try_at, "
            "processed_at = COALESCE(v.now, m.processed_at), "
            "event_count = v.events, adapter_version = v.version "
            "FROM (VALUES %s) AS v (id, state, category, error, attempts, next_try_at, "
            "now, events, version) WHERE m.id = v.id",
            [
                (
                    result.id,
                    result.state,
                    result.category,
                    result.error,
                    result.attempts + 1,
                    result.next_try_at,
                    now if result.id in told else None,
                    len(result.events),
                    result.reader.version,
                )
                for result in outcome.values()
            ],
            template="(%s, %s, %s::varchar, %s::varchar, %s, %s::timestamp, "
            "%s::timestamp, %s, %s)",
            page_size=1000,
        )
        self.invalidate_model()
        self._note_processed(
            [result for result in outcome.values() if result.id in told], now
        )

    @api.model
    def _note_processed(self, outcomes, now):
        """Count what became of messages, tell of unreadable ones, note who spoke.

        :param outcomes: The outcomes of a batch.
        :param datetime now: When they were processed.
        """
        self.env["logistics.metric"]._count_processed(outcomes, now)
        self._note_dead(outcomes)
        self._note_read(outcomes)
        # What is read once more was said long ago.
        said = [result for result in outcomes if not result.is_repeated]
        self._note_said("last_received_at", said, now)
        # Who speaks without being asked.
        pushed = [result for result in said if result.channel == "webhook"]
        self._note_said("last_pushed_at", pushed, now)

    @api.model
    def _note_said(self, name, outcomes, now):
        """Note when partners last spoke.

        Shared by all messages of a partner, so not written with every batch: whoever
        edits the connection meanwhile would have to start again.

        :param str name: The field of the connection.
        """
        partners = sorted({result.connection_id for result in outcomes})
        if not partners:
            return
        note = SQL(
            "UPDATE logistics_connection SET %(field)s = %(now)s "
            "WHERE id = ANY(%(ids)s) "
            "AND (%(field)s IS NULL OR %(field)s < %(limit)s)",
            field=SQL.identifier(name),
            now=now,
            ids=partners,
            limit=now - RECEIVED_PRECISION,
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(note, log_exceptions=False)
        except SerializationFailure:
            # Whoever reads beside us noted it a moment ago, and that is as good.
            _logger.debug("Partners %s are noted by another job", partners)
        self.env["logistics.connection"].invalidate_model([name], flush=False)

    def _note_dead(self, outcomes):
        dead = Counter(
            (result.connection_id, result.category)
            for result in outcomes
            # Another content under a known identifier was told of at the door.
            if result.category and result.category != "conflict"
        )
        labels = dict(self._fields["category"]._description_selection(self.env))
        for (connection_id, category), count in dead.items():
            connection = self.env["logistics.connection"].browse(connection_id)
            self.env["logistics.exception"]._open(
                "unreadable",
                connection,
                self.env._(
                    "%(name)s sends messages that cannot be read: %(category)s.",
                    name=connection.name,
                    category=labels[category],
                ),
                key=category,
                times=count,
            )
