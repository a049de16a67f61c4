"""Returns as Sendcloud wants them, and what it answers. Pure functions.

A return of Sendcloud tells its order number and not the reference it was made with. So
the order number carries a mark of our key, by which the return is found again in the
list of its days; Sendcloud gets the whole key as `external_reference` as well.
"""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.booking import Booking

from . import booking

# The most a page of the list holds, and the most pages that are looked through.
PAGE_SIZE = 40
MOST_PAGES = 100
# The list takes times without a zone, and clocks differ.
_MARGIN = timedelta(hours=12)
_MARK = 12
_LONGEST_NUMBER = 35
_VOID = "cancel"
_FAILED = "announcement-failed"
# Tells a return from a shipment of Sendcloud.
_REFERENCE = "return-"


def order_of(request, key):
    """Return the return to announce.

    :param BookingRequest request: The order; it has one parcel.
    :param str key: Our key.
    :rtype: dict
    """
    (parcel,) = request.parcels
    found = {
        "from_address": booking.address_of(request.sender),
        "to_address": booking.address_of(request.receiver),
        "ship_with": {
            "type": "shipping_option_code",
            "shipping_option_code": request.service,
        },
        "weight": {"value": float(parcel.weight), "unit": "kg"},
        "collo_count": 1,
        "send_tracking_emails": False,
        "order_number": number_of(request.reference, key),
        "external_reference": key,
    }
    if parcel.length:
        sides = ("length", "width", "height")
        found["dimensions"] = {
            **{side: float(getattr(parcel, side)) for side in sides},
            "unit": "cm",
        }
    return found


def number_of(reference, key):
    """Return the order number of a return: our number of it, and the mark of our key.

    :rtype: str
    """
    mark = _mark(key)
    return f"{reference[: _LONGEST_NUMBER - len(mark) - 1].strip()} {mark}"


def days_of(since, now):
    """Return what to ask the list for.

    :param datetime since: When the return was asked for at the earliest.
    :rtype: dict[str, str]
    """
    return {
        "from_date": (since - _MARGIN).strftime("%Y-%m-%d %H:%M:%S"),
        "to_date": (now + _MARGIN).strftime("%Y-%m-%d %H:%M:%S"),
        "page_size": str(PAGE_SIZE),
    }


def cursor_of(page):
    """Return where the next page of the list begins; "" when it was the last.

    :rtype: str
    """
    following = reading.text(page.get("next"), 2000)
    return next(iter(parse_qs(urlsplit(following).query).get("cursor", [])), "")


def return_under(page, key):
    """Return what stands on a page under a key.

    :return: The return as Sendcloud tells it; None when it is not there.
    :rtype: dict | None
    """
    for one in reading.array(page["data"], "data"):
        number = reading.text(reading.obj(one, "data").get("order_number"), 200)
        if number.rpartition(" ")[2] == _mark(key):
            return one
    return None


def identifier_of(answer):
    """Return Sendcloud's identifier of the return that was made.

    :rtype: str
    """
    found = reading.text(answer["return_id"], 40)
    if not found:
        raise KeyError("return_id")
    return found


def state_of(one):
    """Return how far a return came.

    :rtype: str
    :return: `pending` (it is being announced), `bought`, `void`, or `failed`.
    """
    words = [_parent(status) for status in _history(one)]
    if words and _VOID in words[-1]:
        return "void"
    if reading.text(one.get("tracking_number")) and link_of(one):
        return "bought"
    return "failed" if one.get("errors") or _FAILED in words else "pending"


def link_of(one):
    """Return where the label of a return is, in the size of a label.

    :rtype: str
    """
    label = one.get("label")
    told = label.get("label_printer") if isinstance(label, dict) else None
    return reading.text(told or one.get("label_url"))


def booking_of(one, identifier, label):
    """Return what came of an order.

    :param dict one: The return.
    :param str identifier: Sendcloud's identifier of it; "" where it is not known.
    :param bytes label: The label.
    :rtype: Booking
    """
    number = reading.text(one["tracking_number"], 100)
    cost = one.get("label_cost")
    cost = cost if isinstance(cost, dict) else {}
    price = reading.amount(cost.get("value"), "label_cost.value")
    option = one.get("shipping_option")
    return Booking(
        numbers=(number,),
        labels=((f"{number}.pdf", label),),
        price=price or None,
        currency=reading.text(cost.get("currency"), 3) if price else "",
        references=(f"{_REFERENCE}{identifier}",) if identifier else (),
        carrier=next(filter(None, map(_carrier, _history(one))), ""),
        service=reading.text(option.get("code"), 200)
        if isinstance(option, dict)
        else "",
    )


def identifier_in(reference):
    """Return the identifier of a return, as a booking refers to it; "" of a shipment.

    :param str reference: One of `Booking.references`.
    :rtype: str
    """
    identifier = reference.removeprefix(_REFERENCE)
    return "" if identifier == reference else identifier


def _mark(key):
    return key.replace("-", "")[:_MARK]


def _history(one):
    """Return the statuses, oldest first."""
    found = [
        reading.obj(status, "status_history")
        for status in reading.array(one.get("status_history"), "status_history")
    ]
    return sorted(
        found, key=lambda status: reading.text(status.get("carrier_update_timestamp"))
    )


def _parent(status):
    return reading.text(status.get("parent_status")).lower().replace(" ", "-")


def _carrier(status):
    return reading.text(status.get("carrier_code"), 100)
