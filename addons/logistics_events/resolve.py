"""Which of many facts count: the first step of the fold.

Pure: no database, no clock, and the order in which facts arrived decides nothing.

1. one version per key: the latest mapping of each content, then the newest content;
   contents that contradict each other at the same time of writing are a conflict;
2. what a live retraction names is dropped.
"""

from collections import Counter, defaultdict
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from .facts import Fact, Problem

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


class Resolved(NamedTuple):
    """What counts of a list of facts.

    :param dict[str, Fact] standing: By key the version that counts, withdrawn or not.
    :param dict[str, list[Fact]] conflicts: By key the versions that contradict.
    :param set[str] retracted: The keys that live retractions name.
    :param list[Problem] problems: The retractions that make no sense.
    """

    standing: dict[str, Fact]
    conflicts: dict[str, list[Fact]]
    retracted: set[str]
    problems: list[Problem]


def resolve(facts):
    """Work out which of the facts count.

    :param Iterable[Fact] facts: The facts of a shipment.
    :rtype: Resolved
    """
    standing, conflicts = _resolve_versions(facts)
    return Resolved(standing, conflicts, *_resolve_retractions(standing, conflicts))


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
    retracted = resolve(facts).retracted
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


def _content_order(fact):
    return (fact.content_hash, fact.mapping_version, repr(fact))
