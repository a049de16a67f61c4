"""The checks that need no database, and the browser."""

import os
import re
import shutil
import subprocess
import sys

from suite import debian, environment, paths
from suite.progress import SuiteError, run, say

# How many processes check, where something else runs beside them.
JOBS = "LOGISTICS_CHECK_JOBS"
COMMANDS = ("odoo", "test", "up", "chaos", "bench", "normalise", "new-carrier")
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# Odoo installs these without a word and then breaks in the browser.
FORBIDDEN_VIEW_SYNTAX = re.compile(
    r"""<tree|kanban-box|t-esc=|t-raw=|>[a-z,]*\btree\b[a-z,]*</field>|expand="[01]\""""
)


def _tool(*command):
    """Run a tool of the virtual environment; its output is the report."""
    command = [sys.executable, "-m", *(str(part) for part in command)]
    sys.stdout.flush()
    done = subprocess.run(
        command, cwd=paths.ROOT, env=environment.environment(), check=False
    )
    return (
        f"{command[2]} ended with status {done.returncode}" if done.returncode else None
    )


def _sources():
    found = ["addons", "tests", "bin/suite"]
    found += [f"bin/{name}" for name in COMMANDS]
    return [path for path in found if (paths.ROOT / path).exists()]


def ruff_format():
    """Check the formatting."""
    return _tool("ruff", "format", "--check", *_sources())


def ruff_check():
    """Check the rules of `pyproject.toml`."""
    return _tool("ruff", "check", *_sources())


def _addon_folders():
    manifests = [*paths.ADDONS.glob("*/__manifest__.py")]
    manifests += paths.TEST_ADDONS.glob("*/__manifest__.py")
    return [path.parent.relative_to(paths.ROOT) for path in sorted(manifests)]


def pylint_odoo():
    """Check Odoo's rules."""
    jobs = os.environ.get(JOBS, "2")
    return _tool("pylint", "--rcfile=.pylintrc", f"--jobs={jobs}", *_addon_folders())


def oca_checks():
    """Check the rules of the Odoo Community Association for data files."""
    code = "from oca_pre_commit_hooks.cli import main; raise SystemExit(main())"
    files = [str(folder / "__manifest__.py") for folder in _addon_folders()]
    done = subprocess.run(
        [sys.executable, "-c", code, *files],
        cwd=paths.ROOT,
        env=environment.environment(),
        check=False,
    )
    return f"ended with status {done.returncode}" if done.returncode else None


def view_syntax():
    """Look for view syntax that Odoo 19 accepts and no longer understands."""
    found = []
    for file in sorted(paths.ADDONS.rglob("*.xml")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if FORBIDDEN_VIEW_SYNTAX.search(line):
                found.append(f"{file.relative_to(paths.ROOT)}:{number}: {line.strip()}")
    for line in found:
        print(line)
    return f"{len(found)} lines with view syntax of older versions" if found else None


def architecture():
    """Check that every arrow between addons points down."""
    return _tool("pytest", "-p", "no:odoo", "-q", "tests/test_architecture.py")


# option of `bin/test --check` → title, function
STAGES = {
    "format": ("Formatting", ruff_format),
    "ruff": ("Rules of ruff", ruff_check),
    "pylint": ("Rules of pylint-odoo", pylint_odoo),
    "oca": ("Rules of OCA", oca_checks),
    "views": ("View syntax", view_syntax),
    "architecture": ("Architecture", architecture),
}


def ensure_browser():
    """Find Chromium, install it, or unpack it locally when this user may not."""
    if _find_browser():
        return None
    if not shutil.which("apt-get"):
        raise SuiteError("The browser tours need Chromium.", "Install Chromium.")
    if os.geteuid() == 0:
        say("   installing Chromium")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        remedy = "Install Chromium by hand: `apt-get install chromium`."
        run(["apt-get", "update", "-qq"], remedy=remedy, env=env)
        run([*install, "chromium"], remedy=remedy, env=env)
    else:
        say("   unpacking Chromium, which an administrator could install")
        _unpack_browser()
    if not _find_browser():
        raise SuiteError(
            "Chromium does not start here.", "sudo apt-get install chromium"
        )
    return None


def _find_browser():
    """Find a browser that starts, on the path that Odoo will search."""
    search_path = environment.environment()["PATH"]
    for name in BROWSERS:
        if program := shutil.which(name, path=search_path):
            done = subprocess.run(
                [program, "--version"], capture_output=True, check=False
            )
            if not done.returncode:
                return program
    return None


def _unpack_browser():
    """Unpack Chromium with its libraries and a font, and put a starter on the path."""
    folder = paths.LOCAL / "chromium"
    debian.unpack("chromium", folder)
    # Some libraries load others from a folder of their own, such as nss.
    libraries = sorted(
        {
            path.parent
            for base in ("usr/lib", "lib")
            for depth in ("*", "*/*")
            for path in folder.glob(f"{base}/*-linux-gnu*/{depth}.so*")
        }
    )
    fonts = folder / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>'
        f"<dir>{folder}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{folder}/cache</cachedir></fontconfig>\n"
    )
    starter = paths.VENV / "bin" / "chromium"
    starter.write_text(
        "#!/bin/sh\n"
        f"export LD_LIBRARY_PATH='{':'.join(str(path) for path in libraries)}'\n"
        f"export FONTCONFIG_FILE='{fonts}'\n"
        f"exec '{folder}/usr/lib/chromium/chromium' \"$@\"\n"
    )
    starter.chmod(0o755)
