"""The border between what Odoo stores as floats and what is counted exactly."""

from decimal import Decimal

from ..rounding import rounded


def money(value, currency):
    """Return a stored amount exactly.

    :param float value: As a monetary field holds it.
    :param res.currency currency: Whose smallest amount it is rounded to.
    :rtype: Decimal
    :raises ValueError: When it is not finite.
    """
    return rounded(Decimal(repr(value or 0.0)), currency.decimal_places)


def share(value):
    """Return a stored rate or share exactly, to a millionth.

    :param float value: Such as 0.19 for 19 %.
    :rtype: Decimal
    """
    return rounded(Decimal(repr(value or 0.0)), 6)
