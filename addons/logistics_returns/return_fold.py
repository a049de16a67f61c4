"""Where a return stands by all that is known of it.

One pure function: no database, no clock, and nothing here asks in which order facts
were told, or how often. What it says is to be credited is a total; what is credited
already is part of it, so the same answer twice credits once.

====================== ==============================================================
case                   what it means
====================== ==============================================================
announced in part      only what was asked is expected; further requests add up
receipt in parts       each part is a fact; the rest stays expected until it comes,
                       is missing, lost, kept or withdrawn, or the return is closed
more came than asked   a problem; what is accepted is credited, as far as it was
                       delivered; the rest is not
unannounced            goods came and nobody asked: a problem; credited once inspected
wrong product          a problem; never credited, and the right one stays expected
double scan            the same name is the same fact; a scan moves no quantity at all
withdrawal             ends the expectation of what has not come, no more: what came
                       is inspected and credited, what comes anyway is a problem, too
refused                nothing inspected is credited, and what comes anyway is a
                       problem that says `received` until somebody looked at it;
                       approved or reopened later, it counts
closed                 nothing is expected; goods or credits that wait still show
reopened               refusals, withdrawals and the end until then are void
keep-it                credited without goods; nothing is expected of it
lost                   the same; what is found after all is not credited again
goodwill               credited ahead of goods, which stay expected: what comes uses
                       it up first; an inspection never takes it back
return to sender       the goods were never delivered: what came back, in whatever
                       condition, or is missing, is not owed, inspected or not
never invoiced         nothing to credit: what came back is not invoiced later, and
                       what is uninvoiced is used up before anything is credited
replacement            what is sent again stays owed: nothing is credited for it
send_back              goes back to the customer: not credited; of undelivered goods
                       it is a delivery after all
missing                not credited, and no longer expected; if the carrier lost it
                       that is a fact of its own and credits it. What comes later is
                       inspected as usual
refurbish, scrap       credited like restock; what it costs the customer is a fee of
                       its own (`return_bounds.fees`), never a smaller quantity
inspected more         only as much as came in is credited; the rest waits for its
                       receipt
inspected less         the rest waits for inspection
put right              a negative quantity under a name of its own
====================== ==============================================================

So with everything told: what is invoiced and not credited is what was delivered and
kept; a credit is never negative, never above what was invoiced, and never for more than
came back or was let go. The state is the furthest word that is true of all of it:

* `received` while anything waits for inspection, whatever else is true;
* `inspected` when that is done, or something is let go, and credits are not made yet or
  more is expected;
* `credited` when all of it is and nothing is expected, `refunded` when that is settled;
* `closed` or `refused` when somebody ended it and no goods or credits wait; withdrawn
  before anything came is `closed`;
* before that, the furthest of `requested`, `approved`, `label_sent`, `in_transit`.

`return_facts.MOVES` says which state a new fact can lead to.
"""

from collections import defaultdict
from datetime import datetime
from types import MappingProxyType

from .return_facts import LinePosition, Position, ReturnFact, ReturnLine
from .return_line import LineSums

__all__ = ["LinePosition", "Position", "ReturnFact", "ReturnLine", "fold"]

_UNDER_WAY = ("requested", "approved", "label_sent", "in_transit")


def fold(lines, facts):
    """Work out where a return stands.

    :param Iterable[ReturnLine] lines: Its lines, in any order.
    :param Iterable[ReturnFact] facts: In any order, told once or often.
    :rtype: Position
    :raises ValueError: When two lines share a key, or a fact is about another line.
    """
    by_key = {}
    for line in lines:
        if by_key.setdefault(line.key, line) is not line:
            raise ValueError(f"key: two lines share it: {line.key!r}")
    known, conflicts = _known(facts)
    return _Return(by_key, known, conflicts).position()


