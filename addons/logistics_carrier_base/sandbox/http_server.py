"""The plain HTTP of the stand-ins: calls come in, replies go out.

Standard library only. Bounded in every direction: connections, body, time, memory.
"""

import json
import re
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

MAX_BODY = 1024 * 1024
_MAX_CONNECTIONS = 64
_IDLE_SECONDS = 15
_MOST_PIECES = 64
_CLOSING = {"Connection": "close"}


class Request(NamedTuple):
    """What was asked."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    # As it was sent: some repeat a parameter.
    query_string: str = ""

    def json(self):
        """Return the body as a JSON object; an empty body is an empty one.

        :raises ValueError: When it is none.
        """
        document = json.loads(self.body or b"{}")
        if not isinstance(document, dict):
            raise ValueError("not an object")
        return document


@dataclass(frozen=True)
class Reply:
    """What is answered.

    :param int status: The HTTP status.
    :param content: Bytes, or a document to write as JSON.
    """

    status: int
    content: object = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self):
        """Return the bytes to send."""
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content, ensure_ascii=False).encode()


class Server(ThreadingHTTPServer):
    """Listens on an address, and has each call answered in a thread of its own.

    :param tuple address: Host and port; port 0 takes a free one.
    :param callable serve: `(Request) -> Reply`.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address, serve):
        self.serve = serve
        self._free = threading.BoundedSemaphore(_MAX_CONNECTIONS)
        self._connections = set()
        super().__init__(address, _Handler)

    def process_request(self, request, client_address):
        if not self._free.acquire(timeout=1):
            self.shutdown_request(request)
            return
        self._connections.add(request)
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # No thread can be started any more.
            self._forget(request)
            raise

    def process_request_thread(self, request, client_address):
        try:
            return super().process_request_thread(request, client_address)
        finally:
            self._forget(request)

    def _forget(self, request):
        self._connections.discard(request)
        self._free.release()

    def close_connections(self):
        """Cut off whoever is connected."""
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # Closed by the other side.

    def handle_error(self, request, client_address):
        """Override to stay quiet about callers that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "StandIn"
    sys_version = ""
    timeout = _IDLE_SECONDS
    # Without it a small answer waits 40 ms for the acknowledgement of its headers.
    disable_nagle_algorithm = True

    def _answer(self):
        parts = urlsplit(self.path)
        length = self.headers.get("Content-Length", "0")
        if (
            not re.fullmatch("[0-9]{1,9}", length)
            or "Transfer-Encoding" in self.headers
        ):
            return self._turn_away(411, "send a Content-Length")
        if int(length) > MAX_BODY:
            return self._turn_away(413, "too large")
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): text for name, text in self.headers.items()},
            body=self.rfile.read(int(length)),
            query_string=parts.query,
        )
        return self._send(self.server.serve(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def _turn_away(self, status, text):
        # Who still sends does not listen: take in what comes, within reason.
        self.connection.settimeout(0.2)
        with suppress(OSError):  # Nothing more comes.
            for _ in range(_MOST_PIECES):
                if not self.rfile.read1(65536):
                    break
        self.close_connection = True
        return self._send(Reply(status, {"error": text}, headers=_CLOSING))

    def _send(self, reply):
        body = reply.body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, text in reply.headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Override to write nothing: the stand-in is not what is being watched."""
