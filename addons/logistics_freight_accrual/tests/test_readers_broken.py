import time
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import readers
from odoo.addons.logistics_freight_accrual.bill import BillProblem
from odoo.addons.logistics_freight_accrual.readers import decoding

from .bill_files import (
    LAYOUT_OF,
    categories,
    changed,
    found,
    many,
    many_x12,
    payload,
)

# Layout with a header row → its payload, and a column it cannot do without.
HEADED = {
    "fedex_csv": ("fedex_all_columns.csv", "Net Charge Amount"),
    "dhl_mybill_csv": ("dhl_mybill.csv", "Shipment Number"),
}
# Where the amount of a charge stands: layout → payload, row, column.
AMOUNTS = {
    "ups_csv": ("ups_billing_data.csv", 3, 52),
    "fedex_csv": ("fedex_all_columns.csv", 1, 108),
    "dhl_mybill_csv": ("dhl_mybill.csv", 2, 92),
}
TEXTS = {
    "ups_csv": ("ups_billing_data.csv", 3, 45),
    "fedex_csv": ("fedex_all_columns.csv", 1, 48),
    "dhl_mybill_csv": ("dhl_mybill.csv", 2, 27),
}


def lines_of(read):
    return [line for bill in read.bills for line in bill.lines]


@tagged("post_install", "-at_install", "standard")
class TestBrokenTables(BaseCase):
    def test_amount_that_is_none_costs_its_row(self):
        for layout, (name, row, column) in AMOUNTS.items():
            plain = readers.read(payload(name))
            for wrong in ("NaN", "Infinity", "1e9", "12,3,4", "twelve", "=1+1", "\0"):
                with self.subTest(layout=layout, wrong=wrong):

                    def change(table, at=(row, column), wrong=wrong):
                        table[at[0]][at[1]] = wrong

                    read = readers.read(changed(name, change), layout)
                    bad = [each for each in read.problems if each.row == row + 1]
                    self.assertEqual(len(bad), 1)
                    self.assertIn(bad[0].category, ("value", "encoding"))
                    kept = [line for line in lines_of(plain) if line.row != row + 1]
                    self.assertEqual(lines_of(read), kept)
                    # What is missing shows in the total too.
                    self.assertIn("total", categories(read))

    def test_formula_costs_its_row(self):
        for layout, (name, row, column) in TEXTS.items():
            plain = readers.read(payload(name))
            for formula in ("=cmd|' /C calc'!A0", "@SUM(1)", "+HYPERLINK(A1)"):
                with self.subTest(layout=layout, formula=formula):

                    def change(table, at=(row, column), formula=formula):
                        table[at[0]][at[1]] = formula

                    read = readers.read(changed(name, change), layout)
                    self.assertIn((row + 1, "value"), found(read))
                    self.assertIn("is a formula", read.problems[0].reason)
                    kept = [line for line in lines_of(plain) if line.row != row + 1]
                    self.assertEqual(lines_of(read), kept)

    def test_row_that_is_cut_off_costs_itself(self):
        for layout, (name, row, _column) in AMOUNTS.items():

            def change(table, row=row):
                del table[row][40:]

            with self.subTest(layout=layout):
                plain = readers.read(payload(name))
                read = readers.read(changed(name, change), layout)
                self.assertIn((row + 1, "syntax"), found(read))
                kept = [line for line in lines_of(plain) if line.row != row + 1]
                self.assertEqual(lines_of(read), kept)

    def test_cells_too_many_cost_their_row(self):
        for name, _column in HEADED.values():

            def change(table):
                table[2] += ["", "what is this"]

            with self.subTest(name=name):
                read = readers.read(changed(name, change))
                self.assertIn((3, "syntax"), found(read))
                self.assertNotIn(3, [line.row for line in lines_of(read)])

    def test_column_that_is_missing_is_named(self):
        for layout, (name, column) in HEADED.items():

            def change(table, column=column):
                at = table[0].index(column)
                for row in table:
                    del row[at]

            with self.subTest(layout=layout):
                data = changed(name, change)
                self.assertEqual(readers.detect(data), layout)
                read = readers.read(data)
                self.assertEqual(found(read), [(1, "missing")])
                self.assertIn(column, read.problems[0].reason)
                self.assertEqual(read.bills, ())

    def test_column_that_stands_twice_is_told(self):
        for layout, (name, column) in HEADED.items():
            plain = readers.read(payload(name))

            def double(table, column=column):
                at = table[0].index(column)
                for row in table:
                    row.append(row[at])

            def contradict(table, double=double):
                double(table)
                table[2][-1] = "77.77"

            with self.subTest(layout=layout):
                read = readers.read(changed(name, double))
                self.assertEqual(found(read), [(1, "syntax")])
                self.assertEqual(read.bills, plain.bills)
                read = readers.read(changed(name, contradict))
                self.assertIn((3, "syntax"), found(read))
                kept = [line for line in lines_of(plain) if line.row != 3]
                self.assertEqual(lines_of(read), kept)

    def test_header_again_in_the_middle_is_no_row(self):
        for layout, (name, _column) in HEADED.items():
            with self.subTest(layout=layout):
                plain = readers.read(payload(name))

                def change(table):
                    table.insert(2, list(table[0]))

                read = readers.read(changed(name, change))
                self.assertEqual(read.all_problems, [])
                amounts = [line.amount for line in lines_of(read)]
                self.assertEqual(amounts, [line.amount for line in lines_of(plain)])

    def test_header_alone(self):
        for name, _column in HEADED.values():
            header = payload(name).splitlines()[0]
            read = readers.read(header)
            self.assertEqual((read.bills, found(read)), ((), [(0, "missing")]))

    def test_file_of_another_separator_than_its_first_line(self):
        lines = payload("dhl_mybill.csv").splitlines()
        data = b"\n".join([lines[0].replace(b",", b";"), *lines[1:]])
        read = readers.read(data)
        self.assertEqual(read.bills, ())
        self.assertEqual(found(read), [(2, "syntax"), (3, "syntax"), (4, "syntax")])

    def test_windows_letters_are_told_and_every_line_is_kept(self):
        for name, layout in LAYOUT_OF.items():
            old, new = (b"Ground Commercial", "Stra\u00dfe".encode("latin-1"))
            old = b"EXPRESS WORLDWIDE" if layout == "dhl_mybill_csv" else old
            old = b"Carriage" if layout == "freight_csv" else old
            if old not in payload(name):
                continue
            with self.subTest(name=name):
                plain = readers.read(payload(name))
                read = readers.read(payload(name).replace(old, new))
                self.assertEqual(categories(read), {"encoding"})
                amounts = [line.amount for line in lines_of(read)]
                self.assertEqual(amounts, [line.amount for line in lines_of(plain)])
                said = str([(line.text, line.service) for line in lines_of(read)])
                self.assertIn("Stra\u00dfe", said)


