"""Calls to EasyPost's tracker API."""

from typing import NamedTuple

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)

from . import const, mapper


class Fetched(NamedTuple):
    """What was fetched.

    :param list bodies: The answers, byte for byte, as the mapper reads them.
    :param list missing: The numbers for which EasyPost has no tracker.
    """

    bodies: list[bytes]
    missing: list[str]


class Report(NamedTuple):
    """What a look at the connection showed.

    :param bool ok: Whether it can be used as it is set up.
    :param str code: `ok`, `wrong_environment`, `no_key`, the kind of a refusal, or
        `unavailable`.
    :param str text: The same as a sentence.
    """

    ok: bool
    code: str
    text: str


def key_mode(api_key):
    """Return where an API key works, by what it begins with.

    :param str api_key: The key.
    :return: `test`, `production` or "" when it does not show.
    :rtype: str
    """
    return const.KEY_PREFIXES.get((api_key or "")[:4].upper(), "")


class EasyPostClient:
    """EasyPost's tracker API, with the key of one account.

    :param CarrierClient http: What calls; it declares EasyPost's hosts.
    :param str api_key: The key.
    """

    def __init__(self, http, api_key):
        self._http = http
        self._api_key = api_key

    def fetch(self, numbers):
        """Fetch the trackers of some numbers, all in as few calls as can be.

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

    def find(self, number, carrier=""):
        """Fetch the newest trackers of one number.

        :param str number: The tracking number.
        :param str carrier: EasyPost's name of the carrier, where known.
        :return: The answer, byte for byte.
        :rtype: bytes
        """
        return self._find(number, carrier).body

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

    def test_connection(self, environment):
        """Find out whether the key works, and whether it is the right kind of key.

        :param str environment: `test` or `production`, as the connection is set up.
        :rtype: Report
        """
        if not self._api_key:
            return Report(False, "no_key", "Enter the API key of EasyPost first.")
        mode = key_mode(self._api_key)
        if mode and mode != environment:
            return Report(
                False,
                "wrong_environment",
                f"This is a {mode} key, and the connection is for {environment}.",
            )
        try:
            self._call("GET", "trackers", params={"page_size": 1})
        except CarrierUnavailable as error:
            return Report(False, "unavailable", f"EasyPost cannot be reached: {error}.")
        except CarrierRejected as error:
            return Report(False, error.kind, f"EasyPost refuses the key: {error}.")
        return Report(True, "ok", f"EasyPost accepts the {mode or 'API'} key.")

    def _fetch_singly(self, numbers, bodies):
        missing = []
        for number in numbers:
            answer = self._find(number, "")
            if _codes(answer.json()):
                bodies.append(answer.body)
            else:
                missing.append(number)
        return missing

    def _find(self, number, carrier):
        params = {"tracking_code": number, "page_size": const.BATCH_SIZE}
        if carrier:
            params["carrier"] = carrier
        return self._call("GET", "trackers", params=params)

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
