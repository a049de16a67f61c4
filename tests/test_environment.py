"""Which Python the environment of this clone is made of."""

import sys

import pytest

from suite import environment, paths

SAME = ".".join(sys.version.split(".")[:2]) + ".99 (distribution)"


def _python(folder, text, status=0):
    """Write a program that says what a Python says of itself.

    :rtype: Path
    """
    file = folder / "python3"
    file.write_text(f"#!/bin/sh\necho '{text}'\nexit {status}\n")
    file.chmod(0o755)
    return file


def test_distribution_of_the_same_version_is_preferred(tmp_path, monkeypatch):
    file = _python(tmp_path, SAME)
    monkeypatch.setattr(environment, "SYSTEM_PYTHON", file)
    assert environment._base_python() == (str(file), SAME)


@pytest.mark.parametrize("text", ["2.7.18", "3.99.1 (distribution)", ""])
def test_any_other_leaves_it_to_the_one_that_runs(tmp_path, monkeypatch, text):
    file = _python(tmp_path, text, status=int(not text))
    monkeypatch.setattr(environment, "SYSTEM_PYTHON", file)
    assert environment._base_python() == (sys.executable, sys.version)


def test_machine_without_one_takes_the_one_that_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "SYSTEM_PYTHON", tmp_path / "none")
    assert environment._base_python() == (sys.executable, sys.version)


def test_compiled_files_are_kept_whatever_the_caller_does(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    found = environment.environment()
    assert "PYTHONDONTWRITEBYTECODE" not in found
    assert found["PYTHONPYCACHEPREFIX"] == str(paths.BYTECODE)
