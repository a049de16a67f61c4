"""Open accruals of before, read from a table that a person fills in.

XLSX or CSV with the columns of `COLUMNS`, in any order; a row for each freight that was
accrued in the old books and not billed yet. Amounts are net of the tax that comes back,
as they stand on the old account. Bad rows are told with their reason and left out;
nothing is written: the result is the preview.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import openpyxl

from . import rate_template
from .rounding import exact
from .sheet_cells import Formula, Refused, day, number, plain, proven_mark, rows

REQUIRED = ("carrier", "reference", "service_date", "currency", "amount")
COLUMNS = (*REQUIRED, "charge_type", "note")
REASONS = MappingProxyType(
    {
        **rate_template.REASONS,
        "decimals": "{value} has more decimals than {currency}",
        "nothing": "an open accrual of nothing",
        "too_much": "out of its range: {detail}",
    }
)
_EXAMPLE = {
    "carrier": "Example carrier",
    "reference": "1Z999AA10123456784",
    "service_date": "2026-01-31",
    "currency": "EUR",
    "amount": "12.50",
    "charge_type": "base",
    "note": "not billed yet",
}


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One good row.

    :param int row: As a spreadsheet counts it, from 1.
    :param str carrier: As it was written: its name or SCAC.
    :param str reference: The tracking number, or what else the old books called it.
    :param date service_date: When it was incurred.
    :param str currency: ISO 4217.
    :param Decimal amount: What is open, never zero.
    :param str charge_type: One of the known ones.
    :param str note: Anything.
    """

    row: int
    carrier: str
    reference: str
    service_date: date
    currency: str
    amount: Decimal
    charge_type: str = "base"
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpeningProblem:
    """What keeps a row from being used, or the whole file when the row is 0.

    :param int row: As a spreadsheet counts it, from 1.
    :param str column: One of `COLUMNS`, "" for the whole row.
    :param str text: The reason as a sentence, untranslated.
    """

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class OpeningSheet:
    """What a file says.

    :param tuple rows: The good rows, in their order.
    :param tuple problems: By row.
    """

    rows: tuple[OpeningRow, ...] = ()
    problems: tuple[OpeningProblem, ...] = ()


def read(data, carriers, currencies, types):
    """Read open accruals from a file.

    :param bytes data: An XLSX workbook, of which the first sheet is read, or CSV.
    :param Collection[str] carriers: The folded names of all carriers.
    :param Mapping[str, int] currencies: By ISO 4217 code how many decimals it has.
    :param Collection[str] types: The known charge types.
    :rtype: OpeningSheet
    """
    try:
        found = rows(data)
        columns = _columns(found[0])
    except Refused as error:
        return OpeningSheet(problems=(_problem(0, error),))
    mark = proven_mark(
        cell
        for row in found[1:]
        for name, cell in zip(columns, row.cells, strict=False)
        if name == "amount"
    )
    good, problems, seen = [], [], {}
    for row in found[1:]:
        try:
            one = _row(row, columns, mark, carriers, currencies, types)
            identity = (fold(one.carrier), fold(one.reference), one.charge_type)
            if identity in seen:
                raise Refused("duplicate", other=str(seen[identity]))
            seen[identity] = row.number
            good.append(one)
        except Refused as error:
            problems.append(_problem(row.number, error))
        except ValueError as error:
            refused = Refused("too_much", detail=str(error))
            problems.append(_problem(row.number, refused))
    return OpeningSheet(tuple(good), tuple(problems))


def fold(text):
    """Return a name as it is compared: without case and doubled spaces.

    :param str text: As a person wrote it.
    :rtype: str
    """
    return " ".join((text or "").split()).casefold()


def template_csv():
    """Return an empty table with a row that shows how it is filled in.

    :return: CSV with commas, in UTF-8.
    :rtype: bytes
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerow([_EXAMPLE[name] for name in COLUMNS])
    return text.getvalue().encode()


def template_xlsx():
    """Return the same table as a workbook, with typed cells.

    :rtype: bytes
    """
    typed = _EXAMPLE | {
        "service_date": date.fromisoformat(_EXAMPLE["service_date"]),
        "amount": float(_EXAMPLE["amount"]),
    }
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(COLUMNS)
    sheet.append([typed[name] for name in COLUMNS])
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _columns(header):
    if header.problem:
        raise header.problem
    names = []
    for cell in header.cells:
        if isinstance(cell, Formula):
            raise Refused("formula", value=cell.text)
        name = plain(cell).casefold().replace(" ", "_")
        if name not in COLUMNS:
            raise Refused("unknown_column", value=name)
        if name in names:
            raise Refused("two_columns", column=name)
        names.append(name)
    for name in REQUIRED:
        if name not in names:
            raise Refused("no_column", column=name)
    return names


def _row(row, columns, mark, carriers, currencies, types):
    if row.problem:
        raise row.problem
    if any(cell != "" for cell in row.cells[len(columns) :]):
        raise Refused("beyond")
    values = {}
    for name, cell in zip(columns, row.cells, strict=False):
        try:
            if cell != "" and not (isinstance(cell, str) and not cell.strip()):
                values[name] = _value(name, cell, mark)
        except Refused as error:
            error.values.setdefault("column", name)
            raise
    for name in REQUIRED:
        if name not in values:
            raise Refused("missing", column=name)
    _check_known(values, carriers, currencies, types)
    _check_amount(values, currencies)
    return OpeningRow(row.number, **values)


def _value(name, cell, mark):
    if isinstance(cell, Formula):
        raise Refused("formula", value=cell.text)
    if name == "amount":
        return number(cell, mark)
    if name == "service_date":
        return day(cell)
    text = plain(cell)
    if name == "currency":
        return text.upper()
    return fold(text) if name == "charge_type" else text


def _check_known(values, carriers, currencies, types):
    known = {
        "carrier": fold(values["carrier"]) in carriers,
        "currency": values["currency"] in currencies,
        "charge_type": values.get("charge_type", "base") in types,
    }
    for name, is_known in known.items():
        if not is_known:
            raise Refused("not_a_code", column=name, value=values[name])


def _check_amount(values, currencies):
    amount = values["amount"]
    if not amount:
        raise Refused("nothing", column="amount")
    decimals = currencies[values["currency"]]
    try:
        exact(amount, decimals)
    except ValueError as error:
        if amount == amount.quantize(Decimal(1).scaleb(-decimals)):
            raise
        raise Refused(
            "decimals",
            column="amount",
            value=str(amount),
            currency=values["currency"],
        ) from error


def _problem(row, error):
    column = error.values.get("column", "")
    text = REASONS[error.reason].format(**{"column": column, **error.values})
    return OpeningProblem(row, column, text)
