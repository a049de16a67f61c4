import logging
import os
import random
from collections import Counter
from decimal import Decimal
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings

from odoo.tests import BaseCase, tagged

from .. import return_fold, return_line
from ..return_bounds import ZERO
from ..return_facts import KINDS, MOVES, PROBLEMS, STATES
from ..return_fold import ReturnLine, fold
from .return_stories import worlds
from .return_world import START, Divergence, World, expect

_logger = logging.getLogger(__name__)

# The same stories on every run; another number in the environment draws others.
SEED = int(os.environ.get("LOGISTICS_SEED", "20260302"))
STORIES = 2500
STORIES_PER_MUTANT = 800


def run(count, check, phases=(Phase.generate, Phase.shrink)):
    """Check that many drawn stories.

    :param int count: How many.
    :param Callable check: Is given the steps, whether undelivered, and a number.
    :param tuple phases: What hypothesis does with them.
    :raises Divergence: With the smallest story that fails.
    """

    @seed(SEED)
    @settings(
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds)
    def holds(story):
        check(*story)

    holds()


def settles(steps, undelivered, number, census=None):
    """Check that credited and still invoiced are what is given up and kept.

    :raises Divergence: When they are not, at the end or on the way.
    """
    census = Counter() if census is None else census
    world = World(undelivered, number)
    world.run(steps)
    position = world.settle()
    world.check(position)
    census["stories"] += 1
    census.update(world.counts)
    census.update(problem for problem, _line in position.problems)
    census[position.state] += 1
    for key, line in world.lines.items():
        found = position.lines[key]
        if not line.exact:
            census["inexact lines"] += 1
            continue
        census["exact lines"] += 1
        census["exact credits"] += bool(line.credited)
        expect(found.compensated == world.compensated(line), "no longer owed", found)
        still_invoiced = line.invoiced - line.credited
        expect(still_invoiced >= world.kept(line), "credited too much", found)
        if not line.made_up:
            expect(still_invoiced == world.kept(line), "delivered and kept", found)
        expect(found.creditable == line.credited, "left to credit", found)


def says_the_same(steps, undelivered, number):
    """Check that the order and repetitions of facts change nothing.

    :raises Divergence: When they do.
    """
    world = World(undelivered, number)
    world.run(steps)
    world.settle()
    draw = random.Random(number)
    facts = list(world.facts)
    lines = [line.line() for line in world.lines.values()]
    first = fold(lines, facts)
    for _way in range(3):
        told = facts + draw.choices(facts, k=len(facts)) if facts else []
        draw.shuffle(told)
        expect(fold(lines[::-1], told) == first, "another order", told)


def moves(steps, undelivered, number, census=None):
    """Check that the state only moves as documented, and means what is documented.

    :raises Divergence: When it does not.
    """
    census = Counter() if census is None else census
    world = World(undelivered, number)
    world.run(steps)
    world.settle()
    facts = list(world.facts)
    random.Random(number).shuffle(facts)
    paid = bool(number % 2)
    for credited in (False, True):
        lines = [
            ReturnLine(
                line.key,
                Decimal(len(line.pieces)),
                Decimal(line.invoiced),
                Decimal(line.credited) if credited else ZERO,
                paid and credited,
                undelivered=undelivered,
            )
            for line in world.lines.values()
        ]
        before = fold(lines, [])
        expect(before.state in ("requested", "credited", "refunded"), before)
        for place, fact in enumerate(facts):
            now = fold(lines, facts[: place + 1])
            _check_meaning(now, paid and credited)
            if now.state != before.state and not (fact.quantity or 1) < 0:
                census[fact.kind, now.state] += 1
                expect(
                    now.state in MOVES[fact.kind],
                    f"{before.state} -> {fact} -> {now.state}",
                )
            before = now


def _check_meaning(position, paid):
    lines = position.lines.values()
    waits = any(line.waiting for line in lines)
    due = any(line.creditable > line.credited for line in lines)
    expected = any(line.expected for line in lines)
    state = position.state
    expect((state == "received") == waits, "waiting is received", position)
    if due and not waits:
        expect(state == "inspected", "credits that wait are seen", position)
    if state in ("credited", "refunded"):
        expect(not expected and not due, "all is credited", position)
        expect((state == "refunded") == paid, "settled is refunded", position)
    if position.finished:
        expect(not (waits or due or expected), "something is left", position)


