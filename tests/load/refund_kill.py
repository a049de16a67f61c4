"""Workers that die between a provider's answer and their commit.

    python -m load.refund_kill DATABASE KILLS

A server on the loopback makes the refunds, and kills the worker that asked before it
hears the answer. Afterwards another worker finishes what is left. It prints what the
server was told and what is on record, as JSON; `tests/test_refund_kill.py` judges it.
"""

import json
import os
import signal
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from odoo import sql_db
from odoo.api import SUPERUSER_ID, Environment

from load import refund_world
from suite import database


class Server(ThreadingHTTPServer):
    """Makes refunds, once for each time it is told, and counts them."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.made, self.victim, self.lock = Counter(), None, threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One call of Odoo."""

    def do_POST(self):
        """Make a refund, then kill whoever is to die."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.made[body["key"]] += 1
            victim, self.server.victim = self.server.victim, None
        if victim:
            os.kill(victim, signal.SIGKILL)
            return
        self._say({"made": True, "reference": f"made-{body['key']}"})

    def do_GET(self):
        """Say what is known of a key."""
        key = parse_qs(urlsplit(self.path).query)["key"][0]
        made = self.server.made[key] > 0
        self._say({"made": made, "reference": f"made-{key}"})

    def _say(self, answer):
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        """Override: nothing is printed but the outcome."""


def main(name, kills):
    """Kill a worker for each refund, then let one finish."""
    kills = int(kills)
    server = Server()
    with database.odoo_environment(name) as env:
        registry = env.registry
        refund_world.configure(env, server.url)
        refunds = refund_world.asked(env, kills)
        env.cr.commit()
        ids = refunds.ids
    died = 0
    for refund_id in ids:
        died += _work(registry, server, [refund_id], kill=True)
    _work(registry, server, ids, kill=False)
    with registry.cursor() as cr:
        rows = Environment(cr, SUPERUSER_ID, {})["logistics.refund"].browse(ids)
        outcome = {
            "died": died,
            "made": sorted(server.made.values()),
            "unknown": sorted(set(server.made) - set(rows.mapped("key"))),
            "states": sorted(set(rows.mapped("state"))),
            "settled": sorted(set(rows.mapped("settled"))),
            "open": sum(rows.move_id.mapped("amount_residual")),
        }
    sys.stdout.write(json.dumps(outcome))


def _work(registry, server, ids, kill):
    """Run a worker of its own; return whether it was killed."""
    sql_db.close_all()
    ready, go = os.pipe()
    worker = os.fork()
    if not worker:
        os.read(ready, 1)
        code = 1
        try:
            with registry.cursor() as cr:
                env = Environment(cr, SUPERUSER_ID, {})
                for one in env["logistics.refund"].browse(ids):
                    one._take_its_turn()
                    cr.commit()
            code = 0
        finally:
            os._exit(code)
    server.victim = worker if kill else None
    os.write(go, b"x")
    _pid, status = os.waitpid(worker, 0)
    os.close(ready)
    os.close(go)
    if not kill and status:
        raise RuntimeError("The last worker did not finish")
    return int(os.WIFSIGNALED(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
