"""A small world of goods that are sold, sent, sent back and credited, piece by piece.

It knows of each piece where it really is, so what a customer has and owes is counted
and not worked out. What happens in it is told as facts: late, in any order, repeated.
"""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from ..return_facts import ACCEPTED
from ..return_fold import ReturnFact, fold
from .return_goods import Piece, Sold

START = datetime(2026, 3, 2, 8)


class Divergence(AssertionError):
    """What was worked out is not so, or must never be so."""


def expect(condition, *what):
    """Raise when something does not hold.

    :param bool condition: What should hold.
    :param what: What is wrong, and what helps to understand it.
    :raises Divergence: When it does not.
    """
    if not condition:
        raise Divergence(*what)


class World:
    """A return over two sold lines, from the first delivery to the last credit.

    :param bool undelivered: Whether the goods never reach the customer.
    :param int seed: Decides how late and in which order facts are told.
    """

    def __init__(self, undelivered, seed):
        self.draw = random.Random(seed)
        self.lines = {key: Sold(key, undelivered) for key in ("a", "b")}
        self.facts, self.late = [], []
        self.refused_by = {"": None, "a": None, "b": None}
        self.ended = False
        self.moment = 0
        self.counts = dict.fromkeys(("credited", "taken back", "told late"), 0)

    def run(self, steps):
        """Do what can be done of some operations, and check after each.

        :param list steps: Name, count, line and delay, as `worlds` draws them.
        """
        for name, count, key, delay in steps:
            self.moment += 1
            getattr(self, f"_{name}")(self.lines[key], count, delay)
            self.check(self.position())

    def say(self, kind, quantity=None, line="", disposition="", delay=0):
        """Tell a fact now, or some operations later."""
        fact = ReturnFact(
            kind,
            f"{kind} {len(self.facts) + len(self.late)}",
            START + timedelta(hours=self.moment),
            line,
            None if quantity is None else Decimal(quantity),
            disposition,
        )
        if delay:
            self.counts["told late"] += 1
            self.late.append([delay, fact])
        else:
            self.facts.append(fact)

    def known(self):
        """Return what is told so far, shuffled and with repetitions."""
        for entry in self.late:
            entry[0] -= 1
        self.facts += [fact for delay, fact in self.late if delay <= 0]
        self.late = [entry for entry in self.late if entry[0] > 0]
        told = self.facts + self.draw.choices(self.facts or [None], k=3)
        told = [fact for fact in told if fact]
        self.draw.shuffle(told)
        return told

    def position(self):
        """Return what is worked out of what is told so far."""
        lines = [line.line() for line in self.lines.values()]
        self.draw.shuffle(lines)
        return fold(lines, self.known())

    def check(self, position):
        """Check what must hold at any time, whatever is not told yet."""
        for key, found in position.lines.items():
            line = self.lines[key]
            for name in ("asked", "expected", "received", "waiting", "accepted"):
                expect(getattr(found, name) >= 0, "negative", name, found)
            expect(0 <= found.creditable <= line.invoiced, "not invoiced", found)
            most = max(found.compensated, found.credited)
            expect(found.creditable <= most, "kept and credited", found)
            expect(found.compensated <= len(line.pieces), "not delivered", found)
            expect(0 <= line.credited <= line.invoiced, "credited too much", line)

    # === WHAT CAN HAPPEN === #

    def _deliver(self, line, count, delay):
        line.pieces += [Piece() for _piece in range(count)]
        line.ordered_ahead = max(line.ordered_ahead - count, 0)

    def _invoice(self, line, count, delay):
        due = min(self.kept(line) - (line.invoiced - line.credited), count)
        if due > 0:
            # From then on nobody can tell it from what is invoiced ahead.
            line.made_up = line.made_up or line.credited > self.given_up(line)
            line.invoiced += due

    def _prepay(self, line, count, delay):
        if line.invoiced - line.credited >= len(line.pieces):
            line.invoiced += count
            line.ordered_ahead += count

    def _cancel_invoice(self, line, count, delay):
        line.invoiced -= min(count, line.invoiced - line.credited)

    def _announce(self, line, count, delay):
        pieces = line.at("customer", let_go=False)[:count]
        for piece in pieces:
            piece.place = "coming"
        if pieces:
            self.say("requested", len(pieces), line.key, delay=delay)

    def _approve(self, line, count, delay):
        self._decide("approved", line.key if count > 2 else "")

    def _refuse(self, line, count, delay):
        self._decide("refused", line.key if count > 2 else "")

    def _decide(self, kind, key):
        for name in (key,) if key else tuple(self.refused_by):
            self.refused_by[name] = kind == "refused"
        self.say(kind, line=key)

    def _label(self, line, count, delay):
        self.say("label_sent")

    def _scan(self, line, count, delay):
        self.say("scanned", delay=delay)

    def _scan_again(self, line, count, delay):
        scans = [fact for fact in self.facts if fact.kind == "scanned"]
        self.facts += scans[:1]

    def _receive(self, line, count, delay):
        pieces = line.at("coming", let_go=False)[:count]
        for piece in pieces:
            piece.place = "here"
        if pieces:
            self.say("received", len(pieces), line.key, delay=delay)

    def _receive_too_much(self, line, count, delay):
        pieces = line.at("customer", let_go=False)[:count]
        if not pieces:
            return
        for piece in pieces:
            piece.place = "here"
        # Whether it is what was let go, nobody can know.
        line.surplus = True
        if any(piece.let_go for piece in line.pieces):
            line.exact = False
        self.say("received", len(pieces), line.key, delay=delay)
        if line.at("coming", ahead=True):
            line.exact = False

    def _receive_wrong(self, line, count, delay):
        if any(piece.ahead for piece in line.pieces):
            line.exact = False
        line.strange += count
        self.say("received", count, line.key, delay=delay)

    def _withdraw(self, line, count, delay):
        pieces = line.at("coming", let_go=False, ahead=False)[:count]
        for piece in pieces:
            piece.place = "customer"
        if pieces:
            self.say("withdrawn", len(pieces), line.key, delay=delay)

    def _withdraw_all(self, line, count, delay):
        for each in self.lines.values():
            for piece in each.at("coming", let_go=False, ahead=False):
                piece.place = "customer"
        self.say("withdrawn")

    def _inspect(self, line, count, delay):
        self._find_in(line, count, ACCEPTED[count % 3], delay)

    def _inspect_otherwise(self, line, count, delay):
        if line.strange:
            count, line.strange = line.strange, 0
            self.say("inspected", count, line.key, "wrong_item", delay)
        else:
            self._find_in(line, count, "send_back", delay)

    def _find_in(self, line, count, disposition, delay):
        here = line.at("here")
        if disposition == "send_back":
            here = here[::-1]
            if any(piece.ahead for piece in here[:count]):
                line.exact = False
        for piece in here[:count]:
            piece.place = disposition
        if here:
            count = min(count, len(here))
            self.say("inspected", count, line.key, disposition, delay)

    def _miss(self, line, count, delay):
        """Miss what is on paper here, else what is still to come."""
        here = line.at("here") or line.at("coming", let_go=False, ahead=False)
        if line.strange or line.at("coming", ahead=True):
            return
        for piece in here[:count]:
            line.exact = line.exact and not piece.ahead
            piece.place = "missing"
        if here:
            count = min(count, len(here))
            self.say("inspected", count, line.key, "missing", delay)

    def _keep(self, line, count, delay):
        self._let_go("kept", line, count, delay)

    def _lose(self, line, count, delay):
        self._let_go("lost", line, count, delay)

    def _let_go(self, kind, line, count, delay):
        pieces = line.at("coming", let_go=False, ahead=False)[:count]
        for piece in pieces:
            piece.let_go = True
            line.exact = line.exact and not line.surplus
        if pieces:
            self.say(kind, len(pieces), line.key, delay=delay)

    def _find(self, line, count, delay):
        """Find what was kept or lost: it comes after all."""
        pieces = line.at("coming", let_go=True)[:count]
        if not pieces:
            return
        line.exact = False
        for piece in pieces:
            piece.place = "here"
        self.say("received", len(pieces), line.key, delay=delay)

    def _goodwill(self, line, count, delay):
        pieces = line.at("coming", let_go=False, ahead=False)[:count]
        for piece in pieces:
            piece.ahead = True
        if pieces:
            self.say("goodwill", len(pieces), line.key, delay=delay)

    def _replace(self, line, count, delay):
        line.replaced += count

    def _close(self, line, count, delay):
        self.ended = True
        self.say("closed")

    def _reopen(self, line, count, delay):
        # Withdrawals are void then, too; the pieces would have to be announced again.
        if any(fact.kind == "withdrawn" for fact in self.facts) or any(
            entry[1].kind == "withdrawn" for entry in self.late
        ):
            return
        self.refused_by = {
            key: None if refused else refused
            for key, refused in self.refused_by.items()
        }
        self.ended = False
        self.say("reopened")

    def _credit(self, line, count, delay):
        self.credit(self.position())

    def credit(self, position):
        """Make the credit notes that are missing, and take back what is too much."""
        for key, found in position.lines.items():
            line = self.lines[key]
            self.counts["credited"] += found.creditable > line.credited
            self.counts["taken back"] += found.creditable < line.credited
            line.credited = int(found.creditable)

    def _cancel_credit(self, line, count, delay):
        line.credited -= min(count, line.credited)

    def _put_right(self, line, count, delay):
        """Put right what was inspected: it was scrap after all."""
        good = line.at("restock")[:count]
        for piece in good:
            piece.place = "scrap"
        if good:
            self.say("inspected", -len(good), line.key, "restock")
            self.say("inspected", len(good), line.key, "scrap")

    # === WHAT IS SO === #

    def refused(self, key):
        """Return whether a line is refused."""
        return bool(self.refused_by[key])

    def compensated(self, line):
        """Count the pieces nothing is owed for."""
        refused = self.refused(line.key) and not line.undelivered
        return sum(
            piece.compensated(line.undelivered, refused) for piece in line.pieces
        )

    def given_up(self, line):
        """Count the pieces that are to be credited if they are invoiced."""
        return max(self.compensated(line) - line.replaced, 0)

    def kept(self, line):
        """Count the pieces the customer owes for."""
        return len(line.pieces) - self.given_up(line)

    def settle(self):
        """Tell what is left to tell, invoice and credit all that is due.

        :return: Where the return then stands.
        :rtype: Position
        """
        self.late = [[0, fact] for _delay, fact in self.late]
        self.moment += 1
        for line in self.lines.values():
            if line.strange:
                self._inspect_otherwise(line, 0, 0)
            if line.ordered_ahead:
                self._deliver(line, line.ordered_ahead, 0)
        self.credit(self.position())
        for line in self.lines.values():
            if line.exact:
                self._invoice(line, 10**6, 0)
        position = self.position()
        self.credit(position)
        return self.position()
