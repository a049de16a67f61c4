"""Doing something to see what comes of it, and taking all of it back."""

from contextlib import contextmanager


@contextmanager
def rehearsed(env):
    """Take back whatever is written inside, and forget what was to be told of it.

    Locks taken inside are given back too. Values that were read inside must be plain
    when they are used outside.

    :param odoo.api.Environment env: The environment everything is done in.
    """
    cr = env.cr
    waiting = list(cr.postcommit._funcs)
    savepoint = cr.savepoint()
    try:
        yield
    finally:
        savepoint.rollback()
        savepoint.close(rollback=False)
        # Nobody is woken or told because of what did not happen.
        cr.postcommit._funcs.clear()
        cr.postcommit._funcs.extend(waiting)
        env.invalidate_all(flush=False)
