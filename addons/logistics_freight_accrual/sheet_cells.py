"""The cells of a table that a person made, from XLSX or CSV, without believing any.

Formulas are never read: what a cell shows was computed elsewhere, and text that a
spreadsheet would run is refused as well (OWASP, CSV injection). Numbers keep the digits
that were typed; which of comma and point is the decimal mark is concluded from numbers
that leave no doubt, and where there is none left to conclude from, a person is asked.
"""

import csv
import io
import re
import struct
import unicodedata
import zipfile
import zlib
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_TEXT = 200

_SEPARATORS = (";", ",", "\t")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What a spreadsheet takes for a formula, in any width.
_FORMULA = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001
_GROUPED = re.compile(r"([+-]?\d{1,3})((?:[ \u00a0\u202f'’]\d{3})+)([.,]\d+)?")  # noqa: RUF001
_BLANKS = re.compile(r"[ \u00a0\u202f'’]")  # noqa: RUF001
_MARKED = re.compile(r"[+-]?\d*(?:[.,]\d+)*", re.ASCII)
_MAX_DIGITS = 30
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
# Whatever a damaged workbook makes its readers raise.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    struct.error,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


class Refused(ValueError):
    """A cell, a row or a file that is not read.

    :param str reason: A key of `rate_template.REASONS`.
    :param str values: What the reason names.
    """

    def __init__(self, reason, **values):
        super().__init__(reason)
        self.reason = reason
        self.values = values


class Formula(NamedTuple):
    """A cell with a formula, or with an error in place of a value."""

    text: str


class Row(NamedTuple):
    """One row of a table.

    :param int number: As a spreadsheet counts it, from 1.
    :param tuple cells: Texts, `Decimal`, `date`, `bool` or `Formula`; "" when empty.
    :param Refused | None problem: Why it could not be taken apart.
    """

    number: int
    cells: tuple
    problem: Refused | None = None


def rows(data):
    """Take a file apart.

    :param bytes data: An XLSX workbook, of which the first sheet is read, or CSV in
        UTF-8 or UTF-16 with comma, semicolon or tab.
    :return: The rows that are not empty.
    :rtype: list[Row]
    :raises Refused: When the file as a whole is not read.
    """
    if len(data) > MAX_BYTES:
        raise Refused("too_large", size=str(len(data)), limit=str(MAX_BYTES))
    if not data.strip():
        raise Refused("empty")
    found = _workbook(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    if not found:
        raise Refused("empty")
    return found


def number(cell, mark=""):
    """Return the number a cell holds.

    :param str | Decimal cell: A number, or a text with a decimal comma or point.
    :param str mark: The decimal mark of the file, "" when nothing tells.
    :rtype: Decimal
    :raises Refused: When it is no number, or it may be two.
    """
    if isinstance(cell, Decimal):
        return cell
    if not isinstance(cell, str):
        raise Refused("not_a_number", value=str(cell)[:MAX_TEXT])
    written = _ungrouped(cell.strip())
    digits = sum(char.isdigit() for char in written)
    if not digits or digits > _MAX_DIGITS or not _MARKED.fullmatch(written):
        plain(cell)
        raise Refused("not_a_number", value=cell[:MAX_TEXT])
    own = decimal_mark(written)
    if own is None:
        if not mark:
            raise Refused("two_numbers", value=cell)
        own = mark
    whole, fraction = written.rsplit(own, 1) if own in written else (written, "")
    groups = re.split("[.,]", whole.lstrip("+-"))
    grouped = len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    )
    if own in whole or not grouped or (fraction and not fraction.isdigit()):
        raise Refused("not_a_number", value=cell[:MAX_TEXT])
    sign = "-" if whole.startswith("-") else ""
    return Decimal(f"{sign}{''.join(groups) or '0'}.{fraction or '0'}")


def decimal_mark(text):
    """Return which sign is the decimal mark of a number.

    :param str text: A number as a person wrote it.
    :return: "," or "."; None when it may be either. A number without any, or with
        several of one kind only, has none of its own kind: then it is the other one.
    :rtype: str | None
    """
    commas, points = text.count(","), text.count(".")
    if commas and points:
        return max(",.", key=text.rindex)
    if not commas and not points:
        return "."
    sign = "," if commas else "."
    if commas + points > 1:
        return "." if sign == "," else ","
    whole, _sep, fraction = text.lstrip("+-").partition(sign)
    thousands = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    return None if thousands else sign


