"""Tables of text (CSV), one row at a time, so that a bad row costs only itself.

RFC 4180 with comma, semicolon or tab. A cell that a spreadsheet would run as a formula
makes its row a bad one: no carrier writes formulas, so a file with one went through
other hands. Only `="0123"`, the way to keep leading zeros in spreadsheets, is read as
what it stands for.
"""

import csv
import re
from typing import NamedTuple

from ..bill import BillProblem
from .decoding import (
    MAX_CELL_LINES,
    MAX_CELLS,
    MAX_ROW_LENGTH,
    MAX_ROWS,
    UnreadableBill,
)
from .values import shown, text

DELIMITERS = ",;\t"

_KEPT_ZEROS = re.compile(r'="([\w .\-/]*)"', re.ASCII)
_FORMULA = re.compile(r"[=@].|[+-].*[|!(]", re.DOTALL)
_NEW_LINE = re.compile(r"\r\n|\r|\n")
_OPEN = "unexpected end of data"


class Row(NamedTuple):
    """A row of a table.

    :param int number: Its first line in the file, from 1.
    :param list cells: Its texts, without blanks around them.
    """

    number: int
    cells: list


class Header:
    """The names over the columns of a table.

    Names are compared without regard to case and blanks.

    :param Row row: The row with the names.
    """

    def __init__(self, row):
        self.row = row.number
        self.names = [folded(name) for name in row.cells]
        self._places = {}
        for place, name in enumerate(self.names):
            self._places.setdefault(name, []).append(place)

    def __contains__(self, name):
        return folded(name) in self._places

    def places(self, name):
        """Return where a name stands.

        :param str name: As the layout spells it.
        :rtype: list[int]
        """
        return self._places.get(folded(name), [])

    def missing(self, names):
        """Return which names do not stand in the header.

        :param names: As the layout spells them.
        :rtype: list[str]
        """
        return [name for name in names if name not in self]

    def twice(self, names):
        """Return which names stand in it more than once.

        :param names: As the layout spells them.
        :rtype: list[str]
        """
        return [name for name in names if len(self.places(name)) > 1]

    def cell(self, row, name):
        """Return what a row has below a name.

        :param Row row: The row.
        :param str name: As the layout spells it.
        :return: The text; "" when the column or the end of the row is missing.
        :rtype: str
        :raises ValueError: When the name stands twice with different texts below.
        """
        found = {row.cells[at] for at in self.places(name) if at < len(row.cells)}
        if len(found) > 1:
            raise ValueError(f"{name}: the column stands twice, with different texts")
        return found.pop() if found else ""

    def is_repeated(self, row):
        """Tell whether a row is the header again, as in files that were put together.

        :param Row row: The row.
        :rtype: bool
        """
        return [folded(name) for name in row.cells] == self.names


def folded(name):
    """Return a column's name as it is compared.

    :param str name: As it stands in the file.
    :rtype: str
    """
    return " ".join(name.split()).casefold()


def delimiter(head):
    """Tell what separates the cells, from the first line that is not empty.

    :param str head: The beginning of the file.
    :rtype: str
    """
    line = next((line for line in _NEW_LINE.split(head) if line.strip()), "")
    return max(DELIMITERS, key=line.count)


def rows(content, separator, problems):
    """Read the rows of a table.

    :param str content: The file.
    :param str separator: See `delimiter`.
    :param list problems: Where bad rows are told, as `BillProblem`.
    :return: The good rows, empty ones left out.
    :rtype: Iterator[Row]
    :raises UnreadableBill: When there are more than `MAX_ROWS` lines.
    """
    lines = _NEW_LINE.split(content)
    if len(lines) > MAX_ROWS:
        raise UnreadableBill(
            f"The file has {len(lines)} lines, {MAX_ROWS} are read", "unsupported"
        )
    at, width = 0, None
    while at < len(lines):
        number = at + 1
        try:
            cells, used = _record(lines, at, separator, width)
            at += used
            if not any(cells):
                continue
            cells = _checked(cells)
        except _BadRow as bad:
            problems.append(BillProblem(number, bad.category, bad.reason))
            at += 1 if at + 1 == number else 0
            continue
        width = width or len(cells)
        yield Row(number, cells)


class _BadRow(ValueError):
    def __init__(self, category, reason):
        super().__init__(reason)
        self.category = category
        self.reason = reason


def _record(lines, at, separator, width):
    """Parse one row, which may go on over line breaks within quotes."""
    record = lines[at]
    for used in range(1, MAX_CELL_LINES + 1):
        if used > 1:
            if at + used > len(lines):
                break
            record = f"{record}\n{lines[at + used - 1]}"
        if len(record) > MAX_ROW_LENGTH:
            raise _BadRow(
                "unsupported",
                f"The row has {len(record)} characters, {MAX_ROW_LENGTH} are read",
            )
        if "\0" in record:
            raise _BadRow("encoding", "The row contains a NUL character")
        try:
            cells = _cells(record, separator)
        except csv.Error as error:
            if _OPEN in str(error):
                continue
            raise _BadRow("syntax", f"The row cannot be read: {error}") from error
        # What only fits together over several lines must look like the others.
        if used > 1 and width and len(cells) != width:
            break
        return cells, used
    raise _BadRow("syntax", "The row has a quotation mark that is not closed")


def _cells(record, separator):
    if '"' not in record:
        return [cell.strip() for cell in record.split(separator)]
    *broken, last = record.split("\n")
    parts = [*(f"{part}\n" for part in broken), last]
    (cells,) = csv.reader(parts, delimiter=separator, strict=True)
    return [cell.strip() for cell in cells]


def _checked(cells):
    if len(cells) > MAX_CELLS:
        raise _BadRow(
            "unsupported", f"The row has {len(cells)} cells, {MAX_CELLS} are read"
        )
    for place, cell in enumerate(cells):
        if cell[:1] not in ("=", "@", "+", "-"):
            continue
        if kept := _KEPT_ZEROS.fullmatch(cell):
            cells[place] = kept[1].strip()
        elif _FORMULA.match(cell):
            raise _BadRow(
                "value", f"Column {place + 1}: {shown(text(cell))} is a formula"
            )
    return cells
