"""Fifty deliveries released and invoiced together against one after the other."""

import stage
from load import inside

from suite.progress import say

DELIVERIES = 50


def measure(here):
    """Return how many times faster a batch is.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    # Each round takes two lots of deliveries.
    rounds = min(here.rounds(5), stage.SHIPMENTS // DELIVERIES // 2 - 1)
    here.world("--release")
    name = here.copy("release", "--release")
    runs, parts = [], []
    for together, singly in inside.call("release_probe", name, DELIVERIES, rounds):
        runs.append(singly / together)
        parts.append(
            f"{together / DELIVERIES * 1000:.0f} ms a delivery, "
            f"{singly / DELIVERIES * 1000:.0f} ms one by one"
        )
        say(f"   {parts[-1]}")
    here.drop(name)
    return [stage.Figure("release_batch", 3, "higher", runs, parts=parts)]
