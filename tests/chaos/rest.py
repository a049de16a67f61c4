"""Waiting until nothing is left to be done in a database, with its server running."""

import time

import storm

from suite import database
from suite.progress import SuiteError

CRONS = (
    "logistics_carrier_base.ir_cron_drain_messages",
    "logistics_events.ir_cron_run_effects",
)
_NEW = "SELECT count(*) FROM logistics_message WHERE state = 'new'"
# What may be taken now or is tried again; the rest waits for a person or for a fact.
_OPEN = """
    SELECT count(*)
      FROM logistics_effect e
      LEFT JOIN logistics_shipment s ON s.id = e.shipment_id
     WHERE e.state IN ('waiting', 'failed') AND NOT e.observed
       AND e.approvers_needed = 0 AND NOT COALESCE(s.money_hold, false)
"""
_TRIGGER = """
    INSERT INTO ir_cron_trigger (cron_id, call_at)
    SELECT res_id, now() AT TIME ZONE 'UTC' FROM ir_model_data
     WHERE module || '.' || name = ANY(%s)
"""


def wait(name, timeout):
    """Wait until all messages are read and all actions are taken.

    What an action that failed would wait for is cut short.

    :param float timeout: In seconds.
    """
    until = time.monotonic() + timeout
    quiet = 0
    while quiet < 2:
        if time.monotonic() > until:
            raise SuiteError(f"{name} does not come to rest within {timeout} s.")
        with database.cursor(name) as cr:
            cr.execute(_NEW)
            left = cr.fetchone()[0]
            cr.execute(_OPEN)
            left += cr.fetchone()[0]
            quiet = 0 if left else quiet + 1
            if left:
                cr.execute(
                    "UPDATE logistics_effect SET next_try_at = NULL "
                    "WHERE state = 'failed' AND next_try_at IS NOT NULL"
                )
                cr.execute(_TRIGGER, [list(CRONS)])
                storm.notify(name)
        time.sleep(1)
