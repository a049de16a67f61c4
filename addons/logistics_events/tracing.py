"""Which work a log line belongs to: named once, said by every line until it is done."""

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar

# A batch is about many; a line names so many of them.
SHOWN = 3

_UNSAFE = re.compile(r"[^\w/.:-]")
_current = ContextVar("logistics_work", default=())


@contextmanager
def work(*ids):
    """Say what the work inside is about; inside another work only this one counts.

    :param ids: Correlation ids; empty ones are left out.
    """
    token = _current.set(tuple(dict.fromkeys(name for name in ids if name)))
    try:
        yield
    finally:
        _current.reset(token)


def current():
    """Return the correlation ids of the work under way.

    :rtype: tuple[str, ...]
    """
    return _current.get()


def carried(function):
    """Return the function as part of the work under way, also in another thread.

    :param callable function: What is called later.
    """
    ids = current()

    def run(*args, **kwargs):
        with work(*ids):
            return function(*args, **kwargs)

    return run


def get_logger(name):
    """Return a logger whose lines end in the correlation ids of the work under way.

    :param str name: The name of the module.
    :rtype: logging.LoggerAdapter
    """
    return _WorkLogger(logging.getLogger(name), {})


class _WorkLogger(logging.LoggerAdapter):
    def process(self, msg, kwargs):
        """Override of `logging` to add the ids."""
        ids = current()
        if not ids:
            return msg, kwargs
        # An id may come from outside: it neither formats nor breaks a line.
        shown = " ".join(_UNSAFE.sub("_", name)[:64] for name in ids[:SHOWN])
        more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
        return f"{msg} [{shown}{more}]", kwargs
