"""What the facts of a shipment say of goods that are lost or arrived damaged: pure."""

from collections import defaultdict
from datetime import datetime, time

from odoo.addons.logistics_events import resolve

# With damage as its reason, this is what a driver or receiver wrote on delivery.
_REMARKS = ("delivered", "delivery_discrepancy")
_DAMAGE = "damage"


def lost(facts, leg, since=None):
    """Return which parcels the carrier lost, and what shows it.

    :param Iterable[facts.Fact] facts: All the facts of the shipment.
    :param facts.Leg | None leg: What they say of its journey.
    :param datetime | None since: What was so before is left alone.
    :return: By parcel (None where parcels are not told apart) the `ref` of the facts,
        the earliest first.
    :rtype: dict[Any, list]
    """
    missing = {
        parcel
        for parcel, known in _parcels(leg)
        if known.state == "lost"
        or any(
            overlay.flag == "lost" and overlay.end is None for overlay in known.overlays
        )
    }
    shown = [fact for fact in _standing(facts) if fact.event_type == "lost"]
    return _by_parcel(missing, shown, since)


def damaged(facts, leg, since=None):
    """Return which parcels arrived damaged, and what shows it.

    Nothing is known of what did not arrive: it may still come back undelivered.

    :param Iterable[facts.Fact] facts: All the facts of the shipment.
    :param facts.Leg | None leg: What they say of its journey.
    :param datetime | None since: What was so before is left alone.
    :return: As `lost`.
    :rtype: dict[Any, list]
    """
    arrived = {parcel for parcel, known in _parcels(leg) if known.state == "delivered"}
    shown = [fact for fact in _standing(facts) if tells_damage(fact)]
    return _by_parcel(arrived, shown, since)


def is_about(fact):
    """Return whether a fact says anything of lost or damaged goods.

    :param facts.Fact fact: Any fact, whether it counts or not.
    :rtype: bool
    """
    return fact.event_type == "lost" or tells_damage(fact)


def tells_damage(fact):
    """Return whether somebody says of the goods that they are damaged.

    :param fact: Anything with `event_type` and `reason`.
    :rtype: bool
    """
    return fact.event_type == "damaged" or (
        fact.event_type in _REMARKS and fact.reason == _DAMAGE
    )


def _parcels(leg):
    return (leg.parcels if leg else {}).items()


def _standing(facts):
    return [
        versions[0]
        for versions in resolve.standing(facts).values()
        if versions[0].classifier == "actual"
    ]


def _by_parcel(parcels, shown, since):
    found = defaultdict(list)
    for fact in sorted(shown, key=_order):
        if since and _instant(fact) and _instant(fact) < since:
            continue
        for parcel in parcels if fact.parcel is None else parcels & {fact.parcel}:
            found[parcel].append(fact.ref)
    return dict(found)


def _order(fact):
    at = _instant(fact)
    return (at is None, at or datetime.min, str(fact.ref))


def _instant(fact):
    at = fact.occurred_at
    if at is None or isinstance(at, datetime):
        return at
    return datetime.combine(at, time.max)
