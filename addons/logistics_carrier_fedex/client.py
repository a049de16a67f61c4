"""Calls to FedEx's Track API."""

from odoo.addons.logistics_carrier_base.api import ClientCredentials, PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected

from . import mapper

API = PartnerApi(
    name="FedEx",
    bases={
        "production": "https://apis.fedex.com",
        "test": "https://apis-sandbox.fedex.com",
    },
    auth=ClientCredentials(path="/oauth/token", style="form"),
    # The words of a scan are part of what was said: always in one language.
    headers={"Accept": "application/json", "x-locale": "en_US"},
    answer_of=mapper.answer_of,
    sensitive=frozenset(
        {
            "client_id",
            "client_secret",
            "access_token",
            "signedByName",
            "receivedByName",
            "personName",
            "phoneNumber",
            "emailAddress",
            "streetLines",
            "documents",
        }
    ),
)
# A number that nobody has.
NOBODYS = "000000000000"


def fetch(client, numbers):
    """Ask about some numbers in one call.

    :param PartnerClient client: An opened client.
    :param list[str] numbers: At most `const.BATCH_SIZE`.
    :return: The answer, byte for byte, as the mapper reads it.
    :rtype: list[bytes]
    """
    question = {
        "includeDetailedScans": True,
        "trackingInfo": [
            {"trackingNumberInfo": {"trackingNumber": number}} for number in numbers
        ],
    }
    try:
        # A question in the form of a POST: asking twice does no harm.
        answer = client.post("track/v1/trackingnumbers", json=question, attempts=2)
    except CarrierRejected as error:
        if error.kind == "not_found" and not error.code.startswith("TRACKING."):
            # The address is unknown, and not one of the numbers.
            raise CarrierRejected(
                "bad_request", error.code, str(error), error.body
            ) from error
        raise
    return [answer.body]


def probe(client):
    """Make a harmless call.

    :param PartnerClient client: An opened client.
    """
    fetch(client, [NOBODYS])
