"""Readers of carriers' bills: bytes of a file to plain values, whatever its layout.

What is wrong with a row costs that row; everything else is read, and each problem says
where it is and why. Nothing here knows a database, a clock or a network.
"""

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
from .draft import Kinds

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


def read(data, layout=None, codes=MappingProxyType({})):
    """Read the bills of a file.

    :param bytes data: The file.
    :param str | None layout: A key of `LAYOUTS`; None to find out.
    :param Mapping codes: By layout, the carrier's codes or words of charges → a key of
        the charge types. What is not listed stays `unknown`.
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
        kind_of = Kinds(codes.get(found, {}))
        bills, more = _BY_LAYOUT[found].read(content, kind_of)
    except UnreadableBill as error:
        problem = BillProblem(0, error.category, error.reason)
        return BillFile(layout or "", (), (problem,))
    problems = sorted([*problems, *more], key=lambda problem: problem.row)
    if not bills and not problems:
        problems = [BillProblem(0, "missing", "The file has no bill in it")]
    return BillFile(found, tuple(bills), tuple(problems))


def _detected(content):
    head = content[:_HEAD]
    for layout, reader in _BY_LAYOUT.items():
        if reader.looks_like(head):
            return layout
    raise UnreadableBill(
        "The file has none of the known layouts: " + ", ".join(LAYOUTS.values()),
        "unsupported",
    )
