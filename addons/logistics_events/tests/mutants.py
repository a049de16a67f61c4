"""Mistakes somebody could make in the fold or the ledger, each in a few lines.

Every one is a plausible shortcut. The property runner must notice all of them; one
that it lets pass shows that the streams are too tame.
"""

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from unittest.mock import patch

from odoo.addons.logistics_events import fold, judge, ledger, resolve

_plan = ledger.plan
_item_of = fold.item_of
_decide = judge._decide
_resolve_retractions = resolve._resolve_retractions


def _first_told_wins(facts):
    standing = {}
    for fact in facts:
        standing.setdefault(fact.key, fact)
    return standing, {}


def _last_told_wins(facts):
    return {fact.key: fact for fact in facts}, {}


def _compare_with_the_best_so_far(facts):
    """Judge a conflict while walking along instead of grouping first."""
    standing, conflicts = {}, {}
    for fact in facts:
        best = standing.get(fact.key)
        if best is None or _written(fact) > _written(best):
            standing[fact.key] = fact
        elif resolve._decisive(fact) != resolve._decisive(best):
            conflicts[fact.key] = [best, fact]
    for key in conflicts:
        del standing[key]
    return standing, conflicts


def _written(fact):
    return (fact.mapping_version, fact.recorded_at or datetime.min)


def _every_mapping_counts(rows):
    return rows


def _plans_are_facts(fact, company_zone):
    if fact.classifier in ("estimated", "planned"):
        fact = replace(fact, classifier="actual")
    return _item_of(fact, company_zone)


def _latest_time_wins(by_code, items):
    timed = [item for item in items if item.at and judge.RANK[item.code]]
    return max(timed, key=judge._moving_order, default=None), ()


def _last_arrival_wins(by_code, items):
    ranked = [item for item in items if judge.RANK[item.code]]
    return (ranked[-1] if ranked else None), ()


def _running_delivery(by_code, items):
    """Take the delivery that was told first instead of the one that happened first."""
    winner, doubts = _decide(by_code, items)
    if winner and winner.code == "delivered":
        winner = by_code["delivered"][0]
    return winner, doubts


def _retractions_look_back_only(standing, conflicts):
    _retracted, problems = _resolve_retractions(standing, conflicts)
    gone, seen = set(), set()
    for key, fact in standing.items():
        if fact.classifier == "retracted" and fact.voids in seen:
            gone.add(fact.voids)
        seen.add(key)
    return gone, problems


def _no_retractions(standing, conflicts):
    return set(), []


def _nothing_was_done(rows):
    return Decimal(0)


def _nothing_is_taken_back(desired, rows, hold=False):
    plan = _plan(desired, rows, hold)
    return plan if plan.delta >= 0 else ledger.Plan(plan.supersede)


def _open_steps_stay(desired, rows, hold=False):
    return replace(_plan(desired, rows, hold), supersede=())


def _contested_facts_count(desired, rows, hold=False):
    return _plan(desired, rows)


def _copies_are_facts(facts):
    """Take a copy of a fact for another fact of the same kind."""
    standing, count = {}, defaultdict(int)
    for fact in facts:
        count[fact.key] += 1
        key = f"{fact.key}/{count[fact.key]}"
        standing[key] = replace(fact, key=key)
    return standing, {}


# Name of the mistake: the module, what is replaced there, and by what.
MUTANTS = {
    "first told wins": (resolve, "_resolve_versions", _first_told_wins),
    "last told wins": (resolve, "_resolve_versions", _last_told_wins),
    "conflict judged on the way": (
        resolve,
        "_resolve_versions",
        _compare_with_the_best_so_far,
    ),
    "no deduplication": (resolve, "_resolve_versions", _copies_are_facts),
    "old mappings count": (resolve, "_latest_mappings", _every_mapping_counts),
    "plans are facts": (fold, "item_of", _plans_are_facts),
    "bands ignored": (judge, "_decide", _latest_time_wins),
    "last arrival wins": (judge, "_decide", _last_arrival_wins),
    "first told delivery": (judge, "_decide", _running_delivery),
    "retraction only of the past": (
        resolve,
        "_resolve_retractions",
        _retractions_look_back_only,
    ),
    "no retractions": (resolve, "_resolve_retractions", _no_retractions),
    "ledger without memory": (ledger, "posted", _nothing_was_done),
    "no compensation": (ledger, "plan", _nothing_is_taken_back),
    "two open steps": (ledger, "plan", _open_steps_stay),
    "contested goods move money": (ledger, "plan", _contested_facts_count),
}


@contextmanager
def planted(name):
    """Put a mistake into the code for as long as the block lasts.

    :param str name: A key of `MUTANTS`.
    """
    module, attribute, mistake = MUTANTS[name]
    with patch.object(module, attribute, mistake):
        yield
