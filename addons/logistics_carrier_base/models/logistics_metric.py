"""What is counted while it happens, because no row of the ledger keeps it."""

import hashlib
import hmac
import secrets
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

TOKEN_PARAMETER = "logistics_carrier_base.metrics_token_hash"
# Seconds; the last bound is infinity.
LAG_BOUNDS = (1, 5, 15, 60, 300, 900, 3600)
SUM_BATCH = 50000


class LogisticsMetric(models.Model):
    """Something counted: rows are only ever added, and summed up by one job.

    Nobody updates a total, so that no two requests or jobs wait for each other. Every
    snapshot has each count exactly once, in its own row or in the sum. As the counts
    live here, they do not fall when messages are deleted.
    """

    _name = "logistics.metric"
    _description = "Count for Monitoring"
    _log_access = False

    connection_id = fields.Many2one("logistics.connection", ondelete="cascade")
    name = fields.Char(required=True)
    label = fields.Char(required=True, default="")
    value = fields.Float(digits=0, required=True)

    # === COUNTING === #

    @api.model
    def _count(self, counts):
        """Add to counts, as part of the current transaction.

        :param counts: Mapping of (connection id, name, label) to how much is added.
        """
        rows = [
            (connection_id or None, name, label, value)
            for (connection_id, name, label), value in counts.items()
            if value
        ]
        if rows:
            self.env.cr.execute_values(
                "INSERT INTO logistics_metric (connection_id, name, label, value) "
                "VALUES %s",
                rows,
            )

    @api.model
    def _count_alone(self, connection_id, name, label, verdict):
        """Count a request that leaves nothing else behind; wait for no disk.

        A server that crashes may forget the last half second of these.

        :param str name: What is counted, under its label.
        :param str verdict: The verdict it is received under.
        """
        self.env.cr.execute(
            "INSERT INTO logistics_metric (connection_id, name, label, value) "
            "SELECT %s, v.name, v.label, 1 "
            "FROM set_config('synchronous_commit', 'off', true), "
            "(VALUES (%s, %s), ('received', %s)) AS v (name, label)",
            [connection_id, name, label, verdict],
        )

    @api.model
    def _count_processed(self, outcomes, now):
        """Count what the drain made of messages.

        :param outcomes: The outcomes of a batch.
        :param datetime now: When they were processed.
        """
        counts = Counter()
        for outcome in outcomes:
            connection = outcome.connection_id
            state = "dead" if outcome.category else "done"
            counts[connection, "processed", state] += 1
            if outcome.is_repeated:
                counts[connection, "retried", ""] += 1
                continue
            lag = max((now - outcome.received_at).total_seconds(), 0.0)
            bound = next((limit for limit in LAG_BOUNDS if lag <= limit), "inf")
            counts[connection, "received", "accepted"] += 1
            counts[connection, "lag", str(bound)] += 1
            counts[connection, "lag_sum", ""] += lag
        self._count(counts)

    @api.model
    def _cron_sum_up(self):
        """Replace the rows of each count by their sum."""
        while True:
            rows = self.env.execute_query(
                SQL(
                    """
                    WITH taken AS (
                        SELECT id FROM logistics_metric
                         WHERE (COALESCE(connection_id, 0), name, label) IN (
                               SELECT COALESCE(connection_id, 0), name, label
                                 FROM logistics_metric
                                GROUP BY 1, 2, 3 HAVING count(*) > 1)
                         ORDER BY id LIMIT %s
                    ), gone AS (
                        DELETE FROM logistics_metric AS m USING taken
                         WHERE m.id = taken.id
                        RETURNING m.connection_id, m.name, m.label, m.value
                    )
                    INSERT INTO logistics_metric (connection_id, name, label, value)
                    SELECT connection_id, name, label, sum(value) FROM gone
                     GROUP BY 1, 2, 3
                    RETURNING (SELECT count(*) FROM gone)
                    """,
                    SUM_BATCH,
                )
            )
            done = rows[0][0] if rows else 0
            if not self.env["ir.cron"]._commit_progress(done) or done < SUM_BATCH:
                break

    # === THE TOKEN === #

    @api.model
    def _check_may_monitor(self):
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(
                self.env._("Only an administrator decides who reads the metrics.")
            )

    @api.model
    def _new_token(self):
        """Make a new token for the metrics; the old one stops at once.

        :return: The token, which is not kept: only its hash is.
        :rtype: str
        """
        self._check_may_monitor()
        token = secrets.token_urlsafe(32)
        self.env["ir.config_parameter"].sudo().set_param(
            TOKEN_PARAMETER, _token_hash(token)
        )
        return token

    @api.model
    def _remove_token(self):
        """Close the metrics to everybody. `_new_token` opens them again."""
        self._check_may_monitor()
        self.env["ir.config_parameter"].sudo().set_param(TOKEN_PARAMETER, False)

    @api.model
    def _has_token(self):
        """Whether the metrics are open to whoever has the token."""
        return bool(self.env["ir.config_parameter"].sudo().get_param(TOKEN_PARAMETER))

    @api.model
    def _is_token(self, token):
        """Whether this is the token, found out in constant time.

        :param str token: What was sent.
        :rtype: bool
        """
        stored = self.env["ir.config_parameter"].sudo().get_param(TOKEN_PARAMETER)
        # Compared in any case, so that a closed door takes as long as a wrong key.
        same = hmac.compare_digest(_token_hash(token), stored or "-" * 64)
        return bool(stored) and same


def _token_hash(token):
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
