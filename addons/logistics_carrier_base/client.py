"""The one way to call a partner: bounded in time and size, and silent about secrets.

A call ends with an `Answer`, a `CarrierUnavailable` (the same call may work later) or a
`CarrierRejected` (it will not). Nothing else comes out, whatever the other side does.
"""

import json as jsonlib
import logging
import os
import random
import re
import socket
import time
import weakref
import zlib
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

import requests
import urllib3

from odoo.addons.logistics_events.tracing import get_logger

from . import guard, strict_json, tracing
from .exceptions import CarrierRejected, CarrierUnavailable, UnreadableMessage
from .redaction import redact, redact_url
from .retry import Breaker, backoff, retry_after
from .watchdog import Watchdog

_logger = get_logger(__name__)

MAX_BYTES = 5 * 1024 * 1024
USER_AGENT = "Odoo-Logistics/19.0"

_CHUNK = 65536
_LENGTH = re.compile(r"[0-9]{1,15}")
_TRANSIENT = frozenset({408, 425, 429})
_WAITING_KINDS = {429: "quota", 503: "maintenance"}
_KINDS = {
    401: "authentication",
    402: "quota",
    403: "authentication",
    404: "not_found",
    410: "not_found",
}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a call may take, in seconds.

    :param float connect: Until the connection stands, name resolution included.
    :param float read: Without a single byte coming in.
    :param float total: All attempts together, from the first byte out to the last in.
    """

    connect: float = 5.0
    read: float = 20.0
    total: float = 45.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer of a partner.

    :param int status: The HTTP status, 2xx.
    :param dict headers: The headers, names in lower case.
    :param bytes body: The whole body.
    :param float seconds: How long it took.
    """

    status: int
    headers: dict
    body: bytes = field(repr=False)
    seconds: float = 0.0

    def json(self):
        """Return the body as a JSON document.

        :raises CarrierUnavailable: When it is none: mostly the error page of something
            that stands in front of the carrier.
        """
        try:
            return strict_json.loads(self.body, max_bytes=MAX_BYTES)
        except UnreadableMessage as error:
            raise CarrierUnavailable(
                f"The answer is no JSON: {error.reason}"
            ) from error


