"""What a query gives, as plain values that JSON knows."""

from decimal import Decimal


def number(cr, query):
    """Return the one number a query gives.

    :rtype: int
    """
    cr.execute(query)
    return cr.fetchone()[0]


def rows(cr, query, parameters=None):
    """Return the rows a query gives, ready for JSON.

    :rtype: list[dict]
    """
    cr.execute(query, parameters)
    names = [column.name for column in cr.description]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cr.fetchall()]


def _plain(value):
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
