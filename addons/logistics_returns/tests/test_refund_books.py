from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .refund_case import RefundCase


@tagged("post_install", "-at_install", "standard")
class TestRefundBooks(RefundCase):
    """However the customer gets the money, the books and the return say the same."""

    def _returned(self, online=None):
        """Return an invoiced order of 500 and a return of 200, credited and agreed to.

        :param float online: What was paid online; the rest by bank transfer.
        """
        order = self._order((self.product, 5))
        invoice = self._invoice(order)
        if online:
            self._pay_online(order, online, f"{order.name}-1")
        if invoice.amount_residual:
            self._pay(invoice)
        one = self._bring(order.picking_ids, 2)
        self._agree(order, self.finance, self.second)
        note = self._notes(order)
        self.assertEqual(note.amount_residual, 200.0)
        return one, note

    def test_return_is_refunded_once_its_money_is_back(self):
        one, note = self._returned(500.0)
        self.assertEqual(one.state, "credited")
        self.assertEqual(note.logistics_refund_ids.return_ids, one)
        self._send()
        self.assertEqual((one.state, one.refund_count), ("refunded", 1))
        self.assertEqual(note.amount_residual, 0.0)

    def test_paid_by_bank_transfer_is_paid_back_by_finance(self):
        one, note = self._returned()
        refund = note.logistics_refund_ids
        exception = self._exception(refund)
        self.assertTrue(exception.refund_by_hand)
        with self.assertRaises(AccessError):
            refund.with_user(self.clerk).action_pay_back()
        window = exception.with_user(self.finance).action_refund_pay_back()
        self.env[window["res_model"]].with_user(self.finance).with_context(
            **window["context"]
        ).create({})._create_payments()
        self.assertEqual((refund.state, refund.settled), ("done", True))
        self.assertEqual(exception.state, "solved")
        self.assertEqual(one.state, "refunded")
        with self.assertRaises(UserError):
            refund.with_user(self.finance).action_pay_back()

    def test_part_that_finance_pays_is_no_more_than_its_part(self):
        _one, note = self._returned(150.0)
        online, by_hand = note.logistics_refund_ids.sorted("id")
        self.assertEqual((online.amount, by_hand.amount), (150.0, 50.0))
        window = by_hand.with_user(self.finance).action_pay_back()
        payments = (
            self.env[window["res_model"]]
            .with_context(**window["context"])
            .create({})
            ._create_payments()
        )
        self.assertEqual(payments.amount, 50.0)
        self._send()
        self.assertEqual(set(note.logistics_refund_ids.mapped("state")), {"done"})
        self.assertEqual(note.amount_residual, 0.0)

    def _set_off(self, note):
        """Set a credit note off against another invoice of the customer."""
        other = self._invoice(self._order((self.product, 2)))
        items = (note | other).line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        items.reconcile()
        self.assertEqual(note.amount_residual, 0.0)
        return items

    def test_set_off_by_hand_is_refunded_and_undone_is_not(self):
        one, note = self._returned()
        refund = note.logistics_refund_ids
        items = self._set_off(note)
        self.assertEqual((refund.state, one.state), ("done", "refunded"))
        self.assertFalse(one.refund_missing)
        items.remove_move_reconcile()
        self.assertEqual(one.state, "credited")
        one.invalidate_recordset(["refund_missing"])
        self.assertTrue(one.refund_missing)
        with self.assertRaises(AccessError):
            one.with_user(self.clerk).action_refund()
        one.with_user(self.finance).action_refund()
        self._agree_refund(note, self.second)
        self.assertEqual(len(note.logistics_refund_ids), 2)
        with self.assertRaises(UserError):
            one.with_user(self.finance).action_refund()

    def test_set_off_before_it_was_sent_sends_nothing(self):
        one, note = self._returned(500.0)
        refund = note.logistics_refund_ids
        self._set_off(note)
        self._send()
        self.assertEqual((refund.state, one.state), ("refused", "refunded"))
        self.assertFalse(self.box.told)
        self.assertFalse(self._exception(refund))

    def test_what_waits_for_a_decision_is_dropped_when_it_is_set_off(self):
        order = self._paid()
        note = self._credit(order, 2)
        step = self._steps(note)
        self.assertEqual(step.state, "waiting")
        self._set_off(note)
        self.assertEqual(step.state, "superseded")

    def test_goodwill_is_refunded_too(self):
        order = self._order((self.product, 5))
        self._invoice(order)
        self._pay_online(order, 500.0, f"{order.name}-1")
        one = self._announce(order.picking_ids, 1)
        one._grant(order, 50.0, "Scratched")
        self._agree(order, self.finance, self.second)
        note = one.credit_note_ids
        self.assertEqual(note.amount_total, 50.0)
        self._send()
        self.assertEqual(note.logistics_refund_ids.state, "done")
        self.assertEqual(note.amount_residual, 0.0)

    def _foreign(self):
        """Return a currency whose rate has changed since last week."""
        euro = self.env.ref("base.EUR")
        if euro == self.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        euro.rate_ids.unlink()
        today = fields.Date.today()
        for days, rate in ((30, 0.5), (0, 0.8)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": fields.Date.subtract(today, days=days),
                    "rate": rate,
                }
            )
        return euro

    def test_foreign_currency_is_paid_back_in_it(self):
        euro = self._foreign()
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": euro.id}
        )
        order = self._order((self.product, 5), pricelist_id=pricelist.id)
        invoice = order._create_invoices()
        invoice.invoice_date = fields.Date.subtract(fields.Date.today(), days=10)
        invoice.action_post()
        payment = self._pay_online(order, invoice.amount_total, f"{order.name}-1")
        self._bring(order.picking_ids, 2)
        self._agree(order, self.finance, self.second)
        note = self._notes(order)
        refund = note.logistics_refund_ids
        self.assertEqual((refund.currency_id, refund.source_id), (euro, payment))
        self.assertEqual(refund.amount, note.amount_total)
        self._send()
        self.assertEqual(refund.transaction_id.currency_id, euro)
        self.assertEqual(refund.transaction_id.amount, -note.amount_total)
        self.assertEqual(note.amount_residual, 0.0)
        self.assertEqual(note.payment_state, "paid")

    def test_payment_in_another_currency_is_for_finance(self):
        euro = self._foreign()
        order = self._order((self.product, 5))
        invoice = self._invoice(order)
        self._pay_online(order, 400.0, f"{order.name}-1", currency=euro)
        self.assertEqual(invoice.amount_residual, 0.0)
        self._bring(order.picking_ids, 2)
        self._agree(order, self.finance, self.second)
        refund = self._notes(order).logistics_refund_ids
        self.assertFalse(refund.source_id)
        self.assertTrue(refund.by_hand)

    def test_method_that_cannot_refund_is_for_finance(self):
        self.method_online.support_refund = "none"
        _one, note = self._returned(500.0)
        self.assertFalse(note.logistics_refund_ids.source_id)
        self.assertEqual(self._exception(note.logistics_refund_ids).state, "open")

    def test_method_that_refunds_all_or_nothing(self):
        self.method_online.support_refund = "full_only"
        _one, note = self._returned(500.0)
        self.assertFalse(note.logistics_refund_ids.source_id)
        order = self._paid(300.0, 200.0)
        note = self._credit(order, 2)
        refund = self._agree_refund(note)
        self.assertEqual(refund.source_id.amount, 200.0)

    def test_refused_refund_can_be_asked_again_from_the_workbench(self):
        self.box.status = 422
        _one, note = self._returned(500.0)
        refund = note.logistics_refund_ids
        self._send()
        exception = self._exception(refund)
        self.assertTrue(exception.refund_refused)
        self.assertTrue(exception.refund_by_hand)
        self._switch("refund", "off")
        with self.assertRaises(UserError):
            exception.with_user(self.finance).action_refund_again()
        self.assertEqual(exception.state, "open")
        self._switch("refund")
        exception.with_user(self.finance).action_refund_again()
        self.assertEqual(exception.state, "solved")
        self.assertEqual(len(self._steps(note)), 2)

    def test_refused_refund_that_was_made_after_all(self):
        self.box.status = 422
        _one, note = self._returned(500.0)
        refund = note.logistics_refund_ids
        self._send()
        self.assertEqual(refund.state, "refused")
        refund.transaction_id._set_done()
        self._send()
        self.assertEqual((refund.state, refund.settled), ("done", True))
        self.assertEqual(note.amount_residual, 0.0)
