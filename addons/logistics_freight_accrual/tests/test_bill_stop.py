import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .bill_case import BillCommon
from .bill_cases import year_of_bills

ONE = ("NB1001", "base", "12.50")
TWO = ("NB1001", "fuel", "1.25")
THREE = ("NB1002", "base", "9.00")
CREDIT = ("NB1001", "base", "-12.50")

# The same bill once more → how it is disguised.
DISGUISES = (
    ({"number": "nb-1001"}, "case"),
    ({"number": "NB- 1001"}, "blanks"),
    ({"number": "NB-0001001"}, "zeros"),
    ({"number": "NB-1001-A"}, "suffix"),
    ({"document_date": "2026-10-20"}, "date"),
    ({"transmission_id": "T-2"}, "interchange"),
)


@tagged("post_install", "-at_install")
class TestBillStop(BillCommon):
    def _first(self, *rows, **more):
        more.setdefault("transmission_id", "T-1")
        return self._import(self._csv(*(rows or (ONE, TWO)), **more)).bill_ids

    def _again(self, *rows, **more):
        """Return the same bill once more, stopped."""
        bill = self._first(*rows, **({"number": "NB-1001-A"} | more))
        self.assertEqual(bill.state, "stopped")
        return bill

    def test_same_bill_is_stopped_in_every_disguise(self):
        first = self._first()
        for values, disguise in DISGUISES:
            with self.subTest(disguise=disguise):
                bill = self._first(**values)
                self.assertNotEqual(bill, first)
                self.assertRecordValues(
                    bill,
                    [
                        {
                            "state": "stopped",
                            "verdict": "duplicate",
                            "duplicate_of_id": first.id,
                            "disguises": disguise,
                        }
                    ],
                )
                self.assertTrue(bill.disguise_text)
                exception = self._exceptions(bill, "duplicate_document")
                self.assertIn("NB-1001", exception.summary)
                self.assertEqual(exception.amount, 13.75)
        self.assertEqual(first.state, "checked")

    def test_bill_of_another_company_stops_it_too(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        data = self._csv(ONE, TWO, account_number="")
        first = self._import(data, company=sister, carrier=self.carrier).bill_ids
        data = self._csv(ONE, TWO, account_number="", number="NB-1001-A")
        bill = self._import(data, carrier=self.carrier).bill_ids
        self.assertEqual((bill.state, bill.duplicate_of_id), ("stopped", first))
        finance = bill.with_user(self.people["finance"])
        [values] = finance.web_read({"number": {}, "comparison": {}})
        self.assertNotIn("13.75", values["comparison"])
        self.assertIn("another company", values["comparison"])

    def test_comparison_says_what_differs(self):
        self._first()
        bill = self._again().with_user(self.people["finance"])
        rows = {row["label"]: row for row in bill._compared_with(bill.duplicate_of_id)}
        self.assertTrue(rows["Number"]["differs"])
        self.assertEqual(
            (rows["Total"]["mine"], rows["Total"]["differs"]), ("13.75", False)
        )
        self.assertIn("NB-1001-A", bill.comparison)

    def test_number_with_markup_is_shown_as_text(self):
        self._first(number="<b>NB</b>")
        bill = self._again(number="<B>nb</B>")
        self.assertNotIn("<B>", bill.comparison)
        self.assertIn("&lt;B&gt;", bill.comparison)

    def test_credit_and_new_bill_after_it_pass(self):
        first = self._first()
        credit = self._first(
            CREDIT,
            ("NB1001", "fuel", "-1.25"),
            number="CN-1",
            original_document="NB-1001",
        )
        self.assertRecordValues(
            credit,
            [
                {
                    "kind": "credit",
                    "state": "checked",
                    "verdict_reason": "names_original",
                }
            ],
        )
        anew = self._first(number="NB-1001-R")
        self.assertRecordValues(
            anew,
            [
                {
                    "state": "checked",
                    "verdict_reason": "after_credit",
                    "duplicate_of_id": first.id,
                }
            ],
        )
        self.assertFalse(anew.line_ids.repeats_id)
        # Before it is posted it is judged again: the order in which they came counts.
        self.assertEqual((first | credit | anew)._stop_repeats(), first | credit | anew)
        self.assertEqual(first.state, "checked")

    def test_lines_of_an_earlier_bill_are_marked(self):
        self._send("NB1001")
        first = self._first(ONE, TWO, THREE)
        bill = self._first(ONE, ("NB1009", "base", "3.00"), number="NB-2000")
        self.assertEqual((bill.state, bill.verdict), ("checked", "new"))
        self.assertRecordValues(
            bill.line_ids,
            [
                {
                    "status": "duplicate",
                    "reason": "repeats",
                    "repeats_id": first.line_ids[0].id,
                },
                {
                    "status": "not_ours",
                    "reason": "unknown_number",
                    "repeats_id": False,
                },
            ],
        )

    def test_lines_of_a_refused_bill_repeat_nothing(self):
        self._first(ONE, TWO, THREE)
        again = self._again(ONE, TWO, THREE)
        again.with_user(self.people["finance"]).action_duplicate("Twice")
        bill = self._first(("NB1004", "base", "1.00"), number="NB-3000")
        self.assertEqual(bill.verdict, "new")
        bill = self._first(ONE, number="NB-4000")
        self.assertEqual(bill.line_ids.repeats_id.bill_id, again.duplicate_of_id)

    def test_year_of_bills_with_50_duplicates(self):
        """1,000 bills, 50 of them copies in disguise, 100 that correct others."""
        carriers = {"acme": self.carrier}
        carriers["other"] = self.env["logistics.carrier"].create({"name": "Other"})
        entries = year_of_bills()
        currency = self.env.ref("base.EUR")
        Line = self.env["logistics.freight.bill.line"]
        vals_list = [
            {
                "company_id": self.company.id,
                "carrier_id": carriers[entry.carrier].id,
                "currency_id": currency.id,
                "layout": "x12_210",
                "number": entry.bill.number,
                "kind": entry.bill.kind,
                "account": entry.bill.account,
                "issued": entry.bill.issued,
                "original": entry.bill.original,
                "interchange": entry.bill.interchange,
                "line_ids": [(0, 0, Line._vals_of(line)) for line in entry.bill.lines],
            }
            | self.Bill._prepare_sums(entry.bill)
            for entry, _expected in entries
        ]
        bills = self.Bill.with_context(tracking_disable=True).create(vals_list)
        start = time.monotonic()
        bills._stop_repeats()
        self.env.flush_all()
        seconds = time.monotonic() - start
        expected = {
            bill: what for bill, (_entry, what) in zip(bills, entries, strict=True)
        }
        stopped = bills.filtered(lambda bill: bill.state == "stopped")
        copies = {bill for bill, what in expected.items() if what.startswith("copy")}
        self.assertEqual(len(stopped), 50)
        self.assertEqual(set(stopped), copies)
        for bill in stopped:
            place = int(expected[bill].rpartition(" ")[2])
            self.assertEqual(bill.duplicate_of_id, bills[place])
        for bill, what in expected.items():
            if what == "adjustment":
                self.assertEqual(bill.verdict, "adjustment", bill.number)
        self.assertLess(seconds, 30)
        # Judged again, singly as before posting: the same comes out.
        for bill in bills[:5] | stopped[:5]:
            state = bill.state
            bill._stop_repeats()
            self.assertEqual(bill.state, state)

    # === DECISIONS === #

    def test_genuine_needs_a_reason_and_a_second_person(self):
        self._first()
        bill = self._again().with_user(self.people["finance"])
        for reason in (None, " "):
            with self.assertRaises(UserError):
                bill.action_genuine(reason)
        bill.action_genuine("Two pickups")
        self.assertEqual((bill.state, bill.is_asked), ("stopped", True))
        with self.assertRaises(UserError):
            bill.action_genuine("Once more")
        approval = self.env["logistics.approval"].search([("state", "=", "waiting")])
        with self.assertRaises(AccessError):
            approval.with_user(self.people["finance"]).action_approve()
        for role in ("user", "manager", "auditor"):
            with self.assertRaises(AccessError):
                approval.with_user(self.people[role]).action_approve()
        self._take()
        self.assertEqual(bill.state, "stopped")
        approval.with_user(self.clerk).action_approve()
        self._take()
        self.assertRecordValues(bill, [{"state": "checked", "is_genuine": True}])
        self.assertFalse(self._exceptions(bill, "duplicate_document"))
        # It stands from now on, and is stopped no more.
        bill.action_check()
        self.assertEqual(bill.state, "checked")

    def test_who_imported_a_bill_does_not_agree_to_it(self):
        self._first()
        data = self._csv(ONE, TWO, number="NB-1001-A", transmission_id="T-1")
        bill = self._import(data, user=self.clerk).bill_ids
        bill.with_user(self.people["finance"]).action_genuine("Two pickups")
        approval = self.env["logistics.approval"].search([("state", "=", "waiting")])
        with self.assertRaises(AccessError):
            approval.with_user(self.clerk).action_approve()

    def test_refused_request_can_be_made_again(self):
        self._first()
        bill = self._again().with_user(self.people["finance"])
        bill.action_genuine("Two pickups")
        approval = self.env["logistics.approval"].search([("state", "=", "waiting")])
        approval.with_user(self.clerk).action_refuse("Which ones?")
        bill.invalidate_recordset(["is_asked"])
        self.assertEqual((bill.state, bill.is_asked), ("stopped", False))
        bill.action_genuine("On 3 and 4 March")
        approval = self.env["logistics.approval"].search([("state", "=", "waiting")])
        approval.with_user(self.clerk).action_approve()
        self._take()
        self.assertEqual(bill.state, "checked")

    def test_duplicate_is_kept_and_a_reply_drafted(self):
        first = self._first()
        bill = self._again().with_user(self.people["finance"])
        bill.action_genuine("Two pickups")
        self.vendor.email = "billing@northbound.example"
        action = bill.action_duplicate("Seen by the carrier")
        self.assertEqual(bill.state, "refused")
        self.assertTrue(bill.line_ids)
        self.assertTrue(bill.attachment_ids)
        self.assertFalse(self._exceptions(bill, "duplicate_document"))
        approvals = self.env["logistics.approval"].search([])
        self.assertEqual(approvals.mapped("state"), ["void"])
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.people["finance"])
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("NB-1001-A", composer.subject)
        self.assertIn(first.number, composer.body)
        self.assertEqual(composer.partner_ids, self.vendor)
        # Nothing was sent yet.
        self.assertFalse(
            self.env["mail.mail"].search([("subject", "ilike", "NB-1001")])
        )

    def test_reopened_bill_is_stopped_again(self):
        self._first()
        bill = self._again().with_user(self.people["finance"])
        bill.action_duplicate("Twice")
        bill.action_reopen()
        self.assertEqual(bill.state, "stopped")
        with self.assertRaises(UserError):
            bill.action_reopen()

    def test_bill_goes_on_when_the_first_was_refused(self):
        first = self._first()
        bill = self._again().with_user(self.people["finance"])
        first.sudo().state = "refused"
        bill.action_check()
        self.assertEqual((bill.state, bill.verdict), ("checked", "new"))
        self.assertFalse(self._exceptions(bill, "duplicate_document"))

    def test_only_finance_decides(self):
        self._first()
        bill = self._again()
        for role in ("user", "manager", "integration", "auditor"):
            stopped = bill.with_user(self.people[role])
            for decide in (stopped.action_genuine, stopped.action_duplicate):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    decide("Because")
        self.assertEqual(bill.state, "stopped")

    def test_dialogs_ask_for_the_reason(self):
        self._first()
        bill = self._again().with_user(self.people["finance"])
        action = bill.action_genuine_dialog()
        dialog = (
            self.env["logistics.reason"]
            .with_user(self.people["finance"])
            .with_context(**action["context"])
            .create({"reason": "Two pickups"})
        )
        self.assertTrue(dialog.explanation)
        dialog.action_confirm()
        self.assertTrue(bill.is_asked)
