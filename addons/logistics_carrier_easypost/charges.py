"""What EasyPost says about money: prices of labels, refunds, claims. Pure functions.

All of it is expected, asked for or promised: what EasyPost bills stands on its invoice.
"""

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent

from . import const


def shipment_events(shipment, path):
    """Read what a shipment says about its booking and its price.

    :param dict shipment: The Shipment.
    :param str path: Where it stands in the message, for the reason of a refusal.
    :rtype: list[CarrierEvent]
    """
    common = {
        "tracking_number": reading.text(shipment.get("tracking_code"), 100),
        "leg": "return" if shipment.get("is_return") is True else "outbound",
        "references": {
            "order": reading.text(shipment.get("reference"), 200),
            "shipment": reading.text(shipment.get("id"), 200),
        },
        **reading.moment(shipment.get("created_at"), f"{path}created_at")._asdict(),
    }
    events = []
    if common["leg"] == "return" or common["tracking_number"]:
        events.append(
            CarrierEvent(
                event_type="return_created"
                if common["leg"] == "return"
                else "shipment_created",
                # No raw code: the status of a shipment is that of its tracker.
                **common,
                # Two return labels ordered at once share everything but this.
                fact_kind=f"booking:{common['references']['shipment']}",
            )
        )
    return events + _charge_events(shipment, common, path)


def _charge_events(shipment, common, path):
    rate = reading.obj(shipment.get("selected_rate") or {}, f"{path}selected_rate")
    common = {
        **common,
        "currency": reading.text(rate.get("currency"), 3),
        "carrier": reading.text(rate.get("carrier"), 100),
    }
    events, counts = [], {}
    for kind, amount, refunded in _charges(shipment, rate, path):
        counts[kind] = counts.get(kind, 0) + 1
        if not amount:
            continue  # Listed, and free.
        fact = f"fee:{kind}:{counts[kind]}"
        facts = [("charge_estimated", amount, fact)]
        if refunded:
            facts.append(("charge_adjusted", -amount, f"{fact}:refund"))
        events += [
            CarrierEvent(
                event_type=event_type,
                amount=value,
                fact_kind=fact_kind,
                raw_code=kind,
                **common,
            )
            for event_type, value, fact_kind in facts
        ]
    return events


def _charges(shipment, rate, path):
    """Give kind, amount and whether it was paid back, of every charge."""
    charges = []
    for index, fee in enumerate(reading.array(shipment.get("fees"), f"{path}fees")):
        at = f"{path}fees[{index}]"
        fee = reading.obj(fee, at)
        amount = reading.amount(fee.get("amount"), f"{at}.amount")
        kind = reading.text(fee.get("type"), 60)
        charges.append((kind, amount, fee.get("refunded") is True))
    # The postage is the rate: one charge, said twice.
    if rate and not any(kind == "PostageFee" for kind, _amount, _back in charges):
        amount = reading.amount(rate.get("rate"), f"{path}selected_rate.rate")
        charges.append(("selected_rate", amount, False))
    return charges


def refund_events(refund, path):
    """Read what became of the request to pay a label back.

    It is a claim: nothing is granted yet, and the object names no amount.

    :param dict refund: The Refund.
    :param str path: Where it stands in the message.
    :rtype: list[CarrierEvent]
    """
    status = reading.text(refund.get("status"), 60)
    # Asked for when it was made; anything else was decided when it was last changed.
    name = "created_at" if status == "submitted" else "updated_at"
    return [
        CarrierEvent(
            event_type="claim_updated",
            **reading.moment(
                refund.get(name) or refund.get("created_at"), f"{path}{name}"
            )._asdict(),
            tracking_number=reading.text(refund.get("tracking_code"), 100),
            carrier=reading.text(refund.get("carrier"), 100),
            references={"shipment": reading.text(refund.get("shipment_id"), 200)},
            raw_code=status,
            raw_text=reading.text(refund.get("confirmation_number"), 200),
            fact_kind=f"refund:{reading.text(refund.get('id'), 60)}",
        )
    ]


def claim_events(claim, path):
    """Read the history of an insurance claim.

    :param dict claim: The Claim.
    :param str path: Where it stands in the message.
    :rtype: list[CarrierEvent]
    """
    history = reading.array(claim.get("history"), f"{path}history") or [
        {
            "status": claim.get("status"),
            "status_detail": claim.get("status_detail"),
            "timestamp": claim.get("status_timestamp") or claim.get("created_at"),
        }
    ]
    requested = reading.amount(claim.get("requested_amount"), f"{path}requested_amount")
    approved = reading.amount(claim.get("approved_amount"), f"{path}approved_amount")
    events = []
    for index, step in enumerate(history):
        at = f"{path}history[{index}]"
        step = reading.obj(step, at)
        # Only the present status is about the approved amount.
        current = step.get("status") == claim.get("status")
        events.append(
            CarrierEvent(
                event_type="claim_updated",
                **reading.moment(step.get("timestamp"), f"{at}.timestamp")._asdict(),
                tracking_number=reading.text(claim.get("tracking_code"), 100),
                reason=const.CLAIM_REASON_MAP.get(reading.text(claim.get("type")), ""),
                amount=approved if current and approved is not None else requested,
                references={"shipment": reading.text(claim.get("shipment_id"), 200)},
                raw_code=reading.text(step.get("status"), 60),
                raw_text=reading.text(step.get("status_detail")),
                fact_kind=f"claim:{reading.text(claim.get('id'), 60)}",
            )
        )
    return events
