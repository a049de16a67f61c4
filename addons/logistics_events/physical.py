"""What needs a person in the world outside, read from what the facts add up to.

Pure functions of the folded state: no clock and no database.
"""

from dataclasses import dataclass
from datetime import timedelta

from .vocabulary import EVENT_TYPES, FINAL_STATES

# Kind of problem by the state of a parcel, and by an open flag of it.
STATE_KINDS = {
    "delivery_attempt_failed": "failed",
    "delivery_failed": "failed",
    "refused": "refused",
    "lost": "lost",
    "returning_to_sender": "coming_back",
    "returned_to_sender": "coming_back",
}
FLAG_KINDS = {
    "lost": "lost",
    "damaged": "damaged",
    "customs_hold": "customs",
    "exception": "reported",
}
# These alone are no problem; with one of the reasons below they are.
_MILD_FLAGS = ("on_hold", "delayed")
_REASON_KINDS = {"address": "address", "customs": "customs"}
# A reason says more than these words do.
_VAGUE = frozenset({"failed", "reported", ""})

# The goods left, and the carrier has not said that it has them.
READY_STATE = "dispatched"
# Under way: the carrier has the goods and owes the next word.
MOVING_STATES = frozenset(
    {
        "partly_delivered",
        "returning_to_sender",
        *(
            code
            for code, kind in EVENT_TYPES.items()
            if kind.rank is not None and 40 <= kind.rank < 78
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long nothing may be heard; None is for ever.

    :param timedelta | None silent: Since the last event, while under way.
    :param timedelta | None pickup: Since the goods left, until the carrier has them.
    :param timedelta | None late: Since the expected time of arrival.
    """

    silent: timedelta | None
    pickup: timedelta | None
    late: timedelta | None


def problems(leg, facts=()):
    """Return what is wrong with a shipment, and when each thing began.

    :param facts.Leg | None leg: What the facts say of its journey.
    :param Iterable[facts.Fact] facts: The facts themselves, for their reasons.
    :return: By kind the marks of what happened: the same thing has the same mark
        however often it is told.
    :rtype: dict[str, list[str]]
    """
    found = {}
    reasons = None
    for parcel, known in (leg.parcels if leg else {}).items():
        for word, begun, ref in _troubles(known):
            if reasons is None:
                reasons = {fact.ref: fact.reason for fact in facts}
            kind = word
            if word in _VAGUE:
                kind = _REASON_KINDS.get(reasons.get(ref), word)
            if kind:
                found.setdefault(kind, set()).add(f"{parcel}/{begun}")
    return {kind: sorted(marks) for kind, marks in sorted(found.items())}


def _troubles(known):
    """Yield kind, beginning and fact of all that is wrong with a parcel."""
    if known.state == "shipment_cancelled":
        return
    if known.state in STATE_KINDS:
        yield STATE_KINDS[known.state], known.decided_at, known.evidence
    for overlay in known.overlays:
        if overlay.end is None and overlay.flag in known.flags:
            if overlay.flag in FLAG_KINDS:
                yield FLAG_KINDS[overlay.flag], overlay.start, overlay.ref
            elif overlay.flag in _MILD_FLAGS:
                yield "", overlay.start, overlay.ref


def parcels_of(found, kinds):
    """Return which parcels have a problem of some kinds.

    :param dict[str, list[str]] found: As `problems` returned it.
    :param Iterable[str] kinds: Kinds of problems.
    :return: Ids; empty when it is about the shipment as a whole.
    :rtype: set[int]
    """
    names = {
        mark.partition("/")[0] for kind in kinds for mark in (found or {}).get(kind, ())
    }
    return {int(name) for name in names if name.isdigit()}


def quiet(shipment, now, patience):
    """Return why somebody should ask where a shipment is.

    :param shipment: Anything with `state`, `dispatched_at`, `last_event_at`, `eta`.
    :param datetime now: Naive UTC.
    :param Patience patience: How long is too long.
    :return: `not_picked_up`, `late`, `silent`, or None while all is well.
    :rtype: str | None
    """
    state = shipment.state
    if not state or state in FINAL_STATES:
        return None
    if state == READY_STATE and _longer(shipment.dispatched_at, now, patience.pickup):
        return "not_picked_up"
    if state != READY_STATE and state not in MOVING_STATES:
        return None
    if _longer(shipment.eta, now, patience.late):
        return "late"
    if state != READY_STATE and _longer(shipment.last_event_at, now, patience.silent):
        return "silent"
    return None


def _longer(since, now, limit):
    return bool(since and limit is not None and now - since >= limit)
