"""The partners of the story, as they act: over HTTP, each signing in its own way.

The signatures of the 3PL and of EasyPost are written here once more, from the schemes'
descriptions: a mistake in the suite's own signing would not hide itself.
"""

import base64
import hashlib
import hmac
import http.client
import json
import time
import unicodedata
import uuid
from datetime import datetime, timezone
from urllib.parse import urlsplit

TIMEOUT = 30


class Refusal(Exception):
    """A partner's server did not do what the story asked of it."""


def post(url, body, headers):
    """Post bytes.

    :param str url: The address.
    :param bytes body: What to post.
    :param dict headers: The headers.
    :return: The HTTP status and the answer.
    :rtype: tuple[int, bytes]
    """
    return _call("POST", url, body, {"Content-Type": "application/json"} | headers)


class Trainer:
    """Pulls the strings of a stand-in that runs as a program of its own.

    :param int port: Its port.
    :param str authorization: What its key looks like in a header.
    """

    def __init__(self, port, authorization):
        self.url = f"http://127.0.0.1:{port}"
        self._headers = {"Authorization": authorization}

    def wait_up(self, seconds=20):
        """Wait until it answers.

        :raise Refusal: When it does not.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if _call("GET", f"{self.url}/health", b"", {})[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise Refusal(f"Nobody answers at {self.url}")

    def subscribe(self, url, secret):
        """Tell it where to report and what to sign with."""
        self.ask("/control/subscribe", url=url, secret=secret)

    def fail(self, **fault):
        """Let the next calls of its API fail; see `StandIn.fail_next`."""
        self.ask("/control/faults", **fault)

    def behave(self):
        """Let it work again."""
        self.ask("/control/faults", method="DELETE")

    def ask(self, route, /, method="POST", **content):
        """Call it as its owner does.

        :raise Refusal: When it does not want to.
        """
        status, body = _call(
            method,
            self.url + route,
            json.dumps(content).encode(),
            self._headers | {"Content-Type": "application/json"},
        )
        if status >= 300:
            raise Refusal(f"{route}: {status} {body[:200].decode(errors='replace')}")
        return json.loads(body)


class Sandbox(Trainer):
    """A carrier: books parcels, scans them, reports the scans.

    :param int port: Its port.
    :param dict partner: Its keys.
    """

    def __init__(self, port, partner):
        super().__init__(port, f"Bearer {partner['api_key']}")

    def book(self, reference, parcels=1):
        """Book a transport order; the label is part of the answer.

        :return: The tracking numbers.
        :rtype: list[str]
        """
        booking = self.ask(
            "/shipments", reference=reference, parcels=[{"weight": 2}] * parcels
        )
        if not all(
            base64.b64decode(parcel["label"]).startswith(b"%PDF")
            for parcel in booking["parcels"]
        ):
            raise Refusal("The label is no PDF")
        return [parcel["number"] for parcel in booking["parcels"]]

    def scan(self, number, code, **details):
        """Scan a parcel and report it at once.

        :return: The status Odoo answered with.
        :rtype: int
        """
        return self.ask(
            "/control/advance", number=number, code=code, wait=True, **details
        )["answered"]

    def scan_silently(self, number, *codes):
        """Scan a parcel without reporting it: only a poll can know."""
        for code in codes:
            self.ask("/control/advance", number=number, code=code, silent=True)

    def withdraw(self, number, code):
        """Take a scan back and report that."""
        return self.ask("/control/advance", number=number, withdraw=code, wait=True)[
            "answered"
        ]

    def misreport(self, number, how):
        """Send what no partner should send.

        :return: What Odoo answered, message by message.
        :rtype: list[int]
        """
        return self.ask("/control/misreport", number=number, how=how, wait=True)[
            "answered"
        ]


class EasyPost(Trainer):
    """The stand-in of EasyPost's API, and pushes signed as EasyPost signs them.

    :param int port: Its port.
    :param dict partner: Its keys.
    :param str webhook: Where pushes go.
    """

    def __init__(self, port, partner, webhook):
        token = base64.b64encode(f"{partner['api_key']}:".encode()).decode()
        super().__init__(port, f"Basic {token}")
        self._webhook = webhook
        self._secret = unicodedata.normalize("NFKD", partner["secret"]).encode()
        self.answers = []

    def move(self, number, status, **details):
        """Let something happen to a parcel; EasyPost knows it, nobody is told.

        :return: The tracker as its API shows it.
        :rtype: dict
        """
        return self.ask(
            "/control/advance", number=number, status=status, push=False, **details
        )["tracker"]

    def push(self, tracker):
        """Push a tracker, signed over the raw bytes with the normalised secret.

        :return: The status Odoo answered with.
        :rtype: int
        """
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = json.dumps(
            {
                "id": f"evt_{uuid.uuid4().hex}",
                "object": "Event",
                "mode": "test",
                "description": "tracker.updated",
                "previous_attributes": {"status": "in_transit"},
                "created_at": now,
                "updated_at": now,
                "status": "pending",
                "pending_urls": [],
                "completed_urls": [],
                "user_id": "user_story",
                "result": tracker,
            },
            ensure_ascii=False,
        ).encode()
        self.answers.append(post(self._webhook, body, self.sign(body))[0])
        return self.answers[-1]

    def sign(self, body):
        """Return the header of EasyPost's scheme; it covers the body and no time.

        :rtype: dict[str, str]
        """
        digest = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        return {"X-Hmac-Signature": f"hmac-sha256-hex={digest}"}


class ThirdParty:
    """A 3PL that pushes the suite's own format: CloudEvents, Standard Webhooks.

    :param str webhook: Where it pushes.
    :param dict partner: Its secret.
    :param str source: The name it gives itself.
    """

    def __init__(self, webhook, partner, source="https://wms.rhein.example/leipzig"):
        self._webhook = webhook
        self._key = base64.b64decode(partner["secret"].removeprefix("whsec_"))
        self._source = source
        self.answers = []

    def event(self, event_type, **data):
        """Return one event in the canonical format.

        :rtype: dict
        """
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        return {
            "specversion": "1.0",
            "id": uuid.uuid4().hex,
            "source": self._source,
            "type": "logistics.event",
            "time": now,
            "datacontenttype": "application/json",
            "data": {"event_type": event_type, "occurred_at": now} | data,
        }

    def push(self, *events):
        """Push one event, or several in one message.

        :return: The status Odoo answered with.
        :rtype: int
        """
        batch = "-batch" if len(events) > 1 else ""
        content = list(events) if batch else events[0]
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = self.sign(body, f"msg_{uuid.uuid4().hex}", int(time.time()))
        headers["Content-Type"] = f"application/cloudevents{batch}+json"
        self.answers.append(post(self._webhook, body, headers)[0])
        return self.answers[-1]

    def sign(self, body, message_id, timestamp):
        """Return the headers of the Standard Webhooks scheme.

        :param bytes body: What is signed.
        :param str message_id: The identifier of the message.
        :param int timestamp: Unix time.
        :rtype: dict[str, str]
        """
        signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
        digest = hmac.new(self._key, signed, hashlib.sha256).digest()
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }


def _call(method, url, body, headers):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname, parts.port or 80, timeout=TIMEOUT
    )
    try:
        connection.request(method, parts.path, body=body or None, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
