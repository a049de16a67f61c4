"""What is known of a return, and where it stands by that: plain values.

What is known only grows: a fact names itself (`kind` and `ref`), so saying it twice is
saying it once, and a mistake is put right by another fact of a negative quantity. All
quantities are `Decimal` in the unit of the sold line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from .return_bounds import ZERO, number

# From the first word to the last; the two at the end can be reached from anywhere.
STATES = (
    "requested",
    "approved",
    "label_sent",
    "in_transit",
    "received",
    "inspected",
    "credited",
    "refunded",
    "closed",
    "refused",
)

# What may be known, and what its quantity is.
KINDS = MappingProxyType(
    {
        "requested": "how much is to come back, of a line; further ones add up",
        "approved": "none: it may come back; of one line or of all",
        "refused": "none: it is not taken back; of one line or of all",
        "label_sent": "none: the customer has the label",
        "scanned": "none: the carrier has the goods on the way back",
        "received": "how much of a line came in, right or wrong",
        "inspected": "how much of a line was found in one disposition",
        "kept": "how much the customer keeps and does not owe",
        "lost": "how much the carrier lost, on either way",
        "goodwill": "how much is credited before it came",
        "withdrawn": "how much the customer keeps after all; none: all still expected",
        "closed": "none: nothing more is expected",
        "reopened": "none: refusals, withdrawals and the end until then are void",
    }
)
# To which other states a fact can lead, however late it is told; what is put right by a
# negative quantity may lead anywhere. Only `received` and `inspected` bring something
# to inspect, and neither leads back to before anything came.
_ON_THE_WAY = ("requested", "approved", "label_sent", "in_transit")
_SETTLED = ("credited", "refunded")
_ENDED = ("closed", "refused")
MOVES = MappingProxyType(
    {
        "requested": {*_ON_THE_WAY, "inspected", *_SETTLED, *_ENDED},
        "approved": {*_ON_THE_WAY[1:], "inspected", *_SETTLED, "closed"},
        "refused": {"requested", "inspected", *_SETTLED, *_ENDED},
        "label_sent": {"label_sent"},
        "scanned": {"in_transit"},
        "received": {"received", "inspected", *_SETTLED, *_ENDED},
        "inspected": {"received", "inspected", *_SETTLED, *_ENDED},
        "kept": {"inspected", *_SETTLED},
        "lost": {"inspected", *_SETTLED},
        "goodwill": {*_ON_THE_WAY, "inspected"},
        "withdrawn": {*_SETTLED, *_ENDED},
        "closed": {"closed"},
        "reopened": {*_ON_THE_WAY, "inspected", *_SETTLED, *_ENDED},
    }
)
_OF_ALL = ("label_sent", "scanned", "closed", "reopened")
_OF_A_LINE = ("received", "inspected", "kept", "lost", "goodwill")

DISPOSITIONS = MappingProxyType(
    {
        "restock": "good, to stock",
        "refurbish": "to be put in order first",
        "scrap": "worthless",
        "send_back": "not accepted, goes back to the customer",
        "missing": "should be there and is not",
        "wrong_item": "something else than was sold",
    }
)
_NOTHING = MappingProxyType({})
# The goods are ours again, in whatever condition.
ACCEPTED = ("restock", "refurbish", "scrap")

# What a person should look at, each once for a line (or for "" of the whole return).
PROBLEMS = MappingProxyType(
    {
        "conflict": "one name, two contents: no money moves before it is cleared up",
        "unannounced": "came, and nobody asked",
        "over_received": "more came than was asked for",
        "withdrawn_received": "came although the customer withdrew it",
        "refused_received": "came although it was refused",
        "closed_received": "came after the end",
        "came_anyway": "came although it counts as lost or kept",
        "wrong_item": "something else came than was sold",
        "missing": "did not come, and nobody lost it",
        "inspected_more": "more was inspected than came in: what is beyond waits",
        "more_than_delivered": "more would be credited than was delivered",
        "credited_more": "more is credited than came back or was let go",
        "negative": "more was taken back than had been said",
    }
)


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """What the other records say of a line of a return.

    Goods nobody sold have no sold line: nothing was delivered or invoiced of them.

    :param str | int key: What facts call it; never "".
    :param Decimal delivered: What left for the customer, in all deliveries of the sold
        line, as `invoiced` is of all its invoices; replacements, and what was inspected
        and sent back, are not counted again. Less what is not this return's to ask for:
        what older returns compensated, and other goods whose delivery was withdrawn.
    :param Decimal invoiced: On posted invoices, less what others credit of it: older
        returns, and other causes such as a withdrawn delivery of these same goods.
    :param Decimal credited: On posted credit notes of this return.
    :param bool paid: Whether those credit notes are settled: paid back or set off.
    :param Decimal replaced: What is sent again instead of a credit, sent or not yet.
        An exchange for another product is a credit and a sale instead.
    :param bool undelivered: Whether the goods never reached the customer (return to
        sender): then nothing of it is owed, in whatever condition it is.
    :raises TypeError: When a quantity is not a Decimal.
    :raises ValueError: When one is negative or not finite, or there is no key.
    """

    key: str | int
    delivered: Decimal = ZERO
    invoiced: Decimal = ZERO
    credited: Decimal = ZERO
    paid: bool = False
    replaced: Decimal = ZERO
    undelivered: bool = False

    def __post_init__(self):
        if self.key == "":
            raise ValueError("key: is missing")
        for name in ("delivered", "invoiced", "credited", "replaced"):
            number(getattr(self, name), f"{self.key}: {name}")


@dataclass(frozen=True, slots=True)
class ReturnFact:
    """One thing that is known of a return.

    :param str kind: A key of `KINDS`.
    :param str ref: What tells it from others of its kind, such as a stock move.
    :param datetime at: When it was so, naive UTC. It decides which of two decisions is
        the later one; in which order facts are told decides nothing.
    :param str | int line: The `key` of its line; "" for the whole return.
    :param Decimal | None quantity: `KINDS` says of what; negative to put right what was
        said by facts that are about quantities of goods.
    :param str disposition: A key of `DISPOSITIONS` when inspected, else "".
    :raises TypeError: When the quantity is not a Decimal.
    :raises ValueError: When a value is out of its range, missing or too much.
    """

    kind: str
    ref: str
    at: datetime
    line: str | int = ""
    quantity: Decimal | None = None
    disposition: str = ""

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind: unknown: {self.kind!r}")
        where = f"{self.kind} {self.ref}"
        if not self.ref:
            raise ValueError(f"ref: {self.kind} without a name")
        if not isinstance(self.at, datetime) or self.at.tzinfo is not None:
            raise ValueError(f"{where}: at: an instant in UTC, without an offset")
        if (self.kind == "inspected") != (self.disposition in DISPOSITIONS):
            raise ValueError(f"{where}: disposition: {self.disposition!r}")
        if self.kind in _OF_ALL and self.line != "":
            raise ValueError(f"{where}: line: it is about the whole return")
        if self.kind in _OF_A_LINE and self.line == "":
            raise ValueError(f"{where}: line: is missing")
        self._check_quantity(where)

    def _check_quantity(self, where):
        if self.quantity is None:
            if self.kind in _OF_A_LINE or (
                self.kind == "requested" and self.line != ""
            ):
                raise ValueError(f"{where}: quantity: is missing")
            return
        if self.kind not in (*_OF_A_LINE, "requested", "withdrawn"):
            raise ValueError(f"{where}: quantity: it has none")
        if self.line == "":
            raise ValueError(f"{where}: line: a quantity is of a line")
        signed = self.kind in _OF_A_LINE
        if not number(self.quantity, f"{where}: quantity", signed=signed):
            raise ValueError(f"{where}: quantity: nothing")


@dataclass(frozen=True, slots=True)
class LinePosition:
    """Where a line stands.

    :param Decimal asked: To come back, without what was withdrawn in time.
    :param Decimal expected: Still to come.
    :param Decimal received: Came in, right or wrong.
    :param Decimal waiting: Came in and is to be inspected.
    :param Mapping inspected: By disposition how much.
    :param Decimal accepted: Of what came in, what is ours again (`ACCEPTED`).
    :param Decimal exempt: Not owed without having come: kept, lost.
    :param Decimal compensated: What the customer no longer owes for, invoiced or not:
        the rest of what was delivered is kept.
    :param Decimal creditable: To be credited in total, what is credited included.
    :param Decimal credited: As the line says.
    :param str end: `refused`, `closed` or "": how the line ended, if it did.
    """

    asked: Decimal = ZERO
    expected: Decimal = ZERO
    received: Decimal = ZERO
    waiting: Decimal = ZERO
    inspected: Mapping = field(default_factory=lambda: _NOTHING)
    accepted: Decimal = ZERO
    exempt: Decimal = ZERO
    compensated: Decimal = ZERO
    creditable: Decimal = ZERO
    credited: Decimal = ZERO
    end: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a return stands.

    :param str state: One of `STATES`.
    :param Mapping lines: By key a `LinePosition`.
    :param str held: `conflict` when nothing may be concluded, else "": then what is to
        be credited is what is credited, so that no money moves either way.
    :param tuple problems: Pairs of a key of `PROBLEMS` and the key of the line, or the
        `ref` of a conflict.
    :param bool finished: Whether nothing is left to do, so that it may be closed.
    """

    state: str
    lines: Mapping
    held: str = ""
    problems: tuple[tuple[str, str | int], ...] = ()
    finished: bool = False
