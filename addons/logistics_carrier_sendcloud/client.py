"""Calls to Sendcloud."""

import json
from contextlib import suppress
from datetime import datetime, timezone
from functools import partial
from urllib.parse import quote

from odoo.addons.logistics_carrier_base import asking, reading, strict_json
from odoo.addons.logistics_carrier_base.api import BasicKey, PartnerApi
from odoo.addons.logistics_carrier_base.credentials import Credential
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
    UnreadableMessage,
)

from . import booking, mapper, way_back

# Announcing takes some seconds; until then there is no label.
_A_MOMENT = 30.0

CREDENTIALS = (
    Credential(
        "public_key",
        "Public Key",
        "In the Sendcloud panel: Settings > Integrations > Sendcloud API.",
    ),
    Credential("secret_key", "Secret Key", "Beside the public key."),
)

# There is no address for tests: what costs nothing is chosen by the service.
API = PartnerApi(
    name="Sendcloud",
    bases={"production": "https://panel.sendcloud.sc/api"},
    auth=BasicKey("public_key", "secret_key"),
    answer_of=mapper.answer_of,
    sensitive=frozenset(
        {
            "name",
            "company_name",
            "address",
            "address_line_1",
            "address_line_2",
            "house_number",
            "telephone",
            "phone_number",
            "email",
            "label_file",
        }
    ),
)
_understood = partial(asking.understood, API.name)


def fetch(client, number):
    """Return the tracking history of a number.

    :param PartnerClient client: An opened client.
    :param str number: The tracking number.
    :return: The answer, byte for byte, behind the number: it does not name it itself.
    :rtype: bytes
    """
    answer = client.get(f"v2/tracking/{quote(number, safe='')}")
    asked = json.dumps(number).encode()
    return b'{"tracking_number": ' + asked + b', "tracking": ' + answer.body + b"}"


def probe(client):
    """Ask about a number nobody has; only the account itself may."""
    client.get("v2/parcels", params={"tracking_number": "TEST-0"})


# === LABELS === #


def book(client, request, key):
    """Announce a shipment, or a return.

    :param BookingRequest request: The order.
    :param str key: Our key; the same never books twice.
    :rtype: Booking
    :raise CarrierUnavailable: When it may have been bought; `find` knows.
    :raise CarrierRejected: When it was not bought.
    """
    if request.is_return:
        return _book_return(client, request, key)
    try:
        answer = client.post(
            "v3/shipments/announce", json=booking.order_of(request, key)
        )
        shipment = _understood(booking.shipment_in, answer.json())
    except CarrierRejected as error:
        # A shipment under this key is there already: it comes along with the refusal.
        shipment = _twin(error)
        if shipment is None:
            raise
    if shipment is None:
        raise CarrierUnavailable("Sendcloud answered without a shipment")
    found = _booked(client, shipment)
    if found is None:
        raise CarrierRejected(
            "bad_request", "not_announced", _understood(booking.trouble_of, shipment)
        )
    return found


def find(client, lost):
    """Return what was bought under a key.

    :param Lost lost: The order.
    :rtype: Booking | None
    """
    if lost.is_return:
        return _find_return(client, lost)
    answer = client.get("v3/shipments", params={"external_reference_id": lost.key})
    shipment = _understood(booking.shipment_in, answer.json(), lost.key)
    return _booked(client, shipment) if shipment else None


def rates(client, request):
    """Return what every option costs.

    :rtype: list[Rate]
    """
    return _quotes(client, booking.wish_of(booking.order_of(request, "")))


def cancel(client, number, reference):
    """Ask for a shipment or return to be cancelled; Sendcloud may take days to do it.

    :param str number: A tracking number of the shipment.
    :param str reference: Sendcloud's shipment or return, where it is known.
    """
    if identifier := way_back.identifier_in(reference):
        _cancel_return(client, identifier)
        return
    shipment = reference or _shipment_of(client, number)
    try:
        client.post(f"v3/shipments/{quote(shipment, safe='')}/cancel")
    except CarrierRejected as error:
        if error.kind != "bad_request":
            raise
        answer = client.get(f"v3/shipments/{quote(shipment, safe='')}")
        there = _understood(booking.shipment_in, answer.json())
        if not there or _understood(booking.state_of, there) != "void":
            raise


