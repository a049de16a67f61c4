"""Buying labels from EasyPost: one parcel is a shipment, several are an order."""

import json
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from odoo.addons.logistics_carrier_base.booking import Booking, Rate
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)

from . import const

_OUNCES = Decimal("35.27396195")  # In a kilogram.
_INCHES = Decimal("0.3937007874")  # In a centimetre.
_TENTH = Decimal("0.1")


def rates(api, request):
    """Ask what every service would cost; what is asked for is not bought.

    :param EasyPostClient api: An opened client.
    :param BookingRequest request: The order.
    :rtype: list[Rate]
    """
    return [
        Rate(
            service=_service(rate),
            price=_amount(rate.get("rate")),
            currency=str(rate.get("currency") or ""),
            days=rate.get("delivery_days"),
            carrier=str(rate.get("carrier") or ""),
            name=str(rate.get("service") or ""),
        )
        for rate in _create(api, request).get("rates") or []
    ]


def book(api, request, key):
    """Buy the labels of an order; what was bought under its key is not bought again.

    :param EasyPostClient api: An opened client.
    :param BookingRequest request: The order.
    :param str key: Stands on EasyPost's object as its reference.
    :rtype: Booking
    """
    # An object that was made and not bought is used, so that the key has one object.
    made = _made(api, key) or _create(api, request, key)
    if not _is_bought(made):
        rate = _chosen(made, request.service)
        path = f"{_kind(made)}/{made['id']}/buy"
        wish = (
            {"rate": {"id": rate.get("id")}}
            if _kind(made) == "shipments"
            else {name: rate.get(name) for name in ("carrier", "service")}
        )
        made = api.send("POST", path, wish)
    return _booking(api, made, request.label_format)


def find(api, lost):
    """Find what was bought under a key.

    :param Lost lost: The order.
    :rtype: Booking | None
    """
    made = _made(api, lost.key)
    if not made or not _is_bought(made):
        return None
    options = (_shipments(made)[0].get("options") or {}).get("label_format")
    return _booking(api, made, str(options or "pdf").lower())


def cancel(api, number, reference):
    """Ask for the money of a label back, which makes it void.

    :param str number: The tracking number, for sentences.
    :param str reference: EasyPost's shipment.
    """
    path = f"shipments/{quote(reference, safe='')}"
    try:
        status = api.send("POST", f"{path}/refund", {}).get("refund_status")
    except CarrierRejected:
        # It may have been asked for before.
        status = api.send("GET", path).get("refund_status")
        if status not in const.REFUNDED:
            raise
    if status not in const.REFUNDED:
        text = f"EasyPost does not cancel {number}: {status or 'it does not say why'}"
        raise CarrierRejected("bad_request", "refund", text)


def _create(api, request, key=""):
    # EasyPost turns the addresses of a return round by itself.
    home, away = request.sender, request.receiver
    if request.is_return:
        home, away = away, home
    common = {"from_address": _address(home), "to_address": _address(away)}
    options = {
        "label_format": request.label_format.upper(),
        "print_custom_1": request.reference[:35],
    }
    each = [
        {
            "parcel": _parcel(parcel),
            "options": options,
            "is_return": request.is_return,
        }
        for parcel in request.parcels
    ]
    reference = {"reference": key} if key else {}
    if len(each) == 1:
        return api.send("POST", "shipments", {"shipment": common | each[0] | reference})
    order = common | {"shipments": each} | reference
    return api.send("POST", "orders", {"order": order})


def _made(api, key):
    """Return the object that has a key as its reference; None when there is none."""
    for kind in ("shipments", "orders"):
        try:
            return api.send("GET", f"{kind}/{quote(key, safe='')}")
        except CarrierRejected as error:
            if error.kind != "not_found":
                raise
    return None


def _kind(made):
    return "orders" if made.get("object") == "Order" else "shipments"


def _shipments(made):
    return made.get("shipments") or [] if _kind(made) == "orders" else [made]


def _is_bought(made):
    """Return whether there are labels that stand."""
    found = _shipments(made)
    return bool(found) and all(
        one.get("postage_label") and one.get("refund_status") not in const.REFUNDED
        for one in found
    )


def _chosen(made, service):
    offered = made.get("rates") or []
    fitting = [
        rate
        for rate in offered
        if not service or service in (_service(rate), rate.get("service"))
    ]
    if not fitting:
        names = ", ".join(sorted({_service(rate) for rate in offered})) or "none"
        reasons = "; ".join(
            str(one.get("message"))
            for one in made.get("messages") or []
            if isinstance(one, dict) and one.get("message")
        )
        text = f"{service or 'A service'} is not offered; offered: {names}. {reasons}"
        raise CarrierRejected("bad_request", "service", text.strip())
    return min(fitting, key=lambda rate: _amount(rate.get("rate")))


def _service(rate):
    return f"{rate.get('carrier') or ''}:{rate.get('service') or ''}"


def _booking(api, made, label_format):
    found = _shipments(made)
    chosen = [one.get("selected_rate") or {} for one in found]
    return Booking(
        numbers=tuple(str(one.get("tracking_code") or "") for one in found),
        labels=tuple(_label(api, one, label_format) for one in found),
        price=sum((_amount(rate.get("rate")) for rate in chosen), Decimal(0)),
        currency=str(chosen[0].get("currency") or ""),
        references=tuple(str(one["id"]) for one in found),
        carrier=str(chosen[0].get("carrier") or ""),
        service=_service(chosen[0]),
        bodies=tuple(_body(one) for one in found),
    )


def _body(shipment):
    # Numbers were read exactly; the mapper takes them as texts as well.
    return json.dumps(shipment, sort_keys=True, default=str).encode()


def _label(api, shipment, label_format):
    label = shipment.get("postage_label") or {}
    url = label.get(f"label_{label_format}_url")
    if not url and label.get("label_file_type") == const.LABEL_TYPES[label_format]:
        url = label.get("label_url")
    if not url:
        path = f"shipments/{shipment['id']}/label?file_format={label_format.upper()}"
        label = api.send("GET", path).get("postage_label") or {}
        url = label.get(f"label_{label_format}_url")
    if not url:
        raise CarrierUnavailable("EasyPost has no label yet")
    return f"{shipment.get('tracking_code')}.{label_format}", api.download(url)


def _address(address):
    return {
        "name": address.name,
        "company": address.company,
        "street1": address.street,
        "street2": address.street2,
        "city": address.city,
        "state": address.state,
        "zip": address.postcode,
        "country": address.country,
        "phone": address.phone,
        "email": address.email,
    }


def _parcel(parcel):
    sides = {
        name: float((getattr(parcel, name) * _INCHES).quantize(_TENTH))
        for name in ("length", "width", "height")
        if getattr(parcel, name)
    }
    ounces = max((parcel.weight * _OUNCES).quantize(_TENTH), _TENTH)
    return {"weight": float(ounces), **sides}


def _amount(value):
    try:
        return Decimal(str(value or 0))
    except InvalidOperation as error:
        raise CarrierUnavailable(f"EasyPost names no price: {value}") from error
