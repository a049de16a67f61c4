"""What pollers and bookers are made of: questions, asked without a database."""

import queue
from contextlib import suppress

from .exceptions import CarrierUnavailable, UnreadableMessage


class Asker:
    """Asks one account about numbers; keeps its clients open until it is closed.

    :param Account account: The account.
    :param callable fetch: `(client, numbers) -> list[bytes]`.
    """

    def __init__(self, account, fetch):
        self._account = account
        self._fetch = fetch
        self._idle = queue.SimpleQueue()

    def __call__(self, numbers):
        """Ask about some numbers.

        :rtype: list[bytes]
        """
        try:
            client = self._idle.get_nowait()
        except queue.Empty:
            client = self._account.open()
        try:
            return self._fetch(client, numbers)
        finally:
            self._idle.put(client)

    def close(self):
        """Close the clients; one that is at work closes nothing of another's."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()


def one_by_one(account, fetch):
    """Return a poller of a partner that takes one number in a call.

    :param callable fetch: `(client, number) -> bytes`.
    :rtype: Asker
    """
    return Asker(
        account, lambda client, numbers: [fetch(client, number) for number in numbers]
    )


def together(account, fetch):
    """Return a poller of a partner that takes several numbers in a call.

    :param callable fetch: `(client, numbers) -> list[bytes]`.
    :rtype: Asker
    """
    return Asker(account, fetch)


def calling(account, call):
    """Return a plain function that makes a call with a client of its own.

    :param Account account: The account.
    :param callable call: Called with the opened client and the arguments.
    """

    def run(*args):
        with account.open() as client:
            return call(client, *args)

    return run


def understood(partner, reader, *args):
    """Read a good answer of a call that does something.

    :param str partner: The partner's name, for the reason.
    :param callable reader: A pure function; called with the arguments.
    :raise CarrierUnavailable: When it cannot be read: it may have been done all the
        same.
    """
    try:
        return reader(*args)
    except (UnreadableMessage, KeyError, TypeError, AttributeError) as error:
        text = f"{partner} answered something else: {error}"
        raise CarrierUnavailable(text) from error
