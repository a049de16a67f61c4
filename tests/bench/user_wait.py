"""Somebody who posts vendor bills beside a batch of accruals: how long it takes.

Both write in the journal of freight, where the numbers of the entries are given out.
"""

import stage
from load import inside

from suite.progress import say

CHARGES = 1_000
POSTS = 20


def measure(here):
    """Return how many times longer the person waits at worst than without the batch.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    here.world()
    figure = stage.Figure("user_wait", 3, "lower", [])
    name = here.copy("user_wait")
    for alone, beside in inside.call(
        "user_wait_probe", name, CHARGES, POSTS, here.rounds(3)
    ):
        figure.runs.append(max(beside) / max(alone))
        figure.parts.append(
            f"user_wait: at worst {max(alone) * 1000:.0f} ms alone, "
            f"{max(beside) * 1000:.0f} ms beside, {len(beside)} times"
        )
        say(f"   {figure.parts[-1]}")
    here.drop(name)
    figure.note = f"vendor bills and entries, the worst of {2 * POSTS} waits"
    return [figure]
