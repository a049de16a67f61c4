"""What was agreed with a carrier, what is to be priced by it, and what comes out.

Plain values. Weights are in kilograms, dimensions in centimetres, money in the currency
of the agreement, tax excluded.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from .rounding import ZERO, finite, step

# Why there is no price, or how a part of it came about; the values are named by the
# same words.
REASONS = MappingProxyType(
    {
        "rate": "up to {limit} kg for {weight} kg, zone {zone}, country {country}",
        "minimum": "the minimum, as {amount} is less",
        "percent": "{percent} % of {basis}",
        "fixed": "{amount} for each of {count}",
        "no_parcel": "the consignment has no parcel",
        "no_weight": "a parcel has no weight, and no dimensions to count instead",
        "no_agreement": "there is no agreement with {carrier}",
        "no_rate": "no rate of {agreement} fits {weight} kg of {service} to {zone}"
        " {country} on {day}",
        "ambiguous": "{count} rates of {agreement} fit equally well",
        "several_agreements": "{count} agreements with {carrier} give a price",
    }
)
PER = ("parcel", "shipment")
BASES = ("base", "all")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel of a consignment.

    :param Decimal weight: In kilograms, 0 when nobody weighed it.
    :param tuple dimensions: Length, width and height in centimetres, or empty.
    :raises TypeError: When a number is not a `Decimal`.
    :raises ValueError: When it is not finite, is negative, or there are not three.
    """

    weight: Decimal
    dimensions: tuple[Decimal, ...] = ()

    def __post_init__(self):
        if len(self.dimensions) not in (0, 3):
            raise ValueError(f"dimensions: {len(self.dimensions)} instead of three")
        for name, value in (
            ("weight", self.weight),
            *(("dimensions", side) for side in self.dimensions),
        ):
            if finite(value, name) < 0:
                raise ValueError(f"{name}: negative: {value}")


@dataclass(frozen=True, slots=True)
class Consignment:
    """What is to be priced.

    :param str carrier: Who moves it, as agreements name them.
    :param date on: The day of service: rates and surcharges of that day count.
    :param str zone: The carrier's zone, "" when unknown.
    :param str country: Where it goes, ISO 3166-1 alpha-2.
    :param tuple parcels: At least one.
    :param frozenset traits: What surcharges ask for, such as `residential`.
    """

    carrier: str
    on: date
    service: str = ""
    zone: str = ""
    country: str = ""
    parcels: tuple[Parcel, ...] = ()
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one weight break; "" as service, zone or country fits any.

    :param Decimal price: For one parcel or shipment, whatever it weighs.
    :param Decimal per_kg: Added for each chargeable kilogram.
    :param Decimal minimum: The least both together come to.
    :param Decimal | None weight_to: The heaviest it is for, included; None for any.
    :param date | None valid_from: Its first day, None for always.
    :param date | None valid_to: Its last day, included.
    :raises ValueError: When a number is not finite or is negative, or it ends before
        it begins.
    """

    price: Decimal = ZERO
    per_kg: Decimal = ZERO
    minimum: Decimal = ZERO
    service: str = ""
    zone: str = ""
    country: str = ""
    weight_to: Decimal | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self):
        for name in ("price", "per_kg", "minimum"):
            if finite(getattr(self, name), name) < 0:
                raise ValueError(f"{name}: negative: {getattr(self, name)}")
        if self.weight_to is not None and finite(self.weight_to, "weight_to") <= 0:
            raise ValueError(f"weight_to: not above zero: {self.weight_to}")
        _check_validity(self)


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What is added to the base price; "" as service, zone or country fits any.

    :param str kind: A key of `charge_types.CHARGE_TYPES`, such as `fuel`.
    :param Decimal | None percent: Per cent of the basis, or None.
    :param Decimal | None amount: For each parcel, or for the shipment, or None.
    :param str basis: `base`, or `all`: the base price and the surcharges that are
        amounts; percentages are never taken of each other.
    :param str per: One of `PER`: what an amount is for.
    :param Decimal minimum: The least it comes to.
    :param str trait: It only applies to consignments with it; "" for all.
    :raises ValueError: When it is not just one of percentage and amount, or a value is
        out of its range.
    """

    kind: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    basis: str = "base"
    per: str = "parcel"
    minimum: Decimal = ZERO
    trait: str = ""
    service: str = ""
    zone: str = ""
    country: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self):
        if not self.kind or self.kind == "base":
            raise ValueError(f"kind: no surcharge: {self.kind!r}")
        if (self.percent is None) == (self.amount is None):
            raise ValueError(f"{self.kind}: either a percentage or an amount")
        if self.percent is not None and not 0 <= finite(self.percent, "percent") < 1000:
            raise ValueError(f"percent: out of range: {self.percent}")
        if self.amount is not None:  # A discount is an amount below zero.
            finite(self.amount, "amount")
        if finite(self.minimum, "minimum") < 0:
            raise ValueError(f"minimum: negative: {self.minimum}")
        if self.basis not in BASES or self.per not in PER:
            raise ValueError(f"{self.kind}: unknown basis or unit")
        _check_validity(self)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed with a carrier.

    :param str ref: Its name, for people.
    :param str currency: ISO 4217; every amount in it is in that currency.
    :param int decimals: How many decimals the currency has.
    :param Decimal | None divisor: Cubic centimetres per kilogram, None when volume does
        not count.
    :param Decimal weight_step: Chargeable weight is rounded up to a multiple of it.
    :param str per: Whether a rate is for a `parcel`, or for a `shipment` by the sum of
        its chargeable weights.
    :raises ValueError: When a value is out of its range.
    """

    ref: str
    carrier: str
    currency: str
    rates: tuple[Rate, ...]
    surcharges: tuple[Surcharge, ...] = ()
    decimals: int = 2
    divisor: Decimal | None = None
    weight_step: Decimal = Decimal("0.001")
    per: str = "parcel"

    def __post_init__(self):
        step(self.decimals)
        if self.divisor is not None and finite(self.divisor, "divisor") <= 0:
            raise ValueError(f"divisor: not above zero: {self.divisor}")
        if finite(self.weight_step, "weight_step") <= 0:
            raise ValueError(f"weight_step: not above zero: {self.weight_step}")
        if self.per not in PER:
            raise ValueError(f"per: unknown: {self.per!r}")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a price.

    :param str kind: `base`, or the kind of a surcharge.
    :param Decimal amount: Rounded to the currency.
    :param str reason: A key of `REASONS`.
    :param Mapping values: What the reason names, as texts.
    """

    kind: str
    amount: Decimal
    reason: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """A price with its parts, or why there is none.

    :param Decimal | None amount: What the parts add up to, None without a price.
    :param str currency: ISO 4217, "" without a price.
    :param tuple parts: The base of every parcel first, then the surcharges.
    :param str reason: A key of `REASONS` when there is no price, else "".
    :param Mapping values: What the reason names, as texts.
    """

    amount: Decimal | None = None
    currency: str = ""
    parts: tuple[Part, ...] = ()
    reason: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def by_kind(self):
        """Return what each kind of charge comes to.

        :rtype: dict[str, Decimal]
        """
        sums = {}
        for part in self.parts:
            sums[part.kind] = sums.get(part.kind, ZERO) + part.amount
        return sums


def _check_validity(entry):
    first, last = entry.valid_from, entry.valid_to
    if first is not None and last is not None and last < first:
        raise ValueError(f"valid_to: {last} is before {first}")
