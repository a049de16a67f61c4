"""Messages for the benchmarks: made, stored as if they had come, and read."""

import hashlib
import itertools
import time
from datetime import datetime, timedelta, timezone

from load import traffic
from psycopg2 import Binary
from psycopg2.extras import Json, execute_values

from suite import database
from suite.progress import SuiteError

# Scans on a parcel's way; the last one delivers it.
SCANS = 12
_INSERT = """
    INSERT INTO logistics_message (connection_id, company_id, adapter, channel,
        message_key, digest, size, content_type, headers, received_at, state, trust,
        attempts, correlation_id, body) VALUES %s
"""
_WAKE = """
    INSERT INTO ir_cron_trigger (cron_id, call_at)
    SELECT res_id, now() AT TIME ZONE 'UTC' FROM ir_model_data
     WHERE module = 'logistics_carrier_base' AND name = 'ir_cron_drain_messages'
"""


def bodies(world):
    """Yield distinct messages: scan after scan of one parcel after the other.

    :param dict world: What `load.world` said.
    :return: Identifier and body of each.
    """
    numbers = [number for sold in world["shipments"] for number in sold["numbers"]]
    for turn in itertools.count():
        for place in range(SCANS):
            for index, number in enumerate(numbers):
                at = traffic.begin(index) + timedelta(minutes=turn * 60 + place * 5)
                kind = traffic.WAY[-1 if place == SCANS - 1 else place % 4]
                event = traffic.scan(number, at, *kind, place=turn * SCANS + place)
                yield event["id"], traffic.body(event)


def store(name, world, pairs):
    """Store messages as the webhook does, without waking anybody.

    :param str name: The database.
    :param pairs: Identifier and body of each.
    """
    now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    rows = []
    for identifier, body in pairs:
        digest = hashlib.sha256(body).hexdigest()
        headers = Json({"content-type": "application/json", "webhook-id": identifier})
        rows.append(
            (
                *(world["connection_id"], world["company_id"], "canonical", "webhook"),
                *(identifier, digest, len(body), "application/json", headers, now),
                *("new", 4, 0, digest[:16], Binary(body)),
            )
        )
    with database.cursor(name) as cr:
        execute_values(cr, _INSERT, rows, page_size=1000)


def wake(name):
    """Wake the drain, as the webhook does."""
    with database.cursor(name) as cr:
        cr.execute(_WAKE)
    wake_jobs(name)


def wake_jobs(name):
    """Wake the workers that run the jobs of a database."""
    with database.cursor() as cr:
        cr.execute("SELECT pg_notify('cron_trigger', %s)", [name])


def wait_read(name, timeout=120):
    """Wait until no message is left to be read.

    :param float timeout: In seconds.
    :return: How many seconds it took.
    :rtype: float
    """
    return wait(
        name, "SELECT count(*) = 0 FROM logistics_message WHERE state = 'new'", timeout
    )


def wait(name, query, timeout=120):
    """Wait until a query says true.

    :param str query: It selects one value.
    :param float timeout: In seconds.
    :return: How many seconds it took.
    :rtype: float
    """
    began = time.monotonic()
    with database.cursor(name) as cr:
        while time.monotonic() - began < timeout:
            cr.execute(query)
            if cr.fetchone()[0]:
                return time.monotonic() - began
            time.sleep(0.005)
    raise SuiteError(f"{name} does not get there within {timeout} s: {query}")
