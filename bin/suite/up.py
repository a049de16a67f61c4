"""The demo: a database with the suite, a server on loopback, and the story."""

import argparse
import json
import os
import shutil
import subprocess
import sys

from suite import addons, database, environment, locks, paths, postgres, server
from suite.progress import SuiteError, run, say, step

DEMO = "logistics_demo"
CHECK = "logistics_check"
DEFAULT_PORT = 8069
STORY = paths.TESTS / "story" / "play.py"


def parser():
    """Describe the options of `bin/up`."""
    found = argparse.ArgumentParser(
        prog="bin/up",
        description="Start the demo: everything it needs, the story, a browser URL.",
        allow_abbrev=False,
    )
    found.add_argument("--check", action="store_true", help="play, verify and stop")
    found.add_argument("--reset", action="store_true", help="start over with new data")
    found.add_argument("--stop", action="store_true", help="stop the running demo")
    found.add_argument("--port", type=int, help=f"the port, {DEFAULT_PORT} if free")
    found.add_argument("--db", help=f"the database; {DEMO}, or {CHECK} for --check")
    found.add_argument(
        "--workers", type=int, default=0, help="worker processes; 0 is threads"
    )
    return found


def main(arguments):
    """Run what the command line asks for.

    :return: The exit status.
    :rtype: int
    """
    options = parser().parse_args(arguments)
    with locks.exclusive("up", "   waiting for another bin/up of this clone"):
        if options.stop:
            return _stop()
        if options.check:
            return _check(options)
        return _start(options)


# === COMMANDS === #


def _start(options):
    name = options.db or DEMO
    if options.reset:
        _stop_demo()
    running = _running_demo()
    if running and _is_wanted(running, name, options) and _played(name):
        _print_result(name, running, "The demo was running already.")
        return 0
    if running:
        _stop_demo()
    demo = Demo(name, options)
    handle = postgres.acquire()
    try:
        if options.reset:
            demo.forget()
        demo.prepare()
        try:
            demo.start(handle)
            demo.play()
            _remember(demo)
        except BaseException:
            # Interrupted too: nobody else knows the server to stop it.
            demo.stop()
            raise
        _leave(handle)
        _print_result(name, demo.server)
    finally:
        handle.release()
    return 0


def _leave(handle):
    """Leave PostgreSQL to the server, which holds the same lock through its own copy.

    To release it would turn that very lock into an exclusive one, find nobody else
    and stop PostgreSQL under the server.
    """
    os.close(handle.descriptor)
    handle.descriptor = None


def _is_wanted(running, name, options):
    return running.database == name and options.port in (None, running.port)


def _check(options):
    demo = Demo(options.db or CHECK, options)
    with postgres.running():
        demo.forget()
        try:
            demo.prepare()
            demo.start(None)
            demo.play()
            print(_story("render", demo.report_file))
            missing = json.loads(_story("verify", demo.report_file) or "[]")
        finally:
            demo.stop()
            demo.forget()
    for line in missing:
        print(f"missing: {line}")
    print("The story is complete." if not missing else f"{len(missing)} missing.")
    return 1 if missing else 0


def _stop():
    if not _stop_demo():
        print("The demo was not running.")
        return 0
    print("The demo has stopped; its data is kept.")
    return 0


# === ONE DEMO === #


