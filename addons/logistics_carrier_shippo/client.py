"""Shippo's API: how it is called, and the one question that is asked."""

from urllib.parse import quote

from odoo.addons.logistics_carrier_base.api import HeaderKey, PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected

from . import const, mapper

API = PartnerApi(
    name="Shippo",
    bases={"production": const.API_BASE},
    auth=HeaderKey("Authorization", prefix="ShippoToken "),
    headers={"SHIPPO-API-VERSION": const.API_VERSION},
    answer_of=mapper.answer_of,
    sensitive=const.SENSITIVE_KEYS,
)


def fetch(client, number):
    """Ask about one number, as one of the carrier of the account.

    :param PartnerClient client: The opened API.
    :param str number: The tracking number.
    :return: The track.
    :rtype: bytes
    """
    account = client.account
    carrier = carrier_of(account.account_ref, account.environment)
    if not carrier:
        raise CarrierRejected(
            "bad_request",
            "no_carrier",
            "Write the carrier's Shippo token, e.g. usps, into Account",
        )
    return client.get(f"tracks/{quote(carrier, safe='')}/{quote(number, safe='')}").body


def carrier_of(account_ref, environment):
    """Return the Shippo token of the carrier that numbers are asked for as.

    :param str account_ref: What the connection has as its account.
    :param str environment: `test` or `production`.
    :return: The token; "" when nobody said.
    :rtype: str
    """
    fallback = const.TEST_CARRIER if environment == "test" else ""
    return account_ref.strip().lower() or fallback


def probe(client):
    """Make a call that costs and changes nothing."""
    client.get("carrier_accounts", params={"results": 1})


def environment_of(key):
    """Return where an API token works, by what it begins with.

    :param str key: The token.
    :return: `test`, `production`, or "" when it does not say.
    :rtype: str
    """
    return next(
        (place for start, place in const.KEY_PREFIXES.items() if key.startswith(start)),
        "",
    )
