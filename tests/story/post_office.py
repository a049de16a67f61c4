"""The local mailbox: takes what Odoo sends and shows it, delivers nothing."""

import email
import email.policy
import json
import socketserver
import threading
import time
from pathlib import Path

# Longest message, so that a mistake cannot fill the disk.
MAX_BYTES = 20 * 1024 * 1024
_IDLE_SECONDS = 60
_GREETING = "220 mailbox ready"
_SIMPLE = {
    "HELO": "250 mailbox",
    "EHLO": "250-mailbox\r\n250 8BITMIME",
    "NOOP": "250 fine",
    "AUTH": "502 no need",
}


class _Session(socketserver.StreamRequestHandler):
    """One SMTP conversation (RFC 5321), as far as a client on this machine goes."""

    timeout = _IDLE_SECONDS

    def handle(self):
        """Talk until the client leaves."""
        self._say(_GREETING)
        self._forget()
        while line := self.rfile.readline(2048):
            command, _blank, rest = (
                line.decode("utf-8", "replace").strip().partition(" ")
            )
            command = command.upper()
            if command == "QUIT":
                self._say("221 bye")
                return
            self._obey(command, rest)

    def _obey(self, command, rest):
        if command == "MAIL":
            self._forget()
            self._sender = _address(rest)
            self._say("250 fine")
        elif command == "RCPT":
            self._recipients.append(_address(rest))
            self._say("250 fine")
        elif command == "RSET":
            self._forget()
            self._say("250 fine")
        elif command == "DATA" and self._recipients:
            self._say("354 go ahead")
            self._take(self._body())
        else:
            self._say(_SIMPLE.get(command, "503 not now"))

    def _body(self):
        lines, size = [], 0
        while (line := self.rfile.readline()) and line not in (b".\r\n", b".\n"):
            size += len(line)
            if size <= MAX_BYTES:
                # A leading dot is doubled on the way.
                lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines) if size <= MAX_BYTES else None

    def _take(self, body):
        if body is None:
            self._say("552 too large")
        else:
            self.server.keep(self._sender, self._recipients, body)
            self._say("250 kept")
        self._forget()

    def _forget(self):
        self._sender, self._recipients = "", []

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server on this machine that keeps every message in a folder.

    :param Path folder: Where messages are kept, one file each.
    :param int port: The port; 0 takes a free one.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder, port=0):
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._count = 0
        super().__init__(("127.0.0.1", port), _Session)

    @property
    def port(self):
        """Return the port it listens on."""
        return self.server_address[1]

    def keep(self, sender, recipients, body):
        """Keep one message; readers see it whole or not at all."""
        with self._lock:
            self._count += 1
            name = f"{time.time_ns()}-{self._count:06d}"
            (self._folder / f"{name}.eml").write_bytes(body)
            fresh = self._folder / f"{name}.new"
            fresh.write_text(json.dumps({"from": sender, "to": recipients}))
            fresh.rename(self._folder / f"{name}.json")


def read(folder):
    """Return what is in a mailbox, the oldest message first.

    :param Path folder: The folder of the mailbox.
    :return: Mappings of sender, recipients, subject and names of attachments.
    :rtype: list[dict]
    """
    messages = []
    for envelope in sorted(Path(folder).glob("*.json")):
        message = email.message_from_bytes(
            envelope.with_suffix(".eml").read_bytes(), policy=email.policy.default
        )
        messages.append(
            json.loads(envelope.read_text())
            | {
                # A long one is folded, at its very beginning too.
                "subject": str(message["subject"] or "").strip(),
                "attachments": [
                    part.get_filename() or "" for part in message.iter_attachments()
                ],
            }
        )
    return messages


def _address(text):
    """Return the address of `FROM:<somebody@example.com> SIZE=1`."""
    return text.partition("<")[2].partition(">")[0]
