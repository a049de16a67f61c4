"""What every figure needs: a world, copies of it, servers with the floor, rounds."""

import contextlib
import os
import statistics
import time
from dataclasses import dataclass, field

from load import inside

from suite import database, paths, server
from suite.progress import SuiteError, step

FLOOR = "logistics_bench_floor"
ADDONS = paths.TESTS / "bench" / "addons"
SHIPMENTS = 600


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
        self._world = None

    def rounds(self, default):
        """Return how many rounds a figure takes."""
        return self.options.runs or default

    def world(self):
        """Return the description of a prepared company; its database is copied."""
        if self._world is None:
            name = self.name("world")
            with step(f"Preparing {SHIPMENTS} shipments"):
                self._world = inside.prepared(name, SHIPMENTS)
                database.run_odoo(
                    name,
                    [
                        f"--addons-path={addons_path()}",
                        "-i",
                        FLOOR,
                        "--stop-after-init",
                    ],
                )
        return self._world

    def copy(self, label):
        """Copy the prepared database and return the name of the copy."""
        self.world()
        name = self.name(label)
        database.copy(f"{self.prefix}_world", name)
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
    """Let every worker load its registry."""
    for _number in range(20):
        server.answers(running.port)


def wait_drained(name, timeout=120):
    """Wait until no message is left to be read.

    :return: How many seconds it took.
    :rtype: float
    """
    began = time.monotonic()
    while time.monotonic() - began < timeout:
        if not count_new(name):
            return time.monotonic() - began
        time.sleep(0.05)
    raise SuiteError(f"Messages of {name} are not read within {timeout} s.")


def count_new(name):
    """Return how many messages wait to be read."""
    with database.cursor(name) as cr:
        cr.execute("SELECT count(*) FROM logistics_message WHERE state = 'new'")
        return cr.fetchone()[0]
