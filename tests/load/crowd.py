"""Threads that begin together, on real connections with committed rows.

All of them meet at their first try. Whom the database sends back goes again beside a
few others: with everybody each time, n workers make n² tries for n that get through.
"""

import contextlib
import threading

from psycopg2.extensions import TransactionRollbackError

from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError

PATIENCE = 400  # Tries of one transaction; a race that needs more is no race but a bug.
AGAIN_TOGETHER = 4


class Crowd:
    """Workers on the database of a registry."""

    def __init__(self, registry):
        self.registry = registry
        self._again = threading.Semaphore(AGAIN_TOGETHER)
        self._mine = threading.local()

    @contextlib.contextmanager
    def cursor(self):
        """Give an environment of its own; committed unless an error leaves it.

        :rtype: Environment
        """
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def transaction(self, deed):
        """Do something in a transaction of its own, again when the database asks.

        :param Callable deed: Takes an environment.
        :raises RuntimeError: When it never got through.
        """
        for attempt in range(PATIENCE):
            turn = self._turn() if attempt else contextlib.nullcontext()
            # The commit, which may be refused too, is at the end of the cursor.
            with (
                turn,
                contextlib.suppress(TransactionRollbackError),
                self.cursor() as env,
            ):
                deed(env)
                return
        raise RuntimeError("A transaction never got through")

    def at_once(self, workers, deed, times=1, *, may_refuse=False):
        """Let workers begin together, each in a thread and transactions of its own.

        :param int workers: How many.
        :param Callable deed: Takes an environment and the number of the worker.
        :param int times: How often each of them does it.
        :param bool may_refuse: Whether a message for people is an answer, no error.
        :return: The numbers of those who were refused.
        :rtype: list[int]
        :raises RuntimeError: When a worker met an error.
        """
        barrier, refused, errors = threading.Barrier(workers), [], []

        def work(worker):
            barrier.wait()
            try:
                for _time in range(times):
                    self.transaction(lambda env: deed(env, worker))
            except Exception as error:  # noqa: BLE001 - told by the race itself
                if may_refuse and isinstance(error, UserError):
                    refused.append(worker)
                else:
                    errors.append(f"{type(error).__name__}: {error}")

        threads = [threading.Thread(target=work, args=(n,)) for n in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise RuntimeError(errors[0])
        return sorted(refused)

    @contextlib.contextmanager
    def _turn(self):
        """Wait for one of the turns; a transaction within another shares its turn."""
        if getattr(self._mine, "turn", False):
            yield
            return
        with self._again:
            self._mine.turn = True
            try:
                yield
            finally:
                self._mine.turn = False
