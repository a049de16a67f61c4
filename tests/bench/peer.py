"""The peer: OCA queue_job, installed below `.local`, on a server that also drains."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import time
import urllib.request

import stage

from suite import database, environment, paths, server
from suite.progress import SuiteError, step

REQUIREMENTS = paths.TESTS / "bench" / "requirements.txt"
FOLDER = paths.LOCAL / "bench"
ADDON = "logistics_bench_queue"
CHANNELS = "root:4"
# The runner sleeps five seconds after its start.
READY = "queue job runner ready"
_COUNT = "SELECT count(*) FROM queue_job WHERE state = 'done'"


def ensure():
    """Install the pinned peer unless it is there."""
    stamp = FOLDER / "installed"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    with step("Installing OCA queue_job"):
        # Odoo itself is there, and what else it requires is only for migrations.
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += ["--target", FOLDER, "-r", REQUIREMENTS]
        done = subprocess.run(
            [str(part) for part in command],
            env=environment.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SuiteError(f"queue_job cannot be installed:\n{done.stderr}")
        stamp.write_text(wanted)


def prepare(name):
    """Install the peer and its jobs in a database."""
    ensure()
    database.run_odoo(
        name,
        [f"--addons-path={_addons_path()}", "-i", ADDON, "--stop-after-init"],
        **_variables(),
    )


@contextlib.contextmanager
def serving(name, workers=2):
    """Run a server on which queue_job runs beside our own jobs.

    :param int workers: Its HTTP workers; 0 is one process with threads.
    """
    options = [f"--addons-path={_addons_path()}", "--load=base,web,queue_job"]
    log = paths.LOGS / f"server-{name}.log"
    log.unlink(missing_ok=True)
    with server.start(
        name,
        workers=workers,
        log=log,
        options=options,
        ODOO_QUEUE_JOB_CHANNELS=CHANNELS,
        **_variables(),
    ) as running:
        stage.warm_up(running)
        _wait_ready(log)
        yield running


def run(running, kind, given):
    """Let queue_job work through jobs, one for each event.

    :param str kind: `write` for one write on a row, `drain` for our own work.
    :param list[str] given: What the jobs are given: a body, or the key of a message.
    :return: Jobs in a second, from the first that was done to the last.
    :rtype: float
    """
    with database.cursor(running.database) as cr:
        cr.execute("DELETE FROM queue_job")
    request = urllib.request.Request(
        f"{running.url}/bench/jobs/{kind}",
        json.dumps(given).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return _rate(running.database, len(given))


def _rate(name, count, timeout=120):
    """Return the rate from the first done job to the last, which favours the peer."""
    first, done, deadline = None, 0, time.monotonic() + timeout
    with database.cursor(name) as cr:
        while time.monotonic() < deadline:
            cr.execute(_COUNT)
            done, now = cr.fetchone()[0], time.monotonic()
            if first is None and done:
                first = done, now
            if done == count:
                return (done - first[0]) / (now - first[1])
            time.sleep(0.01)
    raise SuiteError(f"queue_job did {done} of {count} jobs in {timeout} s.")


def _wait_ready(log, timeout=60):
    deadline = time.monotonic() + timeout
    while READY not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            raise SuiteError(f"The runner of queue_job does not start; see {log}.")
        time.sleep(0.1)


def _addons_path():
    return f"{stage.addons_path()},{FOLDER / 'odoo' / 'addons'}"


def _variables():
    known = environment.environment()["PYTHONPATH"]
    return {"PYTHONPATH": f"{known}:{FOLDER}"}
