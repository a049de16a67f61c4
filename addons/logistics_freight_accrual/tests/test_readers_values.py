from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.readers import values
from odoo.addons.logistics_freight_accrual.readers.decoding import (
    UnreadableBill,
    decode,
)
from odoo.addons.logistics_freight_accrual.readers.draft import references
from odoo.addons.logistics_freight_accrual.readers.tables import rows


@tagged("post_install", "-at_install", "standard")
class TestValues(BaseCase):
    def test_amounts(self):
        for written, mark, expected in (
            ("12.34", ".", "12.34"),
            ("-12.34", ".", "-12.34"),
            ("12.34-", ".", "-12.34"),
            ("(12.34)", ".", "-12.34"),
            ("+5", "", "5"),
            ("1,234.50", ".", "1234.50"),
            ("1.234,50", ",", "1234.50"),
            ("1 234,50", ",", "1234.50"),
            ("1'234.50", ".", "1234.50"),
            ("1\u00a0234\u202f567", ".", "1234567"),
            ("1,234", ".", "1234"),
            ("1,234", ",", "1.234"),
            ("1.234.567", ",", "1234567"),
            (".5", ".", "0.5"),
            ("-0.00", ".", "0.00"),
            ("12,5", "", "12.5"),
            ("000012", ".", "12"),
        ):
            with self.subTest(written=written, mark=mark):
                found = values.amount(written, "Net", mark)
                self.assertEqual(found, Decimal(expected))
                self.assertEqual(str(found).startswith("-"), expected[0] == "-")

    def test_no_amount(self):
        for blank in ("", "  "):
            self.assertIsNone(values.amount(blank, "Net", "."))
            self.assertIsNone(values.plain_amount(blank, "Net"))
            self.assertIsNone(values.implied_amount(blank, "Net"))

    def test_what_is_no_amount_is_refused_with_its_name(self):
        for written in (
            *("NaN", "nan", "inf", "-Infinity", "1e5", "1E999", "0x1F", "1_000", "١٢"),
            *("12.3.4", "12,34.5", "--5", "-", "$5", "5 EUR", "1.2345678901"),
            *("9" * 16, "9" * 5000, "abc", "()", "½", "²"),
        ):
            for read in (
                lambda text: values.amount(text, "Net", "."),
                lambda text: values.plain_amount(text, "Net"),
                lambda text: values.implied_amount(text, "Net"),
            ):
                with (
                    self.subTest(written=written[:20]),
                    self.assertRaisesRegex(values.FieldProblem, "^Net: "),
                ):
                    read(written)

    def test_amount_against_the_mark_of_the_file_is_refused(self):
        for written, mark in (("1,23", "."), ("1.23", ","), ("1,234.5", ",")):
            with self.assertRaisesRegex(values.FieldProblem, "decimal mark"):
                values.amount(written, "Net", mark)

    def test_amount_that_can_mean_two_things_is_refused(self):
        for written in ("1,234", "1.234", "-12.345"):
            with self.assertRaisesRegex(values.FieldProblem, "in two ways"):
                values.amount(written, "Net", "")
        self.assertEqual(values.amount("1234", "Net", ""), Decimal(1234))

    def test_decimal_mark_is_that_of_most_amounts_without_doubt(self):
        for samples, mark in (
            (["12.50", "1.234", "7"], "."),
            (["12,50", "1.234", "7"], ","),
            (["12,50", "3.5", "4,1"], ","),
            (["12,50", "3.5"], "."),
            (["1.234", "1,234", "5", "x", ""], ""),
            ([], ""),
        ):
            with self.subTest(samples=samples):
                self.assertEqual(values.decimal_mark(samples), mark)

    def test_implied_decimals(self):
        for written, expected in (
            ("1700", "17.00"),
            ("-5", "-0.05"),
            ("0", "0.00"),
            ("+123", "1.23"),
            ("17.5", "17.5"),
            ("999999999999999", "9999999999999.99"),
        ):
            self.assertEqual(values.implied_amount(written, "B3"), Decimal(expected))

    def test_days(self):
        expected = date(2026, 2, 3)
        for written in (
            *("2026-02-03", "20260203", "03.02.2026", "3/2/2026", "03-02-2026"),
            *("2026-02-03T10:00:00", "2026-02-03 10:00", "03.02.2026 10:00"),
        ):
            self.assertEqual(values.day(written, "Date"), expected)
        for blank in ("", " ", "0", "00000000"):
            self.assertIsNone(values.day(blank, "Date"))

    def test_what_is_no_day_is_refused_with_its_name(self):
        for written in (
            *("2026-02-30", "31.04.2026", "12/25/2026", "260203", "03.02.26"),
            *("1900-01-01", "9999-01-01", "tomorrow", "2026-2", "٢٠٢٦-٠٢-٠٣", "44000"),
        ):
            with (
                self.subTest(written=written),
                self.assertRaisesRegex(values.FieldProblem, "^Date: "),
            ):
                values.day(written, "Date")

    def test_units_and_countries(self):
        self.assertEqual(
            [values.weight_unit(u) for u in ("kgs", "L", "G")], ["KG", "LB", ""]
        )
        self.assertEqual(
            [values.length_unit(u) for u in ("I", "cmt", "M")], ["IN", "CM", ""]
        )
        self.assertEqual(
            [values.country(c) for c in ("de", "DEU", "D1")], ["DE", "", ""]
        )
        self.assertEqual(values.currency(" eur ", "C"), "EUR")
        with self.assertRaisesRegex(values.FieldProblem, "C: 'EU' is not a currency"):
            values.currency("EU", "C")

    def test_dimensions(self):
        self.assertEqual(
            values.dimensions("30,5 x 20 X 10", "Dim", ","),
            (Decimal("30.5"), Decimal(20), Decimal(10)),
        )
        self.assertEqual(values.dimensions("0x0x0", "Dim", "."), ())
        for written in ("30x20", "30x20x", "30x20x10x5", "big"):
            with self.assertRaises(values.FieldProblem):
                values.dimensions(written, "Dim", ".")

    def test_references(self):
        self.assertEqual(
            references(order=["A", "", "B", "A"], waybill=[""]), {"order": "A\nB"}
        )


