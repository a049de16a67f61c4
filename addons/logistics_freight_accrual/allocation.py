"""How an amount is shared by many lines, to the last cent.

Pure arithmetic. The parts of a split always add up to what was split: each line gets
its exact share cut off after the last decimal of the currency, and the cents that are
left go to the lines that lost most by it (largest remainder; equals by position, so the
same lines always get the same parts). Odoo rounds every line and puts what is left on
one of them; both add up, here no line is further from its share than a cent.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from .rounding import ZERO, exact, finite, step

# Those of Odoo's landed costs, `stock.landed.cost.lines.split_method`.
METHODS = (
    "equal",
    "by_quantity",
    "by_current_cost_price",
    "by_weight",
    "by_volume",
)
_MEASURES = {
    "by_quantity": "quantity",
    "by_current_cost_price": "cost",
    "by_weight": "weight",
    "by_volume": "volume",
}
# No digit is ever lost on the way, whatever the caller's context says.
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Share:
    """One line that carries a part of an amount, such as a received product.

    :param Decimal quantity: In the product's own unit.
    :param Decimal cost: What the goods of the line cost so far, in company currency.
    :param Decimal weight: In any unit, the same for all lines.
    :param Decimal volume: In any unit, the same for all lines.
    :raises TypeError: When a measure is not a `Decimal`.
    :raises ValueError: When it is not finite, or negative.
    """

    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    weight: Decimal = ZERO
    volume: Decimal = ZERO

    def __post_init__(self):
        for name in _MEASURES.values():
            if finite(getattr(self, name), name) < 0:
                raise ValueError(f"{name}: a line cannot carry less than nothing")


@dataclass(frozen=True, slots=True)
class Split:
    """An amount, shared.

    :param tuple parts: One `Decimal` per line, in their order; they add up to it.
    :param str method: By what it was really shared: one of `METHODS`. It is `equal`
        when no line has any of the measure that was asked for, as Odoo does it.
    """

    parts: tuple[Decimal, ...]
    method: str


def split(total, shares, method, decimals):
    """Share an amount by lines.

    :param Decimal total: A signed amount of the currency.
    :param Sequence[Share] shares: The lines, at least one.
    :param str method: One of `METHODS`.
    :param int decimals: How many decimals the currency has.
    :rtype: Split
    :raises TypeError: When the total is not a `Decimal`.
    :raises ValueError: When there is no line, the method is unknown, or the currency
        cannot express the total.
    """
    exact(total, decimals, "total")
    shares = list(shares)
    if not shares:
        raise ValueError("shares: there is no line to carry the amount")
    if method not in METHODS:
        raise ValueError(f"method: unknown: {method!r}")
    weights = [Fraction(1)] * len(shares)
    if method != "equal":
        measured = [Fraction(getattr(line, _MEASURES[method])) for line in shares]
        if any(measured):
            weights = measured
        else:
            method = "equal"
    return Split(_parts(total, weights, decimals), method)


def difference(total, shares, method, decimals, posted):
    """Share an amount by lines of which some carry a part already.

    Provisional landed costs are posted first and the final charge later: what is posted
    then is the difference per line only.

    :param Decimal total: What the lines carry in the end.
    :param Sequence[Share] shares: The lines, at least one.
    :param str method: One of `METHODS`.
    :param int decimals: How many decimals the currency has.
    :param Sequence[Decimal] posted: Per line what it carries already.
    :return: Its parts add up to the total less all that is posted.
    :rtype: Split
    :raises TypeError: When an amount is not a `Decimal`.
    :raises ValueError: Like `split`, and when a line has no posted amount beside it.
    """
    shares, posted = list(shares), list(posted)
    if len(shares) != len(posted):
        raise ValueError(f"posted: {len(posted)} amounts for {len(shares)} lines")
    for amount in posted:
        exact(amount, decimals, "posted")
    final = split(total, shares, method, decimals)
    parts = zip(final.parts, posted, strict=True)
    return Split(tuple(part - before for part, before in parts), final.method)


def by_stock(amount, remaining, quantity, decimals):
    """Divide what a line carries between the goods still there and those already sold.

    The first part raises the value of the stock, the second is freight-in at once.

    :param Decimal amount: What the line carries, signed.
    :param Decimal remaining: How much of it is still in stock.
    :param Decimal quantity: How much was received, more than zero.
    :param int decimals: How many decimals the currency has.
    :return: The part of the stock and the part of what was sold.
    :rtype: tuple[Decimal, Decimal]
    :raises TypeError: When a number is not a `Decimal`.
    :raises ValueError: When nothing was received. What remains counts as at least
        nothing and at most all of it: stock may be negative for a while.
    """
    if finite(quantity, "quantity") <= 0:
        raise ValueError(f"quantity: nothing was received: {quantity}")
    remaining = min(max(finite(remaining, "remaining"), ZERO), quantity)
    weights = [Fraction(remaining), Fraction(quantity - remaining)]
    exact(amount, decimals)
    stock, sold = _parts(amount, weights, decimals)
    return stock, sold


def _parts(total, weights, decimals):
    """Return the parts of a total by weights of which at least one is positive."""
    cents = int(_EXACT.divide(total, step(decimals)))
    sign, cents, whole = (-1 if cents < 0 else 1), abs(cents), sum(weights)
    shares = [cents * weight / whole for weight in weights]
    counts = [int(share) for share in shares]
    order = sorted(
        range(len(shares)), key=lambda place: counts[place] - shares[place]
    )  # Stable: among equals the first line is served first.
    for place in order[: cents - sum(counts)]:
        counts[place] += 1
    return tuple(
        _EXACT.multiply(sign * count, step(decimals)) + ZERO for count in counts
    )
