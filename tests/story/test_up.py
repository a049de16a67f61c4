"""What `bin/up` leaves behind when it ends, and where it keeps downloads."""

import fcntl
import os

import pytest

from suite import paths, postgres, up


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


def test_downloads_are_kept_for_the_next_clone_where_home_can_be_written(
    tmp_path, monkeypatch
):
    for name in ("LOGISTICS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.cache_dir() == tmp_path / ".cache" / "logistics-suite"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    assert paths.cache_dir() == paths.LOCAL / "cache"
