from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import trusted

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestSend(ReleaseCommon):
    """What is posted is sent once, whatever happens in between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.result = "post_send"

    def _invoiced(self, quantity=2, **more):
        order = self._sell(quantity, **more)
        self._deliver(self._ship(order.picking_ids, f"S{order.id}"))
        self._take()
        return order

    def _send(self):
        self._run_job("logistics_invoice_release.ir_cron_send_invoices")

    def _mails(self, invoice):
        return (
            self.env["mail.mail"].search(
                [("model", "=", "account.move"), ("res_id", "=", invoice.id)]
            )
            | self.env["mail.message"]
            .search(
                [
                    ("model", "=", "account.move"),
                    ("res_id", "=", invoice.id),
                    ("message_type", "=", "comment"),
                ]
            )
            .mail_ids
        )

    def _sent_messages(self, invoice):
        return invoice.message_ids.filtered(lambda m: m.message_type == "comment")

    def test_posted_invoice_is_sent_once(self):
        order = self._invoiced()
        invoice = order.invoice_ids
        step = self._effects(order, "invoice")
        self.assertEqual(step.send_state, "due")
        self._send()
        self.assertEqual(step.send_state, "sent")
        self.assertTrue(invoice.is_move_sent)
        self.assertEqual(len(self._sent_messages(invoice)), 1)
        self._send()
        self.assertEqual(len(self._sent_messages(invoice)), 1)

    def test_mail_carries_the_invoice_although_no_pdf_can_be_made(self):
        order = self._invoiced()
        with patch.object(
            type(order.invoice_ids), "_logistics_can_print", lambda move: False
        ):
            self._send()
        message = self._sent_messages(order.invoice_ids)
        self.assertEqual(message.attachment_ids.mapped("mimetype"), ["text/html"])
        self.assertIn(order.invoice_ids.name.encode(), message.attachment_ids.raw)

    def test_key_is_kept_before_the_mail_leaves(self):
        order = self._invoiced()
        step = self._effects(order, "invoice")
        seen = []

        def look(move):
            seen.append((step.send_state, bool(step.send_key)))

        with patch.object(type(order.invoice_ids), "_logistics_mail", look):
            self._send()
        self.assertEqual(seen, [("sending", True)])

    def test_interrupted_sending_is_left_to_a_person(self):
        order = self._invoiced()
        self.env["logistics.effect.send"]._claim(self._effects(order, "invoice"))
        self._send()
        self.assertFalse(self._sent_messages(order.invoice_ids))
        self.assertEqual(self._effects(order, "invoice").send_state, "failed")
        self.assertEqual(len(self._exceptions(order, "action_failed")), 1)

    def test_person_can_send_it_again(self):
        order = self._invoiced()
        step = self._effects(order, "invoice")
        self.env["logistics.effect.send"]._claim(step)
        self._send()
        step.with_user(self.people["finance"]).action_send_again()
        self._send()
        self.assertEqual(len(self._sent_messages(order.invoice_ids)), 1)
        self.assertFalse(self._exceptions(order, "action_failed"))

    def test_what_was_sent_is_not_sent_again(self):
        order = self._invoiced()
        self._send()
        with self.assertRaises(UserError):
            self._effects(order, "invoice").action_send_again()

    def test_invoice_a_person_sent_is_not_sent_again(self):
        order = self._invoiced()
        order.invoice_ids.is_move_sent = True
        self._send()
        self.assertFalse(self._sent_messages(order.invoice_ids))
        self.assertEqual(self._effects(order, "invoice").send_state, "sent")

    def test_customer_without_address_is_shown_to_a_person(self):
        self.customer.email = False
        order = self._invoiced()
        self._send()
        self.assertEqual(self._effects(order, "invoice").send_state, "failed")
        self.assertIn(
            self.customer.name, self._exceptions(order, "action_failed").summary
        )

    def test_one_failure_does_not_stop_the_next(self):
        lost = self.env["res.partner"].create({"name": "No Address"})
        first, second = self._invoiced(partner_id=lost.id), self._invoiced()
        self._send()
        self.assertEqual(self._effects(first, "invoice").send_state, "failed")
        self.assertEqual(self._effects(second, "invoice").send_state, "sent")

    def test_second_document_that_fails_is_told_although_the_first_went_out(self):
        order, other = self._invoiced(), self._invoiced()
        step = self._effects(order, "invoice")
        good, bad = order.invoice_ids, other.invoice_ids
        trusted(step.sudo()).write(
            {"line_ids": [Command.link(line.id) for line in bad.line_ids]}
        )
        Move = type(good)
        mail = Move._logistics_mail

        def fail(move):
            if move == bad:
                raise ValueError("Refused")
            mail(move)

        with patch.object(Move, "_logistics_mail", fail):
            self._send()
        self.assertEqual(step.send_state, "failed")
        self.assertIn(bad.name, self._exceptions(order, "action_failed").summary)

    def test_collective_invoice_is_sent_once_for_all_its_orders(self):
        self.rule.grouping = "daily"
        first, second = self._invoiced(), self._invoiced()
        steps = self._effects(first, "invoice") | self._effects(second, "invoice")
        steps._take()
        invoice = first.invoice_ids
        self.assertEqual(invoice, second.invoice_ids)
        self._send()
        self.assertEqual(len(self._sent_messages(invoice)), 1)
        self.assertEqual(set(steps.mapped("send_state")), {"sent"})

    def test_collective_invoice_fails_once_for_all_its_orders(self):
        self.rule.grouping = "daily"
        self.customer.email = False
        first, second = self._invoiced(), self._invoiced()
        steps = self._effects(first, "invoice") | self._effects(second, "invoice")
        steps._take()
        self._send()
        self.assertEqual(
            len(
                self._exceptions(first, "action_failed")
                | self._exceptions(second, "action_failed")
            ),
            1,
        )

    def test_draft_is_not_sent(self):
        self.rule.result = "draft"
        order = self._invoiced()
        self.assertFalse(self._effects(order, "invoice").send_state)
