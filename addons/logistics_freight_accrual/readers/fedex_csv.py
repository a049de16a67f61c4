"""FedEx Billing Online, the CSV file "All Columns".

A header row, then one row per tracking number and bill: the transportation charge and
up to 25 pairs of description and amount below repeated names, which some exports
number. The n-th description belongs to the n-th amount. Discounts are negative pairs.
Codes are not given, only words; the currency is that of the account and not written.

Checked are, per row, transportation charge + pairs = net charge, and per bill, net
charges = `Original Amount Due`. Dates are eight digits.

Source: the names of the columns in the data dictionary "All Columns".
"""

import re

from ..bill import BillProblem
from . import values
from .draft import references
from .grouped import Bills, Sheet, one_value
from .tables import Row, delimiter, folded, rows
from .values import FieldProblem

LAYOUT = "fedex_csv"

_TRACKING = "Express or Ground Tracking ID"
_NUMBER, _NET = "Invoice Number", "Net Charge Amount"
_ACCOUNT, _TOTAL = "Bill to Account Number", "Original Amount Due"
_TRANSPORTATION = "Transportation Charge Amount"
_WORDS, _CHARGE = "Tracking ID Charge Description", "Tracking ID Charge Amount"
_RATED, _RATED_UNIT = "Rated Weight Amount", "Rated Weight Units"
_SIZES = ("Dim Length", "Dim Width", "Dim Height")
_NEEDED = (_NUMBER, _TRACKING, _NET)
_AMOUNTS = (_TRANSPORTATION, _NET, _TOTAL, _CHARGE, _RATED)
_REFERENCES = {
    "shipment": ("TDMasterTrackingID", "CrossRefTrackingID"),
    "order": ("Original Ref#3/PO Number", "Updated Ref#3/PO Number"),
    "customer": (
        "Original Customer Reference",
        "Original Ref#2",
        "Updated Customer Reference",
        "Updated Ref#2",
    ),
    "return": ("RMA#",),
}
_KNOWN = (
    *_NEEDED,
    _ACCOUNT,
    _TOTAL,
    _TRANSPORTATION,
    _RATED,
    _RATED_UNIT,
    *_SIZES,
    "Dim Unit",
    "Invoice Date",
    "Shipment Date",
    "Service Type",
    "Ground Service",
    "Zone Code",
    "Recipient Country/Territory",
    *(name for names in _REFERENCES.values() for name in names),
)
# Numbers behind the names of the pairs: " 2", ".1", "_3".
_NUMBERED = re.compile(r"[\s._#-]*\d+$")


def looks_like(head):
    """Tell whether a file begins like this layout.

    :param str head: Its beginning.
    :rtype: bool
    """
    line = folded(next((line for line in head.splitlines() if line.strip()), ""))
    marks = (_TRACKING, _WORDS, "TDMasterTrackingID", _ACCOUNT, _NET)
    return sum(folded(mark) in line for mark in marks) >= 2


def read(content, kind_of):
    """Read the bills of a file.

    :param str content: The file.
    :param kind_of: Code and words of a charge → a key of the charge types.
    :return: The bills, and the problems that belong to none of them.
    :rtype: tuple[list[Bill], list[BillProblem]]
    """
    problems = []
    table = list(rows(content, delimiter(content[:65536]), problems))
    if not table:
        return [], problems
    reader = _Reader(table, problems, kind_of)
    if not reader.sheet.missing:
        reader.bills.rows(reader.sheet.rows, reader.take)
    return reader.bills.finish(), problems


class _Reader:
    def __init__(self, table, problems, kind_of):
        head = Row(table[0].number, [_plain(name) for name in table[0].cells])
        self.sheet = Sheet(
            [head, *table[1:]], _AMOUNTS, problems, needed=_NEEDED, known=_KNOWN
        )
        self.bills = Bills(problems)
        self._kind_of = kind_of
        words = self.sheet.header.places(_WORDS)
        charges = self.sheet.header.places(_CHARGE)
        if len(words) != len(charges):
            reason = f"The header has {len(words)} charge descriptions and "
            reason += f"{len(charges)} charge amounts"
            problems.append(BillProblem(head.number, "syntax", reason))
        self._pairs = list(zip(words, charges, strict=False))

    def take(self, row):
        sheet, text = self.sheet, self.sheet.text
        sheet.check_width(row)
        number = values.text(sheet.needed(row, _NUMBER))
        account = values.text(text(row, _ACCOUNT))
        net = sheet.amount(row, _NET)
        if net is None:
            raise FieldProblem(f"{_NET} is missing", "missing")
        total = sheet.amount(row, _TOTAL)
        charges = self._charges(row)
        draft = self.bills.draft((number, account), row.number, account=account)
        together = sum(amount for _words, amount in charges)
        if charges and together != net:
            reason = f"The charges of the row add up to {together}, {_NET} says {net}"
            draft.problem(row.number, "total", reason)
        one_value(draft, row.number, "total", total)
        issued = draft.field(
            row.number, values.day, text(row, "Invoice Date"), "Invoice Date"
        )
        one_value(draft, row.number, "issued", issued)
        about = self._about(row, draft)
        # A row without charges of its own still bills its net amount.
        for words, amount in charges or [("Net Charge", net)]:
            kind = self._kind_of("", words)
            draft.add(row.number, amount, text=words, kind=kind, **about)

    def _charges(self, row):
        found = []
        transportation = self.sheet.amount(row, _TRANSPORTATION)
        if transportation:
            found.append(("Transportation Charge", transportation))
        for words_at, amount_at in self._pairs:
            words, written = _cell(row, words_at), _cell(row, amount_at)
            amount = values.amount(written, words or _CHARGE, self.sheet.mark)
            if amount is None and words:
                raise FieldProblem(f"{words}: the amount is missing", "missing")
            if amount or words:
                found.append((values.text(words), amount))
        return found

    def _about(self, row, draft):
        """Give what all charges of a row have in common."""
        sheet, text = self.sheet, self.sheet.text
        mark, number = sheet.mark, row.number
        weight = draft.field(number, sheet.amount, row, _RATED)
        sizes = [
            draft.field(number, values.amount, text(row, name), name, mark)
            for name in _SIZES
        ]
        sizes = tuple(sizes) if all(sizes) else ()
        unit = text(row, "Dim Unit")
        return {
            "tracking_number": values.text(text(row, _TRACKING)),
            "references": self._references(row),
            "service_date": draft.field(
                number, values.day, text(row, "Shipment Date"), "Shipment Date"
            ),
            "weight": weight or None,
            "weight_unit": values.weight_unit(text(row, _RATED_UNIT)) if weight else "",
            "dimensions": sizes,
            "length_unit": values.length_unit(unit) if sizes else "",
            "service": values.text(
                text(row, "Service Type") or text(row, "Ground Service")
            ),
            "zone": values.text(text(row, "Zone Code")),
            "country": values.country(text(row, "Recipient Country/Territory")),
        }

    def _references(self, row):
        return references(
            **{
                key: [values.text(self.sheet.text(row, name)) for name in names]
                for key, names in _REFERENCES.items()
            }
        )


def _plain(name):
    """Take the number off the name of a pair."""
    plain = _NUMBERED.sub("", name)
    return plain if folded(plain) in (folded(_WORDS), folded(_CHARGE)) else name


def _cell(row, place):
    return row.cells[place] if place < len(row.cells) else ""