def _booked(client, shipment):
    """Return a shipment with its labels; None when nothing was bought."""
    state = _understood(booking.state_of, shipment)
    if state == "pending":
        raise CarrierUnavailable("Sendcloud is still announcing it", _A_MOMENT)
    if state != "bought":
        return None
    labels = [
        (number, content or _label(client, link, shipment))
        for number, content, link in _understood(booking.labels_of, shipment)
        if content or link
    ]
    rate = _rate(client, shipment)
    return _understood(booking.booking_of, shipment, labels, rate)


def _label(client, link, shipment):
    return _file(client, link, _understood(booking.mime_type_of, shipment))


def _file(client, link, accept):
    try:
        return client.get(link, headers={"Accept": accept}).body
    except CarrierRejected as error:
        # It is bought: it must be found again, and not be bought again.
        raise CarrierUnavailable(f"The label cannot be read: {error}") from error


def _rate(client, shipment):
    """Return what a shipment costs, where Sendcloud tells; its label does not wait."""
    with suppress(CarrierRejected, CarrierUnavailable):
        service = _understood(booking.service_of, shipment)
        for rate in _quotes(client, _understood(booking.wish_of, shipment)):
            if rate.service == service:
                return rate
    return None


def _quotes(client, wish):
    # A question in the form of a POST: asking twice does no harm.
    answer = client.post("v3/shipping-options", json=wish, attempts=2)
    return _understood(booking.rates_of, answer.json())


def _shipment_of(client, number):
    answer = client.get("v3/shipments", params={"tracking_number": number})
    found = _understood(booking.shipment_with, answer.json(), number)
    if not found:
        text = f"Sendcloud has no shipment of {number}"
        raise CarrierRejected("not_found", "404", text)
    return found


def _twin(error):
    try:
        return booking.shipment_in(strict_json.loads(error.body))
    except UnreadableMessage:
        return None


# === RETURNS === #


def _book_return(client, request, key):
    # It waits for the carrier: what goes wrong there is said at once.
    answer = client.post(
        "v3/returns/announce-synchronously", json=way_back.order_of(request, key)
    )
    identifier = _understood(way_back.identifier_of, answer.json())
    try:
        made = client.get(f"v3/returns/{quote(identifier, safe='')}").json()
    except CarrierRejected as error:
        # It is bought: it must be found again, and not be bought again.
        raise CarrierUnavailable(f"The return cannot be read: {error}") from error
    found = _returned(client, made, identifier)
    if found is None:
        text = _understood(booking.trouble_of, made)
        raise CarrierRejected("bad_request", "not_announced", text)
    return found


def _find_return(client, lost):
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    wish = way_back.days_of(lost.since, now)
    for _page in range(way_back.MOST_PAGES):
        page = client.get("v3/returns", params=wish).json()
        made = _understood(way_back.return_under, page, lost.key)
        if made:
            return _returned(
                client, made, _understood(reading.text, made.get("id"), 40)
            )
        cursor = _understood(way_back.cursor_of, page)
        if not cursor:
            return None
        wish["cursor"] = cursor
    raise CarrierUnavailable("Sendcloud lists more returns than can be looked through")


def _returned(client, made, identifier):
    """Return a return with its label; None when nothing was bought."""
    state = _understood(way_back.state_of, made)
    if state == "pending":
        raise CarrierUnavailable("Sendcloud is still announcing it", _A_MOMENT)
    if state != "bought":
        return None
    # The customer prints it.
    label = _file(client, _understood(way_back.link_of, made), "application/pdf")
    return _understood(way_back.booking_of, made, identifier, label)


def _cancel_return(client, identifier):
    path = f"v3/returns/{quote(identifier, safe='')}"
    try:
        client.request("PATCH", f"{path}/cancel")
    except CarrierRejected as error:
        if error.kind != "bad_request":
            raise
        if _understood(way_back.state_of, client.get(path).json()) != "void":
            raise
