"""A hundred accruals together against one after the other, and taken back likewise."""

import stage
from load import inside

from suite.progress import say

CHARGES = 100


def measure(here):
    """Return how many times faster a batch is.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    here.world()
    name = here.copy("freight")
    runs = {"accrual_batch": [], "void_batch": []}
    parts = {key: [] for key in runs}
    for seconds in inside.call("freight_probe", name, CHARGES, here.rounds(5)):
        for key, together, singly in (
            ("accrual_batch", "accrued", "accrued_singly"),
            ("void_batch", "voided", "reversed"),
        ):
            runs[key].append(seconds[singly] / seconds[together])
            parts[key].append(
                f"{key}: {seconds[together] / CHARGES * 1000:.1f} ms each, "
                f"{seconds[singly] / CHARGES * 1000:.1f} ms one by one"
            )
            say(f"   {parts[key][-1]}")
    here.drop(name)
    return [
        stage.Figure(
            "accrual_batch",
            4,
            "higher",
            runs["accrual_batch"],
            parts=parts["accrual_batch"],
        ),
        stage.Figure(
            "void_batch",
            2.5,
            "higher",
            runs["void_batch"],
            "against Odoo's own reversals one by one",
            parts["void_batch"],
        ),
    ]
