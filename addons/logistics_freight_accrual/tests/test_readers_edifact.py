from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import readers

from .bill_files import found, payload, samples, wrapped


def amounts(bill):
    return [(line.code, str(line.amount)) for line in bill.lines]


@tagged("post_install", "-at_install", "standard")
class TestEdifact(BaseCase):
    def setUp(self):
        super().setUp()
        self.file = payload("edifact_invoic.edi")

    def read(self, data):
        return readers.read(data, "edifact_invoic")

    def test_invoice(self):
        read = self.read(self.file)
        self.assertEqual(read.all_problems, [])
        bill = read.bills[0]
        self.assertEqual((bill.number, bill.kind), ("NF-88213", "invoice"))
        self.assertEqual((bill.account, bill.currency), ("KD-4711", "EUR"))
        self.assertEqual((bill.interchange, bill.original), ("REF2210", ""))
        self.assertEqual(bill.issued, date(2026, 10, 7))
        self.assertEqual(bill.due, date(2026, 11, 6))
        self.assertEqual((bill.total, bill.tax), (Decimal("214.21"), Decimal("34.21")))

    def test_allowances_and_charges_are_lines_and_the_rest_is_the_line(self):
        bill = self.read(self.file).bills[0]
        self.assertEqual(
            amounts(bill),
            [
                ("ABC", "7.50"),
                ("FRT", "125.00"),
                ("FC", "24.00"),
                ("DI", "-6.50"),
                ("STO", "30"),
            ],
        )
        taxes = [str(line.tax) for line in bill.lines]
        self.assertEqual(taxes, ["1.43", "27.08", "0", "0", "5.70"])
        texts = [line.text for line in bill.lines[:2]]
        self.assertEqual(texts, ["Maut f'r alle", "Stueckgut Hamburg: Basel"])

    def test_charges_beside_the_amount_of_the_line(self):
        # 125.00 and 30 are without their allowances: only with them it is 172.50.
        data = self.file.replace(b"MOA+203:142,50", b"MOA+203:125,00")
        read = self.read(data)
        self.assertEqual(read.all_problems, [])
        self.assertEqual(read.bills[0].lines[1].amount, Decimal("125.00"))
        self.assertEqual(read.bills[0].net, Decimal("180.00"))

    def test_line_knows_what_it_is_about(self):
        line = self.read(self.file).bills[0].lines[2]
        self.assertEqual(line.row, 28)
        self.assertEqual(line.tracking_number, "00340123450000000018")
        self.assertEqual(line.named("waybill"), ("CMR-99171",))
        self.assertEqual(line.named("order"), ("P00061",))
        self.assertEqual(line.named("delivery"), ("WH/OUT/00031",))
        self.assertEqual(line.service_date, date(2026, 10, 1))
        self.assertEqual((line.weight, line.weight_unit), (Decimal(430), "KG"))
        self.assertEqual(line.country, "CH")

    def test_credit_is_turned_negative(self):
        bill = self.read(self.file).bills[1]
        self.assertEqual((bill.kind, bill.original), ("credit", "NF-87001"))
        self.assertEqual((bill.total, bill.tax), (Decimal("-23.80"), Decimal("-3.80")))
        self.assertEqual(amounts(bill), [("STO", "-20.00")])
        self.assertEqual(bill.lines[0].tax, Decimal("-3.80"))

    def test_credit_that_is_written_negative_stays_so(self):
        head, body = self.file.split(b"UNH+2")
        for old in (b"20,00", b"3,80", b"23,80"):
            body = body.replace(b":" + old, b":-" + old)
        read = self.read(head + b"UNH+2" + body)
        self.assertEqual(read.all_problems, [])
        self.assertEqual(read.bills[1].total, Decimal("-23.80"))

    def test_without_advice_and_envelope(self):
        plain = [bill.lines for bill in self.read(self.file).bills]
        lines = self.file.splitlines(keepends=True)
        bare = [line for line in lines if line[:3] not in (b"UNA", b"UNB", b"UNZ")]
        read = self.read(b"".join(bare))
        self.assertEqual(read.all_problems, [])
        self.assertEqual([bill.net for bill in read.bills], [Decimal("180.00"), -20])
        bare = [line for line in bare if line[:2] != b"UN" or line[:3] == b"UNS"]
        read = self.read(b"".join(bare))
        self.assertEqual(read.all_problems, [])
        self.assertEqual(readers.detect(b"".join(bare)), "edifact_invoic")
        codes = [[line.code for line in bill.lines] for bill in read.bills]
        self.assertEqual(codes, [[line.code for line in lines] for lines in plain])

    def test_lines_may_break_anywhere(self):
        plain = self.read(self.file)
        for width in (*range(60, 90), 11):
            with self.subTest(width=width):
                self.assertEqual(self.read(wrapped(self.file, width)), plain)

    def test_separators_of_the_advice(self):
        text = self.file.decode()
        plain = self.read(self.file)
        swapped = text.translate(str.maketrans(":+,?'", "|;.!~"))
        read = self.read(swapped.encode())
        self.assertEqual(read.all_problems, [])
        sums = [bill.net for bill in read.bills]
        self.assertEqual(sums, [bill.net for bill in plain.bills])

    def test_amount_against_the_declared_mark_is_not_guessed(self):
        read = self.read(self.file.replace(b"MOA+203:30'", b"MOA+203:30.000'"))
        self.assertIn((35, "value"), found(read))
        self.assertNotIn("STO", [line.code for line in read.bills[0].lines])
        self.assertEqual(len(read.bills[0].lines), 4)

    def test_totals_are_checked(self):
        for old, new in (
            (b"MOA+79:172,5", b"MOA+79:173,5"),
            (b"MOA+125:180'\nMOA+176", b"MOA+125:181'\nMOA+176"),
            (b"MOA+9:214,21", b"MOA+9:214,22"),
            (b"MOA+176:34,21", b"MOA+176:34,20"),
        ):
            with self.subTest(new=new):
                self.assertIn(old, self.file)
                read = self.read(self.file.replace(old, new))
                self.assertEqual(found(read), [(3, "total")])
                self.assertEqual(len(read.bills[0].lines), 5)

    def test_untaxed_lines_leave_the_taxable_amount_alone(self):
        data = self.file.replace(b"MOA+125:180'", b"MOA+125:150'")
        self.assertEqual(found(self.read(data)), [(3, "total")])
        free = data.replace(b"TAX+7+VAT+++:::19+S'\nMOA+124:5,70", b"TAX+7+VAT++++E'")
        free = free.replace(b"UNT+46", b"UNT+45")
        self.assertEqual(self.read(free).all_problems, [])

    def test_line_that_cannot_be_read_costs_itself(self):
        for wrong in (b"3O", b"NaN", b"1e3", b"30,00,0"):
            with self.subTest(amount=wrong):
                read = self.read(self.file.replace(b"203:30'", b"203:%s'" % wrong))
                self.assertEqual(len(read.bills[0].lines), 4)
                self.assertIn((35, "value"), found(read))
                self.assertNotIn("missing", {each for _row, each in found(read)})
        read = self.read(self.file.replace(b"MOA+203:30'\n", b"FTX+AAA'\n"))
        self.assertIn((32, "missing"), found(read))

    def test_tax_without_its_total_is_that_of_the_rates_else_of_the_lines(self):
        data = self.file.replace(b"MOA+176:34,21'\n", b"").replace(b"UNT+46", b"UNT+45")
        read = self.read(data)
        self.assertEqual((read.all_problems, read.bills[0].tax), ([], Decimal("34.21")))
        rates = b"TAX+7+VAT+++:::19+S'\nMOA+124:34,21'\nMOA+125:180'\n"
        self.assertIn(rates, data)
        read = self.read(data.replace(rates, b"").replace(b"UNT+45", b"UNT+42"))
        # 1.43 + 27.08 + 5.70.
        self.assertEqual((read.all_problems, read.bills[0].tax), ([], Decimal("34.21")))

    def test_declared_character_set(self):
        text = self.file.decode().replace("Lagergeld 3", "Gebühr für 3")
        for data in (text.encode(), text.encode("latin-1")):
            read = self.read(data)
            self.assertEqual(read.all_problems, [])
            self.assertEqual(read.bills[0].lines[4].text, "Gebühr für 3 Tage")
        cyrillic = text.replace("UNOC", "UNOE").replace("Gebühr für 3", "Плата")
        read = self.read(cyrillic.encode("iso8859-5"))
        self.assertEqual(read.bills[0].lines[4].text, "Плата Tage")

    def test_total_that_is_missing_is_told(self):
        data = self.file.replace(b"MOA+9:214,21'\n", b"").replace(b"UNT+46", b"UNT+45")
        read = self.read(data)
        self.assertEqual(found(read), [(3, "missing")])
        self.assertEqual(read.bills[0].net, Decimal("180.00"))

    def test_message_that_was_cut_off_says_so(self):
        read = self.read(self.file[: self.file.index(b"UNS+S")])
        self.assertEqual([category for _row, category in found(read)], ["missing"] * 4)
        self.assertEqual(read.bills[0].net, Decimal("180.00"))
        self.assertIsNone(read.bills[0].total)

    def test_counts_and_references_of_the_envelope_are_checked(self):
        for old, new, row in (
            (b"UNT+46+1", b"UNT+45+1", 48),
            (b"UNT+46+1", b"UNT+46+9", 48),
            (b"UNZ+2+REF2210", b"UNZ+1+REF2210", 68),
            (b"UNZ+2+REF2210", b"UNZ+2+REF2211", 68),
        ):
            with self.subTest(new=new):
                self.assertIn(old, self.file)
                read = self.read(self.file.replace(old, new))
                self.assertEqual(found(read), [(row, "syntax")])

    def test_other_messages_in_the_file_are_told(self):
        read = self.read(self.file.replace(b"UNH+2+INVOIC", b"UNH+2+DESADV"))
        self.assertEqual([bill.number for bill in read.bills], ["NF-88213"])
        self.assertEqual(found(read), [(49, "unsupported")])

    def test_every_sample_has_its_totals(self):
        """Check our samples, and those beside the project where they are there."""
        totals = {
            "edifact_invoic.edi": [
                ("NF-88213", "EUR", 5, "180.00", "34.21", "214.21"),
                ("GS-1207", "EUR", 1, "-20.00", "-3.80", "-23.80"),
            ],
            "invoic_d96a_phone.edi": [
                ("500000000020", "SEK", 14, "274.16", "68.54", "342.70")
            ],
        }
        files = {"edifact_invoic.edi": self.file, **samples("edifact-invoic")}
        for name, data in files.items():
            with self.subTest(name=name):
                read = readers.read(data)
                self.assertEqual(read.all_problems, [])
                for bill, expected in zip(read.bills, totals[name], strict=True):
                    number, currency, lines, net, tax, total = expected
                    self.assertEqual((bill.number, bill.currency), (number, currency))
                    self.assertEqual((len(bill.lines), bill.net), (lines, Decimal(net)))
                    self.assertEqual(bill.tax, Decimal(tax))
                    self.assertEqual(bill.total, Decimal(total))
