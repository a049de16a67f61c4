"""What is known of one charge, and what the books are told about it: plain values.

A charge is one kind of cost of one shipment or parcel. What is known of it only grows:
each fact names itself (`kind` and `ref`), so hearing it twice is hearing it once, and
in which order facts came decides nothing. Postings are abstract: a line names the role
of its account, and its amount is in the currency of the charge, debits positive.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from .rounding import ZERO, exact, finite, rounded, step

# The account of a line. What comes in is freight-in, or stock where a landed cost
# carries it; `fx` only stands on lines in company currency.
ROLES = (
    "freight",
    "freight_in",
    "stock",
    "variance",
    "accrued",
    "clearing",
    "recoverable_tax",
    "payable",
    "fx",
)
EXPENSES = ("freight", "freight_in", "stock")

# What may be known, and what its amount is (tax excluded). `target` names what it is
# about: a match or payment the bill, a credit its dispute or bill, an outcome the
# dispute, a dispute the bill, what is unpaid the payment.
KINDS = MappingProxyType(
    {
        "quote": "what it is expected to cost",
        "trigger": "none: the milestone of the rule was reached",
        "confirm": "what the carrier says it costs, before any bill",
        "void": "none: it never took place",
        "bill": "what a carrier bills; negative when it gives something back",
        "match": "none: the bill may be posted",
        "dispute": "the part of a bill that is contested, not negative",
        "credit": "what a credit memo takes back, not negative",
        "concede": "the part of a dispute that was accepted, not negative",
        "short_paid": "the part of a dispute that is finally not paid, not negative",
        "write_off": "what of the accrual was approved to be released",
        "payment": "none: the bill was paid",
        "unpaid": "none: the payment was taken back",
        "withdraw": "none: the bill was taken back, unposted; see `withdrawn.standing`",
    }
)
PRICES = ("quote", "confirm")
DOCUMENTS = ("bill", "credit")
_NOT_NEGATIVE = ("dispute", "credit", "concede", "short_paid")
_NEED_TARGET = (
    *("match", "dispute", "concede", "short_paid"),
    *("payment", "unpaid", "withdraw"),
)
_NEED_DAY = ("trigger", "bill", "credit", "write_off")

# What becomes of the contested part of a bill: booked to the clearing account and
# blocked; the bill is not posted at all; booked like `clearing` and never paid unless
# conceded; or booked to variance at once and blocked.
TREATMENTS = ("clearing", "hold", "short_pay", "expense")

STAGES = (
    "estimated",
    "provisional",
    "confirmed",
    "invoiced",
    "disputed",
    "settled",
    "written_off",
    "void",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a charge whatever happens to it.

    :param str currency: ISO 4217.
    :param int decimals: How many decimals the currency has.
    :param Decimal tax_rate: The tax that is expected on top, a share: 0.19 is 19 %.
    :param Decimal recoverable: The share of any tax that comes back, 0 to 1; the rest
        is cost and part of the accrual. Tax that the company owes itself (reverse
        charge) is computed on the bill and stands in none of these amounts.
    :param str expense: The role that bears it: `freight`, or `freight_in` for inbound.
    :raises TypeError: When a share is not a `Decimal`.
    :raises ValueError: When a value is out of its range.
    """

    currency: str
    decimals: int = 2
    tax_rate: Decimal = ZERO
    recoverable: Decimal = Decimal(1)
    expense: str = "freight"

    def __post_init__(self):
        step(self.decimals)
        if finite(self.tax_rate, "tax_rate") < 0:
            raise ValueError(f"tax_rate: negative: {self.tax_rate}")
        if not 0 <= finite(self.recoverable, "recoverable") <= 1:
            raise ValueError(f"recoverable: not a share: {self.recoverable}")
        if self.expense not in ("freight", "freight_in"):
            raise ValueError(f"expense: unknown role: {self.expense!r}")

    def recovered(self, tax):
        """Return the part of a tax that comes back.

        :param Decimal tax: A signed amount.
        :rtype: Decimal
        """
        return tax - rounded(tax * (1 - self.recoverable), self.decimals)

    def cost(self, amount, tax):
        """Return what an amount costs: with the tax that does not come back.

        :param Decimal amount: Signed, tax excluded.
        :param Decimal tax: The tax on it.
        :rtype: Decimal
        """
        return amount + tax - self.recovered(tax)

    def expected(self, price):
        """Return what is accrued for a price, rounded to the currency.

        :param Decimal price: Signed, tax excluded, as precise as it was quoted.
        :rtype: Decimal
        """
        amount = rounded(price, self.decimals)
        return self.cost(amount, rounded(amount * self.tax_rate, self.decimals))


