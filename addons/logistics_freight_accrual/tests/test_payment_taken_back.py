"""A charge is settled for as long as its bill stays paid."""

from odoo.tests import tagged

from .dispute_common import DisputeCommon


@tagged("post_install", "-at_install")
class TestPaymentTakenBack(DisputeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["account.account"].create(
            {
                "code": "LF1199",
                "name": "Outgoing Payments",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        cls.outgoing = cls.bank.outbound_payment_method_line_ids
        cls.outgoing.payment_account_id = account

    def _payment(self, amount):
        """Return the payable item of a payment."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.vendor.id,
                "amount": amount,
                "journal_id": self.bank.id,
                "payment_method_line_id": self.outgoing[:1].id,
            }
        )
        payment.action_post()
        return self._payable(payment.move_id)

    def _payable(self, move):
        return move.line_ids.filtered(
            lambda item: item.account_type == "liability_payable"
        )

    def _wizard(self, move):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": self.bank.id})
        )

    def _post_bill_of(self, charge):
        bill = self._bill([(charge, "100", "0")], number="OK")
        self._post_bill(bill)
        return bill.move_id

    def test_bill_that_is_not_paid_any_more_settles_nothing(self):
        charge = self._charges()
        move = self._post_bill_of(charge)
        payment = self._payment(100)
        for _again in range(2):
            (payment | self._payable(move)).reconcile()
            self.assertEqual(charge.stage, "settled")
            payment.remove_move_reconcile()
            self.assertEqual(charge.stage, "invoiced")
        (payment | self._payable(move)).reconcile()
        self.assertEqual(charge.stage, "settled")
        told = charge.fact_ids.filtered(lambda one: one.kind in ("payment", "unpaid"))
        self.assertEqual(
            told.mapped("kind"), ["payment", "unpaid", "payment", "unpaid", "payment"]
        )

    def test_part_of_a_payment_taken_back_is_enough(self):
        charge = self._charges()
        move = self._post_bill_of(charge)
        first, second = self._payment(40), self._payment(60)
        (first | second | self._payable(move)).reconcile()
        self.assertEqual(charge.stage, "settled")
        second.remove_move_reconcile()
        self.assertEqual(move.payment_state, "partial")
        self.assertEqual(charge.stage, "invoiced")

    def test_cancelled_payment_settles_nothing(self):
        charge = self._charges()
        move = self._post_bill_of(charge)
        self._wizard(move).action_create_payments()
        self.assertEqual(charge.stage, "settled")
        payable = self._payable(move)
        payment = payable.matched_debit_ids.debit_move_id.move_id.origin_payment_id
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(charge.stage, "invoiced")

    def test_job_notes_what_is_not_paid_any_more(self):
        charge = self._charges()
        move = self._post_bill_of(charge)
        payment = self._payment(100)
        (payment | self._payable(move)).reconcile()
        self.patch(
            self.registry["account.move"],
            "_logistics_note_taken_back",
            lambda moves: None,
        )
        payment.remove_move_reconcile()
        self.assertEqual(charge.stage, "settled")
        self._run_job("logistics_freight_accrual.ir_cron_note_paid_bills")
        self.assertEqual(charge.stage, "invoiced")
