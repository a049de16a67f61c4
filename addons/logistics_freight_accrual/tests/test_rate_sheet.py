from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import rate_template
from odoo.addons.logistics_freight_accrual.agreement import (
    Agreement,
    Consignment,
    Parcel,
    Rate,
    Surcharge,
)
from odoo.addons.logistics_freight_accrual.rates import price

from .sheets import FUEL, RATE, as_csv, as_xlsx, read, told

D = Decimal
YEAR = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}


@tagged("post_install", "-at_install", "standard")
class TestReading(BaseCase):
    def test_rows_become_an_agreement(self):
        rows = (
            RATE | {"divisor": "5000", "weight_step": "0.5", "per": "shipment"},
            RATE | {"weight_to": "10", "price": "9.40", "minimum": "3"},
            FUEL | {"basis": "all"},
            FUEL
            | {"kind": "residential", "percent": "", "amount": "3.10", "trait": "home"},
        )
        expected = Agreement(
            "North 26",
            "haulier",
            "EUR",
            (
                Rate(D("6.90"), country="AT", weight_to=D(5), **YEAR),
                Rate(D("9.40"), D(0), D(3), country="AT", weight_to=D(10), **YEAR),
            ),
            (
                Surcharge("fuel", percent=D("9.5"), basis="all"),
                Surcharge("residential", amount=D("3.10"), trait="home"),
            ),
            divisor=D(5000),
            weight_step=D("0.5"),
            per="shipment",
        )
        for data in (
            as_csv(*rows),
            as_csv(*rows, separator=","),
            as_csv(*rows, separator="\t"),
            as_csv(*rows, encoding="utf-8-sig"),
            as_csv(*rows, encoding="utf-16"),
        ):
            sheet = read(data)
            self.assertEqual(sheet.problems, ())
            self.assertEqual(sheet.agreements, (expected,))
            self.assertEqual([row.row for row in sheet.rows], [2, 3, 4, 5])

    def test_workbook_keeps_what_its_cells_hold(self):
        row = RATE | {
            "zone": 2,
            "weight_to": 31.5,
            "price": 0.1 + 0.2,
            "valid_from": datetime(2026, 1, 1),
            "valid_to": date(2026, 12, 31),
        }
        fuel = FUEL | {"percent": 0.0975}
        sheet = read(as_xlsx(row, fuel, formats={"percent": "0.00%"}))
        self.assertEqual(sheet.problems, ())
        entries = [row.entry for row in sheet.rows]
        self.assertEqual(
            entries[0],
            Rate(D("0.3"), zone="2", country="AT", weight_to=D("31.5"), **YEAR),
        )
        self.assertEqual(entries[1].percent, D("9.75"))

    def test_template_is_read_and_prices_a_parcel(self):
        for data in (rate_template.template_csv(), rate_template.template_xlsx()):
            sheet = read(data)
            self.assertEqual(sheet.problems, ())
            (agreed,) = sheet.agreements
            goods = Consignment(
                agreed.carrier,
                date(2026, 1, 20),
                "economy",
                country="AT",
                parcels=(Parcel(D("2.2")),),
            )
            # 6.90 and 9.5 % of it, 0.6555.
            self.assertEqual(price(agreed, goods).amount, D("7.56"))

    def test_template_has_every_column(self):
        first = rate_template.template_csv().decode().splitlines()[0]
        self.assertEqual(tuple(first.split(",")), rate_template.COLUMNS)
        self.assertEqual(len(set(rate_template.COLUMNS)), 20)

    def test_columns_are_found_by_name(self):
        columns = list(reversed(RATE))
        self.assertEqual(told(as_csv(RATE, columns=columns)), [])
        data = as_csv(RATE).replace(b"valid_from", b"Valid from", 1)
        self.assertEqual(told(data), [])

    def test_two_agreements_in_one_file(self):
        other = RATE | {"agreement": "South 26", "currency": "JPY", "price": "900"}
        found = read(as_csv(RATE, other, FUEL)).agreements
        self.assertEqual([item.ref for item in found], ["North 26", "South 26"])
        self.assertEqual([item.decimals for item in found], [2, 0])
        self.assertEqual([len(item.surcharges) for item in found], [1, 0])

    def test_empty_rows_do_not_count_and_rows_keep_their_number(self):
        data = as_csv(RATE, {}, {}, FUEL | {"percent": "many"})
        self.assertEqual(told(data), [(5, "percent", "not_a_number")])
        self.assertEqual([row.row for row in read(data).rows], [2])


