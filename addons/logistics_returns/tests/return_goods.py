"""Pieces of goods, and the sold lines they belong to, as they really are."""

from decimal import Decimal

from ..return_facts import ACCEPTED, ReturnLine


class Piece:
    """One piece of goods.

    `place`: `customer`, `coming` (announced), `here` (not inspected), or a disposition.
    """

    def __init__(self):
        self.place = "customer"
        self.let_go = False  # kept or lost
        self.ahead = False  # credited before it came

    def compensated(self, undelivered, refused):
        """Return whether nothing is owed for it any more."""
        if self.let_go or self.ahead:
            return True
        if undelivered:
            return self.place in ("here", "missing", *ACCEPTED)
        return self.place in ACCEPTED and not refused


class Sold:
    """A sold line: its pieces, and the documents about it."""

    def __init__(self, key, undelivered):
        self.key, self.undelivered = key, undelivered
        self.pieces = []
        self.strange = 0  # came, and is not what was sold; still to be inspected
        self.ordered_ahead = 0
        self.invoiced = self.credited = self.replaced = 0
        self.made_up = False  # an invoice made up for a credit to be taken back
        self.surplus = False  # something came that was not announced
        # Whether the facts name what happened well enough to count by pieces.
        self.exact = True

    def at(self, *places, **flags):
        """Return the pieces in some places, those credited ahead first."""
        found = [
            piece
            for piece in self.pieces
            if piece.place in places
            and all(getattr(piece, name) == value for name, value in flags.items())
        ]
        return sorted(found, key=lambda piece: not piece.ahead)

    def line(self):
        """Return what the other records say of it."""
        return ReturnLine(
            self.key,
            Decimal(len(self.pieces)),
            Decimal(self.invoiced),
            Decimal(self.credited),
            replaced=Decimal(self.replaced),
            undelivered=self.undelivered,
        )
