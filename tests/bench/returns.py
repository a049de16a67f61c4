"""Fifty returns received and credited together against one after the other."""

import stage
from load import inside

from suite.progress import say

RETURNS = 50
GOAL_BATCH = 1.5
GOAL_FLOOR = 2


def measure(here):
    """Return how many times faster a batch is, and how far it is from Odoo alone.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    here.world()
    name = here.copy("returns")
    batch = stage.Figure("returns_batch", GOAL_BATCH, "higher", [])
    floor = stage.Figure("returns_floor", GOAL_FLOOR, "lower", [])
    for seconds in inside.call("returns_probe", name, RETURNS, here.rounds(3)):
        together, singly, odoo = (
            seconds[f"received{way}"] + seconds[f"credited{way}"]
            for way in ("", "_singly", "_by_odoo")
        )
        batch.runs.append(singly / together)
        floor.runs.append(together / odoo)
        batch.parts.append(_part("returns_batch", seconds, "", "_singly"))
        floor.parts.append(_part("returns_floor", seconds, "", "_by_odoo"))
        say(f"   {batch.parts[-1]}")
        say(f"   {floor.parts[-1]}")
    here.drop(name)
    batch.note = "received and credited, together against one by one"
    floor.note = "the batch against Odoo alone, one by one, without any return"
    return [batch, floor]


def _part(name, seconds, *ways):
    """Return in words how long a return takes each way."""
    words = (
        f"{seconds[f'received{way}'] / RETURNS * 1000:.0f} ms received and "
        f"{seconds[f'credited{way}'] / RETURNS * 1000:.0f} ms credited{way}"
        for way in ways
    )
    return f"{name}: {', '.join(words).replace('_', ' ')}"
