"""Where everything lives on this machine."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "bin"
ADDONS = ROOT / "addons"
TESTS = ROOT / "tests"
TEST_ADDONS = TESTS / "addons"

LOCAL = ROOT / ".local"
VENV = LOCAL / "venv"
VENV_PYTHON = VENV / "bin" / "python"
ODOO_ROOT = LOCAL / "odoo"
POSTGRES = LOCAL / "postgres"
PG_BIN = POSTGRES / "pgserver" / "pginstall" / "bin"
PGDATA = LOCAL / "pgdata"
PGRUN = LOCAL / "pgrun"
DATA_DIR = LOCAL / "data"
LOGS = LOCAL / "log"
# Python's compiled files: Odoo's folder may be read-only, and the sources stay clean.
BYTECODE = LOCAL / "bytecode"
STATE = LOCAL / "state"
CONFIG = LOCAL / "odoo.conf"
# One more folder of addons, for a run that tries out what is not of this clone.
MORE_ADDONS = os.environ.get("LOGISTICS_MORE_ADDONS")
if MORE_ADDONS:
    CONFIG = Path(MORE_ADDONS) / "odoo.conf"


def addon_folders(*, tests=True):
    """Give the folders that addons are in.

    :param bool tests: With the addons that exist for tests only.
    :rtype: list[Path]
    """
    found = [ADDONS, TEST_ADDONS] if tests else [ADDONS]
    found += [Path(MORE_ADDONS)] if MORE_ADDONS else []
    return [folder for folder in found if folder.is_dir()]


def cache_dir():
    """Give the folder that keeps downloads for the next clone.

    :return: The folder; without a home that can be written, one of this clone.
    :rtype: Path
    """
    if chosen := os.environ.get("LOGISTICS_CACHE"):
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(base).expanduser() / "logistics-suite"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return LOCAL / "cache"
    return folder if os.access(folder, os.W_OK | os.X_OK) else LOCAL / "cache"


def ensure_local():
    """Create the folder of local state and tell when it cannot be used."""
    from suite.progress import SuiteError

    try:
        for folder in (LOCAL, LOGS, STATE, DATA_DIR):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SuiteError(
            f"The folder {LOCAL} cannot be written: {error.strerror}",
            "Work in a clone of your own, or give this user the folder.",
        ) from error
    if not os.access(LOCAL, os.W_OK | os.X_OK) or not os.access(STATE, os.W_OK):
        raise SuiteError(
            f"The folder {LOCAL} belongs to another user.",
            "Work in a clone of your own, or move the folder away.",
        )
