"""The proof of delivery of Chronopost: a document, on request."""

from odoo.addons.logistics_carrier_base import strict_xml
from odoo.addons.logistics_carrier_base.client import MAX_BYTES
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    CarrierRejected,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.proof import decoded

from . import client as calls
from . import const, mapper


def fetch_proofs(client, number):
    """Ask for the proof of one delivery.

    :param PartnerClient client: An opened client.
    :param str number: The waybill number.
    :return: One mapping with `tracking_number`, `kind`, `content`, `name` and `signer`;
        none while there is no proof.
    :rtype: list[dict]
    :raise CarrierUnavailable: When the same call may work later.
    :raise CarrierRejected: When it will be refused again.
    """
    body = calls.SERVICE.call(
        client,
        calls.PATH,
        "searchPOD",
        attempts=2,
        accountNumber=client.account.credentials.get("account_number", ""),
        password=client.account.credentials.get("password", ""),
        language=const.LANGUAGE,
        skybillNumber=number,
        pdf=True,
    )
    try:
        result = mapper.result_of(body, MAX_BYTES)
    except CarrierAnswer as error:
        raise CarrierRejected(error.kind, error.code, str(error), body) from error
    except UnreadableMessage as error:
        raise CarrierRejected("bad_request", "schema", error.reason, body) from error
    if strict_xml.text(result, "podPresente") == "false":
        return []
    content = decoded(strict_xml.text(result, "pod", limit=None))
    if not content:
        return []
    kind = strict_xml.text(result, "formatPOD", limit=10).lower()
    name = f"{number}.{kind}" if kind.isalnum() else number
    return [
        {
            "tracking_number": number,
            "kind": "document",
            "content": content,
            "name": name,
            "signer": "",
        }
    ]


def probe(client):
    """Ask for the proof of a parcel that nobody has: this call needs the login."""
    fetch_proofs(client, const.PROBE_NUMBER)
