"""The signature proof of delivery, as FedEx hands it out."""

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.proof import ProofFile, decoded

from . import const


def fetch_proofs(client, number):
    """Ask for the signature proof of one delivery.

    With an account number FedEx shows the whole of it, without one only what everybody
    may see.

    :param PartnerClient client: An opened client.
    :param str number: The tracking number.
    :return: The documents; empty while there is none.
    :rtype: list[ProofFile]
    :raise CarrierUnavailable: When the same call may work later.
    :raise CarrierRejected: When it will be refused again.
    """
    asked = {"trackingNumberInfo": {"trackingNumber": number}}
    if client.account.account_ref:
        asked["accountNumber"] = client.account.account_ref
    question = {
        "trackDocumentDetail": {
            "documentType": const.SIGNATURE_PROOF,
            "documentFormat": "PDF",
        },
        "trackDocumentSpecification": [asked],
    }
    try:
        answer = client.post("track/v1/trackingdocuments", json=question, attempts=2)
    except CarrierRejected as error:
        # What FedEx says about the number, and not about the call.
        if error.code.startswith("TRACKING."):
            return []
        raise
    try:
        return _files(answer.json(), number)
    except UnreadableMessage as error:
        text = f"FedEx answered with something else than a document: {error}"
        raise CarrierUnavailable(text) from error


def _files(document, number):
    output = reading.obj(reading.obj(document, "message").get("output"), "output")
    kind = reading.text(output.get("documentType"), 100)
    form = reading.text(output.get("documentFormat"), 10).lower() or "pdf"
    contents = reading.array(output.get("documents"), "output.documents")
    return [
        ProofFile(
            tracking_number=number,
            content=content,
            kind="signature" if kind == const.SIGNATURE_PROOF else "document",
            name=f"{kind.lower() or 'document'}.{form}",
        )
        for text in contents
        if (content := decoded(text))
    ]
