"""What a carrier is shown when its bill is disputed, in one archive.

Pure: documents in, bytes out, in memory and within bounds. What does not fit is left
out and named, so that nobody believes it was sent.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass

# Mail servers take about 25 MB, and a mail carries a file with a third on top.
MAX_DOCUMENT = 5 * 1024 * 1024
MAX_TOTAL = 15 * 1024 * 1024
MAX_DOCUMENTS = 200

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_NAMES = re.compile(r"[^\w.\- ]+")


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the archive.

    :param str name: Its name, with at most one folder in front: `proofs/photo.jpg`.
    :param bytes data: What is in it.
    """

    name: str
    data: bytes


def pack(documents):
    """Put documents into one ZIP archive.

    Earlier ones go first: what is needed most is given first. Two of one name get a
    number.

    :param Iterable[Document] documents: In the order of their weight.
    :return: The archive, and the names of what was left out because it is too large.
    :rtype: tuple[bytes, tuple[str, ...]]
    """
    buffer = io.BytesIO()
    names, left_out, total = set(), [], 0
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in documents:
            name = _unused(safe_path(document.name), names)
            size = len(document.data)
            if (
                size > MAX_DOCUMENT
                or total + size > MAX_TOTAL
                or len(names) >= MAX_DOCUMENTS
            ):
                left_out.append(name)
                continue
            names.add(name)
            total += size
            # The same evidence is the same file, whenever it is put together.
            archive.writestr(zipfile.ZipInfo(name), document.data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue(), tuple(left_out)


def table(header, rows):
    """Return a table as CSV that every spreadsheet reads, and none executes.

    :param Iterable[str] header: The names of the columns.
    :param Iterable[Iterable] rows: The cells; None is an empty one.
    :rtype: bytes
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    # With the mark by which spreadsheets know UTF-8.
    return buffer.getvalue().encode("utf-8-sig")


def harmless(cell):
    """Return the text of a cell that no spreadsheet takes for a formula.

    :param object cell: Any value; numbers stay as they are.
    :rtype: str
    """
    if cell is None or cell is False:
        return ""
    text = str(cell)
    if isinstance(cell, str) and text.startswith(_FORMULA):
        return f"'{text}"
    return text


def safe_path(name):
    """Return a name that stays inside the archive, wherever it is unpacked.

    :param str name: As somebody called the file, with at most one folder.
    :rtype: str
    """
    parts = [
        _NOT_IN_NAMES.sub("_", part).strip(". ")[-80:]
        for part in name.replace("\\", "/").split("/")
    ]
    parts = [part for part in parts if part][-2:]
    return "/".join(parts) or "document"


def _unused(name, names):
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    found, number = name, 2
    while found in names:
        found = f"{stem}-{number}{dot}{ending}"
        number += 1
    return found
