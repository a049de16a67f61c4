"""What the facts of a shipment say about goods on their way back: pure."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from odoo.addons.logistics_events import resolve
from odoo.addons.logistics_events.vocabulary import EVENT_TYPES

# The carrier brings back what it could not hand over.
TO_SENDER = frozenset({"returning_to_sender", "returned_to_sender"})
# Nobody has goods in hand who says one of these.
_NO_SCANS = frozenset({"shipment_cancelled", "lost"})
_HANDED_OVER = 40
# What Odoo tells itself is no scan.
_OWN = "odoo|"


@dataclass(frozen=True, slots=True)
class WayBack:
    """Goods that a carrier has on the way back.

    :param Any ref: `ref` of the fact that shows it, the earliest one.
    :param datetime | None at: When it was so; None when nobody said.
    :param bool to_sender: Whether the goods were never handed over.
    :param frozenset parcels: Which parcels come back; empty for all, or nobody knows.
    """

    ref: Any
    at: datetime | None
    to_sender: bool = False
    parcels: frozenset = field(default_factory=frozenset)


def is_scan(fact):
    """Return whether a fact shows that somebody has the goods in hand.

    :param facts.Fact fact: A fact that stands.
    :rtype: bool
    """
    kind = EVENT_TYPES[fact.event_type]
    return (
        fact.classifier == "actual"
        and kind.rank is not None
        and kind.rank >= _HANDED_OVER
        and kind.code not in _NO_SCANS
        and not fact.key.startswith(_OWN)
    )


def of_return(facts):
    """Return what shows that the goods of a return shipment are on their way.

    :param Iterable[facts.Fact] facts: All the facts of the shipment.
    :rtype: WayBack | None
    """
    scans = [fact for fact in _standing(facts) if is_scan(fact)]
    if not scans:
        return None
    first = min(scans, key=_order)
    return WayBack(
        first.ref,
        _instant(first),
        any(fact.event_type in TO_SENDER for fact in scans),
    )


def of_outbound(facts, leg, numbered=()):
    """Return what shows that goods of an outgoing shipment come back in it.

    :param Iterable[facts.Fact] facts: All the facts of the shipment.
    :param facts.Leg | None leg: What they say of its way out.
    :param Collection numbered: `ref` of facts about another tracking number: they are
        of a shipment of their own.
    :rtype: WayBack | None
    """
    standing = [fact for fact in _standing(facts) if fact.ref not in numbered]
    turned = {
        parcel
        for parcel, known in (leg.parcels if leg else {}).items()
        if known.state in TO_SENDER
    }
    if turned:
        shown = [fact for fact in standing if fact.event_type in TO_SENDER]
        first = min(shown, key=_order, default=None)
        if first is None:
            return None
        return WayBack(first.ref, _instant(first), True, frozenset(turned - {None}))
    back = [fact for fact in standing if fact.leg == "return" and is_scan(fact)]
    if not back:
        return None
    first = min(back, key=_order)
    parcels = {fact.parcel for fact in back}
    known = frozenset() if None in parcels else frozenset(parcels)
    return WayBack(first.ref, _instant(first), parcels=known)


def _standing(facts):
    return [versions[0] for versions in resolve.standing(facts).values()]


def _order(fact):
    at = _instant(fact)
    return (at is None, at or datetime.min, str(fact.ref))


def _instant(fact):
    at = fact.occurred_at
    if at is None or isinstance(at, datetime):
        return at
    return datetime.combine(at, time.min)
