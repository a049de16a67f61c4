from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.opening_sheet import (
    fold,
    read,
    template_csv,
    template_xlsx,
)

from .sheets import as_csv, as_xlsx

ROW = {
    "carrier": "North",
    "reference": "NB1",
    "service_date": "2026-01-15",
    "currency": "EUR",
    "amount": "12.50",
}


def told(*rows):
    """Return the rows that are not used, with why."""
    sheet = read(as_csv(*rows), {"north"}, {"EUR": 2, "JPY": 0}, {"base", "fuel"})
    return [(problem.row, problem.column, problem.text) for problem in sheet.problems]


@tagged("post_install", "-at_install")
class TestOpeningSheet(BaseCase):
    """A table of open accruals is read without believing any of it."""

    def _read(self, data):
        return read(data, {"north"}, {"EUR": 2, "JPY": 0}, {"base", "fuel"})

    def test_templates_are_read(self):
        for data in (template_csv(), template_xlsx()):
            sheet = read(data, {"example carrier"}, {"EUR": 2}, {"base"})
            self.assertEqual(sheet.problems, ())
            self.assertEqual(sheet.rows[0].amount, Decimal("12.50"))

    def test_text_and_workbook_say_the_same(self):
        one = self._read(as_csv(ROW)).rows
        self.assertEqual(one, self._read(as_xlsx(ROW | {"amount": 12.5})).rows)
        self.assertEqual((one[0].row, one[0].charge_type), (2, "base"))

    def test_decimal_comma_is_concluded(self):
        (row,) = self._read(as_csv(ROW | {"amount": "1.234,50"})).rows
        self.assertEqual(row.amount, Decimal("1234.50"))

    def test_negative_amount_is_a_credit_that_is_expected(self):
        (row,) = self._read(as_csv(ROW | {"amount": "-3"})).rows
        self.assertEqual(row.amount, Decimal(-3))

    def test_what_cannot_be_used_is_told_with_its_reason(self):
        cases = {
            "carrier": ("South", "no such code: South"),
            "currency": ("XXX", "no such code: XXX"),
            "amount": ("0", "an open accrual of nothing"),
            "reference": ("=A1", "a formula is not read: =A1"),
            "service_date": ("1/2/2026", "not a day like 2026-03-31: 1/2/2026"),
            "charge_type": ("bribe", "no such code: bribe"),
        }
        for column, (value, text) in cases.items():
            with self.subTest(column=column):
                self.assertEqual(told(ROW | {column: value}), [(2, column, text)])

    def test_missing_value_is_told(self):
        self.assertEqual(
            told(ROW | {"reference": ""}), [(2, "reference", "reference is missing")]
        )

    def test_more_decimals_than_the_currency_has_are_told(self):
        self.assertEqual(
            told(ROW | {"currency": "JPY"}),
            [(2, "amount", "12.50 has more decimals than JPY")],
        )
        self.assertIn("EUR", told(ROW | {"amount": "1.2345"})[0][2])

    def test_amount_out_of_range_is_told(self):
        text = told(ROW | {"amount": "9" * 16})[0][2]
        self.assertIn("out of its range", text)

    def test_same_reference_twice_is_told(self):
        self.assertEqual(
            told(ROW, ROW | {"amount": "1"}), [(3, "", "says the same as row 2")]
        )
        self.assertEqual(
            told(ROW | {"charge_type": "base"}, ROW | {"charge_type": "fuel"}), []
        )

    def test_bad_row_leaves_the_good_ones(self):
        sheet = self._read(as_csv(ROW, ROW | {"amount": "x"}, ROW | {"reference": "2"}))
        self.assertEqual([row.row for row in sheet.rows], [2, 4])

    def test_whole_file_that_is_not_read(self):
        for data, text in (
            (b"", "empty"),
            (as_csv({"carrier": "North"}), "reference is missing"),
            (as_csv(ROW | {"price": "1"}), "no column price"),
            (as_csv(ROW, encoding="latin-1").replace(b"NB1", b"\xff"), "UTF-8"),
            (b"PK\x03\x04nothing", "no such file"),
        ):
            with self.subTest(text=text):
                sheet = self._read(data)
                self.assertFalse(sheet.rows)
                self.assertEqual(sheet.problems[0].row, 0)
                self.assertIn(text, sheet.problems[0].text)

    def test_names_are_compared_without_case_and_spaces(self):
        self.assertEqual(fold("  NORTH  Parcel "), "north parcel")
