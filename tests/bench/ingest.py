"""The webhook route against a controller that only verifies and inserts one row."""

import itertools
import statistics
import time
from dataclasses import dataclass, field

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

    The floor's rows are read by nobody, so the rates are those of a server that only
    takes messages in; the slowest answers are those of one that reads them meanwhile.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    world = here.world()
    modes = {
        "threads": _mode(here, world, "threads", workers=0),
        "workers": _mode(here, world, "workers", workers=2),
    }
    figures = [
        stage.Figure(
            f"ingest_{label}",
            0.8,
            "higher",
            mode.alone,
            f"{statistics.median(mode.beside):.2f} while messages are read",
            mode.parts,
        )
        for label, mode in modes.items()
    ]
    slower = max(modes, key=lambda label: statistics.median(modes[label].slowest))
    mode = modes[slower]
    note = f"with {slower}, the slower of both modes, while messages are read"
    figures.append(
        stage.Figure("ingest_p99", 1.5, "lower", mode.slowest, note, mode.parts)
    )
    return figures


@dataclass
class Mode:
    """What was measured with threads, or with workers: ratios, round by round."""

    alone: list = field(default_factory=list)
    beside: list = field(default_factory=list)
    slowest: list = field(default_factory=list)
    parts: list = field(default_factory=list)


def _mode(here, world, label, workers):
    mode = Mode()
    alone, beside = here.copy(f"{label}_alone"), here.copy(f"{label}_beside")
    bodies = {name: messages.bodies(world) for name in (alone, beside)}
    with (
        stage.serving(alone, workers=workers, cron_threads=0) as first,
        stage.serving(beside, workers=workers) as second,
    ):
        for number in range(-1, here.rounds(5)):
            floor, real = _round(first, world, bodies[alone], f"{label}{number}")
            pair = _round(second, world, bodies[beside], f"{label}{number}")
            late = messages.wait_read(beside)
            if number < 0:
                continue  # Caches fill, workers load: not counted.
            mode.alone.append(real.rate / floor.rate)
            mode.beside.append(pair[1].rate / pair[0].rate)
            mode.slowest.append(pair[1].percentile(0.99) / pair[0].percentile(0.99))
            mode.parts += [
                f"{label}: {_said(floor, real)}",
                f"{label}, read {late:.1f} s later: {_said(*pair)}",
            ]
            for part in mode.parts[-2:]:
                say(f"   {part}")
    here.drop(alone)
    here.drop(beside)
    return mode


def _said(floor, real):
    return (
        f"{real.rate:.0f} against {floor.rate:.0f} messages/s, p99 "
        f"{real.percentile(0.99) * 1000:.0f} against "
        f"{floor.percentile(0.99) * 1000:.0f} ms"
    )


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