@tagged("post_install", "-at_install", "standard")
class TestManyLines(BaseCase):
    def test_one_bad_line_in_a_thousand(self):
        rows = many(1000).splitlines()
        for at, wrong in (
            (1, b"KB-9,EUR,4250.00,base,4.2S,JJD9999999"),
            (500, b"KB-9,EUR"),
            (501, b'KB-9,EUR,4250.00,"base,4.25,JJD9999999'),
            (777, b"\x00\x01\x02,EUR,4250.00,base,4.25,JJD9999999"),
            (1000, b"=cmd|'/C calc'!A0,EUR,4250.00,base,4.25,JJD9999999"),
        ):
            with self.subTest(at=at):
                bad = [*rows]
                bad[at] = wrong
                read = readers.read(b"\n".join(bad))
                (bill,) = read.bills
                self.assertEqual(len(bill.lines), 999)
                self.assertEqual([each.row for each in read.problems], [at + 1])
                first = 2 if at > 1 else 3
                self.assertEqual(
                    [(each.row, each.category) for each in bill.problems],
                    [(first, "total")],
                )
                kept = {line.row for line in bill.lines}
                self.assertEqual(kept, set(range(2, 1002)) - {at + 1})

    def test_one_bad_segment_in_thousands(self):
        data = many_x12(1000).replace(b"L1*500***1000*", b"L1*500***1OOO*")
        read = readers.read(data)
        (bill,) = read.bills
        self.assertEqual(len(bill.lines), 1999)
        self.assertEqual(found(read), [(1, "total"), (1, "total"), (2001, "value")])

    def test_time_grows_with_the_lines_and_no_faster(self):
        for make in (many, many_x12):
            small, large = self.seconds(make(1000)), self.seconds(make(10_000))
            self.assertLess(large, 20 * small, make.__name__)

    def test_time_does_not_explode_on_open_quotation_marks(self):
        small, large = (
            self.seconds(many(2) + b'\nKB-9,"EUR,1,base,1,X' * count)
            for count in (2000, 20_000)
        )
        self.assertLess(large, 20 * small)

    @staticmethod
    def seconds(data):
        """Return the shortest of three readings: others use the machine too."""
        took = []
        for _attempt in range(3):
            started = time.process_time()
            readers.read(data)
            took.append(time.process_time() - started)
        return min(took)

    def test_ten_thousand_lines_add_up(self):
        (bill,) = readers.read(many(10_000)).bills
        self.assertEqual((len(bill.lines), bill.net), (10_000, Decimal("42500.00")))
        (bill,) = readers.read(many_x12(10_000)).bills
        self.assertEqual((len(bill.lines), bill.net), (20_000, Decimal("115000.00")))


