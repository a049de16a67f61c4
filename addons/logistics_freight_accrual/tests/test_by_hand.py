"""What people with the accounting groups do by hand to what freight is posted with."""

from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .by_hand_case import ByHandCase


@tagged("post_install", "-at_install")
class TestPostedByHand(ByHandCase):
    def test_status_is_not_written_by_rpc(self):
        shipment = self._accrue("NB1001")
        bill = self._post(self._checked({"tracking_number": "NB1001", "amount": 101.0}))
        entry = shipment.logistics_charge_ids.posting_ids[0].move_id
        Move = self.env["account.move"].with_user(self.both)
        for move in (bill, entry):
            for state in ("draft", "cancel"):
                with (
                    self.subTest(move=move.move_type, state=state),
                    self.assertRaisesRegex(UserError, "stays posted"),
                ):
                    call_kw(Move, "write", [move.ids, {"state": state}], {})
                move.invalidate_recordset()
                self.assertEqual(move.state, "posted")

    def test_posted_items_are_not_added_or_taken_away(self):
        shipment = self._accrue("NB1001")
        entry = shipment.logistics_charge_ids.posting_ids.move_id
        books = self.company._logistics_freight_books().accounts
        Move = self.env["account.move"].with_user(self.both)
        context = {"skip_readonly_check": True, "force_delete": True}
        rows = [
            Command.create({"account_id": books[role].id, "balance": amount})
            for role, amount in (("accrued", 40.0), ("freight", -40.0))
        ]
        deleted = [Command.delete(item.id) for item in entry.line_ids]
        for commands in (rows, deleted):
            with self.assertRaises(UserError) as caught:
                call_kw(
                    Move,
                    "write",
                    [entry.ids, {"line_ids": commands}],
                    {"context": context},
                )
            self.assertIn("stays posted", str(caught.exception))
            self.env.invalidate_all()
        items = entry.line_ids.with_user(self.both)
        with self.assertRaisesRegex(UserError, "stays posted"):
            items.with_context(force_delete=True, dynamic_unlink=True).unlink()
        self.env.invalidate_all()
        self.assertEqual(len(entry.line_ids), 2)

    def test_other_documents_are_reset_as_in_odoo(self):
        other = self._typed()
        other.partner_id = self.customer
        other.action_post()
        other.button_draft()
        self.assertEqual(other.state, "draft")

    def test_what_freight_closed_is_not_opened(self):
        self.terms.treatment = "short_pay"
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 128.0})
        move = self._post(bill)
        bill.dispute_ids.with_user(self.finance)._short_pay(Decimal(28), "Not ours")
        self.env.invalidate_all()
        self.assertEqual(move.amount_residual, 100.0)
        charge = shipment.logistics_charge_ids
        accrued = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        for items in (self._payable(move), accrued):
            with self.assertRaisesRegex(UserError, "stays reconciled"):
                items.with_user(self.accountant).remove_move_reconcile()
            self.env.invalidate_all()
        self.assertEqual(move.amount_residual, 100.0)
        self.assertTrue(all(accrued.mapped("reconciled")))

    def test_payments_and_credit_memos_are_taken_apart_as_in_odoo(self):
        self._accrue("NB1001")
        move = self._post(self._checked({"tracking_number": "NB1001", "amount": 100.0}))
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": 40.0})
        )
        wizard.action_create_payments()
        self._payable(move).with_user(self.accountant).remove_move_reconcile()
        self.env.invalidate_all()
        self.assertEqual(move.amount_residual, 100.0)


@tagged("post_install", "-at_install")
class TestTypedByHand(ByHandCase):
    def test_duplicate_that_was_refused_is_not_posted(self):
        self._typed("T-1").action_post()
        second = self._typed("T-1")
        second.action_logistics_take_up()
        bill = second.sudo().logistics_bill_ids
        self.assertEqual(bill.state, "stopped")
        bill.with_user(self.finance).action_duplicate("Billed in March")
        for user in (self.accountant, self.both):
            with self.assertRaisesRegex(UserError, "was refused.*Billed in March"):
                second.with_user(user).action_post()
            second.invalidate_recordset()
            self.assertEqual(second.state, "draft")

    def test_receipt_is_no_way_around(self):
        shipment = self._accrue("NB1001")
        values = {
            "move_type": "in_receipt",
            "partner_id": self.vendor.id,
            "invoice_date": self.today,
            "ref": "T-1",
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Freight NB1001",
                        "price_unit": 600.0,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }
        Move = self.env["account.move"].with_user(self.accountant)
        first, second = Move.create([values, values])
        first.action_post()
        self.assertEqual(
            self._items(first.sudo()),
            {"accrued": 100.0, "clearing": 500.0, "payment_term": -600.0},
        )
        self.assertEqual(shipment.logistics_charge_ids.blocked_amount, 500.0)
        with self.assertRaisesRegex(UserError, "it repeats T-1"):
            second.action_post()

    def test_deleted_draft_leaves_nothing_to_decide(self):
        draft = self._typed()
        draft.action_logistics_take_up()
        bill = draft.sudo().logistics_bill_ids
        draft.unlink()
        self.env.invalidate_all()
        self.assertEqual(bill.state, "refused")
        self.assertIn("deleted", bill.refuse_reason)
        with self.assertRaisesRegex(UserError, "deleted"):
            bill.with_user(self.finance).action_reopen()

    def test_deleted_draft_stops_no_other_one(self):
        draft = self._typed()
        draft.action_logistics_take_up()
        draft.unlink()
        again = self._typed()
        again.action_post()
        self.assertEqual(again.state, "posted")


