"""How far a carrier's bill may differ from what was expected, line by line.

Pure: no database, no clock, all money `Decimal` in the currency of the bill, tax
excluded. Four values per carrier and class of charge say what is let pass; of an amount
and a percentage the stricter one holds. Lines never make up for each other: one that is
too low buys nothing for one that is too high. What is let pass above the expected is
added up for the carrier's month, and once that sum would pass its cap nothing more is.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from .charge_types import class_of
from .limits import LEAKAGE_AMOUNT, LEAKAGE_PERCENT, money, stricter

STATUSES = (
    "matched",
    "in_tolerance",
    "variance",
    "unmatched",
    "duplicate",
    "not_ours",
)

# Why a line is not simply matched.
REASONS = (
    "over",
    "under",
    "leakage",
    "evidence",
    "currency",
    "no_charge",
    "repeats",
    "unknown_number",
)

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One charge as it was expected and as it is billed.

    Several lines that make one price, such as freight and its discount, are one
    comparison; two charges never are.

    :param str ref: Whatever tells it apart for the caller.
    :param str kind: A key of `CHARGE_TYPES`.
    :param Decimal billed: In the currency of the bill, tax excluded.
    :param Decimal | None expected: In the same currency; None when no open charge of
        ours was found.
    :param Decimal | None basis: The freight a fuel surcharge is charged on; without it
        percentages are taken of the expected, which is stricter.
    :param bool authorised: Whether an accessorial was ordered or is borne out.
    :param tuple findings: What `evidence.check` found.
    :param bool converted: Whether what was expected was agreed in another currency and
        converted; the other side may have used another day's rate.
    :param bool currency_fits: False when it is billed in another currency than that of
        the charge and nothing was converted.
    :param object duplicate_of: The earlier line it repeats, if any.
    :param bool ours: False when its number is none of ours.
    :param str customer: For whom the goods went, or "".
    """

    ref: str
    kind: str
    billed: Decimal
    expected: Decimal | None = None
    basis: Decimal | None = None
    authorised: bool = True
    findings: tuple = ()
    converted: bool = False
    currency_fits: bool = True
    duplicate_of: object = None
    ours: bool = True
    customer: str = ""


@dataclass(frozen=True, slots=True)
class LineResult:
    """What is to be done with one charge.

    :param str ref: That of the comparison.
    :param str status: One of `STATUSES`.
    :param str reason: One of `REASONS`, or "".
    :param Decimal delta: Billed less expected; zero without an expected amount.
    :param Decimal disputed: What is not to be paid before it is cleared up: the excess,
        or the whole line when it should not have been billed at all.
    :param Decimal allowed: What could have been let pass above the expected.
    :param str charge_class: By which row it was judged, "" when by none.
    """

    ref: str
    status: str
    reason: str = ""
    delta: Decimal = _ZERO
    disputed: Decimal = _ZERO
    allowed: Decimal = _ZERO
    charge_class: str = ""


@dataclass(frozen=True, slots=True)
class Leakage:
    """What was let pass for a carrier this month, in the currency of the bill.

    :param Decimal spend: What the carrier bills in the month, the bill at hand
        included.
    :param Decimal tolerated: What was let pass above the expected so far.
    :param bool flipped: Whether the cap was reached; then it stays so.
    :param Decimal percent: The cap in percent of the spend.
    :param Decimal amount: The cap as an amount; the stricter one holds.
    :raises TypeError: When a number is not a Decimal.
    :raises ValueError: When one is not finite.
    """

    spend: Decimal
    tolerated: Decimal = _ZERO
    flipped: bool = False
    percent: Decimal = LEAKAGE_PERCENT
    amount: Decimal = LEAKAGE_AMOUNT

    def __post_init__(self):
        for number in (self.spend, self.tolerated, self.percent, self.amount):
            if not isinstance(number, Decimal):
                raise TypeError(f"Not a Decimal: {number!r}")
            if not number.is_finite():
                raise ValueError(f"Not a finite number: {number!r}")

    @property
    def cap(self):
        """Return the most that may be let pass in the month.

        :rtype: Decimal
        """
        return stricter(self.amount, self.percent, max(self.spend, _ZERO))

    def take(self, excess):
        """Return the month after letting an excess pass, or after refusing to.

        :param Decimal excess: What one line is above the expected.
        :return: The new sum; the same sum with `flipped` when the cap does not allow.
        :rtype: Leakage
        """
        total = self.tolerated + excess
        if self.flipped or total > self.cap:
            return replace(self, flipped=True)
        return replace(self, tolerated=total)


