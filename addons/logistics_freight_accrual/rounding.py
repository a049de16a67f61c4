"""Money as it is counted here: exact, finite, and rounded as the books round.

Pure arithmetic on `Decimal`. A currency is known by how many decimals it has (ISO 4217
minor units: JPY 0, EUR 2, KWD 3).
"""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)

# More than any currency has; fewer would be a mistake of the caller.
_MOST_DECIMALS = 6
# An amount of more digits is no amount of freight, and could no longer be exact.
_LIMIT = Decimal(10) ** 15


def finite(value, name="amount"):
    """Return a number after making sure that it is one.

    :param Decimal value: Any signed number.
    :param str name: What it is, for the reason.
    :rtype: Decimal
    :raises TypeError: When it is not a `Decimal`: a float is never exact.
    :raises ValueError: When it is not finite, or beyond 10**15.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"{name}: not a Decimal: {value!r}")
    if not value.is_finite():
        raise ValueError(f"{name}: not a finite number: {value}")
    if abs(value) >= _LIMIT:
        raise ValueError(f"{name}: out of range: {value}")
    return value


def step(decimals):
    """Return the smallest amount of a currency.

    :param int decimals: How many decimals it has, 0 to 6.
    :rtype: Decimal
    :raises ValueError: When no currency has that many.
    """
    if type(decimals) is not int or not 0 <= decimals <= _MOST_DECIMALS:
        raise ValueError(f"decimals: no currency has {decimals!r}")
    return Decimal(1).scaleb(-decimals)


def rounded(value, decimals):
    """Round to the smallest amount of a currency, halves away from zero as Odoo does.

    :param Decimal value: Any signed number.
    :param int decimals: How many decimals the currency has.
    :rtype: Decimal
    :raises TypeError: When it is not a `Decimal`.
    :raises ValueError: When it is not finite.
    """
    return finite(value).quantize(step(decimals), rounding=ROUND_HALF_UP) + ZERO


def exact(value, decimals, name="amount"):
    """Return an amount after making sure that the currency can express it.

    :param Decimal value: Any signed amount.
    :param int decimals: How many decimals the currency has.
    :param str name: What it is, for the reason.
    :rtype: Decimal
    :raises TypeError: When it is not a `Decimal`.
    :raises ValueError: When it is not finite or has more decimals than the currency.
    """
    amount = rounded(finite(value, name), decimals)
    if amount != value:
        raise ValueError(f"{name}: {value} has more than {decimals} decimals")
    return amount


def clamp(value, one, other):
    """Return the value, or the nearer of two bounds when it lies outside of them.

    :param Decimal value: Any number.
    :param Decimal one: A bound, the lower or the upper.
    :param Decimal other: The other bound.
    :rtype: Decimal
    """
    low, high = sorted((one, other))
    return min(max(value, low), high)
