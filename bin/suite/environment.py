"""The set-up: virtual environment, Odoo, PostgreSQL binaries, configuration."""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from suite import debian, locks, paths
from suite.progress import SuiteError, run, say, step

MINIMUM_PYTHON = (3, 10)
SERIES = "19.0"
ODOO_REQUIREMENTS = Path(__file__).with_name("odoo-requirements.txt")
REQUIREMENTS = (
    ODOO_REQUIREMENTS,
    paths.ROOT / "requirements.txt",
    paths.ROOT / "requirements-dev.txt",
)
# Only the server's binaries are used; they do not depend on the Python version, and
# there is no build for the newest ones.
PGSERVER = ("pgserver==0.1.4", "3.12")
# Distributions build theirs with profiles of real programs: Odoo and its tests run a
# third faster on it than on one that was compiled without.
SYSTEM_PYTHON = Path("/usr/bin/python3")
REGISTRY_REMEDY = (
    "Check that pip reaches its package index (`python3 -m pip download six`)."
)
# They would lead Odoo, libpq or pytest to something that is not ours; without compiled
# files, every process takes twice as long until Odoo is loaded.
FOREIGN_VARIABLES = (
    "ODOO_RC",
    "OPENERP_SERVER",
    "PYTEST_ADDOPTS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGDATABASE",
    "PGSERVICE",
    "PGPASSWORD",
    "PGOPTIONS",
)


def enter(script, arguments):
    """Set everything up, then run this command in the virtual environment.

    Returns only inside the virtual environment.

    :param str script: The path of the running command.
    :param list arguments: Its arguments.
    """
    entered = os.environ.get("LOGISTICS_SUITE_ENTERED") == str(paths.ROOT)
    if entered and Path(sys.prefix) == paths.VENV:
        return
    ensure()
    os.execve(
        paths.VENV_PYTHON,
        [str(paths.VENV_PYTHON), script, *arguments],
        environment(),
    )


def environment(**more):
    """Give the environment variables of everything that runs Odoo.

    :return: A copy of this process's environment, cleaned and completed.
    :rtype: dict
    """
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN_VARIABLES
    }
    search_path = [str(paths.VENV / "bin"), env.get("PATH", os.defpath)]
    env.update(
        PATH=os.pathsep.join(search_path),
        PYTHONPATH=os.pathsep.join([str(_odoo_path()), str(paths.BIN)]),
        PYTHONNOUSERSITE="1",
        PYTHONPYCACHEPREFIX=str(paths.BYTECODE),
        VIRTUAL_ENV=str(paths.VENV),
        LOGISTICS_SUITE_ENTERED=str(paths.ROOT),
        # Unicode in file names and output must not depend on the caller's locale.
        LC_ALL="C.UTF-8",
        LOGISTICS_SECRET_KEY=_secret_key(),
    )
    env.update(more)
    return env


def ensure():
    """Make the virtual environment, Odoo and PostgreSQL available."""
    if sys.version_info < MINIMUM_PYTHON:
        raise SuiteError(
            f"Python {sys.version.split()[0]} is too old; 3.10 or newer is needed.",
            "Run the command with a newer one: `python3.x bin/test`.",
        )
    paths.ensure_local()
    with locks.exclusive("setup", "   waiting for another set-up of this clone"):
        _ensure_venv()
        _ensure_odoo()
        _ensure_postgres()


def odoo_version():
    """Tell which Odoo is used, precisely enough to know when it changes."""
    return json.loads((paths.STATE / "odoo.json").read_text())["version"]


def _odoo_path():
    return json.loads((paths.STATE / "odoo.json").read_text())["path"]


def _secret_key():
    """Give this clone's key for secrets at rest, made at the first call."""
    file = paths.STATE / "secret.key"
    if not file.exists():
        from base64 import urlsafe_b64encode

        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(urlsafe_b64encode(secrets.token_bytes(32)))
    return file.read_text()


# === VIRTUAL ENVIRONMENT === #


