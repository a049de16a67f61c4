"""Locks that end with their process, however it ends."""

import contextlib
import fcntl
import os

from suite.paths import LOCAL
from suite.progress import say


@contextlib.contextmanager
def exclusive(name, waiting=""):
    """Hold a named lock of this clone.

    :param str name: The name of the lock.
    :param str waiting: What to say when another process holds it.
    """
    descriptor = os.open(LOCAL / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
