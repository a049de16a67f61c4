"""The sending side of webhooks, as a partner does it: signed, repeated on failure."""

import http.client
import queue
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_QUEUE_SIZE = 5000
_HISTORY = 5000


@dataclass(frozen=True)
class Posting:
    """One webhook to send.

    :param bytes body: The body, byte for byte.
    :param headers: The headers, signature included.
    :param str label: What it is, for the history.
    """

    body: bytes
    headers: Mapping[str, str]
    label: str = ""


@dataclass(frozen=True)
class Delivery:
    """How one posting went.

    :param int status: The answer's HTTP status; 0 when there was none.
    :param int attempt: The attempt, from 1.
    """

    label: str
    status: int
    attempt: int

    @property
    def accepted(self):
        """Return whether the receiver took it."""
        return 200 <= self.status < 300

    @property
    def may_work_later(self):
        """Return whether sending it again makes sense."""
        return self.status in (0, 408, 429) or self.status >= 500


class WebhookSender:
    """Posts to one address on this machine, at once or from a thread of its own.

    :param str url: The receiver; only this machine is ever called.
    :param str secret: What messages are signed with.
    :param Scheme scheme: How they are signed.
    :param clock: Unix time, in the form of `time.time`.
    :param tuple retries: Seconds to wait before each repetition of a failed posting.
    :param float timeout: Seconds a receiver may take.
    :raises ValueError: When the receiver is somewhere else, or the secret is none.
    """

    def __init__(self, url, secret, scheme, clock, retries=(0.5, 2.0), timeout=20.0):
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
            raise ValueError("A stand-in posts to this machine only")
        if not scheme.usable(secret):
            raise ValueError("This secret does not fit the signature scheme")
        self._secret = secret
        self._scheme = scheme
        self._clock = clock
        self._address = (parts.hostname, parts.port or 80)
        self._target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._retries = retries
        self._timeout = timeout
        self._queue = queue.Queue(maxsize=_QUEUE_SIZE)
        self._stopping = threading.Event()
        self._thread = None
        self._lock = threading.Lock()
        self.history = deque(maxlen=_HISTORY)

    def send(self, body, message_id="", wait=False, age=0.0, signed=None, label=""):
        """Sign a message and send it.

        :param bytes body: The body, byte for byte.
        :param str message_id: Its identifier, where the scheme has one.
        :param bool wait: Send now and return how it went, instead of from the thread.
        :param float age: How many seconds ago it claims to have been signed.
        :param dict | None signed: Other signature headers than the right ones.
        :param str label: What it is, for the history.
        :rtype: Delivery | None
        """
        if signed is None:
            signed = self._scheme.sign(
                body, self._secret, self._clock() - age, message_id
            )
        headers = {"Content-Type": "application/json", **signed}
        posting = Posting(body, headers, label or message_id)
        if wait:
            return self._post(posting)
        self._enqueue(posting)
        return None

    def flush(self):
        """Wait until everything that waits has been sent or given up."""
        self._queue.join()

    def stop(self):
        """Send nothing more."""
        self._stopping.set()
        if self._thread:
            self._queue.put(None)
            self._thread.join(timeout=self._timeout + 1)

    def _post(self, posting, attempt=1):
        connection = http.client.HTTPConnection(*self._address, timeout=self._timeout)
        try:
            connection.request(
                "POST", self._target, body=posting.body, headers=dict(posting.headers)
            )
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        delivery = Delivery(posting.label, status, attempt)
        self.history.append(delivery)
        return delivery

    def _enqueue(self, posting):
        self._queue.put_nowait(posting)
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(
                    target=self._work, daemon=True, name="webhooks"
                )
                self._thread.start()

    def _work(self):
        while True:
            posting = self._queue.get()
            try:
                if posting is None:
                    return
                self._deliver(posting)
            finally:
                self._queue.task_done()

    def _deliver(self, posting):
        for attempt, delay in enumerate((*self._retries, None), start=1):
            if self._stopping.is_set():
                return
            delivery = self._post(posting, attempt)
            if not delivery.may_work_later or delay is None:
                return
            self._stopping.wait(delay)