def _known(facts):
    """Return every fact once by kind, in a fixed order, and names with two contents."""
    versions = defaultdict(set)
    for fact in facts:
        versions[fact.kind, fact.ref].add(fact)
    conflicts = tuple(ref for (_kind, ref), told in versions.items() if len(told) > 1)
    known = defaultdict(list)
    for told in versions.values():
        fact = min(told, key=repr)
        known[fact.kind].append(fact)
    for told in known.values():
        told.sort(key=lambda fact: (fact.at, fact.ref))
    return known, tuple(sorted(conflicts))


class _Return:
    """The facts of a return, and what they add up to."""

    def __init__(self, lines, known, conflicts):
        self.lines, self.known, self.conflicts = lines, known, conflicts
        for told in known.values():
            for fact in told:
                if fact.line != "" and fact.line not in lines:
                    raise ValueError(f"line: {fact.kind} {fact.ref}: {fact.line!r}")
        self.reopened_at = max(
            (fact.at for fact in known["reopened"]), default=datetime.min
        )
        closed = [fact.at for fact in known["closed"] if self.stands(fact)]
        self.closed_at = min(closed, default=None)

    def stands(self, fact):
        """Return whether an ending still holds; what is reopened wins a tie.

        :param ReturnFact fact: A refusal, a withdrawal or an end.
        :rtype: bool
        """
        return fact.at > self.reopened_at

    def position(self):
        """Add everything up."""
        found = {key: LineSums(self, line) for key, line in self.lines.items()}
        positions = {key: line.position() for key, line in found.items()}
        problems = {("conflict", ref) for ref in self.conflicts}
        for key, line in found.items():
            problems.update((problem, key) for problem in line.problems())
        state = self._state(positions)
        return Position(
            state,
            MappingProxyType(positions),
            "conflict" if self.conflicts else "",
            tuple(sorted(problems, key=lambda found: (found[0], str(found[1])))),
            self._is_finished(state, positions.values()),
        )

    def refused(self, key=""):
        """Return whether a line, or the whole return, is not taken back."""
        decisions = [
            (fact.at, kind == "refused", fact)
            for kind in ("approved", "refused")
            for fact in self.known[kind]
            if fact.line in ("", key)
        ]
        # At the same instant no is safer than yes.
        last = max(decisions, key=lambda found: found[:2], default=None)
        return bool(last and last[1] and self.stands(last[2]))

    def end(self, positions):
        """Return how the return ended, "" when it did not."""
        asked_for = {fact.line for fact in self.known["requested"]} - {""}
        ends = {positions[key].end for key in asked_for} or {self._end_of_all()}
        if self.closed_at is not None:
            return "closed"
        if "" in ends:
            return ""
        return "refused" if "refused" in ends else "closed"

    def _end_of_all(self):
        """Return how a return ended of which nobody says what is in it."""
        if self.refused():
            return "refused"
        withdrawn = (fact for fact in self.known["withdrawn"] if fact.line == "")
        return "closed" if any(map(self.stands, withdrawn)) else ""

    def _state(self, positions):
        lines, end = positions.values(), self.end(positions)
        if any(line.waiting for line in lines):
            return "received"
        if any(line.creditable > line.credited for line in lines):
            return "inspected"
        if end == "closed":
            return end
        expected = any(line.expected for line in lines)
        if not expected and any(line.credited for line in lines):
            return "refunded" if self._is_paid(positions) else "credited"
        if end:
            return end
        if any(
            line.received or line.exempt or any(line.inspected.values())
            for line in lines
        ):
            return "inspected"
        return self._under_way()

    def _under_way(self):
        """Return the furthest of what is said before anything came."""
        reached = "requested"
        if any(not self.refused(fact.line) for fact in self.known["approved"]):
            reached = "approved"
        if self.known["label_sent"]:
            reached = "label_sent"
        return "in_transit" if self.known["scanned"] else reached

    def _is_paid(self, positions):
        return all(
            self.lines[key].paid for key, line in positions.items() if line.credited
        )

    def _is_finished(self, state, lines):
        if self.conflicts or any(
            line.waiting or line.expected or line.creditable != line.credited
            for line in lines
        ):
            return False
        return state not in ("credited", *_UNDER_WAY)
