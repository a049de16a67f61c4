"""The suite's own CSV file, for carriers without a layout that is read here.

UTF-8 with a header row; comma, semicolon or tab; one row per charge. The order of the
columns is free, columns that begin with `x_` are the sender's own, any other name is
told as unknown. Names follow the terms of invoices and of GS1:

======================== ==========================================================
document_number          number of the invoice or credit note (needed)
document_type            `invoice` or `credit`; without it the sign of the total tells
document_date, due_date  ISO 8601
account_number           the payer's account with the carrier
currency                 ISO 4217 (needed)
document_total           to be paid, tax included, negative for credits, the same in
                         every row; without it nothing checks the lines: it is told
document_tax             tax of the document; without it the sum of `tax_amount`
original_document        number of the invoice that a credit or correction is about
transmission_id          what tells two transmissions of a document apart
charge_code              a charge type of this addon, or the carrier's own code
charge_text              the charge in words
charge_amount            tax excluded, negative for credits (needed)
tax_amount               tax on the charge
tracking_number          number on the parcel: SSCC, licence plate, or the carrier's own
shipment_reference       shipment identification number (GSIN)
waybill_reference        consignment (GINC), waybill or PRO number
order_reference          purchase or sales order
delivery_reference       despatch advice, delivery note or transfer
customer_reference       any other number the payer gave
return_reference         return order
service_date             day of pickup or shipping, ISO 8601
billed_weight            chargeable weight as it was billed
weight_unit              KGM or KG, LBR or LB
length, width, height    dimensions that were billed
length_unit              CMT or CM, INH or IN
service                  product of the carrier
zone                     zone that was billed
destination_country      ISO 3166-1 alpha-2
======================== ==========================================================

Amounts have a point or a comma as decimal mark, the same in the whole file.

Source: our own; units are those of UN/ECE Recommendation 20.
"""

from decimal import Decimal

from ..bill import KINDS, BillProblem
from . import values
from .draft import references
from .grouped import Bills, Sheet, one_currency, one_value
from .tables import delimiter, folded, rows
from .values import FieldProblem

LAYOUT = "freight_csv"

NEEDED = ("document_number", "currency", "charge_amount")
_REFERENCES = {
    "shipment_reference": "shipment",
    "waybill_reference": "waybill",
    "order_reference": "order",
    "delivery_reference": "delivery",
    "customer_reference": "customer",
    "return_reference": "return",
}
_SIZES = ("length", "width", "height")
_AMOUNTS = (
    "charge_amount",
    "tax_amount",
    "document_total",
    "document_tax",
    "billed_weight",
    *_SIZES,
)
COLUMNS = (
    *NEEDED,
    *("document_type", "document_date", "due_date", "account_number"),
    *("document_total", "document_tax", "original_document", "transmission_id"),
    *("charge_code", "charge_text", "tax_amount", "tracking_number"),
    *_REFERENCES,
    *("service_date", "billed_weight", "weight_unit", *_SIZES, "length_unit"),
    *("service", "zone", "destination_country"),
)


def looks_like(head):
    """Tell whether a file begins like this layout.

    :param str head: Its beginning.
    :rtype: bool
    """
    line = folded(next((line for line in head.splitlines() if line.strip()), ""))
    marks = ("document_number", "charge_amount", "charge_code", "document_total")
    return sum(mark in line for mark in marks) >= 2


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
    return reader.finish(), problems


class _Reader:
    def __init__(self, table, problems, kind_of):
        self.sheet = Sheet(table, _AMOUNTS, problems, needed=NEEDED, known=COLUMNS)
        self.bills = Bills(problems)
        self._kind_of = kind_of
        for name in self.sheet.header.names:
            if name and name not in COLUMNS and not name.startswith("x_"):
                reason = f"The column {values.shown(name)} is not known"
                problem = BillProblem(table[0].number, "unsupported", reason)
                problems.append(problem)

    def finish(self):
        for draft in self.bills.drafts():
            if "tax" not in draft.values:
                taxes = (line.tax for line in draft.lines)
                draft.values["tax"] = sum(taxes, Decimal(0))
        return self.bills.finish()

    def take(self, row):
        sheet, text = self.sheet, self.sheet.text
        sheet.check_width(row)
        number = values.text(sheet.needed(row, "document_number"))
        amount = sheet.amount(row, "charge_amount")
        if amount is None:
            raise FieldProblem("charge_amount is missing", "missing")
        heading = self._heading(row)
        currency = values.currency(sheet.needed(row, "currency"), "currency")
        tax = sheet.amount(row, "tax_amount") or Decimal(0)
        account = values.text(text(row, "account_number"))
        draft = self.bills.draft((number, account), row.number, account=account)
        one_currency(draft, row.number, currency)
        for field, found in heading.items():
            one_value(draft, row.number, field, found)
        for field, name in (("issued", "document_date"), ("due", "due_date")):
            found = draft.field(row.number, values.day, text(row, name), name)
            one_value(draft, row.number, field, found)
        code = values.text(text(row, "charge_code"))
        words = values.text(text(row, "charge_text"))
        draft.add(
            row.number,
            amount,
            code=code,
            text=words,
            kind=self._kind_of(code, words),
            tax=tax,
            **self._about(row, draft),
        )

    def _heading(self, row):
        """Read what all rows of a document repeat."""
        sheet, text = self.sheet, self.sheet.text
        kind = text(row, "document_type").lower()
        if kind and kind not in KINDS:
            raise FieldProblem(
                f"document_type: {values.shown(kind)} is none of {', '.join(KINDS)}"
            )
        return {
            "kind": kind,
            "total": sheet.amount(row, "document_total"),
            "tax": sheet.amount(row, "document_tax"),
            "original": values.text(text(row, "original_document")),
            "interchange": values.text(text(row, "transmission_id")),
        }

    def _about(self, row, draft):
        sheet, text, number = self.sheet, self.sheet.text, row.number
        weight = draft.field(number, sheet.amount, row, "billed_weight")
        sizes = [draft.field(number, sheet.amount, row, name) for name in _SIZES]
        sizes = tuple(sizes) if all(sizes) else ()
        unit, length_unit = text(row, "weight_unit"), text(row, "length_unit")
        service_date = draft.field(
            number, values.day, text(row, "service_date"), "service_date"
        )
        named = {
            key: [values.text(text(row, name))] for name, key in _REFERENCES.items()
        }
        return {
            "tracking_number": values.text(text(row, "tracking_number")),
            "references": references(**named),
            "service_date": service_date,
            "weight": weight or None,
            "weight_unit": values.weight_unit(unit) if weight else "",
            "dimensions": sizes,
            "length_unit": values.length_unit(length_unit) if sizes else "",
            "service": values.text(text(row, "service")),
            "zone": values.text(text(row, "zone")),
            "country": values.country(text(row, "destination_country")),
        }
