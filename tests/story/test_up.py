"""What `bin/up` leaves behind when it ends."""

import fcntl
import os

import pytest

from suite import postgres, up


def test_postgresql_is_left_to_the_server_that_shares_the_lock(tmp_path):
    lock = tmp_path / "use.lock"
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    # A child inherits its descriptor like this.
    of_the_server = os.dup(descriptor)
    handle = postgres.Handle(descriptor)
    up._leave(handle)
    handle.release()
    somebody_else = os.open(lock, os.O_RDWR)
    with pytest.raises(BlockingIOError):
        fcntl.flock(somebody_else, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(of_the_server)
    fcntl.flock(somebody_else, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(somebody_else)
