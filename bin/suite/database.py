"""Databases: the template with Odoo's own modules, copies of it, and Odoo on them."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys

from suite import environment, locks, paths, postgres
from suite.progress import SuiteError, step

TEMPLATE = "logistics_template"
# Odoo's modules that the suite's addons build on, or must live beside.
CORE_MODULES = (
    "account",
    "base",
    "payment",
    "payment_demo",
    "portal",
    "purchase_stock",
    "sale_management",
    "sale_mrp",
    "sale_stock",
    "stock_account",
    "stock_delivery",
    "stock_dropshipping",
    "stock_landed_costs",
    "stock_picking_batch",
)
# No demo company: an American one with the generic chart of accounts and its dollars.
PREPARE_TEMPLATE = """\
company = env.ref("base.main_company")
company.country_id = env.ref("base.us")
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
env["ir.config_parameter"].set_param("sale.async_emails", "True")
env.cr.commit()
"""
# Subcommands of Odoo that have subcommands of their own.
COMMAND_GROUPS = {"db", "i18n", "module"}
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


# === CONNECTIONS === #


@contextlib.contextmanager
def cursor(database="postgres"):
    """Open an autocommit cursor, as the role that owns the databases.

    :param str database: The database to connect to.
    """
    import psycopg2

    connection = psycopg2.connect(
        dbname=database, user=postgres.ROLE, host=postgres.host(), port=postgres.PORT
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cr:
            yield cr
    finally:
        connection.close()


def exists(name):
    """Tell whether a database exists."""
    with cursor() as cr:
        cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cr.fetchone())


# === LIFE OF A DATABASE === #


def drop(name):
    """Drop a database, its sessions, its files and what is remembered of it."""
    with cursor() as cr:
        cr.execute(f'DROP DATABASE IF EXISTS "{_checked(name)}" WITH (FORCE)')
    shutil.rmtree(_filestore(name), ignore_errors=True)
    state_file(name).unlink(missing_ok=True)


def copy(source, target):
    """Copy a database with its files.

    :param str source: A database nobody is connected to.
    :param str target: The name of the copy; a database of that name is dropped.
    """
    drop(target)
    with cursor() as cr:
        cr.execute(f'CREATE DATABASE "{_checked(target)}" TEMPLATE "{source}"')
    if _filestore(source).is_dir():
        # Odoo never changes a stored file, so both may share it.
        shutil.copytree(_filestore(source), _filestore(target), copy_function=_link)
    if state_file(source).is_file():
        shutil.copy(state_file(source), state_file(target))


def drop_abandoned(prefix):
    """Drop what a killed run left behind.

    :param str prefix: Names are this, a process id, an underscore and more.
    """
    with cursor() as cr:
        cr.execute("SELECT datname FROM pg_database")
        names = [row[0] for row in cr.fetchall()]
    for name in names:
        match = re.fullmatch(rf"{prefix}(\d+)_\w+", name)
        if match and not os.path.exists(f"/proc/{match.group(1)}"):
            drop(name)


def ensure_template():
    """Build the template database unless it fits this Odoo and module list.

    :return: Its name.
    :rtype: str
    """
    wanted = _template_fingerprint()
    with locks.exclusive("template", "   waiting for another template build"):
        with cursor() as cr:
            cr.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                " WHERE datname = %s",
                [TEMPLATE],
            )
            row = cr.fetchone()
        if row and row[0] == wanted:
            return TEMPLATE
        with step("Building the template database, about two minutes"):
            fresh = f"{TEMPLATE}_new"
            drop(fresh)
            with cursor() as cr:
                cr.execute(f'CREATE DATABASE "{fresh}" TEMPLATE template0')
            run_odoo(fresh, ["-i", ",".join(CORE_MODULES), "--stop-after-init"])
            run_shell(fresh, PREPARE_TEMPLATE)
            drop(TEMPLATE)
            if _filestore(fresh).is_dir():
                _filestore(fresh).rename(_filestore(TEMPLATE))
            with cursor() as cr:
                cr.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{TEMPLATE}"')
                # A stray connection would make every copy fail.
                cr.execute(f'ALTER DATABASE "{TEMPLATE}" ALLOW_CONNECTIONS false')
                cr.execute(f'COMMENT ON DATABASE "{TEMPLATE}" IS %s', [wanted])
    return TEMPLATE


def from_template(name):
    """Make a database with Odoo's own modules; one of that name is dropped."""
    ensure_template()
    with step(f"Copying the template to {name}"):
        copy(TEMPLATE, name)


