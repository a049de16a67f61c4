"""Orders as Sendcloud wants them, and what it answers. Pure functions.

An order is a shipment of Sendcloud, found again by our key as `external_reference_id`:
a second one under the same key is refused there.
"""

import base64
import binascii
import math

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.booking import Booking, Needs, Rate

# So many parcels are announced in one call; of a return only one can be found again.
NEEDS = Needs(service=True, parcels=15, return_parcels=1)
MIME_TYPES = {"pdf": "application/pdf", "zpl": "application/zpl"}

_PENDING = frozenset({"ANNOUNCING"})
_VOID = frozenset(
    {
        "CANCELLED",
        "CANCELLED_UPSTREAM",
        "CANCELLATION_REQUESTED",
        "SUBMITTING_CANCELLATION_REQUEST",
    }
)
_NOT_BOUGHT = _VOID | {"ANNOUNCEMENT_FAILED", "NO_LABEL"}


def order_of(request, key):
    """Return the shipment to announce.

    :param BookingRequest request: The order.
    :param str key: Our key.
    :rtype: dict
    """
    return {
        "external_reference_id": key,
        "order_number": request.reference,
        "from_address": address_of(request.sender),
        "to_address": address_of(request.receiver),
        "ship_with": {
            "type": "shipping_option_code",
            "properties": {"shipping_option_code": request.service},
        },
        "label_details": {"mime_type": MIME_TYPES[request.label_format]},
        "parcels": [_parcel(parcel) for parcel in request.parcels],
    }


def wish_of(order):
    """Return what to ask for prices.

    :param dict order: The order, or a shipment as Sendcloud tells it.
    :rtype: dict
    """
    places = ("address_line_1", "postal_code", "city", "state_province_code")
    names = ("country_code", *places)
    return {
        **{
            side: {name: order[side][name] for name in names if order[side].get(name)}
            for side in ("from_address", "to_address")
        },
        "parcels": [
            {name: parcel[name] for name in ("weight", "dimensions") if name in parcel}
            for parcel in order["parcels"]
        ],
        "calculate_quotes": True,
    }


def shipment_in(document, key=""):
    """Return the shipment of an answer.

    :param document: The answer: one shipment, or a list of them.
    :param str key: Our key; of a list only the shipment of this one counts.
    :return: The shipment; None when there is none.
    :rtype: dict | None
    """
    data = document.get("data") if isinstance(document, dict) else None
    listed = data if isinstance(data, list) else [data]
    found = [one for one in listed if isinstance(one, dict) and one.get("id")]
    if listed is data:
        # A server that does not filter must not make another shipment ours.
        found = [one for one in found if one.get("external_reference_id") == key]
    return found[0] if found else None


def shipment_with(document, number):
    """Return the identifier of the shipment of a tracking number, of a list of them.

    :rtype: str
    :return: "" when none has the number.
    """
    for shipment in reading.array(document["data"], "data"):
        if number in map(_number, _parcels(shipment)):
            return reading.text(shipment["id"], 100)
    return ""


def state_of(shipment):
    """Return how far a shipment came.

    :rtype: str
    :return: `pending` (it is being announced), `bought`, `void`, or `failed`.
    """
    codes = {_status(parcel) for parcel in _parcels(shipment)}
    if codes & _PENDING:
        return "pending"
    if codes - _NOT_BOUGHT:
        return "bought"
    return "void" if codes & _VOID else "failed"


def trouble_of(shipment):
    """Return why a shipment was not announced, in words.

    :rtype: str
    """
    errors = reading.array(shipment.get("errors"), "errors")
    words = [
        reading.text(error.get("detail") or error.get("title"))
        for error in errors
        if isinstance(error, dict)
    ]
    statuses = [
        reading.text(parcel["status"].get("message"))
        for parcel in _parcels(shipment)
        if isinstance(parcel.get("status"), dict)
    ]
    return "; ".join(filter(None, words or statuses)) or "It was not announced"


def labels_of(shipment):
    """Return where the label of each parcel is.

    :return: Number, content or None, and address to fetch it from, of each parcel.
    :rtype: list[tuple[str, bytes | None, str]]
    """
    found = []
    for parcel in _bought(shipment):
        documents = reading.array(parcel.get("documents"), "documents")
        links = [
            reading.text(document.get("link"))
            for document in documents
            if isinstance(document, dict) and document.get("type") == "label"
        ]
        content = _file(parcel.get("label_file"))
        found.append((_number(parcel), content, links[0] if links else ""))
    return found


