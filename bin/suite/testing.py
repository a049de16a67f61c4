"""The test run: checks without a database, then all tests on a fresh one."""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from suite import addons, checks, database, environment, paths, postgres, sharing
from suite.progress import SuiteError, say
from suite.pytest_plugin import MUST_RUN_HTTP, REPORT

EPILOG = """\
Without options everything is run on a fresh database: ruff, pylint-odoo, OCA checks,
forbidden view syntax, the architecture test, all tests with HTTP and browser tours,
and chaos at one tenth. What is not an option of bin/test goes to pytest:

  bin/test                                everything
  bin/test -k webhook                     everything, but only the tests named so
  bin/test --lint                         the checks that need no database

While developing, several people side by side, each with a database of their own:

  bin/test --db mine --quick addons/logistics_events/tests/test_fold.py
  bin/test --db mine --quick --addons logistics_events addons/logistics_events -k key
  bin/test --db mine --quick --no-update addons/logistics_events/tests/test_fold.py
  bin/odoo -d mine                        a server on it; bin/odoo shell -d mine

--quick makes the database from the template when it is missing, installs what is
missing, updates the addons that changed since, and runs pytest on the paths. A pure
test needs no database: add --pure. A test that is skipped counts as failed.
"""
PURE_PLUGINS = ("-p", "no:odoo")
# Run before, as one of the checks that need no database.
BEFORE = "tests/test_architecture.py"
SHOWN = 12
KEEP = """
from suite import kept
kept.keep(env)
"""


