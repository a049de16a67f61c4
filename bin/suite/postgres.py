"""The embedded PostgreSQL server: started when needed, stopped by the last user.

Every process that uses the server holds a shared lock on one file. Who ends and finds
nobody else holding it stops the server. The kernel drops the lock of a killed process,
so no lock outlives its owner.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from suite import locks, paths
from suite.progress import SuiteError, run, say, step

ROLE = "odoo"
SUPERUSER = "postgres"
PORT = 5432
# As root the server runs as this user: PostgreSQL refuses to run as root.
SYSTEM_USER = "pgserver"
# What a statement needed is kept for the next: asking the kernel for it again and again
# took a fortieth of the processor time of the tests.
KEEP_MEMORY = {
    "MALLOC_TOP_PAD_": str(16 * 1024**2),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 1024**2),
}
# A socket's path is limited to 107 bytes by the kernel.
LONGEST_SOCKET = 107
SETTINGS = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 512MB
fsync = on
recovery_init_sync_method = syncfs
full_page_writes = on
synchronous_commit = on
max_wal_size = 2GB
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %d '
"""


@contextlib.contextmanager
def running():
    """Keep the server running for the length of the block.

    :return: The handle; pass its `descriptor` to a child that outlives this process.
    :rtype: Handle
    """
    handle = acquire()
    try:
        yield handle
    finally:
        handle.release()


def acquire():
    """Start the server if nobody has, and count this process among its users."""
    descriptor = os.open(paths.LOCAL / "pg-use.lock", os.O_RDWR | os.O_CREAT, 0o666)
    with locks.exclusive("pg-start"):
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        try:
            if not is_running():
                start()
        except BaseException:
            # Interrupted too: the lock would count a user that is gone.
            os.close(descriptor)
            raise
    return Handle(descriptor)


class Handle:
    """One use of the server."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def release(self):
        """Give the server back; the last one stops it."""
        if self.descriptor is None:
            return
        with locks.exclusive("pg-start"):
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                last = False
            else:
                last = True
            if last and is_running():
                stop()
            os.close(self.descriptor)
            self.descriptor = None


def host():
    """Give the folder of the server's socket, as libpq wants it for a host."""
    return str(_socket_folder())


