"""Readers of carriers' bills: bytes of a file to plain values, whatever its layout.

What is wrong with a row costs that row; everything else is read, and each problem says
where it is and why. Nothing here knows a database, a clock or a network.
"""

from functools import partial
from types import MappingProxyType

from ..bill import BillFile, BillProblem
from . import (
    dhl_mybill_csv,
    edifact_invoic,
    fedex_csv,
    freight_csv,
    ups_csv,
    x12_210,
)
from .decoding import UnreadableBill, decode

_READERS = (
    x12_210,
    edifact_invoic,
    freight_csv,
    fedex_csv,
    dhl_mybill_csv,
    # The last: it has no names to be known by.
    ups_csv,
)
_BY_LAYOUT = {reader.LAYOUT: reader for reader in _READERS}

# Layout → its name for a person.
LAYOUTS = MappingProxyType(
    {
        "x12_210": "ANSI X12 210",
        "edifact_invoic": "EDIFACT INVOIC",
        "ups_csv": "UPS Billing Data (CSV)",
        "fedex_csv": "FedEx Billing Online, All Columns (CSV)",
        "dhl_mybill_csv": "DHL Express MyBill (CSV)",
        "freight_csv": "Freight Bill (CSV)",
    }
)
# What is looked at to tell the layout: longer than the longest header row.
_HEAD = 65536


def detect(data):
    """Tell which layout a file has.

    :param bytes data: The file.
    :return: A key of `LAYOUTS`.
    :rtype: str
    :raises UnreadableBill: When it is empty, too large or has none of them.
    """
    return _detected(decode(data)[0])


def read(data, layout=None, kind_of=None):
    """Read the bills of a file.

    :param bytes data: The file.
    :param str | None layout: A key of `LAYOUTS`; None to find out.
    :param kind_of: Layout, code and words of a charge → a key of the charge types;
        without it every charge stays `unknown`.
    :return: The bills, good lines beside all problems; no bill at all and a problem in
        row 0 when nothing can be read, then `layout` is "" unless it was given.
    :rtype: BillFile
    :raises UnreadableBill: When the layout that is asked for is not known.
    """
    if layout is not None and layout not in LAYOUTS:
        raise UnreadableBill(f"{layout!r} is not a known layout", "unsupported")
    try:
        content, problems = decode(data)
        found = layout or _detected(content)
        bound = partial(kind_of or _unknown, found)
        bills, more = _BY_LAYOUT[found].read(content, bound)
    except UnreadableBill as error:
        problem = BillProblem(0, error.category, error.reason)
        return BillFile(layout or "", (), (problem,))
    problems = sorted([*problems, *more], key=lambda problem: problem.row)
    if not bills and not problems:
        problems = [BillProblem(0, "missing", "The file has no bill in it")]
    return BillFile(found, tuple(bills), tuple(problems))


def _unknown(_layout, _code, _text):
    return "unknown"


def _detected(content):
    head = content[:_HEAD]
    for layout, reader in _BY_LAYOUT.items():
        if reader.looks_like(head):
            return layout
    raise UnreadableBill(
        "The file has none of the known layouts: " + ", ".join(LAYOUTS.values()),
        "unsupported",
    )
