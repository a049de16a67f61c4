"""A million events and messages against ten thousand: what must not get slower."""

import rows
import stage
from load import inside

from suite.progress import say, step

SMALL, LARGE = 10_000, 1_000_000
NAMES = ("lookup", "claim", "page")


def measure(here):
    """Return how many times slower lookup, claim and first page are.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    world = here.world()
    small, large = here.copy("small"), here.copy("large")
    for name, count in ((small, SMALL), (large, LARGE)):
        with step(f"Writing {count} events and messages"):
            rows.fill(name, world, count)
    runs = {name: [] for name in NAMES}
    parts = []
    for _number in range(here.rounds(5)):
        before = inside.call("growth_probe", small, SMALL)
        after = inside.call("growth_probe", large, LARGE)
        for name in NAMES:
            runs[name].append(max(after[k] / before[k] for k in _keys(name, after)))
        parts.append(
            ", ".join(f"{k} {after[k]:.2f} against {before[k]:.2f} ms" for k in after)
        )
        say(f"   {parts[-1]}")
    return [
        stage.Figure(f"growth_{name}", 2, "lower", runs[name], parts=parts)
        for name in NAMES
    ]


def _keys(name, measured):
    """Return what was measured under a name: pages of two lists, the slower counts."""
    return [key for key in measured if key.partition(" ")[0] == name]