class CarrierClient:
    """HTTP client for one job with one partner; not shared between threads.

    Through a proxy named in the environment the proxy decides where names lead;
    otherwise the address is judged and pinned here (see `guard`).

    :param hosts: The hosts the adapter declares; no other is called.
    :param str base_url: What relative paths are appended to.
    :param bool allow_loopback: Whether this machine may be called (stand-ins, tests).
    :param Timeouts timeouts: The limits in time.
    :param int max_bytes: The largest answer that is read, after decompression.
    :param sensitive_keys: Names whose values are never logged, besides the usual ones.
    :param str | None traceparent: The trace on whose behalf the calls are made.
    :param Breaker | None breaker: The stored breaker of the connection; read `breaker`
        after the calls and store it again.
    :param callable | None refusal_of: Tells by the body of an answer with status 500
        that the call was refused and nothing is broken: to a `CarrierAnswer` or None.
    """

    def __init__(
        self,
        hosts,
        base_url="",
        allow_loopback=False,
        timeouts=Timeouts(),
        max_bytes=MAX_BYTES,
        sensitive_keys=(),
        traceparent=None,
        breaker=None,
        refusal_of=None,
        rng=None,
        clock=time.time,
        monotonic=time.monotonic,
        sleep=time.sleep,
        resolver=socket.getaddrinfo,
    ):
        self.breaker = breaker or Breaker()
        self._hosts = frozenset(hosts)
        self._base_url = base_url.rstrip("/")
        self._allow_loopback = allow_loopback
        self._timeouts = timeouts
        self._max_bytes = max_bytes
        self._sensitive_keys = tuple(sensitive_keys)
        self._traceparent = traceparent
        self._refusal_of = refusal_of
        self._rng = rng or random.Random()
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._resolver = resolver
        self._connections = []
        self._session = requests.Session()
        # No .netrc and no proxies behind our back; see `_proxies`.
        self._session.trust_env = False
        self._session.headers.clear()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, guard.PinnedAdapter(self._dial))

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        """Close the connections that were kept open for the next call."""
        self._session.close()

    def get(self, url, params=None, **options):
        """Read from the partner; see `request()`."""
        return self.request("GET", url, params=params, **options)

    def post(self, url, json=None, **options):
        """Send to the partner; see `request()`."""
        return self.request("POST", url, json=json, **options)

    def request(
        self,
        method,
        url,
        params=None,
        json=None,
        data=None,
        headers=None,
        auth=None,
        attempts=None,
    ):
        """Call the partner.

        :param str method: The HTTP method.
        :param str url: An absolute URL, or a path below the base URL.
        :param params: Query parameters.
        :param json: A document to send as JSON.
        :param bytes | None data: A body to send as it is.
        :param dict | None headers: Further headers.
        :param tuple | None auth: User and password for Basic authentication.
        :param int | None attempts: How often to try within the total time; 2 for GET,
            else 1, since only the caller knows whether a repetition is harmless.
        :rtype: Answer
        :raises CarrierUnavailable: When the same call may work later.
        :raises CarrierRejected: When it will be refused again.
        """
        url = url if "://" in url else f"{self._base_url}/{url.lstrip('/')}"
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
        loopback = guard.check_url(url, self._hosts, self._allow_loopback)
        headers = self._headers(headers)
        if json is not None:
            data = jsonlib.dumps(json, allow_nan=False).encode()
            headers.setdefault("Content-Type", "application/json")
            if _logger.isEnabledFor(logging.DEBUG):
                _logger.debug("Body: %s", redact(json, self._sensitive_keys))
        try:
            prepared = self._session.prepare_request(
                requests.Request(method, url, headers=headers, data=data, auth=auth)
            )
        except (requests.RequestException, ValueError):
            # Unchained: the text may hold a header that holds a key.
            raise CarrierRejected(
                "bad_request", "bad_request", "The call cannot be written down"
            ) from None
        # Once more: this is the spelling that is called.
        guard.check_url(prepared.url, self._hosts, self._allow_loopback)
        deadline = self._monotonic() + self._timeouts.total
        attempts = attempts or (2 if method == "GET" else 1)
        for attempt in range(1, attempts + 1):
            try:
                return self._attempt(prepared, loopback, deadline)
            except CarrierUnavailable as error:
                delay = error.retry_after
                if delay is None:
                    delay = backoff(attempt, self._rng, first=0.5, longest=10.0)
                remaining = deadline - self._monotonic()
                if attempt == attempts or delay + self._timeouts.connect > remaining:
                    raise
                self._sleep(delay)
        raise AssertionError("unreachable")

    def _headers(self, headers):
        return {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": USER_AGENT,
            **(headers or {}),
            "traceparent": tracing.child(self._traceparent or tracing.current()),
        }

    def _attempt(self, prepared, loopback, deadline):
        """Make one call, judge it, log it, and tell the breaker."""
        now = self._clock()
        if not self.breaker.allow(now):
            raise CarrierUnavailable(
                "Calls are paused after repeated failures", self.breaker.wait(now)
            )
        self.breaker = self.breaker.begin(now)
        started = self._monotonic()
        outcome, answered = "no answer", True
        try:
            answer = self._exchange(prepared, loopback, deadline)
            outcome = f"{answer.status}, {len(answer.body)} bytes"
            return answer
        except CarrierUnavailable as error:
            outcome, answered = str(error), False
            raise
        except CarrierRejected as error:
            outcome = str(error)
            raise
        finally:
            self.breaker = self.breaker.record(answered, self._clock())
            _logger.info(
                "%s %s: %s in %.2f s",
                prepared.method,
                redact_url(prepared.url, self._sensitive_keys),
                outcome,
                self._monotonic() - started,
            )

    def _exchange(self, prepared, loopback, deadline):
        if _logger.isEnabledFor(logging.DEBUG):
            headers = dict(prepared.headers)
            _logger.debug("Headers: %s", redact(headers, self._sensitive_keys))
        started = self._monotonic()
        watchdog = Watchdog(max(deadline - started, 0), self._connections)
        response = None
        try:
            response = self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=self._timeouts.read,  # Connecting has its own: see `_dial`.
                proxies={}
                if loopback
                else requests.utils.get_environ_proxies(prepared.url),
                verify=_ca_bundle(),
            )
            body = self._read(response)
            if watchdog.late:
                raise ConnectionError("broken by us")  # Its end is not the real one.
        # The cause is not chained: its text holds the whole URL, secrets included.
        except (OSError, urllib3.exceptions.HTTPError) as error:
            raise CarrierUnavailable(_describe(error, watchdog.late)) from None
        finally:
            watchdog.stop()
            if response is not None:
                response.close()
        self._judge(response, body)
        return Answer(
            status=response.status_code,
            headers={name.lower(): text for name, text in response.headers.items()},
            body=body,
            seconds=self._monotonic() - started,
        )

    def _read(self, response):
        """Return the whole body, within the limit whatever its headers say."""
        announced = response.headers.get("Content-Length", "")
        length = int(announced) if _LENGTH.fullmatch(announced) else None
        if length is not None and length > self._max_bytes:
            raise self._too_large()
        pieces, size = [], 0
        for piece in response.raw.stream(_CHUNK, decode_content=False):
            size += len(piece)
            if size > self._max_bytes:
                raise self._too_large()
            pieces.append(piece)
        chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
        if length is not None and size < length and not chunked:
            raise ConnectionError("cut off")
        return self._unpack(b"".join(pieces), response.headers)

    def _unpack(self, body, headers):
        encoding = headers.get("Content-Encoding", "identity").strip().lower()
        if encoding in ("", "identity") or not body:
            return body
        if encoding not in ("gzip", "x-gzip"):
            raise CarrierUnavailable("The answer is packed in a way nobody asked for")
        unpacker = zlib.decompressobj(wbits=31)
        try:
            plain = unpacker.decompress(body, self._max_bytes + 1)
        except zlib.error as error:
            raise CarrierUnavailable("The answer cannot be unpacked") from error
        if len(plain) > self._max_bytes:
            raise self._too_large()
        if not unpacker.eof:
            raise CarrierUnavailable("The answer was cut off")
        return plain

    def _too_large(self):
        return CarrierRejected(
            "bad_request", "too_large", f"The answer exceeds {self._max_bytes} bytes"
        )

    def _judge(self, response, body):
        status = response.status_code
        if 200 <= status < 300:
            return
        try:
            text = f"The carrier answered {status} {HTTPStatus(status).phrase}"
        except ValueError:
            text = f"The carrier answered {status}"
        if status == 500 and self._refusal_of:
            # SOAP knows no other status for a refusal.
            answer = self._refusal_of(body)
            if answer and answer.kind not in ("unavailable", "quota"):
                raise CarrierRejected(answer.kind, answer.code, str(answer), body)
        if status in _TRANSIENT or status >= 500:
            wait = retry_after(response.headers.get("Retry-After"), self._clock())
            raise CarrierUnavailable(
                text, wait, _WAITING_KINDS.get(status, "unavailable")
            )
        kind = _KINDS.get(status, "bad_request")
        raise CarrierRejected(kind, str(status), text, body)

    def _dial(self, connection):
        """Connect a urllib3 connection to a judged address of its host."""
        timeout = self._timeouts.connect
        addresses = guard.resolve(
            connection.host, connection.port, timeout, self._resolver
        )
        sock = guard.connect(addresses, timeout)
        self._connections.append(weakref.ref(connection))
        return sock


def _ca_bundle():
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return next((os.environ[name] for name in names if os.environ.get(name)), True)


def _describe(error, late):
    if late:
        return "The carrier took too long in all"
    if isinstance(error, requests.exceptions.SSLError):
        return "The carrier's certificate cannot be trusted"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "The carrier could not be reached in time"
    if isinstance(
        error,
        (requests.Timeout, urllib3.exceptions.ReadTimeoutError, socket.timeout),
    ):
        return "The carrier did not answer in time"
    if isinstance(error, requests.exceptions.ProxyError):
        return "The proxy did not connect to the carrier"
    return "The connection to the carrier failed or broke off"
