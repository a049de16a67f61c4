from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models import bill_intake, logistics_freight_bill_file
from .bill_case import BillCommon
from .bill_files import many, payload

ONE = ("NB1001", "base", "12.50")


@tagged("post_install", "-at_install")
class TestBillWhose(BillCommon):
    """Whose bill it is, and the job that reads large files."""

    # === WHOSE === #

    def test_account_says_whose_it_is(self):
        other = self.env["logistics.carrier"].create({"name": "Southbound"})
        file = self._import(
            self._csv(ONE, account_number="000 nb1"), carrier=other, filename="x.csv"
        )
        self.assertEqual(file.bill_ids.carrier_id, self.carrier)

    def test_account_of_another_company_leads_there(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.env["logistics.freight.terms"].create(
            {
                "company_id": sister.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
                "account_numbers": "S-9, S-10",
                "currency_id": self.company.currency_id.id,
            }
        )
        data = self._csv(ONE, account_number="S-10")
        finance = self.people["finance"]
        bill = self._import(data, user=finance).bill_ids
        self.assertEqual(bill.company_id, self.company)
        self.assertFalse(bill.carrier_id)
        finance.company_ids = [Command.link(sister.id)]
        data = self._csv(ONE, number="NB-2", account_number="S-10")
        self.assertEqual(
            self._import(data, user=finance).sudo().bill_ids.company_id, sister
        )

    def test_bill_of_an_unclear_carrier_waits_for_a_person(self):
        data = self._csv(ONE, account_number="?")
        file = self._import(data)
        bill = file.bill_ids
        self.assertEqual((bill.state, bill.turn), ("new", 0))
        self.assertFalse(bill.carrier_id)
        exceptions = self.env["logistics.exception"].search(
            [("res_model", "=", file._name), ("res_id", "=", file.id)]
        )
        self.assertEqual(exceptions.mapped("category"), ["master_data"])
        with self.assertRaises(UserError):
            bill.action_check()
        bill.with_user(self.people["finance"]).carrier_id = self.carrier
        self.assertRecordValues(
            bill, [{"partner_id": self.vendor.id, "verdict": "new", "turn": 1}]
        )

    def test_wrong_carrier_can_be_corrected_until_the_bill_goes_on(self):
        other = self.env["logistics.carrier"].create({"name": "Southbound"})
        first = self._import(self._csv(ONE)).bill_ids
        data = self._csv(ONE, account_number="", number="NB-1001-A")
        bill = self._import(data, carrier=other).bill_ids
        self.assertEqual(bill.verdict, "new")
        finance = bill.with_user(self.people["finance"])
        finance.carrier_id = self.carrier
        self.assertRecordValues(
            bill, [{"state": "stopped", "duplicate_of_id": first.id, "turn": 2}]
        )
        # A stopped one does not slip away to another carrier.
        with self.assertRaises(UserError):
            finance.carrier_id = other
        bill.state = "posted"
        with self.assertRaises(UserError):
            finance.carrier_id = other

    def test_layout_that_is_chosen_later_makes_a_file_readable(self):
        data = payload("dhl_mybill.csv")
        file = self._import(data, carrier=self.carrier, layout="x12_210")
        self.assertEqual(file.state, "failed")
        self._import(data, carrier=self.carrier, layout="dhl_mybill_csv")
        self.assertEqual(file.state, "done")
        self.assertFalse(self._exceptions(file, "unreadable"))

    def test_bill_that_cannot_be_checked_is_kept_with_the_reason(self):
        def broken(_bills):
            raise ValueError("no such zone")

        with (
            patch.object(type(self.Bill), "_check", broken),
            self.assertLogs("odoo.addons.logistics_freight_accrual", "ERROR"),
        ):
            bill = self._import(self._csv(ONE)).bill_ids
        self.assertEqual((bill.state, bill.verdict), ("new", "new"))
        exception = self._exceptions(bill, "action_failed")
        self.assertIn("no such zone", exception.summary)
        bill.with_user(self.people["finance"]).action_check()
        self.assertEqual(bill.state, "checked")
        self.assertEqual(exception.state, "solved")

    def test_file_read_again_with_a_carrier_settles_its_bills(self):
        data = self._csv(ONE, account_number="")
        file = self._import(data)
        self.assertFalse(file.bill_ids.carrier_id)
        self._import(data, carrier=self.carrier)
        self.assertEqual(file.bill_ids.carrier_id, self.carrier)
        self.assertEqual(file.bill_ids.verdict, "new")
        self.assertEqual(file.bill_ids.line_count, 1)

    def test_currency_of_the_terms_counts_where_the_bill_names_none(self):
        file = self._import(payload("fedex_all_columns.csv"), carrier=self.carrier)
        self.assertTrue(file.bill_ids)
        for bill in file.bill_ids:
            self.assertTrue(bill.currency_id)

    # === THE JOB === #

    def test_large_file_is_read_by_the_job(self):
        data = many(50)
        with patch.object(logistics_freight_bill_file, "AT_ONCE_BYTES", 10):
            file = self._import(data, carrier=self.carrier)
        self.assertEqual((file.state, file.progress), ("waiting", 0.0))
        self.assertFalse(file.bill_ids)
        with patch.object(bill_intake, "PORTION", 20):
            self._run_job("logistics_freight_accrual.ir_cron_read_bills")
        self.assertEqual((file.state, file.progress), ("done", 100.0))
        self.assertRecordValues(
            file.bill_ids,
            [{"line_count": 50, "is_complete": True, "is_reading": False, "turn": 1}],
        )

    def test_job_says_how_far_it_is_and_goes_on_after_a_stop(self):
        data = many(50)
        with patch.object(logistics_freight_bill_file, "AT_ONCE_BYTES", 10):
            file = self._import(data, carrier=self.carrier)
        with patch.object(bill_intake, "PORTION", 20):
            reading = file._read()
            self.assertEqual(next(reading), 0)
            self.assertEqual(next(reading), 20)
            self.assertEqual((file.state, file.progress), ("reading", 40.0))
            bill = self.Bill.search([("number", "=", "KB-9")])
            self.assertTrue(bill.is_reading)
            with self.assertRaises(UserError):
                bill.action_check()
            reading.close()
            self._run_job("logistics_freight_accrual.ir_cron_read_bills")
        self.assertEqual(file.state, "done")
        self.assertEqual((file.added_count, bill.line_count), (30, 50))
        self.assertTrue(bill.is_complete)