def is_running():
    """Tell whether the server of this clone accepts connections."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        try:
            client.connect(f"{host()}/.s.PGSQL.{PORT}")
        except OSError:
            return False
    return True


def pid():
    """Give the process id of the server, or `None`."""
    try:
        return int((paths.PGDATA / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None


def start():
    """Start the server, creating its data folder first when there is none."""
    _prepare_folders()
    if not (paths.PGDATA / "PG_VERSION").exists():
        _create_cluster()
    _write_settings()
    _forget_dead_server()
    _pg_ctl("start", "-w", "-t", "120", "-l", paths.PGRUN / "server.log")


def stop(mode="fast"):
    """Stop the server.

    :param str mode: `fast`, or `immediate` to leave the data as a crash would.
    """
    _pg_ctl("stop", "-w", "-t", "120", "-m", mode)
    if _socket_folder() != paths.PGRUN:
        with contextlib.suppress(OSError):
            _socket_folder().rmdir()


def restart(mode="immediate"):
    """Stop the server the hard way and start it again; it recovers from its log."""
    stop(mode)
    start()


# === PREPARATION === #


def _prepare_folders():
    for folder in (paths.PGDATA, paths.PGRUN, _socket_folder()):
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
            if os.geteuid() == 0:
                user = _system_user()
                os.chown(folder, user.pw_uid, user.pw_gid)
    owner = _system_user().pw_uid
    for folder in (paths.PGDATA, _socket_folder()):
        status = folder.lstat()
        if status.st_uid != owner or not stat.S_ISDIR(status.st_mode):
            raise SuiteError(
                f"{folder} does not belong to the user that runs PostgreSQL.",
                f"Remove {folder}, or run as the user who made it.",
            )


def _create_cluster():
    with step("Creating the PostgreSQL data folder"):
        # The C locale exists everywhere and sorts the same everywhere.
        _as_server_user(
            [
                paths.PG_BIN / "initdb",
                *("-D", paths.PGDATA, "-U", SUPERUSER, "--encoding=UTF8"),
                *("--locale=C", "--auth=trust", "--no-instructions"),
            ]
        )
        with (paths.PGDATA / "postgresql.conf").open("a") as file:
            file.write("\ninclude = 'suite.conf'\n")
        _write_settings()
        # Only who may enter the socket's folder gets that far.
        single_user = subprocess.run(
            [
                *_command_prefix(),
                paths.PG_BIN / "postgres",
                *("--single", "-D", paths.PGDATA, "postgres"),
            ],
            input=f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n",
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        if single_user.returncode or "ERROR" in single_user.stderr:
            shutil.rmtree(paths.PGDATA)
            raise SuiteError(f"The database role failed: {single_user.stderr}")


def _write_settings():
    settings = SETTINGS.format(port=PORT, socket=host().replace("'", "''"))
    file = paths.PGDATA / "suite.conf"
    file.write_text(settings)
    # Root writes it, the server's user reads it.
    file.chmod(0o644)


def _forget_dead_server():
    """Remove the pid file of a server that is gone, whoever has its number now."""
    number = pid()
    if number is None:
        return
    try:
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        command = b""
    if b"postgres" not in command:
        (paths.PGDATA / "postmaster.pid").unlink(missing_ok=True)


def _socket_folder():
    if len(os.fsencode(f"{paths.PGRUN}/.s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET:
        return paths.PGRUN
    # The inode tells a moved or copied clone from its original.
    paths.PGRUN.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = f"{paths.PGRUN}-{paths.PGRUN.stat().st_ino}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir(), f"logistics-{os.geteuid()}-{digest}")


# === THE SERVER'S USER === #


def _system_user():
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        say(f"   adding the system user {SYSTEM_USER}: PostgreSQL does not run as root")
        run(
            ["useradd", "--system", "--no-create-home", "-s", "/bin/sh", SYSTEM_USER],
            remedy="Run as an ordinary user.",
        )
        return pwd.getpwnam(SYSTEM_USER)


def _command_prefix():
    """Give what to put before a command so that it runs as the server's user."""
    if os.geteuid() != 0:
        return []
    user = _system_user()
    prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}"]
    prefix.append("--clear-groups")
    if not _reachable_for_others(paths.POSTGRES):
        # A clone below /root: let the server pass closed folders instead of opening
        # them for everybody.
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        # Else access(2), which PostgreSQL asks about its programs, ignores them.
        prefix += ["--securebits=+no_setuid_fixup"]
    return prefix


def _reachable_for_others(path):
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _as_server_user(command, **options):
    return run(
        [*_command_prefix(), *command],
        # The working folder of root may be closed to the server's user.
        cwd="/",
        remedy=f"Read {paths.PGRUN / 'server.log'}.",
        **options,
    )


def _pg_ctl(action, *options):
    program = paths.PG_BIN / "pg_ctl"
    log = paths.LOGS / "pg_ctl.log"
    # The server inherits the output, so it must be a file and not a pipe.
    with log.open("w") as output:
        done = subprocess.run(
            [*_command_prefix(), str(program), "-D", str(paths.PGDATA), action]
            + [str(option) for option in options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **KEEP_MEMORY},
            check=False,
            cwd="/",
        )
    if done.returncode and action == "stop" and not is_running():
        return
    if done.returncode:
        server_log = paths.PGRUN / "server.log"
        tail = server_log.read_text().splitlines()[-15:] if server_log.exists() else []
        raise SuiteError(
            f"PostgreSQL did not {action}:\n{log.read_text()}" + "\n".join(tail),
            f"Read {server_log}. `rm -rf {paths.PGDATA}` starts with empty databases.",
        )
    deadline = time.monotonic() + 30
    while action == "start" and not is_running() and time.monotonic() < deadline:
        time.sleep(0.1)
