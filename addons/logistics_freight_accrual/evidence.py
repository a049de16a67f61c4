"""Whether what a carrier bills is borne out by what happened to the goods.

Pure: plain facts of a shipment in, findings out. A charge without its event is not
wrong by itself (facts get lost), so a finding holds money and asks; it never decides.
What speaks for the charge is given too, for the evidence pack of a dispute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from . import rates
from .agreement import Parcel
from .charge_types import CHARGE_TYPES, charge_of

# International avoirdupois pound and international inch, both exact since 1959.
KILOGRAMS = MappingProxyType({"KG": Decimal(1), "LB": Decimal("0.45359237")})
CENTIMETRES = MappingProxyType({"CM": Decimal(1), "IN": Decimal("2.54")})

# What scales may differ by: the larger of the two.
WEIGHT_LIMIT = Decimal(1)
WEIGHT_PERCENT = Decimal(2)
# In kilograms; so fine that nobody rounds to it.
_EXACT_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """What is known of the shipment, or the parcel, that a line names.

    :param Mapping outbound: Event type (`logistics_events.vocabulary.EVENT_TYPES`) →
        references of the actual, not withdrawn events on the way out.
    :param Mapping back: The same on the way back; a shipment of its own counts here
        when it is the return of this one.
    :param bool | None residential: The class of the address; None when nobody checked.
    :param bool voided: Whether its label was cancelled.
    :param bool cash_on_delivery: Whether cash on delivery was ordered.
    :param Decimal | None weight: What we measured, in kilograms.
    :param tuple dimensions: What we measured: length, width and height in centimetres.
    :param tuple pieces: An `agreement.Parcel` for each, where what goes together was
        packed in several; each is billed by its own weight or volume.
    :param Decimal | None divisor: Cubic centimetres per kilogram as agreed with the
        carrier, such as 5000; None when it bills by weight only.
    :param Decimal | None step: Of how many kilograms billed weights are a multiple;
        None when they are not rounded.
    :raises TypeError: When a measure is not a Decimal.
    :raises ValueError: When one is not above zero, or not three dimensions are given.
    """

    outbound: Mapping[str, tuple] = field(default_factory=dict)
    back: Mapping[str, tuple] = field(default_factory=dict)
    residential: bool | None = None
    voided: bool = False
    cash_on_delivery: bool = False
    weight: Decimal | None = None
    dimensions: tuple[Decimal, ...] = ()
    pieces: tuple[Parcel, ...] = ()
    divisor: Decimal | None = None
    step: Decimal | None = None

    def __post_init__(self):
        given = (self.weight, self.divisor, self.step, *self.dimensions)
        for number in (number for number in given if number is not None):
            if not isinstance(number, Decimal):
                raise TypeError(f"Not a Decimal: {number!r}")
            if not number.is_finite() or number <= 0:
                raise ValueError(f"Not a measure: {number!r}")
        if len(self.dimensions) not in (0, 3):
            raise ValueError("Dimensions are length, width and height")


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not fit between a line and what happened.

    :param str key: One of `FINDINGS`.
    :param tuple refs: References of the events that were looked at and speak against
        the charge, such as the delivery at the first attempt.
    :param Decimal | None billed: Of a weight what was billed, in kilograms.
    :param Decimal | None ours: What may be billed by what we measured, in kilograms.
    :param bool holds: Whether it holds the money. A weight on a charge for the carriage
        does not: the price says whether it cost anything, and this says why.
    """

    key: str
    refs: tuple = ()
    billed: Decimal | None = None
    ours: Decimal | None = None
    holds: bool = True


FINDINGS = (
    "label_voided",
    "never_picked_up",
    "not_residential",
    "address_class_unknown",
    "no_failed_attempt",
    "no_return",
    "no_waiting",
    "no_stop",
    "no_changed_address",
    "no_customs",
    "no_cash_ordered",
    "heavier_than_ours",
    "not_measured",
)

# Any of these shows that the carrier had the goods in its hands.
_CARRIED = (
    "picked_up",
    "departed_facility",
    "arrived_facility",
    "in_transit",
    "out_for_delivery",
    "available_for_pickup",
    "delivery_attempt_failed",
    "delivery_failed",
    "delivery_discrepancy",
    "refused",
    "delivered",
    "pod_available",
    "returning_to_sender",
    "returned_to_sender",
    "customs_in_progress",
    "customs_hold",
    "customs_released",
    "damaged",
    "lost",
    "handled",
)
_RETURN_CODES = ("returning_to_sender", "returned_to_sender", "return_received")
_WAITING = (
    "available_for_pickup",
    "on_hold",
    "customs_hold",
    "delivery_attempt_failed",
    "refused",
)
_CUSTOMS = ("customs_in_progress", "customs_hold", "customs_released")

# What must have happened on the way out → the finding when nothing of it did. The other
# rules need more than events.
_EVENTS = MappingProxyType(
    {
        "failed_attempt": ("no_failed_attempt", ("delivery_attempt_failed", "refused")),
        "waiting": ("no_waiting", _WAITING),
        "stop_visit": ("no_stop", ("stop_visit",)),
        "changed_address": ("no_changed_address", ("instruction_changed",)),
        "customs": ("no_customs", _CUSTOMS),
    }
)


