"""Calls to AfterShip's tracking API."""

from datetime import datetime, timedelta, timezone

from odoo.addons.logistics_carrier_base.api import HeaderKey, PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
    UnreadableMessage,
)

from . import mapper

API = PartnerApi(
    name="AfterShip",
    bases={"production": "https://api.aftership.com/tracking/2026-07"},
    auth=HeaderKey("as-api-key"),
    answer_of=mapper.answer_of,
    sensitive=frozenset(
        {"as-api-key", "signed_by", "customers", "emails", "smses", "email", "phone"}
    ),
)
# So long AfterShip keeps a tracking; without a date it lists those of a month.
KEPT = timedelta(days=120)
# More than one carrier may have one of the numbers.
PAGE = 200


def fetch(client, numbers, follow=False):
    """Ask about some numbers in one call.

    :param PartnerClient client: An opened client.
    :param list[str] numbers: At most `const.BATCH_SIZE`.
    :param bool follow: Whether AfterShip shall follow those it does not follow yet;
        each is counted by AfterShip.
    :return: The answers, byte for byte, as the mapper reads them.
    :rtype: list[bytes]
    """
    since = datetime.now(timezone.utc) - KEPT
    asked = {
        "tracking_numbers": ",".join(numbers),
        "created_at_min": since.isoformat(timespec="seconds"),
        "limit": PAGE,
    }
    answer = client.get("trackings", params=asked)
    try:
        found = mapper.numbers_in(answer.json())
    except UnreadableMessage as error:
        text = f"AfterShip answered with something else than trackings: {error}"
        raise CarrierUnavailable(text) from error
    bodies = [answer.body]
    if follow:
        for number in numbers:
            if number.upper() not in found:
                bodies += _follow(client, number)
    return bodies


def probe(client):
    """Make a harmless call.

    :param PartnerClient client: An opened client.
    """
    client.get("trackings", params={"limit": 1})


def _follow(client, number):
    try:
        return [client.post("trackings", json={"tracking_number": number}).body]
    except CarrierRejected as error:
        # AfterShip cannot tell whose number it is: no news of it, and no fault.
        if error.kind in ("bad_request", "not_found"):
            return []
        raise
