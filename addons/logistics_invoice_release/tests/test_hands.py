from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestHands(ReleaseCommon):
    """A person's act on an invoice is a decision: no second document appears."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.result = "post"

    def _invoiced(self, result="post"):
        self.rule.result = result
        order = self._sell(10)
        self.shipment = self._ship(order.picking_ids, f"N{order.id}")
        self._deliver(self.shipment)
        self._take()
        return order

    def _poke(self, order):
        """Everything that could make a second document."""
        self._deliver(self.shipment, key="told again")
        order._logistics_reconsider()
        self._take()

    def _decide(self, order):
        """Return the exception and the way to decide it."""
        exception = self._exceptions(order, "changed_by_hand")
        self.assertEqual(len(exception), 1)
        return exception.with_user(self.people["finance"])

    def _cancel(self, order):
        order.invoice_ids.button_draft()
        order.invoice_ids.button_cancel()

    def test_posting_the_draft_is_what_it_is_for(self):
        order = self._invoiced("draft")
        order.invoice_ids.action_post()
        self._poke(order)
        self.assertFalse(self._exceptions(order, "changed_by_hand"))
        self.assertEqual(self._effects(order, "invoice").record_state, "posted")
        self.assertEqual(len(order.invoice_ids), 1)

    def test_cancelled_invoice_is_not_made_again_by_itself(self):
        order = self._invoiced()
        self._cancel(order)
        self._poke(order)
        self.assertEqual(len(order.invoice_ids), 1)
        self._decide(order)

    def test_cancelled_invoice_is_made_again_on_a_persons_word(self):
        order = self._invoiced()
        self._cancel(order)
        self._decide(order).action_make_again()
        self._take()
        self.assertEqual(
            sorted(order.invoice_ids.mapped("state")), ["cancel", "posted"]
        )
        self.assertEqual(order.order_line.qty_invoiced, 10)

    def test_how_much_is_made_again_is_said_first(self):
        order = self._invoiced()
        self._cancel(order)
        exception = self._decide(order)
        window = exception.action_make_again_dialog()
        dialog = self.env[window["res_model"]].browse(window["res_id"])
        dialog = dialog.with_user(self.people["finance"])
        amount = self._effects(order, "invoice").amount
        self.assertTrue(amount)
        self.assertIn("Documents concerned: 1", dialog.impact)
        self.assertIn(f"{amount:,.2f} {order.currency_id.name}", dialog.impact)
        self._take()
        self.assertEqual(order.invoice_ids.mapped("state"), ["cancel"])
        self.assertEqual(exception.state, "open")
        dialog.action_go_on()
        self._take()
        self.assertEqual(
            sorted(order.invoice_ids.mapped("state")), ["cancel", "posted"]
        )

    def test_cancelled_invoice_is_kept_as_it_is_on_a_persons_word(self):
        order = self._invoiced()
        self._cancel(order)
        self._decide(order).action_keep_as_is("Settled on the phone")
        self._poke(order)
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertFalse(self._exceptions(order, "changed_by_hand"))

    def test_edited_draft_is_left_alone(self):
        order = self._invoiced("draft")
        line = order.invoice_ids.invoice_line_ids
        order.invoice_ids.write(
            {"invoice_line_ids": [Command.update(line.id, {"quantity": 4})]}
        )
        self._poke(order)
        self.assertEqual(order.invoice_ids.invoice_line_ids.quantity, 4)
        self._decide(order)

    def test_edited_draft_made_again_invoices_the_rest(self):
        order = self._invoiced("draft")
        line = order.invoice_ids.invoice_line_ids
        order.invoice_ids.write(
            {"invoice_line_ids": [Command.update(line.id, {"quantity": 4})]}
        )
        self._decide(order).action_make_again()
        self._take()
        self.assertEqual(order.order_line.qty_invoiced, 10)

    def test_edited_draft_kept_as_it_is(self):
        order = self._invoiced("draft")
        line = order.invoice_ids.invoice_line_ids
        order.invoice_ids.write(
            {"invoice_line_ids": [Command.update(line.id, {"quantity": 4})]}
        )
        self._decide(order).action_keep_as_is("The rest is a gift")
        self._poke(order)
        self.assertEqual(order.order_line.qty_invoiced, 4)

    def test_line_removed_without_its_invoice_is_an_edit(self):
        order = self._invoiced("draft")
        invoice = order.invoice_ids
        invoice.invoice_line_ids.unlink()
        self.assertEqual(self._effects(order, "invoice").record_state, "edited")
        self._poke(order)
        self.assertFalse(invoice.invoice_line_ids)
        self._decide(order)

    def test_line_added_without_its_invoice_is_an_edit(self):
        order = self._invoiced("draft")
        self.env["account.move.line"].create(
            {
                "move_id": order.invoice_ids.id,
                "product_id": self.fee.id,
                "quantity": 1,
                "price_unit": 5.0,
            }
        )
        self.assertEqual(self._effects(order, "invoice").record_state, "edited")
        self._decide(order)

    def test_lines_that_go_with_their_draft_are_not_one_more_edit(self):
        order = self._invoiced("draft")
        order.invoice_ids.unlink()
        self.assertEqual(self._effects(order, "invoice").record_state, "deleted")

    def test_deleted_draft_is_not_made_again_by_itself(self):
        order = self._invoiced("draft")
        order.invoice_ids.unlink()
        self._poke(order)
        self.assertFalse(order.invoice_ids)
        self._decide(order)

    def test_deleted_draft_is_made_again_on_a_persons_word(self):
        order = self._invoiced("draft")
        order.invoice_ids.unlink()
        self._decide(order).action_make_again()
        self._take()
        self.assertEqual(order.order_line.qty_invoiced, 10)

    def test_reset_invoice_is_not_posted_over(self):
        order = self._invoiced()
        order.invoice_ids.button_draft()
        self._poke(order)
        self.assertRecordValues(order.invoice_ids, [{"state": "draft"}])
        self._decide(order)

    def test_reset_invoice_made_again_is_posted_and_not_doubled(self):
        order = self._invoiced()
        order.invoice_ids.button_draft()
        self._decide(order).action_make_again()
        self._take()
        self.assertRecordValues(order.invoice_ids, [{"state": "posted"}])

    def test_reversed_invoice_is_not_made_again_by_itself(self):
        order = self._invoiced()
        self._reverse(order.invoice_ids)
        self._poke(order)
        self.assertEqual(
            sorted(order.invoice_ids.mapped("move_type")), ["out_invoice", "out_refund"]
        )
        self._decide(order)

    def test_reversed_invoice_is_made_again_on_a_persons_word(self):
        order = self._invoiced()
        self._reverse(order.invoice_ids)
        self._decide(order).action_make_again()
        self._take()
        self.assertEqual(order.order_line.qty_invoiced, 10)
        self.assertEqual(len(order.invoice_ids), 3)

    def test_person_who_was_faster_is_not_repeated(self):
        order = self._invoiced("release")
        self.rule.result = "post"
        order.action_logistics_decide_again()
        order._create_invoices().action_post()
        self._take()
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertRecordValues(
            self._effects(order, "invoice"),
            [{"state": "done", "note": "Nothing was left to invoice."}],
        )

    def test_person_who_invoiced_a_part_leaves_the_rest(self):
        order = self._invoiced("release")
        draft = order._create_invoices()
        draft.write(
            {
                "invoice_line_ids": [
                    Command.update(draft.invoice_line_ids.id, {"quantity": 3})
                ]
            }
        )
        draft.action_post()
        self.rule.result = "post"
        order.action_logistics_decide_again()
        self._take()
        self.assertEqual(
            sorted(order.invoice_ids.mapped("invoice_line_ids.quantity")), [3, 7]
        )

    def test_withdrawn_delivery_does_not_touch_an_edited_draft(self):
        order = self._invoiced("draft")
        line = order.invoice_ids.invoice_line_ids
        order.invoice_ids.write(
            {"invoice_line_ids": [Command.update(line.id, {"price_unit": 90})]}
        )
        self._withdraw(self.shipment)
        self._take()
        self.assertRecordValues(order.invoice_ids, [{"amount_untaxed": 900.0}])
        self.assertEqual(self._effects(order, "invoice").mapped("state"), ["done"])
        with self.assertRaises(UserError):
            order.invoice_ids.action_post()

    def test_cancelled_invoice_is_not_made_again_by_a_second_delivery(self):
        order = self._invoiced()
        self._cancel(order)
        self._withdraw(self.shipment)
        self._take()
        self._deliver(self.shipment, key="delivered after all")
        self._take()
        self.assertEqual(len(order.invoice_ids), 1)

    def test_auditor_decides_nothing(self):
        order = self._invoiced()
        self._cancel(order)
        with self.assertRaises(UserError):
            self._effects(order, "invoice").with_user(
                self.people["auditor"]
            ).action_make_again()
