"""From the bytes of a file to its text, and the limits within which files are read.

Carriers send UTF-8, Windows-1252 without saying so, and what a spreadsheet saves:
with a byte order mark, or in UTF-16; EDIFACT declares what it uses. Each of these is
read; what had to be assumed is a problem of the file, so that a person sees it.
"""

import re

from ..bill import BillProblem

# A bill of 100,000 rows of the widest layout has about 60 MB.
MAX_BYTES = 64 * 1024 * 1024
# Rows of a table; a bill of 10,000 parcels has less than 60,000.
MAX_ROWS = 250_000
# Segments of an EDI file; a parcel has about a dozen of them.
MAX_SEGMENTS = 1_500_000
# Characters of one row of a table, and of one segment.
MAX_ROW_LENGTH = 100_000
MAX_SEGMENT_LENGTH = 10_000
# Cells of a row; the widest layout has 250.
MAX_CELLS = 500
# Lines of text that one quoted cell may span.
MAX_CELL_LINES = 20

_UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# ISO 9735: the character sets that UNB declares, from level C on.
_DECLARED = re.compile(rb"UNB.UNO([C-K])", re.DOTALL)
_EDIFACT = dict(
    zip("CDEFGHIJK", (f"iso8859-{n}" for n in (1, 2, 5, 7, 3, 4, 6, 8, 9)), strict=True)
)
_UTF8_MARK = b"\xef\xbb\xbf"


class UnreadableBill(ValueError):
    """A file of which nothing can be read: it has no known layout, or is too large.

    :param str reason: For a person: what it is and what was expected.
    :param str category: As in `BillProblem`.
    """

    def __init__(self, reason, category):
        super().__init__(reason)
        self.reason = reason
        self.category = category


def decode(data):
    """Return the text of a file.

    A file that is not UTF-8 is read as Windows-1252 line by line, so that lines in
    UTF-8 keep their letters.

    :param bytes data: The file.
    :return: The text without byte order mark, and what is wrong with it.
    :rtype: tuple[str, list[BillProblem]]
    :raises UnreadableBill: When it is empty, or larger than `MAX_BYTES`.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableBill(
            f"The file has {len(data)} bytes, {MAX_BYTES} are read", "unsupported"
        )
    text, problems = _text(bytes(data))
    if not text.strip("\0 \t\r\n"):
        raise UnreadableBill("The file is empty", "missing")
    return text, problems


def _text(data):
    encoding = _utf16(data)
    if encoding:
        text = data.decode(encoding, "replace").removeprefix("\ufeff")
        return text, _replaced(text, "UTF-16")
    data = data.removeprefix(_UTF8_MARK)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        if declared := _DECLARED.search(data[:512]):
            encoding = _EDIFACT[declared[1].decode()]
            text = data.decode(encoding, "replace")
            return text, _replaced(text, encoding)
        return _line_by_line(data)


def _utf16(data):
    for mark, encoding in _UTF16:
        if data.startswith(mark):
            return encoding
    # Without a mark: every second byte of the first letters is empty.
    head = data[:64]
    if len(head) >= 8 and len(data) % 2 == 0:
        if not any(head[1::2]) and all(head[::2]):
            return "utf-16-le"
        if not any(head[::2]) and all(head[1::2]):
            return "utf-16-be"
    return None


def _replaced(text, encoding):
    count = text.count("\ufffd")
    if not count:
        return []
    reason = f"{count} characters are not {encoding}; they are shown as \ufffd"
    row = text.count("\n", 0, text.index("\ufffd")) + 1
    return [BillProblem(row, "encoding", reason)]


def _line_by_line(data):
    lines, rows = [], []
    for row, line in enumerate(data.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            rows.append(row)
            # Five bytes have no letter in Windows-1252.
            lines.append(line.decode("cp1252", "replace"))
    reason = (
        f"{len(rows)} lines are not UTF-8, the first is line {rows[0]}; they were read "
        "as Windows-1252"
    )
    return "\n".join(lines), [BillProblem(rows[0], "encoding", reason)]
