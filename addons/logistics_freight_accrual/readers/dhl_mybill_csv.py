"""DHL Express MyBill, the CSV file with invoice rows (I) and shipment rows (S).

A header row. An `I` row states the totals of a bill and its invoice fee, each `S` row
one shipment: the weight charge with its discounts, two other charges and the extra
charges XC1 to XC9 (code, name, charge, tax, discount, total). Amounts are tax excluded
but for `XCn Total` and `Total amount (incl. VAT)`.

Discounts are written as negative amounts to add, as positive ones to take off, or for
information beside charges that have them already: whichever makes the row's own `Total
amount (excl. VAT)` holds for it, and when none does, that is told. Discounts of the
weight charge and of an extra charge are within its line, as both are one charge.

Credit notes have a type that begins with CN; written with positive amounts, they are
negative here. Comma or semicolon; dates ISO, eight digits, or day first.

Source: the names of the columns, and what importers of this file take from them.
"""

from decimal import Decimal
from typing import NamedTuple

from . import values
from .draft import references
from .grouped import Bills, Sheet, one_currency, one_value
from .tables import delimiter, folded, rows
from .values import FieldProblem

LAYOUT = "dhl_mybill_csv"

_NOTHING = Decimal(0)
_TYPE, _NUMBER, _ACCOUNT = "Line Type", "Invoice Number", "Billing Account"
_NET, _GROSS = "Total amount (excl. VAT)", "Total amount (incl. VAT)"
_TAX, _FEE = "Total Tax", "Invoice Fee"
_WEIGHT_CHARGE, _WEIGHT_TAX = "Weight Charge", "Weight Tax (VAT)"
_WEIGHT, _SHIPMENT = "Weight (kg)", "Shipment Number"
_DISCOUNTS = tuple(f"Discount {number} Amount" for number in (1, 2, 3))
_OTHERS = (1, 2)
_EXTRAS = range(1, 10)
_NEEDED = (_TYPE, _NUMBER, _SHIPMENT, "Currency", _NET)
_AMOUNTS = (
    *(_NET, _GROSS, _TAX, _FEE, _WEIGHT_CHARGE, _WEIGHT_TAX, _WEIGHT),
    *_DISCOUNTS,
    *(f"Other Charges {number} Amount" for number in _OTHERS),
    *(f"XC{n} {what}" for n in _EXTRAS for what in ("Charge", "Tax", "Discount")),
)
_REFERENCES = tuple(f"Shipment Reference {number}" for number in (1, 2, 3))
_KNOWN = (
    *(*_NEEDED, *_AMOUNTS, *_REFERENCES, _ACCOUNT),
    *("Original Invoice Number", "Invoice Type", "Invoice Date", "Due Date"),
    *("Shipment Date", "Product", "Product Name", "Dimensions", "Dest Country Code"),
    *(f"Other Charges {number}" for number in _OTHERS),
    *(f"XC{number} {what}" for number in _EXTRAS for what in ("Code", "Name")),
)
# How a discount is written: the factor with which it is added.
_WAYS = (1, -1, 0)


class _Charge(NamedTuple):
    code: str
    words: str
    amount: Decimal
    discount: Decimal
    tax: Decimal