@tagged("post_install", "-at_install", "standard")
class TestWholeFiles(BaseCase):
    def test_nothing_in_any_layout(self):
        for layout in (None, *readers.LAYOUTS):
            for data in (b"", b"\n\n", b"\xef\xbb\xbf", b"\0\0\0"):
                with self.subTest(layout=layout, data=data):
                    read = readers.read(data, layout)
                    self.assertEqual(read.layout, layout or "")
                    self.assertEqual((read.bills, found(read)), ((), [(0, "missing")]))

    def test_file_of_one_layout_read_as_another(self):
        for name, own in LAYOUT_OF.items():
            for layout in readers.LAYOUTS:
                if layout == own:
                    continue
                with self.subTest(name=name, layout=layout):
                    read = readers.read(payload(name), layout)
                    self.assertEqual(read.layout, layout)
                    self.assertEqual(lines_of(read), [])
                    self.assertTrue(read.all_problems)

    def test_line_of_twenty_megabytes(self):
        long = b"x" * (20 * 1024 * 1024)
        read = readers.read(many(2) + b"\n" + long + b"\nKB-9,EUR,8.50,base,0.00,J")
        self.assertEqual(found(read), [(4, "unsupported")])
        self.assertEqual(len(lines_of(read)), 3)
        read = readers.read(b'ISA*00*"' + long)
        self.assertEqual((read.bills, categories(read)), ((), {"syntax"}))
        plain = payload("edifact_invoic.edi")
        read = readers.read(plain.replace(b"Lagergeld 3", long))
        self.assertEqual(found(read), [(33, "unsupported")])
        self.assertEqual(len(lines_of(read)), 6)
        self.assertEqual(readers.read(long).layout, "")

    def test_file_that_is_too_large(self):
        data = b"a" * (decoding.MAX_BYTES + 1)
        read = readers.read(data, "freight_csv")
        reason = f"The file has {len(data)} bytes, {decoding.MAX_BYTES} are read"
        self.assertEqual(read.problems, (BillProblem(0, "unsupported", reason),))

    def test_too_many_segments(self):
        read = readers.read(b"ST*210*1~" + b"~" * decoding.MAX_SEGMENTS)
        self.assertEqual((read.bills, found(read)), ((), [(0, "unsupported")]))

    def test_nul_characters(self):
        for name, tag in (
            ("x12_210_4010.edi", b"L5*2*FUEL"),
            ("edifact_invoic.edi", b"IMD+F++:::Lagergeld 3"),
        ):
            with self.subTest(name=name):
                plain = readers.read(payload(name))
                read = readers.read(payload(name).replace(tag, tag[:-1] + b"\0"))
                self.assertIn("encoding", categories(read))
                amounts = [line.amount for line in lines_of(read)]
                self.assertEqual(amounts, [line.amount for line in lines_of(plain)])

    def test_every_beginning_of_a_file_is_read_as_far_as_it_goes(self):
        for name, layout in LAYOUT_OF.items():
            data = payload(name)
            plain = lines_of(readers.read(data))
            for end in range(0, len(data), 97):
                with self.subTest(name=name, end=end):
                    read = readers.read(data[:end], layout)
                    rows = {line.row for line in plain}
                    self.assertLessEqual({line.row for line in lines_of(read)}, rows)
                    if not read.all_problems:
                        # Only empty cells or the last line break were cut off.
                        kept = [line.amount for line in lines_of(read)]
                        self.assertEqual(kept, [line.amount for line in plain])