def mime_type_of(shipment):
    """Return in which format a shipment prints its labels, for the `Accept` header.

    :rtype: str
    """
    details = shipment.get("label_details")
    told = details.get("mime_type") if isinstance(details, dict) else ""
    return told if told in MIME_TYPES.values() else "*/*"


def booking_of(shipment, labels, rate=None):
    """Return what came of an order.

    :param dict shipment: The shipment.
    :param labels: Number and content of the label of each parcel.
    :param Rate | None rate: What it costs.
    :rtype: Booking
    """
    carrier = shipment.get("carrier")
    return Booking(
        numbers=tuple(filter(None, map(_number, _bought(shipment)))),
        labels=tuple(
            (f"{number}.{_extension(content)}", content) for number, content in labels
        ),
        price=rate.price if rate else None,
        currency=rate.currency if rate else "",
        references=(reading.text(shipment["id"], 100),),
        carrier=reading.text(carrier.get("code"), 100)
        if isinstance(carrier, dict)
        else "",
        service=service_of(shipment),
    )


def service_of(shipment):
    """Return the service of a shipment.

    :rtype: str
    """
    chosen = shipment.get("ship_with")
    values = chosen.get("properties") if isinstance(chosen, dict) else None
    return reading.text((values or {}).get("shipping_option_code"), 200)


def rates_of(document):
    """Read the shipping options with their quotes; those without a price are left out.

    :rtype: list[Rate]
    """
    found = []
    options = reading.array(document.get("data"), "data")
    for index, option in enumerate(options):
        at = f"data[{index}]"
        option = reading.obj(option, at)
        for quote in reading.array(option.get("quotes"), f"{at}.quotes")[:1]:
            price = reading.obj(quote, at).get("price")
            total = (price if isinstance(price, dict) else {}).get("total")
            if not isinstance(total, dict) or total.get("value") is None:
                continue
            carrier = option.get("carrier")
            hours = reading.amount(quote.get("lead_time"), f"{at}.lead_time")
            found.append(
                Rate(
                    service=reading.text(option.get("code"), 200),
                    price=reading.amount(total["value"], f"{at}.price"),
                    currency=reading.text(total.get("currency"), 3),
                    days=None if hours is None else math.ceil(hours / 24),
                    carrier=reading.text(carrier.get("name"), 100)
                    if isinstance(carrier, dict)
                    else "",
                    name=reading.text(option.get("name"), 200),
                )
            )
    return found


def address_of(address):
    """Return an address as Sendcloud writes it.

    :param Address address: The address.
    :rtype: dict
    """
    values = {
        "name": address.name,
        "company_name": address.company,
        "address_line_1": address.street,
        "address_line_2": address.street2,
        "postal_code": address.postcode,
        "city": address.city,
        "country_code": address.country,
        "state_province_code": f"{address.country}-{address.state}"
        if address.state
        else "",
        "email": address.email,
        "phone_number": address.phone,
    }
    return {name: text for name, text in values.items() if text}


def _parcel(parcel):
    found = {"weight": {"value": format(parcel.weight, "f"), "unit": "kg"}}
    if parcel.length:
        sides = ("length", "width", "height")
        found["dimensions"] = {
            **{side: format(getattr(parcel, side), "f") for side in sides},
            "unit": "cm",
        }
    return found


def _parcels(shipment):
    return [
        reading.obj(parcel, "parcels")
        for parcel in reading.array(shipment.get("parcels"), "parcels")
    ]


def _bought(shipment):
    return [p for p in _parcels(shipment) if _status(p) not in _NOT_BOUGHT]


def _status(parcel):
    status = parcel.get("status")
    return reading.text(status.get("code"), 60) if isinstance(status, dict) else ""


def _number(parcel):
    return reading.text(parcel.get("tracking_number"), 100)


def _file(text):
    try:
        return base64.b64decode(text, validate=True) if text else None
    except (binascii.Error, TypeError, ValueError):
        return None


def _extension(content):
    return "zpl" if content.lstrip().startswith(b"^XA") else "pdf"