@dataclass(frozen=True, slots=True)
class Audit:
    """What is to be done with a bill.

    :param tuple lines: A `LineResult` for each comparison, in their order.
    :param Leakage | None leakage: The carrier's month afterwards.
    :param bool held: Whether the whole bill waits because of its header.
    :param Decimal header: What the header is above what may be paid.
    :param Decimal header_allowed: What it may be above that.
    """

    lines: tuple[LineResult, ...] = ()
    leakage: Leakage | None = None
    held: bool = False
    header: Decimal = _ZERO
    header_allowed: Decimal = _ZERO


def judge(line, matrix, carrier, decimals=2, leakage=None):
    """Judge one charge by itself.

    :param Comparison line: The charge.
    :param Matrix matrix: With amounts in the currency of the bill.
    :param str carrier: Who bills.
    :param int decimals: How many decimals the currency has.
    :param Leakage | None leakage: The month so far; None checks no cap.
    :return: The result, and the month afterwards.
    :rtype: tuple[LineResult, Leakage | None]
    :raises TypeError: When an amount is not a Decimal.
    :raises ValueError: When one is not finite or finer than the currency.
    """
    billed = money(line.billed, decimals)
    if refusal := _refusal(line):
        return refusal, leakage
    delta = billed - money(line.expected, decimals)
    charge_class, over, under = _allowed(line, matrix, carrier, decimals)
    result = LineResult(
        line.ref, "matched", delta=delta, allowed=over, charge_class=charge_class
    )
    if line.findings:
        return _varies(result, "evidence", max(billed, _ZERO)), leakage
    if not delta:
        return result, leakage
    if delta < 0:
        if under is not None and -delta > under:
            return _varies(result, "under", _ZERO), leakage
        return replace(result, status="in_tolerance", reason="under"), leakage
    if delta > over:
        return _varies(result, "over", delta), leakage
    if leakage is not None:
        leakage = leakage.take(delta)
        if leakage.flipped:
            return _varies(result, "leakage", delta), leakage
    return replace(result, status="in_tolerance", reason="over"), leakage


def audit(lines, matrix, carrier, decimals=2, leakage=None, stated=None):
    """Judge all charges of a bill, each by itself, and then its header.

    :param Iterable[Comparison] lines: The charges, in the order of the bill.
    :param Matrix matrix: With amounts in the currency of the bill.
    :param str carrier: Who bills.
    :param int decimals: How many decimals the currency has.
    :param Leakage | None leakage: The carrier's month with this bill in its spend.
    :param Decimal | None stated: What the bill says its lines add up to, tax excluded.
    :rtype: Audit
    :raises TypeError: As `judge`.
    :raises ValueError: As `judge`.
    """
    results, total = [], _ZERO
    for line in lines:
        result, leakage = judge(line, matrix, carrier, decimals, leakage)
        results.append(result)
        total += line.billed
    passed = [
        result for result in results if result.status in ("matched", "in_tolerance")
    ]
    header = sum((max(result.delta, _ZERO) for result in passed), _ZERO)
    if stated is not None:
        header += abs(money(stated, decimals) - total)
    allowed = sum((result.allowed for result in passed), _ZERO)
    allowed = min(allowed, matrix.header)
    return Audit(tuple(results), leakage, header > allowed, header, allowed)


def _refusal(line):
    """Return why a charge is not compared with anything, or None."""
    for applies, status, reason in (
        (not line.ours, "not_ours", "unknown_number"),
        (line.duplicate_of is not None, "duplicate", "repeats"),
        (line.expected is None, "unmatched", "no_charge"),
        (not line.currency_fits, "variance", "currency"),
    ):
        if applies:
            disputed = max(line.billed, _ZERO)
            return LineResult(line.ref, status, reason, disputed=disputed)
    return None


def _allowed(line, matrix, carrier, decimals):
    """Return the class of a charge, and how far it may be above and below."""
    charge_class = class_of(line.kind, line.authorised and not line.findings)
    limit = matrix.limit(carrier, line.customer, charge_class)
    basis = line.expected if line.basis is None else money(line.basis, decimals)
    over, under = limit.over(basis), limit.under(basis)
    if line.converted and charge_class != "unauthorised":
        rates = matrix.limit(carrier, line.customer, "exchange")
        over = max(over, rates.over(line.expected))
        under = _wider(under, rates.under(line.expected))
    return charge_class, over, under


def _wider(one, other):
    return None if one is None or other is None else max(one, other)


def _varies(result, reason, disputed):
    return replace(result, status="variance", reason=reason, disputed=disputed)