def parser():
    """Describe the options of `bin/test`."""
    found = argparse.ArgumentParser(
        prog="bin/test",
        description="Check and test the suite.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    found.add_argument("--db", help="the database to use, kept afterwards")
    found.add_argument("--quick", action="store_true", help="only pytest, on --db")
    found.add_argument("--pure", action="store_true", help="only pytest, no database")
    found.add_argument(
        "--lint", action="store_true", help="only what needs no database"
    )
    found.add_argument("--check", choices=checks.STAGES, help="only one of those")
    found.add_argument(
        "--addons", default="", help="install only these, comma separated"
    )
    found.add_argument("--no-update", action="store_true", help="do not update addons")
    found.add_argument("--update", action="store_true", help="update even if unchanged")
    found.add_argument("--fresh", action="store_true", help="make --db again")
    found.add_argument(
        "--no-chaos", action="store_true", help="leave out the chaos run"
    )
    return found


def main(arguments):
    """Run what the command line asks for.

    :return: The exit status.
    :rtype: int
    """
    options, rest = parser().parse_known_args(arguments)
    if options.check:
        return 1 if checks.STAGES[options.check][1]() else 0
    if options.pure:
        return _pytest([*PURE_PLUGINS, *rest])
    if options.quick:
        return _quick(options, rest)
    return _full(options, rest)


def _quick(options, rest):
    if not options.db:
        raise SuiteError(
            "--quick needs a database name.", "Add --db followed by a name of your own."
        )
    if options.db == database.TEMPLATE:
        raise SuiteError("That is the template.", "Choose another name.")
    with postgres.running():
        if options.fresh or not database.exists(options.db):
            addons.begin(options.db)
        update = "none" if options.no_update else "all" if options.update else "changed"
        addons.install(options.db, _names(options), update=update)
        return _pytest([*_odoo_options(options.db), *rest])


def _full(options, rest):
    run = Run()
    if options.lint:
        run.checks()
    else:
        with postgres.running(), ThreadPoolExecutor(2) as pool:
            name = options.db or f"test_{os.getpid()}_{secrets.token_hex(2)}"
            try:
                _full_on(name, run, options, rest, pool)
            finally:
                if not options.db:
                    database.drop(name)
    return run.summary(options)


def _full_on(name, run, options, rest, pool):
    database.drop_abandoned("test_")
    # They need no database, and making one leaves a core idle, but only one.
    checked = pool.submit(run.beside, "Checks", "test", "--lint", **{checks.JOBS: "1"})
    run.stage("Browser for the tours", checks.ensure_browser)
    made = f"{name}_made"
    try:
        fresh = run.stage("Fresh database", lambda: _fresh(name, made, _names(options)))
        if not fresh:
            print(checked.result())
            return
        chaos = None
        if not options.no_chaos and _has_chaos():
            command = ("chaos", "--scale", "0.1")
            variables = {addons.MADE: made}
            chaos = pool.submit(run.beside, "Chaos at one tenth", *command, **variables)
        kept = run.stage("What tests share", lambda: _keep(name))
        print(checked.result())
        if kept:
            run.stage("Tests", lambda: _all_tests(name, made, rest, run.report))
        if chaos:
            print(chaos.result())
    finally:
        database.drop(made)


class Run:
    """What was run so far: the stages, and how many tests."""

    def __init__(self):
        self.began, self.stages, self.report = time.monotonic(), [], {}

    def checks(self):
        """Run what needs no database."""
        for title, function in checks.STAGES.values():
            self.stage(title, function)

    def stage(self, title, function):
        """Run one stage and note how long it took.

        :param Callable function: Returns what is wrong, or None.
        :return: Whether it went well.
        :rtype: bool
        """
        started = time.monotonic()
        say(f"\n== {title}")
        try:
            problem = function()
        except SuiteError as error:
            problem = f"{error}\n  What to do: {error.remedy}"
        self.stages.append((title, time.monotonic() - started, problem))
        return not problem

    def beside(self, title, program, *arguments, **variables):
        """Run one stage as a program of its own, beside what else is done.

        :param str program: A command of this repository.
        :param variables: What is added to its environment.
        :return: What it printed.
        :rtype: str
        """
        command = [sys.executable, paths.BIN / program, *arguments]
        began = time.monotonic()
        done = subprocess.run(
            command,
            env=environment.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        problem = f"bin/{program} ended with status {done.returncode}"
        self.stages.append(
            (title, time.monotonic() - began, problem if done.returncode else None)
        )
        return f"\n== {title}\n{done.stdout}"

    def summary(self, options):
        """Print what was run, and return the exit status.

        :rtype: int
        """
        print()
        for title, seconds, problem in self.stages:
            print(f"{seconds:7.1f} s  {'FAILED' if problem else 'ok    '}  {title}")
        problems = [(title, text) for title, _seconds, text in self.stages if text]
        for title, text in problems:
            print(f"{title}: {text}")
        print(f"{time.monotonic() - self.began:7.1f} s  in all")
        if not options.lint:
            self._print_counts([title for title, _text in problems])
        return 1 if problems else 0

    def _print_counts(self, failed):
        others = sum(title != "Tests" for title in failed)
        passed = self.report.get("passed", 0)
        count = self.report.get("failed", 0) + others
        if "Tests" in failed:
            count = max(count, 1)
        if self.report:
            print(f"{self.report['http']} of them over HTTP")
        print(f"{passed} passed, {count} failed")


def _fresh(name, made, only):
    addons.fresh(name, only)
    # Tests that need databases of their own copy this one.
    database.copy(name, made)


def _keep(name):
    database.run_shell(name, KEEP)


def _all_tests(name, made, rest, report):
    """Run the chosen tests; all of them by two processes side by side."""
    if rest:
        selection = [*rest]
        if not any((paths.ROOT / part).exists() for part in _words(rest)):
            selection += _everything()
        status, found = _test_run(name, selection)
        report.update(found["counts"])
        return f"pytest ended with status {status}" if status else None
    other, log = f"{name}_beside", paths.LOGS / "tests-beside.log"
    database.copy(name, other)
    options = ["-o", f"cache_dir={paths.LOCAL / 'pytest-beside'}"]
    try:
        with (
            tempfile.TemporaryDirectory(dir=paths.LOCAL) as folder,
            ThreadPoolExecutor(1) as pool,
            log.open("w") as output,
        ):
            shared = {
                MUST_RUN_HTTP: "1",
                sharing.FOLDER: folder,
                addons.MADE: made,
            }
            everything = _everything()
            second = pool.submit(
                _test_run, other, [*options, *everything], output, **shared
            )
            runs = [_test_run(name, everything, **shared), second.result()]
    finally:
        database.drop(other)
    print(log.read_text())
    return _judge(runs, report)


def _judge(runs, report):
    """Add up what two processes ran; what nobody ran is a failure.

    :return: What is wrong, or None.
    """
    report.update(sum((Counter(found["counts"]) for _, found in runs), Counter()))
    seconds = {}
    for _status, found in runs:
        seconds |= found["files"]
    say("\nThe longest files")
    for file in sorted(seconds, key=seconds.get, reverse=True)[:SHOWN]:
        print(f"{seconds[file]:7.1f} s  {file}")
    failed = [str(status) for status, _found in runs if status]
    if failed:
        return f"pytest ended with status {', '.join(failed)}"
    left = sharing.missing(paths.ROOT, [*seconds, BEFORE])
    return f"nobody ran {', '.join(left)}" if left else None


def _everything():
    return [*_addon_tests(), "tests", f"--ignore={BEFORE}"]


def _test_run(name, selection, output=None, **variables):
    """Run pytest on a database.

    :param file output: Where its output goes, if not on the screen.
    :return: Its exit status; the counts of passed, failed and HTTP tests, and the
        seconds of each file of a shared run.
    :rtype: tuple[int, dict]
    """
    file = paths.STATE / f"report-{name}.json"
    variables[REPORT] = str(file)
    status = _pytest([*_odoo_options(name), *selection], output, **variables)
    if not file.exists():
        # It ended before it could say anything.
        return status or 1, {"counts": {}, "files": {}}
    found = json.loads(file.read_text())
    file.unlink()
    return status, found


def _words(rest):
    """Give the arguments that may be paths: pytest takes `path::Class::test` too."""
    return [part.partition("::")[0] for part in rest if not part.startswith("-")]


def _addon_tests():
    return sorted(
        str(path.relative_to(paths.ROOT)) for path in paths.ADDONS.glob("*/tests")
    )


def _has_chaos():
    return (paths.TESTS / "chaos" / "run.py").is_file()


def _names(options):
    return [name for name in options.addons.split(",") if name]


def _odoo_options(name):
    return [
        f"--odoo-config={database.write_config()}",
        f"--odoo-database={name}",
        "--odoo-http",
        "--odoo-log-level=error",
    ]


def _pytest(arguments, output=None, **more):
    variables = environment.environment(**more)
    # A run that a test starts is one of its own.
    for name in {REPORT, MUST_RUN_HTTP, sharing.FOLDER} - set(more):
        variables.pop(name, None)
    command = [sys.executable, "-m", "pytest", "-p", "suite.pytest_plugin", *arguments]
    sys.stdout.flush()
    done = subprocess.run(
        command,
        env=variables,
        cwd=paths.ROOT,
        stdout=output,
        stderr=output and subprocess.STDOUT,
        check=False,
    )
    return done.returncode
