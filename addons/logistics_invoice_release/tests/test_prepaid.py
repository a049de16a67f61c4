from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestPrepaid(ReleaseCommon):
    """Paid online in full: posted at dispatch, captured, and reconciled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.policy"].create(
            {
                "name": "Prepaid",
                "action": "release",
                "sequence": 0,
                "trigger": "dispatched",
                "result": "post",
                "domain": "[('logistics_is_prepaid', '=', True)]",
                "valid_from": "2020-01-01",
            }
        )
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", "demo")], limit=1
        )
        cls.provider.write(
            {
                "state": "test",
                "capture_manually": True,
                "journal_id": cls.env["account.journal"]
                .search(
                    [("type", "=", "bank"), ("company_id", "=", cls.company.id)],
                    limit=1,
                )
                .id,
            }
        )

    def _order(self, quantity=10, **more):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": quantity}
                    )
                ],
            }
            | more
        )

    def _pay(self, orders, amount, state="done", **more):
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref(
                    "payment_demo.payment_method_demo"
                ).id,
                "amount": amount,
                "currency_id": orders[:1].currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_direct",
                "reference": f"prepaid-{orders[:1].id}-{amount}-{state}",
                "sale_order_ids": [Command.set(orders.ids)],
            }
            | more
        )
        if state == "done":
            transaction._set_done()
        else:
            transaction._set_authorized()
        return transaction

    def _confirm(self, order):
        order.action_confirm()
        order.picking_ids.carrier_id = self.method
        return order

    def _authorised(self, amount=1000.0):
        """Return a dispatched order of 1000 that is authorised, not paid."""
        order = self._order()
        self._pay(order, amount, "authorized")
        self._confirm(order)
        return order

    def _capture(self):
        self._run_job("logistics_invoice_release.ir_cron_capture_payments")

    # === PAID IN FULL === #

    def test_tenth_paid_online_waits_for_the_delivery(self):
        order = self._order()
        self._pay(order, 100.0)
        self._confirm(order)
        self.assertEqual(order.logistics_release_policy_id, self.rule)
        self._ship(order.picking_ids, "PRE1")
        self._take()
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order.logistics_held_amount, 1000.0)

    def test_two_payments_add_up(self):
        order = self._order()
        self._pay(order, 400.0)
        self.assertFalse(order.logistics_is_prepaid)
        self._pay(order, 600.0, "authorized")
        self.assertTrue(order.logistics_is_prepaid)

    def test_payment_in_another_currency_counts_at_its_rate(self):
        other = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "x",
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "rate": 10.0}),
                ],
            }
        )
        order = self._order()
        self._pay(order, 1000.0, currency_id=other.id)
        self.assertFalse(order.logistics_is_prepaid)
        self._pay(order, 9000.0, currency_id=other.id)
        self.assertTrue(order.logistics_is_prepaid)

    def test_one_payment_of_two_orders_is_shared(self):
        orders = self._order() | self._order(30)
        self._pay(orders, 1000.0)
        self.assertEqual(orders.mapped("logistics_is_prepaid"), [False, False])
        self._pay(orders, 3000.0)
        self.assertEqual(orders.mapped("logistics_is_prepaid"), [True, True])

    def test_what_was_paid_back_does_not_count(self):
        order = self._order()
        paid = self._pay(order, 1000.0)
        self.assertTrue(order.logistics_is_prepaid)
        paid._create_child_transaction(10.0, is_refund=True)._set_done()
        order.invalidate_recordset(["logistics_is_prepaid"])
        self.assertFalse(order.logistics_is_prepaid)

    def test_prepaid_orders_are_found(self):
        paid, partly, unpaid = self._order(), self._order(), self._order()
        self._pay(paid, 1000.0)
        self._pay(partly, 10.0)
        ours = [("id", "in", (paid | partly | unpaid).ids)]
        Order = self.env["sale.order"]
        self.assertEqual(
            Order.search([*ours, ("logistics_is_prepaid", "=", True)]), paid
        )
        self.seller.group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        self.assertEqual(
            Order.with_user(self.seller).search(
                [*ours, ("logistics_is_prepaid", "=", True)]
            ),
            paid,
        )
        self.assertEqual(
            Order.search([*ours, ("logistics_is_prepaid", "=", False)]),
            partly | unpaid,
        )

    # === AUTHORISED === #

    def test_authorised_payment_is_captured_and_reconciled(self):
        order = self._authorised()
        self._ship(order.picking_ids, "PRE2")
        self._take()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "amount_residual": 1000.0}]
        )
        self._capture()
        self.assertEqual(order.transaction_ids.state, "done")
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "amount_residual": 0.0}]
        )
        self.assertIn(order.invoice_ids.payment_state, ("paid", "in_payment"))
        self.assertEqual(self._effects(order, "invoice").capture_state, "captured")

    def test_captured_once(self):
        order = self._authorised()
        self._ship(order.picking_ids, "PRE3")
        self._take()
        self._capture()
        self._capture()
        self.assertEqual(len(order.transaction_ids.child_transaction_ids), 1)

    def test_each_delivery_captures_its_share(self):
        order = self._authorised()
        self._ship_part(order.picking_ids, 4, "PRE4")
        self._take()
        self._capture()
        self.assertRecordValues(
            order.transaction_ids.child_transaction_ids,
            [{"amount": 400.0, "state": "done"}],
        )
        self._ship_part(order.picking_ids.filtered(lambda p: p.state != "done"), 6, "5")
        self._take()
        self._capture()
        self.assertEqual(order.invoice_ids.mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(order.transaction_ids.state, "done")

    def test_provider_that_captures_once_gets_all_and_pays_the_next_invoice(self):
        order = self._authorised()
        with patch.object(
            type(order.transaction_ids),
            "_logistics_amount_to_capture",
            lambda transaction, needed: transaction.amount,
        ):
            self._ship_part(order.picking_ids, 4, "PRE6")
            self._take()
            self._capture()
        self._ship_part(order.picking_ids.filtered(lambda p: p.state != "done"), 6, "7")
        self._take()
        self._capture()
        self.assertEqual(order.invoice_ids.mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(len(order.transaction_ids.child_transaction_ids), 1)

    def _refused(self):
        order = self._authorised()

        def refuse(transaction):
            raise ValidationError(self.env._("Card expired"))

        with patch.object(type(order.transaction_ids), "_send_capture_request", refuse):
            self._ship(order.picking_ids, f"PRE-{order.id}")
            self._take()
            self._capture()
        return order

    def test_refused_capture_is_told_and_keeps_the_invoice(self):
        order = self._refused()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "amount_residual": 1000.0}]
        )
        exception = self._exceptions(order, "action_failed")
        self.assertEqual(len(exception), 1)
        self.assertIn("Card expired", exception.summary)
        self._capture()
        self.assertEqual(exception.count, 1, "nobody asked for another try")

    def test_try_again_captures(self):
        order = self._refused()
        exception = self._exceptions(order, "action_failed")
        exception.with_user(self.clerk).action_retry()
        self.assertEqual(exception.state, "solved")
        self._capture()
        self.assertEqual(order.invoice_ids.amount_residual, 0.0)
        self.assertFalse(self._exceptions(order, "action_failed"))

    def _capture_due(self):
        """Return a posted invoice's order and the step whose payment is due."""
        order = self._authorised()
        self._ship(order.picking_ids, f"PRE-{order.id}")
        self._take()
        return order, self._effects(order, "invoice")

    def test_claim_is_kept_before_the_provider_is_asked(self):
        order, step = self._capture_due()
        seen = []

        def look(transaction):
            seen.append(step.capture_state)

        with patch.object(type(order.transaction_ids), "_send_capture_request", look):
            self._capture()
        self.assertEqual(seen, ["capturing"])

    def test_interrupted_capture_is_left_to_a_person(self):
        order, step = self._capture_due()
        self.env["logistics.effect.capture"]._claim(step)
        self._capture()
        self.assertEqual(step.capture_state, "failed")
        exception = self._exceptions(order, "action_failed")
        self.assertEqual(len(exception), 1)
        self.assertIn(order.invoice_ids.name, exception.summary)
        self.assertFalse(order.transaction_ids.child_transaction_ids)

    @mute_logger(
        "odoo.addons.logistics_invoice_release.models.logistics_effect_capture"
    )
    def test_capture_that_breaks_is_said_to_be_unsure(self):
        order, step = self._capture_due()
        with patch.object(
            type(order.transaction_ids),
            "_send_capture_request",
            side_effect=KeyError("Unheard of"),
        ):
            self._capture()
        self.assertEqual(step.capture_state, "failed")
        summary = self._exceptions(order, "action_failed").summary
        self.assertIn("may have been captured or not", summary)
        self.assertIn("Unheard of", summary)

    @mute_logger(
        "odoo.addons.logistics_invoice_release.models.logistics_effect_capture"
    )
    def test_captured_payment_that_cannot_be_booked_is_not_said_to_be_missing(self):
        order, _step = self._capture_due()
        with patch.object(
            type(order.transaction_ids),
            "_post_process",
            side_effect=ValidationError("No journal"),
        ):
            self._capture()
        self.assertEqual(order.transaction_ids.child_transaction_ids.state, "done")
        summary = self._exceptions(order, "action_failed").summary
        self.assertIn("was captured, but could not be booked: No journal", summary)
        self.assertNotIn("not captured", summary)

    def test_what_was_captured_is_not_captured_again(self):
        _order, step = self._capture_due()
        self._capture()
        with self.assertRaises(UserError):
            self.env["logistics.effect.capture"]._again(step)
        self.assertEqual(step.capture_state, "captured")

    def test_retry_of_several_exceptions_asks_for_each_payment(self):
        orders = self._refused() | self._refused()
        exceptions = self._exceptions(orders[0], "action_failed") | self._exceptions(
            orders[1], "action_failed"
        )
        exceptions.with_user(self.clerk).action_retry()
        self.assertEqual(exceptions.mapped("state"), ["solved", "solved"])
        steps = self._effects(orders[0], "invoice") | self._effects(
            orders[1], "invoice"
        )
        self.assertEqual(steps.mapped("capture_state"), ["due", "due"])
