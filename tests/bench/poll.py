"""Asking carriers about two hundred numbers, each call taking fifty milliseconds."""

import json
import subprocess
import sys

import stage
from load import inside

from suite import paths
from suite.progress import say

NUMBERS = 200
SLOW = 0.05
# One number in a call, and several.
SINGLE, MANY = "ups", "fedex"


def measure(here):
    """Return how much faster than in a row, and what a silent carrier costs the others.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    here.world()
    name = here.copy("poll")
    runs = {"poll_single": [], "poll_many": [], "poll_dead_carrier": []}
    parts = []
    with _stand_ins() as told:
        for _number in range(here.rounds(3)):
            found = inside.call("poll_probe", name, json.dumps(told), NUMBERS)
            runs["poll_single"].append(found["in_a_row"] / found["single"])
            runs["poll_many"].append(found["in_a_row"] / found["many"])
            runs["poll_dead_carrier"].append(found["beside_dead"] / found["single"])
            parts.append(", ".join(f"{what} {s:.2f} s" for what, s in found.items()))
            say(f"   {parts[-1]}")
    here.drop(name)
    note = f"{NUMBERS} numbers, {SLOW * 1000:.0f} ms a call"
    return [
        stage.Figure("poll_single", 6, "higher", runs["poll_single"], note, parts),
        stage.Figure("poll_many", 30, "higher", runs["poll_many"], note, parts),
        stage.Figure(
            "poll_dead_carrier", 1.1, "lower", runs["poll_dead_carrier"], note, parts
        ),
    ]


class _stand_ins:
    """The stand-ins of both carriers, in a process of their own."""

    def __enter__(self):
        folder = paths.ADDONS / "logistics_carrier_base" / "sandbox"
        command = [sys.executable, folder, "--many", SINGLE, MANY, "--slow", SLOW]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, text=True
        )
        return json.loads(self.process.stdout.readline())

    def __exit__(self, *exc_info):
        self.process.terminate()
        self.process.wait(30)
