"""Documents that a return meets: several invoices, one of many orders, other money.

The table in `test_return_scenarios.py` says which scenario is where.
"""

from odoo.fields import Command
from odoo.tests import tagged

from .scenario_case import ScenarioCase


@tagged("post_install", "-at_install")
class TestReturnDocuments(ScenarioCase):
    """Each credit note reverses the invoice its goods were invoiced with."""

    def test_two_lines_of_different_price_and_tax(self):
        order = self._order(
            (
                self.product,
                5,
                {"price_unit": 10.0, "discount": 10.0, "tax_ids": self.tax.ids},
            ),
            (self.cheap, 4, {"price_unit": 7.0, "tax_ids": [Command.clear()]}),
        )
        invoice = self._invoice(order)
        self._bring(order.picking_ids, {self.product: 2, self.cheap: 1})
        self._take()
        self.assertCredited(
            order,
            (invoice, (self.product, 2, 18.0, 20.7), (self.cheap, 1, 7.0, 7.0)),
        )
        self.assertRecordValues(
            self._notes(order), [{"amount_untaxed": 25.0, "amount_tax": 2.7}]
        )
        self.assertSold(order, (3, 3, 0), (3, 3, 0))
        self.assertOwed(invoice, 51.75 + 28 - 27.7, "partial")
        self.assertNothingLeft(order)

    def test_several_invoices_of_one_order(self):
        product = self._product("Ordered", 10.0, invoice_policy="order")
        order = self._order((product, 5))
        first = self._invoice(order)
        order.order_line.product_uom_qty = 8
        self._deliver(order.picking_ids.filtered(lambda p: p.state != "done"))
        second = self._invoice(order)
        for picking in order.picking_ids.sorted("id"):
            self._bring(picking, 3 if picking.move_ids.quantity == 3 else 1)
        self._take()
        notes = self._notes(order)
        self.assertEqual(sum(notes.mapped("amount_total")), 40.0)
        self.assertEqual(notes.reversed_entry_id, first | second)
        self.assertSold(order, (4, 4, 0))
        for note in notes:
            self._check_as_invoiced(note.invoice_line_ids, note.reversed_entry_id)
            self._check_document(note, note.reversed_entry_id)
            self.assertSetOff(note, note.reversed_entry_id, note.amount_total)
        self.assertEqual(sum((first | second).mapped("amount_residual")), 40.0)
        self.assertEqual(order.invoice_status, "no")
        self.assertNothingLeft(order)

    def test_return_of_the_second_delivery_while_only_the_first_is_invoiced(self):
        order = self._sell(
            5,
            order_line=[
                Command.create({"product_id": self.cheap.id, "product_uom_qty": 5})
            ],
        )
        first = order.picking_ids
        first.move_ids.write({"quantity": 3, "picked": True})
        first.with_context(skip_backorder=True).button_validate()
        invoice = self._invoice(order)
        second = order.picking_ids - first
        self._deliver(second)
        self._bring(second, 2)
        self._take()
        self.assertCredited(order)
        self.assertSold(order, (3, 3, 0))
        self.assertOwed(invoice, 30.0, "not_paid")
        self.assertNothingLeft(order)

    def test_one_invoice_of_several_orders(self):
        orders = self._order((self.cheap, 5)) | self._order((self.cheap, 4))
        invoice = orders._create_invoices(grouped=False)
        invoice.action_post()
        self.assertEqual(len(invoice), 1)
        for order in orders:
            self._bring(order.picking_ids, 1)
        self._take()
        for order, left in zip(orders, (4, 3), strict=True):
            self.assertSold(order, (left, left, 0))
            note = self._notes(order)
            self.assertRecordValues(
                note,
                [
                    {
                        "state": "posted",
                        "amount_total": 10.0,
                        "reversed_entry_id": invoice.id,
                    }
                ],
            )
            # Only the line of this order, and only its piece.
            self.assertRecordValues(
                note.invoice_line_ids,
                [
                    {
                        "sale_line_ids": order.order_line.ids,
                        "quantity": 1,
                        "price_subtotal": 10.0,
                    }
                ],
            )
            self._check_as_invoiced(note.invoice_line_ids, invoice)
            self.assertSetOff(note, invoice, 10.0)
        self.assertOwed(invoice, 70.0, "partial")
        self.assertFalse(self._open(orders[0]) | self._open(orders[1]))

    def test_down_payment_stays_what_it_was(self):
        order = self._sell(
            order_line=[
                Command.create(
                    {
                        "product_id": self.cheap.id,
                        "product_uom_qty": 5,
                        "tax_ids": self.tax.ids,
                    }
                )
            ]
        )
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 23.0})
        )
        wizard.create_invoices()
        ahead = order.invoice_ids
        ahead.action_post()
        self._pay(ahead)
        self._deliver(order.picking_ids)
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertEqual(final.amount_total, 34.5)
        self._bring(order.picking_ids, 2)
        self._take()
        self.assertCredited(order, (final, (self.cheap, 2, 20.0, 23.0)))
        self.assertSold(order, (3, 3, 0))
        self.assertSetOff(self._notes(order), final, 23.0)
        self.assertOwed(final, 11.5, "partial")
        self.assertOwed(ahead, 0.0, ahead._get_invoice_in_payment_state())
        self.assertEqual(sum(order.invoice_ids.mapped("amount_total_signed")), 34.5)
        self.assertNothingLeft(order)

    def test_credit_beyond_the_final_invoice_of_a_down_payment(self):
        """What the down payment paid for is owed to the customer."""
        order = self._sell(
            order_line=[
                Command.create({"product_id": self.cheap.id, "product_uom_qty": 5})
            ]
        )
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 20.0})
        )
        wizard.create_invoices()
        order.invoice_ids.action_post()
        self._deliver(order.picking_ids)
        final = order._create_invoices(final=True)
        final.action_post()
        self._bring(order.picking_ids, 5)
        self._take()
        self.assertCredited(order, (final, (self.cheap, 5, 50.0, 50.0)))
        self.assertSold(order, (0, 0, 0))
        self.assertOwed(final, 0.0, "reversed")
        self.assertOwed(self._notes(order), 20.0, "partial")
        self.assertNothingLeft(order)

    def test_foreign_currency(self):
        foreign = self.env.ref("base.EUR")
        foreign.active = True
        foreign.rate_ids.unlink()
        rate = {
            "currency_id": foreign.id,
            "name": "2020-01-01",
            "rate": 0.5,
            "company_id": self.company.id,
        }
        self.env["res.currency.rate"].create(rate)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": foreign.id}
        )
        order = self._order(
            (self.cheap, 20, {"tax_ids": self.tax.ids}), pricelist_id=pricelist.id
        )
        self.assertEqual(order.order_line.price_unit, 5.0)
        invoice = self._invoice(order)
        self._bring(order.picking_ids, 6)
        # 34.50 of theirs are 69.00 of ours.
        self.assertRecordValues(
            self._open(order), [{"amount": 69.0, "approvers_needed": 1}]
        )
        self._agree(order)
        self.assertCredited(order, (invoice, (self.cheap, 6, 30.0, 34.5)))
        note = self._notes(order)
        self.assertRecordValues(
            note,
            [
                {
                    "currency_id": foreign.id,
                    "amount_total": 34.5,
                    "amount_total_signed": -69.0,
                }
            ],
        )
        self.assertRecordValues(
            note.line_ids.sorted("balance"),
            [
                {"amount_currency": -34.5, "balance": -69.0, "reconciled": True},
                {"amount_currency": 4.5, "balance": 9.0, "reconciled": False},
                {"amount_currency": 30.0, "balance": 60.0, "reconciled": False},
            ],
        )
        self.assertOwed(invoice, 80.5, "partial")
        self.assertSold(order, (14, 14, 0))

    def test_lots_announced_on_lines_of_their_own(self):
        product = self._product("Valve", 10.0, tracking="lot")
        lots = self._lots(product, "L1", "L2", quantity=2)
        order = self._order((product, 4))
        invoice = self._invoice(order)
        one = self._announce(order.picking_ids, 1)
        one.line_ids.lot_id = lots[0]
        other = one.line_ids.copy({"lot_id": lots[1].id, "quantity": 2})
        for line, quantity in ((one.line_ids - other, 1), (other, 2)):
            one._say("received", f"m{line.id}", line=line, quantity=quantity)
        self._inspect(one)
        self._take()
        self.assertCredited(order, (invoice, (product, 3, 30.0, 30.0)))
        self.assertEqual(one.line_ids.mapped("own_credit_quantity"), [1, 2])

    def test_two_returns_of_one_line_one_after_the_other(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        delivery = order.picking_ids
        first = self._bring(delivery, 2)
        self._take()
        second = self._bring(delivery, 3)
        self._take()
        self.assertSold(order, (0, 0, 0))
        self.assertCredited(
            order,
            (invoice, (self.cheap, 2, 20.0, 20.0)),
            (invoice, (self.cheap, 3, 30.0, 30.0)),
        )
        self.assertEqual(
            [one.line_ids.own_credit_quantity for one in (first, second)], [2, 3]
        )
        self.assertFalse(first.credit_note_ids & second.credit_note_ids)
        self.assertOwed(invoice, 0.0, "reversed")
        self.assertNothingLeft(order)

    def test_cancelled_receipt_credits_nothing(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        dialog = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        dialog.product_return_moves.quantity = 2
        dialog._create_return().action_cancel()
        self._take()
        self.assertCredited(order)
        self.assertSold(order, (5, 5, 0))
        self.assertOwed(invoice, 50.0, "not_paid")
        self.assertNothingLeft(order)

    def test_withdrawn_delivery_and_return_of_the_same_goods_are_credited_once(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        move = order.picking_ids.move_ids
        self.env["logistics.credit.demand"]._want(
            order.order_line, "release", f"move/{move.id}", 5
        )
        one = self._come_back(order.picking_ids, 5)
        one.sudo().kind = "to_sender"
        self._inspect(one)
        self._agree(order)
        self.assertCredited(order, (invoice, (self.cheap, 5, 50.0, 50.0)))
        self.assertSold(order, (0, 0, 0))
        self.assertNothingLeft(order)

    # === CORRECTED BY HAND === #

    def _correct(self, invoice, again):
        """Reverse an invoice with the dialog of Odoo; again makes a new one of it."""
        dialog = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Address"})
        )
        action = dialog.modify_moves() if again else dialog.refund_moves()
        made = self.env["account.move"].browse(action["res_id"])
        return made

    def test_invoice_that_was_corrected_before_is_credited_on_the_new_one(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        new = self._correct(invoice, again=True)
        new.action_post()
        self.assertSold(order, (5, 5, 0))
        self._bring(order.picking_ids, 2)
        self._take()
        self.assertSold(order, (3, 3, 0))
        made = self._notes(order) - invoice.reversal_move_ids
        self.assertRecordValues(
            made, [{"amount_total": 20.0, "reversed_entry_id": new.id}]
        )
        self.assertOwed(new, 30.0, "partial")
        self.assertNothingLeft(order)

    def test_invoice_that_is_corrected_afterwards_keeps_what_was_credited(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        self._bring(order.picking_ids, 2)
        self._take()
        self.assertSold(order, (3, 3, 0))
        back = self._correct(invoice, again=False)
        back.invoice_line_ids.quantity = 3
        back.action_post()
        again = order._create_invoices()
        again.action_post()
        self._take()
        self.assertSold(order, (3, 3, 0))
        self.assertEqual(sum(order.invoice_ids.mapped("amount_total_signed")), 30.0)
        self.assertNothingLeft(order)

    def test_whole_invoice_reversed_by_hand_for_goods_that_came_back(self):
        order = self._order((self.cheap, 5))
        invoice = self._invoice(order)
        one = self._bring(order.picking_ids, 5)
        self._correct(invoice, again=False).action_post()
        self._take()
        self.assertSold(order, (0, 0, 0))
        self.assertOwed(invoice, 0.0, "reversed")
        self.assertEqual(len(self._notes(order)), 1)
        self.assertEqual(one.state, "refunded")
        self.assertNothingLeft(order)
