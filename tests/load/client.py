"""A sender over plain sockets: several connections at once in one thread.

Its own cost is small and the same for whatever it measures. A connection is kept as
long as the server keeps it.
"""

import selectors
import socket
import time
from dataclasses import dataclass, field

CHUNK = 65536


@dataclass
class Tally:
    """What came back."""

    seconds: float = 0.0
    latencies: list = field(default_factory=list)
    statuses: dict = field(default_factory=dict)

    @property
    def rate(self):
        """Answers in a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share):
        """Return the latency in seconds that this share of the answers kept to."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    def check(self, allowed):
        """Raise unless every answer was one of these.

        :param allowed: Statuses.
        """
        if set(self.statuses) - set(allowed):
            raise RuntimeError(f"Unexpected answers: {self.statuses}")


class _Connection:
    def __init__(self, port):
        self.port = port
        self.sock = None
        self.out = b""
        self.answer = b""
        self.started = 0.0

    def begin(self, request):
        self.out, self.answer = request, b""
        self.started = time.perf_counter()
        if self.sock is None:
            self.sock = socket.socket()
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock.setblocking(False)
            self.sock.connect_ex(("127.0.0.1", self.port))
            return True
        return False

    def drop(self):
        self.sock.close()
        self.sock = None


def run(port, requests, connections=8, seconds=None):
    """Send requests, the next one on each connection when the last was answered.

    :param int port: On loopback.
    :param requests: An iterable of whole requests as bytes.
    :param int connections: How many at once.
    :param float seconds: When to stop taking new ones; None takes all.
    :rtype: Tally
    """
    tally, requests = Tally(), iter(requests)
    selector = selectors.DefaultSelector()
    began = time.perf_counter()
    until = began + seconds if seconds else float("inf")
    active = 0

    def take(connection):
        request = None
        if time.perf_counter() < until:
            request = next(requests, None)
        if request is None:
            if connection.sock is not None:
                selector.unregister(connection.sock)
                connection.drop()
            return 0
        fresh = connection.begin(request)
        watch = selectors.EVENT_WRITE | selectors.EVENT_READ
        if fresh:
            selector.register(connection.sock, watch, connection)
        else:
            selector.modify(connection.sock, watch, connection)
        return 1

    for _number in range(connections):
        active += take(_Connection(port))
    while active:
        for key, mask in selector.select(30):
            connection = key.data
            if mask & selectors.EVENT_WRITE and connection.out:
                sent = connection.sock.send(connection.out)
                connection.out = connection.out[sent:]
                if not connection.out:
                    selector.modify(connection.sock, selectors.EVENT_READ, connection)
            if not mask & selectors.EVENT_READ:
                continue
            data = connection.sock.recv(CHUNK)
            connection.answer += data
            length = answer_length(connection.answer)
            if data and (length is None or len(connection.answer) < length):
                continue
            tally.latencies.append(time.perf_counter() - connection.started)
            status = status_of(connection.answer)
            tally.statuses[status] = tally.statuses.get(status, 0) + 1
            if not data or closes(connection.answer):
                selector.unregister(connection.sock)
                connection.drop()
            active += take(connection) - 1
    tally.seconds = time.perf_counter() - began
    return tally


def status_of(answer):
    """Return the status of an answer, 0 when there was none."""
    return int(answer[9:12]) if len(answer) > 12 else 0


def closes(answer):
    """Tell whether the server ends the connection with this answer."""
    head = answer.partition(b"\r\n\r\n")[0].lower()
    return not answer.startswith(b"HTTP/1.1") or b"connection: close" in head


def answer_length(answer):
    """Return how long the whole answer is, None while its head is incomplete."""
    head, end, _rest = answer.partition(b"\r\n\r\n")
    if not end:
        return None
    for line in head.split(b"\r\n"):
        name, _sep, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(head) + 4 + int(value)
    return float("inf")
