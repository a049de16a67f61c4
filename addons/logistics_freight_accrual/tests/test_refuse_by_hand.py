"""What people with the accounting groups do by hand to what freight is posted with."""

from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .by_hand_case import ByHandCase


@tagged("post_install", "-at_install")
class TestRefuse(ByHandCase):
    """A bill that nobody owes is refused and kept."""

    def setUp(self):
        super().setUp()
        self.bill = self._checked({"tracking_number": "XX1", "amount": 100.0})

    def test_checked_bill_is_refused_with_a_reason(self):
        self.assertEqual(self.bill.line_ids.status, "not_ours")
        self.assertTrue(
            self.env["logistics.exception"]._find_open("tolerance", self.bill)
        )
        self.bill.with_user(self.finance).action_refuse("Meant for our neighbour")
        self.assertRecordValues(
            self.bill,
            [{"state": "refused", "refuse_reason": "Meant for our neighbour"}],
        )
        self.assertFalse(self.bill.move_id)
        self.assertFalse(
            self.env["logistics.exception"]._find_open("tolerance", self.bill)
        )
        with self.assertRaises(UserError):
            self.bill.with_user(self.finance).action_post()

    def test_reopen_undoes_it(self):
        self.bill.with_user(self.finance).action_refuse("A mistake")
        self.bill.with_user(self.finance).action_reopen()
        self.assertEqual(self.bill.state, "checked")

    def test_dialog_asks_for_the_reason(self):
        window = self.bill.with_user(self.finance).action_refuse_dialog()
        dialog = (
            self.env[window["res_model"]]
            .with_user(self.finance)
            .with_context(**window["context"])
            .create({"reason": "Not ours"})
        )
        dialog.action_confirm()
        self.assertEqual(self.bill.state, "refused")

    def test_refused_number_may_come_again(self):
        self.bill.with_user(self.finance).action_refuse("It does not add up")
        again = self._checked({"tracking_number": "XX1", "amount": 90.0})
        again._go_on()
        self.assertEqual((again.state, again.verdict), ("checked", "new"))

    def test_what_went_on_is_not_refused(self):
        self._post(self.bill)
        with self.assertRaisesRegex(UserError, "went on already"):
            self.bill.with_user(self.finance).action_refuse("Too late")
        held = self._checked({"tracking_number": "XX2", "amount": 9.0}, number="2")
        for user in (self.accountant, self.people["auditor"], self.people["user"]):
            with self.assertRaises(AccessError):
                held.with_user(user).action_refuse("No")
        with self.assertRaisesRegex(UserError, "Say why"):
            held.with_user(self.finance).action_refuse(" ")

    def test_held_bill_makes_room_for_the_right_one(self):
        self.terms.hold_percent = 0.0
        shipment = self._accrue("NB1001")
        charge = shipment.logistics_charge_ids
        held = self._checked({"tracking_number": "NB1001", "amount": 128.0}, number="H")
        held.with_user(self.finance).action_post()
        dispute = held.dispute_ids
        self.assertEqual((held.state, charge.stage), ("waiting", "disputed"))
        dispute.with_user(self.finance)._concede(Decimal(28), "Perhaps")
        held.with_user(self.finance).action_refuse("The carrier bills anew")
        self.env.invalidate_all()
        self.assertEqual((held.state, dispute.state), ("refused", "withdrawn"))
        self.assertEqual(self._step(dispute, "concede").state, "superseded")
        self.assertRecordValues(
            charge,
            [
                {
                    "stage": "provisional",
                    "billed_amount": 0.0,
                    "open_amount": 100.0,
                    "blocked_amount": 0.0,
                }
            ],
        )
        right = self._checked({"tracking_number": "NB1001", "amount": 100.0})
        self.assertEqual(right.line_ids.status, "matched")
        self.assertEqual(
            self._items(self._post(right)), {"accrued": 100.0, "payment_term": -100.0}
        )
        self.env.invalidate_all()
        self.assertEqual((charge.stage, charge.open_amount), ("invoiced", 0.0))
        with self.assertRaisesRegex(UserError, "type it in Odoo"):
            held.with_user(self.finance).action_reopen()
        self.assertFalse(dispute._cron_settle())

    def test_typed_bill_is_refused_in_odoo(self):
        draft = self._typed()
        draft.action_logistics_take_up()
        bill = draft.sudo().logistics_bill_ids.with_user(self.finance)
        with self.assertRaisesRegex(UserError, "delete the vendor bill"):
            bill.action_refuse("No")
