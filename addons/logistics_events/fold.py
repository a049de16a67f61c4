"""What a list of facts says about a shipment.

One pure function: no database, no clock, and nothing here asks in which order facts
arrived. The same set of facts gives the same answer in any order, told once or often,
so every stage after it can be replayed. Its rules are only right together:

1. one version per key, and nothing that a live retraction names (`resolve.py`);
2. what remains and is `actual` is judged per leg and parcel by bands and final states
   (`judge.py`);
3. parcels add up to the leg.
"""

from collections import defaultdict
from datetime import datetime

from .facts import Folded, Leg, ParcelState
from .judge import RANK, code_order, delivery, item_of, judge, sorted_problems
from .resolve import resolve
from .vocabulary import LEGS


def fold(facts, parcels=(), company_zone="UTC"):
    """Work out the state of a shipment.

    :param Iterable[Fact] facts: All facts linked to the shipment, in any order.
    :param parcels: The parcels known to exist, so that one nobody reports on is missed:
        a mapping from leg to parcels; or just parcels, which then belong to the
        outbound leg, unless every fact is of the return leg.
    :param str company_zone: The zone for a date whose place is unknown.
    :rtype: Folded
    """
    standing, conflicts, retracted, problems = resolve(facts)
    members, live, disputed = {}, defaultdict(list), defaultdict(list)
    for fact in standing.values():
        if fact.classifier != "retracted":
            members.setdefault(fact.leg, set()).add(fact.parcel)
            if fact.key not in retracted:
                live[fact.leg].append(item_of(fact, company_zone))
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
    return Folded(legs, sorted_problems(problems))


def _fold_leg(leg, members, items, disputed, problems):
    """Return the sum of the parcels of a leg."""
    parcels = {
        parcel: judge(
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
    expected = max(
        (parcel for parcel in counted if parcel.eta),
        key=lambda parcel: (parcel.eta, parcel.eta_precision),
        default=ParcelState(),
    )
    found = {problem for parcel in everyone for problem in parcel.problems}
    return Leg(
        state=state,
        parcels=parcels,
        flags=tuple(sorted({flag for parcel in everyone for flag in parcel.flags})),
        money_hold=any(parcel.money_hold for parcel in everyone),
        **delivery(milestones),
        milestones=milestones,
        inferred=tuple(sorted(inferred - milestones.keys(), key=code_order)),
        eta=expected.eta,
        eta_precision=expected.eta_precision,
        eta_day=expected.eta_day,
        evidence=evidence,
        problems=sorted_problems(found.union(problems)),
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


def _progress(parcel):
    state = parcel.state or ""
    return (RANK.get(state, 0), parcel.decided_at or datetime.min, state)