@tagged("post_install", "-at_install", "standard")
class TestDecoding(BaseCase):
    def test_encodings(self):
        text = "Straße;1,5\nKöln;2"
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            self.assertEqual(decode(text.encode(encoding)), (text, []))
        for data in (
            b"\xfe\xff" + text.encode("utf-16-be"),
            "Charge;1\n".encode("utf-16-le"),
            "Charge;1\n".encode("utf-16-be"),
        ):
            self.assertEqual(decode(data)[1], [])
            self.assertIn(";1", decode(data)[0])

    def test_windows_letters_are_read_and_told(self):
        text, (problem,) = decode("A;1\nStraße €;2\nKöln;3".encode("cp1252"))
        self.assertEqual(text, "A;1\nStraße €;2\nKöln;3")
        self.assertEqual((problem.row, problem.category), (2, "encoding"))
        self.assertIn("2 lines are not UTF-8", problem.reason)

    def test_a_line_in_windows_letters_leaves_the_others(self):
        data = "Köln;1\n".encode() + "Straße;2\n".encode("cp1252") + b"\x81;3"
        text, problems = decode(data)
        self.assertEqual(text, "Köln;1\nStraße;2\n\ufffd;3")
        self.assertEqual([problem.row for problem in problems], [2])

    def test_half_a_character_in_utf16_is_told(self):
        _text, problems = decode("A;1\nB;2".encode("utf-16") + b"\x00")
        self.assertEqual([problem.row for problem in problems], [2])

    def test_nothing_in_it(self):
        for data in (b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 100):
            with self.assertRaises(UnreadableBill) as caught:
                decode(data)
            self.assertEqual(caught.exception.category, "missing")


@tagged("post_install", "-at_install", "standard")
class TestTables(BaseCase):
    def read(self, content, separator=","):
        problems = []
        found = list(rows(content, separator, problems))
        cells = [(row.number, row.cells) for row in found]
        return cells, [(problem.row, problem.category) for problem in problems]

    def test_rows_have_the_number_of_their_first_line(self):
        content = 'a,b\r\n\r\n"x ""y"" ,z",2\n"two\nlines",3\r4,5\n'
        self.assertEqual(
            self.read(content),
            (
                [
                    (1, ["a", "b"]),
                    (3, ['x "y" ,z', "2"]),
                    (4, ["two\nlines", "3"]),
                    (6, ["4", "5"]),
                ],
                [],
            ),
        )

    def test_quotation_mark_within_a_text_is_one(self):
        content = 'a,b\n12" box,1\n'
        self.assertEqual(self.read(content)[0][1], (2, ['12" box', "1"]))

    def test_quotation_mark_that_is_not_closed_costs_its_row(self):
        for bad in ('"open,1', 'x,"open', '"open'):
            content = f'a,b\n{bad}\n"c",2\nd,3\n'
            found, problems = self.read(content)
            self.assertEqual([row for row, _cells in found], [1, 3, 4])
            self.assertEqual(problems, [(2, "syntax")])

    def test_text_behind_a_quotation_mark_costs_its_row(self):
        found, problems = self.read('a,b\n"x"y,1\nc,2\n')
        self.assertEqual([row for row, _cells in found], [1, 3])
        self.assertEqual(problems, [(2, "syntax")])

    def test_formulas_cost_their_row(self):
        for bad in (
            "=cmd|' /C calc'!A0",
            "@SUM(A1:A9)",
            "+cmd|'/C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            '"=HYPERLINK(""x"")"',
        ):
            found, problems = self.read(f"a,b\n{bad},1\nc,-2.50\n+49,(3)\n")
            self.assertEqual([row for row, _cells in found], [1, 3, 4])
            self.assertEqual(problems, [(2, "value")])

    def test_kept_zeros_are_no_formula(self):
        found, problems = self.read('a,b\n="00123",1\n"=""00124""",2\n')
        self.assertEqual(problems, [])
        self.assertEqual(found[1:], [(2, ["00123", "1"]), (3, ["00124", "2"])])

    def test_rows_too_long_too_wide_or_with_nul_cost_themselves(self):
        for bad, category in (
            ("x" * 100_001, "unsupported"),
            ("x," * 501, "unsupported"),
            ("a\0,1", "encoding"),
        ):
            found, problems = self.read(f"a,b\n{bad}\nc,2\n")
            self.assertEqual([row for row, _cells in found], [1, 3])
            self.assertEqual(problems, [(2, category)])

    def test_too_many_rows(self):
        with self.assertRaises(UnreadableBill):
            self.read("\n" * 250_001)
