"""How MyDHL API is asked: plain functions with an opened client."""

from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected


def fetch(client, numbers):
    """Ask about some numbers in one call.

    A number that DHL cannot read spoils the call for all. Then the halves are asked, so
    that it costs the others nothing; its refusal is kept among the answers.

    :param PartnerClient client: The opened client.
    :param list[str] numbers: The numbers.
    :return: The answers.
    :rtype: list[bytes]
    :raises CarrierUnavailable: When the same call may work later.
    :raises CarrierRejected: When none of the numbers is answered.
    """
    try:
        return [_track(client, numbers)]
    except CarrierRejected as error:
        if error.kind != "bad_request" or len(numbers) == 1:
            raise
        refusal = error
    found, heard = [], False
    middle = len(numbers) // 2
    for part in (numbers[:middle], numbers[middle:]):
        try:
            found += fetch(client, part)
            heard = True
        except CarrierRejected as error:
            if error.kind == "not_found":
                heard = True
            elif error.kind == "bad_request":
                found += [error.body] if error.body else []
            else:
                raise
    if not heard:
        raise refusal
    return found


def _track(client, numbers):
    params = {
        "shipmentTrackingNumber": numbers,
        "trackingView": "all-checkpoints",
        "levelOfDetail": "shipment",
    }
    return client.get("tracking", params=params).body
