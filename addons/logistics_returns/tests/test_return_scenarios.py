"""The scenarios of returns, each asserted down to stock, order, invoice and tax."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnScenarios(CreditCase):
    """Credit only after an inspected receipt, or an approved exception."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.logistics_return_four_eyes = False

    def _assert_line(self, line, **expected):
        self.assertRecordValues(line, [expected])

    def _stock(self, product):
        return product.with_context(
            location=self.warehouse.lot_stock_id.id
        ).qty_available

    def test_everything_comes_back(self):
        before = self._stock(self.product)
        order = self._order((self.product, 3))
        self._pay(self._invoice(order))
        one = self._bring(order.picking_ids, 3)
        self._agree(order)
        self._assert_line(
            order.order_line, qty_delivered=0, qty_invoiced=0, qty_to_invoice=0
        )
        self.assertEqual(self._stock(self.product), before)
        self.assertEqual(one.state, "credited")

    def test_price_discount_and_tax_are_kept_line_by_line(self):
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
        note = self._notes(order)
        self.assertRecordValues(
            note.invoice_line_ids.sorted("price_unit", reverse=True),
            [
                {
                    "product_id": self.product.id,
                    "quantity": 2,
                    "price_unit": 10.0,
                    "discount": 10.0,
                    "tax_ids": self.tax.ids,
                    "price_subtotal": 18.0,
                    "price_total": 20.7,
                    "sale_line_ids": order.order_line[0].ids,
                },
                {
                    "product_id": self.cheap.id,
                    "quantity": 1,
                    "price_unit": 7.0,
                    "discount": 0.0,
                    "tax_ids": [],
                    "price_subtotal": 7.0,
                    "price_total": 7.0,
                    "sale_line_ids": order.order_line[1].ids,
                },
            ],
        )
        self.assertRecordValues(
            note,
            [
                {
                    "amount_untaxed": 25.0,
                    "amount_tax": 2.7,
                    "reversed_entry_id": invoice.id,
                    "invoice_origin": order.name,
                }
            ],
        )
        self.assertEqual(invoice.payment_state, "partial")

    def test_short_only_what_came_is_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 3)
        self._inspect(one, 2)
        self._inspect(one, 1, "missing")
        self._take()
        self._assert_line(order.order_line, qty_invoiced=3)
        self.assertIn(["missing", one.line_ids.id], one.problems)

    def test_damaged_goods_that_are_scrapped_are_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        self._inspect(one, disposition="scrap")
        self._take()
        self._assert_line(order.order_line, qty_delivered=3, qty_invoiced=3)

    def test_wrong_item_is_not_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        self._inspect(one, disposition="wrong_item")
        self._take()
        self.assertFalse(self._notes(order))
        self.assertFalse(self._open(order))
        self.assertEqual(one.line_ids.expected_quantity, 2)

    def test_keep_it_is_credited_after_approval_and_before_any_receipt(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._announce(order.picking_ids, 2)
        one._let_go("kept", {one.line_ids: 2}, "Not worth the way", "a")
        self._take()
        self.assertFalse(self._notes(order))
        self.assertEqual(self._open(order).approvers_needed, 1)
        self._agree(order)
        self._assert_line(order.order_line, qty_delivered=5, qty_invoiced=3)
        self.assertEqual(one.state, "refunded")
        self.assertFalse(one.picking_ids)

    def test_lost_goods_that_are_found_are_credited_once(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._announce(order.picking_ids, 2)
        one._let_go("lost", {one.line_ids: 2}, "No scan for weeks", "a")
        self._agree(order)
        one._say("received", "found", line=one.line_ids, quantity=2)
        self._inspect(one)
        self._take()
        self.assertFalse(self._open(order))
        self.assertEqual(self._notes(order).mapped("amount_total"), [20.0])
        self.assertIn(["came_anyway", one.line_ids.id], one.problems)

    def test_double_scan_and_double_inspection(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        for _time in range(2):
            one._say("scanned", "gate")
            self._inspect(one, ref="gate")
        self._take()
        self.assertEqual(self._notes(order).mapped("amount_total"), [20.0])

    def test_return_before_delivery_of_what_was_never_invoiced(self):
        order = self._order((self.cheap, 5))
        one = self._come_back(order.picking_ids, 5)
        one.sudo().kind = "to_sender"
        self._inspect(one)
        self._take()
        self.assertFalse(self._open(order))
        self._assert_line(
            order.order_line, qty_delivered=0, qty_invoiced=0, qty_to_invoice=0
        )

    def test_more_came_than_was_asked_for(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._announce(order.picking_ids, 1)
        one._say("received", "m", line=one.line_ids, quantity=3)
        self._inspect(one)
        self._take()
        self.assertEqual(self._notes(order).amount_total, 30.0)
        self.assertIn(["over_received", one.line_ids.id], one.problems)

    def test_refused_goods_that_come_anyway_are_not_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._announce(order.picking_ids, 2)
        begin = fields.Datetime.now()
        one._say("refused", "too late", at=begin)
        one._say("received", "m", line=one.line_ids, quantity=2)
        self._inspect(one)
        self._take()
        self.assertFalse(self._open(order))
        one._say("approved", "after all", at=begin + timedelta(minutes=1))
        self._take()
        self.assertEqual(self._notes(order).amount_total, 20.0)

    def test_withdrawn_goods_that_come_anyway_and_are_asked_for_again(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._announce(order.picking_ids, 2)
        one._say("withdrawn", "portal")
        self.assertEqual(one.state, "closed")
        one.line_ids.quantity = 3
        one._say("received", "m", line=one.line_ids, quantity=1)
        self._inspect(one)
        self._take()
        self.assertEqual(self._notes(order).amount_total, 10.0)

    def test_goods_that_go_back_to_the_customer_are_not_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        self._inspect(one, 1, "send_back")
        self._inspect(one, 1)
        self._take()
        self.assertEqual(self._notes(order).amount_total, 10.0)

    # === DOCUMENTS === #

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
        self._assert_line(order.order_line, qty_delivered=4, qty_invoiced=4)

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
        self._invoice(order)
        second = order.picking_ids - first
        self._deliver(second)
        self._bring(second, 2)
        self._take()
        self.assertFalse(self._open(order))
        self._assert_line(
            order.order_line, qty_delivered=3, qty_invoiced=3, qty_to_invoice=0
        )

    def test_one_invoice_of_several_orders(self):
        orders = self._order((self.cheap, 5)) | self._order((self.cheap, 4))
        invoice = orders._create_invoices(grouped=False)
        invoice.action_post()
        self.assertEqual(len(invoice), 1)
        for order in orders:
            self._bring(order.picking_ids, 1)
        self._take()
        for order, left in zip(orders, (4, 3), strict=True):
            self._assert_line(order.order_line, qty_invoiced=left)
            self.assertRecordValues(
                self._notes(order),
                [{"amount_total": 10.0, "reversed_entry_id": invoice.id}],
            )

    def test_down_payment_stays_what_it_was(self):
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
        self.assertEqual(final.amount_total, 30.0)
        self._bring(order.picking_ids, 2)
        self._take()
        note = self._notes(order)
        self.assertRecordValues(
            note, [{"amount_total": 20.0, "reversed_entry_id": final.id}]
        )
        self.assertEqual(note.invoice_line_ids.product_id, self.cheap)
        self.assertEqual(sum(order.invoice_ids.mapped("amount_total_signed")), 30.0)

    def test_foreign_currency(self):
        foreign = self.env.ref("base.EUR")
        foreign.active = True
        foreign.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "name": "2020-01-01",
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": foreign.id}
        )
        order = self._order((self.cheap, 20), pricelist_id=pricelist.id)
        self.assertEqual(order.order_line.price_unit, 5.0)
        self._invoice(order)
        self._bring(order.picking_ids, 6)
        # 30.00 of theirs are 60.00 of ours.
        self.assertRecordValues(
            self._open(order), [{"amount": 60.0, "approvers_needed": 1}]
        )
        self._agree(order)
        self.assertRecordValues(
            self._notes(order),
            [
                {
                    "currency_id": foreign.id,
                    "amount_total": 30.0,
                    "amount_total_signed": -60.0,
                }
            ],
        )

    def test_lots_come_back_each_for_itself(self):
        product = self._product("Valve", 10.0, tracking="lot")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in ("L1", "L2")]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                product, self.warehouse.lot_stock_id, 2, lot_id=lot
            )
        order = self._order((product, 4))
        self._invoice(order)
        one = self._announce(order.picking_ids, 1)
        one.line_ids.lot_id = lots[0]
        other = one.line_ids.copy({"lot_id": lots[1].id, "quantity": 2})
        for line, quantity in ((one.line_ids - other, 1), (other, 2)):
            one._say("received", f"m{line.id}", line=line, quantity=quantity)
        self._inspect(one)
        self._take()
        self.assertEqual(self._notes(order).amount_total, 30.0)
        self.assertEqual(one.line_ids.mapped("own_credit_quantity"), [1, 2])

    def test_two_returns_of_one_line_one_after_the_other(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        delivery = order.picking_ids
        first = self._bring(delivery, 2)
        self._take()
        second = self._bring(delivery, 3)
        self._take()
        self._assert_line(
            order.order_line, qty_delivered=0, qty_invoiced=0, qty_to_invoice=0
        )
        self.assertEqual(
            [one.line_ids.own_credit_quantity for one in (first, second)], [2, 3]
        )
        self.assertEqual(len(first.credit_note_ids | second.credit_note_ids), 2)
        self.assertFalse(first.credit_note_ids & second.credit_note_ids)

    def test_cancelled_receipt_credits_nothing(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        wizard.product_return_moves.quantity = 2
        transfer = wizard._create_return()
        transfer.action_cancel()
        self._take()
        self.assertFalse(self._open(order))
        self._assert_line(order.order_line, qty_delivered=5, qty_invoiced=5)

    def test_withdrawn_delivery_and_return_of_the_same_goods_are_credited_once(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        move = order.picking_ids.move_ids
        self.env["logistics.credit.demand"]._want(
            order.order_line, "release", f"move/{move.id}", 5
        )
        one = self._come_back(order.picking_ids, 5)
        one.sudo().kind = "to_sender"
        self._inspect(one)
        self._agree(order)
        self._assert_line(order.order_line, qty_invoiced=0)
        self.assertEqual(sum(self._notes(order).mapped("amount_total")), 50.0)
