"""What a consignment costs by an agreement, exactly and with a breakdown.

Pure arithmetic: no database and no clock. Chargeable weight is the greater of the
weight and the volume over a divisor (carriers publish 5000 or 6000 cubic centimetres
per kilogram), rounded up to a step. Where two rates fit equally well, nothing is said:
a guess would be an accrual nobody agreed to.
"""

from decimal import Decimal
from fractions import Fraction
from math import ceil

from .agreement import Part, Price
from .rounding import ZERO, rounded


def chargeable_weight(parcel, divisor, weight_step):
    """Return the weight that is charged for a parcel.

    :param Parcel parcel: With a weight, or dimensions that count.
    :param Decimal | None divisor: Cubic centimetres per kilogram.
    :param Decimal weight_step: It is rounded up to a multiple of this.
    :return: In kilograms; 0 when there is nothing to charge by.
    :rtype: Decimal
    """
    weight = Fraction(parcel.weight)
    if divisor is not None and parcel.dimensions:
        length, width, height = map(Fraction, parcel.dimensions)
        weight = max(weight, length * width * height / Fraction(divisor))
    return ceil(weight / Fraction(weight_step)) * weight_step


def price(agreement, consignment):
    """Price a consignment by an agreement.

    :param Agreement agreement: With the consignment's carrier.
    :param Consignment consignment: What is to be priced.
    :rtype: Price
    """
    if not consignment.parcels:
        return Price(reason="no_parcel")
    weights = [
        chargeable_weight(parcel, agreement.divisor, agreement.weight_step)
        for parcel in consignment.parcels
    ]
    if not all(weights):
        return Price(reason="no_weight")
    if agreement.per == "shipment":
        weights = [sum(weights)]
    parts = []
    for weight in weights:
        found = _best(agreement.rates, consignment, weight)
        if len(found) != 1:
            return _no_rate(agreement, consignment, weight, len(found))
        parts += _base(found[0], weight, agreement.decimals, consignment)
    parts += _surcharges(agreement, consignment, parts)
    total = sum((part.amount for part in parts), ZERO)
    return Price(total, agreement.currency, tuple(parts))


def by_agreements(agreements, consignment):
    """Price a consignment by whichever agreement with its carrier has a price.

    :param Iterable[Agreement] agreements: Of any carriers.
    :param Consignment consignment: What is to be priced.
    :rtype: Price
    """
    own = [item for item in agreements if item.carrier == consignment.carrier]
    answers = [price(agreement, consignment) for agreement in own]
    priced = [answer for answer in answers if answer.amount is not None]
    values = {"carrier": consignment.carrier, "count": str(len(priced))}
    if len(priced) > 1:
        return Price(reason="several_agreements", values=values)
    if not answers:
        return Price(reason="no_agreement", values=values)
    return (priced or answers)[0]


def applies(entry, consignment):
    """Return whether a rate or a surcharge is for a consignment, but for its weight.

    :param Rate | Surcharge entry: With a validity, a service, a zone and a country.
    :param Consignment consignment: On its day of service.
    :rtype: bool
    """
    first, last, day = entry.valid_from, entry.valid_to, consignment.on
    return (
        (first is None or first <= day)
        and (last is None or day <= last)
        and entry.service in ("", consignment.service)
        and entry.zone in ("", consignment.zone)
        and entry.country in ("", consignment.country)
    )


def _best(rates, consignment, weight):
    """Return the rates that fit best: the most is said, then the nearest break."""
    fitting = [
        rate
        for rate in rates
        if applies(rate, consignment)
        and (rate.weight_to is None or weight <= rate.weight_to)
    ]
    best = min(map(_fit, fitting), default=None)
    return [rate for rate in fitting if _fit(rate) == best]


def _fit(rate):
    said = [not text for text in (rate.country, rate.zone, rate.service)]
    return (
        sum(said),
        said,
        Decimal("Infinity") if rate.weight_to is None else rate.weight_to,
    )


def _no_rate(agreement, consignment, weight, count):
    return Price(
        reason="ambiguous" if count else "no_rate",
        values={
            "agreement": agreement.ref,
            "count": str(count),
            "weight": _text(weight),
            "service": consignment.service,
            "zone": consignment.zone,
            "country": consignment.country,
            "day": consignment.on.isoformat(),
        },
    )


def _base(rate, weight, decimals, consignment):
    amount = rounded(rate.price + rate.per_kg * weight, decimals)
    least = rounded(rate.minimum, decimals)
    if amount < least:
        return [Part("base", least, "minimum", {"amount": _text(amount)})]
    values = {
        "limit": "" if rate.weight_to is None else _text(rate.weight_to),
        "weight": _text(weight),
        "zone": consignment.zone,
        "country": consignment.country,
    }
    return [Part("base", amount, "rate", values)]


def _surcharges(agreement, consignment, base):
    """Return the amounts first, and then the percentages of what they are taken of."""
    fitting = [
        item
        for item in agreement.surcharges
        if applies(item, consignment)
        and (not item.trait or item.trait in consignment.traits)
    ]
    parts = []
    for item in (item for item in fitting if item.amount is not None):
        count = len(consignment.parcels) if item.per == "parcel" else 1
        values = {"amount": _text(item.amount), "count": str(count)}
        part = Part(item.kind, item.amount * count, "fixed", values)
        parts.append(_at_least(part, item, agreement.decimals))
    bases = {"base": _sum(base), "all": _sum([*base, *parts])}
    for item in (item for item in fitting if item.percent is not None):
        basis = bases[item.basis]
        values = {"percent": _text(item.percent), "basis": _text(basis)}
        part = Part(item.kind, basis * item.percent / 100, "percent", values)
        parts.append(_at_least(part, item, agreement.decimals))
    return parts


def _at_least(part, item, decimals):
    amount, least = rounded(part.amount, decimals), rounded(item.minimum, decimals)
    if least and amount < least:
        return Part(part.kind, least, "minimum", {"amount": _text(amount)})
    return Part(part.kind, amount, part.reason, part.values)


def _sum(parts):
    return sum((part.amount for part in parts), ZERO)


def _text(number):
    return format(number.normalize() + ZERO, "f")