def check(line, facts):
    """Say what does not fit between a line of a bill and what happened.

    A credit is never questioned, and neither is a charge of the whole bill: the caller
    has no facts for it. Charges of the authorities may come for goods that were never
    carried (an import declared in advance), every other one needs that the carrier had
    them.

    :param BillLine line: The charge.
    :param ShipmentFacts facts: What happened to the goods it names.
    :rtype: tuple[Finding, ...]
    :raises KeyError: When the line's type does not exist.
    """
    kind = CHARGE_TYPES[line.kind]
    if line.amount <= 0:
        return ()
    found = []
    carried = _refs(facts.outbound, _CARRIED) + _refs(facts.back, _CARRIED)
    carried += _refs(facts.back, _RETURN_CODES)
    if kind.is_expense and not carried:
        if facts.voided:
            refs = _refs(facts.outbound, ("shipment_cancelled",))
            found.append(Finding("label_voided", refs))
        else:
            found.append(Finding("never_picked_up"))
    if kind.needs:
        found += RULES[kind.needs](line, facts)
    if charge_of(line.kind) == "base":
        found += _heavier(line, facts, holds=False)
    return tuple(found)


def _refs(events, codes):
    return tuple(ref for code in codes for ref in events.get(code, ()))


# === WEIGHT === #


def billed_weight(line):
    """Return the weight a line was billed by, in kilograms.

    :param BillLine line: The charge.
    :return: None when it states none, or one without a unit we know.
    :rtype: Decimal | None
    """
    if line.weight is None or line.weight_unit not in KILOGRAMS:
        return None
    return line.weight * KILOGRAMS[line.weight_unit]


def billed_dimensions(line):
    """Return the dimensions a line was billed by, in centimetres.

    :param BillLine line: The charge.
    :return: Empty when it states none, or some without a unit we know.
    :rtype: tuple[Decimal, ...]
    """
    factor = CENTIMETRES.get(line.length_unit)
    return tuple(side * factor for side in line.dimensions) if factor else ()


def chargeable_weight(facts):
    """Return the weight the carrier may bill by what we measured, in kilograms.

    :param ShipmentFacts facts: With our weight, and the dimensions and the divisor
        where the carrier bills by volume.
    :return: The larger of weight and volume, rounded up as the carrier does; None when
        we measured nothing.
    :rtype: Decimal | None
    """
    whole = Parcel(facts.weight or Decimal(0), facts.dimensions)
    pieces = sum(_rated(piece, facts) for piece in facts.pieces)
    return max(_rated(whole, facts), pieces) or None


def _rated(parcel, facts):
    return rates.chargeable_weight(parcel, facts.divisor, facts.step or _EXACT_STEP)


def weight_fits(billed, ours):
    """Return whether a billed weight is no more above ours than scales may differ.

    :param Decimal billed: In kilograms.
    :param Decimal ours: In kilograms, as it may be charged.
    :rtype: bool
    """
    return billed - ours <= max(WEIGHT_LIMIT, ours * WEIGHT_PERCENT / 100)


# === WHAT A CHARGE NEEDS === #


def _needs_event(rule):
    key, codes = _EVENTS[rule]

    def judge(_line, facts):
        if _refs(facts.outbound, codes) or _refs(facts.back, codes):
            return []
        return [Finding(key, _refs(facts.outbound, ("delivered",)))]

    return judge


def _needs_residential(_line, facts):
    if facts.residential is None:
        return [Finding("address_class_unknown")]
    return [] if facts.residential else [Finding("not_residential")]


def _needs_return(_line, facts):
    """Ask for goods on their way back: a label that was only made carries nothing."""
    moved = _refs(facts.back, (*_CARRIED, *_RETURN_CODES))
    if moved or _refs(facts.outbound, _RETURN_CODES):
        return []
    return [Finding("no_return", _refs(facts.outbound, ("delivered",)))]


def _needs_cash(_line, facts):
    ordered = facts.cash_on_delivery or _refs(facts.outbound, ("cod_collected",))
    return [] if ordered else [Finding("no_cash_ordered")]


def _needs_measurement(line, facts):
    """Question a correction that our own scale does not bear out."""
    billed, ours = billed_weight(line), chargeable_weight(facts)
    if billed is None or ours is None:
        return [Finding("not_measured")]
    return _heavier(line, facts)


def _heavier(line, facts, holds=True):
    billed, ours = billed_weight(line), chargeable_weight(facts)
    if billed is None or ours is None or weight_fits(billed, ours):
        return []
    refs = _refs(facts.outbound, ("handled",))
    return [Finding("heavier_than_ours", refs, billed, ours, holds)]


RULES = MappingProxyType(
    {
        **{rule: _needs_event(rule) for rule in _EVENTS},
        "residential_address": _needs_residential,
        "return_leg": _needs_return,
        "cash": _needs_cash,
        "measurement": _needs_measurement,
    }
)
