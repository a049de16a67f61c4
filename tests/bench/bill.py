"""A carrier's bill of a thousand lines: matched and reconciled together against line
by line; and one of ten thousand lines against it.
"""

import stage
from load import inside

from suite.progress import say

GOAL_MATCH = 15
GOAL_SIZE = 15
# Each line of the bill is a pair that Odoo reconciles; so many tell how long one takes.
SAMPLE = 20
SMALL, LARGE = 1_000, 10_000


def measure(here):
    """Return how much faster together is, and how much longer ten times the lines take.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    here.world()
    match = stage.Figure("match_1000", GOAL_MATCH, "higher", [])
    size = stage.Figure("bill_10000", GOAL_SIZE, "lower", [])
    for _number in range(here.rounds(1)):
        name = here.copy("bill")
        seconds = inside.call("bill_probe", name, SMALL, LARGE, SAMPLE)
        here.drop(name)
        match.runs.append(seconds["pair"] * SMALL / seconds["matched"])
        match.parts.append(
            f"match_1000: {seconds['matched']:.1f} s together, "
            f"{seconds['pair'] * 1000:.0f} ms a pair one by one"
        )
        size.runs.append(seconds["large"] / seconds["small"])
        size.parts.append(
            f"bill_10000: {seconds['small']:.1f} s for {SMALL} lines, "
            f"{seconds['large']:.1f} s for {LARGE}, the longest transaction "
            "{:.1f} s ({:.1f} s of processor)".format(*seconds["longest"])
        )
        say(f"   {match.parts[-1]}")
        say(f"   {size.parts[-1]}")
    match.note = f"against Odoo's own reconcile(), {SAMPLE} pairs sampled"
    size.note = "import, check, post and match; fails where Odoo would time out"
    return [match, size]
