"""Proof that a message comes from the partner: generic schemes, declared as data.

An adapter says which scheme its partner uses and how, e.g.
`HmacHex("X-Hmac-Signature", prefix="hmac-sha256-hex=", key="nfkd")`. Verifying works on
the raw bytes, never raises on what a stranger sends, and refuses whenever in doubt: no
secret, a header sent twice, anything but the exact expected text.

`sign()` is the other side, for stand-ins, training and tests.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from . import strict_json
from .exceptions import UnreadableMessage
from .signature_base import (
    MAX_HEADER,
    REASONS,
    TOLERANCE,
    Claim,
    Refusal,
    Scheme,
    Secret,
    Verdict,
    base64_text,
    checked_message_id,
    checked_timestamp,
)

__all__ = [
    "REASONS",
    "TOLERANCE",
    "Bearer",
    "HmacBase64",
    "HmacHex",
    "JsonField",
    "QueryHmac",
    "Scheme",
    "Secret",
    "StandardWebhooks",
    "StaticToken",
    "TimestampedHmac",
    "Verdict",
]

_MAX_SIGNATURES = 20
_VERSIONED = re.compile(r"([A-Za-z0-9]{1,10}),([A-Za-z0-9+/=_-]{1,1024})")
_ASSIGNED = re.compile(r"([A-Za-z0-9_]{1,20})=([!-+\--~]{1,1024})")


@dataclass(frozen=True, slots=True)
class JsonField:
    """A part of the signed content that is a text field of the JSON body."""

    name: str

    def extract(self, body):
        """Return the bytes of the field.

        :raises Refusal: When the body is no JSON object with this text.
        """
        try:
            document = strict_json.loads(body)
        except UnreadableMessage as error:
            raise Refusal("malformed") from error
        value = document.get(self.name) if isinstance(document, dict) else None
        if not isinstance(value, str):
            raise Refusal("malformed")
        return value.encode()


@dataclass(frozen=True)
class HmacHex(Scheme):
    """HMAC-SHA256 as hexadecimal text in one header.

    :param str header: The header with the signature.
    :param str prefix: The text before the signature, e.g. `sha256=`.
    :param str key: How the secret becomes the key: one of `KEY_FORMS`.
    :param signed: The signed content in order: `"body"`, `"timestamp"`, `"id"`, a
        `JsonField`, or literal bytes.
    :param str timestamp_header: The header with the time (Unix seconds).
    :param str id_header: The header with the identifier of the message.
    :param float | None tolerance: Seconds the time may differ from now, both ways;
        None when the partner's window is not known, which proves no time.
    """

    header: str
    prefix: str = ""
    key: str = "utf8"
    signed: tuple = ("body",)
    timestamp_header: str = ""
    id_header: str = ""
    tolerance: float | None = TOLERANCE

    def sign(self, body, secret, now, message_id=""):
        """Override to put the signature, time and identifier in their headers."""
        timestamp = str(int(now))
        content = self._content(body, timestamp, message_id)
        headers = {self.header: self.prefix + self._signature(secret, content)}
        if self.timestamp_header:
            headers[self.timestamp_header] = timestamp
        if self.id_header:
            headers[self.id_header] = message_id
        return headers

    def _read(self, body, headers):
        value = headers.get(self.header)
        if not value.startswith(self.prefix):
            raise Refusal("malformed")
        timestamp = message_id = ""
        if "timestamp" in self.signed:
            timestamp = checked_timestamp(headers.get(self.timestamp_header))
        if "id" in self.signed:
            message_id = checked_message_id(headers.get(self.id_header))
        return Claim(
            candidates=(value[len(self.prefix) :],),
            content=self._content(body, timestamp, message_id),
            timestamp=float(timestamp) if timestamp else None,
            message_key=message_id or None,
        )

    def _content(self, body, timestamp, message_id):
        named = {"body": body, "timestamp": timestamp.encode()}
        named["id"] = message_id.encode()
        return b"".join(
            part
            if isinstance(part, bytes)
            else part.extract(body)
            if isinstance(part, JsonField)
            else named[part]
            for part in self.signed
        )


@dataclass(frozen=True)
class HmacBase64(HmacHex):
    """HMAC-SHA256 as base64 text in one header; otherwise as `HmacHex`.

    :param bool also_hex: Whether the partner sometimes writes it in hexadecimal.
    """

    also_hex: bool = False

    @property
    def encoders(self):
        """Override to write digests in base64, and read hexadecimal where asked to."""
        return (base64_text, bytes.hex) if self.also_hex else (base64_text,)


@dataclass(frozen=True)
class StandardWebhooks(Scheme):
    """The open Standard Webhooks scheme, also spoken by Svix.

    Three headers: identifier, time, and a list of signatures of which any `v1` counts.

    :param str family: What the header names begin with: `webhook` or `svix`.
    """

    family: str = "webhook"
    key: str = "whsec"
    tolerance: float | None = TOLERANCE

    encoders = (base64_text,)

    def sign(self, body, secret, now, message_id=""):
        """Override to add the three headers."""
        timestamp = str(int(now))
        content = self._content(message_id, timestamp, body)
        signature = self._signature(secret, content)
        return {
            f"{self.family}-id": message_id,
            f"{self.family}-timestamp": timestamp,
            f"{self.family}-signature": f"v1,{signature}",
        }

    def _read(self, body, headers):
        message_id = checked_message_id(headers.get(f"{self.family}-id"))
        timestamp = checked_timestamp(headers.get(f"{self.family}-timestamp"))
        tokens = headers.get(f"{self.family}-signature").split(" ")
        matches = [_VERSIONED.fullmatch(token) for token in tokens]
        if len(tokens) > _MAX_SIGNATURES or not all(matches):
            raise Refusal("malformed")
        return Claim(
            # Other versions are signatures of another kind, made for somebody else.
            candidates=tuple(match[2] for match in matches if match[1] == "v1"),
            content=self._content(message_id, timestamp, body),
            timestamp=float(timestamp),
            message_key=message_id,
        )

    def _content(self, message_id, timestamp, body):
        return b".".join((message_id.encode(), timestamp.encode(), body))


@dataclass(frozen=True)
class TimestampedHmac(Scheme):
    """Time and signatures in one header: `t=1700000000,v1=…`, hexadecimal.

    :param str header: The header.
    :param str timestamp_name: The name of the time in it.
    :param str signature_name: The name of the signature in it; several count.
    :param bytes joiner: What stands between time and body in the signed content.
    """

    header: str
    key: str = "utf8"
    timestamp_name: str = "t"
    signature_name: str = "v1"
    joiner: bytes = b"."
    tolerance: float | None = TOLERANCE

    def sign(self, body, secret, now, message_id=""):
        """Override to add the one header."""
        timestamp = str(int(now))
        content = timestamp.encode() + self.joiner + body
        signature = self._signature(secret, content)
        return {
            self.header: f"{self.timestamp_name}={timestamp},"
            f"{self.signature_name}={signature}"
        }

    def _read(self, body, headers):
        parts = headers.get(self.header).split(",")
        matches = [_ASSIGNED.fullmatch(part) for part in parts]
        if len(parts) > _MAX_SIGNATURES or not all(matches):
            raise Refusal("malformed")
        times = [match[2] for match in matches if match[1] == self.timestamp_name]
        if len(times) != 1:
            raise Refusal("duplicate" if times else "malformed")
        timestamp = checked_timestamp(times[0])
        return Claim(
            candidates=tuple(
                match[2] for match in matches if match[1] == self.signature_name
            ),
            content=timestamp.encode() + self.joiner + body,
            timestamp=float(timestamp),
        )


@dataclass(frozen=True)
class StaticToken(Scheme):
    """The secret itself in a header. It proves who speaks and nothing else.

    :param str header: The header with the secret.
    :param str prefix: The text before the secret, compared without regard to case.
    """

    header: str
    prefix: str = ""

    def sign(self, body, secret, now, message_id=""):
        """Override to send the secret."""
        return {self.header: self.prefix + secret}

    def _read(self, body, headers):
        value = headers.get(self.header)
        prefix = value[: len(self.prefix)]
        if prefix.lower() != self.prefix.lower():
            raise Refusal("malformed")
        token = value[len(self.prefix) :]
        return Claim((hashlib.sha256(token.encode()).hexdigest(),), b"")

    def _expected(self, key, content):
        # Digests are compared, so that not even the length of the secret shows.
        return [hashlib.sha256(key).hexdigest()]


@dataclass(frozen=True)
class Bearer(StaticToken):
    """The secret as a bearer token in the Authorization header."""

    header: str = "Authorization"
    prefix: str = "Bearer "


@dataclass(frozen=True)
class QueryHmac(Scheme):
    """HMAC-SHA256 over the sorted parameters of a URL, as one more parameter.

    The raw query string takes the place of the body; headers are not looked at.

    :param str parameter: The parameter with the signature, in hexadecimal.
    :param str timestamp_parameter: The parameter with the time (Unix seconds).
    """

    parameter: str = "hmac"
    timestamp_parameter: str = "timestamp"
    key: str = "utf8"
    tolerance: float | None = TOLERANCE

    def sign(self, body, secret, now, message_id=""):
        """Override to return the parameter to append instead of a header."""
        content = self._content(self._parameters(body))
        return {self.parameter: self._signature(secret, content)}

    def _read(self, body, headers):
        parameters = self._parameters(body)
        signature = parameters.pop(self.parameter, "")
        if not signature or not signature.isascii():
            raise Refusal("malformed" if signature else "missing")
        timestamp = parameters.get(self.timestamp_parameter)
        return Claim(
            candidates=(signature,),
            content=self._content(parameters),
            timestamp=None
            if timestamp is None
            else float(checked_timestamp(timestamp)),
        )

    def _parameters(self, query):
        if not query:
            raise Refusal("missing")
        if len(query) > MAX_HEADER:
            raise Refusal("malformed")
        try:
            pairs = parse_qsl(
                query.decode("ascii"),
                keep_blank_values=True,
                strict_parsing=True,
                errors="strict",
                max_num_fields=100,
            )
        except ValueError as error:
            raise Refusal("malformed") from error
        if len(dict(pairs)) != len(pairs):
            raise Refusal("duplicate")
        return dict(pairs)

    def _content(self, parameters):
        escaped = (
            _escape(name, "%&=") + "=" + _escape(value, "%&")
            for name, value in parameters.items()
        )
        return "&".join(sorted(escaped)).encode()


def _escape(text, characters):
    # "%" comes first in every list: it must not escape the escapes.
    for character in characters:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
