"""Streams of what is told about a charge, and what must hold for each of them.

Dense on purpose: few names and few amounts, so that nearly every stream has several
bills, a dispute with an outcome, prices that replace each other, and things told twice.
"""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.logistics_freight_accrual import accrual, charge

DAY = date(2026, 3, 2)
_ZERO = Decimal(0)
_TERMS = tuple(
    charge.Terms(currency, decimals, Decimal(rate), Decimal(recoverable), expense)
    for currency, decimals in (("EUR", 2), ("JPY", 0), ("KWD", 3))
    for rate, recoverable in (("0", "1"), ("0.19", "1"), ("0.19", "0.5"))
    for expense in ("freight", "freight_in")
)
_cents = st.sampled_from((0, 1, 999, 1000, 1000, 1040, 1375))
_days = st.integers(0, 5)
_prices = st.tuples(
    st.sampled_from(("quote", "quote", "confirm")), _cents, st.integers(0, 9)
)
_bills = st.tuples(_cents, _days, st.booleans(), st.sampled_from((True, True, False)))
_disputes = st.tuples(
    st.integers(0, 2),
    st.sampled_from((1, 40, 400, 1000)),
    st.sampled_from(charge.TREATMENTS),
    st.lists(
        st.tuples(
            st.sampled_from(("credit", "credit", "concede", "short_paid")),
            st.sampled_from((1, 39, 40, 400, 1000)),
        ),
        max_size=2,
    ),
)


@dataclass(frozen=True)
class Stream:
    """Facts of one charge, its terms, and a number to shuffle them with."""

    facts: tuple[charge.ChargeFact, ...]
    terms: charge.Terms
    seed: int


class Divergence(AssertionError):
    """The same facts led somewhere else, or somewhere they must never lead."""


def _stream(terms, prices, bills, disputes, extras, seed):
    cent = Decimal(1).scaleb(-terms.decimals)
    facts = []

    def add(kind, ref, cents=0, day=0, hour=0, **more):
        tax = (cents * cent * terms.tax_rate).quantize(cent)
        facts.append(
            charge.ChargeFact(
                kind,
                ref,
                cents * cent,
                tax if cents else _ZERO,
                DAY + timedelta(days=day),
                datetime(2026, 3, 2) + timedelta(hours=hour),
                **more,
            )
        )

    for place, (kind, cents, hour) in enumerate(prices):
        add(kind, f"price {place}", cents, hour=hour)
    for place, (cents, day, final, matched) in enumerate(bills):
        add("bill", f"b{place}", cents, day, final=final)
        if matched:
            add("match", f"m{place}", target=f"b{place}")
    for place, (bill, cents, treatment, outcomes) in enumerate(disputes):
        add("dispute", f"d{place}", cents, target=f"b{bill}", treatment=treatment)
        for number, (kind, part) in enumerate(outcomes):
            add(kind, f"o{place}{number}", part, 6, target=f"d{place}")
    if "trigger" in extras:
        add("trigger", "dispatch")
    if "void" in extras:
        add("void", "label", day=1)
    if "write_off" in extras:
        add("write_off", "ageing", 1000, 3)
    if "credit" in extras:
        add("credit", "goodwill", 25, 7)
    return Stream(tuple(facts), terms, seed)


def _usual(drawn):
    """Return the extras: most shipments are dispatched, and few are void."""
    extras = {name for name in ("write_off", "credit") if name in drawn}
    if drawn & {"trigger", "trigger 2", "trigger 3"} or not drawn:
        extras.add("trigger")
    if {"void", "trigger"} <= drawn:
        extras.add("void")
    return frozenset(extras)


streams = st.builds(
    _stream,
    st.sampled_from(_TERMS),
    st.lists(_prices, min_size=1, max_size=3),
    st.lists(_bills, max_size=3),
    st.lists(_disputes, max_size=2),
    st.sets(
        st.sampled_from(
            ("trigger", "trigger 2", "trigger 3", "void", "write_off", "credit")
        )
    ).map(_usual),
    st.integers(0, 2**32),
)


def check(stream, census=None):
    """Check everything that must hold for a stream.

    :param Stream stream: The facts.
    :param Counter | None census: Counts what the streams contain.
    :raises Divergence: When something does not hold.
    """
    census = Counter() if census is None else census
    draw = random.Random(stream.seed)
    ways = []
    for way in range(3):
        try:
            ways.append(_tell(stream, draw, batches=way))
        except ValueError as error:
            raise Divergence(f"A posting was refused: {error}") from error
    plans = [plan for plan, _posted in ways]
    held = {bool(plan.held) for plan in plans}
    _expect(len(held) == 1, "The order decides what is held", plans)
    census["held"] += plans[0].held != ""
    for plan, posted in ways:
        _check_rows(posted)
        if not plan.held:
            _check_ledger(stream, plan, posted)
            census.update(_census(plan, posted))
    if not plans[0].held and not _undecided_hold(stream):
        balances = [_balances(posted) for _plan, posted in ways]
        _expect(
            all(found == balances[0] for found in balances),
            "Another way of telling moves other money",
            balances,
        )
        census["compared"] += 1


