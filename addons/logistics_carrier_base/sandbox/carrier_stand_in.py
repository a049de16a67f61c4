"""What the stand-ins of carriers share: who may call, what was told, and logins."""

import base64
import hmac
import json
import uuid
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from ..api import BasicKey, ClientCredentials, HeaderKey, QueryKey
from .stand_in import Refused, Reply, StandIn

_MOST_NUMBERS = 10000
_MOST_CALLS = 10000
# How words follow each other where a trainer asks for the next one.
WAY = ("picked_up", "in_transit", "out_for_delivery", "delivered")


class Scan(NamedTuple):
    """One thing that happened to a parcel.

    :param str word: A key of `words`: what happened, in our words.
    :param datetime at: When, aware.
    """

    word: str
    at: datetime
    city: str = "Leipzig"
    country: str = "DE"
    signer: str = ""


class CarrierStandIn(StandIn):
    """A carrier on this machine that answers in its documented format.

    A subclass gives `api`, `credentials`, `words`, `routes`, `refusal()`, `page()` or
    `document()` and, where the carrier pushes, `pushed()`.
    """

    # The `PartnerApi` it plays.
    api = None
    # What it accepts, by name.
    credentials = {}
    # What happened, in our words → how the carrier writes it. `nonsense` is nobody's.
    words = {}
    # What its addresses begin with, behind the host.
    prefix = ""
    # How long a token is good for, in seconds.
    token_seconds = 3600

    def __init__(self, port=0):
        super().__init__(port)
        self.calls, self.logins = [], 0
        self._told, self._tokens, self._good_for = {}, set(), None
        self._garbled = 0

    @property
    def address(self):
        """Return what a connection has as its API address."""
        return self.url + self.prefix

    # === WHAT THE CARRIER KNOWS === #

    def tell(self, number, word, at=None, **more):
        """Let something happen to a parcel.

        :param str word: A key of `words`.
        :param datetime at: When, aware; an hour after what happened before without.
        :param more: Further attributes of `Scan`.
        :rtype: Scan
        """
        if word not in self.words:
            raise ValueError(f"unknown word {word!r}")
        with self._lock:
            known = self._told.setdefault(number, [])
            if at is None:
                before = known[-1].at if known else _hours_ago(12)
                at = before + timedelta(hours=1)
            scan = Scan(word, at, **more)
            known.append(scan)
            while len(self._told) > _MOST_NUMBERS:
                self._told.pop(next(iter(self._told)))
        return scan

    def scans(self, number):
        """Return what happened to a parcel, oldest first.

        :rtype: list[Scan]
        :raise Refused: When the carrier does not know the number.
        """
        with self._lock:
            if number not in self._told:
                raise Refused(404, f"The number {number} is not known")
            return sorted(self._told[number], key=lambda scan: scan.at)

    def forget(self):
        """Forget all parcels, calls and logins."""
        with self._lock:
            self._told.clear()
            self.calls.clear()
            self._tokens.clear()
            self.logins, self._good_for, self._garbled = 0, None, 0

    def known(self, numbers):
        """Return the numbers of a list that the carrier knows.

        :rtype: list[str]
        """
        with self._lock:
            return [number for number in numbers if number in self._told]

    # === WHAT IT WRITES === #

    def document(self, number, scans):
        """Return the answer to a question about one number.

        :param scans: What happened, oldest first.
        :rtype: bytes
        """
        return self.page({number: scans})

    def page(self, told):
        """Return one answer about several numbers.

        :param dict told: What happened, oldest first, by number.
        :return: None where the carrier's format has room for one.
        :rtype: bytes | None
        """
        return None

    def pushed(self, number, *scans):
        """Return a message the carrier pushes when the last of these happened.

        :rtype: bytes
        """
        return self.document(number, scans)

    # === WHO MAY CALL === #

    def is_authorised(self, request):
        """Override to ask for what the API describes."""
        if request.path.startswith("/control/"):
            return True
        auth = self.api.auth
        if isinstance(auth, HeaderKey):
            wanted = auth.prefix + self.credentials[auth.credential]
            return _same(request.headers.get(auth.header.lower(), ""), wanted)
        if isinstance(auth, QueryKey):
            wanted = self.credentials[auth.credential]
            return _same(request.query.get(auth.parameter, ""), wanted)
        if isinstance(auth, BasicKey):
            user, password = _basic(request)
            secret = self.credentials[auth.password] if auth.password else ""
            return _same(user, self.credentials[auth.user]) and _same(password, secret)
        if auth.logs_in and auth.header:
            said = request.headers.get(auth.header.lower(), "")
            return self.takes_token(said.removeprefix(auth.prefix))
        return True

    def takes_token(self, token):
        """Return whether a token is good; it counts as used."""
        with self._lock:
            if token not in self._tokens:
                return False
            if self._good_for is not None:
                self._good_for -= 1
                if self._good_for < 0:
                    self._tokens.clear()
                    self._good_for = None
                    return False
            return True

    def give_token(self):
        """Return a new token; the login counts."""
        with self._lock:
            self.logins += 1
            token = uuid.uuid4().hex
            self._tokens.add(token)
            return token

    def expire_logins(self, after=0):
        """Let all tokens end.

        :param int after: Once they were used so often.
        """
        with self._lock:
            if after:
                self._good_for = after
            else:
                self._tokens.clear()

    def garble_next(self, times=1):
        """Answer the next calls with the page of something that stands in between."""
        self._garbled = times

    # === CALLS === #

    def handle(self, request):
        """Extend to count the calls, and to answer logins."""
        if not request.path.startswith("/control/"):
            self._count(request)
        auth = self.api.auth
        if isinstance(auth, ClientCredentials):
            path = self.prefix + urlsplit(auth.path).path
            if request.method == "POST" and request.path in (path, path.lstrip("/")):
                return self._log_in(request, auth)
        if self._garbled and not request.path.startswith("/control/"):
            self._garbled -= 1
            return Reply(200, b"<html>Please wait</html>", "text/html")
        return super().handle(request)

    def _count(self, request):
        with self._lock:
            self.calls.append(request)
            del self.calls[:-_MOST_CALLS]

    def _log_in(self, request, auth):
        if auth.style == "json":
            said = request.json()
        else:
            said = dict(parse_qsl(request.body.decode()))
        if auth.style == "basic":
            said["client_id"], said["client_secret"] = _basic(request)
        wanted = {"grant_type": "client_credentials", **auth.fields}
        wanted["client_id"] = self.credentials[auth.client_id]
        wanted["client_secret"] = self.credentials[auth.client_secret]
        if any(not _same(said.get(name, ""), text) for name, text in wanted.items()):
            return Reply(401, self.refusal(401, "The client is not known"))
        return Reply(
            200,
            {
                "access_token": self.give_token(),
                "token_type": "Bearer",
                "expires_in": str(self.token_seconds),
            },
        )

    routes_of_control = (("POST", "/control/tell", "_post_tell"),)

    def _post_tell(self, request):
        """Let a trainer move a parcel: `{"number": …, "word": …}`; the next without."""
        wish = request.json()
        number = str(wish["number"])
        word = wish.get("word")
        if not word:
            there = len(self.scans(number)) if self.known([number]) else 0
            word = WAY[min(there, len(WAY) - 1)]
        scan = self.tell(number, word)
        return Reply(200, {"word": scan.word, "at": scan.at.isoformat()})


def scan_at(word, text, **more):
    """Return a scan from a time in ISO 8601 with an offset.

    :rtype: Scan
    """
    return Scan(word, datetime.fromisoformat(text), **more)


def as_json(document):
    """Return a document as a carrier writes it.

    :rtype: bytes
    """
    return json.dumps(document, ensure_ascii=False).encode()


def _hours_ago(hours):
    now = datetime.now(timezone.utc).replace(microsecond=0)
    return now - timedelta(hours=hours)


def _same(said, wanted):
    return hmac.compare_digest(str(said).encode(), str(wanted).encode())


def _basic(request):
    kind, _space, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        with suppress(ValueError):
            user, _colon, password = base64.b64decode(text).decode().partition(":")
            return user, password
    return "", ""