@tagged("post_install", "-at_install", "standard")
class TestNumbers(BaseCase):
    def prices(self, *texts, **more):
        """Read one rate for each price, of countries of their own."""
        rows = [
            RATE | more | {"price": text, "zone": str(place)}
            for place, text in enumerate(texts)
        ]
        sheet = read(as_csv(*rows))
        found = {row.row: row.entry.price for row in sheet.rows}
        found |= {item.row: item.reason for item in sheet.problems}
        return [found[place] for place in range(2, len(texts) + 2)]

    def test_comma_and_point(self):
        for text, value in (
            ("6.9", "6.9"),
            ("6,9", "6.9"),
            ("1.234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234.567", "1234567"),
            ("1,234,567", "1234567"),
            ("1.234.567,8", "1234567.8"),
            ("1 234,50", "1234.50"),
            ("1'234.50", "1234.50"),
            ("1\u00a0234\u00a0567", "1234567"),
            ("0,125", "0.125"),
            (",5", "0.5"),
            ("1234,567", "1234.567"),
            ("12.3456", "12.3456"),
            ("+7", "7"),
        ):
            self.assertEqual(self.prices(text), [D(value)], text)

    def test_number_that_may_be_two_is_asked_about(self):
        self.assertEqual(self.prices("1,234"), ["two_numbers"])
        self.assertEqual(self.prices("1.234"), ["two_numbers"])

    def test_other_numbers_of_the_file_tell_which_it_is(self):
        self.assertEqual(self.prices("1,234", "6,9"), [D("1.234"), D("6.9")])
        self.assertEqual(self.prices("1,234", "6.9"), [D(1234), D("6.9")])
        self.assertEqual(self.prices("1.234", "2,50"), [D(1234), D("2.50")])
        self.assertEqual(self.prices("1.234", weight_to="31,5"), [D(1234)])

    def test_file_that_uses_both_leaves_doubt(self):
        self.assertEqual(
            self.prices("1,234", "6,9", "7.9"), ["two_numbers", D("6.9"), D("7.9")]
        )

    def test_what_is_no_number(self):
        for text in (
            "abc",
            "1.2.3",
            "1,23,456",
            "1.234,5,6",
            "12 34",
            "1e5",
            "NaN",
            "Infinity",
            "٣",
            "6.90 EUR",
            "--1",
            "9" * 31,
            ".",
        ):
            self.assertIn(self.prices(text)[0], ("not_a_number", "formula"), text)

    def test_number_out_of_range(self):
        self.assertEqual(self.prices("-1", "9" * 20), ["range", "range"])
        self.assertEqual(self.prices("1", weight_to="0"), ["range"])


@tagged("post_install", "-at_install", "standard")
class TestWrongRows(BaseCase):
    def test_each_mistake_is_told_at_its_place(self):
        for change, column, reason in (
            ({"agreement": ""}, "agreement", "missing"),
            ({"carrier": " "}, "carrier", "missing"),
            ({"currency": ""}, "currency", "missing"),
            ({"kind": ""}, "kind", "missing"),
            ({"currency": "XXX"}, "currency", "not_a_code"),
            ({"kind": "bridge"}, "kind", "not_a_code"),
            ({"country": "Austria"}, "country", "not_a_code"),
            ({"country": "at"}, "country", "not_a_code"),
            ({"per": "pallet"}, "per", "not_a_code"),
            ({"price": ""}, "", "no_value"),
            ({"percent": "5"}, "percent", "not_here"),
            ({"trait": "home"}, "trait", "not_here"),
            ({"valid_from": "01/02/2026"}, "valid_from", "not_a_day"),
            ({"valid_from": "2026-02-30"}, "valid_from", "not_a_day"),
            ({"valid_from": "1026-02-03"}, "valid_from", "not_a_day"),
            ({"valid_from": "2027-01-01"}, "", "range"),
            ({"service": "x" * 201}, "service", "too_long"),
            ({"service": "a\x07b"}, "service", "not_a_text"),
        ):
            data = as_csv(RATE | {"zone": "1"}, RATE | change | {"zone": "2"})
            self.assertEqual(told(data), [(3, column, reason)], change)
            self.assertEqual([row.row for row in read(data).rows], [2])
        self.assertEqual(
            told(as_csv(FUEL | {"price": "5"})), [(2, "price", "not_here")]
        )
        self.assertEqual(told(as_csv(FUEL | {"amount": "5"})), [(2, "", "range")])

    def test_dotted_day_is_read(self):
        (row,) = read(as_csv(RATE | {"valid_from": "3.2.2026"})).rows
        self.assertEqual(row.entry.valid_from, date(2026, 2, 3))

    def test_several_mistakes_of_a_row_are_all_told(self):
        data = as_csv(RATE | {"price": "x", "country": "y", "currency": ""})
        self.assertEqual(len(told(data)), 3)

    def test_formula_text_is_refused_wherever_it_stands(self):
        for text in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "＝1"):  # noqa: RUF001
            for column in ("service", "price", "agreement"):
                data = as_csv(RATE | {column: text})
                self.assertIn((2, column, "formula"), told(data), (text, column))

    def test_negative_amount_is_no_formula(self):
        discount = FUEL | {"percent": "", "amount": "-1.50"}
        self.assertEqual(read(as_csv(discount)).rows[0].entry.amount, D("-1.50"))

    def test_one_bad_row_in_a_thousand_costs_itself(self):
        rows = [RATE | {"zone": str(place)} for place in range(1000)]
        rows[617] |= {"price": "six"}
        sheet = read(as_csv(*rows))
        self.assertEqual(len(sheet.rows), 999)
        self.assertEqual([item.row for item in sheet.problems], [619])
        self.assertEqual(sheet.problems[0].text, "not a number: six")

    def test_value_beyond_the_last_column_is_told(self):
        data = as_csv(RATE).rstrip() + b";9\r\n"
        self.assertEqual(told(data), [(2, "", "beyond")])

    def test_agreement_says_one_thing_about_itself(self):
        for change, column in (
            ({"carrier": "other"}, "carrier"),
            ({"currency": "JPY"}, "currency"),
            ({"divisor": "6000"}, "divisor"),
            ({"weight_step": "1"}, "weight_step"),
            ({"per": "shipment"}, "per"),
        ):
            first = RATE | {"divisor": "5000", "weight_step": "0.5", "per": "parcel"}
            data = as_csv(first, RATE | {"zone": "2"} | change)
            self.assertEqual(told(data), [(3, column, "differs")])
            self.assertIn("in row 2 it is", read(data).problems[0].text)

    def test_agreement_that_cannot_be_is_told(self):
        self.assertEqual(told(as_csv(RATE | {"divisor": "0"})), [(2, "", "range")])


