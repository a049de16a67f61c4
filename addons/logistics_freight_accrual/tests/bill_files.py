"""Files of bills for the tests of the readers."""

import csv
import io
from decimal import Decimal
from pathlib import Path

PAYLOADS = Path(__file__).with_name("payloads")
# Samples of the partners themselves, where they lie beside the project.
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "fixtures"

# Payload → its layout.
LAYOUT_OF = {
    "x12_210_4010.edi": "x12_210",
    "x12_210_4030.edi": "x12_210",
    "edifact_invoic.edi": "edifact_invoic",
    "ups_billing_data.csv": "ups_csv",
    "ups_billing_data_semicolon.csv": "ups_csv",
    "fedex_all_columns.csv": "fedex_csv",
    "fedex_all_columns_numbered.csv": "fedex_csv",
    "dhl_mybill.csv": "dhl_mybill_csv",
    "dhl_mybill_credit.csv": "dhl_mybill_csv",
    "freight.csv": "freight_csv",
}


def payload(name):
    """Return the bytes of a payload.

    :param str name: A key of `LAYOUT_OF`.
    :rtype: bytes
    """
    return (PAYLOADS / name).read_bytes()


def samples(folder):
    """Return the samples of a folder that lies beside the project.

    :param str folder: Its name.
    :return: File name → bytes; none when the folder is not there.
    :rtype: dict[str, bytes]
    """
    files = sorted((SAMPLES / folder).glob("*.edi"))
    return {file.name: file.read_bytes() for file in files}


def wrapped(data, width=80):
    """Break a file into lines of one width, wherever that falls.

    :param bytes data: A file whose line breaks mean nothing.
    :param int width: Characters of a line.
    :rtype: bytes
    """
    text = data.replace(b"\r", b"").replace(b"\n", b"")
    return b"\n".join(text[at : at + width] for at in range(0, len(text), width))


def changed(name, change, separator=","):
    """Change the table of a payload.

    :param str name: A key of `LAYOUT_OF`.
    :param change: Changes a list of lists of texts in place.
    :param str separator: What separates its cells.
    :rtype: bytes
    """
    reader = csv.reader(io.StringIO(payload(name).decode()), delimiter=separator)
    table = list(reader)
    change(table)
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(table)
    return out.getvalue().encode()


def many(count, amount=Decimal("4.25")):
    """Write a bill in the suite's own layout.

    :param int count: Its lines; all of the same amount.
    :param Decimal amount: That amount.
    :rtype: bytes
    """
    total = count * amount
    rows = ["document_number,currency,document_total,charge_code,charge_amount,"]
    rows[0] += "tracking_number"
    rows += [f"KB-9,EUR,{total},base,{amount},JJD{at:07}" for at in range(count)]
    return "\n".join(rows).encode()


def many_x12(count):
    """Write an X12 210 with many groups of two charges, 10.00 and 1.50.

    :param int count: How many groups.
    :rtype: bytes
    """
    segments = ["ST*210*0001", f"B3**NF-1**PP**20261005*{count * 1150}****NRTH"]
    for at in range(1, count + 1):
        segments += [f"LX*{at}", f"N9*CN*PRO{at:07}"]
        segments += [f"L1*{at}***1000****400", f"L1*{at}***150****FUE"]
    segments += [f"L3*****{count * 1150}", f"SE*{len(segments) + 2}*0001"]
    return "~\n".join([*segments, ""]).encode()


def categories(bill_file):
    """Return what kinds of problems there are.

    :param BillFile bill_file: What was read.
    :rtype: set[str]
    """
    return {problem.category for problem in bill_file.all_problems}


def found(bill_file):
    """Return problems as pairs to compare.

    :param BillFile bill_file: What was read.
    :rtype: list[tuple[int, str]]
    """
    return [(problem.row, problem.category) for problem in bill_file.all_problems]
