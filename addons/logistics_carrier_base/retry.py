"""When to try again: delays, and a circuit breaker that a database row can hold.

Pure: the clock and the random numbers are the caller's.
"""

from dataclasses import asdict, dataclass, fields, replace
from datetime import timezone
from email.utils import parsedate_to_datetime

# A carrier that names a longer wait is asked again the next day all the same.
MAX_RETRY_AFTER = 86400.0

_WINDOW = 20  # The last outcomes that are judged.
_MINIMUM = 10  # Fewer outcomes than this prove nothing.
_FAILURE_RATIO = 0.5
_FORGET_AFTER = 3600.0  # Outcomes of another hour say nothing about this one.
_COOL_DOWN = 60.0  # Doubled with every failed probe, up to:
_LONGEST_COOL_DOWN = 3600.0
_PROBE_TIME = 120.0  # A probe without an outcome counts as lost after this.


def backoff(attempt, rng, first=5.0, factor=4.0, longest=36000.0, jitter=0.2):
    """Return how long to wait after a failed attempt, in seconds.

    Exponential, with jitter so that many waiting jobs do not come back together.

    :param int attempt: How many attempts have failed, from 1.
    :param random.Random rng: The source of the jitter.
    :param float first: The wait after the first failure.
    :param float factor: How much longer each next wait is.
    :param float longest: The wait that is never exceeded before jitter.
    :param float jitter: The share by which the wait varies, both ways.
    :rtype: float
    """
    # The exponent is bounded too: a float overflows long before an attempt counter.
    delay = min(first * factor ** min(attempt - 1, 50), longest)
    return delay * (1 + jitter * (2 * rng.random() - 1))


def retry_after(value, now):
    """Return the seconds a `Retry-After` header asks for.

    :param str | None value: The header: seconds, or an HTTP date.
    :param float now: Unix time.
    :return: Seconds between 0 and a day; None when the header says nothing usable.
    :rtype: float | None
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:10])
    else:
        try:
            moment = parsedate_to_datetime(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=timezone.utc)
            seconds = moment.timestamp() - now
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


@dataclass(frozen=True, slots=True)
class Breaker:
    """Stops calling a carrier that does not answer, and finds out when it does again.

    `closed`: calls go out. `open`: none goes out until a cool-down has passed, longer
    each time. `half_open`: one probe is under way and decides. Immutable: every step
    returns the next breaker, which the caller stores.

    :param str state: `closed`, `open` or `half_open`.
    :param str outcomes: The last outcomes, the newest at the end; 1 good, 0 failed.
    :param int trips: How often it opened in a row.
    :param float opened_at: Unix time of the last opening.
    :param float probed_at: Unix time at which the probe began.
    :param float last_at: Unix time of the last outcome.
    """

    state: str = "closed"
    outcomes: str = ""
    trips: int = 0
    opened_at: float = 0.0
    probed_at: float = 0.0
    last_at: float = 0.0

    @property
    def failures(self):
        """Return how many of the last outcomes were failures.

        :rtype: int
        """
        return self.outcomes.count("0")

    @property
    def cool_down(self):
        """Return how long it stays open, in seconds.

        :rtype: float
        """
        return min(
            _COOL_DOWN * 2 ** min(max(self.trips - 1, 0), 10), _LONGEST_COOL_DOWN
        )

    def wait(self, now):
        """Return the seconds until a call may go out; 0 when it may now.

        :param float now: Unix time.
        :rtype: float
        """
        if self.state == "closed":
            return 0.0
        since, needed = (
            (self.opened_at, self.cool_down)
            if self.state == "open"
            else (self.probed_at, _PROBE_TIME)
        )
        # A clock that was set back must not keep a carrier out for ever.
        return max(needed - abs(now - since), 0.0)

    def allow(self, now):
        """Return whether a call may go out.

        :param float now: Unix time.
        :rtype: bool
        """
        return self.wait(now) == 0

    def begin(self, now):
        """Return the breaker after an allowed call has been started.

        When it was open, this call is the probe and nobody else gets through until its
        outcome is recorded.

        :param float now: Unix time.
        :rtype: Breaker
        """
        if self.state == "closed":
            return self
        return replace(self, state="half_open", probed_at=now)

    def record(self, ok, now):
        """Return the breaker after the outcome of a call.

        :param bool ok: Whether the carrier answered, be it with a refusal.
        :param float now: Unix time.
        :rtype: Breaker
        """
        if self.state == "half_open":
            return Breaker(last_at=now) if ok else self._opened(now)
        if self.state == "open":
            return self  # A call from before it opened: it decides nothing any more.
        known = "" if abs(now - self.last_at) > _FORGET_AFTER else self.outcomes
        outcomes = (known + ("1" if ok else "0"))[-_WINDOW:]
        following = replace(self, outcomes=outcomes, last_at=now)
        if (
            len(outcomes) >= _MINIMUM
            and following.failures >= _FAILURE_RATIO * len(outcomes)
            and not ok
        ):
            return following._opened(now)
        return following

    def _opened(self, now):
        return replace(
            self,
            state="open",
            outcomes="",
            trips=self.trips + 1,
            opened_at=now,
            last_at=now,
        )

    def as_dict(self):
        """Return the breaker ready for JSON.

        :rtype: dict
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, values):
        """Return a stored breaker; a closed one for None or an unknown state.

        :param dict | None values: What `as_dict()` gave.
        :rtype: Breaker
        """
        values = values or {}
        if values.get("state") not in ("closed", "open", "half_open"):
            return cls()
        names = {field.name for field in fields(cls)}
        return cls(**{name: values[name] for name in values if name in names})
