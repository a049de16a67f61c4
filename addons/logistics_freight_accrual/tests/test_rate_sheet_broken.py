import io
import random
import zipfile

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import rate_template, sheet_cells
from odoo.addons.logistics_freight_accrual.rate_sheet import RateSheet

from .sheets import FUEL, RATE, as_csv, as_xlsx, read, repacked, saved, told

SHEET = "xl/worksheets/sheet1.xml"


@tagged("post_install", "-at_install", "standard")
class TestBrokenFiles(BaseCase):
    def assertRefused(self, data, reason):
        """Check that a file as a whole is refused, and why."""
        sheet = read(data)
        self.assertEqual([item.row for item in sheet.problems], [0])
        self.assertEqual(sheet.problems[0].reason, reason)
        self.assertNotIn("{", sheet.problems[0].text)
        self.assertEqual((sheet.rows, sheet.agreements), ((), ()))

    def test_nothing(self):
        for data in (b"", b"\r\n \n", b"\xef\xbb\xbf"):
            self.assertRefused(data, "empty")

    def test_wrong_encoding(self):
        data = as_csv(RATE | {"carrier": "Köln"}, encoding="latin-1")
        self.assertRefused(data, "encoding")
        self.assertRefused(as_csv(RATE).replace(b"haulier", b"hau\0lier"), "encoding")
        self.assertRefused(as_csv(RATE, encoding="utf-16")[:-1], "encoding")

    def test_wrong_header(self):
        good = as_csv(RATE)
        self.assertRefused(good.replace(b"price", b"cost", 1), "unknown_column")
        self.assertRefused(good.replace(b"country", b"price", 1), "two_columns")
        columns = [name for name in RATE if name != "carrier"]
        self.assertRefused(as_csv(RATE, columns=columns), "no_column")
        self.assertRefused(good.replace(b"price", b"=price", 1), "formula")
        self.assertRefused(good.partition(b"\n")[2], "unknown_column")

    def test_too_much_of_it(self):
        self.assertRefused(b"a" * (sheet_cells.MAX_BYTES + 1), "too_large")
        rows = b"a;b\r\n" * (sheet_cells.MAX_ROWS + 1)
        self.assertRefused(rows, "too_many_rows")
        self.assertRefused(b";".join([b"a"] * 61), "too_many_columns")
        book = openpyxl.Workbook()
        book.active.append(["agreement"])
        book.active.cell(sheet_cells.MAX_ROWS + 2, 1, "x")
        self.assertRefused(saved(book), "too_many_rows")
        book = openpyxl.Workbook()
        book.active.cell(1, sheet_cells.MAX_COLUMNS + 1, "x")
        self.assertRefused(saved(book), "too_many_columns")

    def test_quote_that_never_ends_keeps_the_rows_before_it(self):
        data = as_csv(RATE, FUEL) + b'\r\n"North'
        self.assertEqual(told(data), [(4, "", "syntax")])
        self.assertEqual(len(read(data).rows), 2)

    def test_very_long_cell_costs_its_row(self):
        data = as_csv(RATE, FUEL | {"carrier": "x" * 140_000}, RATE | {"zone": "3"})
        self.assertEqual({row for row, *_rest in told(data)}, {3})
        self.assertEqual(len(read(data).rows), 2)

    def test_line_break_in_a_cell_does_not_move_the_numbers_of_rows(self):
        data = as_csv(RATE | {"service": "by\r\nroad"}, FUEL | {"percent": "x"})
        self.assertEqual(told(data), [(4, "percent", "not_a_number")])
        self.assertEqual(read(data).rows[0].entry.service, "by road")


