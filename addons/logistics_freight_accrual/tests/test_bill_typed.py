from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .bill_case import BillCommon

ONE = ("NB1001", "base", "12.50")


@tagged("post_install", "-at_install")
class TestTypedBill(BillCommon):
    """Vendor bills typed in Odoo, of freight carriers and of everybody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.company.logistics_freight_account_id
        cls.plumber = cls.env["res.partner"].create({"name": "Plumber"})

    def _type(self, ref, amount=12.5, partner=None, name="Freight NB1001", **more):
        """Return a draft vendor bill."""
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": (partner or self.vendor).id,
                "ref": ref,
                "invoice_date": "2026-10-08",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "account_id": self.expense.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
            | more
        )

    def test_typed_bill_of_a_carrier_is_taken_up_when_posted(self):
        move = self._type("NB-1001")
        move.action_post()
        bill = move.logistics_bill_ids
        self.assertRecordValues(
            bill,
            [
                {
                    "number": "NB-1001",
                    "kind": "invoice",
                    "layout": "vendor_bill",
                    "carrier_id": self.carrier.id,
                    "total_amount": 12.5,
                    "state": "posted",
                    "verdict": "new",
                    "turn": 1,
                }
            ],
        )
        self.assertRecordValues(bill.line_ids, [{"amount": 12.5, "row": 1}])
        self.assertEqual(bill.line_ids.references, {"customer": "NB1001"})

    def test_number_of_a_parcel_is_found_in_the_words(self):
        self._send("NB1001")
        move = self._type("NB-1001", name="Freight for nb1001, 3 October")
        move.action_post()
        self.assertEqual(move.logistics_bill_ids.line_ids.tracking_number, "nb1001")

    def test_second_one_in_disguise_is_not_posted(self):
        self._type("NB-1001").action_post()
        again = self._type("nb 1001-A")
        with self.assertRaisesRegex(UserError, "NB-1001"):
            again.action_post()
        self.assertEqual(again.state, "draft")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            again.with_user(self.people["finance"]).action_post()

    def test_typed_bill_that_was_imported_before_is_not_posted(self):
        first = self._import(self._csv(ONE)).bill_ids
        with self.assertRaisesRegex(UserError, "NB-1001"):
            self._type("NB-1001-A").action_post()
        self.assertEqual(first.state, "checked")

    def test_imported_bill_that_was_typed_before_is_stopped(self):
        move = self._type("NB-1001")
        move.action_post()
        bill = self._import(self._csv(ONE)).bill_ids
        self.assertEqual(bill.state, "stopped")
        self.assertEqual(bill.duplicate_of_id, move.logistics_bill_ids)

    def test_bill_that_was_posted_before_there_were_terms_counts(self):
        self.terms.active = False
        move = self._type("NB-1001")
        move.action_post()
        self.assertFalse(move.logistics_bill_ids)
        self.terms.active = True
        bill = self._import(self._csv(ONE, number="NB1001-B")).bill_ids
        self.assertEqual(bill.duplicate_of_id.move_id, move)
        self.assertRecordValues(
            bill.duplicate_of_id, [{"state": "posted", "turn": 1, "number": "NB-1001"}]
        )

    def test_cancelled_bill_stops_nothing(self):
        move = self._type("NB-1001")
        move.action_post()
        move.button_draft()
        move.button_cancel()
        self._type("NB-1001").action_post()

    def test_deleted_draft_stops_nothing(self):
        move = self._type("NB-1001")
        move.action_logistics_take_up()
        move.unlink()
        self._type("NB-1001").action_post()

    def test_other_vendors_bills_behave_as_in_odoo(self):
        first = self._type("P-1", partner=self.plumber)
        first.action_post()
        again = self._type("P-1", partner=self.plumber)
        again.action_post()
        self.assertEqual((first | again).mapped("state"), ["posted"] * 2)
        self.assertFalse((first | again).logistics_bill_ids)
        self.assertFalse(first.logistics_is_carrier_bill)
        with self.assertRaises(UserError):
            self._type("P-2", partner=self.plumber).action_logistics_take_up()

    def test_customer_documents_are_not_looked_at(self):
        move = self._type("NB-1001", move_type="out_invoice")
        move.action_post()
        self.assertFalse(move.logistics_bill_ids)

    def test_refund_is_a_credit(self):
        self._type("NB-1001").action_post()
        move = self._type("CN-1", move_type="in_refund")
        move.action_post()
        self.assertRecordValues(
            move.logistics_bill_ids,
            [{"kind": "credit", "total_amount": -12.5, "lines_amount": -12.5}],
        )

    def test_genuine_one_is_posted_after_two_people_agreed(self):
        self._type("NB-1001").action_post()
        again = self._type("NB-1001-A").with_user(self.people["finance"])
        action = again.action_logistics_take_up()
        bill = self.Bill.with_user(self.people["finance"]).browse(action["res_id"])
        self.assertEqual(bill.state, "stopped")
        bill.action_genuine("Two pickups")
        approval = self.env["logistics.approval"].search([("state", "=", "waiting")])
        approval.with_user(self.clerk).action_approve()
        self._take()
        again.sudo().action_post()
        self.assertEqual((again.state, bill.state), ("posted", "posted"))

    def test_genuine_one_that_changes_is_compared_again(self):
        self._type("NB-1001").action_post()
        self._type("NB-1002", 20).action_post()
        again = self._type("NB-1001-A")
        again.action_logistics_take_up()
        bill = again.logistics_bill_ids
        bill._accept("Two pickups")
        self.assertEqual(bill.state, "new")
        again.ref = "NB-1002-A"
        again.invoice_line_ids.price_unit = 20
        with self.assertRaisesRegex(UserError, "NB-1002"):
            again.action_post()

    def test_accounting_alone_does_not_get_around_it(self):
        """Who may post vendor bills, but not work with carriers', is stopped too."""
        self._type("NB-1001").action_post()
        again = self._type("NB-1001-A")
        people = self.env["res.users"].search(
            [("login", "=", "logistics-accountant")]
        ) or self.env["res.users"].create(
            {
                "name": "Accountant",
                "login": "logistics-accountant",
                "group_ids": [
                    Command.link(self.env.ref("account.group_account_manager").id)
                ],
            }
        )
        with self.assertRaises(UserError):
            again.with_user(people).action_post()
        with self.assertRaises(AccessError):
            again.with_user(people).action_logistics_take_up()
        self._type("NB-1009").with_user(people).action_post()
