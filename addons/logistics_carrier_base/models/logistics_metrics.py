"""What `/logistics/metrics` says, from the database: any worker may answer."""

import time
from collections import defaultdict

from odoo import api, fields, models

from ..metrics import Family, Histogram
from .logistics_metric import LAG_BOUNDS

BREAKER_STATES = ("closed", "half_open", "open")

_CONNECTIONS = """
    SELECT c.id, c.name, count(*) OVER (PARTITION BY c.name), c.active,
           COALESCE(c.breaker->>'state', 'closed') AS breaker,
           EXTRACT(epoch FROM %(now)s - c.last_received_at) AS received,
           CASE WHEN c.poll_minutes > 0
                THEN EXTRACT(epoch FROM %(now)s - c.last_polled_at) END AS polled,
           s.live, EXTRACT(epoch FROM %(now)s - s.since) AS secret
      FROM logistics_connection c
      LEFT JOIN (SELECT connection_id, count(*) AS live, min(create_date) AS since
                   FROM logistics_connection_secret
                  WHERE expires_at IS NULL OR expires_at > %(now)s
                  GROUP BY 1) s ON s.connection_id = c.id
     ORDER BY c.id
"""
# What waits, and what was received but never read so far; all on partial indexes.
_WAITING = """
    SELECT connection_id, count(*), EXTRACT(epoch FROM %(now)s - min(received_at)),
           count(*) FILTER (WHERE processed_at IS NULL)
      FROM logistics_message WHERE state = 'new' GROUP BY 1
"""
_PARKED = """
    SELECT connection_id, category, count(*),
           count(*) FILTER (WHERE processed_at IS NULL)
      FROM logistics_message WHERE state = 'dead' GROUP BY 1, 2
"""
_UNMATCHED = """
    SELECT connection_id, count(*) FROM logistics_message_unmatched
     WHERE foreign_rule_id IS NULL GROUP BY 1
"""
# What ends within a day, and what could not be renewed.
_SUBSCRIPTIONS = """
    SELECT connection_id, CASE state WHEN 'failed' THEN 'failed' ELSE 'due' END,
           count(*) FROM logistics_subscription
     WHERE state = 'failed' OR (state = 'active'
           AND expires_at < %(now)s::timestamp + interval '1 day')
     GROUP BY 1, 2
"""
_DUE = """
    SELECT count(*), COALESCE(EXTRACT(epoch FROM %(now)s - min(next_poll_at)), 0)
      FROM logistics_parcel WHERE next_poll_at <= %(now)s
"""
_EFFECTS = """
    SELECT c.name, e.action, e.state, count(*),
           EXTRACT(epoch FROM %(now)s - min(e.asked_at))
      FROM logistics_effect e JOIN res_company c ON c.id = e.company_id
     WHERE e.state IN ('waiting', 'failed') AND NOT e.observed GROUP BY 1, 2, 3
"""
_OBSERVED = """
    SELECT c.name, e.action, e.number
      FROM (SELECT company_id, action, count(*) AS number FROM logistics_effect
             WHERE observed GROUP BY 1, 2) e JOIN res_company c ON c.id = e.company_id
"""
_EXCEPTIONS = """
    SELECT c.name, e.category, e.state, count(*) FROM logistics_exception e
      JOIN res_company c ON c.id = e.company_id
     WHERE e.state IN ('open', 'snoozed') GROUP BY 1, 2, 3
"""
_MAILS = """
    SELECT c.name, m.state, count(*) FROM logistics_customer_mail m
      JOIN res_company c ON c.id = m.company_id
     WHERE m.state = 'waiting' OR m.state = 'failed' GROUP BY 1, 2
"""
_JOBS = """
    SELECT d.name, EXTRACT(epoch FROM %(now)s - j.lastcall), j.failure_count
      FROM ir_cron j
      JOIN ir_model_data d ON d.model = 'ir.cron' AND d.res_id = j.id
     WHERE j.active AND d.module LIKE 'logistics\\_%%' ORDER BY d.name
"""


