"""What goes into the fold and what comes out of it: plain, immutable values."""

from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any, NamedTuple

from .vocabulary import CLASSIFIERS, EVENT_TYPES, LEGS, PRECISIONS, TRUST_LEVELS

_DAY = 24 * 60  # Minutes.


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the ledger, as far as the fold needs it.

    Instants are naive UTC; aware ones are converted. A date-only time is a `date` and
    means the local day of `occurred_offset`, else of `zone`, else of the company.

    :param str key: The event key; rows that share it are versions of one event.
    :param str content_hash: What the partner said, whatever we made of it.
    :param int mapping_version: What we made of it; of one content the highest counts.
    :param datetime | None recorded_at: When the source wrote this version.
    :param int | None occurred_offset: Minutes east of UTC, as the source gave them.
    :param str | None zone: The zone of the place, if it is known.
    :param Any parcel: Whose event this is; None means every parcel of the leg.
    :param str voids: The key this row retracts.
    :param int trust: How well the row is vouched for, see `vocabulary.TRUST_LEVELS`.
    :param Any ref: Whatever names the row to the caller; it decides nothing.
    :raises ValueError: When a value is not in the vocabulary or not a finite number.
    """

    key: str
    event_type: str
    occurred_at: datetime | date | None = None
    content_hash: str = ""
    mapping_version: int = 0
    recorded_at: datetime | None = None
    classifier: str = "actual"
    precision: str = "instant"
    occurred_offset: int | None = None
    zone: str | None = None
    parcel: Any = None
    leg: str = "outbound"
    voids: str = ""
    source_row: int = 0
    amount: Decimal | None = None
    currency: str = ""
    signer: str = ""
    reason: str = ""
    trust: int = TRUST_LEVELS["signed"]
    ref: Any = field(default=None, compare=False)

    def __post_init__(self):
        for value, allowed in (
            (self.event_type, EVENT_TYPES),
            (self.classifier, CLASSIFIERS),
            (self.precision, PRECISIONS),
            (self.leg, LEGS),
        ):
            if value not in allowed:
                raise ValueError(f"Not in the vocabulary: {value!r}")
        if self.occurred_offset is not None and abs(self.occurred_offset) >= _DAY:
            raise ValueError("An offset is less than a day")
        if self.amount is not None:
            self._settle_amount()
        self._settle_times()

    def _settle_amount(self):
        amount = self.amount
        if not isinstance(amount, Decimal):
            amount = Decimal(str(amount))
            object.__setattr__(self, "amount", amount)
        if not amount.is_finite():
            raise ValueError("An amount is a finite number")

    def _settle_times(self):
        recorded, occurred = self.recorded_at, self.occurred_at
        # Stored facts are settled already, and thousands are read at once.
        if recorded is not None and recorded.tzinfo is not None:
            object.__setattr__(self, "recorded_at", _naive(recorded))
        if occurred is None or self.precision == "none":
            object.__setattr__(self, "occurred_at", None)
            object.__setattr__(self, "precision", "none")
        elif isinstance(occurred, datetime):
            if self.precision == "date":
                object.__setattr__(self, "occurred_at", occurred.date())
            elif occurred.tzinfo is not None:
                object.__setattr__(self, "occurred_at", _naive(occurred))
        elif self.precision != "date":
            raise ValueError("A bare date has the precision 'date'")


class Problem(NamedTuple):
    """Something a person should look at.

    :param str kind: `conflict` and `contradiction` hold money. The facts behind
        `return_code_on_outbound`, `actual_eta`, `retraction_in_cycle` and
        `retraction_without_voids` are ignored. `retraction_without_target` may only be
        early, and is not among the problems of a leg.
    :param str key: The event key.
    """

    kind: str
    key: str
    ref: Any = None
    leg: str = ""
    parcel: Any = None


class Milestone(NamedTuple):
    """The first occurrence of a milestone; `at` is None when nobody said when.

    :param str precision: A key of `vocabulary.PRECISIONS`.
    :param int trust: The best word for *any* occurrence: a second source can confirm.
    :param bool assumed: Whether the day was taken in the company's zone for want of
        a better one.
    """

    at: datetime | None
    precision: str
    ref: Any
    trust: int
    assumed: bool = False


class Overlay(NamedTuple):
    """A flag from its start to its end; it is open while there is no end."""

    flag: str
    start: datetime | None
    end: datetime | None
    ref: Any


@dataclass(frozen=True, slots=True)
class ParcelState:
    """What the facts say about one parcel of one leg.

    :param tuple flags: The open flags, sorted.
    :param bool money_hold: Whether a conflict or a contradiction is open.
    :param dict milestones: By code, in the order of the way.
    :param tuple inferred: Milestones nobody reported that must have happened.
    :param tuple overlays: Every flag that was ever raised by an event.
    :param date | None eta_day: The expected day at the place, if only a day was told.
    :param dict seen: For each code with a live actual fact the best trust in it.
    :param Any evidence: `ref` of the fact that set the state.
    :param datetime | None decided_at: When that fact occurred.
    """

    state: str | None = None
    flags: tuple[str, ...] = ()
    money_hold: bool = False
    delivered_at: datetime | None = None
    delivered_precision: str = ""
    milestones: dict[str, Milestone] = field(default_factory=dict)
    inferred: tuple[str, ...] = ()
    eta: datetime | None = None
    eta_precision: str = ""
    eta_day: date | None = None
    overlays: tuple[Overlay, ...] = ()
    seen: dict[str, int] = field(default_factory=dict)
    evidence: Any = None
    decided_at: datetime | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Leg:
    """What the facts say about one leg: its parcels, and their sum.

    Without any known parcel there is one, called None.
    """

    state: str | None = None
    parcels: dict[Any, ParcelState] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    money_hold: bool = False
    delivered_at: datetime | None = None
    delivered_precision: str = ""
    milestones: dict[str, Milestone] = field(default_factory=dict)
    inferred: tuple[str, ...] = ()
    eta: datetime | None = None
    eta_precision: str = ""
    eta_day: date | None = None
    evidence: Any = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """The answer: each leg that has facts or known parcels, and what is odd."""

    legs: dict[str, Leg] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def leg(self, name="outbound"):
        """Return a leg, an empty one when nothing is known of it.

        :param str name: A key of `vocabulary.LEGS`.
        :rtype: Leg
        """
        return self.legs.get(name) or Leg()

    @property
    def money_hold(self):
        """Return whether a conflict or a contradiction is open on any leg.

        :rtype: bool
        """
        return any(leg.money_hold for leg in self.legs.values())


def _naive(moment):
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
