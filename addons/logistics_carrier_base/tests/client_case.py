"""A server of raw sockets that misbehaves on demand, and a client to call it with."""

import random
import socket
import threading
import time

import requests

from odoo.tests import BaseCase

from odoo.addons.logistics_carrier_base.client import CarrierClient, Timeouts
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)

_SEND = requests.Session.send
QUICK = Timeouts(connect=1.0, read=0.5, total=3.0)
# More than any test may take, less than what hangs for ever.
PATIENCE = 6.0


def http_answer(status=200, body=b"{}", headers=(), length=None):
    lines = [
        f"HTTP/1.1 {status} Whatever",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class RawServer:
    """Gives the socket of each connection to a function, with the request read."""

    def __init__(self, play, context=None):
        self.requests = []
        self.connections = 0
        self._play = play
        self._context = context
        self._open = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http{'s' if context else ''}://localhost:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        # Closing alone does not end an accept() that waits.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return  # The test is over.
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            while request := self._read(connection):
                self.requests.append(request)
                if self._play(connection, len(self.requests)) is not True:
                    break
        except OSError:
            return  # The client hung up, as it should.
        finally:
            connection.close()

    @staticmethod
    def _read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _blank, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


def always(answer):
    """Give the play of a server that answers every request and keeps the line."""

    def play(connection, _number):
        connection.sendall(answer)
        return True

    return play


def in_turn(*answers):
    """Give the play of a server whose answers follow each other."""

    def play(connection, number):
        connection.sendall(answers[min(number, len(answers)) - 1])
        return True

    return play


class LoopbackCase(BaseCase):
    """Lets `requests` out; only stand-ins on this machine are called."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        # Odoo's own would lengthen the limits in time, which are under test.
        return _SEND(session, request, **options)


class ClientCase(LoopbackCase):
    """A client that may call this machine and waits for nobody."""

    def setUp(self):
        super().setUp()
        self.slept = []

    def client(self, server, **options):
        client = CarrierClient(
            **{
                "hosts": {"localhost"},
                "base_url": server.url,
                "allow_loopback": True,
                "timeouts": QUICK,
                "sleep": self.slept.append,
                "rng": random.Random(1),
                **options,
            }
        )
        self.addCleanup(client.close)
        return client

    def assertUnavailable(self, call, *args, **options):
        started = time.monotonic()
        with self.assertRaises(CarrierUnavailable) as caught:
            call(*args, **options)
        self.assertLess(time.monotonic() - started, PATIENCE)
        return caught.exception

    def assertRejected(self, call, *args, **options):
        with self.assertRaises(CarrierRejected) as caught:
            call(*args, **options)
        return caught.exception
