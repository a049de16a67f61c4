"""How Acme Parcel is called."""

from urllib.parse import quote

from odoo.addons.logistics_carrier_base.api import HeaderKey, PartnerApi

from . import const, mapper

API = PartnerApi(
    name="Acme Parcel",
    bases={"production": const.API_BASE, "test": const.API_TEST},
    auth=HeaderKey("X-Api-Key"),
    answer_of=mapper.answer_of,
    sensitive=const.SENSITIVE_KEYS,
)


def fetch(client, number):
    """Ask about one number.

    :param PartnerClient client: The opened API.
    :param str number: The tracking number.
    :return: The carrier's document.
    :rtype: bytes
    """
    return client.get(f"parcels/{quote(number, safe='')}").body


def probe(client):
    """Make a call that costs and changes nothing: about a number nobody has."""
    fetch(client, "NOBODY")