@tagged("post_install", "-at_install")
class TestLimitsByHand(ByHandCase):
    """Who eases the limits of a carrier does not post alone what was here by then."""

    def _here(self):
        self._accrue("NB1001")
        return self._checked({"tracking_number": "NB1001", "amount": 101.0})

    def test_bill_that_was_here_needs_somebody_else(self):
        bill = self._here()
        self.terms.with_user(self.finance).write({"header_limit": 99999.0})
        self.assertEqual(self.terms.limits_by_id, self.finance)
        bill.with_user(self.finance).action_post()
        step = self._step(bill, "post_freight_bill")
        self.assertEqual((bill.state, step.approvers_needed), ("waiting", 1))
        self._nobody_of(
            self.finance, step.approval_ids, "action_approve", {"state": "approved"}
        )
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self.assertEqual(bill.state, "posted")

    def test_limits_eased_in_the_second_it_came_in_are_noticed(self):
        bill = self._here()
        self.terms.with_user(self.finance).write({"header_limit": 99999.0})
        came = self.terms.limits_at + timedelta(milliseconds=900)
        self.env.cr.execute(
            "UPDATE logistics_freight_bill SET create_date = %s WHERE id = %s",
            (came, bill.id),
        )
        bill.invalidate_recordset(["create_date"])
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "waiting")

    def test_others_post_it_alone(self):
        bill = self._here()
        self.terms.with_user(self.finance).write({"leakage_amount": 99999.0})
        self._post_by(bill, self.clerk)

    def test_saying_the_same_changes_nothing(self):
        bill = self._here()
        same = {"leakage_amount": self.terms.leakage_amount, "contest_days": 90}
        self.terms.with_user(self.finance).write(same)
        self.assertFalse(self.terms.limits_by_id)
        self._post_by(bill, self.finance)

    def _post_by(self, bill, user):
        bill.with_user(user).action_post()
        self.assertEqual(bill.state, "posted")

    def test_who_eased_them_is_not_typed(self):
        for vals in ({"limits_by_id": self.clerk.id}, {"limits_at": "2020-01-01"}):
            with self.assertRaises(AccessError):
                self.terms.with_user(self.finance).write(vals)


@tagged("post_install", "-at_install")
class TestDecidedByHand(ByHandCase):
    def test_what_is_not_paid_closes_the_bill_it_was_disputed_on(self):
        self.terms.treatment = "short_pay"
        self._accrue("NB1001")
        bills = [
            self._checked({"tracking_number": "NB1001", "amount": amount}, number=name)
            for name, amount in (("1", 128.0),)
        ]
        self._post(bills[0])
        bills.append(
            self._checked({"tracking_number": "NB1001", "amount": 40.0}, number="2")
        )
        self._post(bills[1])
        first, second = (bill.move_id for bill in bills)
        dispute = bills[1].dispute_ids
        self.assertEqual(dispute.open_amount, 40.0)
        dispute.with_user(self.finance)._short_pay(Decimal(40), "Billed before")
        self.env.invalidate_all()
        self.assertEqual(
            [
                (move.amount_residual, move.logistics_blocked_amount)
                for move in (first, second)
            ],
            [(128.0, 28.0), (0.0, 0.0)],
        )

    def test_held_charge_keeps_no_other_decision_from_being_posted(self):
        shipments = [self._accrue(number) for number in ("NB1001", "NB1002")]
        disputes = self.env["logistics.freight.dispute"]
        for shipment in shipments:
            number = shipment.parcel_ids.tracking_number
            bill = self._checked(
                {"tracking_number": number, "amount": 128.0}, number=f"B-{number}"
            )
            self._post(bill)
            disputes |= bill.dispute_ids
        for dispute in disputes:
            dispute.charge_id._say(
                "concede",
                "decided",
                amount=Decimal(28),
                target=dispute._fact_ref(),
                on=self.today,
            )
        disputes.is_unsettled = True
        held, other = disputes.charge_id
        held._say(
            "bill", disputes[0].bill_id._freight_ref(), amount=Decimal(7), on=self.today
        )
        self.assertTrue(held.held_reason)
        with self.assertLogs("odoo.addons.logistics_freight_accrual", "WARNING"):
            disputes._cron_settle()
        self.env.invalidate_all()
        self.assertEqual(disputes.mapped("is_unsettled"), [True, False])
        self.assertEqual(self._balances(other).get("clearing"), None)

    def test_held_bill_keeps_the_app_installed(self):
        self.terms.hold_percent = 0.0
        bill = self._checked(
            {"tracking_number": "XX1", "amount": 25.0, "charge_type": "fee"}
        )
        bill.with_user(self.finance).action_post()
        self.assertEqual((bill.state, len(bill.dispute_ids)), ("waiting", 1))
        with self.assertRaisesRegex(UserError, "1 are disputed"):
            self.env["logistics.charge"]._check_nothing_open()
        bill.dispute_ids.with_user(self.finance)._concede(Decimal(25), "Fine")
        step = self._step(bill.dispute_ids, "concede")
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self.env["logistics.charge"]._check_nothing_open()
