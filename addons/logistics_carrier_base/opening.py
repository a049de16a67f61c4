"""Opens a client of a partner from plain values: in any thread, without a database."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .client import CarrierClient
from .exceptions import CarrierRejected, CarrierUnavailable
from .guard import LOOPBACK_HOSTS
from .logins import Logins
from .verdicts import verdict_of


@dataclass(frozen=True, slots=True)
class Account:
    """One account with one partner, by value.

    :param PartnerApi api: The partner's API.
    :param str environment: `test` or `production`.
    :param dict credentials: By name, in plain text.
    :param str base_url: Another address than the partner's usual one.
    :param str account_ref: The account number there.
    :param bool allow_loopback: Whether it may be a stand-in on this machine.
    :param Logins logins: The tokens, shared with all others that use the account.
    """

    api: object
    environment: str = "production"
    credentials: dict = field(default_factory=dict, repr=False)
    base_url: str = ""
    account_ref: str = ""
    allow_loopback: bool = False
    logins: Logins = field(default_factory=Logins, repr=False)

    def open(self, **options):
        """Return a client; close it after use, or use it as a context manager.

        :param options: What `CarrierClient` takes besides.
        :rtype: PartnerClient
        """
        return PartnerClient(self, **options)

    def missing(self, wanted):
        """Return the labels of required credentials that are not there.

        :param wanted: The `Credential`s of the adapter.
        :rtype: list[str]
        """
        return [
            one.label
            for one in wanted
            if one.required and not self.credentials.get(one.name)
        ]

    def test(self, probe):
        """Find out whether the credentials work.

        :param callable probe: Makes a harmless call with the client it is given; a
            refusal because the thing asked for is unknown is a good answer.
        :return: A code of `VERDICTS`, and a sentence.
        :rtype: tuple[str, str]
        """
        name = self.api.name
        try:
            with self.open() as client:
                probe(client)
        except CarrierUnavailable as error:
            return verdict_of(error), f"{name} cannot be reached: {error}."
        except CarrierRejected as error:
            verdict = verdict_of(error)
            if verdict == "wrong_key":
                return verdict, f"{name} does not accept these credentials: {error}."
            if verdict != "works":
                return verdict, f"{name} refused the call: {error}."
        return "works", f"{name} accepts these credentials."


class PartnerClient:
    """A partner's API with the credentials of one account; not shared by threads."""

    def __init__(self, account, **options):
        api = account.api
        base = account.base_url or api.base(account.environment)
        declared = (*api.bases.values(), *([base] if api.own_servers else ()))
        hosts = {urlsplit(url).hostname for url in declared if url}
        self.account = account
        self._api = api
        self._http = CarrierClient(
            {*hosts, *api.hosts, *(LOOPBACK_HOSTS if account.allow_loopback else ())},
            base,
            allow_loopback=account.allow_loopback,
            sensitive_keys=api.sensitive,
            refusal_of=api.refusal if api.faults else None,
            **options,
        )

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        """Close the connections that were kept open."""
        self._http.close()

    def token(self, refused=""):
        """Return the token of the login, for partners that want it in the content.

        :param str refused: A token that was just refused.
        :rtype: str
        """
        auth = self._api.auth
        if not auth.logs_in:
            return ""
        return self.account.logins.token(
            lambda: auth.log_in(self.account.credentials, self._told), refused
        )

    def get(self, path, params=None, **options):
        """Read from the partner; see `request()`."""
        return self.request("GET", path, params=params, **options)

    def post(self, path, json=None, **options):
        """Send to the partner; see `request()`."""
        return self.request("POST", path, json=json, **options)

    def request(self, method, path, params=None, headers=None, **options):
        """Call the partner, with one new login where the token is refused.

        :param str path: A path below the base URL, or an absolute URL.
        :param options: What `CarrierClient.request` takes besides.
        :rtype: Answer
        :raise CarrierUnavailable: When the same call may work later.
        :raise CarrierRejected: When it will be refused again.
        """
        token = self.token()
        try:
            return self._signed(method, path, params, headers, token, options)
        except CarrierRejected as error:
            if error.code != "401" or not token:
                raise self._api.explain(error) from error
        # Nothing was done: who is not known is not listened to.
        token = self.token(refused=token)
        try:
            return self._signed(method, path, params, headers, token, options)
        except CarrierRejected as error:
            raise self._api.explain(error) from error

    def _signed(self, method, path, params, headers, token, options):
        signed = self._api.auth.sign(self.account.credentials, token)
        return self._http.request(
            method,
            path,
            params={**(params or {}), **signed.params} or None,
            headers={**self._api.headers, **(headers or {}), **signed.headers},
            **options,
        )

    def _told(self, *args, **options):
        """Log in: what is refused there is refused because of the credentials."""
        try:
            return self._http.request(*args, **options)
        except CarrierRejected as error:
            told = self._api.explain(error)
            if error.code in ("400", "401", "403"):
                told = CarrierRejected("authentication", "401", str(told), told.body)
            raise told from error
