import re
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import readers
from odoo.addons.logistics_freight_accrual.readers import freight_csv

from .bill_files import LAYOUT_OF, found, payload


def amounts(bill):
    return [(line.code or line.text, str(line.amount)) for line in bill.lines]


@tagged("post_install", "-at_install", "standard")
class TestLayouts(BaseCase):
    def test_every_payload_is_recognised_and_read_without_a_problem(self):
        for name, layout in LAYOUT_OF.items():
            with self.subTest(name=name):
                self.assertEqual(readers.detect(payload(name)), layout)
                read = readers.read(payload(name))
                self.assertEqual((read.layout, read.all_problems), (layout, []))
                self.assertEqual(readers.read(payload(name), layout), read)
                for bill in read.bills:
                    self.assertEqual(bill.net + bill.tax, bill.total)

    def test_every_layout_has_a_payload_and_a_name(self):
        self.assertEqual(set(LAYOUT_OF.values()), set(readers.LAYOUTS))
        self.assertTrue(all(readers.LAYOUTS.values()))

    def test_unknown_files_are_refused_with_a_reason(self):
        for data, category in (
            (b"", "missing"),
            (b"<invoice/>", "unsupported"),
            (b"%PDF-1.7 \xff\xfe\xfa", "unsupported"),
            (b"a,b,c\n1,2,3\n", "unsupported"),
            (b"ISABELLA;1", "unsupported"),
        ):
            with self.subTest(data=data):
                with self.assertRaises(readers.UnreadableBill) as caught:
                    readers.detect(data)
                self.assertEqual(caught.exception.category, category)
                read = readers.read(data)
                self.assertEqual((read.layout, read.bills), ("", ()))
                self.assertIn((0, category), found(read))

    def test_layout_that_does_not_exist_is_the_caller_s_mistake(self):
        with self.assertRaises(readers.UnreadableBill):
            readers.read(b"", "csv")

    def test_marks_and_encodings_of_spreadsheets(self):
        for name in LAYOUT_OF:
            plain = readers.read(payload(name))
            text = payload(name).decode()
            for encoding in ("utf-8-sig", "utf-16"):
                with self.subTest(name=name, encoding=encoding):
                    self.assertEqual(readers.read(text.encode(encoding)), plain)


@tagged("post_install", "-at_install", "standard")
class TestOwnLayout(BaseCase):
    def test_bills(self):
        first, second = readers.read(payload("freight.csv")).bills
        self.assertEqual((first.number, first.kind), ("KB-501", "invoice"))
        self.assertEqual((first.account, first.interchange), ("K-77", "T-9"))
        self.assertEqual(
            (first.total, first.tax), (Decimal("124.95"), Decimal("19.95"))
        )
        self.assertEqual(first.issued, date(2026, 10, 8))
        self.assertEqual(first.due, date(2026, 11, 7))
        self.assertEqual(amounts(first), [("base", "1080.00"), ("fuel", "-975.00")])
        self.assertEqual((second.kind, second.original), ("credit", "KB-444"))
        self.assertEqual(
            (second.total, second.tax), (Decimal("-11.90"), Decimal("-1.90"))
        )
        self.assertEqual(second.issued, date(2026, 10, 8))

    def test_line(self):
        first, second = readers.read(payload("freight.csv")).bills
        line = first.lines[0]
        self.assertEqual((line.row, line.tax), (2, Decimal("205.20")))
        self.assertEqual(
            line.references,
            {
                "shipment": "GSIN-1",
                "waybill": "CMR-5",
                "order": "P00071",
                "delivery": "WH/OUT/00041",
            },
        )
        self.assertEqual((line.weight, line.weight_unit), (Decimal("12.5"), "KG"))
        self.assertEqual(line.dimensions, (Decimal(60), Decimal(40), Decimal(30)))
        self.assertEqual((line.length_unit, line.service), ("CM", "Classic"))
        self.assertEqual((line.zone, line.country), ("2", "AT"))
        self.assertEqual(line.service_date, date(2026, 10, 2))
        self.assertEqual(first.lines[1].text, "Diesel; monthly index")
        credit = second.lines[0]
        self.assertEqual(credit.row, 5)
        self.assertEqual(credit.named("return"), ("RET/00003",))
        self.assertEqual(credit.named("customer"), ("Claim 7",))

    def test_documentation_names_every_column_and_no_other(self):
        table = re.split(r"^=[= ]+$", freight_csv.__doc__, flags=re.MULTILINE)[1]
        rows = [line for line in table.splitlines() if line[:1].strip()]
        documented = {name for row in rows for name in row[:25].strip().split(", ")}
        self.assertEqual(documented, set(freight_csv.COLUMNS))

    def test_columns_that_are_not_known_are_told(self):
        data = payload("freight.csv").replace(b"x_remark", b"remark")
        self.assertEqual(found(readers.read(data)), [(1, "unsupported")])

    def test_document_type_must_be_one(self):
        data = payload("freight.csv").replace(b";credit;", b";creditnote;")
        self.assertEqual(found(readers.read(data)), [(5, "value")])

    def test_row_in_another_currency_is_not_added(self):
        data = payload("freight.csv")
        wrong = b'KB-501;invoice;2026-10-08;2026-11-07;K-77;CHF;124,95;;;T-9;fuel;"'
        data = data.replace(wrong.replace(b"CHF", b"EUR"), wrong)
        read = readers.read(data)
        self.assertEqual(found(read), [(2, "total"), (3, "unsupported")])
        self.assertEqual(amounts(read.bills[0]), [("base", "1080.00")])

    def test_credit_that_is_positive_is_told(self):
        data = payload("freight.csv").replace(b"-11,90;-1,90;KB", b"11,90;1,90;KB")
        read = readers.read(data.replace(b"-10,00;-1,90", b"10,00;1,90"))
        self.assertEqual(found(read), [(5, "value")])

    def test_bill_without_a_total_is_told(self):
        data = payload("freight.csv").replace(b";124,95;", b";;")
        read = readers.read(data)
        self.assertEqual(found(read), [(2, "missing")])
        self.assertEqual(read.bills[0].tax, Decimal("19.95"))
