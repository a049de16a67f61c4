"""Calls of USPS, made with an opened `PartnerClient`."""

from urllib.parse import quote

from odoo.addons.logistics_carrier_base.api import ClientCredentials, PartnerApi

from . import const, mapper

API = PartnerApi(
    name="USPS",
    bases=const.BASES,
    auth=ClientCredentials(path=const.TOKEN_PATH, style="json"),
    headers={"Accept": "application/json"},
    answer_of=mapper.answer_of,
    sensitive=const.SENSITIVE_KEYS,
)


def fetch(client, number):
    """Ask what happened to a mail piece.

    :param PartnerClient client: The opened client.
    :param str number: The number.
    :return: The answer, with the number where it does not repeat it.
    :rtype: bytes
    """
    path = const.TRACKING_PATH + quote(number, safe="")
    answer = client.get(path, params={"expand": "DETAIL"})
    return mapper.numbered(answer.body, number)


def probe(client):
    """Ask about a number that is nobody's, to see whether questions are answered.

    :param PartnerClient client: The opened client.
    """
    fetch(client, const.PROBE_NUMBER)
