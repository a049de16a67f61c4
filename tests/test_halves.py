"""The whole run in two halves: every file of tests is in exactly one of them."""

from collections import Counter

import pytest

from suite import paths, testing

# Run before both, as one of the checks that need no database.
BEFORE = "tests/test_architecture.py"


class Whole(pytest.Item):
    """Stands for whatever a file holds; it is only counted."""

    def runtest(self):
        raise NotImplementedError


class Unread(pytest.File):
    """A file of tests that is found and not imported."""

    def collect(self):
        yield Whole.from_parent(self, name="whole")


class Finder:
    """Notes the files that pytest would run, by its own rules."""

    found = ()

    def pytest_pycollect_makemodule(self, module_path, parent):
        return Unread.from_parent(parent, path=module_path)

    def pytest_collection_finish(self, session):
        self.found = [_named(item.path) for item in session.items]


def _named(file):
    return file.relative_to(paths.ROOT).as_posix()


def _files(selection):
    finder = Finder()
    options = ["--collect-only", "-p", "no:odoo", "-p", "no:cacheprovider"]
    status = pytest.main([*options, *selection], plugins=[finder])
    assert status == pytest.ExitCode.OK
    return finder.found


def test_every_file_of_tests_is_in_one_half():
    written = {
        _named(file)
        for folder in (paths.ADDONS, paths.TESTS)
        for file in folder.rglob("test_*.py")
    }
    base, others = map(_files, testing._halves())
    assert base
    assert others
    times = Counter(base + others)
    assert not set(times) ^ (written - {BEFORE})
    assert not [file for file, number in times.items() if number > 1]
