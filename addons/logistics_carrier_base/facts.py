"""From a partner's event to the columns of the ledger."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

from odoo.addons.logistics_events.vocabulary import normalise_tracking
from odoo.addons.logistics_events.zones import zone_of

from .identity import content_hash, event_key, voided_key


def fact_of(event, source, company_zone):
    """Return an event as `logistics.event` stores it.

    :param CarrierEvent event: The event, as the mapper states it.
    :param str source: Who speaks, the same for every channel of one partner.
    :param str company_zone: IANA name of the company's zone, for times that neither
        the source nor the place puts into a zone.
    :return: A mapping of ledger columns, times in naive UTC.
    :rtype: dict
    """
    zone = zone_of(event.location)
    occurred, offset, zone_source = _instant(event, zone, company_zone)
    return {
        "event_key": event_key(source, event),
        "content_hash": content_hash(event),
        "source": source,
        "event_type": event.event_type,
        "classifier": event.classifier,
        "occurred_at": occurred,
        "occurred_offset": offset,
        "zone": zone,
        "zone_source": zone_source,
        "precision": event.precision,
        "recorded_at": _naive(event.recorded_at),
        "source_event_id": event.source_event_id,
        "source_row": event.source_row,
        "tracking_number": normalise_tracking(event.tracking_number),
        "leg": event.leg,
        "location": dict(event.location),
        "reason": event.reason,
        "delivery_mode": event.delivery_mode,
        "signer": event.signer,
        "documents": [dict(document) for document in event.documents],
        "amount": event.amount,
        "currency": event.currency,
        "raw_code": event.raw_code,
        "raw_text": event.raw_text,
        "voids": event.voids,
        "voids_key": voided_key(source, event),
        "references": dict(event.references)
        | ({"carrier": event.carrier} if event.carrier else {}),
        "lines": [
            {**line, "quantity": format(line["quantity"], "f")} for line in event.lines
        ],
    }


def _instant(event, zone, company_zone):
    """Return the time in naive UTC, the offset in minutes, and where it comes from."""
    moment = event.occurred_at
    if moment is None:
        return None, None, event.zone_source
    if not isinstance(moment, datetime):
        return datetime.combine(moment, datetime.min.time()), None, event.zone_source
    source = event.zone_source
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone or company_zone))
        source = "derived" if zone else "assumed"
    return _naive(moment), int(moment.utcoffset().total_seconds() // 60), source


def _naive(moment):
    if moment is None or not isinstance(moment, datetime | date):
        return None
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
