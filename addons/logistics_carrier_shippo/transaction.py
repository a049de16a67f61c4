"""What Shippo says about the purchase of a label: its price and its refund. Pure.

All of it is expected or asked for: what Shippo bills stands on its invoice.
"""

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent

from . import const


def events(transaction, path):
    """Read a Transaction.

    The price is only there where Shippo puts the rate itself in place of its name.

    :param dict transaction: The Transaction.
    :param str path: Where it stands in the message, for the reason of a refusal.
    :rtype: list[CarrierEvent]
    """
    status = reading.text(transaction.get("status"), 60)
    if status in const.NOT_BOUGHT:
        return []
    rate = transaction.get("rate")
    rate = rate if isinstance(rate, dict) else {}
    created = reading.moment(transaction.get("object_created"), f"{path}object_created")
    identifier = reading.text(transaction.get("object_id"), 100)
    common = {
        "tracking_number": reading.text(transaction.get("tracking_number"), 100),
        # Free text of the merchant: the place for the name of the order.
        "references": {"order": reading.text(transaction.get("metadata"), 100)},
    }
    if status not in const.BOUGHT:
        fact = f"transaction:{identifier}:{status}"
        return [
            CarrierEvent(
                event_type="unmapped",
                raw_code=status,
                fact_kind=fact,
                **common,
                **created._asdict(),
            )
        ]
    found = [
        CarrierEvent(
            event_type="shipment_created",
            fact_kind=f"booking:{identifier}",
            **common,
            **created._asdict(),
        )
    ]
    found += _charge_events(rate, identifier, status, common, created, path)
    if status in const.REFUND_ASKED:
        found.append(
            CarrierEvent(
                event_type="claim_updated",
                raw_code=status,
                fact_kind=f"refund:{identifier}",
                **common,
                **reading.moment(
                    transaction.get("object_updated"), f"{path}object_updated"
                )._asdict(),
            )
        )
    return found


def _charge_events(rate, identifier, status, common, created, path):
    amount = reading.amount(rate.get("amount"), f"{path}rate.amount")
    if not amount:
        return []
    fact = f"fee:{identifier}:rate"
    facts = [("charge_estimated", amount, fact)]
    if status == "REFUNDED":
        facts.append(("charge_adjusted", -amount, f"{fact}:refund"))
    return [
        CarrierEvent(
            event_type=event_type,
            amount=value,
            currency=reading.text(rate.get("currency"), 3),
            raw_code=const.RATE_CODE,
            carrier=reading.text(rate.get("provider"), 100),
            fact_kind=fact_kind,
            **common,
            **created._asdict(),
        )
        for event_type, value, fact_kind in facts
    ]
