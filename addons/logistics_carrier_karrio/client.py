"""Calls to a Karrio server."""

from functools import partial
from urllib.parse import quote

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.api import HeaderKey, PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.proof import ProofFile

from . import booking, mapper

# Each server has an address of its own, which stands on the connection.
API = PartnerApi(
    name="Karrio",
    bases={},
    auth=HeaderKey("Authorization", prefix="Token "),
    answer_of=mapper.answer_of,
    sensitive=frozenset(
        {
            "person_name",
            "company_name",
            "address_line1",
            "address_line2",
            "street_number",
            "phone_number",
            "email",
            "signed_by",
            "customer_name",
            "base64",
        }
    ),
    own_servers=True,
)
_understood = partial(asking.understood, API.name)


def fetch(client, number):
    """Return the trackers of a number; carriers give numbers again, so it may be more.

    :param PartnerClient client: An opened client.
    :param str number: The tracking number.
    :return: The answer, byte for byte; an empty page for a number it does not follow.
    :rtype: bytes
    """
    return client.get("v1/trackers", params={"tracking_number": number}).body


def probe(client):
    """Ask about a number nobody has."""
    fetch(client, "TEST-0")


def proofs(client, number):
    """Return the pictures of a delivery: of the signature and of where the goods are.

    :param str number: The tracking number.
    :rtype: list[ProofFile]
    """
    page = client.get("v1/trackers", params={"tracking_number": number}).json()
    return [
        ProofFile(
            tracking_number=number,
            content=client.get(url, headers={"Accept": "image/*"}).body,
            kind=kind,
            signer=signer,
        )
        for kind, url, signer in _understood(mapper.pictures_of, page)
    ]


# === LABELS === #


def book(client, request, key):
    """Buy the label of a shipment.

    :param BookingRequest request: The order.
    :param str key: Our key, by which `find` finds it again.
    :rtype: Booking
    :raise CarrierUnavailable: When it may have been bought; `find` knows.
    :raise CarrierRejected: When it was not bought.
    """
    answer = client.post("v1/shipments", json=booking.order_of(request, key))
    shipment = _understood(booking.shipment_in, answer.json())
    if not _understood(booking.is_bought, shipment):
        text = mapper.remarks_of(shipment) or "No carrier offers this service"
        raise CarrierRejected("bad_request", "not_bought", text)
    return _booked(client, shipment)


def find(client, lost):
    """Return what was bought under a key.

    :param Lost lost: The order.
    :rtype: Booking | None
    """
    answer = client.get(
        "v1/shipments", params={"metadata_key": booking.KEY, "metadata_value": lost.key}
    )
    shipment = _understood(booking.shipment_under, answer.json(), lost.key)
    return _booked(client, shipment) if shipment else None


def rates(client, request):
    """Return what every service of every carrier costs.

    :rtype: list[Rate]
    :raise CarrierRejected: When no carrier offers one, with what they say about it.
    """
    # A question in the form of a POST: asking twice does no harm.
    answer = client.post("v1/proxy/rates", json=booking.wish_of(request), attempts=2)
    found = _understood(booking.rates_of, answer.json())
    text = mapper.remarks_of(answer.json())
    if not found and text:
        raise CarrierRejected("bad_request", "no_rates", text)
    return found


def cancel(client, number, reference):
    """Void the label of a shipment.

    :param str number: A tracking number of the shipment.
    :param str reference: Karrio's shipment, where it is known.
    """
    shipment = quote(reference or _shipment_of(client, number), safe="")
    try:
        client.post(f"v1/shipments/{shipment}/cancel")
    except CarrierRejected as error:
        if error.kind != "bad_request":
            raise
        answer = client.get(f"v1/shipments/{shipment}")
        if not _understood(booking.is_void, answer.json()):
            raise


def _booked(client, shipment):
    """Return a shipment with its label."""
    label = _understood(booking.label_in, shipment)
    if label is None:
        path = f"v1/shipments/{quote(str(shipment['id']), safe='')}/documents/label"
        try:
            answer = client.post(path, json={}, attempts=2)
        except CarrierRejected as error:
            # It is bought: it must be found again, and not be bought again.
            raise CarrierUnavailable(f"The label cannot be read: {error}") from error
        label = _understood(booking.file_of, answer.json())
    return _understood(booking.booking_of, shipment, label)


def _shipment_of(client, number):
    answer = client.get("v1/shipments", params={"tracking_number": number})
    found = _understood(booking.shipment_with, answer.json(), number)
    if not found:
        text = f"Karrio has no shipment of {number}"
        raise CarrierRejected("not_found", "404", text)
    return found
