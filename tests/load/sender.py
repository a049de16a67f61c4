"""A partner that sends until it is answered: what carriers do, in a few threads."""

import http.client
import queue
import threading
import time

from load import traffic

# What ends the sending of a message. Odoo says 404 while its database is away.
ANSWERS = frozenset({200, 202, 400, 401, 405, 409, 413, 415})
PATIENCE = 240  # Tries of one message, with pauses: longer than any outage here.


class Sender:
    """Sends messages from several threads, again and again until one of `ANSWERS`.

    :param int port: Of the server, on loopback.
    :param dict world: What `load.world` printed.
    :param messages: In the order in which they are begun.
    """

    def __init__(self, port, world, messages):
        self.port = port
        self.world = world
        self.total = max(len(messages), 1)
        self.queue = queue.SimpleQueue()
        for message in messages:
            self.queue.put(message)
        self.acknowledged = set()
        self.surprises = []
        self.unsent = 0
        self.tries = 0
        self._answered = 0
        self._lock = threading.Lock()

    def progress(self):
        """Return the share of the messages that were answered."""
        return self._answered / self.total

    def run(self, threads):
        """Send everything; returns when all were answered or given up."""
        workers = [threading.Thread(target=self._work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self):
        connection = None
        while True:
            try:
                message = self.queue.get_nowait()
            except queue.Empty:
                return
            for attempt in range(PATIENCE):
                try:
                    if connection is None:
                        connection = http.client.HTTPConnection(
                            "127.0.0.1", self.port, timeout=30
                        )
                    status = self._post(connection, message)
                except (OSError, http.client.HTTPException):
                    connection = self._drop(connection)
                    status = 0
                if status in ANSWERS:
                    break
                connection = self._drop(connection)
                time.sleep(min(0.05 * 2 ** min(attempt, 5), 1.0))
            self._note(message, status)

    def _post(self, connection, message):
        with self._lock:
            self.tries += 1
        headers = traffic.signature(
            message.body, message.id, self.world["secret"], time.time()
        )
        connection.request(
            "POST",
            self.world["path"],
            message.body,
            headers | {"Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def _drop(self, connection):
        if connection is not None:
            connection.close()

    def _note(self, message, status):
        with self._lock:
            self._answered += 1
            if status in (200, 202):
                self.acknowledged.add(message.id)
            elif status not in ANSWERS:
                self.unsent += 1
            elif status != 400:
                self.surprises.append(f"{status} to {message.id}")
