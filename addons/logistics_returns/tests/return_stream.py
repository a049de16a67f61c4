"""One sold line on the database, and where each of its pieces really is."""

import random

from ..return_facts import ACCEPTED
from .return_goods import Piece

# How often what happens, of all that can happen.
OFTEN = {
    "deliver": 2,
    "invoice": 2,
    "ask": 3,
    "ask_natively": 2,
    "scan": 2,
    "less": 1,
    "approve": 5,
    "refuse": 1,
    "label": 1,
    "come": 12,
    "withdraw": 1,
    "inspect": 12,
    "undo": 1,
    "keep": 1,
    "lose": 1,
    "ahead": 1,
    "take_back": 1,
    "close": 1,
    "reopen": 2,
    "cancel_transfer": 1,
    "credit_by_hand": 1,
    "cancel_credit": 1,
    "agree": 3,
    "run": 8,
}


class Back:
    """One return, as it really is.

    :param record: The logistics.return.
    :param list[Piece] pieces: What is to come back with it.
    """

    def __init__(self, record, pieces):
        self.record, self.pieces = record, pieces
        self.refused = self.closed = False

    def at(self, *places):
        """Return the pieces in some places that nobody let go."""
        return [p for p in self.pieces if p.place in places and not p.let_go]


class Stream:
    """One sold line; pieces, documents and returns, and what happened to them.

    :param int number: Names it, and decides what happens.
    :param int seed: Of all streams.
    """

    def __init__(self, number, seed):
        self.number = number
        self.draw = random.Random(f"{seed}/{number}")
        self.size = self.draw.randint(2, 6)
        self.price = self.draw.choice((3.0, 8.0, 8.0, 60.0))
        # Claims against carriers come first where larger amounts are lost.
        self.is_shipped = self.price < 60 and self.draw.random() < 0.5
        self.order = self.line = None
        self.pieces, self.returns, self.findings = [], [], {}
        self.house = self.size
        self.strange = self.undone = 0
        self.story = []

    def chosen(self, round_):
        """Return what happens next, of what can happen.

        :param int round_: How much happened before.
        :rtype: str
        """
        if round_ == 0:
            return "deliver"
        if round_ == 1 and self.draw.random() < 0.7:
            return "invoice"
        if round_ == 2 and self.draw.random() < 0.8:
            return self.draw.choice(("ask", "ask", "ask_natively"))
        found = [name for name in OFTEN if self.may(name)]
        return self.draw.choices(found, [OFTEN[name] for name in found])[0]

    def may(self, name):
        """Return whether something could happen, as far as one can tell from here."""
        if name == "deliver":
            return self.house > 0
        if name in ("ask", "ask_natively", "scan"):
            return bool(self.at("customer")) and (name != "scan" or self.is_shipped)
        if name in ("invoice", "agree", "run"):
            return True
        return bool(self.returns) or name == "cancel_credit"

    def count(self, most):
        """Return how much of something it is about, at least one.

        :param int most: How much it could be.
        """
        return self.draw.randint(1, most)

    def at(self, place):
        """Return the pieces in a place that nobody let go."""
        return [p for p in self.pieces if p.place == place and not p.let_go]

    def some(self, of):
        """Return the returns of which something holds, in an order of chance.

        :param Callable of: Is given a return.
        :rtype: list[Back]
        """
        found = [one for one in self.returns if of(one)]
        self.draw.shuffle(found)
        return found

    # === WHAT IS SO === #

    def given_up(self):
        """Count the pieces nothing is owed for."""
        refused = {
            id(piece) for one in self.returns if one.refused for piece in one.pieces
        }
        return sum(p.compensated(False, id(p) in refused) for p in self.pieces)

    def kept(self):
        """Count the pieces that are delivered and owed for."""
        return len(self.pieces) - self.given_up()

    def unaccepted(self):
        """Count what came in and is owed for all the same: Odoo does not invoice it."""
        refused = [p for one in self.returns if one.refused for p in one.pieces]
        return self.strange + sum(
            p.place in ("missing", "here")
            or (p in refused and p.place in ACCEPTED and not p.let_go)
            for p in self.pieces
        )

    def count_at(self, *places):
        """Count pieces in some places, let go or not."""
        return sum(p.place in places for p in self.pieces)

    def deliver(self, count, move):
        """Let some pieces leave the house with a move."""
        self.house -= count
        for _number in range(count):
            piece = Piece()
            piece.move = move
            self.pieces.append(piece)

    def told(self):
        """Return what happened, for whoever has to find out why."""
        return f"stream {self.number}: {', '.join(self.story)}"
