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

    def add(self, other):
        """Count what came back to another run, too.

        :param Tally other: Of a run that was not at the same time.
        """
        self.seconds += other.seconds
        self.latencies += other.latencies
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count

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
    run = _Run(iter(requests), seconds)
    run.work([_Connection(port) for _number in range(connections)])
    return run.tally


class _Run:
    """One run of :func:`run`."""

    def __init__(self, requests, seconds):
        self.tally = Tally()
        self.requests = requests
        self.selector = selectors.DefaultSelector()
        self.began = time.perf_counter()
        self.until = self.began + seconds if seconds else float("inf")
        self.active = 0

    def work(self, connections):
        """Keep every connection busy until there is nothing more to send."""
        for connection in connections:
            self.active += self._take(connection)
        while self.active:
            for key, mask in self.selector.select(30):
                if mask & selectors.EVENT_WRITE and key.data.out:
                    self._write(key.data)
                if mask & selectors.EVENT_READ:
                    self._read(key.data)
        self.tally.seconds = time.perf_counter() - self.began

    def _take(self, connection):
        """Begin the next request; return 1, or 0 when there is none."""
        request = None
        if time.perf_counter() < self.until:
            request = next(self.requests, None)
        if request is None:
            self._drop(connection)
            return 0
        fresh = connection.begin(request)
        watch = selectors.EVENT_WRITE | selectors.EVENT_READ
        enter = self.selector.register if fresh else self.selector.modify
        enter(connection.sock, watch, connection)
        return 1

    def _write(self, connection):
        sent = connection.sock.send(connection.out)
        connection.out = connection.out[sent:]
        if not connection.out:
            self.selector.modify(connection.sock, selectors.EVENT_READ, connection)

    def _read(self, connection):
        data = connection.sock.recv(CHUNK)
        connection.answer += data
        length = answer_length(connection.answer)
        if data and (length is None or len(connection.answer) < length):
            return
        self.tally.latencies.append(time.perf_counter() - connection.started)
        status = status_of(connection.answer)
        self.tally.statuses[status] = self.tally.statuses.get(status, 0) + 1
        if not data or closes(connection.answer):
            self._drop(connection)
        self.active += self._take(connection) - 1

    def _drop(self, connection):
        if connection.sock is not None:
            self.selector.unregister(connection.sock)
            connection.drop()


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


def post(port, request, timeout=15):
    """Send one request and return the status of the answer, 0 when there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as sock:
            sock.sendall(request)
            answer = b""
            while True:
                data = sock.recv(CHUNK)
                answer += data
                length = answer_length(answer)
                if not data or (length is not None and len(answer) >= length):
                    return status_of(answer)
    except OSError:
        return 0
