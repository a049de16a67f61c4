"""Calls to EasyPost's tracker API."""

import functools
from typing import NamedTuple

from odoo.addons.logistics_carrier_base.client import CarrierClient
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.guard import LOOPBACK_HOSTS
from odoo.addons.logistics_carrier_base.verdicts import verdict_of

from . import const, mapper


class Fetched(NamedTuple):
    """What was fetched.

    :param list bodies: The answers, byte for byte, as the mapper reads them.
    :param list missing: The numbers for which EasyPost has no tracker.
    """

    bodies: list[bytes]
    missing: list[str]


def key_mode(api_key):
    """Return where an API key works, by what it begins with.

    :param str api_key: The key.
    :return: `test`, `production` or "" when it does not show.
    :rtype: str
    """
    return const.KEY_PREFIXES.get((api_key or "")[:4].upper(), "")


def test_connection(
    api_key, environment, base_url=const.API_BASE, allow_loopback=False
):
    """Find out whether a key works, and whether it is the right kind of key.

    :param str api_key: The key.
    :param str environment: `test` or `production`, as the connection is set up.
    :param str base_url: The address of the API.
    :param bool allow_loopback: Whether it may be a stand-in on this machine.
    :return: Whether it can be used, and why as a sentence.
    :rtype: tuple[bool, str]
    """
    verdict, text = test_verdict(api_key, environment, base_url, allow_loopback)
    return verdict == "works", text


def test_verdict(api_key, environment, base_url=const.API_BASE, allow_loopback=False):
    """Find out what is wrong with a key, if anything; see `test_connection`.

    :return: A code of `VERDICTS`, and a sentence.
    :rtype: tuple[str, str]
    """
    if not api_key:
        return "wrong_key", "Enter the API key of EasyPost first."
    mode = key_mode(api_key)
    if mode and mode != environment:
        text = f"This is a {mode} key, and the connection is for {environment}."
        return "wrong_environment", text
    with EasyPostClient(api_key, base_url, allow_loopback) as client:
        try:
            client.list_trackers(page_size=1)
        except CarrierUnavailable as error:
            return verdict_of(error), f"EasyPost cannot be reached: {error}."
        except CarrierRejected as error:
            verdict = verdict_of(error)
            if verdict == "works":
                verdict = "refused"
            if error.kind == "authentication":
                return verdict, f"EasyPost does not know this key ({error.code})."
            return verdict, f"EasyPost refused the call: {error}."
    return "works", f"EasyPost accepts this {mode} key." if mode else "The key works."


class EasyPostClient:
    """EasyPost's tracker API, with the key of one account. Close it after use.

    :param str api_key: The key.
    :param str base_url: The address of the API.
    :param bool allow_loopback: Whether it may be a stand-in on this machine.
    :param options: What `CarrierClient` takes besides.
    """

    def __init__(
        self, api_key, base_url=const.API_BASE, allow_loopback=False, **options
    ):
        self._api_key = api_key
        self._http = CarrierClient(
            {*const.HOSTS, *(LOOPBACK_HOSTS if allow_loopback else ())},
            base_url,
            allow_loopback=allow_loopback,
            sensitive_keys=const.SENSITIVE_KEYS,
            **options,
        )

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    @classmethod
    def factory(cls, *args, **options):
        """Return a function that opens a client, to be called in a thread.

        :param args: As for the class.
        """
        return functools.partial(cls, *args, **options)

    @property
    def breaker(self):
        """Return the circuit breaker after the calls made so far.

        :rtype: Breaker
        """
        return self._http.breaker

    def close(self):
        """Close the connections that were kept open."""
        self._http.close()

    def fetch(self, numbers):
        """Fetch the trackers of some numbers, in as few calls as can be.

        A number may have several trackers: carriers give numbers again. All are
        returned; the dates tell which shipment is meant.

        :param numbers: The tracking numbers.
        :rtype: Fetched
        """
        numbers = list(dict.fromkeys(numbers))
        bodies, missing = [], []
        for start in range(0, len(numbers), const.BATCH_SIZE):
            chunk = numbers[start : start + const.BATCH_SIZE]
            # A question in the form of a POST: asking twice does no harm.
            answer = self._call(
                "POST", "trackers/batch", json={"tracking_codes": chunk}, attempts=2
            )
            bodies.append(answer.body)
            page = answer.json()
            found = _codes(page)
            absent = [number for number in chunk if number.upper() not in found]
            if page.get("has_more") is True:
                absent = self._fetch_singly(absent, bodies)
            missing += absent
        return Fetched(bodies, missing)

    def tracker(self, number, carrier=""):
        """Fetch the trackers of one number, the newest first.

        :param str number: The tracking number.
        :param str carrier: EasyPost's name of the carrier, where known.
        :return: The answer, byte for byte.
        :rtype: bytes
        """
        filters = {"tracking_code": number, "page_size": const.BATCH_SIZE}
        if carrier:
            filters["carrier"] = carrier
        return self.list_trackers(**filters).body

    def list_trackers(self, **filters):
        """Fetch a page of trackers.

        :param filters: tracking_code, carrier, page_size, as EasyPost names them.
        :rtype: Answer
        """
        return self._call("GET", "trackers", params=filters)

    # Not the `create` of a model.
    # pylint: disable-next=method-required-super
    def create(self, number, carrier=""):
        """Let EasyPost follow a number; where it does already, nothing changes.

        :param str number: The tracking number.
        :param str carrier: EasyPost's name of the carrier; it guesses without one.
        :return: The tracker, byte for byte.
        :rtype: bytes
        """
        tracker = {"tracking_code": number}
        if carrier:
            tracker["carrier"] = carrier
        return self._call("POST", "trackers", json={"tracker": tracker}).body

    def send(self, method, path, document=None):
        """Make a call about shipments or orders.

        :param str method: The HTTP method.
        :param str path: Below the address of the API.
        :param dict | None document: What is sent.
        :return: The answer, a JSON object.
        :rtype: dict
        """
        options = {} if document is None else {"json": document}
        answer = self._call(method, path, **options).json()
        if not isinstance(answer, dict):
            raise CarrierUnavailable("EasyPost answered with something else")
        return answer

    def download(self, url):
        """Fetch a label from the file store; the key does not go there.

        :param str url: As EasyPost names it.
        :rtype: bytes
        """
        return self._http.request("GET", url).body

    def _fetch_singly(self, numbers, bodies):
        missing = []
        for number in numbers:
            answer = self.list_trackers(
                tracking_code=number, page_size=const.BATCH_SIZE
            )
            if _codes(answer.json()):
                bodies.append(answer.body)
            else:
                missing.append(number)
        return missing

    def _call(self, method, path, **options):
        try:
            return self._http.request(method, path, auth=(self._api_key, ""), **options)
        except CarrierRejected as error:
            answer = mapper.answer_of(error.body)
            if answer is None:
                raise
            # The status knows best what kind of refusal it is; the body why.
            raise CarrierRejected(
                error.kind, answer.code or error.code, str(answer), error.body
            ) from error


def _codes(page):
    trackers = page.get("trackers") if isinstance(page, dict) else None
    if not isinstance(trackers, list):
        raise CarrierUnavailable("EasyPost answered with something else than trackers")
    return {
        str(tracker.get("tracking_code")).upper()
        for tracker in trackers
        if isinstance(tracker, dict)
    }