class _NeverUsedUp(return_line.LineSums):
    def _with_goodwill(self, came):
        return came + self._sum("goodwill")


class _AllThatCame(return_line.LineSums):
    @property
    def accepted(self):
        return self.received


class _WithoutReplacing(return_line.LineSums):
    def __init__(self, whole, line):
        super().__init__(whole, line)
        self.compensated += line.replaced


class _NoRefusal(return_line.LineSums):
    def __init__(self, whole, line):
        super().__init__(whole, line)
        self.refused = False
        self.compensated = min(self._claimed(), line.delivered)


class _Unbounded(return_line.LineSums):
    def __init__(self, whole, line):
        super().__init__(whole, line)
        self.compensated = self.claimed + self.wrong


def _as_told(facts):
    known = {kind: [] for kind in KINDS}
    for fact in facts:
        known[fact.kind].append(fact)
    return known, ()


MUTANTS = {
    "a credit ahead of goods is one more": (return_fold, "LineSums", _NeverUsedUp),
    "all that came is accepted": (return_fold, "LineSums", _AllThatCame),
    "what is replaced is credited, too": (return_fold, "LineSums", _WithoutReplacing),
    "what is refused is credited": (return_fold, "LineSums", _NoRefusal),
    "more than was delivered": (return_fold, "LineSums", _Unbounded),
    "said twice is twice": (return_fold, "_known", _as_told),
}


@tagged("post_install", "-at_install", "standard")
class TestReturnProperties(BaseCase):
    def test_credited_and_still_invoiced_are_what_is_given_up_and_kept(self):
        _logger.info("Seed of the stories: %s", SEED)
        census = Counter()
        run(STORIES, lambda *story: settles(*story, census=census))
        _logger.info("What the stories contained: %s", dict(census))
        self.assertGreaterEqual(census["stories"], STORIES)
        # Stories that avoid the hard cases would prove nothing.
        self.assertGreater(census["exact lines"], 4 * census["inexact lines"])
        self.assertGreater(census["exact credits"], STORIES // 5)
        for what in ("credited", "taken back", "told late", "wrong_item", "missing"):
            self.assertGreater(census[what], STORIES // 50, what)

    def test_order_and_repetitions_change_nothing(self):
        run(STORIES, says_the_same)

    def test_state_only_moves_as_documented(self):
        census = Counter()
        run(STORIES, lambda *story: moves(*story, census=census))
        seen = {state for _kind, state in census}
        self.assertEqual(seen, set(STATES))
        self.assertEqual({kind for kind, _state in census}, set(KINDS))

    def test_every_planted_mistake_is_noticed(self):
        for name, (module, attribute, mutant) in MUTANTS.items():
            with (
                self.subTest(mutant=name),
                patch.object(module, attribute, mutant),
                self.assertRaises(Divergence),
            ):
                run(STORIES_PER_MUTANT, settles, phases=(Phase.generate,))

    def test_tables_name_what_is_known(self):
        self.assertEqual(set(MOVES), set(KINDS))
        for states in MOVES.values():
            self.assertLessEqual(states, set(STATES))
        self.assertIn("conflict", PROBLEMS)

    def test_returns_of_one_line_share_what_is_invoiced(self):
        draw = random.Random(SEED)
        for _way in range(500):
            delivered = draw.randint(1, 9)
            invoiced = draw.randint(0, delivered)
            parts, left = [], delivered
            while left and len(parts) < 4:
                parts.append(draw.randint(1, left))
                left -= parts[-1]
            total, rest, due = ZERO, Decimal(delivered), Decimal(invoiced)
            for part in parts:
                found = _kept(part, rest, due)
                self.assertEqual(found.compensated, part)
                total += found.creditable
                rest -= found.compensated
                due -= found.creditable
            kept = delivered - sum(parts)
            self.assertEqual(total, max(invoiced - kept, 0))


def _kept(part, delivered, invoiced):
    """Return where a line stands of which the customer keeps a part."""
    fact = return_fold.ReturnFact("kept", "k", START, "a", Decimal(part))
    return fold([ReturnLine("a", delivered, invoiced)], [fact]).lines["a"]
