"""What a consignment is expected to cost, by the first source that answers.

Pure: whatever a source needs is given. Every source is asked, so that a person sees
what each of them says and how well it did before; the first with an answer counts.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from .agreement import REASONS as RATE_REASONS
from .agreement import Part
from .rates import by_agreements
from .rounding import ZERO, finite, rounded

# In the order they are asked.
SOURCES = ("booked", "agreement", "rule", "average", "flat")
REASONS = MappingProxyType(
    {
        **RATE_REASONS,
        "not_given": "nothing is known of it",
        "booked": "the price of the booking",
        "rule": "the delivery price rule",
        "average": "the average of {count} charges since {day}",
        "too_few": "only {count} charges since {day}, of {least} that are needed",
        "flat": "the flat amount of the carrier",
    }
)
# How far back an average looks, in days, and how many charges make one.
AVERAGE_DAYS = 90
LEAST_CHARGES = 3
# Upper limits in kilograms, each included; what is heavier is a class of its own.
WEIGHT_CLASSES = tuple(
    Decimal(limit)
    for limit in ("0.5", "1", "2", "5", "10", "20", "31.5", "70", "250", "1000")
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency.

    :param Decimal amount: Tax excluded.
    :param str currency: ISO 4217.
    :raises TypeError: When the amount is not a `Decimal`.
    :raises ValueError: When it is not finite.
    """

    amount: Decimal
    currency: str

    def __post_init__(self):
        finite(self.amount)


@dataclass(frozen=True, slots=True)
class PastCharge:
    """What a consignment was billed, and what it had been expected to cost.

    :param date on: Its day of service.
    :param Decimal weight: In kilograms.
    :param Decimal billed: Tax excluded, in `currency`.
    :param Mapping expected: By source what it had said, in the same currency.
    :raises TypeError: When a number is not a `Decimal`.
    :raises ValueError: When it is not finite.
    """

    on: date
    carrier: str
    service: str
    zone: str
    weight: Decimal
    billed: Decimal
    currency: str
    expected: dict[str, Decimal] = field(default_factory=dict)

    def __post_init__(self):
        for name, value in (
            ("weight", self.weight),
            ("billed", self.billed),
            *self.expected.items(),
        ):
            finite(value, name)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well a source did.

    :param int count: Over how many charges.
    :param Decimal | None share: 1 less the sum of all deviations over the sum billed;
        0 at worst, None when nothing was billed.
    :param Decimal | None deviation: By how much a charge was billed above what was
        expected, on average and in the currency; None without charges.
    """

    count: int = 0
    share: Decimal | None = None
    deviation: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source says.

    :param str source: One of `SOURCES`.
    :param Money | None money: None when it has no answer.
    :param tuple parts: By charge type, where the source knows.
    :param str reason: A key of `REASONS`: how it came about, or why there is none.
    :param Mapping values: What the reason names, as texts.
    :param Accuracy accuracy: How well the source did before.
    """

    source: str
    money: Money | None = None
    parts: tuple[Part, ...] = ()
    reason: str = ""
    values: dict[str, str] = field(default_factory=dict)
    accuracy: Accuracy = Accuracy()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What all sources say, in their order.

    :param tuple answers: One of each source.
    """

    answers: tuple[Answer, ...]

    @property
    def chosen(self):
        """Return the first answer with a price, None when there is none.

        :rtype: Answer | None
        """
        return next((item for item in self.answers if item.money is not None), None)


def expect(
    consignment,
    *,
    currency,
    decimals,
    booked=None,
    agreements=(),
    rule=None,
    past=(),
    flat=None,
):
    """Ask every source what a consignment costs.

    :param agreement.Consignment consignment: What is to be priced.
    :param str currency: In which past charges are averaged and compared, ISO 4217.
    :param int decimals: How many decimals it has.
    :param Money | None booked: What the booking said.
    :param Iterable[agreement.Agreement] agreements: Of any carriers.
    :param Money | None rule: What the delivery price rule of Odoo says.
    :param Iterable[PastCharge] past: Of any carriers and days, later ones do not count.
    :param Money | None flat: What is taken when nothing else is known.
    :rtype: Expectation
    """
    past = [item for item in past if item.currency == currency]
    answers = (
        _given("booked", booked),
        _agreed(by_agreements(agreements, consignment)),
        _given("rule", rule),
        average(consignment, past, currency, decimals),
        _given("flat", flat),
    )
    own = [
        item
        for item in past
        if item.carrier == consignment.carrier and item.on <= consignment.on
    ]
    return Expectation(
        tuple(
            Answer(
                item.source,
                item.money,
                item.parts,
                item.reason,
                item.values,
                accuracy(
                    (
                        (row.expected[item.source], row.billed)
                        for row in own
                        if item.source in row.expected
                    ),
                    decimals,
                ),
            )
            for item in answers
        )
    )


def average(consignment, past, currency, decimals):
    """Average what the same carrier took for the same service, zone and weight class.

    :param agreement.Consignment consignment: What is to be priced.
    :param Iterable[PastCharge] past: What was billed before.
    :param str currency: Only charges in it count, ISO 4217.
    :param int decimals: How many decimals it has.
    :rtype: Answer
    """
    weight = sum((parcel.weight for parcel in consignment.parcels), ZERO)
    since = consignment.on - timedelta(days=AVERAGE_DAYS)
    if not weight:
        return Answer("average", reason="no_weight")
    billed = [
        row.billed
        for row in past
        if since <= row.on < consignment.on
        and row.currency == currency
        and (row.carrier, row.service, row.zone)
        == (consignment.carrier, consignment.service, consignment.zone)
        and weight_class(row.weight) == weight_class(weight)
    ]
    values = {
        "count": str(len(billed)),
        "day": since.isoformat(),
        "least": str(LEAST_CHARGES),
    }
    if len(billed) < LEAST_CHARGES:
        return Answer("average", reason="too_few", values=values)
    amount = rounded(sum(billed, ZERO) / len(billed), decimals)
    return Answer("average", Money(amount, currency), (), "average", values)


def weight_class(weight):
    """Return the weight class of a consignment.

    :param Decimal weight: In kilograms.
    :return: The place of the first limit that is not exceeded.
    :rtype: int
    """
    return sum(weight > limit for limit in WEIGHT_CLASSES)


def accuracy(pairs, decimals):
    """Tell how well a source did.

    :param Iterable[tuple[Decimal, Decimal]] pairs: What was expected and what was
        billed, in one currency.
    :param int decimals: How many decimals the currency has.
    :rtype: Accuracy
    """
    pairs = list(pairs)
    if not pairs:
        return Accuracy()
    total = sum((abs(billed) for _expected, billed in pairs), ZERO)
    wrong = sum((abs(billed - expected) for expected, billed in pairs), ZERO)
    above = sum((billed - expected for expected, billed in pairs), ZERO)
    share = max(1 - wrong / total, ZERO) if total else None
    return Accuracy(
        len(pairs),
        None if share is None else rounded(share, 4),
        rounded(above / len(pairs), decimals),
    )


def _given(source, money):
    if money is None:
        return Answer(source, reason="not_given")
    return Answer(source, money, reason=source)


def _agreed(said):
    if said.amount is None:
        return Answer("agreement", reason=said.reason, values=said.values)
    first = said.parts[0]
    money = Money(said.amount, said.currency)
    return Answer("agreement", money, said.parts, first.reason, first.values)
