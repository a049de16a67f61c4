"""The frame of `bin/chaos` and `bin/bench`: options, PostgreSQL, and the program.

`tests/chaos/run.py` and `tests/bench/run.py` have one function, `main(options)`, which
returns the exit status. `options` are the ones described here.
"""

import argparse
import importlib.util
import secrets
import sys

from suite import paths, postgres
from suite.progress import SuiteError


def _chaos_parser():
    parser = argparse.ArgumentParser(
        prog="bin/chaos",
        description="Send messages in random order to a prefork server, duplicates and "
        "malformed ones among them, while workers are killed and PostgreSQL is "
        "restarted; then compare with a run in order.",
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="part of the full figures, 0.1 in CI"
    )
    parser.add_argument("--seed", type=int, help="repeat a run; it prints its seed")
    parser.add_argument("--workers", type=int, default=2, help="HTTP workers")
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    return parser


FIGURES = """\
figures, each the median of its rounds, with the lowest and the highest:
  ingest_threads, ingest_workers  messages/s of the webhook / verify and insert a row
  ingest_p99      slowest answers of the webhook / of that floor
  drain           events/s to shipment states / OCA queue_job, one write per event
  drain_poison    events/s with 1 % unreadable messages / without
  release_batch   50 deliveries released and invoiced one by one / together
  growth_lookup, growth_claim, growth_page
                  duplicate check, claim, first page: 1,000,000 rows / 10,000
  latency_p95_s   seconds from POST to shipment state, 95 of 100
  poll_single     200 numbers asked about, one in a call / in a row, one by one
  poll_many       the same where a call takes several / in a row, one by one
  poll_dead_carrier
                  seconds to ask about them beside a silent carrier / without it
  accrual_batch, void_batch       freight accrued, or taken back, one by one / together
  returns_batch   50 returns received and credited one by one / together
  returns_floor   50 returns together / Odoo alone, one by one, without any return
  match_1000      a bill of 1,000 lines matched and reconciled line by line / together
  bill_10000      a bill of 10,000 lines / of 1,000, from the file to the books
  user_wait       somebody who posts, at worst: beside a batch of accruals / alone
  ledger_proof    the proof of accrued freight with 100,000 charges / with 10,000
  overview_s      seconds of the overview with 100,000 shipments and more
  install, upgrade, uninstall     with 100,000 order lines / with 100
"""


def _bench_parser():
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Print each figure as a ratio against its floor in the same run, "
        "and write .local/bench.json.",
        epilog=FIGURES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these figures")
    parser.add_argument("--runs", type=int, default=0, help="rounds; 0 is the default")
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    return parser


PARSERS = {"chaos": _chaos_parser, "bench": _bench_parser}


def main(kind, arguments):
    """Run the program of that kind with PostgreSQL running.

    :param str kind: `chaos` or `bench`.
    :return: The exit status.
    :rtype: int
    """
    options = PARSERS[kind]().parse_args(arguments)
    if kind == "chaos" and options.seed is None:
        options.seed = secrets.randbelow(2**31)
    file = paths.TESTS / kind / "run.py"
    if not file.is_file():
        raise SuiteError(f"{file} is missing.", "Restore that file.")
    # Its neighbours, and the stand-in servers beside it.
    for folder in (paths.ROOT, paths.TESTS, file.parent):
        sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("run", file)
    program = importlib.util.module_from_spec(spec)
    sys.modules["run"] = program
    spec.loader.exec_module(program)
    with postgres.running():
        return program.main(options)