def _base_python():
    """Choose the Python the environment is made of: the distribution's, if it has one
    of the version that runs this command.

    :return: Its path, and its version in full.
    :rtype: tuple[str, str]
    """
    found = sys.executable, sys.version
    if SYSTEM_PYTHON.exists():
        code = "import sys; print(sys.version)"
        command = [SYSTEM_PYTHON, "-I", "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        version = done.stdout.strip()
        if version.split(".")[:2] == sys.version.split(".")[:2]:
            found = str(SYSTEM_PYTHON), version
    return found


def _ensure_venv():
    python, version = _base_python()
    digest = hashlib.sha256(version.encode())
    for file in REQUIREMENTS:
        digest.update(file.read_bytes())
    fingerprint = digest.hexdigest()
    marker = paths.VENV / ".complete"
    complete = marker.is_file() and marker.read_text() == fingerprint
    if complete and os.access(paths.VENV_PYTHON, os.X_OK):
        return
    with step("Making the virtual environment"):
        shutil.rmtree(paths.VENV, ignore_errors=True)
        _create_venv(python)
        wheels = paths.cache_dir() / "wheels" / fingerprint[:16]
        requirements = [part for file in REQUIREMENTS for part in ("-r", str(file))]
        if not (wheels / ".complete").is_file():
            say("   collecting Python packages, about a minute the first time")
            wheels.mkdir(parents=True, exist_ok=True)
            run(
                # Some packages are sources only; old versions of pip build those in
                # this environment, which may lack what it takes.
                [*_pip(), "wheel", "--use-pep517", "-w", wheels, *requirements],
                remedy=REGISTRY_REMEDY,
                log=paths.LOGS / "pip-wheel.log",
            )
            (wheels / ".complete").touch()
        run(
            [*_pip(), "install", "--no-index", "--find-links", wheels, *requirements],
            remedy=f"Remove {wheels} and run the command again.",
            log=paths.LOGS / "pip-install.log",
        )
        marker.write_text(fingerprint)


def _create_venv(python):
    if _venv_module(python):
        return
    # Debian packs pip apart from Python. Its package of it needs no installation.
    say("   this Python lacks pip: unpacking the distribution's")
    folder = paths.LOCAL / "pip"
    try:
        debian.unpack("python3-pip-whl", folder)
        wheel = next(folder.glob("usr/share/python-wheels/pip-*.whl"))
    except (SuiteError, StopIteration) as error:
        raise SuiteError(
            f"A virtual environment cannot be made: {error}",
            "Install what is missing: `sudo apt-get install python3-venv`.",
        ) from error
    shutil.rmtree(paths.VENV, ignore_errors=True)
    if not _venv_module(python, "--without-pip"):
        raise SuiteError(
            "A virtual environment cannot be made.",
            "Install what is missing: `sudo apt-get install python3-venv`.",
        )
    installer = [paths.VENV_PYTHON, wheel / "pip", "install", "-q", "--no-index", wheel]
    run(installer)
    shutil.rmtree(folder)


def _venv_module(python, *options):
    command = [python, "-m", "venv", *options, str(paths.VENV)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0


def _pip():
    return [paths.VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "-q"]


# === ODOO === #


def _ensure_odoo():
    """Choose Odoo: `ODOO_HOME`, an importable one, the distribution's package."""
    file = paths.STATE / "odoo.json"
    found = _odoo_from_home() or _odoo_from_python()
    if not found:
        version = debian.ensure_odoo()
        found = {"path": str(debian.odoo_path()), "version": version}
    if not file.is_file() or json.loads(file.read_text()) != found:
        say(f"   Odoo {found['version']}")
        file.write_text(json.dumps(found))


def _odoo_from_home():
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    folder = Path(home).expanduser().resolve()
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        raise SuiteError(
            f"ODOO_HOME is {home}, but there is no odoo/release.py below it.",
            "Point it at a checkout of Odoo 19.0, or unset it.",
        )
    return {"path": str(folder), "version": _read_release(release)}


def _odoo_from_python():
    """Look for an `odoo` that this Python can import, outside our environment."""
    if os.environ.get("LOGISTICS_SUITE_ENTERED"):
        known = json.loads((paths.STATE / "odoo.json").read_text())
        return known if known.get("linked") else None
    code = "import odoo.release as r; print(r.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code]
        if sys.version_info >= (3, 11)
        else [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if done.returncode:
        return None
    release = Path(done.stdout.strip()).resolve()
    version = _read_release(release, strict=False)
    if not version:
        return None
    # Only Odoo itself goes on the path, not the packages that lie beside it.
    folder = paths.LOCAL / "odoo-linked"
    folder.mkdir(exist_ok=True)
    for name in ("odoo", "addons"):
        link, target = folder / name, release.parents[1] / name
        link.unlink(missing_ok=True)
        if target.is_dir() and (name == "odoo" or (target / "web").is_dir()):
            link.symlink_to(target)
    return {"path": str(folder), "version": version, "linked": True}


def _read_release(file, *, strict=True):
    namespace = {}
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    if namespace["series"] == SERIES:
        digest = hashlib.sha256(str(file).encode()).hexdigest()[:8]
        return f"{namespace['version']} at {file.parents[1]} ({digest})"
    if strict:
        raise SuiteError(
            f"{file.parents[1]} is Odoo {namespace['version']}, not {SERIES}.",
            f"Point ODOO_HOME at Odoo {SERIES}, or unset it.",
        )
    say(
        f"   note: the installed Odoo is {namespace['version']}, not {SERIES}; not used"
    )
    return None


# === POSTGRESQL BINARIES === #


def _ensure_postgres():
    if (paths.POSTGRES / ".complete").is_file():
        return
    with step("Unpacking PostgreSQL"):
        requirement, python = PGSERVER
        cache = paths.cache_dir() / "postgres"
        cache.mkdir(parents=True, exist_ok=True)
        pattern = requirement.replace("==", "-") + "-*.whl"
        if not list(cache.glob(pattern)):
            run(
                [
                    *_pip(),
                    *("download", "--no-deps", "--only-binary=:all:"),
                    *("--python-version", python, "-d", cache, requirement),
                ],
                remedy=REGISTRY_REMEDY,
            )
        wheel = next(cache.glob(pattern))
        fresh = paths.LOCAL / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                if not entry.filename.startswith(
                    ("pgserver/pginstall/", "pgserver.libs/")
                ):
                    continue
                target = Path(archive.extract(entry, fresh))
                if target.is_file():
                    executable = target.parent.name == "bin" or ".so" in target.name
                    target.chmod(0o755 if executable else 0o644)
        for folder, _folders, _files in os.walk(fresh):
            os.chmod(folder, 0o755)
        (fresh / ".complete").touch()
        shutil.rmtree(paths.POSTGRES, ignore_errors=True)
        fresh.rename(paths.POSTGRES)
