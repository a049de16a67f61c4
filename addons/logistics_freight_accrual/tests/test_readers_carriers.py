from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import readers

from .bill_files import changed, found, payload


def amounts(bill):
    return [(line.code or line.text, str(line.amount)) for line in bill.lines]


@tagged("post_install", "-at_install", "standard")
class TestUps(BaseCase):
    name = "ups_billing_data.csv"

    def test_bill(self):
        (bill,) = readers.read(payload(self.name)).bills
        self.assertEqual((bill.number, bill.kind), ("000000A1B2C3406", "invoice"))
        self.assertEqual((bill.account, bill.currency), ("0000A1B2C3", "USD"))
        self.assertEqual(bill.issued, date(2026, 10, 3))
        self.assertEqual(bill.due, date(2026, 10, 24))
        self.assertEqual((bill.total, bill.tax), (Decimal("61.32"), Decimal("3.00")))
        # Information is not summed, tax is the bill's.
        self.assertEqual(
            amounts(bill),
            [
                ("/FRT/003", "31.15"),
                ("/FSC/FSC", "5.92"),
                ("ADC/ACC/ACA", "18.50"),
                ("ADC/ACC/", "-2.25"),
                ("/MSC/SVC", "5.00"),
            ],
        )

    def test_line(self):
        (bill,) = readers.read(payload(self.name)).bills
        line = bill.lines[0]
        self.assertEqual((line.row, line.text), (1, "Ground Commercial"))
        self.assertEqual(line.tracking_number, "1ZA1B2C30312345678")
        self.assertEqual(line.named("customer"), ("SO-7001", "S07001"))
        self.assertEqual(line.named("order"), ("P00042",))
        self.assertEqual(line.named("waybill"), ("BOL-88",))
        self.assertEqual(line.named("shipment"), ())
        self.assertEqual(line.service_date, date(2026, 9, 28))
        self.assertEqual((line.weight, line.weight_unit), (Decimal("6.0"), "LB"))
        self.assertEqual(line.dimensions, (Decimal(30), Decimal(20), Decimal(10)))
        self.assertEqual((line.length_unit, line.zone), ("IN", "004"))
        self.assertEqual(line.country, "US")
        second = bill.lines[2]
        self.assertEqual(second.row, 4)
        self.assertEqual(second.tracking_number, "1ZA1B2C30398765432")
        self.assertEqual(second.named("shipment"), ("1ZA1B2C30312345678",))
        self.assertEqual(second.service_date, date(2026, 9, 29))
        self.assertEqual(bill.lines[4].tracking_number, "")

    def test_credit_with_semicolons_commas_and_days_first(self):
        (bill,) = readers.read(payload("ups_billing_data_semicolon.csv")).bills
        self.assertEqual((bill.kind, bill.total), ("credit", Decimal("-12.50")))
        self.assertEqual((bill.currency, bill.issued), ("EUR", date(2026, 10, 3)))
        self.assertEqual(
            amounts(bill), [("CADJ/FRT/011", "-10.20"), ("CADJ/FSC/FSC", "-2.30")]
        )
        self.assertEqual(bill.lines[1].text, "Treibstoffzuschlag für Standard")

    def test_kind_is_asked_with_all_three_codes(self):
        def kind_of(layout, code, text):
            return f"{layout} {code} {text}"

        (bill,) = readers.read(payload(self.name), kind_of=kind_of).bills
        expected = "ups_csv ADC/ACC/ACA Address Correction, Ground"
        self.assertEqual(bill.lines[2].kind, expected)

    def test_names_may_stand_over_the_columns(self):
        def change(table):
            table.insert(0, ["Version", *[f"c{at}" for at in range(249)]])

        data = changed(self.name, change)
        self.assertEqual(readers.detect(data), "ups_csv")
        (bill,) = readers.read(data).bills
        self.assertEqual([line.row for line in bill.lines], [2, 3, 5, 6, 7])

    def test_one_more_column_and_columns_cut_off(self):
        plain = readers.read(payload(self.name)).bills[0].lines

        def longer(table):
            table[:] = [[*row, ""] for row in table]

        self.assertEqual(readers.read(changed(self.name, longer)).bills[0].lines, plain)

        def shorter(table):
            table[:] = [row[:220] for row in table]

        self.assertEqual(
            readers.read(changed(self.name, shorter)).bills[0].lines, plain
        )

    def test_bills_are_told_apart_by_number_and_account(self):
        def change(table):
            table[3][5] = "000000A1B2C3999"
            table[3][10] = "18.50"
            table[4][2] = "OTHER"
            table[4][10] = "-2.25"

        read = readers.read(changed(self.name, change))
        keys = [(bill.number, bill.account, bill.kind) for bill in read.bills]
        self.assertEqual(
            keys,
            [
                ("000000A1B2C3406", "0000A1B2C3", "invoice"),
                ("000000A1B2C3999", "0000A1B2C3", "invoice"),
                ("000000A1B2C3406", "OTHER", "credit"),
            ],
        )
        # What was taken out is missing in the first.
        self.assertEqual(found(read), [(1, "total")])

    def test_charge_in_another_currency_is_not_added(self):
        def change(table):
            table[3][50] = "CAD"

        read = readers.read(changed(self.name, change))
        self.assertEqual(found(read), [(1, "total"), (4, "unsupported")])
        self.assertEqual(len(read.bills[0].lines), 4)

    def test_rows_that_disagree_about_the_total_are_told(self):
        def change(table):
            table[3][10] = "61.33"

        self.assertEqual(
            found(readers.read(changed(self.name, change))), [(4, "total")]
        )


