"""How long a partner pushes what it was asked to push, and when to ask again.

Pure: no database and no clock. All instants are naive UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

RENEW_AT_LEAST = timedelta(hours=48)
ALERT_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a partner agreed to push.

    :param str target: The number, or "" for everything of the account.
    :param str reference: The partner's name of it; needed to end it.
    :param datetime | None expires_at: When it stops; None: never.
    """

    target: str
    reference: str
    expires_at: datetime | None = None


def renew_at(made_at, expires_at):
    """Return when a subscription is renewed: in the last quarter, two days early.

    :rtype: datetime | None
    """
    if expires_at is None:
        return None
    life = max(expires_at - made_at, timedelta())
    return expires_at - min(max(life / 4, RENEW_AT_LEAST), life / 2)


def alert_at(made_at, expires_at):
    """Return from when on somebody is told that it was not renewed.

    :rtype: datetime | None
    """
    if expires_at is None:
        return None
    # One that lives for a day only is no reason to be told all day long.
    return expires_at - min(ALERT_BEFORE, max(expires_at - made_at, timedelta()) / 4)
