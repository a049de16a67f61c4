"""Which open charge of ours a line of a carrier's bill is about.

Pure: open charges in, an index of them out, built once; asking it takes the same time
however many there are. A line is matched only where exactly one open charge fits, in
the order tracking number and type, shipment, order or transfer, waybill. Where several
fit, or only something like it, they are proposed, best first, each with its reasons: a
proposal is for a person and never booked.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from odoo.addons.logistics_events.vocabulary import normalise_tracking

from .charge_types import CHARGE_TYPES, charge_of

# In this order; the names of `BillLine.references` that count for each step.
STEPS = MappingProxyType(
    {
        "tracking": (),
        "shipment": ("shipment",),
        "order": ("order", "delivery", "customer", "return"),
        "waybill": ("waybill",),
    }
)

# What speaks for a proposal, with its weight.
REASONS = MappingProxyType(
    {
        "tracking": 50,
        "shipment": 40,
        "order": 30,
        "waybill": 30,
        "spelling": 15,
        "same_type": 20,
        "same_amount": 20,
        "near_amount": 10,
        "same_day": 10,
        "near_day": 5,
        "same_country": 5,
    }
)

# Carriers use a number again after a while; a service so far off was another parcel.
WINDOW = timedelta(days=60)
MOST_PROPOSALS = 5

# So many charges with one number are looked at, those with the nearest amounts.
_LOOKED_AT = 20
_NEAR_DAY = timedelta(days=7)
_NEAR_AMOUNT = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge of ours that is not settled yet.

    :param object ref: Whatever tells it apart for the caller.
    :param str carrier: Who is going to bill it.
    :param str kind: A key of `CHARGE_TYPES`.
    :param Decimal amount: What is expected, in `currency`, tax excluded.
    :param str currency: ISO 4217.
    :param object shipment: The shipment it belongs to, as the caller tells it apart.
    :param tuple tracking_numbers: Of the parcel, or of all parcels of the shipment.
    :param tuple shipments: The numbers the shipment has with us and with the carrier.
    :param tuple orders: Numbers of our orders, transfers and returns, and what the
        customer calls them.
    :param tuple waybills: Its waybill or PRO numbers.
    :param date | None service_date: When the service was given.
    :param str country: Where the goods went, ISO 3166-1 alpha-2.
    """

    ref: object
    carrier: str
    kind: str
    amount: Decimal
    currency: str = ""
    shipment: object = None
    tracking_numbers: tuple[str, ...] = ()
    shipments: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    waybills: tuple[str, ...] = ()
    service_date: date | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A charge that a line could be about.

    :param object ref: That of the charge.
    :param tuple reasons: Of `REASONS`, the weightiest first.
    :param int score: The sum of their weights.
    """

    ref: object
    reasons: tuple[str, ...]
    score: int


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a line.

    :param object charge: The reference of the one open charge it settles, else None.
    :param str step: The step at which it was found, a key of `STEPS`, else "".
    :param object shipment: The one shipment the line's numbers lead to, else None; a
        line may be ours without a charge that was expected.
    :param tuple proposals: At most `MOST_PROPOSALS`, best first; none for a match.
    :param bool | None ours: Whether a number of the line is one of ours; None when it
        names none, as a charge for the whole bill does.
    """

    charge: object = None
    step: str = ""
    shipment: object = None
    proposals: tuple[Proposal, ...] = ()
    ours: bool | None = None


