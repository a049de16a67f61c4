from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import ReleaseCommon

# 23:30 UTC is the next morning in Tokyo.
IN_TOKYO = {"occurred_at": "2025-03-31 23:30:00", "occurred_offset": 540}


@tagged("post_install", "-at_install")
class TestInvoice(ReleaseCommon):
    """What is released is invoiced as the rule says: each quantity once."""

    def _delivered(self, quantity=10, told=None, **more):
        """Return an order that was delivered, as it was told."""
        order = self._sell(quantity, **more)
        shipment = self._ship(order.picking_ids, f"N{order.id}")
        self._deliver(shipment, **(told or {}))
        self._take()
        return order

    def test_release_only_makes_no_invoice(self):
        order = self._delivered()
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order.invoice_status, "to invoice")

    def test_draft_is_made_and_not_posted(self):
        self.rule.result = "draft"
        order = self._delivered()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "draft", "amount_untaxed": 1000.0}]
        )

    def test_invoice_is_posted(self):
        self.rule.result = "post"
        order = self._delivered()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "amount_untaxed": 1000.0}]
        )
        self.assertEqual(order.invoice_status, "invoiced")

    def test_effect_is_linked_to_the_invoice_line(self):
        self.rule.result = "post"
        order = self._delivered()
        step = self._effects(order, "invoice")
        self.assertRecordValues(
            step, [{"state": "done", "quantity": 10, "desired": 10, "amount": 1000.0}]
        )
        self.assertEqual(step.line_ids, order.invoice_ids.invoice_line_ids)
        self.assertEqual(step.event_id.event_type, "delivered")

    def test_release_is_linked_to_the_move_and_the_fact(self):
        order = self._delivered()
        step = self._effects(order)
        self.assertRecordValues(
            step,
            [
                {
                    "key": f"move/{order.order_line.move_ids.id}",
                    "quantity": 10,
                    "policy_id": self.rule.id,
                    "policy_version": self.rule.version,
                }
            ],
        )
        self.assertEqual(step.move_ids, order.order_line.move_ids)
        self.assertEqual(step.event_id.event_type, "delivered")

    def test_same_fact_told_again_changes_nothing(self):
        self.rule.result = "post"
        order = self._delivered()
        shipment = order.logistics_shipment_ids
        self._deliver(shipment, reference="another message")
        self._deliver(shipment, key="another event")
        self._take()
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual(len(self._effects(order)), 1)

    def test_settling_time_puts_the_release_off(self):
        self.rule.write({"delay_minutes": 30, "result": "post"})
        order = self._delivered()
        step = self._effects(order)
        self.assertEqual(step.state, "waiting")
        self.assertEqual(
            step.not_before, step.event_id.stored_at + timedelta(minutes=30)
        )
        with freeze_time(fields.Datetime.now() + timedelta(minutes=31)):
            self._take()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_delivery_taken_back_in_time_invoices_nothing(self):
        self.rule.write({"delay_minutes": 30, "result": "post"})
        order = self._delivered()
        self._withdraw(order.logistics_shipment_ids)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=31)):
            self._take()
        self.assertFalse(order.invoice_ids)
        self.assertEqual(self._effects(order).state, "superseded")

    def test_delivery_date_is_the_day_at_the_place_of_delivery(self):
        self.rule.result = "post"
        order = self._delivered(told=IN_TOKYO)
        self.assertEqual(str(order.invoice_ids.delivery_date), "2025-04-01")

    def test_delivery_date_follows_the_zone_of_the_place_when_no_offset_is_given(self):
        self.rule.result = "post"
        order = self._delivered(
            told={"occurred_at": "2025-04-01 02:00:00", "zone": "America/Los_Angeles"}
        )
        self.assertEqual(str(order.invoice_ids.delivery_date), "2025-03-31")

    def test_delivery_date_is_the_carriers_where_a_person_invoices(self):
        self.rule.result = "release"
        order = self._delivered(told=IN_TOKYO)
        self.assertFalse(order.invoice_ids)
        invoice = order._create_invoices()
        self.assertEqual(str(invoice.delivery_date), "2025-04-01")
        invoice.action_post()
        self.assertEqual(str(invoice.delivery_date), "2025-04-01")

    def test_delivery_date_of_a_proof_is_the_day_where_the_company_is(self):
        self.rule.result = "post"
        self.company.partner_id.tz = "Europe/Berlin"
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "PAPER")
        self.env["logistics.proof.record"].create(
            {
                "shipment_ids": shipment.ids,
                "signer": "K. Meyer",
                "proof_at": "2025-03-31 22:30:00",
            }
        ).action_record()
        self._take()
        self.assertEqual(str(order.invoice_ids.delivery_date), "2025-04-01")

    def test_invoice_says_why_it_was_made(self):
        self.rule.result = "post"
        order = self._delivered()
        bodies = " ".join(order.invoice_ids.message_ids.mapped("body"))
        self.assertIn("Made because the delivery is proven", bodies)
        self.assertIn(order.logistics_shipment_ids.name, bodies)
        self.assertIn('data-oe-model="logistics.shipment"', bodies)

    def test_invoice_is_dated_today_in_the_zone_of_the_company(self):
        self.rule.result = "post"
        self.company.partner_id.tz = "Asia/Tokyo"
        with freeze_time("2025-05-31 22:00:00"):
            order = self._delivered()
        self.assertEqual(str(order.invoice_ids.invoice_date), "2025-06-01")

    def test_per_delivery_makes_one_invoice_for_each(self):
        self.rule.result = "post"
        order = self._sell(10)
        first = order.picking_ids
        one = self._ship_part(first, 4, "P1")
        two = self._ship_part(order.picking_ids - first, 6, "P2")
        self._deliver(one)
        self._deliver(two)
        self._take()
        self.assertEqual(
            sorted(order.invoice_ids.mapped("invoice_line_ids.quantity")), [4, 6]
        )

    def test_complete_order_waits_for_the_last_delivery(self):
        self.rule.write({"result": "post", "grouping": "order"})
        order = self._sell(10)
        first = order.picking_ids
        one = self._ship_part(first, 4, "P1")
        self._deliver(one)
        self._take()
        self.assertFalse(order.invoice_ids)
        two = self._ship_part(order.picking_ids - first, 6, "P2")
        self._deliver(two)
        self._take()
        self.assertRecordValues(order.invoice_ids.invoice_line_ids, [{"quantity": 10}])

    def test_complete_order_is_complete_when_the_rest_is_cancelled(self):
        self.rule.write({"result": "post", "grouping": "order"})
        order = self._sell(10)
        first = order.picking_ids
        one = self._ship_part(first, 4, "P1")
        self._deliver(one)
        self._take()
        (order.picking_ids - first).action_cancel()
        self._take()
        self.assertRecordValues(order.invoice_ids.invoice_line_ids, [{"quantity": 4}])

    def test_monthly_invoice_takes_orders_together_after_the_month(self):
        self.rule.write({"result": "post", "grouping": "monthly"})
        with freeze_time("2025-05-10 10:00:00"):
            first = self._delivered(3)
        with freeze_time("2025-05-20 10:00:00"):
            second = self._delivered(4)
            self.assertFalse((first | second).invoice_ids)
        with freeze_time("2025-06-01 00:05:00"):
            self._take()
        invoice = (first | second).invoice_ids
        self.assertRecordValues(invoice, [{"state": "posted", "amount_untaxed": 700.0}])
        self.assertEqual(str(invoice.invoice_date), "2025-05-31")

    def test_collective_invoice_is_never_dated_ahead(self):
        self.rule.write({"result": "post", "grouping": "monthly"})
        with freeze_time("2025-05-10 10:00:00"):
            order = self._delivered(3)
            self._effects(order, "invoice")._take()
        self.assertEqual(str(order.invoice_ids.invoice_date), "2025-05-10")

    def test_collective_invoice_is_dated_today_when_its_period_is_closed(self):
        self.rule.write({"result": "post", "grouping": "monthly"})
        with freeze_time("2025-05-10 10:00:00"):
            order = self._delivered(3)
        self.company.sale_lock_date = "2025-05-31"
        with freeze_time("2025-06-02 00:05:00"):
            self._take()
        self.assertEqual(str(order.invoice_ids.invoice_date), "2025-06-02")
        self.assertEqual(str(order.invoice_ids.date), "2025-06-02")

    def test_collective_invoice_keeps_customers_apart(self):
        self.rule.write({"result": "post", "grouping": "daily"})
        other = self.env["res.partner"].create({"name": "Other"})
        with freeze_time("2025-05-10 10:00:00"):
            first = self._delivered(3)
            second = self._delivered(4, partner_id=other.id)
        with freeze_time("2025-05-11 00:05:00"):
            self._take()
        self.assertEqual(len((first | second).invoice_ids), 2)

    def test_what_is_released_after_the_period_waits_for_the_next(self):
        self.rule.write({"result": "post", "grouping": "daily"})
        order = self._sell(10)
        first = order.picking_ids
        one = self._ship_part(first, 4, "P1")
        two = self._ship_part(order.picking_ids - first, 6, "P2")
        with freeze_time("2030-05-10 10:00:00"):
            self._deliver(one)
            self._take()
        with freeze_time("2030-05-11 00:01:00"):
            self._deliver(two)
            self._take()
            self.assertEqual(order.invoice_ids.invoice_line_ids.quantity, 4)
        with freeze_time("2030-05-12 00:01:00"):
            self._take()
        self.assertEqual(
            sorted(order.invoice_ids.mapped("invoice_line_ids.quantity")), [4, 6]
        )

    def test_many_orders_are_invoiced_in_one_go(self):
        self.rule.result = "post"
        orders = self.env["sale.order"]
        for _turn in range(3):
            order = self._sell(2)
            self._deliver(self._ship(order.picking_ids, f"N{order.id}"))
            orders |= order
        calls = []
        original = type(orders)._create_invoices

        def counted(records, *args, **kwargs):
            calls.append(len(records))
            return original(records, *args, **kwargs)

        self.patch(type(orders), "_create_invoices", counted)
        self._take()
        self.assertEqual(calls, [3])
        self.assertEqual(orders.invoice_ids.mapped("state"), ["posted"] * 3)
