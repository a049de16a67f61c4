"""The webhook route against a controller that only verifies and inserts one row."""

import itertools
import time

import messages
import stage
from load import client, traffic

from suite.progress import say

CONNECTIONS = 8
SECONDS = 3.0
FLOOR_PATH = "/bench/floor"
FLOOR_SECRET = "whsec_dGhlIGZsb29yIG5lZWRzIG5vIHNlY3JldCBzZWNyZXQ="


def measure(here):
    """Return the figures of ingestion: threads, two workers, and the slowest answers.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    world = here.world()
    threads, slow_threads, parts = _mode(here, world, "threads", workers=0)
    workers, slow_workers, more = _mode(here, world, "workers", workers=2)
    return [
        stage.Figure("ingest_threads", 0.8, "higher", threads, parts=parts),
        stage.Figure("ingest_workers", 0.8, "higher", workers, parts=more),
        stage.Figure(
            "ingest_p99",
            1.5,
            "lower",
            max(
                (slow_threads, slow_workers),
                key=lambda runs: sorted(runs)[len(runs) // 2],
            ),
            "the slower of both modes",
            parts=parts + more,
        ),
    ]


def _mode(here, world, label, workers):
    rates, slowest, parts = [], [], []
    name = here.copy(label)
    bodies = messages.bodies(world)
    with stage.serving(name, workers=workers) as running:
        for number in range(-1, here.rounds(5)):
            floor, real = _round(running, world, bodies, f"{label}{number}")
            late = messages.wait_read(name)
            if number < 0:
                continue  # Caches fill, workers load: not counted.
            rates.append(real.rate / floor.rate)
            slowest.append(real.percentile(0.99) / floor.percentile(0.99))
            parts.append(
                f"{label}: {real.rate:.0f} against {floor.rate:.0f} messages/s, p99 "
                f"{real.percentile(0.99) * 1000:.0f} against "
                f"{floor.percentile(0.99) * 1000:.0f} ms, read {late:.1f} s later"
            )
            say(f"   {parts[-1]}")
    here.drop(name)
    return rates, slowest, parts


def _round(running, world, bodies, label):
    """Send for a while to the floor, then to the route: the same bodies."""
    pairs = list(itertools.islice(bodies, int(SECONDS * 1500)))
    now = time.time()
    tallies = []
    for path, secret in (
        (FLOOR_PATH, FLOOR_SECRET),
        (world["path"], world["secret"]),
    ):
        requests = [
            traffic.signed_request(path, body, f"{label}-{identifier}", secret, now)
            for identifier, body in pairs
        ]
        tally = client.run(running.port, requests, CONNECTIONS, SECONDS)
        tally.check({202})
        tallies.append(tally)
    return tallies