class Index:
    """All open charges, by everything a bill may call them.

    :param Iterable[OpenCharge] charges: The open charges.
    :param Iterable known: (carrier, number, shipment) of shipments without an open
        charge: tracking, shipment, order or waybill numbers that are ours all the same.
    :raises ValueError: When an amount is not finite, or a type does not exist.
    """

    def __init__(self, charges=(), known=()):
        self._charges = defaultdict(list)
        self._by_kind = defaultdict(list)
        self._by_spelling = defaultdict(list)
        self._by_amount = defaultdict(list)
        self._shipments = defaultdict(dict)
        for place, charge in enumerate(charges):
            self._add(place, charge)
        for carrier, number, shipment in known:
            if number := normalise_tracking(number):
                self._note(carrier, number, shipment)
        for buckets in (self._charges, self._by_kind, self._by_spelling):
            for bucket in buckets.values():
                bucket.sort(key=_order)

    def _add(self, place, charge):
        if charge.kind not in CHARGE_TYPES:
            raise ValueError(f"No such charge type: {charge.kind!r}")
        if not isinstance(charge.amount, Decimal) or not charge.amount.is_finite():
            raise ValueError(f"Not a finite amount: {charge.amount!r}")
        entry = (charge.amount, place, charge)
        carrier = charge.carrier
        for step, numbers in _numbers_of(charge).items():
            for number in numbers:
                self._charges[carrier, step, number].append(entry)
                self._by_kind[carrier, step, number, charge.kind].append(entry)
                self._note(carrier, number, charge.shipment)
                if loose := _loose(number):
                    self._by_spelling[carrier, step, loose].append(entry)
        self._by_amount[
            carrier, charge.currency, charge.amount, charge.service_date
        ].append(entry)

    def _note(self, carrier, number, shipment):
        # Whether it is one or several matters, not how many: orders can have thousands.
        shipments = self._shipments[carrier, number]
        if len(shipments) < _LOOKED_AT:
            shipments[shipment] = True

    def match(self, line, carrier, currency=""):
        """Find the open charge a line is about.

        A tracking number that is ours binds the line: other numbers then only lead to a
        charge of the same shipment that belongs to no other parcel.

        :param BillLine line: The line.
        :param str carrier: Who bills; charges of others are never looked at.
        :param str currency: That of the bill; "" does not compare currencies.
        :rtype: Match
        :raises KeyError: When the type of the line does not exist.
        """
        numbers = _numbers_in(line)
        shipments = self._shipments_of(carrier, numbers)
        ours = bool(shipments) if any(numbers.values()) else None
        shipment = next(iter(shipments)) if len(shipments) == 1 else None
        kind = charge_of(line.kind)
        bound = self._shipments_of(carrier, {"tracking": numbers["tracking"]})
        for step, keys in numbers.items():
            found = {}
            for number in keys:
                bucket = self._by_kind.get((carrier, step, number, kind), ())
                for _amount, place, charge in _fitting(bucket, line, currency):
                    if step == "tracking" or _is_within(charge, bound):
                        found[place] = charge
            if len(found) == 1:
                (charge,) = found.values()
                return Match(charge.ref, step, charge.shipment, (), True)
            if found:
                break
        proposals = self._proposals(line, carrier, currency, numbers)
        return Match(None, "", shipment, proposals, ours)

    def match_all(self, lines, carrier, currency=""):
        """Find the open charges of all lines of a bill, each by itself.

        :param Iterable[BillLine] lines: The lines.
        :param str carrier: Who bills.
        :param str currency: That of the bill.
        :return: One for each line, in their order.
        :rtype: list[Match]
        """
        return [self.match(line, carrier, currency) for line in lines]

    def _shipments_of(self, carrier, numbers):
        """Return the shipments that a line's surest numbers lead to."""
        for keys in numbers.values():
            found = {}
            for number in keys:
                found.update(self._shipments.get((carrier, number), {}))
            if found:
                return found
        return {}

    def _proposals(self, line, carrier, currency, numbers):
        """Return what a line could be about, best first."""
        charges, reasons = {}, defaultdict(dict)
        for step, keys in numbers.items():
            for number in keys:
                key, loose = (carrier, step, number), (carrier, step, _loose(number))
                for _amount, place, charge in _near(self._charges.get(key, ()), line):
                    charges[place], reasons[place][step] = charge, True
                for entry in _near(self._by_spelling.get(loose, ()), line):
                    _amount, place, charge = entry
                    charges[place] = charge
                    if step not in reasons[place]:
                        reasons[place]["spelling"] = True
        if not charges:
            key = (carrier, currency, line.amount, line.service_date)
            for _amount, place, charge in self._by_amount.get(key, ())[:_LOOKED_AT]:
                charges[place] = charge
        ranked = []
        for place, charge in charges.items():
            if currency and charge.currency and currency != charge.currency:
                continue
            told = (*reasons[place], *_likeness(line, charge))
            told = tuple(sorted(told, key=lambda reason: -REASONS[reason]))
            score = sum(REASONS[reason] for reason in told)
            ranked.append((-score, place, Proposal(charge.ref, told, score)))
        ranked.sort(key=lambda rank: rank[:2])
        return tuple(proposal for _score, _place, proposal in ranked[:MOST_PROPOSALS])


def _near(bucket, line):
    """Return the charges of a bucket with the amounts nearest to a line's."""
    if len(bucket) <= _LOOKED_AT:
        return bucket
    middle = bisect_left(bucket, line.amount, key=_amount_of)
    first = max(0, min(middle - _LOOKED_AT // 2, len(bucket) - _LOOKED_AT))
    return bucket[first : first + _LOOKED_AT]


def _amount_of(entry):
    return entry[0]


def _order(entry):
    return entry[:2]


def _numbers_of(charge):
    """Return step → the numbers of a charge, each once, as they are compared."""
    return {
        "tracking": _clean(charge.tracking_numbers),
        "shipment": _clean(charge.shipments),
        "order": _clean(charge.orders),
        "waybill": _clean(charge.waybills),
    }


def _numbers_in(line):
    """Return step → the numbers a line names, as they are compared."""
    numbers = {"tracking": _clean([line.tracking_number])}
    for step, names in STEPS.items():
        if names:
            numbers[step] = _clean(
                number for name in names for number in line.named(name)
            )
    return numbers


def _clean(numbers):
    found = dict.fromkeys(normalise_tracking(number) for number in numbers if number)
    found.pop("", None)
    return tuple(found)


def _loose(number):
    """Return a number without marks and leading zeros, as people mistype it."""
    return "".join(char for char in number if char.isalnum()).lstrip("0")


def _fitting(bucket, line, currency):
    """Return what a line can be about; of very many the first two: it is not clear."""
    if len(bucket) > _LOOKED_AT:
        return bucket[:2]
    return [entry for entry in bucket if _fits(entry[2], line, currency)]


def _is_within(charge, bound):
    """Return whether a charge can be the line's, whose tracking number is ours."""
    return not bound or (not charge.tracking_numbers and charge.shipment in bound)


def _fits(charge, line, currency):
    if currency and charge.currency and currency != charge.currency:
        return False
    if line.service_date and charge.service_date:
        return abs(line.service_date - charge.service_date) <= WINDOW
    return True


def _likeness(line, charge):
    """Return what a line and a charge have in common besides numbers."""
    reasons = []
    if charge.kind == charge_of(line.kind):
        reasons.append("same_type")
    apart = abs(line.amount - charge.amount)
    if not apart:
        reasons.append("same_amount")
    elif apart <= abs(charge.amount) * _NEAR_AMOUNT:
        reasons.append("near_amount")
    if line.service_date and charge.service_date:
        days = abs(line.service_date - charge.service_date)
        if not days:
            reasons.append("same_day")
        elif days <= _NEAR_DAY:
            reasons.append("near_day")
    if line.country and line.country == charge.country:
        reasons.append("same_country")
    return reasons
