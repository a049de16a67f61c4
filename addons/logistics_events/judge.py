"""What the facts that count say about one parcel: the second step of the fold.

Pure, like the rest of it. Only what is `actual` sets a state, by bands and final
states; what is planned says when the goods are expected.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from .facts import Fact, Milestone, Overlay, ParcelState, Problem
from .vocabulary import EVENT_TYPES
from .zones import day_bounds, known_zone

# Scans this much later than a delivery still belong to the same visit of the driver.
TOLERANCE = timedelta(minutes=15)
_NO_TOLERANCE = timedelta()
_TICK = timedelta(microseconds=1)

RANK = {code: event_type.rank or 0 for code, event_type in EVENT_TYPES.items()}
_MILESTONES = frozenset(code for code, kind in EVENT_TYPES.items() if kind.milestone)
_RAISES_FLAG = frozenset(code for code, kind in EVENT_TYPES.items() if kind.flag)
_UNDOES_DELIVERY = (
    "out_for_delivery",
    "delivery_attempt_failed",
    "delivery_failed",
    "refused",
    "lost",
)
_CLEARS_FLAGS = frozenset(code for code, rank in RANK.items() if rank >= 50) - {
    "customs_in_progress",
    "customs_hold",
    "customs_released",
    "delivery_failed",
    "lost",
}
_CLEARED_BY = dict.fromkeys(_RAISES_FLAG, _CLEARS_FLAGS) | {
    "customs_hold": _CLEARS_FLAGS | {"customs_released"},
    "damaged": frozenset(),  # Only a person knows; their word is a retraction.
}
_ARRIVES = frozenset({"eta_updated", "delivered", "return_received"})


def _implied():
    """Return which milestones each code lets one conclude, per leg."""
    before = ("shipment_booked", "shipment_created", "dispatched", "picked_up")
    outbound = {code: before[:place] for place, code in enumerate(before)}
    back = dict.fromkeys(before[2:], ("return_created",))
    for code, rank in RANK.items():
        if code.startswith("customs_"):  # Papers often travel before the goods do.
            outbound[code], back[code] = before[:2], ("return_created",)
        elif rank >= 50 and code != "shipment_cancelled":
            outbound[code], back[code] = before, ("return_created", "picked_up")
    for code in ("delivered", "delivery_attempt_failed"):
        outbound[code] += ("out_for_delivery",)
    return {"outbound": outbound, "return": back}


IMPLIED = _implied()


class Item(NamedTuple):
    """A fact as the parcels of its leg see it."""

    code: str
    at: datetime | None  # What it is ordered by.
    day: datetime | None  # Where the local day of a date-only time begins.
    assumed: bool
    fact: Fact

    @property
    def moment(self):
        """Return the time to show: of a date-only day its last second."""
        return self.at if self.day is None else self.at.replace(microsecond=0)


def item_of(fact, company_zone):
    """Return a fact with the code its leg gives it and the time it is ordered by."""
    code = fact.event_type
    if code == "delivered" and fact.leg == "return":
        code = "return_received"
    if fact.precision != "date":
        return Item(code, fact.occurred_at, None, False, fact)
    clock, assumed = fact.occurred_offset, False
    if clock is None and known_zone(fact.zone):
        clock = fact.zone
    if clock is None:
        clock, assumed = company_zone if known_zone(company_zone) else 0, True
    day, next_day = day_bounds(fact.occurred_at, clock)
    return Item(code, next_day - _TICK, day, assumed, fact)


def judge(leg, parcel, items, disputed):
    """Return what the live items of a leg say about one of its parcels."""
    problems = [Problem("conflict", row.key, row.ref, leg, parcel) for row in disputed]
    plans, actual = [], []
    for item in items:
        odd = _out_of_place(item, leg)
        if item.fact.classifier != "actual":
            plans.append(item)
        elif odd:
            problems.append(Problem(odd, item.fact.key, item.fact.ref, leg, parcel))
        else:
            actual.append(item)
    actual, label_used = _judge_cancellation(actual)
    by_code = defaultdict(list)
    for item in actual:
        by_code[item.code].append(item)
    decisive, contradicting = _decide(by_code, actual)
    for item in contradicting:
        fact = item.fact
        problems.append(Problem("contradiction", fact.key, fact.ref, leg, parcel))
    overlays = _overlays(by_code)
    flags = {overlay.flag for overlay in overlays if overlay.end is None}
    flags.update(
        name
        for name, raised in (
            ("conflict", disputed),
            ("contradiction", contradicting),
            ("void_label_used", label_used),
        )
        if raised
    )
    milestones = _milestones(by_code)
    eta, eta_precision, eta_day = _eta(plans)
    return ParcelState(
        state=decisive and decisive.code,
        flags=tuple(sorted(flags)),
        money_hold=bool(disputed or contradicting),
        **delivery(milestones),
        milestones=milestones,
        inferred=_inferred(leg, by_code, milestones),
        eta=eta,
        eta_precision=eta_precision,
        eta_day=eta_day,
        overlays=overlays,
        seen={code: _trust(group) for code, group in sorted(by_code.items())},
        evidence=decisive and decisive.fact.ref,
        decided_at=decisive and decisive.moment,
        problems=sorted_problems(problems),
    )


def _out_of_place(item, leg):
    """Return the kind of problem when a fact cannot be what it says, or None."""
    if item.code == "eta_updated":
        return "actual_eta"
    if leg not in EVENT_TYPES[item.code].legs:
        return "return_code_on_outbound"
    return None


def _judge_cancellation(items):
    """Return the items that count, and whether a cancelled label was used."""
    others = [item for item in items if item.code != "shipment_cancelled"]
    if len(others) == len(items) or all(RANK[item.code] < 40 for item in others):
        return items, False
    return others, True


def _decide(by_code, items):
    """Return the item that sets the state, and those that contradict it."""
    for code in ("return_received", "returned_to_sender"):
        if code in by_code:
            first = _first(by_code[code])
            deliveries = by_code.get("delivered", ())
            return first, _later(deliveries, first, _NO_TOLERANCE)
    if "delivered" in by_code:
        return _decide_delivered(by_code)
    for code in ("returning_to_sender", "shipment_cancelled"):
        if code in by_code:
            return _first(by_code[code]), ()
    moving = [item for item in items if item.at and 50 <= RANK[item.code] < 90]
    if moving:
        return max(moving, key=_moving_order), ()
    early = [item for item in items if 0 < RANK[item.code] < 50]
    return max(early, key=_early_order, default=None), ()


def _decide_delivered(by_code):
    """Decide between deliveries and ways back: the latest wins, the way back if equal.

    A way back explains what was reported before it; so only what is later than the
    first delivery after the last way back contradicts.
    """
    deliveries, ways_back = by_code["delivered"], by_code.get("returning_to_sender")
    if ways_back:
        last = max(ways_back, key=_time_order)
        if not all(item.at for item in ways_back):
            return last, ()
        deliveries = [item for item in deliveries if item.at and item.at > last.at]
        if not deliveries:
            return last, ()
    first = _first(deliveries)
    reports = [item for code in _UNDOES_DELIVERY for item in by_code.get(code, ())]
    return first, _later(reports, first, TOLERANCE)


def _later(items, reference, tolerance):
    """Return the items that surely happened later than the reference.

    A date-only time says nothing about the instants of its own day.
    """
    if not reference.at:
        return []
    return [
        item
        for item in items
        if item.at
        and item.at - reference.at > tolerance
        and (item.day is None or item.day > reference.at)
    ]


def _overlays(by_code):
    """Return each flag that was raised, with what ended it."""
    overlays = []
    for flag in sorted(_RAISES_FLAG & by_code.keys()):
        ends = sorted(
            item.at
            for code in _CLEARED_BY[flag] & by_code.keys()
            for item in by_code[code]
            if item.at
        )
        for item in sorted(by_code[flag], key=_time_order):
            end = next((at for at in ends if item.at and at > item.at), None)
            overlays.append(Overlay(flag, item.moment, end, item.fact.ref))
    return tuple(overlays)


def _milestones(by_code):
    milestones = {}
    for code in sorted(_MILESTONES & by_code.keys(), key=code_order):
        group = by_code[code]
        first = _first(group)
        fact = first.fact
        milestones[code] = Milestone(
            first.moment, fact.precision, fact.ref, _trust(group), first.assumed
        )
    return milestones


def delivery(milestones):
    """Return when the goods were delivered, as attributes of a parcel or a leg.

    :param dict[str, Milestone] milestones: What was reached.
    :rtype: dict
    """
    delivered = milestones.get("delivered")
    return {
        "delivered_at": delivered and delivered.at,
        "delivered_precision": delivered.precision if delivered else "",
    }


def _inferred(leg, codes, milestones):
    implied = {code for seen in codes for code in IMPLIED[leg].get(seen, ())}
    return tuple(sorted(implied - milestones.keys(), key=code_order))


def _eta(plans):
    """Return when the goods are expected, as the source put it last."""
    arrivals = [
        item
        for item in plans
        if item.at
        and item.code in _ARRIVES
        # Some only say that the date changed, and give the time they said so.
        and item.moment > (item.fact.recorded_at or datetime.min)
    ]
    if not arrivals:
        return None, "", None
    last = max(arrivals, key=_eta_order)
    fact = last.fact
    day = fact.occurred_at if fact.precision == "date" else None
    return last.moment, fact.precision, day


# === ORDER === #


def _trust(group):
    return max(item.fact.trust for item in group)


def _first(group):
    return min(group, key=_first_order)


def _time_order(item):
    return (item.at or datetime.min, item.fact.source_row, item.fact.key)


def _first_order(item):
    return (item.at is None, *_time_order(item))


def _moving_order(item):
    return (item.at, RANK[item.code], item.fact.source_row, item.fact.key)


def _early_order(item):
    return (RANK[item.code], *_time_order(item))


def _eta_order(item):
    fact = item.fact
    written = fact.recorded_at or datetime.min
    estimated = fact.classifier == "estimated"
    return (written, estimated, item.at, fact.source_row, fact.key)


def code_order(code):
    """Return the place of a code in the order of the way."""
    return (RANK[code], EVENT_TYPES[code].number)


def sorted_problems(problems):
    """Return each problem once, in an order that does not depend on their origin."""
    unique = {(*problem[:2], *problem[3:]): problem for problem in problems}
    return tuple(unique[place] for place in sorted(unique, key=repr))
