"""A carrier's bill as it is read from a file: plain values, the same for every layout.

A reader fills these in, and matching, the search for duplicates and the audit work on
them. Nothing here knows a database. Money is `Decimal`, tax excluded where a field does
not say otherwise; a credit has negative amounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# What a bill is: one for charges, or one that takes charges back.
KINDS = ("invoice", "credit")

# By which other names a line tells what it is about.
REFERENCES = ("shipment", "order", "delivery", "waybill", "customer", "return")


@dataclass(frozen=True, slots=True)
class BillLine:
    """One charge on a bill.

    :param int row: Its place in the file, from 1: a line of text as a person counts,
        a segment in EDI files, where line breaks mean nothing.
    :param str code: The charge as the carrier codes it; "" where it only has words.
    :param str text: The charge in the carrier's words.
    :param str kind: A key of `charge_types.CHARGE_TYPES`; `unknown` when the code is
        not listed, never guessed.
    :param Decimal amount: In the currency of the bill, tax excluded.
    :param Decimal tax: The tax on it, zero where the bill taxes the total only.
    :param str tracking_number: As the carrier writes it, "" for a charge of the bill.
    :param Mapping references: By a key of `REFERENCES` the numbers a line names;
        several of one kind stand below each other, see `named`.
    :param date | None service_date: When the service was given (day of pickup or
        shipping).
    :param Decimal | None weight: The weight that was billed.
    :param str weight_unit: `KG` or `LB`, "" without a weight, or where the bill does
        not say it.
    :param tuple dimensions: Length, width and height that were billed, in
        `length_unit`.
    :param str length_unit: `CM` or `IN`, "" without dimensions.
    :param str service: The product of the carrier, as it names it.
    :param str zone: The zone that was billed.
    :param str country: Where the goods went, ISO 3166-1 alpha-2.
    """

    row: int
    amount: Decimal
    code: str = ""
    text: str = ""
    kind: str = "unknown"
    tax: Decimal = Decimal(0)
    tracking_number: str = ""
    references: Mapping[str, str] = field(default_factory=dict)
    service_date: date | None = None
    weight: Decimal | None = None
    weight_unit: str = ""
    dimensions: tuple[Decimal, ...] = ()
    length_unit: str = ""
    service: str = ""
    zone: str = ""
    country: str = ""

    def named(self, key):
        """Return the numbers of one kind that the line names.

        :param str key: One of `REFERENCES`.
        :rtype: tuple[str, ...]
        """
        return tuple(self.references.get(key, "").splitlines())


@dataclass(frozen=True, slots=True)
class Bill:
    """One document of a carrier with its lines.

    :param str number: As the carrier writes it.
    :param str kind: One of `KINDS`.
    :param str account: Our account with the carrier.
    :param str currency: ISO 4217, "" in layouts that leave it to the account.
    :param Decimal total: What is to be paid, tax included, as the document states it;
        None when it states none.
    :param Decimal tax: The tax of the whole document.
    :param str original: The number of the bill a credit or a correction is about.
    :param str interchange: What tells two transmissions of a document apart, such as
        the control number of the envelope; it never makes two bills of one.
    :param tuple problems: What is wrong with it; see `BillProblem`.
    """

    number: str
    kind: str = "invoice"
    account: str = ""
    currency: str = ""
    issued: date | None = None
    due: date | None = None
    total: Decimal | None = None
    tax: Decimal = Decimal(0)
    original: str = ""
    interchange: str = ""
    lines: tuple[BillLine, ...] = ()
    problems: tuple["BillProblem", ...] = ()

    @property
    def net(self):
        """Return what the lines add up to, tax excluded.

        :rtype: Decimal
        """
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class BillProblem:
    """What keeps a part of a file from being read, or does not add up.

    :param int row: Its place in the file, from 1; 0 for the whole of it.
    :param str category: `syntax` (not the layout it says it is), `encoding`, `value`
        (a field that cannot be read), `total` (sums differ), `missing` or
        `unsupported`.
    :param str reason: For a person: which field, what it says, what was expected.
    """

    row: int
    category: str
    reason: str


@dataclass(frozen=True, slots=True)
class BillFile:
    """All that was read of a file: good lines stay usable beside bad ones.

    :param str layout: Which reader read it, see `readers.LAYOUTS`.
    :param tuple bills: The documents, in the order of the file.
    :param tuple problems: What belongs to no document.
    """

    layout: str
    bills: tuple[Bill, ...] = ()
    problems: tuple[BillProblem, ...] = ()

    @property
    def all_problems(self):
        """Return everything that is wrong, in the order of the rows.

        :rtype: list[BillProblem]
        """
        found = [*self.problems]
        for bill in self.bills:
            found += bill.problems
        return sorted(found, key=lambda problem: problem.row)
