"""Calls of UPS, made with an opened `PartnerClient`."""

import re
import uuid
from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote

from odoo.addons.logistics_carrier_base.api import ClientCredentials, PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    CarrierRejected,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.subscription import Subscribed

from . import const, mapper

API = PartnerApi(
    name="UPS",
    bases=const.BASES,
    auth=ClientCredentials(path=const.TOKEN_PATH, style="basic"),
    headers={"Accept": "application/json", "transactionSrc": "logistics"},
    answer_of=mapper.answer_of,
    sensitive=const.SENSITIVE_KEYS,
)
_SUBSCRIBED_NUMBER = re.compile(const.SUBSCRIBED_NUMBER)


def fetch(client, number):
    """Ask what happened to a parcel, with the proof of its delivery.

    :param PartnerClient client: The opened client.
    :param str number: The number.
    :rtype: bytes
    :raise CarrierRejected: When the number is unknown, besides other refusals.
    """
    answer = client.get(
        const.DETAILS_PATH + quote(number, safe=""),
        params={
            "locale": "en_US",
            "returnSignature": "true",
            "returnMilestones": "false",
            "returnPOD": "true",
        },
        headers=_named(),
    )
    _check_known(answer.body)
    return answer.body


def _check_known(body):
    """Refuse what UPS takes for a call that went well, with a warning."""
    with suppress(UnreadableMessage):
        try:
            mapper.parse(body)
        except CarrierAnswer as told:
            if told.kind == "not_found":
                raise CarrierRejected(told.kind, told.code, str(told), body) from told


def probe(client):
    """Ask about a number that is nobody's, to see whether questions are answered.

    :param PartnerClient client: The opened client.
    """
    try:
        fetch(client, f"{const.TEST_PREFIX}0111111114")
    except CarrierRejected as error:
        if error.code != const.INVALID_NUMBER:
            raise


def subscribe(client, numbers, now):
    """Ask UPS to push what happens to parcels; asking again prolongs it.

    Numbers of another form than UPS pushes for are not asked for, and come back no more
    than those that it refuses.

    :param PartnerClient client: The opened client.
    :param list[str] numbers: The numbers.
    :param datetime now: The time, in naive UTC.
    :rtype: list[Subscribed]
    """
    wanted = {
        number.upper(): number
        for number in numbers
        if _SUBSCRIBED_NUMBER.fullmatch(number.upper())
    }
    asked, size = list(wanted), const.SUBSCRIPTION_BATCH
    ends = now + timedelta(days=const.SUBSCRIPTION_DAYS)
    return [
        # There is no name to end it by: it ends by itself.
        Subscribed(wanted[number], "", ends)
        for start in range(0, len(asked), size)
        for number in _taken(client, asked[start : start + size])
        if number in wanted
    ]


def _taken(client, numbers):
    try:
        answer = client.post(
            const.SUBSCRIPTION_PATH,
            json={
                "locale": "en_US",
                "countryCode": "US",
                "trackingNumberList": numbers,
            },
            headers=_named(),
            attempts=2,
        ).json()
    except CarrierRejected as error:
        if error.code in const.NO_NUMBER_TAKEN:
            return []
        raise
    taken = answer.get("validTrackingNumbers") if isinstance(answer, dict) else None
    return [str(number).upper() for number in taken or ()]


def _named():
    # UPS wants a name for every call, so that it can be found again.
    return {"transId": uuid.uuid4().hex}
