"""What Karrio says about a shipment as an order: its booking and its price."""

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent

from . import const


def shipment_events(shipment, path):
    """Read that a shipment was booked or cancelled, and the rate that was chosen.

    What happens to its parcels is told by the tracker.

    :param dict shipment: The shipment.
    :param str path: Where it stands in the message, for the reason of a refusal.
    :rtype: list[CarrierEvent]
    """
    event_type = const.SHIPMENT_STATUS_MAP.get(reading.text(shipment.get("status"), 60))
    if not event_type or not reading.text(shipment.get("tracking_number")):
        return []  # A draft is a wish, and nobody knows it.
    leg = "return" if shipment.get("is_return") is True else "outbound"
    if leg == "return":
        event_type = const.RETURN_LEG_MAP.get(event_type, event_type)
    moment = reading.moment(shipment.get("created_at"), f"{path}created_at")
    common = {
        "tracking_number": reading.text(shipment["tracking_number"], 100),
        "carrier": reading.text(shipment.get("carrier_name"), 100),
        "leg": leg,
        "references": {"order": reading.text(shipment.get("reference"), 200)},
    }
    cancelled = event_type == "shipment_cancelled"
    return [
        CarrierEvent(
            event_type=event_type,
            **common,
            # When it was cancelled is not told.
            **(reading.NO_MOMENT if cancelled else moment)._asdict(),
            raw_code="cancelled" if cancelled else "",
            fact_kind=f"booking:{reading.text(shipment.get('id'), 100)}",
        ),
        *_charge_events(shipment, path, common, moment),
    ]


def _charge_events(shipment, path, common, moment):
    rate = reading.obj(shipment.get("selected_rate") or {}, f"{path}selected_rate")
    amount = reading.amount(
        rate.get("total_charge"), f"{path}selected_rate.total_charge"
    )
    if not amount:
        return []
    return [
        CarrierEvent(
            event_type="charge_estimated",
            **common,
            **moment._asdict(),
            amount=amount,
            currency=reading.text(rate.get("currency"), 3),
            raw_code="selected_rate",
            fact_kind=f"rate:{reading.text(shipment.get('id'), 100)}",
        )
    ]
