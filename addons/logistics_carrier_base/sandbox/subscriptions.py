"""Until when the sandbox carrier reports what it was asked to report."""

from datetime import datetime, timezone


class Subscriptions:
    """What callers subscribed to. Without any, a trainer's address gets everything.

    :param clock: Unix time, in the form of `time.time`.
    :param float life: Seconds a subscription lasts.
    """

    def __init__(self, clock, life):
        self._clock = clock
        self._life = life
        self._kept = {}
        self._ends = None

    def forget(self):
        """Report everything again, as if nobody had ever subscribed.

        Subscriptions that are renewed next keep what others asked for.
        """
        self._kept, self._ends = self._ends or {}, None

    def add(self, numbers):
        """Begin or renew; an empty list is everything of the account.

        :param list[str] numbers: The tracking numbers.
        :return: For each `target`, `id` and `expires_at` (ISO 8601, UTC).
        :rtype: list[dict]
        """
        end = self._clock() + self._life
        self._ends = self._kept | dict.fromkeys(numbers or [""], end)
        at = datetime.fromtimestamp(end, timezone.utc).isoformat(timespec="seconds")
        return [
            {"target": number, "id": f"sub_{number or 'all'}", "expires_at": at}
            for number in numbers or [""]
        ]

    def end(self, ids):
        """End some; what is not there is over already.

        :param list[str] ids: As `add` returned them.
        """
        if self._ends is not None:
            self._ends = {
                number: end
                for number, end in self._ends.items()
                if f"sub_{number or 'all'}" not in ids
            }

    def cover(self, number):
        """Return whether scans of a number are reported now.

        :rtype: bool
        """
        if self._ends is None:
            return True
        end = max(self._ends.get(number, 0.0), self._ends.get("", 0.0))
        return self._clock() < end
