from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import readers

from .bill_files import found, payload, samples, wrapped


def amounts(bill):
    return [(line.code, str(line.amount)) for line in bill.lines]


@tagged("post_install", "-at_install", "standard")
class TestX12(BaseCase):
    def setUp(self):
        super().setUp()
        self.file = payload("x12_210_4010.edi")

    def read(self, data):
        return readers.read(data, "x12_210")

    def test_invoice_of_a_motor_carrier(self):
        read = self.read(self.file)
        self.assertEqual(read.all_problems, [])
        bill = read.bills[0]
        self.assertEqual(bill.number, "NF-20261005-88")
        self.assertEqual((bill.kind, bill.account), ("invoice", "HT-0044"))
        self.assertEqual((bill.currency, bill.interchange), ("USD", "000000417"))
        self.assertEqual(bill.issued, date(2026, 10, 5))
        self.assertEqual(bill.due, date(2026, 11, 4))
        self.assertEqual((bill.total, bill.tax), (Decimal("276.40"), 0))
        self.assertEqual(
            amounts(bill), [("400", "231.25"), ("FUE", "27.75"), ("LFT", "17.40")]
        )

    def test_line_of_a_motor_carrier(self):
        line = self.read(self.file).bills[0].lines[0]
        self.assertEqual(line.row, 21)
        self.assertEqual(line.text, "PALLETS OF HAND TOOLS")
        self.assertEqual(line.tracking_number, "PRO771002")
        self.assertEqual(line.named("order"), ("P00051", "P00052"))
        self.assertEqual(line.named("waybill"), ("BOL-5501",))
        self.assertEqual(line.named("shipment"), ("SHP-5501",))
        self.assertEqual(line.named("return"), ())
        self.assertEqual(line.service_date, date(2026, 9, 30))
        self.assertEqual((line.weight, line.weight_unit), (Decimal(1250), "LB"))
        self.assertEqual(line.dimensions, (Decimal(48), Decimal(40), Decimal(52)))
        self.assertEqual((line.length_unit, line.country), ("IN", "CA"))

    def test_credit_is_negative(self):
        bill = self.read(self.file).bills[1]
        self.assertEqual((bill.kind, bill.total), ("credit", Decimal("-45.00")))
        self.assertEqual(amounts(bill), [("DET", "-45.00")])
        self.assertEqual(bill.lines[0].named("order"), ("P00049",))

    def test_invoice_of_a_parcel_carrier(self):
        read = self.read(payload("x12_210_4030.edi"))
        self.assertEqual(read.all_problems, [])
        (bill,) = read.bills
        self.assertEqual((bill.number, bill.currency), ("0000A1B2C3406", "EUR"))
        self.assertEqual((bill.account, bill.total), ("0000770011", Decimal("55.32")))
        numbers = [line.tracking_number for line in bill.lines]
        first, second = "1ZA1B2C30312345678", "1ZA1B2C30398765432"
        self.assertEqual(numbers, ["", first, first, second, second])
        line = bill.lines[1]
        self.assertEqual((line.weight, line.weight_unit), (Decimal(6), ""))
        self.assertEqual((line.zone, line.service, line.country), ("204", "SG", "CH"))
        self.assertEqual(line.named("customer"), ("S07001",))
        self.assertEqual(bill.lines[3].text, "015C")
        self.assertEqual(bill.lines[3].service_date, date(2026, 9, 29))
        self.assertEqual((bill.lines[4].service, bill.lines[4].weight), ("", None))

    def test_kinds_come_from_the_caller(self):
        def kind_of(layout, code, text):
            return {("x12_210", "400", "PALLETS OF HAND TOOLS"): "base"}.get(
                (layout, code, text), "unknown"
            )

        read = readers.read(self.file, kind_of=kind_of)
        kinds = [line.kind for line in read.bills[0].lines]
        self.assertEqual(kinds, ["base", "unknown", "unknown"])

    def test_group_without_a_code_is_named_by_its_words(self):
        read = self.read(self.file.replace(b"****400~", b"~"))
        line = read.bills[0].lines[0]
        self.assertEqual((line.code, line.text), ("", "PALLETS OF HAND TOOLS"))
        self.assertEqual((line.kind, line.amount), ("unknown", Decimal("231.25")))

    def test_lines_may_break_anywhere(self):
        for name in ("x12_210_4010.edi", "x12_210_4030.edi"):
            plain = self.read(payload(name))
            for width in (*range(60, 120), 7):
                with self.subTest(name=name, width=width):
                    self.assertEqual(self.read(wrapped(payload(name), width)), plain)

    def test_every_separator_is_taken_from_the_file(self):
        plain = self.read(self.file)
        for separator, terminator in (
            ("|", "~"),
            ("*", "\n"),
            ("^", "'"),
            ("+", "\x1c"),
        ):
            with self.subTest(separator=separator, terminator=terminator):
                text = self.file.decode().replace("*", separator)
                text = text.replace("~\n", terminator)
                self.assertEqual(self.read(text.encode()), plain)
                self.assertEqual(readers.detect(text.encode()), "x12_210")

    def test_without_interchange_and_group(self):
        lines = self.file.splitlines(keepends=True)
        for bare in (lines[2:-2], lines[1:-1]):
            read = self.read(b"".join(bare))
            self.assertEqual(read.all_problems, [])
            self.assertEqual([bill.interchange for bill in read.bills], ["", ""])
            self.assertEqual(
                [bill.net for bill in read.bills], [Decimal("276.40"), -45]
            )

    def test_point_that_is_written_counts(self):
        data = self.file.replace(b"*27640**2026", b"*276.40**2026")
        read = self.read(data.replace(b"***1740*", b"***17.4*"))
        self.assertEqual(read.all_problems, [])

    def test_total_of_the_charges_is_checked(self):
        read = self.read(self.file.replace(b"L1*3***1740", b"L1*3***1840"))
        self.assertEqual(found(read), [(3, "total"), (3, "total")])
        reasons = [problem.reason for problem in read.all_problems]
        self.assertIn("L1 adds up to 277.40, L3 says 276.40", reasons[0])
        self.assertIn("its total says 276.40", reasons[1])
        self.assertEqual(len(read.bills[0].lines), 3)

    def test_total_of_l3_is_checked(self):
        read = self.read(self.file.replace(b"L3*1250*G***27640", b"L3*1250*G***27641"))
        self.assertEqual(found(read), [(3, "total")])

    def test_charge_that_cannot_be_read_costs_itself(self):
        for wrong in (b"17A0", b"NaN", b"1e5", b"Infinity", b"1,740", b""):
            with self.subTest(amount=wrong):
                read = self.read(self.file.replace(b"***1740*", b"***%s*" % wrong))
                self.assertEqual(
                    amounts(read.bills[0]), [("400", "231.25"), ("FUE", "27.75")]
                )
                self.assertIn(28, [problem.row for problem in read.all_problems])
                self.assertEqual(read.bills[1].problems, ())

    def test_file_that_was_cut_off_says_so(self):
        read = self.read(self.file[: self.file.index(b"L3*1250")])
        self.assertEqual(
            found(read), [(28, "missing"), (28, "missing"), (28, "missing")]
        )
        self.assertEqual(len(read.bills[0].lines), 3)
        read = self.read(self.file[:-15])
        self.assertEqual(found(read), [(41, "missing"), (42, "syntax")])

    def test_counts_and_numbers_of_the_envelopes_are_checked(self):
        for old, new, row in (
            (b"SE*28*610001", b"SE*27*610001", 30),
            (b"SE*28*610001", b"SE*28*610009", 30),
            (b"GE*2*61", b"GE*3*61", 41),
            (b"GE*2*61", b"GE*2*62", 41),
            (b"IEA*1*000000417", b"IEA*2*000000417", 42),
            (b"IEA*1*000000417", b"IEA*1*000000418", 42),
        ):
            with self.subTest(new=new):
                self.assertIn(old, self.file)
                read = self.read(self.file.replace(old, new))
                self.assertEqual(found(read), [(row, "syntax")])
                self.assertEqual(len(read.bills), 2)

    def test_other_messages_in_the_file_are_told(self):
        other = b"ST*214*7~\nB10*1*2*NRTH~\nSE*3*7~\nGE*3*61"
        read = self.read(self.file.replace(b"GE*2*61", other))
        self.assertEqual(found(read), [(41, "unsupported")])
        self.assertEqual(len(read.bills), 2)

    def test_bill_without_number_is_told(self):
        read = self.read(self.file.replace(b"B3**NF-20261005-89", b"B3**"))
        self.assertEqual([bill.number for bill in read.bills], ["NF-20261005-88"])
        self.assertEqual(found(read), [(31, "missing")])

    def test_date_that_cannot_be_read_keeps_the_charges(self):
        read = self.read(self.file.replace(b"G62*86*20260930", b"G62*86*20260931"))
        self.assertEqual(found(read), [(11, "value")])
        self.assertIsNone(read.bills[0].lines[0].service_date)
        self.assertEqual(read.bills[0].net, Decimal("276.40"))

    def test_separators_that_the_file_does_not_use(self):
        text = self.file.decode()
        head, body = text[:106], text[106:]
        read = self.read((head + body.replace("*", "|")).encode())
        self.assertEqual(read.bills, ())
        self.assertEqual(
            {category for _row, category in found(read)}, {"syntax", "missing"}
        )
        read = self.read((head + body.replace("~", "!")).encode())
        self.assertEqual(read.bills, ())
        self.assertIn("syntax", {category for _row, category in found(read)})

    def test_every_sample_has_its_totals(self):
        """Check our samples, and those beside the project where they are there."""
        totals = {
            "x12_210_4010.edi": {
                "NF-20261005-88": "276.40",
                "NF-20261005-89": "-45.00",
            },
            "ltl_210_4010_80char_wrapped.edi": {"699751522": "124.17"},
            "ups_210_4030.edi": {
                "0000001808WW308": "17.00",
                "0000001502WW308": "94.15",
                "0000004045WW308": "285.55",
                "0000002063WW308": "1056.47",
                "0000004469WW318": "21642.90",
            },
        }
        files = {"x12_210_4010.edi": self.file, **samples("x12-210")}
        for name, data in files.items():
            with self.subTest(name=name):
                read = readers.read(data)
                self.assertEqual(read.layout, "x12_210")
                said = {bill.number: str(bill.total) for bill in read.bills}
                self.assertEqual(said, totals[name])
                # One of them miscounts its segments; sums must hold.
                rest = [each for each in read.all_problems if "SE01" not in each.reason]
                self.assertEqual(rest, [])
                for bill in read.bills:
                    self.assertEqual(bill.net, bill.total)
