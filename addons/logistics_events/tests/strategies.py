"""Streams of facts drawn by hypothesis, and what must hold for each of them.

The streams are dense on purpose: few keys, few instants close to each other, few
parcels; so that nearly every stream has versions, retractions or contested facts, and
a mistake in any rule shows within a few hundred of them.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.logistics_events import fold, ledger, release, resolve
from odoo.addons.logistics_events.facts import Fact

START = datetime(2026, 3, 3, 10, 0)
_MINUTE = timedelta(minutes=1)
_WHEN = (
    START,
    START,
    START + _MINUTE,
    START + 15 * _MINUTE,
    START + 16 * _MINUTE,
    START - timedelta(days=1),
    START + timedelta(days=1),
    date(2026, 3, 3),
    date(2026, 3, 4),
    None,
)
_RECORDED = (None, *(START + place * _MINUTE for place in range(6)))
# What decides money comes up more often than the rest.
_CODES = (
    *("delivered",) * 7,
    *("returning_to_sender", "out_for_delivery", "refused", "shipment_cancelled") * 2,
    "shipment_created",
    "dispatched",
    "picked_up",
    "in_transit",
    "arrived_facility",
    "delivery_attempt_failed",
    "delivery_failed",
    "lost",
    "returned_to_sender",
    "customs_hold",
    "customs_released",
    "delayed",
    "damaged",
    "charge_confirmed",
    "return_created",
    "eta_updated",
    "unmapped",
)
_CLASSIFIERS = (*("actual",) * 7, *("retracted",) * 2, "estimated", "planned")
_PARCELS = (*("P1",) * 4, "P2", None)
_LEGS = (*("outbound",) * 5, "return")
_OFFSETS = (None, None, 0, 540, -480)
_AMOUNTS = (None, None, Decimal("1.00"), Decimal("2.00"))

PARCELS = {"outbound": ("P1", "P2")}
UNITS = (
    release.Unit("move 1", Decimal(5), "out", "P1"),
    release.Unit("move 2", Decimal(3), "out", "P2"),
    release.Unit("move 2", Decimal("2.5"), "out"),
)
RULES = (
    (("delivered",), 0),
    (("delivered",), 3),
    (("dispatched",), 0),
    (("picked_up",), 3),
    (("delivered", "customs_released"), 0),
    (("out_for_delivery",), 0),
)
_LIMITS = {"move 1": Decimal(5), "move 2": Decimal("5.5")}

_mappings = st.tuples(
    st.sampled_from(_CODES),
    st.sampled_from(_CLASSIFIERS),
    st.sampled_from(_PARCELS),
    st.sampled_from(_LEGS),
    st.integers(0, 5),
)
_contents = st.tuples(
    st.sampled_from(_WHEN),
    st.sampled_from(_RECORDED),
    st.sampled_from(_OFFSETS),
    st.sampled_from(_AMOUNTS),
    st.sampled_from((1, 4, 4)),
    st.lists(_mappings, min_size=1, max_size=2),
)


@dataclass(frozen=True)
class Stream:
    """Facts, the rule that turns them into money, and a number to shuffle them with."""

    facts: tuple[Fact, ...]
    rule: tuple[tuple[str, ...], int]
    seed: int


class Divergence(AssertionError):
    """The same facts led somewhere else, or somewhere they must never lead."""


def _stream(drawn):
    events, rule, seed = drawn
    facts = []
    for place, contents in enumerate(events):
        for letter, content in zip("ab", contents, strict=False):
            when, recorded, offset, amount, trust, mappings = content
            for version, mapping in enumerate(mappings):
                code, classifier, parcel, leg, target = mapping
                facts.append(
                    Fact(
                        f"k{place}",
                        code,
                        when,
                        content_hash=letter,
                        mapping_version=version,
                        recorded_at=recorded,
                        classifier=classifier,
                        precision=_precision(when),
                        occurred_offset=offset,
                        parcel=parcel,
                        leg=leg,
                        voids=f"k{target}" if classifier == "retracted" else "",
                        amount=amount if code == "charge_confirmed" else None,
                        trust=trust,
                        ref=f"k{place}{letter}{version}",
                    )
                )
    return Stream(tuple(facts), rule, seed)


def _precision(when):
    if when is None:
        return "none"
    return "instant" if isinstance(when, datetime) else "date"


streams = st.builds(
    _stream,
    st.tuples(
        st.lists(st.lists(_contents, min_size=1, max_size=2), min_size=2, max_size=6),
        st.sampled_from(RULES),
        st.integers(0, 2**32),
    ),
)


def check(stream, census=None):
    """Check everything that must hold for a stream.

    :param Stream stream: The facts and the rule.
    :param Counter | None census: Counts what the streams contain.
    :raises Divergence: When something does not hold.
    """
    try:
        _check_orders(stream)
        _check_additions(stream)
        _check_money(stream, census if census is not None else Counter())
    except ValueError as error:  # The ledger refuses rows that break its own rules.
        raise Divergence(f"The ledger was broken: {error}") from error


def _expect(holds, text, *details):
    if not holds:
        raise Divergence(": ".join([text, *map(repr, details)]))


# === THE SAME FACTS, THE SAME STATE === #


def _check_orders(stream):
    draw = random.Random(stream.seed)
    facts = list(stream.facts)
    told = fold.fold(facts, PARCELS)
    for copies in (1, 2, 1, 3):
        again = facts * copies
        draw.shuffle(again)
        _expect(fold.fold(again, PARCELS) == told, "The order or a copy decides", again)
    _expect(fold.fold(facts[::-1], PARCELS) == told, "The last one decides", facts)


# === FACTS THAT MUST NOT MATTER === #


def _summary(facts):
    folded = fold.fold(facts, PARCELS)
    return {
        (name, key): (parcel.state, parcel.flags, parcel.delivered_at)
        for name, leg in folded.legs.items()
        for key, parcel in leg.parcels.items()
    }


def _check_additions(stream):
    facts = list(stream.facts)
    before = _summary(facts)
    late = START + timedelta(days=30)
    plan = Fact("plan", "delivered", late, classifier="estimated", parcel="P1")
    _expect(_summary([*facts, plan]) == before, "A plan counts", facts)
    rumour = Fact("rumour", "delivered", START - timedelta(days=9), parcel="P1")
    denial = Fact("denial", "handled", late, classifier="retracted", voids="rumour")
    _expect(
        _summary([rumour, *facts, denial]) == before, "A retracted fact counts", facts
    )
    _expect(_summary([denial, *facts, rumour]) == before, "A retraction is late", facts)
    _expect(_summary(_current(facts)) == before, "An old version counts", facts)
    booking = Fact("booking", "shipment_booked", late, parcel="P1")
    scan = Fact("scan", "arrived_facility", late, parcel="P1")
    state = before["outbound", "P1"][0]
    if state:
        after = _summary([*facts, booking])["outbound", "P1"][0]
        _expect(after == state, "A lower band wins", state, after)
    if state in ("delivered", "returning_to_sender", "returned_to_sender"):
        after = _summary([*facts, scan])["outbound", "P1"][0]
        _expect(after == state, "A scan reopens a final state", state, after)


def _current(facts):
    """Return the facts without old mappings and old versions, worked out plainly."""
    rows = [
        fact
        for fact in facts
        if not any(
            (other.key, other.content_hash) == (fact.key, fact.content_hash)
            and other.mapping_version > fact.mapping_version
            for other in facts
        )
    ]
    return [
        row
        for row in rows
        if not any(
            other.key == row.key
            and other.recorded_at
            and (not row.recorded_at or other.recorded_at > row.recorded_at)
            for other in rows
        )
    ]


# === THE SAME FACTS, THE SAME MONEY === #


def _check_money(stream, census):
    draw = random.Random(stream.seed)
    decisions = _decisions(stream)
    results = []
    for _way in range(3):
        facts = list(stream.facts)
        facts += draw.choices(facts, k=draw.randrange(3))
        draw.shuffle(facts)
        play = _Play(stream.rule, draw)
        while facts:
            size = draw.randint(1, 3)
            play.tell(facts[:size])
            facts = facts[size:]
        play.settle()
        wished, contested = play.wished, play.wished.frozen
        nets = {key: net for key, net in play.nets().items() if key not in contested}
        _expect(
            all(wished.quantities[key] == net for key, net in nets.items()),
            "What was posted is not what is wished",
            nets,
            wished,
        )
        play.tell(decisions)
        play.settle()
        _expect(not play.wished.frozen, "Nobody can decide", play.wished)
        _expect(
            play.nets() == play.wished.quantities, "Money did not follow the decision"
        )
        results.append((wished, nets, play.wished, play.nets()))
        census.update(play.census())
    _expect(
        all(result == results[0] for result in results),
        "Another way of telling moves other money",
        results,
    )
    census["contested"] += bool(results[0][0].frozen)


def _decisions(stream):
    """Return the retractions by which a person ends every dispute.

    That includes disputes which only a weak fact has ended: money still sees them.
    """
    decisions = []
    while True:
        facts = [*stream.facts, *decisions]
        disputed = {
            problem.key
            for reliable in (facts, resolve.trusted(facts, stream.rule[1]))
            for problem in fold.fold(reliable, PARCELS).problems
            if problem.kind in ("conflict", "contradiction")
        }
        if not disputed:
            return decisions
        _expect(len(decisions) < 50, "A dispute cannot be ended", facts)
        decisions += [
            Fact(f"decided {key}", "handled", classifier="retracted", voids=key)
            for key in sorted(disputed)
        ]


class _Play:
    """A small model of everything behind the fold: rows that are opened and posted."""

    def __init__(self, rule, draw):
        self.milestones, self.trust = rule
        self.draw = draw
        self.facts = []
        self.rows = {key: [] for key in _LIMITS}
        self.wished = release.Release()

    def tell(self, facts):
        """Take in a batch of facts; some of the steps succeed, some fail, some wait."""
        self.facts += facts
        outbound = fold.fold(self.facts, PARCELS).leg()
        reliable = fold.fold(resolve.trusted(self.facts, self.trust), PARCELS).leg()
        self.wished = release.desired_release(
            UNITS, outbound, self.milestones, self.trust, trusted_legs=reliable
        )
        self._step(lambda: self.draw.choice(("done", "done", "failed", "waiting")))

    def settle(self):
        """Go on until there is nothing left to do."""
        for _round in range(4):
            self._step(lambda: "done")
        _expect(
            all(
                row.state not in ("waiting", "failed")
                for key, rows in self.rows.items()
                if key not in self.wished.frozen
                for row in rows
            ),
            "It never comes to rest",
            self.rows,
        )

    def nets(self):
        """Return what is posted by key."""
        return {
            key: sum((row.quantity for row in rows if row.state == "done"), Decimal(0))
            for key, rows in self.rows.items()
        }

    def census(self):
        """Return how much happened."""
        rows = [row for rows in self.rows.values() for row in rows]
        return Counter(
            superseded=any(row.state == "superseded" for row in rows),
            taken_back=any(row.quantity < 0 and row.state == "done" for row in rows),
            posted=any(row.state == "done" for row in rows),
        )

    def _step(self, outcome):
        before = self.nets()
        for key, rows in self.rows.items():
            frozen = key in self.wished.frozen
            plan = ledger.plan(self.wished.quantities[key], rows, hold=frozen)
            if not frozen:
                rows[:] = [self._posted(row, plan, outcome) for row in rows]
            if plan.opens:
                rows.append(
                    ledger.EffectRow(
                        plan.generation,
                        plan.delta,
                        outcome(),
                        self.wished.quantities[key],
                    )
                )
        for key, net in self.nets().items():
            _expect(0 <= net <= _LIMITS[key], "More was posted than there is", key, net)
            if key in self.wished.frozen:
                _expect(net == before[key], "Contested goods moved money", key)

    def _posted(self, row, plan, outcome):
        if row.generation in plan.supersede:
            return replace(row, state="superseded")
        if row.generation == plan.retry or row.state == "waiting":
            return replace(row, state=outcome())
        return row
