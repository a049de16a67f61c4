"""What all signature schemes share: secrets, verdicts, and the order of the checks."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets as random_secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

TOLERANCE = 300  # Seconds, both ways; the tolerance of Standard Webhooks.

# Why a message is refused.
REASONS = {
    "no_secret": "No secret is configured, or none is valid now",
    "missing": "The signature header is missing",
    "duplicate": "A signature header stands there twice",
    "malformed": "The signature header has another form",
    "mismatch": "The signature does not fit the content",
    "stale": "The timestamp is too far from now",
}

MAX_HEADER = 4096
_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_MESSAGE_ID = re.compile(r"[!-~]{1,256}")


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret of a partner; several may be valid at once during a rotation.

    :param str value: The secret as the partner writes it.
    :param float | None not_before: Unix time from which it counts.
    :param float | None expires_at: Unix time from which it no longer counts.
    """

    value: str
    not_before: float | None = None
    expires_at: float | None = None

    def is_live(self, now):
        """Return whether the secret counts at this moment.

        :param float now: Unix time.
        :rtype: bool
        """
        return (self.not_before is None or self.not_before <= now) and (
            self.expires_at is None or now < self.expires_at
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a signature proves.

    :param bool ok: Whether the message may be accepted.
    :param str trust: `signed`: content and time are proven. `signed_untimed`: it may be
        an old message sent again. Empty when refused.
    :param str | None message_key: The identifier of the message, if it is signed too.
    :param str reason: A key of `REASONS`; empty when accepted.
    """

    ok: bool
    trust: str = ""
    message_key: str | None = None
    reason: str = ""


class Refusal(Exception):
    """Ends a verification; never leaves `verify()`."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def _decode_base64(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


KEY_FORMS = {
    "utf8": str.encode,
    "nfkd": lambda text: unicodedata.normalize("NFKD", text).encode(),
    "base64": _decode_base64,
    "hex": bytes.fromhex,
    "whsec": lambda text: _decode_base64(text.removeprefix("whsec_")),
}


def base64_text(digest):
    return base64.b64encode(digest).decode()


@dataclass(frozen=True, slots=True)
class Claim:
    """What the headers of one message claim.

    :param candidates: The signatures given, as text.
    :param content: The signed bytes.
    :param float | None timestamp: The signed time.
    :param str | None message_key: The signed identifier.
    """

    candidates: tuple[str, ...]
    content: bytes
    timestamp: float | None = None
    message_key: str | None = None


class Scheme:
    """Base of the schemes: the order of checks, the same for all of them."""

    key = "utf8"
    tolerance = None
    # How a digest is written; with several, any of them counts.
    encoders: tuple[Callable, ...] = (bytes.hex,)

    def verify(self, body, headers, secrets, now):
        """Judge a received message. Never raises on anything a stranger can send.

        :param bytes body: The body, byte for byte as received.
        :param headers: Mapping of the headers, names in any case.
        :param secrets: The `Secret`s of the partner; expired ones do not count.
        :param float now: Unix time.
        :rtype: Verdict
        """
        try:
            keys = self._live_keys(secrets, now)
            claim = self._read(body, HeaderReader(headers))
            # No early end: how long it takes must not tell which secret was close.
            matches = [
                hmac.compare_digest(expected.encode(), candidate.encode())
                for key in keys
                for expected in self._expected(key, claim.content)
                for candidate in claim.candidates
            ]
            if not any(matches):
                raise Refusal("mismatch")
            if claim.timestamp is None or self.tolerance is None:
                return Verdict(True, "signed_untimed", claim.message_key)
            if abs(now - claim.timestamp) > self.tolerance:
                raise Refusal("stale")
            return Verdict(True, "signed", claim.message_key)
        except Refusal as refusal:
            return Verdict(False, reason=refusal.reason)

    def sign(self, body, secret, now, message_id=""):
        """Return the headers with which the partner would send this body.

        :param bytes body: The body.
        :param str secret: The value of the secret.
        :param float now: Unix time of sending.
        :param str message_id: The identifier of the message, where the scheme has one.
        :rtype: dict[str, str]
        """
        raise NotImplementedError

    def usable(self, secret):
        """Return whether a text can be a secret of this scheme, for the form.

        :param str secret: The value a person entered.
        :rtype: bool
        """
        return self._key_bytes(secret) is not None

    def new_secret(self):
        """Return a new random secret in the form this scheme expects.

        :rtype: str
        """
        raw = random_secrets.token_bytes(32)
        if self.key == "hex":
            return raw.hex()
        if self.key in ("base64", "whsec"):
            prefix = "whsec_" if self.key == "whsec" else ""
            return prefix + base64.b64encode(raw).decode()
        return random_secrets.token_urlsafe(32)

    def _read(self, body, headers):
        """Read the claim out of the headers.

        :rtype: Claim
        :raises Refusal: When the headers are not exactly as they must be.
        """
        raise NotImplementedError

    def _expected(self, key, content):
        digest = hmac.new(key, content, hashlib.sha256).digest()
        return [encode(digest) for encode in self.encoders]

    def _live_keys(self, secrets, now):
        keys = [
            key
            for secret in secrets
            if secret.is_live(now)
            and (key := self._key_bytes(secret.value)) is not None
        ]
        if not keys:
            raise Refusal("no_secret")
        return keys

    def _signature(self, secret, content):
        """Return the signature of some content, for `sign()`."""
        key = self._key_bytes(secret)
        if key is None:
            raise ValueError("This text cannot be a secret of the scheme")
        return self._expected(key, content)[0]

    def _key_bytes(self, value):
        """Return the key of a secret, or None when the text cannot be one."""
        try:
            return KEY_FORMS[self.key](value) or None
        except (ValueError, binascii.Error):
            return None


class HeaderReader:
    """Headers of a request; every value asked for is there once and plain text."""

    def __init__(self, headers):
        self._values = {}
        for name, value in headers.items():
            values = value if isinstance(value, (list, tuple)) else [value]
            self._values.setdefault(str(name).lower(), []).extend(values)

    def get(self, name):
        """Return the value of a header.

        :raises Refusal: When it is missing, repeated, too long or not plain ASCII.
        """
        values = self._values.get(name.lower(), [])
        if not values or values == [""]:
            raise Refusal("missing")
        if len(values) > 1:
            raise Refusal("duplicate")
        value = values[0]
        if not (isinstance(value, str) and value.isascii()) or len(value) > MAX_HEADER:
            raise Refusal("malformed")
        return value


def checked_timestamp(text):
    """Return the text, proven to be Unix seconds of a length a clock can show.

    :raises Refusal: When it is anything else.
    """
    if not _TIMESTAMP.fullmatch(text):
        raise Refusal("malformed")
    return text


def checked_message_id(text):
    """Return the text, proven to be a short identifier without blanks.

    :raises Refusal: When it is anything else.
    """
    if not _MESSAGE_ID.fullmatch(text):
        raise Refusal("malformed")
    return text
