"""UPS Billing Data, the CSV file with 250 columns and without a header row.

One row per charge. Columns by place, from 1: account 3, invoice date 5, number 6,
currency 10, amount 11, transaction date 12, lead shipment 14, references 16, 17 and 22
to 26, tracking number 21, billed weight 29 and 30, dimensions 33, zone 34, category 35
and 36, classification 44, code 45, words 46, currency of the row 51, net amount 53, due
date 63, receiver's country 82, shipment date 117, unit of the dimensions 196, original
tracking number 201, waybills 206 to 210, orders 211 to 220. Empty cells at the end of a
row may be cut off; a list of 2019 has one more at the end.

Comma or semicolon; dates ISO or day first. Rows without a tracking number are charges
of the bill. Rows classified `INF` are information and never summed; `TAX` is the tax of
the bill. Sum and tax must make the invoice amount that every row repeats.

A charge is coded by three columns together, here joined as detail of the category,
classification and code of the charge: `ADC/ACC/003`, `/FRT/003`.

Source: column list of the UPS Billing Data file as of 2019.
"""

import re
from decimal import Decimal

from . import values
from .draft import references
from .grouped import Bills, one_currency, one_value
from .tables import delimiter, rows
from .values import FieldProblem

LAYOUT = "ups_csv"

# Through the net amount: shorter rows have lost what they are about.
_SHORTEST = 53
_VERSION = re.compile(r"\d{1,2}(\.\d{1,2})?", re.ASCII)
_INFORMATION, _TAX = "INF", "TAX"
_AMOUNTS = (11, 53)


def looks_like(head):
    """Tell whether a file begins like UPS Billing Data.

    :param str head: Its beginning.
    :rtype: bool
    """
    separator = delimiter(head)
    line = next((line for line in head.splitlines() if line.strip()), "")
    first, *others = (cell.strip(' "') for cell in line.split(separator))
    return len(others) >= _SHORTEST - 1 and (
        first == "Version" or _VERSION.fullmatch(first) is not None
    )


def read(content, kind_of):
    """Read the bills of a file.

    :param str content: The file.
    :param kind_of: Code and words of a charge → a key of the charge types.
    :return: The bills, and the problems that belong to none of them.
    :rtype: tuple[list[Bill], list[BillProblem]]
    """
    problems = []
    table = list(rows(content, delimiter(content[:65536]), problems))
    # Some people put the names of the columns back.
    table = [row for row in table if row.cells[0] != "Version"]
    mark = values.decimal_mark(_cell(row, place) for row in table for place in _AMOUNTS)
    bills = Bills(problems)
    bills.rows(table, lambda row: _take(row, bills, mark, kind_of))
    return bills.finish(), problems


def _cell(row, place):
    return row.cells[place - 1] if place <= len(row.cells) else ""


def _take(row, bills, mark, kind_of):
    if len(row.cells) < _SHORTEST:
        reason = f"The row has {len(row.cells)} cells, {_SHORTEST} are needed"
        raise FieldProblem(reason, "syntax")
    number = values.text(_cell(row, 6))
    if not number:
        raise FieldProblem("Invoice Number is missing", "missing")
    classification = _cell(row, 44).upper()
    net = values.amount(_cell(row, 53), "Net Amount", mark)
    total = values.amount(_cell(row, 11), "Invoice Amount", mark)
    currency = values.currency(_cell(row, 10), "Invoice Currency Code")
    _check_currency(row, currency)
    if net is None and classification != _INFORMATION:
        raise FieldProblem("Net Amount is missing", "missing")
    account = values.text(_cell(row, 3))
    draft = bills.draft((number, account), row.number, account=account)
    one_currency(draft, row.number, currency)
    one_value(draft, row.number, "total", total)
    for field, place, name in (("issued", 5, "Invoice"), ("due", 63, "Invoice Due")):
        found = draft.field(row.number, values.day, _cell(row, place), f"{name} Date")
        one_value(draft, row.number, field, found)
    if classification == _TAX:
        draft.values["tax"] = draft.values.get("tax", Decimal(0)) + net
    elif classification != _INFORMATION:
        _add(row, draft, net, mark, kind_of)


def _check_currency(row, currency):
    own = values.currency(_cell(row, 51), "Transaction Currency Code")
    if own and currency and own != currency:
        raise FieldProblem(
            f"The charge is in {own}, the bill in {currency}", "unsupported"
        )


def _add(row, draft, net, mark, kind_of):
    # The detail may say more than the charge: an address correction of the freight.
    code = "/".join(values.text(_cell(row, place)).upper() for place in (36, 44, 45))
    words = values.text(_cell(row, 46))
    weight = draft.field(
        row.number, values.amount, _cell(row, 29), "Billed Weight", mark
    )
    sizes = draft.field(
        row.number,
        values.dimensions,
        _cell(row, 33),
        "Package Dimensions",
        mark,
        default=(),
    )
    draft.add(
        row.number,
        net,
        code=code,
        text=words,
        kind=kind_of(code, words),
        tracking_number=values.text(_cell(row, 21)),
        references=_references(row),
        service_date=_service_date(row, draft),
        weight=weight or None,
        weight_unit=values.weight_unit(_cell(row, 30)) if weight else "",
        dimensions=sizes,
        length_unit=values.length_unit(_cell(row, 196)) if sizes else "",
        zone=values.text(_cell(row, 34)),
        country=values.country(_cell(row, 82)),
    )


def _references(row):
    def texts(*places):
        return [values.text(_cell(row, place)) for place in places]

    own = _cell(row, 21)
    shipment = [text for text in texts(14, 201) if text != own]
    return references(
        shipment=shipment,
        customer=texts(16, 17, *range(22, 27)),
        waybill=texts(*range(206, 211)),
        order=texts(*range(211, 221)),
    )


def _service_date(row, draft):
    for place, name in ((117, "Shipment Date"), (12, "Transaction Date")):
        found = draft.field(row.number, values.day, _cell(row, place), name)
        if found:
            return found
    return None
