"""Slows down who guesses addresses; in memory, each worker for itself."""

import threading
import time
from collections import OrderedDict


class Misses:
    """Counts wrong addresses by who asked, within a window.

    Right addresses are never refused: behind one office or proxy sit many customers,
    and one who guesses must not shut the others out.

    :param int limit: So many misses are answered in full.
    :param float window: In seconds.
    :param int size: So many askers are remembered; the oldest are forgotten.
    :param clock: Returns seconds; the tests have their own.
    """

    def __init__(self, limit=30, window=60.0, size=10_000, clock=time.monotonic):
        self._limit, self._window, self._size = limit, window, size
        self._clock = clock
        self._seen = OrderedDict()
        self._lock = threading.Lock()

    def too_many(self, asker):
        """Count one miss.

        :param str asker: Who missed, such as a network address.
        :return: Whether there were too many within the window.
        :rtype: bool
        """
        now = self._clock()
        with self._lock:
            start, count = self._seen.pop(asker, (now, 0))
            if now - start >= self._window:
                start, count = now, 0
            self._seen[asker] = (start, count + 1)
            while len(self._seen) > self._size:
                self._seen.popitem(last=False)
        return count >= self._limit