class LogisticsMetrics(models.AbstractModel):
    """Collects the metrics; addons add families by extending `_families`."""

    _name = "logistics.metrics"
    _description = "Metrics"

    @api.model
    def _collect(self):
        """Return all metrics, and how long it took to count them.

        :rtype: list[logistics_carrier_base.metrics.Family]
        """
        started = time.monotonic()
        self.env.flush_all()
        families = self._families()
        seconds = Family(
            "logistics_scrape_seconds",
            "gauge",
            "How long it took to count all this.",
            (({}, round(time.monotonic() - started, 6)),),
        )
        return [*families, seconds]

    @api.model
    def _families(self):
        """Return the metrics of the suite, each from one statement or two.

        :rtype: list[logistics_carrier_base.metrics.Family]
        """
        connections = self._rows(_CONNECTIONS)
        # A name that is there twice gets its number, or two series would be one.
        names = {
            row[0]: row[1] if row[2] == 1 else f"{row[1]} ({row[0]})"
            for row in connections
        }
        return [
            *self._message_families(names),
            *self._connection_families(names, connections),
            *self._document_families(),
            *self._job_families(),
        ]

    def _rows(self, statement):
        self.env.cr.execute(statement, {"now": fields.Datetime.now()})
        return self.env.cr.fetchall()

    # === MESSAGES === #

    @api.model
    def _message_families(self, names):
        counts = self._counts()
        waiting, parked = self._rows(_WAITING), self._rows(_PARKED)
        # Read or not, it was received: the sum stays the same when the drain counts it.
        for connection, _count, _age, unread in waiting:
            counts["received"][connection, "accepted"] += unread
        for connection, _category, _count, unread in parked:
            counts["received"][connection, "accepted"] += unread
        return [
            Family(
                "logistics_events_received_total",
                "counter",
                "Messages by verdict: accepted, repeated or refused.",
                _samples(names, counts["received"], "type"),
            ),
            Family(
                "logistics_webhook_rejected_total",
                "counter",
                "Pushed messages that were refused, by reason.",
                _samples(names, counts["rejected"], "reason"),
            ),
            Family(
                "logistics_webhook_duplicates_total",
                "counter",
                "Pushed messages that were known already.",
                _samples(names, counts["duplicate"]),
            ),
            Family(
                "logistics_messages_processed_total",
                "counter",
                "Messages that were read: done or unreadable.",
                _samples(names, counts["processed"], "type"),
            ),
            Family(
                "logistics_messages_retried_total",
                "counter",
                "Messages that were read once more.",
                _samples(names, counts["retried"]),
            ),
            Family(
                "logistics_message_lag_seconds",
                "histogram",
                "From receiving a message to having read it.",
                _lag_samples(names, counts),
            ),
            Family(
                "logistics_messages_waiting",
                "gauge",
                "Messages that are not read yet.",
                tuple(({"endpoint": names[row[0]]}, row[1]) for row in waiting),
            ),
            Family(
                "logistics_messages_oldest_seconds",
                "gauge",
                "How long the oldest of them has waited.",
                tuple(({"endpoint": names[row[0]]}, row[2]) for row in waiting),
            ),
            Family(
                "logistics_messages_parked",
                "gauge",
                "Messages that cannot be read, by category.",
                tuple(
                    ({"endpoint": names[row[0]], "category": row[1]}, row[2])
                    for row in parked
                ),
            ),
            Family(
                "logistics_numbers_unmatched",
                "gauge",
                "Numbers that no parcel has so far.",
                tuple(
                    ({"endpoint": names[row[0]]}, row[1])
                    for row in self._rows(_UNMATCHED)
                ),
            ),
        ]

    def _counts(self):
        counts = defaultdict(lambda: defaultdict(float))
        for connection, name, label, value in self._rows(
            "SELECT connection_id, name, label, sum(value) FROM logistics_metric "
            "GROUP BY 1, 2, 3"
        ):
            counts[name][connection, label] += value
        return counts

    # === CONNECTIONS === #

    @api.model
    def _connection_families(self, names, connections):
        active = [row for row in connections if row[3]]
        due, overdue = self._rows(_DUE)[0]

        def ages(position):
            return tuple(
                ({"endpoint": names[row[0]]}, row[position])
                for row in active
                if row[position] is not None
            )

        return [
            Family(
                "logistics_breaker_state",
                "gauge",
                "Whether calls to the partner are in this state: 1 yes, 0 no.",
                tuple(
                    ({"endpoint": names[row[0]], "stage": state}, int(row[4] == state))
                    for row in active
                    for state in BREAKER_STATES
                ),
            ),
            Family(
                "logistics_feed_silence_seconds",
                "gauge",
                "Since the partner last spoke.",
                ages(5),
            ),
            Family(
                "logistics_poll_age_seconds",
                "gauge",
                "Since the partner was last asked, where it is asked at all.",
                ages(6),
            ),
            Family(
                "logistics_secrets_live",
                "gauge",
                "Signing secrets that open at this moment.",
                ages(7),
            ),
            Family(
                "logistics_secret_age_seconds",
                "gauge",
                "The age of the oldest of them.",
                ages(8),
            ),
            Family(
                "logistics_subscriptions_due",
                "gauge",
                "Subscriptions that end within a day, or could not be renewed.",
                tuple(
                    ({"endpoint": names[row[0]], "stage": row[1]}, row[2])
                    for row in self._rows(_SUBSCRIPTIONS)
                ),
            ),
            Family(
                "logistics_poll_numbers_due",
                "gauge",
                "Numbers to be asked about now.",
                (({}, due),),
            ),
            Family(
                "logistics_poll_overdue_seconds",
                "gauge",
                "How long the first of them has been due.",
                (({}, overdue),),
            ),
        ]

    # === DOCUMENTS AND PEOPLE === #

    @api.model
    def _document_families(self):
        effects = [
            ({"company": company, "type": action, "stage": state}, count, age)
            for company, action, state, count, age in self._rows(_EFFECTS)
        ]
        return [
            Family(
                "logistics_effects_open",
                "gauge",
                "Actions that wait or failed.",
                tuple((labels, count) for labels, count, _age in effects),
            ),
            Family(
                "logistics_effects_oldest_seconds",
                "gauge",
                "How long ago the oldest of them was asked for.",
                tuple((labels, age) for labels, _count, age in effects),
            ),
            Family(
                "logistics_effects_observed",
                "gauge",
                "Actions that were only observed.",
                tuple(
                    ({"company": company, "type": action}, count)
                    for company, action, count in self._rows(_OBSERVED)
                ),
            ),
            Family(
                "logistics_exceptions_open",
                "gauge",
                "Exceptions that nobody has settled, by category.",
                tuple(
                    ({"company": company, "category": category, "stage": state}, count)
                    for company, category, state, count in self._rows(_EXCEPTIONS)
                ),
            ),
            Family(
                "logistics_customer_mails_open",
                "gauge",
                "Mails to customers that wait or failed.",
                tuple(
                    ({"company": company, "stage": state}, count)
                    for company, state, count in self._rows(_MAILS)
                ),
            ),
        ]

    @api.model
    def _job_families(self):
        jobs = [
            ({"stage": name.removeprefix("ir_cron_")}, age, failures)
            for name, age, failures in self._rows(_JOBS)
        ]
        return [
            Family(
                "logistics_job_age_seconds",
                "gauge",
                "Since a job last began.",
                tuple(
                    (labels, age) for labels, age, _failures in jobs if age is not None
                ),
            ),
            Family(
                "logistics_job_failures",
                "gauge",
                "How often in a row a job has failed.",
                tuple((labels, failures or 0) for labels, _age, failures in jobs),
            ),
        ]


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    _observed_idx = models.Index("(company_id, action) WHERE observed")


class LogisticsCustomerMail(models.Model):
    _inherit = "logistics.customer.mail"

    _failed_idx = models.Index("(company_id) WHERE state = 'failed'")


def _samples(names, counts, label_name=None):
    return tuple(
        (
            {"endpoint": names[connection]}
            | ({label_name: label} if label_name else {}),
            value,
        )
        for (connection, label), value in sorted(counts.items())
        if connection in names
    )


def _lag_samples(names, counts):
    samples = []
    for connection in sorted({connection for connection, _label in counts["lag"]}):
        found = {float(bound): 0.0 for bound in (*LAG_BOUNDS, "inf")}
        for (owner, label), value in counts["lag"].items():
            if owner == connection:
                found[float(label)] += value
        total = counts["lag_sum"][connection, ""]
        if connection in names:
            samples.append(({"endpoint": names[connection]}, Histogram(found, total)))
    return tuple(samples)
