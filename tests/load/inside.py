"""Programs that work inside Odoo, one process and one database each."""

import json
import subprocess
import sys

from suite import addons, environment, paths
from suite.progress import SuiteError

FOLDERS = (paths.BIN, paths.TESTS, paths.TESTS / "bench", paths.TESTS / "chaos")


def call(module, name, *arguments):
    """Run a program on a database and return what it printed, read as JSON.

    :param str module: Such as `load.world`.
    :param str name: The database.
    :raises SuiteError: When it fails; its log is kept.
    """
    log = paths.LOGS / f"{module}-{name}.log"
    command = [sys.executable, "-m", module, name, *(str(part) for part in arguments)]
    with log.open("w") as errors:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
            cwd=paths.ROOT,
            env=python_environment(),
        )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise SuiteError(
            f"{module} failed on database {name}:\n{tail}",
            f"The whole log is in {log}.",
        )
    return json.loads(done.stdout or "null")


def python_environment():
    """Return the environment of a Python that finds Odoo, the suite and the tests."""
    variables = environment.environment()
    folders = [str(folder) for folder in FOLDERS]
    variables["PYTHONPATH"] = ":".join([variables["PYTHONPATH"], *folders])
    return variables


def prepared(name, shipments, *arguments):
    """Make a database with the suite and a world in it.

    :param str name: The database; one of that name is dropped.
    :param int shipments: How many are under way.
    :return: What `load.world` says.
    :rtype: dict
    """
    addons.fresh(name)
    return call("load.world", name, "--shipments", shipments, *arguments)
