"""The ledger proof of a company with a hundred thousand charges against ten thousand.

A full proof is what the job makes every night; a person's proof starts from the last
one, and so grows with what came since, not with the past.
"""

import stage
from load import inside

from suite.progress import say

SMALL, LARGE = 10_000, 100_000


def measure(here):
    """Return how many times longer a proof takes with ten times the charges.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    here.world()
    figure = stage.Figure("ledger_proof", 2, "lower", [])
    name = here.copy("ledger_proof")
    small, large = inside.call("ledger_proof_probe", name, SMALL, LARGE, here.rounds(5))
    here.drop(name)
    for few, many in zip(small["since"], large["since"], strict=True):
        figure.runs.append(many / few)
    figure.parts = [
        f"ledger_proof: {count} charges: full {seconds['full'] * 1000:.0f} ms, "
        f"since {min(seconds['since']) * 1000:.1f} ms"
        for count, seconds in ((SMALL, small), (LARGE, large))
    ]
    for part in figure.parts:
        say(f"   {part}")
    figure.note = "from the full proof of the night before"
    return [figure]
