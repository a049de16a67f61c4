"""Shares one run of the tests between several processes, file by file.

Each process collects everything and takes the next file that nobody has taken, the
longest ones first, so that all of them end at about the same time. A file is run as a
whole, by one process on its own database.
"""

import hashlib
import os
import time
from pathlib import Path

import pytest

FOLDER = "LOGISTICS_SHARED_RUN"
# Files of minutes: begun first, that none of them is left alone at the end.
LONGEST = (
    "addons/logistics_returns/tests/test_return_streams.py",
    "tests/test_installation.py",
    "tests/test_concurrency.py",
    "tests/test_roles.py",
    "addons/logistics_events/tests/test_portal_guessing.py",
    "tests/test_every_button.py",
    "tests/test_booking_kill.py",
    "tests/test_refund_kill.py",
    "addons/logistics_events/tests/test_credit_counter.py",
    "tests/test_credit_race.py",
    "addons/logistics_freight_accrual/tests/test_charge_streams.py",
    "tests/test_trace.py",
    "addons/logistics_returns/tests/test_return_properties.py",
)
# Of the others, those that take longest lie here.
_LONGER = "tests/"


class Share:
    """Takes files of tests from a folder that the processes have in common.

    :param Path folder: An empty folder; who takes a file leaves a mark in it.
    :param Path root: What the names of files are relative to.
    """

    def __init__(self, folder, root):
        self._folder = Path(folder)
        self._root = Path(root)
        self.seconds = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        """Override to run the files that nobody else has taken."""
        if (
            session.testsfailed
            and not session.config.option.continue_on_collection_errors
        ):
            raise session.Interrupted(f"{session.testsfailed} errors in collection")
        if session.config.option.collectonly:
            return True
        files = self._by_file(session.items)
        free = (name for name in ordered(files) if self.take(name))
        name = next(free, None)
        while name:
            began, items = time.monotonic(), files[name]
            self._run(session, items[:-1], items[-1])
            # Taken before the last test, which leaves to the next what all of them use.
            following = next(free, None)
            self._run(session, items[-1:], files[following][0] if following else None)
            self.seconds[name] = round(time.monotonic() - began, 1)
            name = following
        return True

    def take(self, name):
        """Take a file, unless somebody has it.

        :rtype: bool
        """
        mark = self._folder / hashlib.sha256(name.encode()).hexdigest()[:32]
        try:
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        return True

    def _by_file(self, items):
        files = {}
        for item in items:
            name = item.path.relative_to(self._root).as_posix()
            files.setdefault(name, []).append(item)
        return files

    def _run(self, session, items, following):
        for item, after in zip(items, [*items[1:], following], strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)


def ordered(names):
    """Give the files in the order in which they are taken.

    :rtype: list[str]
    """
    rank = {name: place for place, name in enumerate(LONGEST)}
    return sorted(
        names,
        key=lambda name: (
            rank.get(name, len(rank)),
            not name.startswith(_LONGER),
            name,
        ),
    )


def missing(root, done):
    """Give the files of tests that nobody ran.

    :param Path root: Where the project lies.
    :param done: The names of the files that were run.
    :rtype: list[str]
    """
    root = Path(root)
    written = {
        file.relative_to(root).as_posix()
        for folder in ("addons", "tests")
        for file in (root / folder).rglob("test_*.py")
    }
    return sorted(written - set(done))
