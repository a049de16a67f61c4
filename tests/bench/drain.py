"""From stored messages to applied shipment states, against one job per event."""

import itertools

import messages
import peer
import stage

from suite import database
from suite.progress import say

# Of each portion every parcel gets two scans; six portions are its whole way.
PORTION = 2 * stage.SHIPMENTS
JOBS = 400
OWN_JOBS = 200
# One of so many messages cannot be read.
POISON = 100
_COUNTS = """
    SELECT count(*), count(*) FILTER (WHERE EXISTS (
               SELECT FROM logistics_sighting g
                 JOIN logistics_event_link l ON l.event_id = g.event_id AND l.is_current
                 JOIN logistics_shipment s ON s.id = l.shipment_id
                 JOIN logistics_event e ON e.id = g.event_id
                WHERE g.message_id = m.id AND s.last_event_at >= e.occurred_at)),
           count(*) FILTER (WHERE m.state = 'dead')
      FROM logistics_message m
"""


def measure(here):
    """Return the figures of the drain: against queue_job, and with unreadable messages.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    world = here.world()
    clean = here.copy("clean")
    peer.prepare(clean)
    poisoned, threaded = (here.copy_of(clean, n) for n in ("poisoned", "threaded"))
    ratios, kept, parts = [], [], []
    rounds = 1 + here.rounds(5)
    with (
        peer.serving(clean) as running,
        peer.serving(poisoned),
        peer.serving(threaded, workers=0) as threads,
    ):
        bodies = messages.bodies(world)
        for number in range(rounds):
            pairs = list(itertools.islice(bodies, PORTION))
            rate = _drain(clean, world, pairs)
            slower = _drain(poisoned, world, _poison(pairs))
            jobs = [_jobs(each, pairs[:JOBS]) for each in (running, threads)]
            if not number:
                continue  # Caches fill, workers load: not counted.
            # Its better mode of this round.
            ratios.append(rate / max(jobs))
            kept.append(slower / rate)
            parts.append(
                f"{rate:.0f} events/s, {slower:.0f} with 1 in {POISON} unreadable, "
                f"queue_job {jobs[0]:.0f} jobs/s, {jobs[1]:.0f} in threads"
            )
            say(f"   {parts[-1]}")
        own = _own_work(running, world, list(itertools.islice(bodies, OWN_JOBS)))
        say(f"   queue_job with our own work, one job per event: {own:.0f} jobs/s")
    _check(clean, 0)
    _check(poisoned, rounds * PORTION // POISON)
    return [
        stage.Figure("drain", 10, "higher", ratios, parts=parts),
        stage.Figure("drain_poison", 0.5, "higher", kept, parts=parts),
    ]


def _drain(name, world, pairs):
    """Store messages, wake the drain, and return how many it reads in a second."""
    messages.store(name, world, pairs)
    messages.wake(name)
    return len(pairs) / messages.wait_read(name)


def _poison(pairs):
    """Cut some of the messages off in the middle."""
    return [
        (key, body if number % POISON else body[: len(body) // 2])
        for number, (key, body) in enumerate(pairs)
    ]


def _jobs(running, pairs):
    """Return the rate of queue_job with the same events and the least of work."""
    return peer.run(running, "write", [body.decode() for _key, body in pairs])


def _own_work(running, world, pairs):
    """Return the rate of queue_job when its jobs do what the drain does."""
    messages.store(running.database, world, pairs)
    return peer.run(running, "drain", [key for key, _body in pairs])


def _check(name, unreadable):
    """Raise unless every readable event was applied to its shipment."""
    with database.cursor(name) as cr:
        cr.execute(_COUNTS)
        told, applied, dead = cr.fetchone()
    if told - applied - dead or dead != unreadable:
        raise RuntimeError(f"{told} messages, {applied} applied, {dead} unreadable")
