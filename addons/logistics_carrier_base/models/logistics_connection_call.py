"""The one way in which everything but the poller calls a partner.

The poller asks for hundreds of numbers at once and keeps the same two fields in its own
transactions; see `logistics_poller.py`.
"""

import time

from psycopg2.extensions import TransactionRollbackError

from odoo import SUPERUSER_ID, models

from ..cadence import Budget
from ..calling import guarded
from ..exceptions import CallsPaused, CarrierRejected, CarrierUnavailable
from ..retry import Breaker

# So often it is tried to keep a count that somebody else writes at the same moment.
TRIES = 5
PAUSE = 0.05  # Seconds.
# What makes Test Connection a call to the partner.
_CALLED = frozenset({"poll", "subscribe", "book", "rate", "cancel"})


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    def _call_partner(self, call, *args):
        """Call the partner unless calls are paused or used up, and note how it went.

        What is noted is committed by itself, so that the connection is not locked
        during the call, whatever transaction the caller is in; nothing is read in that
        one before the call.

        :param callable call: What an adapter made for it; it needs no database.
        :raise CallsPaused: When nobody was called; the same call may work later.
        :raise CarrierUnavailable: When the same call may work later.
        :raise CarrierRejected: When it will not.
        """
        self.ensure_one()
        wait, text = self._in_own_transaction(_claim) or (0, "")
        if wait:
            raise CallsPaused(text, wait)
        answered = True
        try:
            return guarded(call, *args)
        except CarrierUnavailable:
            answered = False
            raise
        except CarrierRejected:
            raise
        finally:
            if self._in_own_transaction(_note, answered):
                self._note_answering()

    def _in_own_transaction(self, work, *args):
        """Do something with the locked connection, committed by itself.

        :param callable work: Called with the connection and the arguments.
        :return: Its answer; None when somebody else holds the connection for too long,
            for then the call goes before the count.
        """
        for _attempt in range(TRIES):
            try:
                with self.env.registry.cursor() as cr:
                    own = self.with_env(self.env(cr=cr, user=SUPERUSER_ID))
                    if own.try_lock_for_update():
                        answer = work(own, *args)
                        own.env.flush_all()
                        return answer
                    if not own.exists():
                        return None
            except TransactionRollbackError:
                pass
            time.sleep(PAUSE)
        return None

    def _note_answering(self):
        """Close what said that the partner does not answer; who waits goes on."""
        self.ensure_one()
        self.env["logistics.exception"].sudo()._solve(
            "carrier_unavailable", self, self.env._("It answers again.")
        )
        self._wake_poller()
        self.env["logistics.booking"]._wake()

    def _in_words(self, error):
        """Say what went wrong between us and the partner, and whose turn it is.

        :param CarrierUnavailable | CarrierRejected error: What the call ended with.
        :rtype: str
        """
        self.ensure_one()
        texts = {
            "authentication": self.env._(
                "%(name)s does not accept the credentials: %(error)s. Paste them "
                "again, then Test Connection."
            ),
            "quota": self.env._(
                "%(name)s allows no more calls for now: %(error)s. It is asked again "
                "by itself."
            ),
            "maintenance": self.env._(
                "%(name)s is out of service for now: %(error)s. It is asked again by "
                "itself."
            ),
            "unavailable": self.env._(
                "%(name)s does not answer: %(error)s. It is asked again by itself."
            ),
            "not_found": self.env._("%(name)s does not know it: %(error)s."),
            "partial": self.env._("%(name)s answered in part: %(error)s."),
        }
        other = self.env._("%(name)s refuses the call: %(error)s.")
        said = {"name": self.name, "error": str(error)[:200].rstrip(". ")}
        return texts.get(error.kind, other) % said

    def _note_test(self, verdict):
        """Return what a person's test says about the calls, to be written with it.

        The person goes through although calls are paused; when it works, they go on.

        :param str verdict: A code of `VERDICTS`.
        :rtype: dict
        """
        self.ensure_one()
        if verdict not in ("works", "unreachable") or not self._able() & _CALLED:
            # Nobody may have been called: the key is missing or of the other kind.
            return {}
        clock = time.time()
        breaker = Breaker.from_dict(self.breaker)
        if verdict == "unreachable":
            breaker = breaker.record(False, clock)
        elif breaker.state == "closed":
            breaker = breaker.record(True, clock)
        else:
            breaker = Breaker(last_at=clock)
        _granted, budget = self._budget(clock).take(1, self._rate(), clock)
        return {
            "breaker": breaker.as_dict(),
            "call_budget": [budget.left, budget.at],
        }

    def _rate(self):
        """Return how many calls the partner allows in a minute."""
        return max(self.rate_per_minute, 1)

    def _budget(self, clock):
        """Return how many calls are left.

        :param float clock: Unix time.
        :rtype: Budget
        """
        if self.call_budget:
            return Budget(*self.call_budget)
        return Budget.full(self._rate(), clock)


def _claim(connection):
    """Take one call; return how long to wait when there is none, and why."""
    clock = time.time()
    breaker = Breaker.from_dict(connection.breaker)
    if not breaker.allow(clock):
        return breaker.wait(clock), connection.env._(
            "Calls are paused: the partner did not answer several times"
        )
    rate = connection._rate()
    granted, budget = connection._budget(clock).take(1, rate, clock)
    if not granted:
        return budget.wait(rate) + 1, connection.env._(
            "The calls that the partner allows in a minute are used up"
        )
    connection.write(
        {
            "breaker": breaker.begin(clock).as_dict(),
            "call_budget": [budget.left, budget.at],
        }
    )
    return 0, ""


def _note(connection, answered):
    """Note how a call went; return whether calls go on that were paused."""
    before = Breaker.from_dict(connection.breaker)
    after = before.record(answered, time.time())
    connection.breaker = after.as_dict()
    connection._keep_logins()
    return before.state != "closed" and after.state == "closed"