@tagged("post_install", "-at_install", "standard")
class TestFedex(BaseCase):
    name = "fedex_all_columns.csv"

    def test_bill(self):
        (bill,) = readers.read(payload(self.name)).bills
        self.assertEqual((bill.number, bill.account), ("812345678", "300400500"))
        self.assertEqual((bill.currency, bill.kind), ("", "invoice"))
        self.assertEqual((bill.total, bill.tax), (Decimal("74.41"), 0))
        self.assertEqual((bill.issued, bill.due), (date(2026, 10, 5), None))
        self.assertEqual(
            amounts(bill),
            [
                ("Transportation Charge", "52.10"),
                ("Performance Pricing", "-15.63"),
                ("Fuel Surcharge", "4.44"),
                ("Declared Value", "3.50"),
                ("Transportation Charge", "18.75"),
                ("Residential Delivery", "5.55"),
                ("Fuel Surcharge", "2.70"),
                ("Address Correction", "3.00"),
            ],
        )

    def test_line(self):
        (bill,) = readers.read(payload(self.name)).bills
        line = bill.lines[2]
        self.assertEqual((line.row, line.code), (2, ""))
        self.assertEqual(line.tracking_number, "794612345678")
        self.assertEqual(line.named("shipment"), ("794612345600",))
        self.assertEqual(line.named("order"), ("P00043",))
        self.assertEqual(line.named("customer"), ("S07002",))
        self.assertEqual(line.named("return"), ("RMA-5",))
        self.assertEqual(line.service_date, date(2026, 9, 29))
        self.assertEqual((line.weight, line.weight_unit), (Decimal("5.0"), "LB"))
        self.assertEqual(line.dimensions, (Decimal(12), Decimal(10), Decimal(8)))
        self.assertEqual((line.length_unit, line.service), ("IN", "FedEx 2Day"))
        self.assertEqual((line.zone, line.country), ("05", "US"))
        other = bill.lines[4]
        self.assertEqual((other.weight_unit, other.service), ("KG", "Home Delivery"))
        self.assertEqual((other.dimensions, other.length_unit), ((), ""))

    def test_kind_is_asked_with_words(self):
        def kind_of(layout, code, text):
            return "fuel" if (code, text) == ("", "Fuel Surcharge") else layout

        (bill,) = readers.read(payload(self.name), kind_of=kind_of).bills
        kinds = [line.kind for line in bill.lines[:3]]
        self.assertEqual(kinds, ["fedex_csv", "fedex_csv", "fuel"])

    def test_numbered_pairs_behind_a_consolidated_account(self):
        (plain,) = readers.read(payload(self.name)).bills
        (bill,) = readers.read(payload("fedex_all_columns_numbered.csv")).bills
        self.assertEqual(bill.lines, plain.lines[:4])
        self.assertEqual(bill.account, "300400500")

    def test_twenty_five_pairs(self):
        def change(table):
            places = [at for at, name in enumerate(table[0]) if "ID Charge" in name]
            self.assertEqual(len(places), 50)
            for number, at in enumerate(places[::2]):
                table[1][at], table[1][at + 1] = f"Extra {number}", "0.10"
            table[1][table[0].index("Net Charge Amount")] = "54.60"
            for row in table[1:]:
                row[table[0].index("Original Amount Due")] = "84.60"

        read = readers.read(changed(self.name, change))
        self.assertEqual(read.all_problems, [])
        words = [line.text for line in read.bills[0].lines[1:26]]
        self.assertEqual(words, [f"Extra {number}" for number in range(25)])

    def test_charges_that_do_not_make_the_net_amount_are_told(self):
        data = payload(self.name).replace(b"4.44", b"4.45")
        read = readers.read(data)
        self.assertEqual(found(read), [(2, "total"), (2, "total")])
        self.assertEqual(len(read.bills[0].lines), 8)

    def test_row_without_charges_bills_its_net_amount(self):
        def change(table):
            at = table[0].index("Tracking ID Charge Description")
            table[2][at : at + 6] = [""] * 6
            table[2][table[0].index("Transportation Charge Amount")] = ""

        read = readers.read(changed(self.name, change))
        self.assertEqual(read.all_problems, [])
        self.assertEqual(amounts(read.bills[0])[4:], [("Net Charge", "30.00")])


