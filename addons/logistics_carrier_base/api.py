"""A partner's API as data: where it is, how calls are signed, how it refuses.

Nothing here calls anybody: `opening.py` opens a client from such a description.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from .credentials import API_KEY
from .exceptions import CarrierRejected, UnreadableMessage

# A login is renewed so long before its end, in seconds.
MARGIN = 60
DEFAULT_LIFETIME = 3600


class Signed(NamedTuple):
    """What authentication adds to a call."""

    headers: Mapping[str, str] = {}
    params: Mapping[str, str] = {}


class Login(NamedTuple):
    """A token that was given for credentials.

    :param str token: What calls are signed with.
    :param float seconds: How long it is good for.
    """

    token: str
    seconds: float = DEFAULT_LIFETIME


@dataclass(frozen=True, slots=True)
class NoAuth:
    """A partner that asks for nothing, or for something in the content of a call."""

    logs_in = False

    def sign(self, credentials, token):
        """Return what is added to a call.

        :param Mapping credentials: By name, in plain text.
        :param str token: The login, where the partner has one.
        :rtype: Signed
        """
        return Signed()


@dataclass(frozen=True, slots=True)
class HeaderKey(NoAuth):
    """A key in a header."""

    header: str
    credential: str = API_KEY
    prefix: str = ""

    def sign(self, credentials, token):
        """Override to put the key in its header."""
        return Signed({self.header: self.prefix + credentials.get(self.credential, "")})


@dataclass(frozen=True, slots=True)
class QueryKey(NoAuth):
    """A key in the address. It is kept out of the log by its name."""

    parameter: str
    credential: str = API_KEY

    def sign(self, credentials, token):
        """Override to add the key to the address."""
        return Signed(params={self.parameter: credentials.get(self.credential, "")})


@dataclass(frozen=True, slots=True)
class BasicKey(NoAuth):
    """User and password of Basic authentication, by the names of the credentials."""

    user: str = API_KEY
    password: str = ""

    def sign(self, credentials, token):
        """Override to sign with user and password."""
        password = credentials.get(self.password, "") if self.password else ""
        return Signed(_basic(credentials.get(self.user, ""), password))


@dataclass(frozen=True, slots=True)
class TokenAuth(NoAuth):
    """A login that gives a token for a while; base of those that log in.

    :param str header: Where the token goes; "" where the content of a call has it.
    """

    header: str = "Authorization"
    prefix: str = "Bearer "

    logs_in = True

    def sign(self, credentials, token):
        """Override to send the token."""
        return Signed({self.header: self.prefix + token} if self.header else {})

    def log_in(self, credentials, call):
        """Ask for a token.

        :param Mapping credentials: By name, in plain text.
        :param callable call: `CarrierClient.request` of an opened client.
        :rtype: Login
        :raise CarrierRejected: When the credentials are wrong.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ClientCredentials(TokenAuth):
    """OAuth 2 with client credentials, RFC 6749 section 4.4.

    :param str path: The token endpoint, below the base URL or absolute.
    :param str style: How the client says who it is: `basic` (Basic authentication and
        a form), `form` (fields of the form) or `json` (fields of a JSON document).
    :param Mapping fields: Further fields of the request.
    """

    path: str = ""
    style: str = "basic"
    fields: Mapping[str, str] = field(default_factory=dict)
    client_id: str = "client_id"
    client_secret: str = "client_secret"

    def log_in(self, credentials, call):
        """Override to ask the token endpoint."""
        values = {"grant_type": "client_credentials", **self.fields}
        user = credentials.get(self.client_id, "")
        password = credentials.get(self.client_secret, "")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.style == "basic":
            headers |= _basic(user, password)
        else:
            values |= {"client_id": user, "client_secret": password}
        body = urlencode(values)
        if self.style == "json":
            headers["Content-Type"], body = "application/json", json.dumps(values)
        # Asking for a token twice does no harm.
        answer = call(
            "POST", self.path, data=body.encode(), headers=headers, attempts=2
        )
        return token_of(answer)


@dataclass(frozen=True, slots=True)
class OwnLogin(TokenAuth):
    """A login in the partner's own way.

    :param callable function: `(credentials, call) -> Login`.
    """

    function: Callable = None

    def log_in(self, credentials, call):
        """Override to log in as the partner wants it."""
        return self.function(credentials, call)


def _basic(user, password):
    # RFC 7617; written here because both may hold any character.
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def token_of(answer):
    """Read the answer of a token endpoint.

    :param Answer answer: The answer.
    :rtype: Login
    :raise CarrierRejected: When it holds no token.
    """
    document = answer.json()
    token = document.get("access_token") if isinstance(document, dict) else None
    if not isinstance(token, str) or not token.strip():
        raise CarrierRejected(
            "authentication", "no_token", "The login was answered without a token"
        )
    try:
        # Some write the number as a text.
        seconds = float(document.get("expires_in") or DEFAULT_LIFETIME)
    except (TypeError, ValueError):
        seconds = DEFAULT_LIFETIME
    return Login(token.strip(), max(seconds, 0.0))


@dataclass(frozen=True, slots=True)
class PartnerApi:
    """Where a partner is called, and how.

    :param str name: The partner's name, for sentences.
    :param Mapping bases: The base URL by environment: `production`, `test`. One that is
        missing is that of production.
    :param auth: How calls are authenticated.
    :param Mapping headers: Sent with every call.
    :param callable answer_of: Reads the error document of a refusal:
        `bytes -> CarrierAnswer | None`.
    :param frozenset sensitive: Names whose values are never logged.
    :param frozenset hosts: Hosts besides those of the base URLs.
    :param bool faults: Whether it refuses with status 500, as SOAP does.
    :param bool own_servers: Whether customers run the partner's server themselves, so
        that the address of a connection may have any host.
    """

    name: str
    bases: Mapping[str, str]
    auth: object = NoAuth()
    headers: Mapping[str, str] = field(default_factory=dict)
    answer_of: Callable = None
    sensitive: frozenset = frozenset()
    hosts: frozenset = frozenset()
    faults: bool = False
    own_servers: bool = False

    def base(self, environment):
        """Return the base URL of an environment.

        :rtype: str
        """
        return self.bases.get(environment) or self.bases.get("production", "")

    def explain(self, error):
        """Return a refusal with what its document says.

        Where the status says no more than that it was refused, the document knows what
        kind of refusal it is.

        :param CarrierRejected error: The refusal.
        :rtype: CarrierRejected
        """
        answer = self.refusal(error.body)
        if answer is None:
            return error
        kind = answer.kind if error.kind == "bad_request" else error.kind
        return CarrierRejected(kind, answer.code or error.code, str(answer), error.body)

    def refusal(self, body):
        """Return the error document in a body; None when it is something else.

        :param bytes body: The body of an answer.
        :rtype: CarrierAnswer | None
        """
        if not self.answer_of or not body:
            return None
        try:
            return self.answer_of(body)
        except UnreadableMessage:
            return None  # The page of something in between.
