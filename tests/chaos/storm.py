"""Sending a stream while workers are killed and the database is restarted."""

import queue
import random
import threading
import time
from collections import Counter

from load import client, traffic

from suite import database, postgres
from suite.progress import SuiteError, say

SENDERS = 8
PATIENCE = 300  # Seconds a sender goes on with one message.
# Odoo's own answer while it has no database; the webhook never says so.
NO_DATABASE = 404
WRONG_SECRET = "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhpcyBjb25uZWN0aW9u"


class Storm:
    """One storm against one running server.

    :param server: A supervised prefork server.
    :param dict world: What `load.world` says.
    :param list messages: What is sent, in this order.
    :param list blows: What goes wrong, in this order: `kill` or `restart`.
    """

    def __init__(self, server, world, messages, blows, seed):
        self.server = server
        self.world = world
        self.messages = queue.SimpleQueue()
        for message in messages:
            self.messages.put(message)
        self.total = len(messages)
        self.random = random.Random(seed)
        self.blows = blows
        self.settled = {}
        self.attempts = Counter()
        self.killed = Counter()
        self.restarts = 0
        self.failures = []
        self._done = 0
        self._guard = threading.Condition()
        self._struck = 0

    def run(self):
        """Send everything, blow by blow; return when all is settled."""
        threads = [threading.Thread(target=self._send_all) for _ in range(SENDERS)]
        threads.append(threading.Thread(target=self._strike_all))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise SuiteError(f"The storm broke off: {self.failures[0]}")

    # === SENDING === #

    def _send_all(self):
        try:
            while not self.failures:
                self._wait_for_turn()
                try:
                    message = self.messages.get_nowait()
                except queue.Empty:
                    return
                self._send(message)
                with self._guard:
                    self._done += 1
                    self._guard.notify_all()
        except Exception as error:  # noqa: BLE001 - ends the storm, told by run()
            self._fail(error)

    def _wait_for_turn(self):
        """Keep enough messages back for the blows that are still to come."""
        with self._guard:
            while not self.failures:
                allowed = (self._struck + 1) / (len(self.blows) + 1) * self.total
                if self._done < allowed or self._struck == len(self.blows):
                    return
                self._guard.wait(1)

    def _send(self, message):
        """Send a message until the answer is one that ends it, as a partner would."""
        secret = WRONG_SECRET if message.forged else self.world["secret"]
        until = time.monotonic() + PATIENCE
        pause = 0.05
        while True:
            request = traffic.signed_request(
                self.world["path"], message.body, message.key, secret, time.time()
            )
            status = client.post(self.server.port, request)
            self.attempts[status] += 1
            if (200 <= status < 300 or 400 <= status < 500) and status != NO_DATABASE:
                break
            if time.monotonic() > until:
                raise SuiteError(f"{message.key} was never taken: {status}")
            time.sleep(pause)
            pause = min(pause * 1.5, 1)
        with self._guard:
            self.settled.setdefault(message, []).append(status)

    def _fail(self, error):
        with self._guard:
            self.failures.append(error)
            self._guard.notify_all()

    # === BLOWS === #

    def _strike_all(self):
        try:
            for number, blow in enumerate(self.blows, 1):
                self._wait_until_sent(number / (len(self.blows) + 1))
                getattr(self, f"_{blow}")()
                with self._guard:
                    self._struck = number
                    self._guard.notify_all()
        except Exception as error:  # noqa: BLE001 - ends the storm, told by run()
            self._fail(error)

    def _wait_until_sent(self, share):
        with self._guard:
            while self._done < int(share * self.total) and not self.failures:
                self._guard.wait(1)

    def _kill(self):
        """Kill one worker, whatever it is doing."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            kind = self.random.choice(("http", "cron"))
            workers = self.server.workers(kind)
            if workers and self.server.kill_worker(self.random.choice(workers)):
                self.killed[kind] += 1
                return
            time.sleep(0.2)
        raise SuiteError("There was no worker to kill for a minute.")

    def _restart(self):
        """Stop the database as a crash would, and start it again."""
        say("   the database crashes and starts again")
        postgres.restart("immediate")
        self.restarts += 1
        self.server.wait_healthy()
        notify(self.server.database)


def notify(name):
    """Wake the cron workers of a database, as a start-up script would."""
    with database.cursor() as cr:
        cr.execute("SELECT pg_notify('cron_trigger', %s)", [name])
