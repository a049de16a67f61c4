"""The electronic proof of delivery: a PDF that is asked for by waybill."""

from odoo.addons.logistics_carrier_base import strict_json
from odoo.addons.logistics_carrier_base.proof import ProofFile, decoded

from . import const, mapper


def fetch_proofs(client, number):
    """Ask for the proof of a delivery.

    :param PartnerClient client: The opened client; DHL wants the number of the
        shipper's account with the question.
    :param str number: The waybill number.
    :rtype: list[ProofFile]
    :raises CarrierUnavailable: When the same call may work later.
    :raises CarrierRejected: When there is none, or it may not be seen.
    """
    params = {"content": const.PROOF_CONTENT}
    if client.account.account_ref:
        params["shipperAccountNumber"] = client.account.account_ref
    answer = client.get(f"shipments/{number}/proof-of-delivery", params=params)
    return proofs(answer.body, number)


def proofs(body, number):
    """Return the files in an answer with proofs of delivery.

    :param bytes body: The answer; it does not say which shipment it is about.
    :param str number: The number that was asked for.
    :rtype: list[ProofFile]
    :raises UnreadableMessage: When it is nothing of DHL's.
    :raises CarrierAnswer: When it is an error answer.
    """
    return [
        ProofFile(
            tracking_number=number,
            content=decoded(document.get("content")),
            name=mapper.file_name(document),
        )
        for document in mapper.pod_documents(
            mapper.read(body, strict_json.MAX_WITH_FILES)
        )
    ]
