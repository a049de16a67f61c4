"""Tables of rates as tests write them."""

import io
import zipfile

import openpyxl

from odoo.addons.logistics_freight_accrual import rate_sheet

CURRENCIES = {"EUR": 2, "JPY": 0, "KWD": 3}
KINDS = ("fuel", "residential")
# A rate of 2026 that is read; a test changes what it is about.
RATE = {
    "agreement": "North 26",
    "carrier": "haulier",
    "currency": "EUR",
    "kind": "base",
    "country": "AT",
    "weight_to": "5",
    "price": "6.90",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
}
FUEL = {
    "agreement": "North 26",
    "carrier": "haulier",
    "currency": "EUR",
    "kind": "fuel",
    "percent": "9.5",
}


def header(rows):
    """Return the columns that any of the rows has, in the order they come up."""
    return list(dict.fromkeys(name for row in rows for name in row))


def as_csv(*rows, separator=";", encoding="utf-8", columns=None):
    """Return rows as CSV.

    :rtype: bytes
    """
    columns = columns or header(rows)
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    text = "\r\n".join(separator.join(map(_quoted, line)) for line in lines)
    return text.encode(encoding)


def as_xlsx(*rows, formats=None):
    """Return rows as a workbook; values keep their types.

    :param dict formats: By column the number format of its cells.
    :rtype: bytes
    """
    book = openpyxl.Workbook()
    sheet = book.active
    columns = header(rows)
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(name) for name in columns])
    for name, style in (formats or {}).items():
        place = columns.index(name) + 1
        for line in range(2, len(rows) + 2):
            sheet.cell(line, place).number_format = style
    return saved(book)


def saved(book):
    """Return the bytes of a workbook."""
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def repacked(data, member, change):
    """Return a workbook of which one member was changed.

    :param Callable change: From its bytes to other bytes.
    :rtype: bytes
    """
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, change(content) if name == member else content)
    return target.getvalue()


def read(data):
    """Read a table with the currencies and kinds of the tests."""
    return rate_sheet.read(data, CURRENCIES, KINDS)


def told(data):
    """Return what is wrong with a table: row, column and reason of each problem."""
    return [(item.row, item.column, item.reason) for item in read(data).problems]


def _quoted(value):
    text = str(value)
    if any(char in text for char in ';,"\n\t'):
        text = '"' + text.replace('"', '""') + '"'
    return text