@tagged("post_install", "-at_install", "standard")
class TestBrokenWorkbooks(BaseCase):
    def test_formula_cells_are_refused_and_the_others_read(self):
        data = as_xlsx(RATE | {"price": "=6+0.9"}, RATE | {"zone": "2"})
        self.assertEqual(told(data), [(2, "price", "formula")])
        self.assertEqual([row.row for row in read(data).rows], [3])

    def test_formula_is_refused_though_it_has_a_value(self):
        data = as_xlsx(RATE | {"price": 6.9})
        computed = repacked(
            data,
            SHEET,
            lambda text: text.replace(b"<v>6.9</v>", b"<f>6+0.9</f><v>6.9</v>"),
        )
        self.assertEqual(told(data), [])
        self.assertEqual(told(computed), [(2, "price", "formula")])

    def test_error_in_a_cell_is_refused(self):
        self.assertEqual(
            told(as_xlsx(RATE | {"price": "#DIV/0!"})), [(2, "price", "formula")]
        )

    def test_number_that_is_none_is_refused(self):
        for text in (b"1E999", b"NaN", b"-1E400"):
            data = repacked(
                as_xlsx(RATE | {"price": 6.9}),
                SHEET,
                lambda content, text=text: content.replace(b"6.9", text),
            )
            sheet = read(data)
            self.assertEqual(len(sheet.problems), 1)
            self.assertEqual(sheet.rows, ())

    def test_percentage_where_a_price_should_stand(self):
        data = as_xlsx(RATE | {"price": 0.5}, formats={"price": "0%"})
        self.assertEqual(told(data), [(2, "price", "not_a_number")])

    def test_truth_and_times_are_no_values(self):
        for change in ({"service": True}, {"price": True}, {"valid_from": 46023.5}):
            data = as_xlsx(RATE | change, formats={"valid_from": "yyyy-mm-dd hh:mm"})
            self.assertEqual(len(told(data)), 1, change)

    def test_document_type_is_refused_before_it_is_parsed(self):
        entity = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
        for member in (SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            data = repacked(as_xlsx(RATE), member, lambda text: entity + text)
            self.assertEqual(told(data), [(0, "", "syntax")], member)

    def test_archive_that_unpacks_to_far_too_much(self):
        bomb = io.BytesIO()
        with (
            zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("xl/workbook.xml", "w") as member,
        ):
            for _part in range(sheet_cells.MAX_UNPACKED // 2**20 + 1):
                member.write(bytes(2**20))
        self.assertLess(len(bomb.getvalue()), 10**6)
        self.assertEqual(told(bomb.getvalue()), [(0, "", "too_large")])

    def test_archive_that_is_no_workbook(self):
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as archive:
            archive.writestr("readme.txt", "hello")
        self.assertEqual(told(other.getvalue()), [(0, "", "syntax")])

    def test_only_the_first_sheet_counts(self):
        book = openpyxl.load_workbook(io.BytesIO(as_xlsx(RATE)))
        book.create_sheet("Notes").append(["=1+1"])
        self.assertEqual(told(saved(book)), [])


@tagged("post_install", "-at_install", "standard")
class TestDamage(BaseCase):
    def test_damaged_files_are_told_of_and_raise_nothing(self):
        draw = random.Random(20260302)
        good = (
            as_csv(RATE, FUEL),
            as_csv(RATE, FUEL, encoding="utf-16"),
            as_xlsx(RATE, FUEL),
            rate_template.template_xlsx(),
        )
        outcomes = {"told": 0, "read": 0}
        for _round in range(1200):
            data = bytearray(draw.choice(good))
            for _change in range(draw.randint(1, 4)):
                place = draw.randrange(len(data))
                kind = draw.randrange(3)
                if kind == 0:
                    data[place] = draw.randrange(256)
                elif kind == 1:
                    del data[place : place + draw.randint(1, 40)]
                else:
                    data[place:place] = draw.randbytes(draw.randint(1, 9))
                if not data:
                    break
            sheet = read(bytes(data))
            self.assertIsInstance(sheet, RateSheet)
            for problem in sheet.problems:
                self.assertTrue(problem.text)
            outcomes["told" if sheet.problems else "read"] += 1
        self.assertGreater(outcomes["told"], 500)

    def test_damaged_members_raise_nothing_either(self):
        draw = random.Random(20260303)
        good = as_xlsx(RATE, FUEL)
        members = [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]

        def damage(text):
            place = draw.randrange(len(text))
            kind = draw.randrange(3)
            if kind == 0:
                return (
                    text[:place] + bytes([draw.randrange(1, 256)]) + text[place + 1 :]
                )
            if kind == 1:
                return text[:place] + text[place + draw.randint(1, 60) :]
            return text[:place] + text[place // 2 : place // 2 + 40] + text[place:]

        told_of = 0
        for _round in range(600):
            sheet = read(repacked(good, draw.choice(members), damage))
            self.assertIsInstance(sheet, RateSheet)
            told_of += bool(sheet.problems)
        self.assertGreater(told_of, 200)