@tagged("post_install", "-at_install", "standard")
class TestDhl(BaseCase):
    name = "dhl_mybill.csv"

    def test_bill(self):
        (bill,) = readers.read(payload(self.name)).bills
        self.assertEqual((bill.number, bill.account), ("HAMR000123456", "141234567"))
        self.assertEqual((bill.kind, bill.currency), ("invoice", "EUR"))
        self.assertEqual((bill.total, bill.tax), (Decimal("118.58"), Decimal("15.18")))
        self.assertEqual(bill.issued, date(2026, 10, 7))
        self.assertEqual(bill.due, date(2026, 10, 21))
        self.assertEqual(
            amounts(bill),
            [
                ("Invoice Fee", "2.50"),
                ("Weight Charge", "40.00"),
                ("FF", "14.40"),
                ("OO", "6.50"),
                ("Weight Charge", "31.00"),
                ("Handling", "4.00"),
                ("YK", "5.00"),
            ],
        )
        taxes = [str(line.tax) for line in bill.lines[1:4]]
        self.assertEqual(taxes, ["7.60", "2.74", "1.23"])

    def test_line(self):
        line = readers.read(payload(self.name)).bills[0].lines[3]
        self.assertEqual((line.row, line.text), (3, "REMOTE AREA DELIVERY"))
        self.assertEqual(line.tracking_number, "1234567890")
        self.assertEqual(line.named("customer"), ("S07003", "WH/OUT/00017"))
        self.assertEqual(line.service_date, date(2026, 10, 1))
        self.assertEqual((line.weight, line.weight_unit), (Decimal("4.5"), "KG"))
        self.assertEqual(line.dimensions, (Decimal(40), Decimal(30), Decimal(20)))
        self.assertEqual((line.length_unit, line.country), ("CM", "CH"))
        self.assertEqual(line.service, "EXPRESS WORLDWIDE")

    def test_credit_note_with_positive_amounts(self):
        (bill,) = readers.read(payload("dhl_mybill_credit.csv")).bills
        self.assertEqual((bill.kind, bill.original), ("credit", "HAMR000123456"))
        self.assertEqual((bill.total, bill.tax), (Decimal("-7.73"), Decimal("-1.23")))
        self.assertEqual(amounts(bill), [("OO", "-6.50")])
        self.assertEqual(bill.lines[0].tax, Decimal("-1.23"))
        self.assertEqual(bill.issued, date(2026, 10, 12))

    def test_discount_that_is_in_the_charge_already(self):
        def change(table):
            table[2][table[0].index("Weight Charge")] = "40.00"

        read = readers.read(changed(self.name, change))
        self.assertEqual(read.all_problems, [])
        self.assertEqual(amounts(read.bills[0])[1], ("Weight Charge", "40.00"))

    def test_discount_on_an_extra_charge(self):
        def change(table):
            table[2][table[0].index("XC1 Charge")] = "16.40"
            table[2][table[0].index("XC1 Discount")] = "-2.00"

        read = readers.read(changed(self.name, change))
        self.assertEqual(read.all_problems, [])
        self.assertEqual(amounts(read.bills[0])[2], ("FF", "14.40"))

    def test_nine_extra_charges(self):
        def change(table):
            header = table[0]
            for number in range(3, 10):
                table[2][header.index(f"XC{number} Code")] = f"X{number}"
                table[2][header.index(f"XC{number} Charge")] = "1.00"
            for row, net, gross in ((2, "67.90", "79.47"), (1, "110.40", "125.58")):
                table[row][header.index("Total amount (excl. VAT)")] = net
                table[row][header.index("Total amount (incl. VAT)")] = gross

        read = readers.read(changed(self.name, change))
        self.assertEqual(read.all_problems, [])
        codes = [line.code for line in read.bills[0].lines[4:11]]
        self.assertEqual(codes, [f"X{number}" for number in range(3, 10)])

    def test_sums_are_checked(self):
        data = payload(self.name)
        for old, new, expected in (
            (b",14.40,", b",14.41,", [(2, "total"), (3, "total")]),
            (b",118.58,", b",118.59,", [(2, "total"), (2, "total")]),
            (b",103.40,", b",103.41,", [(2, "total")]),
        ):
            with self.subTest(new=new):
                read = readers.read(data.replace(old, new))
                self.assertEqual(found(read), expected)
                self.assertEqual(len(read.bills[0].lines), 7)

    def test_bill_without_its_invoice_row(self):
        read = readers.read(changed(self.name, lambda table: table.pop(1)))
        self.assertEqual(read.bills[0].total, None)
        self.assertEqual(len(read.bills[0].lines), 6)
        self.assertEqual(found(read), [(2, "missing")])

    def test_other_line_types_are_told(self):
        def change(table):
            table[2][0] = "X"

        self.assertIn(
            (3, "unsupported"), found(readers.read(changed(self.name, change)))
        )
