"""Calls of GLS Track And Trace V1."""

from urllib.parse import quote

from odoo.addons.logistics_carrier_base.api import ClientCredentials, PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    CarrierRejected,
    CarrierUnavailable,
    UnreadableMessage,
)

from . import mapper

_SERVICE = "track-and-trace-v1/tracking"

API = PartnerApi(
    name="GLS",
    bases={
        "production": "https://api.gls-group.net",
        "test": "https://api-sandbox.gls-group.net",
    },
    auth=ClientCredentials(path="/oauth2/v2/token"),
    # The language of the descriptions, which are kept.
    headers={"Accept-Language": "EN"},
    answer_of=mapper.answer_of,
)


def fetch(client, numbers):
    """Ask about up to ten parcels.

    :param PartnerClient client: An opened client.
    :param list[str] numbers: The parcel numbers.
    :return: The one answer.
    :rtype: list[bytes]
    :raise CarrierUnavailable: When the same call may work later.
    :raise CarrierRejected: When it will be refused again; `not_found` when GLS knows
        none of them.
    """
    path = ",".join(quote(number, safe="") for number in numbers)
    answer = _get(client, f"{_SERVICE}/simple/trackids/{path}")
    answer.json()  # Anything else is the page of something in between.
    try:
        mapper.parse(answer.body)
    except CarrierAnswer as error:
        if error.kind == "unavailable":
            raise CarrierUnavailable(str(error)) from error
        if not error.events:
            raise CarrierRejected(
                error.kind, error.code, str(error), answer.body
            ) from error
    except UnreadableMessage:
        return [answer.body]  # It is kept, and told where messages are read.
    return [answer.body]


def probe(client):
    """Make a call that is about no parcel: the list of event codes."""
    _get(client, f"{_SERVICE}/events/codes")


def _get(client, path):
    try:
        return client.get(path)
    except CarrierRejected as error:
        if error.kind != "not_found":
            raise
        # Unknown parcels are told inside of a good answer: here the address is wrong.
        raise CarrierRejected(
            "bad_request", error.code, str(error), error.body
        ) from error
