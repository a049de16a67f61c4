"""Odoo servers on loopback: start, wait, look at the workers, kill one, stop."""

import dataclasses
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from suite import database, environment, paths
from suite.progress import SuiteError

HEALTH = "/web/health"
# Odoo names its processes so when setproctitle is installed.
WORKER_KINDS = {"http": "WorkerHTTP", "cron": "WorkerCron"}


@dataclasses.dataclass
class Server:
    """A running Odoo server."""

    pid: int
    port: int
    gevent_port: int
    database: str
    log: Path
    process: subprocess.Popen | None = None
    started: str = ""

    def __post_init__(self):
        self.started = self.started or start_time(self.pid)

    @property
    def url(self):
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def is_running(self):
        """Tell whether the process is alive and still ours."""
        if self.process is not None:
            return self.process.poll() is None
        return is_same(self.pid, self.started)

    def wait_healthy(self, timeout=90):
        """Wait until the server answers.

        :param float timeout: In seconds.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self.is_running():
                raise SuiteError(
                    f"The Odoo server ended at once:\n{tail(self.log)}",
                    f"The whole log is in {self.log}.",
                )
            if answers(self.port):
                return
            time.sleep(0.1)
        raise SuiteError(
            f"The Odoo server does not answer on port {self.port}:\n{tail(self.log)}",
            f"The whole log is in {self.log}.",
        )

    def workers(self, kind="http"):
        """List the process ids of the workers of a prefork server.

        :param str kind: `http` or `cron`.
        :rtype: list[int]
        """
        title = WORKER_KINDS[kind].encode()
        return [pid for pid in children(self.pid) if title in command_line(pid)]

    def kill_worker(self, pid, signum=signal.SIGKILL):
        """Kill one worker; the master starts another.

        :param int pid: A process id from :meth:`workers`.
        :return: Whether there was such a worker.
        :rtype: bool
        """
        return pid in children(self.pid) and _signal(pid, signum)

    def stop(self, timeout=30):
        """Stop the server, the hard way when it does not stop by itself."""
        family = {pid: start_time(pid) for pid in (self.pid, *children(self.pid))}
        if self.is_running():
            _signal(self.pid, signal.SIGTERM)
            deadline = time.monotonic() + timeout
            while self.is_running() and time.monotonic() < deadline:
                time.sleep(0.05)
        for pid, started in family.items():
            if is_same(pid, started):
                _signal(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()


class SupervisedServer(Server):
    """A server that is started again when it ends by itself, as systemd would.

    The master of a prefork server ends when it wants to start a worker while the
    database is away.
    """

    def supervise(self, spawn):
        """Watch the server in a thread until :meth:`stop`.

        :param spawn: Starts the server again and returns the process.
        """
        self.restarts = 0
        self._spawn = spawn
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._watch = threading.Thread(target=self._run, daemon=True)
        self._watch.start()

    def _run(self):
        while not self._stopping.wait(0.2):
            with self._guard:
                if self._stopping.is_set() or self.process.poll() is None:
                    continue
                self.process = self._spawn()
                self.pid = self.process.pid
                self.started = start_time(self.pid)
                self.restarts += 1

    def wait_healthy(self, timeout=90):
        """Override to wait through restarts."""
        deadline = time.monotonic() + timeout
        while not answers(self.port):
            if time.monotonic() > deadline:
                raise SuiteError(
                    f"The Odoo server did not come back:\n{tail(self.log)}",
                    f"The whole log is in {self.log}.",
                )
            time.sleep(0.1)

    def stop(self, timeout=30):
        """Override to end the supervision first."""
        self._stopping.set()
        with self._guard:
            super().stop(timeout)
        self._watch.join(timeout)


def start(
    name,
    *,
    workers=0,
    cron_threads=2,
    port=None,
    log=None,
    options=(),
    detached=None,
    supervised=False,
    wait=True,
    **variables,
):
    """Start an Odoo server on loopback.

    :param str name: The database it serves; no other is reachable.
    :param int workers: HTTP worker processes; 0 is one process with threads.
    :param int cron_threads: Cron workers, or threads.
    :param int port: The port, else a free one.
    :param Path log: The log file, else one named after the database.
    :param options: More options of Odoo.
    :param detached: A `postgres.Handle` that the server keeps, so that both outlive
        this process; `None` for a server that belongs to this process.
    :param bool supervised: Start it again when it ends by itself.
    :param bool wait: Wait until the server answers.
    :param variables: More environment variables.
    :rtype: Server
    """
    port = port or free_port()
    gevent_port = free_port()
    log = Path(log or paths.LOGS / f"server-{name}.log")
    command = database.odoo_command(
        *("-d", name, f"--http-port={port}", f"--gevent-port={gevent_port}"),
        *(f"--workers={workers}", f"--max-cron-threads={cron_threads}"),
        *("--no-database-list", *options),
    )
    kept = ()
    if detached is not None:
        os.set_inheritable(detached.descriptor, True)
        kept = (detached.descriptor,)

    def spawn():
        with log.open("a") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment.environment(**variables),
                cwd=paths.ROOT,
                pass_fds=kept,
                # Ctrl-C in the terminal must not reach it: it is stopped by number.
                start_new_session=True,
            )

    process = spawn()
    kind = SupervisedServer if supervised else Server
    server = kind(process.pid, port, gevent_port, name, log, process)
    if supervised:
        server.supervise(spawn)
    if wait:
        try:
            server.wait_healthy()
        except BaseException:
            # Interrupted too: nobody else knows the process to stop it.
            server.stop()
            raise
    return server


def describe(server):
    """Give what :func:`attach` needs, ready for JSON.

    :rtype: dict
    """
    known = dataclasses.asdict(dataclasses.replace(server, process=None))
    return known | {"log": str(server.log)}


def attach(known):
    """Get hold of a server that another process started.

    :param dict known: What :func:`describe` gave.
    :return: The server, or `None` when it has ended.
    :rtype: Server
    """
    server = Server(**known | {"log": Path(known["log"])})
    return server if server.is_running() else None


def answers(port):
    """Tell whether an Odoo answers on a loopback port."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{HEALTH}", timeout=5
        ) as response:
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False


def free_port():
    """Find a loopback port that is free now.

    :rtype: int
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port):
    """Tell whether a server could listen on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def children(pid):
    """List the child processes of a process.

    :rtype: list[int]
    """
    found = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(number) for number in tasks.read_text().split()]
        except OSError:
            continue
    return found


def command_line(pid):
    """Give the command line, or title, of a process as bytes."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def start_time(pid):
    """Give when a process started, which tells it from a later one of that number.

    :return: Clock ticks after boot, empty when there is no such process.
    :rtype: str
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # The name of the program may contain blanks and brackets.
    state, *fields = text.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]


def is_same(pid, started):
    """Tell whether a process is still the one that started then."""
    return bool(started) and start_time(pid) == started


def stop_process(pid, started, timeout=10):
    """Stop a process that is not a server, the hard way if need be."""
    if is_same(pid, started):
        _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while is_same(pid, started) and time.monotonic() < deadline:
        time.sleep(0.05)
    if is_same(pid, started):
        _signal(pid, signal.SIGKILL)


def tail(log, lines=20):
    """Give the last lines of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _signal(pid, signum):
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return False
    return True