@tagged("post_install", "-at_install", "standard")
class TestRepeats(BaseCase):
    def test_same_row_again_counts_once(self):
        data = as_csv(RATE, FUEL, RATE, FUEL)
        self.assertEqual(told(data), [(4, "", "duplicate"), (5, "", "duplicate")])
        self.assertEqual(read(data).problems[0].values, {"other": "2"})
        self.assertEqual([row.row for row in read(data).rows], [2, 3])

    def test_two_prices_of_one_day_are_both_left_out(self):
        data = as_csv(RATE, RATE | {"price": "7.20"})
        self.assertEqual(told(data), [(2, "", "overlap"), (3, "", "overlap")])
        self.assertEqual(read(data).agreements, ())

    def test_validity_that_touches_does_not_overlap(self):
        for first, second, overlap in (
            (("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"), False),
            (("2026-01-01", "2026-03-31"), ("2026-03-31", "2026-06-30"), True),
            (("2026-01-01", "2026-12-31"), ("2026-03-01", "2026-03-31"), True),
            (("", "2026-03-31"), ("2026-04-01", ""), False),
            (("", ""), ("2026-04-01", "2026-04-01"), True),
            (("2026-04-01", ""), ("", "2026-04-01"), True),
        ):
            names = ("valid_from", "valid_to")
            rows = [
                RATE | {"price": amount} | dict(zip(names, days, strict=True))
                for amount, days in (("1", first), ("2", second))
            ]
            self.assertEqual(bool(told(as_csv(*rows))), overlap, (first, second))

    def test_overlap_is_seen_beyond_the_neighbour(self):
        rows = [
            RATE | {"price": "1"},
            RATE | {"price": "2", "valid_from": "2026-02-01", "valid_to": "2026-02-09"},
            RATE | {"price": "3", "valid_from": "2026-03-01", "valid_to": "2026-03-09"},
        ]
        self.assertEqual(
            {row for row, _column, _reason in told(as_csv(*rows))}, {2, 3, 4}
        )

    def test_what_is_about_something_else_does_not_overlap(self):
        for change in (
            {"agreement": "South 26"},
            {"service": "express"},
            {"zone": "2"},
            {"country": "PL"},
            {"weight_to": "10"},
        ):
            self.assertEqual(told(as_csv(RATE, RATE | {"price": "1"} | change)), [])
        for change in (
            {"kind": "residential"},
            {"trait": "home"},
            {"percent": "", "amount": "1"},
        ):
            self.assertEqual(told(as_csv(FUEL, FUEL | {"percent": "1"} | change)), [])
