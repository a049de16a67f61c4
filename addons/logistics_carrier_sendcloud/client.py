"""Calls to Sendcloud."""

import json
from urllib.parse import quote

from odoo.addons.logistics_carrier_base.api import BasicKey, PartnerApi
from odoo.addons.logistics_carrier_base.credentials import Credential

from . import mapper

CREDENTIALS = (
    Credential(
        "public_key",
        "Public Key",
        "In the Sendcloud panel: Settings > Integrations > Sendcloud API.",
    ),
    Credential("secret_key", "Secret Key", "Beside the public key."),
)

# There is no address for tests: what costs nothing is chosen by the service.
API = PartnerApi(
    name="Sendcloud",
    bases={"production": "https://panel.sendcloud.sc/api"},
    auth=BasicKey("public_key", "secret_key"),
    answer_of=mapper.answer_of,
    sensitive=frozenset(
        {
            "name",
            "company_name",
            "address",
            "address_line_1",
            "address_line_2",
            "house_number",
            "telephone",
            "phone_number",
            "email",
            "label_file",
        }
    ),
)


def fetch(client, number):
    """Return the tracking history of a number.

    :param PartnerClient client: An opened client.
    :param str number: The tracking number.
    :return: The answer, byte for byte, behind the number: it does not name it itself.
    :rtype: bytes
    """
    answer = client.get(f"v2/tracking/{quote(number, safe='')}")
    asked = json.dumps(number).encode()
    return b'{"tracking_number": ' + asked + b', "tracking": ' + answer.body + b"}"


def probe(client):
    """Ask about a number nobody has; only the account itself may."""
    client.get("v2/parcels", params={"tracking_number": "TEST-0"})
