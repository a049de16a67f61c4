"""What a list of facts says about a shipment.

One pure function: no database, no clock, and nothing here asks in which order facts
arrived. The same set of facts gives the same answer in any order, told once or often,
so every stage after it can be replayed. It is one file, although a long one, because
its rules are only right together:

1. one version per key: the latest mapping of each content, then the newest content;
   contents that contradict each other at the same time of writing are a conflict;
2. what a live retraction names is dropped;
3. what remains and is `actual` is judged per leg and parcel by bands and final states;
4. parcels add up to the leg.
"""

from collections import Counter, defaultdict
from dataclasses import fields, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from .facts import Fact, Folded, Leg, Milestone, Overlay, ParcelState, Problem
from .vocabulary import EVENT_TYPES, LEGS
from .zones import day_bounds, known_zone

# Scans this much later than a delivery still belong to the same visit of the driver.
TOLERANCE = timedelta(minutes=15)
_NO_TOLERANCE = timedelta()
_TICK = timedelta(microseconds=1)

_RANK = {code: event_type.rank or 0 for code, event_type in EVENT_TYPES.items()}
_MILESTONES = frozenset(code for code, kind in EVENT_TYPES.items() if kind.milestone)
_RAISES_FLAG = frozenset(code for code, kind in EVENT_TYPES.items() if kind.flag)
_UNDOES_DELIVERY = (
    "out_for_delivery",
    "delivery_attempt_failed",
    "delivery_failed",
    "refused",
    "lost",
)
_CLEARS_FLAGS = frozenset(code for code, rank in _RANK.items() if rank >= 50) - {
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

# Contents that differ in one of these would move state or money differently.
_decisive = attrgetter(
    "event_type",
    "classifier",
    "occurred_at",
    "amount",
    "currency",
    "parcel",
    "leg",
    "voids",
)


def _implied():
    """Return which milestones each code lets one conclude, per leg."""
    before = ("shipment_booked", "shipment_created", "dispatched", "picked_up")
    outbound = {code: before[:place] for place, code in enumerate(before)}
    back = dict.fromkeys(before[2:], ("return_created",))
    for code, rank in _RANK.items():
        if code.startswith("customs_"):  # Papers often travel before the goods do.
            outbound[code], back[code] = before[:2], ("return_created",)
        elif rank >= 50 and code != "shipment_cancelled":
            outbound[code], back[code] = before, ("return_created", "picked_up")
    for code in ("delivered", "delivery_attempt_failed"):
        outbound[code] += ("out_for_delivery",)
    return {"outbound": outbound, "return": back}


IMPLIED = _implied()


class _Item(NamedTuple):
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


def fold(facts, parcels=(), company_zone="UTC"):
    """Work out the state of a shipment.

    :param Iterable[Fact] facts: All facts linked to the shipment, in any order.
    :param parcels: The parcels known to exist, so that one nobody reports on is missed:
        a mapping from leg to parcels; or just parcels, which then belong to the
        outbound leg, unless every fact is of the return leg.
    :param str company_zone: The zone for a date whose place is unknown.
    :rtype: Folded
    """
    standing, conflicts = _resolve_versions(facts)
    retracted, problems = _resolve_retractions(standing, conflicts)
    members, live, disputed = {}, defaultdict(list), defaultdict(list)
    for fact in standing.values():
        if fact.classifier != "retracted":
            members.setdefault(fact.leg, set()).add(fact.parcel)
            if fact.key not in retracted:
                live[fact.leg].append(_item(fact, company_zone))
    for versions in conflicts.values():
        for fact in versions:
            members.setdefault(fact.leg, set()).add(fact.parcel)
            if fact.key not in retracted:
                disputed[fact.leg].append(fact)
    if not hasattr(parcels, "items"):
        parcels = {"return" if set(members) == {"return"} else "outbound": parcels}
    for leg, known in parcels.items():
        if known:
            members.setdefault(leg, set()).update(known)
    legs = {
        leg: _fold_leg(
            leg,
            members[leg],
            live[leg],
            disputed[leg],
            [
                problem
                for problem in problems
                if problem.leg == leg and problem.kind != "retraction_without_target"
            ],
        )
        for leg in LEGS
        if leg in members
    }
    for leg in legs.values():
        problems.extend(leg.problems)
    return Folded(legs, _sorted_problems(problems))


def trusted(facts, level):
    """Return the facts that are vouched for well enough.

    State follows all facts, money follows the fold of these: then a weak fact neither
    releases goods nor takes a release back.

    :param Iterable[Fact] facts: The facts of a shipment.
    :param int level: The lowest that counts, see `vocabulary.TRUST_LEVELS`.
    :rtype: list[Fact]
    """
    facts = list(facts)
    best = defaultdict(int)  # A corrected mapping is as good as what it reads.
    for fact in facts:
        said = (fact.key, _content(fact))
        best[said] = max(best[said], fact.trust)
    return [fact for fact in facts if best[fact.key, _content(fact)] >= level]


def standing(facts):
    """Return what counts of every fact: its newest version, unless it is withdrawn.

    :param Iterable[Fact] facts: The facts of a shipment.
    :return: By event key, in any order; several where versions cannot be put in order.
    :rtype: dict[str, list[Fact]]
    """
    facts = list(facts)
    retracted, _problems = _resolve_retractions(*_resolve_versions(facts))
    by_key = defaultdict(list)
    for fact in facts:
        if fact.key not in retracted:
            by_key[fact.key].append(fact)
    newest = {key: _newest(_latest_mappings(rows)) for key, rows in by_key.items()}
    return {
        key: rows
        for key, rows in newest.items()
        if all(row.classifier != "retracted" for row in rows)
    }


# === VERSIONS AND RETRACTIONS === #


def _resolve_versions(facts):
    """Return the version that counts by key, and the versions of keys in conflict."""
    by_key = defaultdict(list)
    for fact in facts:
        by_key[fact.key].append(fact)
    standing, conflicts = {}, {}
    for key, rows in by_key.items():
        if len(rows) > 1:
            rows = _latest_mappings(rows)
        if len(rows) == 1:
            standing[key] = rows[0]
            continue
        newest = _newest(rows)
        if len({_decisive(row) for row in newest}) == 1:
            standing[key] = _merge(newest, rows)
        else:
            conflicts[key] = newest
    return standing, conflicts


def _newest(rows):
    """Return the versions that were written last, in an order of their contents."""
    written = max(row.recorded_at or datetime.min for row in rows)
    newest = [row for row in rows if (row.recorded_at or datetime.min) == written]
    return sorted(newest, key=_content_order, reverse=True)


def _latest_mappings(rows):
    """Return what the latest mapping made of each content, every row once."""
    by_content = defaultdict(list)
    for row in rows:
        by_content[_content(row)].append(row)
    latest = []
    for group in by_content.values():
        if len(group) > 1:
            version = max(row.mapping_version for row in group)
            trust = max(row.trust for row in group)
            refs = {
                replace(row, trust=trust): row.ref
                for row in sorted(group, key=lambda row: repr(row.ref), reverse=True)
                if row.mapping_version == version
            }
            group = [replace(row, ref=ref) for row, ref in refs.items()]
        latest.extend(group)
    return latest


def _content(fact):
    return fact.content_hash or _decisive(fact)


def _merge(newest, rows):
    """Return one fact for contents that agree on everything that decides.

    What one leaves out another fills in, and whoever said the same lends it trust.
    """
    best = newest[0]
    filled = {
        "trust": max(row.trust for row in rows if _decisive(row) == _decisive(best))
    }
    for spec in fields(Fact):
        values = [getattr(row, spec.name) for row in newest]
        if values[0] in (None, "") and spec.name not in filled:
            filled[spec.name] = next(
                (value for value in values if value not in (None, "")), values[0]
            )
    return replace(best, **filled)


def _resolve_retractions(standing, conflicts):
    """Return the keys that live retractions remove, and the odd retractions."""
    target = {
        key: fact.voids
        for key, fact in standing.items()
        if fact.classifier == "retracted" and fact.voids
    }
    namers = Counter(target.values())
    retracted = set()
    settled = [key for key in target if not namers[key]]
    for key in settled:  # Grows while it is walked, and never reaches a cycle.
        named = target[key]
        if key not in retracted:
            retracted.add(named)
        namers[named] -= 1
        if named in target and not namers[named]:
            settled.append(named)
    in_cycle = target.keys() - set(settled)
    problems = []
    for key, fact in standing.items():
        if fact.classifier != "retracted" or key in retracted:
            continue
        if not fact.voids:
            kind = "retraction_without_voids"
        elif key in in_cycle:
            kind = "retraction_in_cycle"
        elif fact.voids not in standing and fact.voids not in conflicts:
            kind = "retraction_without_target"
        else:
            continue
        problems.append(Problem(kind, key, fact.ref, fact.leg, fact.parcel))
    return retracted, problems


# === ONE PARCEL === #


def _item(fact, company_zone):
    """Return a fact with the code its leg gives it and the time it is ordered by."""
    code = fact.event_type
    if code == "delivered" and fact.leg == "return":
        code = "return_received"
    if fact.precision != "date":
        return _Item(code, fact.occurred_at, None, False, fact)
    clock, assumed = fact.occurred_offset, False
    if clock is None and known_zone(fact.zone):
        clock = fact.zone
    if clock is None:
        clock, assumed = company_zone if known_zone(company_zone) else 0, True
    day, next_day = day_bounds(fact.occurred_at, clock)
    return _Item(code, next_day - _TICK, day, assumed, fact)


def _fold_parcel(leg, parcel, items, disputed):
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
    eta, eta_precision = _eta(plans)
    return ParcelState(
        state=decisive and decisive.code,
        flags=tuple(sorted(flags)),
        money_hold=bool(disputed or contradicting),
        **_delivery(milestones),
        milestones=milestones,
        inferred=_inferred(leg, by_code, milestones),
        eta=eta,
        eta_precision=eta_precision,
        overlays=overlays,
        seen={code: _trust(group) for code, group in sorted(by_code.items())},
        evidence=decisive and decisive.fact.ref,
        decided_at=decisive and decisive.moment,
        problems=_sorted_problems(problems),
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
    if len(others) == len(items) or all(_RANK[item.code] < 40 for item in others):
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
    moving = [item for item in items if item.at and 50 <= _RANK[item.code] < 90]
    if moving:
        return max(moving, key=_moving_order), ()
    early = [item for item in items if 0 < _RANK[item.code] < 50]
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
    for code in sorted(_MILESTONES & by_code.keys(), key=_code_order):
        group = by_code[code]
        first = _first(group)
        fact = first.fact
        milestones[code] = Milestone(
            first.moment, fact.precision, fact.ref, _trust(group), first.assumed
        )
    return milestones


def _delivery(milestones):
    delivered = milestones.get("delivered")
    return {
        "delivered_at": delivered and delivered.at,
        "delivered_precision": delivered.precision if delivered else "",
    }


def _inferred(leg, codes, milestones):
    implied = {code for seen in codes for code in IMPLIED[leg].get(seen, ())}
    return tuple(sorted(implied - milestones.keys(), key=_code_order))


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
        return None, ""
    last = max(arrivals, key=_eta_order)
    return last.moment, last.fact.precision


# === ALL PARCELS === #


def _fold_leg(leg, members, items, disputed, problems):
    """Return the sum of the parcels of a leg."""
    parcels = {
        parcel: _fold_parcel(
            leg,
            parcel,
            [item for item in items if item.fact.parcel in (None, parcel)],
            [fact for fact in disputed if fact.parcel in (None, parcel)],
        )
        for parcel in sorted(members - {None}, key=repr) or [None]
    }
    everyone = list(parcels.values())
    counted = [
        parcel for parcel in everyone if parcel.state != "shipment_cancelled"
    ] or everyone
    state, evidence = _leg_state(counted)
    milestones = _common_milestones(counted)
    inferred = set.intersection(
        *({*parcel.milestones, *parcel.inferred} for parcel in counted)
    )
    eta = max(
        ((parcel.eta, parcel.eta_precision) for parcel in counted if parcel.eta),
        default=(None, ""),
    )
    found = {problem for parcel in everyone for problem in parcel.problems}
    return Leg(
        state=state,
        parcels=parcels,
        flags=tuple(sorted({flag for parcel in everyone for flag in parcel.flags})),
        money_hold=any(parcel.money_hold for parcel in everyone),
        **_delivery(milestones),
        milestones=milestones,
        inferred=tuple(sorted(inferred - milestones.keys(), key=_code_order)),
        eta=eta[0],
        eta_precision=eta[1],
        evidence=evidence,
        problems=_sorted_problems(found.union(problems)),
    )


def _leg_state(counted):
    """Return the state of parcels together, and the fact behind it."""
    delivered = [parcel for parcel in counted if parcel.state == "delivered"]
    if delivered:
        last = max(delivered, key=lambda parcel: parcel.decided_at or datetime.max)
        whole = len(delivered) == len(counted)
        return "delivered" if whole else "partly_delivered", last.evidence
    least = min(counted, key=_progress)
    return least.state, least.evidence


def _common_milestones(counted):
    """Return the milestones that every parcel reached, as the last one did."""
    milestones = {}
    for code in counted[0].milestones:
        reached = [parcel.milestones.get(code) for parcel in counted]
        if all(reached):
            last = max(reached, key=lambda milestone: milestone.at or datetime.max)
            trust = min(milestone.trust for milestone in reached)
            milestones[code] = last._replace(trust=trust)
    return milestones


# === ORDER === #


def _trust(group):
    return max(item.fact.trust for item in group)


def _first(group):
    return min(group, key=_first_order)


def _content_order(fact):
    return (fact.content_hash, fact.mapping_version, repr(fact))


def _time_order(item):
    return (item.at or datetime.min, item.fact.source_row, item.fact.key)


def _first_order(item):
    return (item.at is None, *_time_order(item))


def _moving_order(item):
    return (item.at, _RANK[item.code], item.fact.source_row, item.fact.key)


def _early_order(item):
    return (_RANK[item.code], *_time_order(item))


def _eta_order(item):
    fact = item.fact
    written = fact.recorded_at or datetime.min
    estimated = fact.classifier == "estimated"
    return (written, estimated, item.at, fact.source_row, fact.key)


def _progress(parcel):
    state = parcel.state or ""
    return (_RANK.get(state, 0), parcel.decided_at or datetime.min, state)


def _code_order(code):
    return (_RANK[code], EVENT_TYPES[code].number)


def _sorted_problems(problems):
    unique = {(*problem[:2], *problem[3:]): problem for problem in problems}
    return tuple(unique[place] for place in sorted(unique, key=repr))
