"""A PostgreSQL server of one's own: the common one is not restarted under others.

The programs that a run starts find it through an environment variable.
"""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from suite import addons, database, paths, postgres
from suite.progress import SuiteError, step

VARIABLE = "LOGISTICS_CLUSTER"


def follow():
    """Work on the server that the calling process works on."""
    if folder := os.environ.get(VARIABLE):
        _turn_to(Path(folder))


@contextlib.contextmanager
def own():
    """Run a server for this process and its programs, with one database in it.

    The common server must be running: what is in the database comes from there. In a
    whole run of the tests it is the one that was made first, with all addons; else it
    is the template.

    :return: The name of the database.
    :rtype: str
    """
    folder = paths.LOCAL / f"cluster-{os.getpid()}"
    name = os.environ.get(addons.MADE) or database.ensure_template()
    with step("Starting a PostgreSQL server for this run"):
        dump = _dump(name, folder)
        common = (paths.PGDATA, paths.PGRUN, paths.CONFIG)
        _turn_to(folder)
        os.environ[VARIABLE] = str(folder)
        try:
            postgres.start()
            # Opening thousands of files one by one is most of a recovery, and no test.
            _sql("ALTER SYSTEM SET recovery_init_sync_method = 'syncfs'")
            _sql("SELECT pg_reload_conf()")
            with database.cursor() as cr:
                cr.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            _run("pg_restore", "--no-owner", "-j2", "-d", name, dump)
        except BaseException:
            # Interrupted too: nobody else knows the folder to clear it.
            _leave(folder, common)
            raise
    try:
        yield name
    finally:
        _leave(folder, common)


def settle():
    """Write everything to disk, as after some minutes of quiet.

    PostgreSQL hands the sequences of a copied database the state they had in memory;
    a crash before the next checkpoint would count from there again.
    """
    _sql("CHECKPOINT")


def _dump(source, folder):
    """Dump a database nobody may connect to: a copy of it is read."""
    folder.mkdir(parents=True)
    name = f"dump_{os.getpid()}"
    database.copy(source, name)
    try:
        _run("pg_dump", "-Fd", "-Z0", "-j2", "-f", folder / "dump", name)
    finally:
        database.drop(name)
    return folder / "dump"


def _turn_to(folder):
    paths.PGDATA, paths.PGRUN = folder / "data", folder / "run"
    paths.CONFIG = folder / "odoo.conf"


def _leave(folder, common):
    if postgres.is_running():
        postgres.stop("immediate")
    del os.environ[VARIABLE]
    paths.PGDATA, paths.PGRUN, paths.CONFIG = common
    shutil.rmtree(folder, ignore_errors=True)


def _sql(command):
    _run("psql", "-q", "-d", "postgres", "-c", command, user=postgres.SUPERUSER)


def _run(program, *arguments, user=postgres.ROLE):
    command = [paths.PG_BIN / program, "-h", postgres.host(), "-U", user]
    command += arguments
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SuiteError(f"{program} failed:\n{done.stderr}")
