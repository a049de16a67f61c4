"""What was agreed about how far a bill may differ: four values per carrier and class.

Pure values, all money `Decimal`, tax excluded. Of an amount and a percentage the
stricter one holds, a row for a carrier's customer comes before one for the carrier, and
where nothing was agreed the defaults hold. Limits are reached, not passed: what equals
one is still within it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from types import MappingProxyType

from .charge_types import CHARGE_CLASSES

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


def money(value, decimals):
    """Return an amount after checking that it is one in its currency.

    :param Decimal value: The amount.
    :param int decimals: How many decimals the currency has: 0, 2 or 3.
    :rtype: Decimal
    :raises TypeError: When it is not a Decimal.
    :raises ValueError: When it is not finite, or finer than the currency.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"Not a Decimal: {value!r}")
    if not value.is_finite():
        raise ValueError(f"Not a finite amount: {value!r}")
    try:
        exact = value == value.quantize(Decimal(1).scaleb(-decimals))
    except InvalidOperation as error:
        raise ValueError(f"{value} is out of range") from error
    if not exact:
        raise ValueError(f"{value} has more than {decimals} decimals")
    return value


@dataclass(frozen=True, slots=True)
class Limit:
    """The four values of a row of the matrix.

    None sets no limit of that kind. Without any limit nothing is let pass above the
    expected, and everything below it: a bill that asks for less costs nothing.

    :param Decimal over_amount: Most that may be billed above the expected.
    :param Decimal over_percent: The same in percent of the expected.
    :param Decimal under_amount: Most that may be missing.
    :param Decimal under_percent: The same in percent of the expected.
    :raises TypeError: When a value is not a Decimal.
    :raises ValueError: When one is below zero or not finite.
    """

    over_amount: Decimal | None = None
    over_percent: Decimal | None = None
    under_amount: Decimal | None = None
    under_percent: Decimal | None = None

    def __post_init__(self):
        for value in (
            self.over_amount,
            self.over_percent,
            self.under_amount,
            self.under_percent,
        ):
            if value is not None:
                _check(value)

    def over(self, basis):
        """Return the most that may be billed above the expected.

        :param Decimal basis: What the percentage is taken of.
        :rtype: Decimal
        """
        allowed = stricter(self.over_amount, self.over_percent, basis)
        return _ZERO if allowed is None else allowed

    def under(self, basis):
        """Return the most that may be missing, or None for any amount.

        :param Decimal basis: What the percentage is taken of.
        :rtype: Decimal | None
        """
        return stricter(self.under_amount, self.under_percent, basis)

    def in_currency(self, rate, decimals):
        """Return the same limit in another currency.

        Amounts are cut to its decimals and never rounded up: no limit grows.

        :param Decimal rate: How much of the other currency one unit is.
        :param int decimals: How many decimals the other currency has.
        :rtype: Limit
        :raises TypeError: When the rate is not a Decimal.
        :raises ValueError: When the rate is not above zero.
        """
        return replace(
            self,
            over_amount=cut(self.over_amount, rate, decimals),
            under_amount=cut(self.under_amount, rate, decimals),
        )


def cut(amount, rate, decimals):
    """Return an amount in another currency, without what is finer than its decimals.

    :param Decimal | None amount: The amount; none stays none.
    :param Decimal rate: How much of the other currency one unit is.
    :param int decimals: How many decimals the other currency has.
    :rtype: Decimal | None
    :raises TypeError: When the rate is not a Decimal.
    :raises ValueError: When the rate is not above zero.
    """
    if not _check(rate):
        raise ValueError(f"Not a rate: {rate!r}")
    if amount is None:
        return None
    step = Decimal(1).scaleb(-decimals)
    return (amount * rate).quantize(step, rounding=ROUND_DOWN)


def _check(value):
    if not isinstance(value, Decimal):
        raise TypeError(f"Not a Decimal: {value!r}")
    if not value.is_finite() or value < 0:
        raise ValueError(f"Not a tolerance: {value!r}")
    return value


def stricter(amount, percent, basis):
    """Return the smaller of an amount and a percentage.

    :param Decimal | None amount: None sets no limit.
    :param Decimal | None percent: None sets no limit.
    :param Decimal basis: What the percentage is taken of, its sign does not count.
    :return: None without any limit.
    :rtype: Decimal | None
    """
    limits = [] if amount is None else [amount]
    if percent is not None:
        limits.append(abs(basis) * percent / _HUNDRED)
    return min(limits, default=None)


_D = Decimal
# What is let pass where nothing else was agreed, amounts in the currency of the
# company: practice of freight audit, to be changed with a reason. The percentage of
# fuel is taken of the freight it is charged on, half a point of the index table.
DEFAULTS = MappingProxyType(
    {
        "base": Limit(_D(5), _D(2), None, _D(10)),
        "fuel": Limit(None, _D("0.5"), None, _D("0.5")),
        "weight": Limit(_D(5), _D(2)),
        "accessorial": Limit(_D(3), _D(5)),
        "unauthorised": Limit(_ZERO),
        "duty": Limit(_ZERO, None, _ZERO),
        "rounding": Limit(_D("0.05"), None, _D("0.05")),
        "exchange": Limit(None, _D(1), None, _D(1)),
    }
)
HEADER_LIMIT = _D(10)
LEAKAGE_PERCENT = _D("0.25")
LEAKAGE_AMOUNT = _D(500)


class Matrix:
    """The rows that were agreed, and the defaults for all others.

    :param Mapping rows: (carrier, customer, class of charge) → `Limit`. An empty
        customer stands for all of them, an empty carrier for all carriers without a
        row of their own; a customer needs a carrier.
    :param Decimal header: Most that a whole bill may be above what may be paid.
    :raises TypeError: When the header's limit is not a Decimal.
    :raises ValueError: When a row cannot be meant.
    """

    def __init__(self, rows: Mapping | None = None, header: Decimal = HEADER_LIMIT):
        self._rows = dict(rows or {})
        self._defaults = DEFAULTS
        self.header = _check(header)
        for carrier, customer, charge_class in self._rows:
            if charge_class not in CHARGE_CLASSES:
                raise ValueError(f"No such class of charge: {charge_class!r}")
            if customer and not carrier:
                raise ValueError("A row for a customer needs a carrier")

    def limit(self, carrier, customer, charge_class):
        """Return what holds for a charge: the customer's row, the carrier's, any.

        :param str carrier: Who bills.
        :param str customer: For whom the goods went, or "".
        :param str charge_class: A key of `CHARGE_CLASSES`.
        :rtype: Limit
        :raises ValueError: When there is no such class.
        """
        if charge_class not in CHARGE_CLASSES:
            raise ValueError(f"No such class of charge: {charge_class!r}")
        for key in ((carrier, customer), (carrier, ""), ("", "")):
            if found := self._rows.get((*key, charge_class)):
                return found
        return self._defaults[charge_class]

    def in_currency(self, rate, decimals):
        """Return the same matrix with all amounts in another currency.

        :param Decimal rate: How much of the other currency one unit is.
        :param int decimals: How many decimals the other currency has.
        :rtype: Matrix
        :raises TypeError: When the rate is not a Decimal.
        :raises ValueError: When the rate is not above zero.
        """
        converted = Matrix(
            {
                key: limit.in_currency(rate, decimals)
                for key, limit in self._rows.items()
            },
            cut(self.header, rate, decimals),
        )
        converted._defaults = {
            charge_class: limit.in_currency(rate, decimals)
            for charge_class, limit in self._defaults.items()
        }
        return converted
