"""The program behind `bin/bench`: every figure against its floor in the same run."""

import json

import stage

from suite import paths
from suite.progress import SuiteError, say

# The figures, in the order they are measured, by the module that measures them.
MODULES = {
    "ingest": ("ingest_threads", "ingest_workers", "ingest_p99"),
    "drain": ("drain", "drain_poison"),
    "release": ("release_batch",),
    "growth": ("growth_lookup", "growth_claim", "growth_page"),
    "latency": ("latency_p95_s",),
    "poll": ("poll_single", "poll_many", "poll_dead_carrier"),
    "freight": ("accrual_batch", "void_batch"),
    "bill": ("match_1000", "bill_10000"),
    "returns": ("returns_batch", "returns_floor"),
    "user_wait": ("user_wait",),
    "ledger_proof": ("ledger_proof",),
    "overview": ("overview_s",),
    "install": ("install", "upgrade", "uninstall"),
}
OUTPUT = paths.LOCAL / "bench.json"


def main(options):
    """Measure the named figures, or all of them.

    :return: 1 when a goal is missed, else 0.
    :rtype: int
    """
    known = [name for names in MODULES.values() for name in names]
    wrong = sorted(set(options.names) - set(known))
    if wrong:
        raise SuiteError(
            f"There is no figure {', '.join(wrong)}.", f"Known: {', '.join(known)}."
        )
    wanted = options.names or known
    figures = []
    with stage.Stage(options) as here:
        for module, names in MODULES.items():
            if not set(names) & set(wanted):
                continue
            say(f"== {', '.join(names)}")
            measured = __import__(module).measure(here)
            figures += [figure for figure in measured if figure.name in wanted]
            _write(figures)
    for figure in figures:
        _print(figure)
    return 0 if all(figure.reached for figure in figures) else 1


def _print(figure):
    low, high = min(figure.runs), max(figure.runs)
    sign = "≥" if figure.better == "higher" else "≤"
    verdict = "reached" if figure.reached else "MISSED"
    note = f"  ({figure.note})" if figure.note else ""
    print(
        f"{figure.name:16} {figure.ratio:7.2f}  ({low:.2f}..{high:.2f}, "
        f"{len(figure.runs)} rounds)  goal {sign} {figure.goal:g}  {verdict}{note}"
    )


def _write(figures):
    """Keep the figures; those that were not measured now stay as they were."""
    old = json.loads(OUTPUT.read_text()) if OUTPUT.is_file() else []
    new = {entry["name"]: entry for entry in old}
    new.update((figure.name, figure.as_dict()) for figure in figures)
    OUTPUT.write_text(json.dumps(list(new.values()), indent=1) + "\n")
