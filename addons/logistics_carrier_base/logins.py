"""Tokens of logins: one login serves all threads of a process, and all workers.

The database is read before the calls and written after them; in between the tokens are
here. Two workers may log in at the same moment: both tokens work.
"""

import hashlib
import json
import threading
import time
from contextlib import suppress

from .api import MARGIN
from .exceptions import CarrierError

# A login that failed is not tried again for so long, in seconds: hundreds of numbers
# wait behind it, and partners lock accounts.
PAUSE = 20.0
_MOST_ACCOUNTS = 512


class Logins:
    """The login of one account.

    :param callable clock: Unix time.
    """

    def __init__(self, clock=time.time):
        self._clock = clock
        self._lock = threading.Lock()
        self._token, self._ends_at = "", 0.0
        self._error, self._failed_at = None, 0.0
        self._stored = ("", 0.0)

    def token(self, log_in, refused=""):
        """Return a token that is good now, after a login where there is none.

        :param callable log_in: Asks the partner; returns a `Login`.
        :param str refused: A token that was just refused.
        :rtype: str
        """
        with self._lock:
            now = self._clock()
            is_good = self._token and self._token != refused and now < self._ends_at
            if not is_good:
                self._log_in(log_in, now)
            return self._token

    def _log_in(self, log_in, now):
        if self._error and abs(now - self._failed_at) < PAUSE:
            raise self._error
        try:
            login = log_in()
        except CarrierError as error:
            # When it failed, not when it began: waiting is part of it.
            self._error, self._failed_at = error, self._clock()
            raise
        self._error = None
        self._token = login.token
        self._ends_at = now + max(login.seconds - MARGIN, 0.0)

    def learn(self, token, ends_at):
        """Take over a token that another worker has kept, if it is the better one."""
        with self._lock:
            if token and ends_at > self._ends_at:
                self._token, self._ends_at = token, ends_at
                self._stored = (token, ends_at)
            elif token == self._token:
                self._stored = (token, ends_at)

    def news(self):
        """Return token and end where they are not the kept ones, else None.

        :rtype: tuple[str, float] | None
        """
        with self._lock:
            found = (self._token, self._ends_at)
            if not self._token or found == self._stored:
                return None
            self._stored = found
            return found


_accounts = {}
_accounts_lock = threading.Lock()


def shared(*who):
    """Return the logins of an account in this process.

    :param who: What tells accounts apart: database, connection, credentials, address.
        Other credentials are another account. Nothing of it is kept in plain text.
    :rtype: Logins
    """
    digest = hashlib.sha256(json.dumps(who, sort_keys=True).encode()).digest()
    with _accounts_lock:
        if digest not in _accounts:
            while len(_accounts) >= _MOST_ACCOUNTS:
                with suppress(KeyError, StopIteration):
                    _accounts.pop(next(iter(_accounts)))
            _accounts[digest] = Logins()
        return _accounts[digest]
