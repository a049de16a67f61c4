from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestFlows(ReleaseCommon):
    """Every way Odoo knows to an invoice: none gets past the hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ordered = cls.env["product.product"].create(
            {
                "name": "Prepaid Pump",
                "type": "consu",
                "is_storable": True,
                "list_price": 50.0,
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.ordered, cls.warehouse.lot_stock_id, 1000
        )
        cls.service = cls.env["product.product"].create(
            {
                "name": "Installation",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 80.0,
                "taxes_id": [Command.clear()],
            }
        )

    def _wizard(self, orders, **more):
        return (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=orders.ids)
            .create(more)
        )

    def _down_payment(self, order, amount):
        wizard = self._wizard(
            order, advance_payment_method="fixed", fixed_amount=amount
        )
        wizard.create_invoices()
        invoice = order.invoice_ids
        invoice.action_post()
        return invoice

    def _pay_online(self, order):
        provider = self.env["payment.provider"].search([("code", "=", "demo")], limit=1)
        provider.state = "test"
        method = self.env.ref("payment_demo.payment_method_demo")
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        provider.journal_id = journal
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "reference": f"test-{order.name}",
                "sale_order_ids": [Command.link(order.id)],
            }
        )
        transaction._set_done()
        transaction._post_process()
        return transaction

    # === ORDERED QUANTITIES === #

    def test_ordered_quantities_are_held_from_the_confirmation(self):
        order = self._sell_mixed((self.ordered, 10))
        self.assertRecordValues(
            order.order_line, [{"logistics_qty_held": 10, "qty_to_invoice": 0}]
        )
        with self.assertRaises(UserError):
            order._create_invoices()

    def test_ordered_quantities_are_invoiced_as_far_as_they_are_proven(self):
        order = self._sell_mixed((self.ordered, 10))
        self._deliver(self._ship_part(order.picking_ids, 4, "O1"))
        self._take()
        self.assertEqual(order._create_invoices().invoice_line_ids.quantity, 4)

    def test_returned_goods_of_an_ordered_line_are_not_held_again(self):
        order = self._sell_mixed((self.ordered, 10))
        self._deliver(self._ship(order.picking_ids, "O1"))
        self._take()
        order._create_invoices().action_post()
        self._return(order.picking_ids, 3)
        self.assertEqual(order.order_line.logistics_qty_held, 0)
        self.assertEqual(order.invoice_status, "invoiced")

    # === FEES AND SERVICES === #

    def test_fee_waits_for_the_first_released_goods(self):
        order = self._sell_mixed((self.product, 5), (self.fee, 1))
        self.assertEqual(order.order_line[1].qty_to_invoice, 0)
        self._deliver(self._ship(order.picking_ids, "F1"))
        self._take()
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [5, 1])

    def test_no_invoice_with_only_the_fee_by_the_single_flow(self):
        order = self._sell_mixed((self.product, 5), (self.fee, 1))
        self._ship(order.picking_ids, "F1")
        with self.assertRaises(UserError):
            self._wizard(order).create_invoices()

    def test_no_invoice_with_only_the_fee_by_the_batch_flow(self):
        held = self._sell_mixed((self.product, 5), (self.fee, 1))
        free = self._sell(5)
        self._ship(held.picking_ids, "F1")
        self._deliver(self._ship(free.picking_ids, "F2"))
        self._take()
        wizard = self._wizard(held | free, consolidated_billing=False)
        wizard.create_invoices()
        self.assertFalse(held.invoice_ids)
        self.assertTrue(free.invoice_ids)

    def test_no_fee_of_a_held_order_on_a_consolidated_invoice(self):
        held = self._sell_mixed((self.product, 5), (self.fee, 1))
        free = self._sell(5)
        self._ship(held.picking_ids, "F1")
        self._deliver(self._ship(free.picking_ids, "F2"))
        self._take()
        self._wizard(held | free, consolidated_billing=True).create_invoices()
        self.assertRecordValues(free.invoice_ids, [{"amount_untaxed": 500.0}])
        self.assertFalse(held.invoice_ids)

    def test_batch_wizard_says_which_orders_wait(self):
        held = self._sell(5)
        self._ship(held.picking_ids, "F1")
        wizard = self._wizard(held | self._sell(5))
        self.assertIn(held.name, wizard.logistics_held_text)

    def test_second_fee_does_not_make_an_invoice_of_its_own(self):
        order = self._sell_mixed((self.product, 10), (self.fee, 1))
        fee = order.order_line[1]
        fee.is_delivery = True
        first = order.picking_ids
        self._deliver(self._ship_part(first, 4, "F1"))
        self._take()
        order._create_invoices().action_post()
        # The carrier's real price adds one more line with each delivery.
        second = fee.copy({"order_id": order.id, "is_delivery": True})
        self._ship_part(order.picking_ids - first, 6, "F2")
        self.assertEqual(second.qty_to_invoice, 0)
        with self.assertRaises(UserError):
            order._create_invoices()
        self._deliver((order.picking_ids - first).logistics_shipment_ids)
        self._take()
        invoice = order._create_invoices()
        self.assertEqual(sorted(invoice.invoice_line_ids.mapped("quantity")), [1, 6])

    def test_goods_deleted_from_a_draft_do_not_leave_the_fee_alone(self):
        order = self._sell_mixed((self.product, 5), (self.fee, 1))
        order.order_line[1].is_delivery = True
        self._deliver(self._ship(order.picking_ids, "F1"))
        self._take()
        invoice = order._create_invoices()
        goods = invoice.invoice_line_ids.filtered(
            lambda line: line.product_id == self.product
        )
        invoice.write({"invoice_line_ids": [Command.delete(goods.id)]})
        with self.assertRaises(UserError):
            invoice.action_post()

    def test_service_that_need_not_wait_is_invoiced_at_once(self):
        self.service.product_tmpl_id.logistics_invoice_at_once = True
        order = self._sell_mixed((self.product, 5), (self.service, 1))
        self._ship(order.picking_ids, "F1")
        invoice = order._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.product_id, self.service)
        invoice.action_post()

    def test_service_without_goods_waits_for_nothing(self):
        order = self._sell_mixed((self.service, 1))
        order._create_invoices().action_post()
        self.assertEqual(order.invoice_status, "invoiced")

    def test_service_is_free_when_the_goods_are_cancelled(self):
        order = self._sell_mixed((self.product, 5), (self.service, 1))
        order.picking_ids.action_cancel()
        self.assertEqual(order.order_line[1].qty_to_invoice, 1)

    def test_headings_without_lines_are_left_out(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"display_type": "line_section", "name": "Goods"}),
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": 2}
                    ),
                    Command.create({"display_type": "line_section", "name": "Work"}),
                    Command.create({"product_id": self.service.id}),
                ],
            }
        )
        self.service.product_tmpl_id.logistics_invoice_at_once = True
        order.action_confirm()
        self._ship(order.picking_ids, "H1")
        invoice = order._create_invoices()
        self.assertEqual(
            invoice.invoice_line_ids.sorted("sequence").mapped("name"),
            ["Work", "Installation"],
        )

    # === DOWN PAYMENTS === #

    def test_down_payment_is_possible_while_goods_are_held(self):
        order = self._sell(10)
        invoice = self._down_payment(order, 300)
        self.assertEqual(invoice.state, "posted")

    def test_paid_down_payment_is_not_refunded_while_goods_are_held(self):
        order = self._sell(10)
        self._down_payment(order, 300)
        self._ship(order.picking_ids, "D1")
        with self.assertRaises(UserError):
            self._wizard(order, advance_payment_method="delivered").create_invoices()
        self.assertEqual(order.invoice_ids.mapped("move_type"), ["out_invoice"])

    def test_small_first_delivery_leaves_the_down_payment_alone(self):
        self.rule.result = "post"
        order = self._sell(10)
        self._down_payment(order, 300)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 1, "D1"))
        self._take()
        self.assertEqual(sorted(order.invoice_ids.mapped("amount_total")), [100, 300])
        self._deliver(self._ship_part(order.picking_ids - first, 9, "D2"))
        self._take()
        self.assertEqual(
            sorted(order.invoice_ids.mapped("amount_total")), [100, 300, 600]
        )
        self.assertEqual(order.invoice_status, "invoiced")

    def test_down_payment_is_deducted_where_it_fits(self):
        self.rule.result = "post"
        order = self._sell(10)
        self._down_payment(order, 300)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 4, "D1"))
        self._take()
        self.assertEqual(sorted(order.invoice_ids.mapped("amount_total")), [100, 300])

    def test_seller_invoices_what_is_released(self):
        order = self._sell(10, user_id=self.seller.id)
        self._down_payment(order, 100)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 4, "S1"))
        self._take()
        self._wizard(
            order.with_user(self.seller), advance_payment_method="delivered"
        ).with_user(self.seller).create_invoices()
        self.assertEqual(sorted(order.invoice_ids.mapped("amount_total")), [100, 300])

    # === ONLINE PAYMENT === #

    def test_automatic_invoice_after_payment_leaves_the_held_goods_out(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", True)
        order = self._sell(10)
        self._pay_online(order)
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_automatic_invoice_after_payment_has_no_fee_alone(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", True)
        order = self._sell_mixed((self.product, 5), (self.fee, 1))
        self._pay_online(order)
        self.assertFalse(order.invoice_ids)

    def test_prepaid_order_ends_posted_and_paid(self):
        self.rule.write({"trigger": "dispatched", "result": "post"})
        order = self._sell(10)
        self._pay_online(order)
        self._ship(order.picking_ids, "W1")
        self._take()
        self.assertRecordValues(
            order.invoice_ids,
            [{"state": "posted", "amount_total": 1000.0, "amount_residual": 0.0}],
        )
        self.assertIn(order.invoice_ids.payment_state, ("paid", "in_payment"))

    def test_order_confirmed_by_its_payment_is_held_by_the_prepaid_rule(self):
        self.rule.write(
            {
                "trigger": "dispatched",
                "domain": "[('logistics_is_prepaid', '=', True)]",
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.product.id})],
                "require_payment": True,
            }
        )
        self._pay_online(order)
        self.assertRecordValues(
            order,
            [
                {
                    "state": "sale",
                    "logistics_release_mode": "hold",
                    "logistics_release_policy_id": self.rule.id,
                }
            ],
        )
