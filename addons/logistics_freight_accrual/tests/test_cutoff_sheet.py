"""A workbook that runs nothing."""

import io

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.cutoff_sheet import (
    Column,
    plain_text,
    workbook,
)


@tagged("post_install", "-at_install", "standard")
class TestCutoffSheet(BaseCase):
    def test_every_beginning_of_a_formula_is_text(self):
        for start in ("=", "+", "-", "@", "\t", "\r", "\n"):
            text = f"{start}1+1"
            with self.subTest(start=start):
                self.assertEqual(plain_text(text), f"'{text}")
        self.assertEqual(plain_text("WH/OUT/1"), "WH/OUT/1")
        self.assertEqual(plain_text("a\x00b"), "ab")

    def test_negative_amounts_stay_numbers_and_are_added_up(self):
        columns = [
            Column("Name", lambda row: row[0]),
            Column("Sum", lambda row: row[1], is_total=True),
        ]
        data = workbook([("A/B", columns, [("=x", -1.5), (None, 4)])], "Title")
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        self.assertEqual(sheet.title, "A-B")
        values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
        self.assertEqual(values, [["'=x", -1.5], [None, 4], [None, 2.5]])
