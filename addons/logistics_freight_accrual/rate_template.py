"""What a table of rates looks like: its columns, an empty one, and what can be wrong.

An agreement is a table of rates (`kind` is `base`) and surcharges, a row each:

* `agreement`, `carrier`, `currency` (ISO 4217), `kind`: required;
* `service`, `zone`, `country` (ISO 3166-1 alpha-2): what it is for, empty for all;
* `weight_to` (kg, included), `price`, `per_kg`, `minimum`: of a rate;
* `percent` (9.5 is 9.5 %) of the `basis` (`base` or `all`), or an `amount`, `minimum`,
  `trait` (what the consignment must be, such as `residential`): of a surcharge;
* `per`: `parcel` or `shipment`, what a rate or an amount is for;
* `valid_from`, `valid_to`: days, both included;
* `divisor` (cubic centimetres per kg), `weight_step` (kg): of the whole agreement.
"""

import csv
import io
from datetime import date
from types import MappingProxyType

import openpyxl

NUMBERS = (
    "weight_to",
    "price",
    "per_kg",
    "minimum",
    "percent",
    "amount",
    "divisor",
    "weight_step",
)
DAYS = ("valid_from", "valid_to")
TEXTS = (
    "agreement",
    "carrier",
    "currency",
    "kind",
    "service",
    "zone",
    "country",
    "basis",
    "per",
    "trait",
)
COLUMNS = (
    *TEXTS[:7],
    *NUMBERS[:6],
    *TEXTS[7:],
    *DAYS,
    *NUMBERS[6:],
)
REQUIRED = ("agreement", "carrier", "currency", "kind")
# Why a cell, a row or a file is not read; the values are named by the same words.
REASONS = MappingProxyType(
    {
        "too_large": "the file has {size} bytes, {limit} are read",
        "too_many_rows": "more than {limit} rows",
        "too_many_columns": "more than {limit} columns",
        "empty": "the file is empty",
        "encoding": "the text is not UTF-8: {detail}",
        "syntax": "this is no such file: {detail}",
        "no_column": "the column {column} is missing",
        "unknown_column": "there is no column {value}",
        "two_columns": "the column {column} stands twice",
        "beyond": "a value beyond the last column",
        "missing": "{column} is missing",
        "formula": "a formula is not read: {value}",
        "not_a_number": "not a number: {value}",
        "two_numbers": "{value} may be two numbers: write more or fewer decimals",
        "not_a_day": "not a day like 2026-03-31: {value}",
        "not_a_text": "not a text: {value}",
        "too_long": "longer than {limit} characters",
        "not_a_code": "no such code: {value}",
        "not_here": "{column} does not belong into a row of {kind}",
        "no_value": "neither a price nor a percentage nor an amount",
        "range": "out of its range: {detail}",
        "differs": "{column} is {value}, in row {other} it is {before}",
        "duplicate": "says the same as row {other}",
        "overlap": "is valid on the same days as row {other}",
    }
)

_EXAMPLES = (
    {
        "agreement": "Example 2026",
        "carrier": "Example carrier",
        "currency": "EUR",
        "kind": "base",
        "service": "economy",
        "country": "AT",
        "weight_to": "5",
        "price": "6.90",
        "per": "parcel",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "divisor": "5000",
        "weight_step": "0.5",
    },
    {
        "agreement": "Example 2026",
        "carrier": "Example carrier",
        "currency": "EUR",
        "kind": "fuel",
        "percent": "9.5",
        "basis": "base",
        "valid_from": "2026-01-01",
        "valid_to": "2026-01-31",
    },
)


def template_csv():
    """Return an empty table with two rows that show how it is filled in.

    :return: CSV with commas, in UTF-8.
    :rtype: bytes
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for example in _EXAMPLES:
        writer.writerow([example.get(name, "") for name in COLUMNS])
    return text.getvalue().encode()


def template_xlsx():
    """Return the same table as a workbook, with typed cells.

    :rtype: bytes
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(COLUMNS)
    for example in _EXAMPLES:
        sheet.append([_typed(name, example.get(name)) for name in COLUMNS])
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _typed(name, text):
    if text is None:
        return None
    if name in NUMBERS:
        return float(text)
    return date.fromisoformat(text) if name in DAYS else text
