"""One run of the tests shared by processes: every file is run once, and by one."""

import json
import os
import subprocess
import sys

from suite import sharing, testing

TEST = "def test_it():\n    assert {truth}\n"
FILES = ("addons/a/tests/test_one.py", "addons/a/tests/test_two.py", "tests/test_x.py")
CONFTEST = """
import json, os
from suite import sharing

def pytest_configure(config):
    share = sharing.Share(os.environ[sharing.FOLDER], config.rootpath)
    config.pluginmanager.register(share)
    config.share = share

def pytest_sessionfinish(session):
    file = session.config.rootpath / f"done-{os.environ['WHO']}.json"
    file.write_text(json.dumps(list(session.config.share.seconds)))
"""


def _project(folder, truth="True"):
    for name in FILES:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEST.format(truth=truth))
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "marks").mkdir()
    return folder


def _run(folder, who):
    environment = {
        **os.environ,
        sharing.FOLDER: str(folder / "marks"),
        "WHO": who,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:odoo", "."]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )


def _done(folder, who):
    return json.loads((folder / f"done-{who}.json").read_text())


def test_two_processes_share_the_files_and_run_each_once(tmp_path):
    folder = _project(tmp_path)
    runs = [_run(folder, who) for who in "ab"]
    # Who finds nothing left has run no test, and nothing failed.
    assert {run.wait(120) for run in runs} <= {0, 5}
    done = _done(folder, "a") + _done(folder, "b")
    assert sorted(done) == sorted(FILES)


def test_failure_is_the_status_of_who_ran_it(tmp_path):
    folder = _project(tmp_path, truth="False")
    assert _run(folder, "a").wait(120) == 1


def test_file_is_taken_once(tmp_path):
    first, second = (sharing.Share(tmp_path, tmp_path) for _ in range(2))
    assert first.take("tests/test_x.py")
    assert not second.take("tests/test_x.py")
    assert second.take("tests/test_y.py")


def test_longest_files_are_begun_first():
    longest = sharing.LONGEST[0]
    short = ["addons/a/test_a.py", "tests/test_a.py"]
    assert sharing.ordered([*short, longest]) == [longest, *reversed(short)]


def test_file_that_nobody_ran_fails_the_run(tmp_path):
    folder = _project(tmp_path)
    assert sharing.missing(folder, FILES) == []
    assert sharing.missing(folder, FILES[1:]) == [FILES[0]]
    report = {}
    nothing = {"counts": {"passed": 1}, "files": {}}
    assert "nobody ran" in testing._judge([(0, nothing), (0, nothing)], report)
    assert report == {"passed": 2}
