"""Which goods have come far enough to be invoiced.

A pure step between the fold and the ledger: facts say how far parcels are, a rule says
how far they must be, and the answer is a wished quantity per move of goods.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from .facts import Leg
from .judge import IMPLIED
from .vocabulary import EVENT_TYPES

_ZERO = Decimal(0)
_ON_THE_WAY_BACK = frozenset({"returning_to_sender", "returned_to_sender"})
# States that are judged as a whole: a later way back undoes them.
_AS_STATE = frozenset({"delivered", "return_received", "returned_to_sender"})
# Reached on the consignee's side: goods on the way back have not reached it any more.
_NEAR_THE_END = frozenset({"out_for_delivery", "available_for_pickup"})


def _reached_by():
    """Return the codes that each milestone is reached by: itself or a later one."""
    reached_by = {code: {code} for code in EVENT_TYPES}
    for implied in IMPLIED.values():
        for code, milestones in implied.items():
            for milestone in milestones:
                reached_by[milestone].add(code)
    # Handed over at the door, goods need not wait at a counter before.
    reached_by["available_for_pickup"].add("delivered")
    return MappingProxyType(
        {milestone: frozenset(codes) for milestone, codes in reached_by.items()}
    )


REACHED_BY = _reached_by()


@dataclass(frozen=True, slots=True)
class Unit:
    """Goods that are released together.

    :param Any key: The move they belong to; its units add up.
    :param Decimal quantity: How much of the move, in its unit of measure.
    :param Any picking: The transfer, for goods that no parcel is known to hold.
    :param Any parcel: The parcel that holds them, or None when nobody knows.
    :raises ValueError: When the quantity is negative or not finite.
    :raises TypeError: When the quantity is not a Decimal.
    """

    key: Any
    quantity: Decimal
    picking: Any = None
    parcel: Any = None

    def __post_init__(self):
        if not isinstance(self.quantity, Decimal):
            raise TypeError(f"Not a Decimal: {self.quantity!r}")
        if not self.quantity.is_finite() or self.quantity < 0:
            raise ValueError(f"Not a quantity of goods: {self.quantity}")


@dataclass(frozen=True, slots=True)
class Release:
    """What a rule lets go.

    :param dict quantities: The wished total by key; every key has one.
    :param frozenset frozen: Keys whose facts are contested: neither post nor reverse,
        their quantity here means nothing.
    :param dict evidence: By key, the `ref` of the facts that released something of it.
    """

    quantities: dict[Any, Decimal] = field(default_factory=dict)
    frozen: frozenset = frozenset()
    evidence: dict[Any, tuple] = field(default_factory=dict)


def reached(parcel, milestones, trust=0):
    """Return whether a parcel has come as far as a rule asks.

    A milestone is reached when it or a later one was reported. Customs and papers are
    never concluded from anything else. What was dispatched or picked up stays so on
    the way back; a delivery does not.

    :param facts.ParcelState parcel: One parcel of a folded leg.
    :param Iterable[str] milestones: Codes of the vocabulary, all of which are needed.
    :param int trust: The least trust in the facts that show it.
    :rtype: bool
    """
    return parcel.state != "shipment_cancelled" and all(
        _reached_one(parcel, milestone, trust) for milestone in milestones
    )


def desired_release(
    units, legs, milestones, trust=0, trusted_legs=None, parcels_of=None, caps=None
):
    """Work out how much of each move is to be released.

    A parcel with known content releases it when it has come far enough. Everything else
    waits until all counted parcels of its transfer have; cancelled parcels do not
    count, and without any parcel nothing is released.

    :param Iterable[Unit] units: The goods in question.
    :param Leg | Iterable[Leg] legs: The legs that carry them to their end; legs that
        were replaced, or only bring them to a forwarder, are left out by the caller.
    :param Iterable[str] milestones: What the rule asks for, see `reached`.
    :param int trust: The least trust, see `reached`.
    :param trusted_legs: The same legs, folded from `resolve.trusted(facts, trust)`, so
        that a weak fact does not take a release back either. `legs` then only say what
        is contested.
    :param Mapping[Any, Iterable] parcels_of: The parcels of each picking; by default
        every parcel of the legs is one of each picking's.
    :param Mapping[Any, Decimal] caps: The most that may be released of a key.
    :rtype: Release
    :raises ValueError: When the rule names no milestone, or an unknown one.
    """
    needed = frozenset(milestones)
    if not needed or not needed <= EVENT_TYPES.keys():
        raise ValueError(f"Not a list of milestones: {sorted(needed)}")
    all_parcels, contested = _parcels(legs)
    parcels, also_contested = _parcels(legs if trusted_legs is None else trusted_legs)
    contested |= also_contested
    far_enough = {
        key for key, parcel in parcels.items() if reached(parcel, needed, trust)
    }
    everything = all_parcels.keys() | parcels.keys()
    quantities, frozen, evidence = defaultdict(Decimal), set(), defaultdict(set)
    for unit in units:
        if unit.parcel is not None:
            holders = {unit.parcel}
        elif parcels_of is None:
            holders = everything
        else:
            holders = set(parcels_of.get(unit.picking, ()))
        if holders & contested:
            frozen.add(unit.key)
        counted = {key for key in holders if not _is_cancelled(parcels.get(key))}
        released = counted and counted <= far_enough
        quantities[unit.key] += unit.quantity if released else _ZERO
        if released and unit.quantity:
            for key in counted:
                evidence[unit.key].update(_evidence(parcels[key], needed))
    for key in quantities.keys() & (caps or {}):
        quantities[key] = min(quantities[key], caps[key])
    return Release(
        dict(quantities),
        frozenset(frozen),
        {key: tuple(sorted(refs, key=repr)) for key, refs in evidence.items()},
    )


def _parcels(legs):
    """Return the parcels of some legs, and which of them are contested."""
    parcels, contested = {}, set()
    for place, leg in enumerate([legs] if isinstance(legs, Leg) else legs):
        for key, parcel in leg.parcels.items():
            # A leg without known parcels has one that is called None.
            name = (None, place) if key is None else key
            parcels[name] = parcel
            if leg.money_hold:
                contested.add(name)
    return parcels, contested


def _evidence(parcel, milestones):
    """Return the `ref` of the facts that show the milestones, as directly as known."""
    for code in milestones:
        known = parcel.milestones.get(code)
        ref = known.ref if known else parcel.evidence
        if ref is not None:
            yield ref


def _reached_one(parcel, milestone, trust):
    if milestone in _AS_STATE and parcel.state != milestone:
        return False
    if milestone in _NEAR_THE_END and parcel.state in _ON_THE_WAY_BACK:
        return False
    if milestone == "customs_released" and "customs_hold" in parcel.flags:
        return False
    return any(parcel.seen.get(code, -1) >= trust for code in REACHED_BY[milestone])


def _is_cancelled(parcel):
    return parcel is not None and parcel.state == "shipment_cancelled"
