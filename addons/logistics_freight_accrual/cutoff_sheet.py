"""Tables as a workbook that runs nothing: no text in it is taken for a formula."""

import io
from collections.abc import Callable
from typing import NamedTuple

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# What a spreadsheet program takes for the beginning of a formula or a command.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# What no sheet may have in its name.
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_WIDEST = 48


class Column(NamedTuple):
    """A column of a table.

    :param str title: What stands above it.
    :param Callable value: Gives the value of a row: text or a number.
    :param bool is_total: Whether it is added up below.
    """

    title: str
    value: Callable
    is_total: bool = False


def workbook(sheets, title):
    """Return tables as a workbook.

    :param list[tuple] sheets: (name, `Column` list, rows) of each sheet.
    :param str title: Stands above every table.
    :return: XLSX.
    :rtype: bytes
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, columns, rows in sheets:
        _fill(
            book.create_sheet(name.translate(_NOT_IN_TITLES)[:31]), title, columns, rows
        )
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def plain_text(value):
    """Return a text as no program takes it for a formula, wherever it is copied to.

    :param str value: Anything a person or a partner wrote.
    :rtype: str
    """
    text = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{text}" if text.startswith(_STARTS) else text


def _fill(sheet, title, columns, rows):
    _put(sheet, 1, 1, title).font = Font(bold=True)
    for place, column in enumerate(columns, 1):
        _put(sheet, 3, place, column.title).font = Font(bold=True)
    widths = [len(column.title) for column in columns]
    totals = [0.0] * len(columns)
    number = 3
    for number, row in enumerate(rows, 4):
        for place, column in enumerate(columns):
            value = column.value(row)
            _put(sheet, number, place + 1, value)
            widths[place] = max(widths[place], len(str(value or "")))
            totals[place] += value if column.is_total else 0.0
    for place, column in enumerate(columns):
        if column.is_total:
            cell = _put(sheet, number + 1, place + 1, round(totals[place], 6))
            cell.font = Font(bold=True)
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = min(widths[place] + 2, _WIDEST)
    sheet.freeze_panes = "A4"


def _put(sheet, row, column, value):
    cell = sheet.cell(row, column)
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    else:
        cell.value = plain_text(value or "")
        # Whatever it looks like, it is text.
        cell.data_type = "s"
    return cell