def _template_fingerprint():
    content = [environment.odoo_version(), CORE_MODULES, PREPARE_TEMPLATE]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _filestore(name):
    return paths.DATA_DIR / "filestore" / _checked(name)


def state_file(name):
    """Give the file that says in which state the addons of a database are."""
    return paths.STATE / f"db-{_checked(name)}.json"


def _checked(name):
    if not NAME.fullmatch(name):
        raise SuiteError(f"{name!r} is no database name.", "Use letters, digits and _.")
    return name


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


# === RUNNING ODOO === #


def write_config():
    """Write the configuration of development servers and tests.

    :return: The file.
    :rtype: Path
    """
    text = "\n".join(
        [
            "[options]",
            f"addons_path = {','.join(map(str, paths.addon_folders()))}",
            f"data_dir = {paths.DATA_DIR}",
            f"db_host = {postgres.host()}",
            f"db_port = {postgres.PORT}",
            f"db_user = {postgres.ROLE}",
            "db_maxconn = 32",
            "http_interface = 127.0.0.1",
            "list_db = True",
            f"pg_path = {paths.PG_BIN}",
            "unaccent = False",
            "",
        ]
    )
    if not paths.CONFIG.is_file() or paths.CONFIG.read_text() != text:
        # Several commands may do this at once: readers see the old or the new file.
        fresh = paths.CONFIG.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.rename(paths.CONFIG)
    return paths.CONFIG


def odoo_command(*arguments):
    """Give the command line that runs Odoo with our configuration.

    :rtype: list[str]
    """
    config = write_config()
    head, rest = [], list(arguments)
    if rest and not str(rest[0]).startswith("-"):
        # A subcommand such as `shell` or `i18n export` comes before the options.
        size = 2 if rest[0] in COMMAND_GROUPS else 1
        head, rest = rest[:size], rest[size:]
    launcher = paths.BIN / "suite" / "launcher" / "odoo-server"
    command = [sys.executable, launcher, *head, "-c", config, *rest]
    return [str(part) for part in command]


def run_odoo(name, arguments, *, script=None, **variables):
    """Run Odoo to its end on a database; its log is kept, errors fail the step.

    :param str name: The database.
    :param list arguments: Options of Odoo, a subcommand first if any.
    :param str script: What the shell reads, with `shell` as subcommand.
    :param variables: More environment variables.
    """
    head = arguments[:1] if arguments[:1] == ["shell"] else []
    command = odoo_command(
        *head, "-d", name, "--no-http", *arguments[len(head) :], "--max-cron-threads=0"
    )
    log = paths.LOGS / f"odoo-{name}.log"
    with log.open("w") as output:
        done = subprocess.run(
            command,
            input=script,
            text=True,
            stdin=None if script else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment.environment(**variables),
            check=False,
        )
    text = log.read_text(errors="replace")
    # A module that fails to load is logged and does not always change the status.
    failures = [
        line
        for line in text.splitlines()
        if re.search(r" (ERROR|CRITICAL) \S+ odoo\.(modules|registry|addons)", line)
        or "Some modules are not loaded" in line
        or line.startswith("Traceback")
    ]
    if done.returncode or failures:
        tail = "\n".join(text.splitlines()[-40:])
        raise SuiteError(
            f"Odoo failed on database {name}:\n{tail}", f"The whole log is in {log}."
        )


def run_shell(name, script):
    """Run Python lines in Odoo's shell, with `env`."""
    run_odoo(name, ["shell"], script=script)


def import_addons():
    """Make `odoo.addons.…` importable in this process, without a database."""
    from odoo.tools import config

    config.parse_config(["-c", str(write_config()), "--no-http"], setup_logging=False)


@contextlib.contextmanager
def odoo_environment(name):
    """Give Odoo's environment on a database; committed unless an error leaves it.

    :param str name: The database.
    """
    import odoo.api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", str(write_config()), "-d", name, "--no-http", "--max-cron-threads=0"],
        setup_logging=True,
    )
    registry = Registry(name)
    with registry.cursor() as cr:
        yield odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
    # Servers that run beside this must drop what they have cached.
    registry.signal_changes()