def proven_mark(cells):
    """Return the decimal mark that the numbers of a file agree on.

    :param Iterable cells: What stands where numbers are expected.
    :return: "," or ".", or "" when none of them tells, or they differ.
    :rtype: str
    """
    marks = set()
    for cell in cells:
        if isinstance(cell, str) and re.search("[.,]", cell):
            written = _ungrouped(cell.strip())
            if _MARKED.fullmatch(written) and (mark := decimal_mark(written)):
                marks.add(mark)
    return marks.pop() if len(marks) == 1 else ""


def day(cell):
    """Return the day a cell holds.

    :param str | date cell: A date, or a text like 2026-03-31 or 31.3.2026. Slashes are
        not read: nobody knows which of two numbers is the month.
    :rtype: date
    :raises Refused: When it is no day.
    """
    if isinstance(cell, date):
        found = cell
    else:
        text = cell.strip() if isinstance(cell, str) else str(cell)
        iso, dotted = _ISO.fullmatch(text), _DOTTED.fullmatch(text)
        parts = iso.groups() if iso else dotted.groups()[::-1] if dotted else None
        try:
            found = date(*map(int, parts)) if parts else None
        except ValueError:
            found = None
    if found is None or not 1971 <= found.year < 2200:
        raise Refused("not_a_day", value=str(cell)[:MAX_TEXT])
    return found


def plain(cell):
    """Return the text a cell holds, one line of words.

    :param str | Decimal | date cell: A text; a number or a day is written out.
    :rtype: str
    :raises Refused: When a spreadsheet would run it, it has control characters, or it
        is too long.
    """
    if isinstance(cell, Decimal):
        return format(cell.normalize() + 0, "f")
    if isinstance(cell, bool):
        raise Refused("not_a_text", value=str(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    if cell.startswith(_FORMULA) or cell.strip().startswith(_FORMULA):
        raise Refused("formula", value=cell[:MAX_TEXT])
    text = unicodedata.normalize("NFC", " ".join(cell.split()))
    if not text.isprintable():
        raise Refused("not_a_text", value=repr(text)[:MAX_TEXT])
    if len(text) > MAX_TEXT:
        raise Refused("too_long", limit=str(MAX_TEXT))
    return text


def _ungrouped(text):
    match = _GROUPED.fullmatch(text)
    return _BLANKS.sub("", text) if match else text


# === CSV === #


def _csv(data):
    text = _decoded(data)
    if "\0" in text:
        raise Refused("encoding", detail="NUL")
    header = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found, number_of_row = [], 1
    while True:
        try:
            cells = next(reader)
            problem = None
        except StopIteration:
            return found
        except csv.Error as error:
            cells, problem = [], Refused("syntax", detail=str(error))
        if problem or any(cell.strip() for cell in cells):
            found.append(Row(number_of_row, tuple(cells), problem))
        number_of_row = reader.line_num + 1
        _check_size(len(found), len(cells))


def _decoded(data):
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("encoding", detail=f"byte {error.start + 1}") from error


def _check_size(count, width):
    if count > MAX_ROWS:
        raise Refused("too_many_rows", limit=str(MAX_ROWS))
    if width > MAX_COLUMNS:
        raise Refused("too_many_columns", limit=str(MAX_COLUMNS))


# === XLSX === #


def _workbook(data):
    try:
        _check_archive(data)
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, keep_links=False
        )
        sheet = book.worksheets[0]
        found = []
        # One more than is read, so that what is beyond is told and not cut off.
        for cells in sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS + 1):
            values = [_value(cell) for cell in cells]
            while values and values[-1] == "":
                values.pop()
            if values:
                place = next(cell.row for cell in cells if cell.value is not None)
                found.append(Row(place, tuple(values)))
                _check_size(len(found), len(values))
                _check_size(place, 0)
    except Refused:
        raise
    except _BROKEN as error:
        raise Refused("syntax", detail=str(error)[:MAX_TEXT]) from error
    return found


def _check_archive(data):
    """Look into the archive before anything of it is unpacked or parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(member.file_size for member in archive.infolist())
        if size > MAX_UNPACKED or len(archive.infolist()) > 1000:
            raise Refused("too_large", size=str(size), limit=str(MAX_UNPACKED))
        for member in archive.infolist():
            if member.filename.endswith((".xml", ".rels")):
                text = archive.read(member)
                # Office never writes a document type: whoever does wants an entity.
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:
                    raise Refused("syntax", detail=member.filename[:MAX_TEXT])


def _value(cell):
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return Formula(str(value)[:MAX_TEXT])
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value if isinstance(value, (bool, date)) else str(value)
    # A spreadsheet shows and keeps fifteen digits; the rest is noise of binary floats.
    exact = (
        Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    )
    if not exact.is_finite() or abs(exact.adjusted()) > _MAX_DIGITS:
        return str(value)
    return f"{exact * 100:f}%" if "%" in (cell.number_format or "") else exact
