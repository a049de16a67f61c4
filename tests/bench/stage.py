"""What every figure needs: a world, copies of it, servers with the floor, rounds."""

import contextlib
import os
import statistics
from dataclasses import dataclass, field

import messages
from load import inside

from suite import database, paths, server
from suite.progress import step

FLOOR = "logistics_bench_floor"
ADDONS = paths.TESTS / "bench" / "addons"
SHIPMENTS = 600
_CLEAN_UP_NOW = """
    UPDATE ir_cron_trigger SET call_at = now() AT TIME ZONE 'UTC'
     WHERE cron_id = (SELECT res_id FROM ir_model_data
                       WHERE module = 'base' AND name = 'autovacuum_job')
"""
_NOTHING_DUE = """
    SELECT NOT EXISTS (SELECT FROM ir_cron
                        WHERE active AND nextcall <= now() AT TIME ZONE 'UTC')
       AND NOT EXISTS (SELECT FROM ir_cron_trigger
                        WHERE call_at <= now() AT TIME ZONE 'UTC')
"""


@dataclass
class Figure:
    """A ratio against its floor, round by round."""

    name: str
    goal: float
    better: str
    runs: list
    note: str = ""
    parts: list = field(default_factory=list)

    @property
    def ratio(self):
        """The median of the rounds."""
        return statistics.median(self.runs)

    @property
    def reached(self):
        """Whether the median keeps to the goal."""
        if self.better == "higher":
            return self.ratio >= self.goal
        return self.ratio <= self.goal

    def as_dict(self):
        """Return the entry of `bench.json`."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "goal": self.goal,
            "better": self.better,
            "runs": [round(run, 3) for run in self.runs],
        }


class Stage:
    """The databases of one bench run, dropped at its end."""

    def __init__(self, options):
        self.options = options
        self.prefix = f"bench_{os.getpid()}"
        self.names = []
        self._worlds = {}

    def rounds(self, default):
        """Return how many rounds a figure takes."""
        return self.options.runs or default

    def world(self, *arguments):
        """Return the description of a prepared company.

        :param str arguments: Further options of `load.world`.
        """
        if arguments not in self._worlds:
            name = self.name(_label(arguments))
            with step(f"Preparing {SHIPMENTS} shipments"):
                self._worlds[arguments] = inside.prepared(name, SHIPMENTS, *arguments)
                database.run_odoo(
                    name,
                    [
                        f"--addons-path={addons_path()}",
                        "-i",
                        FLOOR,
                        "--stop-after-init",
                    ],
                )
        return self._worlds[arguments]

    def copy(self, label, *arguments):
        """Copy the prepared database of :meth:`world` and return the name."""
        self.world(*arguments)
        return self.copy_of(f"{self.prefix}_{_label(arguments)}", label)

    def copy_of(self, source, label):
        """Copy a database nobody is connected to and return the name of the copy."""
        name = self.name(label)
        database.copy(source, name)
        return name

    def name(self, label):
        """Return a database name that is dropped at the end."""
        name = f"{self.prefix}_{label}"
        self.names.append(name)
        return name

    def drop(self, name):
        """Drop a database that is no longer needed."""
        if not self.options.keep:
            database.drop(name)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        for name in self.names:
            self.drop(name)


def _label(arguments):
    return "_".join(["world", *(each.strip("-") for each in arguments)])


def addons_path():
    """Return the folders of addons with those of the benchmarks."""
    return ",".join(str(path) for path in (paths.ADDONS, paths.TEST_ADDONS, ADDONS))


@contextlib.contextmanager
def serving(name, **options):
    """Run a server with the floor on a database."""
    more = [f"--addons-path={addons_path()}", *options.pop("options", ())]
    with server.start(name, options=more, **options) as running:
        warm_up(running)
        yield running


def warm_up(running):
    """Let every worker load its registry, and the jobs that are due come to an end.

    In a new database every daily job is due at once, and a minute after each addon was
    installed Odoo cleans up.
    """
    for _number in range(20):
        server.answers(running.port)
    with database.cursor(running.database) as cr:
        cr.execute(_CLEAN_UP_NOW)
    messages.wake_jobs(running.database)
    messages.wait(running.database, _NOTHING_DUE)