def looks_like(head):
    """Tell whether a file begins like this layout.

    :param str head: Its beginning.
    :rtype: bool
    """
    line = folded(next((line for line in head.splitlines() if line.strip()), ""))
    marks = (_TYPE, "XC1 Code", _WEIGHT_CHARGE, "Total Extra Charges (XC)")
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
        self.sheet = Sheet(table, _AMOUNTS, problems, needed=_NEEDED, known=_KNOWN)
        self.bills = Bills(problems)
        self._kind_of = kind_of
        self._credits = self._positive_credits()

    def take(self, row):
        sheet, text = self.sheet, self.sheet.text
        sheet.check_width(row)
        line_type = text(row, _TYPE).upper()
        if line_type not in ("I", "S"):
            raise FieldProblem(
                f"{_TYPE}: {values.shown(line_type)} is neither I nor S", "unsupported"
            )
        number = values.text(sheet.needed(row, _NUMBER))
        account = values.text(text(row, _ACCOUNT))
        take = self._invoice if line_type == "I" else self._shipment
        take(row, (number, account))

    def _positive_credits(self):
        """Find the credit notes that are written with positive amounts."""
        found = set()
        for row in self.sheet.rows:
            try:
                total = self.sheet.amount(row, _NET)
                is_credit = self._is_credit(row)
                number = values.text(self.sheet.text(row, _NUMBER))
                is_invoice = self.sheet.text(row, _TYPE).upper() == "I"
            except FieldProblem:
                # Told when the row itself is read.
                continue
            if is_credit and is_invoice and total is not None and total > 0:
                found.add(number)
        return found

    def _is_credit(self, row):
        return self.sheet.text(row, "Invoice Type").upper().startswith("CN")

    def _begin(self, row, key):
        sheet, text = self.sheet, self.sheet.text
        code = values.currency(sheet.needed(row, "Currency"), "Currency")
        draft = self.bills.draft(key, row.number, account=key[1])
        one_currency(draft, row.number, code)
        if self._is_credit(row):
            draft.values["kind"] = "credit"
        original = values.text(text(row, "Original Invoice Number"))
        if original != draft.number:
            one_value(draft, row.number, "original", original)
        for field, name in (("issued", "Invoice Date"), ("due", "Due Date")):
            found = draft.field(row.number, values.day, text(row, name), name)
            one_value(draft, row.number, field, found)
        return draft, -1 if key[0] in self._credits else 1

    def _invoice(self, row, key):
        sheet = self.sheet
        net, gross = sheet.amount(row, _NET), sheet.amount(row, _GROSS)
        tax, fee = sheet.amount(row, _TAX), sheet.amount(row, _FEE)
        draft, sign = self._begin(row, key)
        tax = tax or _NOTHING
        if gross is None and net is not None:
            gross = net + tax
        elif gross is not None and net is not None and net + tax != gross:
            reason = f"{_NET} {net} and {_TAX} {tax} are not {_GROSS} {gross}"
            draft.problem(row.number, "total", reason)
        draft.values["tax"] = sign * tax
        one_value(draft, row.number, "total", None if gross is None else sign * gross)
        if fee:
            kind = self._kind_of("", _FEE)
            draft.add(row.number, sign * fee, text=_FEE, kind=kind)

    def _shipment(self, row, key):
        charges = self._charges(row)
        stated = self.sheet.amount(row, _NET)
        if not charges:
            raise FieldProblem("The shipment has no charges", "missing")
        way = next((way for way in _WAYS if _net(charges, way) == stated), None)
        draft, sign = self._begin(row, key)
        if way is None:
            way = _WAYS[0]
            reason = f"The charges of the row add up to {_net(charges, way)}, {_NET} "
            draft.problem(row.number, "total", f"{reason}says {stated}")
        about = self._about(row, draft)
        for charge in charges:
            draft.add(
                row.number,
                sign * (charge.amount + way * charge.discount),
                code=values.text(charge.code),
                text=values.text(charge.words),
                kind=self._kind_of(charge.code, charge.words),
                tax=sign * charge.tax,
                **about,
            )

    def _charges(self, row):
        amount, text = self._amount, self.sheet.text
        discounts = sum((amount(row, name) for name in _DISCOUNTS), _NOTHING)
        weight, tax = amount(row, _WEIGHT_CHARGE), amount(row, _WEIGHT_TAX)
        found = []
        if weight or discounts or tax:
            found.append(_Charge("", _WEIGHT_CHARGE, weight, discounts, tax))
        for number in _OTHERS:
            name = f"Other Charges {number}"
            if other := amount(row, f"{name} Amount"):
                words = text(row, name) or name
                found.append(_Charge("", words, other, _NOTHING, _NOTHING))
        for number in _EXTRAS:
            code, name = text(row, f"XC{number} Code"), text(row, f"XC{number} Name")
            extra = [
                amount(row, f"XC{number} {what}")
                for what in ("Charge", "Discount", "Tax")
            ]
            if code or any(extra):
                found.append(_Charge(code, name, *extra))
        return found

    def _amount(self, row, name):
        return self.sheet.amount(row, name) or _NOTHING

    def _about(self, row, draft):
        """Give what all charges of a shipment have in common."""
        sheet, text, number = self.sheet, self.sheet.text, row.number
        weight = draft.field(number, sheet.amount, row, _WEIGHT)
        sizes = draft.field(
            number,
            values.dimensions,
            text(row, "Dimensions"),
            "Dimensions",
            sheet.mark,
            default=(),
        )
        customer = [values.text(text(row, name)) for name in _REFERENCES]
        return {
            "tracking_number": values.text(text(row, _SHIPMENT)),
            "references": references(customer=customer),
            "service_date": draft.field(
                number, values.day, text(row, "Shipment Date"), "Shipment Date"
            ),
            "weight": weight or None,
            "weight_unit": "KG" if weight else "",
            "dimensions": sizes,
            "length_unit": "CM" if sizes else "",
            "service": values.text(text(row, "Product Name") or text(row, "Product")),
            "country": values.country(text(row, "Dest Country Code")),
        }


def _net(charges, way):
    return sum((each.amount + way * each.discount for each in charges), _NOTHING)
