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
TURNS = 8
SECONDS = 0.5
FLOOR_PATH = "/bench/floor"
FLOOR_SECRET = "whsec_dGhlIGZsb29yIG5lZWRzIG5vIHNlY3JldCBzZWNyZXQ="


def measure(here):
    """Return the figures of ingestion: threads, two workers, and the slowest answers.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    world = here.world()
    modes = {
        label: _mode(here, world, label, workers)
        for label, workers in (("threads", 0), ("workers", 2))
    }
    slower = max(modes, key=lambda label: statistics.median(modes[label].slowest))
    return [
        *(
            stage.Figure(f"ingest_{label}", 0.8, "higher", mode.rates, parts=mode.parts)
            for label, mode in modes.items()
        ),
        stage.Figure(
            "ingest_p99",
            1.5,
            "lower",
            modes[slower].slowest,
            f"with {slower}, the slower of both modes",
            modes[slower].parts,
        ),
    ]


@dataclass
class Mode:
    """What was measured with threads, or with workers: ratios, round by round."""

    rates: list = field(default_factory=list)
    slowest: list = field(default_factory=list)
    parts: list = field(default_factory=list)


def _mode(here, world, label, workers):
    mode = Mode()
    name = here.copy(label)
    bodies = messages.bodies(world)
    with stage.serving(name, workers=workers) as running:
        for number in range(-1, here.rounds(5)):
            floor, real = _round(running, world, bodies, f"{label}{number}")
            late = messages.wait_read(name)
            if number < 0:
                continue  # Caches fill, workers load: not counted.
            mode.rates.append(real.rate / floor.rate)
            mode.slowest.append(real.percentile(0.99) / floor.percentile(0.99))
            mode.parts.append(
                f"{label}: {real.rate:.0f} against {floor.rate:.0f} messages/s, p99 "
                f"{real.percentile(0.99) * 1000:.0f} against "
                f"{floor.percentile(0.99) * 1000:.0f} ms, read {late:.1f} s later"
            )
            say(f"   {mode.parts[-1]}")
    here.drop(name)
    return mode


def _round(running, world, bodies, label):
    """Send the same bodies to the floor and to the route, in turns.

    In short turns both meet the same neighbours: other programs, and the drain, which
    reads along. Every second time the route comes first.
    """
    pairs = list(itertools.islice(bodies, int(TURNS * SECONDS * 1500)))
    now = time.time()
    targets = ((FLOOR_PATH, FLOOR_SECRET), (world["path"], world["secret"]))
    requests = [
        iter(
            [
                traffic.signed_request(path, body, f"{label}-{key}", secret, now)
                for key, body in pairs
            ]
        )
        for path, secret in targets
    ]
    tallies = [client.Tally() for _target in targets]
    for turn in range(TURNS):
        for which in (0, 1) if turn % 2 else (1, 0):
            tallies[which].add(
                client.run(running.port, requests[which], CONNECTIONS, SECONDS)
            )
    for tally in tallies:
        tally.check({202})
    return tallies
