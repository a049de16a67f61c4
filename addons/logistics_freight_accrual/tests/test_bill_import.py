from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .. import readers
from .bill_case import BillCommon
from .bill_files import LAYOUT_OF, many, payload, samples

ONE = ("NB1001", "base", "12.50")
TWO = ("NB1001", "fuel", "1.25")
THREE = ("NB1002", "base", "9.00")


@tagged("post_install", "-at_install")
class TestBillImport(BillCommon):
    def test_bill_is_stored_as_it_says(self):
        file = self._import(self._csv(ONE, TWO, THREE, due_date="2026-11-07"))
        self.assertEqual((file.state, file.layout), ("done", "freight_csv"))
        self.assertRecordValues(
            file.bill_ids,
            [
                {
                    "company_id": self.company.id,
                    "carrier_id": self.carrier.id,
                    "partner_id": self.vendor.id,
                    "number": "NB-1001",
                    "kind": "invoice",
                    "account": "NB-1",
                    "total_amount": 22.75,
                    "net_amount": 22.75,
                    "lines_amount": 22.75,
                    "line_count": 3,
                    "is_complete": True,
                    "is_reading": False,
                    "verdict": "new",
                    "turn": 1,
                }
            ],
        )
        self.assertRecordValues(
            file.bill_ids.line_ids,
            [
                {"tracking_number": "NB1001", "charge_type": "base", "amount": 12.5},
                {"tracking_number": "NB1001", "charge_type": "fuel", "amount": 1.25},
                {"tracking_number": "NB1002", "charge_type": "base", "amount": 9.0},
            ],
        )
        self.assertEqual((file.added_count, file.known_count), (3, 0))

    def test_pure_bill_is_what_the_reader_read(self):
        for name in LAYOUT_OF:
            with self.subTest(name=name):
                kind_of = self.env["logistics.freight.code"]._kind_of()
                read = readers.read(payload(name), kind_of=kind_of)
                file = self._import(payload(name), carrier=self.carrier)
                stored = {bill.number: bill._pure() for bill in file.bill_ids}
                for bill in read.bills:
                    pure = stored[bill.number]
                    self.assertEqual(pure.net, bill.net)
                    self.assertEqual(
                        [
                            (one.row, one.amount, one.kind, one.tracking_number)
                            for one in pure.lines
                        ],
                        [
                            (one.row, one.amount, one.kind, one.tracking_number)
                            for one in bill.lines
                        ],
                    )
                    for pure_line, line in zip(pure.lines, bill.lines, strict=True):
                        self.assertEqual(pure_line.weight, line.weight)
                        self.assertEqual(pure_line.dimensions, line.dimensions)
                        self.assertEqual(pure_line.references, line.references)
                    for field in ("number", "kind", "issued", "total", "tax"):
                        self.assertEqual(getattr(pure, field), getattr(bill, field))

    def test_samples_of_partners_import_with_their_totals(self):
        found = {}
        for folder in ("x12-210", "edifact-invoic"):
            for name, data in samples(folder).items():
                file = self._import(data, carrier=self.carrier, filename=name)
                read = readers.read(data)
                self.assertEqual(
                    {bill.number: bill._pure().net for bill in file.bill_ids},
                    {bill.number: bill.net for bill in read.bills},
                    name,
                )
                for bill in file.bill_ids:
                    found[bill.number] = bill._exact(bill.total_amount)
        if found:
            self.assertEqual(found["699751522"], Decimal("124.17"))
            self.assertEqual(found["500000000020"], Decimal("342.70"))

    def test_same_file_again_adds_nothing(self):
        data = self._csv(ONE, TWO)
        first = self._import(data)
        again = self._import(data, filename="copy.csv")
        self.assertEqual(again, first)
        self.assertEqual((again.added_count, again.known_count), (0, 2))
        self.assertEqual(len(first.bill_ids.line_ids), 2)
        self.assertEqual(self.Bill.search_count([("number", "=", "NB-1001")]), 1)

    def test_same_bill_in_another_file_adds_nothing(self):
        first = self._import(self._csv(ONE, TWO)).bill_ids
        data = self._csv(ONE, TWO) + b"\n"
        file = self._import(data)
        self.assertEqual(file.bill_ids, first)
        self.assertEqual(first.line_count, 2)
        self.assertEqual(len(first.file_ids), 2)

    def test_what_was_cut_short_goes_on(self):
        data = self._csv(ONE, TWO, THREE)
        file = self._import(data)
        bill = file.bill_ids
        bill.line_ids[1:].unlink()
        bill.is_reading = True
        file.action_read_again()
        self.assertEqual(file.added_count, 2)
        self.assertEqual((bill.line_count, bill.is_reading), (3, False))
        self.assertTrue(bill.is_complete)

    def test_bad_row_keeps_the_good_ones_and_is_completed_later(self):
        bad = self._csv(ONE, TWO, THREE).replace(b"1.25", b"=1+1")
        file = self._import(bad)
        bill = file.bill_ids
        self.assertEqual((bill.line_count, bill.refused_count), (2, 1))
        self.assertFalse(bill.is_complete)
        self.assertEqual(bill.problem_text.count(f"Bill {bill.number}"), 1)
        self.assertIn("does not add up", bill.problem_text)
        self.assertIn("total", file.problem_ids.mapped("category"))
        self.assertRecordValues(
            file.problem_ids.filtered(lambda one: one.category == "value"), [{"row": 3}]
        )
        self.assertTrue(self._exceptions(bill, "unreadable"))
        corrected = self._import(self._csv(ONE, TWO, THREE))
        self.assertEqual(corrected.bill_ids, bill)
        self.assertEqual((corrected.added_count, corrected.known_count), (1, 2))
        self.assertEqual((bill.line_count, bill.refused_count), (3, 0))
        self.assertTrue(bill.is_complete)
        self.assertFalse(bill.problem_text)
        self.assertFalse(self._exceptions(bill, "unreadable"))

    def test_same_charge_twice_on_a_parcel_is_completed_by_the_other_one(self):
        """Which of two like charges was refused does not matter."""
        seven = ("NB1001", "base", "7.00")
        bad = self._csv(seven, ONE).replace(b",7.00", b",x")
        bill = self._import(bad).bill_ids
        self.assertEqual(bill.line_ids.mapped("amount"), [12.5])
        self._import(self._csv(seven, ONE))
        self.assertEqual(sorted(bill.line_ids.mapped("amount")), [7.0, 12.5])

    def test_wrong_total_is_corrected_by_a_later_file(self):
        bill = self._import(self._csv(ONE, TWO, document_total="99.00")).bill_ids
        self.assertFalse(bill.is_complete)
        file = self._import(self._csv(ONE, TWO))
        self.assertEqual(file.bill_ids, bill)
        self.assertEqual((bill.total_amount, bill.line_count), (13.75, 2))
        self.assertTrue(bill.is_complete)

    def test_other_lines_under_the_same_number_are_another_bill(self):
        bill = self._import(self._csv(ONE, TWO, document_total="99.00")).bill_ids
        file = self._import(self._csv(THREE, ("NB1003", "base", "4.00")))
        self.assertNotEqual(file.bill_ids, bill)
        self.assertEqual(file.bill_ids.verdict, "adjustment")

    def test_posted_bill_is_not_touched(self):
        bad = self._csv(ONE, TWO).replace(b"1.25", b"=1+1")
        bill = self._import(bad).bill_ids
        bill.state = "posted"
        file = self._import(self._csv(ONE, TWO))
        self.assertEqual(file.added_count, 0)
        self.assertEqual(bill.line_count, 1)

    def test_amount_finer_than_the_currency_is_refused(self):
        file = self._import(self._csv(ONE, ("NB1001", "fuel", "1.255")))
        self.assertEqual(file.bill_ids.line_count, 1)
        self.assertEqual(file.refused_count, 1)
        self.assertIn("finer", " ".join(file.problem_ids.mapped("reason")))

    def test_one_bad_line_in_a_thousand_costs_itself(self):
        data = many(1000)
        bad = data.replace(b"4.25,JJD0000500", b"4.x5,JJD0000500")
        file = self._import(bad, carrier=self.carrier)
        self.assertEqual((file.bill_ids.line_count, file.refused_count), (999, 1))
        file = self._import(data, carrier=self.carrier)
        self.assertEqual((file.added_count, file.bill_ids.line_count), (1, 1000))
        self.assertTrue(file.bill_ids.is_complete)

    def test_unreadable_file_is_kept_and_told(self):
        for data in (b"", b"hello", b"\x00\x01\x02" * 50, payload("freight.csv")[:40]):
            with self.subTest(data=data[:10]):
                file = self._import(data)
                self.assertEqual(file.state, "failed")
                self.assertFalse(file.bill_ids)
                self.assertTrue(file.problem_ids.reason)
                self.assertEqual(file.attachment_id.raw or b"", data)
                self.assertTrue(self._exceptions(file, "unreadable"))

    def test_changed_file_is_not_read(self):
        file = self._import(self._csv(ONE))
        file.sudo().attachment_id.raw = self._csv(ONE, TWO)
        file.action_read_again()
        self.assertEqual(file.state, "failed")
        self.assertEqual(file.bill_ids.line_count, 1)

    def test_bill_that_cannot_be_stored_does_not_stop_the_next_one(self):
        data = self._csv(ONE, number="NB-7") + b"".join(
            self._csv(row, number=number).split(b"\n", 1)[1]
            for row, number in ((TWO, "BAD-1"), (THREE, "NB-8"))
        )
        create = type(self.Bill).create

        def broken(records, vals_list):
            if any(vals["number"] == "BAD-1" for vals in vals_list):
                raise ValueError("no room")
            return create(records, vals_list)

        with (
            patch.object(type(self.Bill), "create", broken),
            self.assertLogs("odoo.addons.logistics_freight_accrual", "ERROR"),
        ):
            file = self._import(data)
        self.assertEqual(sorted(file.bill_ids.mapped("number")), ["NB-7", "NB-8"])
        self.assertEqual(file.refused_count, 1)
        again = self._import(data)
        self.assertEqual((again.added_count, again.known_count), (1, 2))

    # === WHO MAY === #

    def test_wizard_imports_several_files(self):
        wizard = (
            self.env["logistics.freight.bill.import"]
            .with_user(self.people["finance"])
            .create(
                {
                    "attachment_ids": [
                        Command.create(
                            {
                                "name": f"{number}.csv",
                                "raw": self._csv(ONE, number=number),
                                "res_model": "logistics.freight.bill.import",
                            }
                        )
                        for number in ("NB-1", "NB-2")
                    ]
                }
            )
        )
        action = wizard.action_import()
        files = self.File.with_user(self.people["finance"]).search(action["domain"])
        self.assertEqual(sorted(files.bill_ids.mapped("number")), ["NB-1", "NB-2"])
        self.assertEqual(files.mapped("user_id"), self.people["finance"])
        self.assertFalse(wizard.attachment_ids)

    def test_only_finance_imports_and_nobody_types(self):
        bill = self._import(self._csv(ONE)).bill_ids
        Wizard = self.env["logistics.freight.bill.import"]
        for role in ("user", "manager", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                Wizard.with_user(self.people[role]).create({})
        finance = bill.with_user(self.people["finance"])
        for vals in ({"total_amount": 1}, {"state": "checked"}, {"is_genuine": True}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                finance.write(vals)
        with self.assertRaises(AccessError):
            finance.line_ids.write({"amount": 1})
        with self.assertRaises(AccessError):
            finance.file_ids.write({"name": "x"})
        with self.assertRaises(AccessError):
            finance.file_ids.attachment_id.unlink()
        with self.assertRaises(AccessError):
            self.Bill.with_user(self.people["finance"]).create({"number": "1"})
        with self.assertRaises(UserError):
            bill.unlink()
        auditor = bill.with_user(self.people["auditor"])
        self.assertEqual(auditor.line_ids.amount, 12.5)
        self.assertTrue(auditor.attachment_ids.raw)
        with self.assertRaises(AccessError):
            bill.with_user(self.people["user"]).read(["number"])

    def test_bills_of_another_company_are_not_seen(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        data = self._csv(ONE, account_number="")
        file = self._import(data, company=sister, carrier=self.carrier)
        finance = self.people["finance"]
        for records in (file, file.bill_ids, file.bill_ids.line_ids):
            with self.assertRaises(AccessError):
                records.with_user(finance).read(["display_name"])
