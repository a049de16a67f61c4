"""Orders as Karrio wants them, and what it answers. Pure functions.

An order is a shipment of Karrio, found again by our key, which stands in its metadata:
Karrio itself lets the same order be bought twice.
"""

import base64
import binascii

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.booking import Booking, Needs, Rate

NEEDS = Needs(service=True)
KEY = "logistics_booking"

_NOT_BOUGHT = frozenset({"draft", "cancelled"})


def wish_of(request):
    """Return what to ask for prices.

    Karrio turns the addresses of a return round itself: it wants them as of the
    shipment that went out.

    :param BookingRequest request: The order.
    :rtype: dict
    """
    ours, theirs = request.sender, request.receiver
    if request.is_return:
        ours, theirs = theirs, ours
    return {
        "shipper": _address(ours),
        "recipient": _address(theirs),
        "parcels": [_parcel(parcel) for parcel in request.parcels],
        "reference": request.reference[:100],
        "is_return": request.is_return,
    }


def order_of(request, key):
    """Return the shipment to buy in one call.

    :param BookingRequest request: The order.
    :param str key: Our key.
    :rtype: dict
    """
    return {
        **wish_of(request),
        "service": request.service,
        "label_type": request.label_format.upper(),
        "metadata": {KEY: key},
    }


def shipment_in(document):
    """Return the shipment of an answer.

    :rtype: dict
    """
    if not document["id"]:
        raise KeyError("id")
    return document


def shipment_with(page, number):
    """Return the identifier of the shipment of a tracking number, of a page of them.

    :rtype: str
    :return: "" when none has the number.
    """
    for shipment in reading.array(page["results"], "results"):
        if number in numbers_of(shipment):
            return reading.text(shipment["id"], 100)
    return ""


def shipment_under(page, key):
    """Return what was bought under a key, of a page of shipments.

    :param dict page: The page; it may hold others, where a server does not filter.
    :param str key: Our key.
    :return: The shipment; None when nothing was bought.
    :rtype: dict | None
    """
    for shipment in reading.array(page["results"], "results"):
        metadata = reading.obj(shipment, "results").get("metadata")
        ours = isinstance(metadata, dict) and metadata.get(KEY) == key
        if ours and is_bought(shipment):
            return shipment
    return None


def is_bought(shipment):
    """Return whether there is a label that counts."""
    return (
        reading.text(shipment.get("status"), 60) not in _NOT_BOUGHT
        and numbers_of(shipment) != ()
    )


def is_void(shipment):
    """Return whether the label was cancelled."""
    return shipment["status"] == "cancelled"


def numbers_of(shipment):
    """Return the tracking numbers, the main one first.

    Karrio does not say which of the others belongs to which parcel.

    :rtype: tuple[str, ...]
    """
    meta = shipment.get("meta")
    told = meta.get("tracking_numbers") if isinstance(meta, dict) else None
    numbers = [shipment.get("tracking_number"), *reading.array(told, "meta")]
    found = (reading.text(number, 100) for number in numbers)
    return tuple(dict.fromkeys(filter(None, found)))


def label_in(shipment):
    """Return the label that came along.

    :rtype: bytes | None
    """
    documents = reading.array(shipment.get("shipping_documents"), "documents")
    labels = [
        file_of(document)
        for document in documents
        if isinstance(document, dict) and document.get("category") == "label"
    ]
    return next(filter(None, labels), None)


def file_of(document):
    """Return the content of a document.

    :rtype: bytes | None
    """
    try:
        return base64.b64decode(document.get("base64") or "", validate=True) or None
    except (binascii.Error, TypeError, ValueError):
        return None


def booking_of(shipment, label):
    """Return what came of an order.

    :param dict shipment: The shipment.
    :param bytes | None label: One document with the labels of all parcels.
    :rtype: Booking
    """
    numbers = numbers_of(shipment)
    rate = shipment.get("selected_rate")
    rate = rate if isinstance(rate, dict) else {}
    price = reading.amount(rate.get("total_charge"), "selected_rate.total_charge")
    return Booking(
        numbers=numbers,
        labels=((f"{numbers[0]}.{_extension(label)}", label),) if label else (),
        price=price or None,
        currency=reading.text(rate.get("currency"), 3) if price else "",
        references=(reading.text(shipment["id"], 100),),
        carrier=reading.text(shipment.get("carrier_name"), 100),
        service=reading.text(shipment.get("service") or rate.get("service"), 200),
    )


def rates_of(document):
    """Read the rates of all carriers of the server.

    :rtype: list[Rate]
    """
    found = []
    for index, rate in enumerate(reading.array(document["rates"], "rates")):
        at = f"rates[{index}]"
        rate = reading.obj(rate, at)
        price = reading.amount(rate.get("total_charge"), f"{at}.total_charge")
        if price is None:
            continue
        days = rate.get("transit_days")
        meta = rate.get("meta")
        name = meta.get("service_name") if isinstance(meta, dict) else ""
        found.append(
            Rate(
                service=reading.text(rate.get("service"), 200),
                price=price,
                currency=reading.text(rate.get("currency"), 3),
                days=days if type(days) is int else None,
                carrier=reading.text(rate.get("carrier_name"), 100),
                name=reading.text(name, 200),
            )
        )
    return found


def _address(address):
    values = {
        "person_name": address.name,
        "company_name": address.company,
        "address_line1": address.street,
        "address_line2": address.street2,
        "postal_code": address.postcode,
        "city": address.city,
        "country_code": address.country,
        "state_code": address.state,
        "email": address.email,
        "phone_number": address.phone,
    }
    return {name: text for name, text in values.items() if text}


def _parcel(parcel):
    found = {"weight": float(parcel.weight), "weight_unit": "KG"}
    if parcel.length:
        sides = ("length", "width", "height")
        found |= {side: float(getattr(parcel, side)) for side in sides}
        found["dimension_unit"] = "CM"
    return found


def _extension(content):
    return "zpl" if content.lstrip().startswith(b"^XA") else "pdf"
