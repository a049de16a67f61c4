"""Calls to a Karrio server."""

from odoo.addons.logistics_carrier_base.api import HeaderKey, PartnerApi

from . import mapper

# Each server has an address of its own, which stands on the connection.
API = PartnerApi(
    name="Karrio",
    bases={},
    auth=HeaderKey("Authorization", prefix="Token "),
    answer_of=mapper.answer_of,
    sensitive=frozenset(
        {
            "person_name",
            "company_name",
            "address_line1",
            "address_line2",
            "street_number",
            "phone_number",
            "email",
            "signed_by",
            "customer_name",
            "base64",
        }
    ),
    own_servers=True,
)


def fetch(client, number):
    """Return the trackers of a number; carriers give numbers again, so it may be more.

    :param PartnerClient client: An opened client.
    :param str number: The tracking number.
    :return: The answer, byte for byte; an empty page for a number it does not follow.
    :rtype: bytes
    """
    return client.get("v1/trackers", params={"tracking_number": number}).body


def probe(client):
    """Ask about a number nobody has."""
    fetch(client, "TEST-0")