class Demo:
    """A database with the suite and the story, and the processes that serve it."""

    def __init__(self, name, options):
        self.name = name
        self.port = options.port
        self.workers = options.workers
        self.server = None
        self.companions = []
        self.report_file = _story_file(name, "report")
        self.conf_file = _story_file(name, "conf")

    def forget(self):
        """Remove the data of an earlier run."""
        database.drop(self.name)
        for kept in paths.STATE.glob(f"story-{self.name}-*"):
            if kept.is_dir():
                shutil.rmtree(kept)
            else:
                kept.unlink()

    def prepare(self):
        """Make the database, or bring an existing one up to date."""
        if not STORY.is_file():
            raise SuiteError(f"The story is missing: {STORY}.", "Restore that file.")
        if database.exists(self.name) and not _played(self.name):
            say("   an earlier start was interrupted: starting over")
            self.forget()
        if database.exists(self.name):
            addons.install(self.name, tests=False)
            return
        self.forget()
        database.from_template(self.name)
        addons.install(self.name, tests=False)
        with step("Preparing companies, products, carriers and orders"):
            _story("prepare", self.name, self.conf_file)

    def start(self, handle):
        """Start the server and what the story needs beside it.

        :param handle: The use of PostgreSQL that the server shall keep, if any.
        """
        port = self._choose_port()
        for command in json.loads(_story("companions", self.conf_file) or "[]"):
            self.companions.append(_spawn(command, self.name))
        with step(f"Starting Odoo on port {port}"):
            self.server = server.start(
                self.name,
                workers=self.workers,
                port=port,
                detached=handle,
                log=paths.LOGS / f"server-{self.name}.log",
            )

    def _choose_port(self):
        if self.port:
            if not server.port_is_free(self.port):
                raise SuiteError(
                    f"Port {self.port} is taken.", "Choose another one with --port."
                )
            return self.port
        if server.port_is_free(DEFAULT_PORT):
            return DEFAULT_PORT
        say(f"   port {DEFAULT_PORT} is taken, using a free one")
        return server.free_port()

    def play(self):
        """Play the story unless it has been; then only find the partners again."""
        whole = (self.server.url, self.name, self.conf_file)
        if _played(self.name):
            _story("resume", *whole)
            return
        with step("Playing the story over HTTP"):
            _story("play", *whole, self.report_file, shown=True)

    def stop(self):
        """Stop the processes by their numbers."""
        if self.server:
            self.server.stop()
        for pid, started in self.companions:
            server.stop_process(pid, started)


# === STATE === #


def _story_file(name, what):
    return paths.STATE / f"story-{name}-{what}.json"


def _played(name):
    return _story_file(name, "report").is_file()


def _demo_file():
    return paths.STATE / "up.json"


def _remember(demo):
    content = {"server": server.describe(demo.server), "companions": demo.companions}
    _demo_file().write_text(json.dumps(content))


def _running_demo():
    """Find the server that an earlier `bin/up` left running."""
    if not _demo_file().is_file():
        return None
    found = server.attach(json.loads(_demo_file().read_text())["server"])
    return found if found and server.answers(found.port) else None


def _stop_demo():
    """Stop the demo that an earlier `bin/up` left running.

    :return: Whether there was one.
    :rtype: bool
    """
    if not _demo_file().is_file():
        return False
    known = json.loads(_demo_file().read_text())
    found = server.attach(known["server"])
    if found:
        with step("Stopping the demo"):
            found.stop()
    for pid, started in known["companions"]:
        server.stop_process(pid, started)
    _demo_file().unlink()
    # The server was a user of PostgreSQL; it stops unless there are others.
    postgres.acquire().release()
    return bool(found)


def _spawn(command, name):
    """Start a companion process, detached like the server.

    :return: Its process id and start time.
    :rtype: list
    """
    with (paths.LOGS / f"companion-{name}.log").open("a") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment.environment(),
            cwd=paths.ROOT,
            start_new_session=True,
        )
    return [process.pid, server.start_time(process.pid)]


# === THE STORY === #


def _story(action, *arguments, shown=False):
    """Run one function of the story in a process of its own.

    :param str action: The function.
    :param arguments: Its arguments.
    :param bool shown: Show its progress while it runs.
    :return: What it gave.
    :rtype: str
    """
    result = paths.STATE / f"story-result-{os.getpid()}.txt"
    result.unlink(missing_ok=True)
    log = paths.LOGS / f"story-{action}.log"
    run(
        [sys.executable, "-m", "suite.story", result, action, *arguments],
        remedy=f"The whole output is in {log}; the server's log is in {paths.LOGS}. "
        "`bin/up --reset` starts over.",
        log=log,
        shown=shown,
        env=environment.environment(),
        cwd=paths.ROOT,
    )
    text = result.read_text() if result.is_file() else ""
    result.unlink(missing_ok=True)
    return text


def _print_result(name, running, headline=""):
    print(_story("render", _story_file(name, "report")))
    if headline:
        print(headline)
    print(f"\nOpen {running.url}/odoo and log in as one of these:")
    for role, login, password in json.loads(_story("logins")):
        print(f"  {role:<18} {login:<28} {password}")
    print(f"\nProcess {running.pid}, log {running.log}.")
    print("`bin/up --stop` stops it, `bin/up --reset` starts over.")