@dataclass(frozen=True, slots=True)
class ChargeFact:
    """One thing that is known of a charge.

    :param str kind: A key of `KINDS`.
    :param str ref: What tells it from others of its kind, such as the number of a bill.
    :param Decimal amount: Tax excluded; `KINDS` says of what.
    :param Decimal tax: The tax on it as its document states it.
    :param date | None on: Its day in the books: the day of service, or of the document.
    :param datetime | None at: When its source said so, naive UTC. Of several prices, or
        versions of a price, the last one said counts.
    :param str target: The `ref` of what it is about; "" where it stands alone.
    :param bool final: Whether a bill is the last one that is expected.
    :param str treatment: Of a dispute one of `TREATMENTS`, else "".
    :param str currency: ISO 4217 when the source names one.
    :raises TypeError: When an amount is not a `Decimal`.
    :raises ValueError: When a value is out of its range, or one is missing.
    """

    kind: str
    ref: str
    amount: Decimal = ZERO
    tax: Decimal = ZERO
    on: date | None = None
    at: datetime | None = None
    target: str = ""
    final: bool = True
    treatment: str = ""
    currency: str = ""

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind: unknown: {self.kind!r}")
        where = f"{self.kind} {self.ref}"
        if not self.ref:
            raise ValueError(f"ref: {self.kind} without a name")
        finite(self.amount, f"{where}: amount")
        finite(self.tax, f"{where}: tax")
        if self.kind in _NOT_NEGATIVE and (self.amount < 0 or self.tax < 0):
            raise ValueError(f"{where}: amount: negative")
        if self.kind in _NEED_TARGET and not self.target:
            raise ValueError(f"{where}: target: is missing")
        if self.kind in _NEED_DAY and self.on is None:
            raise ValueError(f"{where}: on: is missing")
        if isinstance(self.on, datetime):
            raise ValueError(f"{where}: on: a day, not an instant")
        if self.at is not None and self.at.tzinfo is not None:
            raise ValueError(f"{where}: at: write it in UTC, without an offset")
        if (self.kind == "dispute") != (self.treatment in TREATMENTS):
            raise ValueError(f"{where}: treatment: {self.treatment!r}")

    def gross(self):
        """Return the amount with its tax.

        :rtype: Decimal
        """
        return self.amount + self.tax


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting.

    :param str role: One of `ROLES`.
    :param Decimal amount: Debit positive, credit negative, never zero.
    """

    role: str
    amount: Decimal

    def __post_init__(self):
        if self.role not in ROLES:
            raise ValueError(f"role: unknown: {self.role!r}")
        if not finite(self.amount):
            raise ValueError(f"{self.role}: a line without an amount")


@dataclass(frozen=True, slots=True)
class Posting:
    """One balanced entry, or the part of a carrier's document that is about a charge.

    :param str key: What it belongs to: `accrual`, `settle`, `exchange`, or `bill:` and
        `credit:` with the number of the document. With the charge and the generation it
        is unique for ever.
    :param int generation: Its place among the postings of the key, from 1.
    :param str reason: Why: `accrue`, `adjust`, `void` or `write_off` of an accrual;
        `bill` or `credit`; `dispute`, `concede`, `short_paid` or `correct` when the
        parts of what was posted change; `exchange` between two rates.
    :param tuple lines: They add up to zero.
    :param date on: The day it belongs to; which day is open is decided elsewhere.
    :param Decimal blocked: What of the payable must not be paid yet, tax included.
    :raises ValueError: When it does not balance, or a generation is not counted from 1.
    """

    key: str
    generation: int
    reason: str
    lines: tuple[Line, ...]
    on: date
    blocked: Decimal = ZERO

    def __post_init__(self):
        if self.generation < 1:
            raise ValueError(f"{self.key}: generations count from 1")
        total = sum((line.amount for line in self.lines), ZERO)
        if total or not self.lines:
            raise ValueError(f"{self.key}: debits and credits differ by {total}")

    def balance(self, role):
        """Return what a role gets by it, debits positive.

        :param str role: One of `ROLES`.
        :rtype: Decimal
        """
        amounts = (line.amount for line in self.lines if line.role == role)
        return sum(amounts, ZERO)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a charge stands: what its accounts show once nothing is left to post.

    :param str stage: One of `STAGES`.
    :param Decimal accrued: The target of the accrual entries, before any bill.
    :param Decimal open: What is still accrued: the sub-ledger of the charge.
    :param Decimal released: What was written off.
    :param Decimal disputed: What is contested on bills that count, tax excluded but for
        the part that does not come back.
    :param Decimal blocked: What of the payables must not be paid yet, tax included.
    :param Mapping balances: By role its balance, debits positive; they add up to zero.
    :param tuple documents: `bill:` and `credit:` keys that are, or may now be, posted.
    """

    stage: str
    accrued: Decimal = ZERO
    open: Decimal = ZERO
    released: Decimal = ZERO
    disputed: Decimal = ZERO
    blocked: Decimal = ZERO
    balances: dict[str, Decimal] = field(default_factory=dict)
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to post next for a charge.

    :param tuple postings: In the order to post them; empty when nothing is missing.
    :param Position | None position: Where it then stands; None while it is held.
    :param str held: Why nothing may move: one of `accrual.HOLDS`, else "".
    :param tuple problems: What a person should look at: pairs of one of
        `accrual.PROBLEMS` and the ref it is about.
    """

    postings: tuple[Posting, ...] = ()
    position: Position | None = None
    held: str = ""
    problems: tuple[tuple[str, str], ...] = ()


def exact_fact(fact, decimals):
    """Return a fact after making sure that the currency can express its amounts.

    Prices may be more precise than the currency, documents may not.

    :param ChargeFact fact: Any fact.
    :param int decimals: How many decimals the currency of the charge has.
    :rtype: ChargeFact
    :raises ValueError: When it has more decimals than the currency.
    """
    if fact.kind not in PRICES:
        exact(fact.amount, decimals, f"{fact.kind} {fact.ref}: amount")
        exact(fact.tax, decimals, f"{fact.kind} {fact.ref}: tax")
    return fact