def _tell(stream, draw, batches):
    """Tell a stream in one of three ways: in order, shuffled, shuffled in batches."""
    facts = list(stream.facts)
    if batches:
        facts += draw.choices(facts, k=draw.randint(1, 4))
        draw.shuffle(facts)
    told, posted, plan = [], [], None
    while facts:
        size = draw.randint(1, 4) if batches == 2 else 1
        told += facts[:size]
        facts = facts[size:]
        plan = accrual.plan(told, posted, stream.terms)
        posted += [_landed(row, draw) for row in plan.postings]
        draw.shuffle(posted)
        again = accrual.plan(told * 2, posted, stream.terms)
        _expect(not again.postings, "Saying it twice posts twice", again.postings)
    return plan, posted


def _landed(row, draw):
    """Return an inbound posting of which a part may be carried by the stock."""
    freight_in = row.balance("freight_in")
    if not freight_in or draw.random() < 0.5:
        return row
    return accrual.landed(row, draw.choice((freight_in, freight_in - _cent_of(row))))


def _cent_of(row):
    """Return one unit of the last decimal of a posting, with the sign of freight-in."""
    amount = row.balance("freight_in")
    cent = Decimal(1).scaleb(amount.as_tuple().exponent)
    return cent if amount > 0 else -cent


def _check_rows(posted):
    keys = [(row.key, row.generation) for row in posted]
    _expect(len(set(keys)) == len(keys), "One key and generation twice", keys)
    for row in posted:
        _expect(not sum(line.amount for line in row.lines), "It does not balance", row)
    documents = [row.key for row in posted if ":" in row.key]
    _expect(len(set(documents)) == len(documents), "A document twice", documents)


def _check_ledger(stream, plan, posted):
    """Compare what is posted with sums of the facts that were worked out plainly."""
    balances = _balances(posted)
    position = plan.position
    _expect(
        balances["accrued"] == -position.open,
        "The sub-ledger is not the ledger",
        balances,
        position,
    )
    for role, amount in position.balances.items():
        _expect(balances[role] == amount, "It is not what it should be", role, balances)
    entries = (row for row in posted if row.key == "accrual")
    _expect(
        -sum((row.balance("accrued") for row in entries), _ZERO)
        == _price(stream) - position.released,
        "Another price is accrued",
        posted,
    )
    refs = {row.key: row for row in posted}
    facts = {(fact.kind, fact.ref): fact for fact in stream.facts}
    owed = _ZERO
    for key in refs:
        kind, _sep, ref = key.partition(":")
        if kind in ("bill", "credit"):
            fact = facts[kind, ref]
            owed += fact.gross() if kind == "bill" else -fact.gross()
    for fact in facts.values():
        dispute = facts.get(("dispute", fact.target))
        if fact.kind == "short_paid" and f"bill:{dispute.target}" in refs:
            owed -= fact.gross()
    _expect(balances["payable"] == -owed, "Another amount is owed", balances, owed)
    closed = any(
        fact.final and f"bill:{fact.ref}" in refs
        for fact in facts.values()
        if fact.kind == "bill"
    )
    if closed and not position.disputed:
        _expect(not balances["accrued"], "Something stays accrued", balances)


def _price(stream):
    """Return what is to be accrued, worked out plainly."""
    by_kind = {kind: [] for kind in charge.KINDS}
    for fact in stream.facts:
        by_kind[fact.kind].append(fact)
    told = by_kind["confirm"] or by_kind["quote"]
    if by_kind["void"] or not by_kind["trigger"] or not told:
        return _ZERO
    last = sorted(told, key=lambda fact: (fact.at, fact.ref))[-1]
    cent = Decimal(1).scaleb(-stream.terms.decimals)
    tax = (last.amount * stream.terms.tax_rate).quantize(cent, "ROUND_HALF_UP")
    lost = tax * (1 - stream.terms.recoverable)
    return last.amount + lost.quantize(cent, "ROUND_HALF_UP")


def _undecided_hold(stream):
    """Return whether it matters if a bill was posted before it was held."""
    return any(
        fact.kind == "dispute" and fact.treatment == "hold" for fact in stream.facts
    )


def _balances(posted):
    """Return what each role shows; goods in stock carry what freight-in would."""
    found = {
        role: sum((row.balance(role) for row in posted), _ZERO) for role in charge.ROLES
    }
    found["freight_in"] += found.pop("stock")
    return found


def _census(plan, posted):
    keys = [row.key for row in posted]
    return Counter(
        accrued="accrual" in keys,
        corrected=keys.count("accrual") > 1,
        billed=any(key.startswith("bill:") for key in keys),
        credited=any(key.startswith("credit:") for key in keys),
        settled="settle" in keys,
        disputed=bool(plan.position.disputed),
        released=bool(plan.position.released),
    )


def _expect(holds, text, *details):
    if not holds:
        raise Divergence(": ".join([text, *map(repr, details)]))
