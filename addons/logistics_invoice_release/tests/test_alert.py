from ast import literal_eval
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestAlert(ReleaseCommon):
    """A hold is never silent: value, age, reason, and an alert when it is too old."""

    def test_transfer_says_what_it_holds_and_since_when(self):
        order = self._sell(3)
        picking = order.picking_ids
        self._ship(picking, "A1")
        self.assertRecordValues(
            picking,
            [
                {
                    "logistics_held_amount": 300.0,
                    "logistics_hold_since": picking.date_done,
                    "logistics_hold_latest": fields.Date.add(
                        picking.date_done, days=14
                    ).date(),
                    "logistics_order_names": order.name,
                }
            ],
        )
        self.assertEqual(
            picking.logistics_hold_reason, "Dispatched, no day of arrival is known."
        )

    def test_released_transfer_holds_nothing(self):
        order = self._sell(3)
        self._deliver(self._ship(order.picking_ids, "A1"))
        self._take()
        self.assertRecordValues(
            order.picking_ids,
            [{"logistics_held_amount": 0.0, "logistics_hold_since": False}],
        )
        self.assertFalse(order.logistics_hold_since)

    def test_order_says_what_it_holds(self):
        order = self._sell_mixed((self.product, 3), (self.fee, 1))
        self._ship(order.picking_ids, "A1")
        self.assertEqual(order.logistics_held_amount, 312.0)
        self.assertTrue(order.logistics_hold_since)

    def test_days_held_are_counted(self):
        order = self._sell(3)
        picking = order.picking_ids
        self._ship(picking, "A1")
        with freeze_time(fields.Datetime.add(picking.date_done, days=5, minutes=1)):
            picking.invalidate_recordset(["logistics_hold_days"])
            self.assertEqual(picking.logistics_hold_days, 5)

    def _alert(self, order, days):
        when = fields.Datetime.add(order.logistics_hold_since, days=days)
        with freeze_time(when):
            self.env["sale.order"]._cron_alert_holds()
        return self._exceptions(order, "proof_missing")

    def test_old_hold_opens_one_exception(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "A1")
        self.assertFalse(self._alert(order, 13))
        first = self._alert(order, 16)
        self.assertEqual(len(first), 1)
        self.assertEqual(self._alert(order, 17), first)
        self.assertRecordValues(first, [{"amount": 300.0}])
        self.assertIn(order.name, first.summary)

    def test_exception_is_closed_by_the_proof(self):
        order = self._sell(3)
        shipment = self._ship(order.picking_ids, "A1")
        alert = self._alert(order, 16)
        self._deliver(shipment)
        self._take()
        self.assertEqual(alert.state, "solved")

    def test_exception_of_a_cancelled_order_is_closed_by_the_next_look(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "A1")
        alert = self._alert(order, 16)
        order._action_cancel()
        self.env["sale.order"]._cron_alert_holds()
        self.assertEqual(alert.state, "solved")

    def test_ordered_goods_alert_after_the_day_they_were_planned_for(self):
        order = self._sell_mixed((self._product(invoice_policy="order"), 3))
        order.picking_ids.move_ids.date = "2030-01-01 10:00:00"
        self.assertEqual(str(order.logistics_hold_latest), "2030-01-15")

    def test_reasons(self):
        order = self._sell(3)
        picking = order.picking_ids
        shipment = self._ship(picking, "A1")
        self.assertIn("no day of arrival", picking._logistics_hold_text())
        self._report(shipment, "delivered", key="one", content="a")
        self.assertIn("about to be released", picking._logistics_hold_text())
        self._report(shipment, "lost", occurred_at="2099-01-01 00:00:00")
        self.assertIn("reports do not agree", picking._logistics_hold_text())

    def test_reason_without_a_carrier_asks_for_the_proof(self):
        self.rule.proof_without_tracking = "person"
        order = self._sell(3)
        self._ship(order.picking_ids)
        self._take()
        self.assertIn("record the proof", order.logistics_hold_reason)

    def _kept(self):
        """Return an order whose first delivery is released, and the rest to come."""
        self.rule.write({"result": "post", "grouping": "order"})
        order = self._sell(10)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 4, "K1"))
        self._take()
        self.assertFalse(order.invoice_ids)
        return order, first, order.picking_ids - first

    def test_released_goods_of_an_incomplete_order_are_listed_with_the_reason(self):
        order, first, rest = self._kept()
        rest.move_ids.date = "2030-01-01 10:00:00"
        self.assertRecordValues(
            first,
            [
                {
                    "logistics_hold_kind": "rest",
                    "logistics_held_amount": 400.0,
                    "logistics_hold_since": first.date_done,
                    "logistics_hold_latest": fields.Date.to_date("2030-01-15"),
                }
            ],
        )
        pending = self.env.ref("logistics_invoice_release.stock_picking_action_pending")
        listed = self.env["stock.picking"].search(literal_eval(pending.domain))
        self.assertIn(first, listed)
        self.assertIn(
            f"the rest of the order: {rest.name}", first.logistics_hold_reason
        )
        self.assertIn("rest of the order", order._logistics_waits_for()[0])

    def test_order_that_stays_incomplete_alerts_until_it_is_complete(self):
        order, first, rest = self._kept()
        rest.move_ids.date = first.date_done
        with freeze_time(fields.Datetime.add(first.date_done, days=13)):
            self.env["sale.order"]._cron_alert_holds()
            self.assertFalse(self._exceptions(order, "proof_missing"))
        with freeze_time(fields.Datetime.add(first.date_done, days=16)):
            self.env["sale.order"]._cron_alert_holds()
        alert = self._exceptions(order, "proof_missing")
        self.assertRecordValues(alert, [{"amount": 400.0}])
        self.assertIn("waits to be complete", alert.summary)
        rest.action_cancel()
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertFalse(first.logistics_hold_since)
        self.env["sale.order"]._cron_alert_holds()
        self.assertEqual(alert.state, "solved")

    def test_order_in_a_transfer_that_waits_for_another_order_waits_for_nothing(self):
        self.rule.write({"result": "post", "grouping": "order"})
        first = self._sell_mixed((self.product, 2), (self._product(), 1))
        self.rule.grouping = "delivery"
        second = self._sell(3)
        picking = first.picking_ids
        move = second.order_line.move_ids
        move.picking_id = picking
        move._action_assign()
        later = first.order_line[1].move_ids
        later.picking_id = picking.copy({"move_ids": False})
        self._deliver(self._ship(picking, "K3"))
        self._take()
        self.assertEqual(second.invoice_ids.state, "posted")
        self.assertEqual(picking.logistics_hold_kind, "rest")
        self.assertNotIn("Invoicing waits", str(second._logistics_waits_for()))
        self.assertIn(later.picking_id.name, first._logistics_waits_for()[0])
        with freeze_time(fields.Datetime.add(picking.date_done, days=60)):
            self.env["sale.order"]._cron_alert_holds()
        self.assertFalse(self._exceptions(second, "proof_missing"))
        self.assertRecordValues(
            self._exceptions(first, "proof_missing"), [{"amount": 200.0}]
        )

    def test_rest_of_a_long_order_is_looked_at_once_and_not_for_every_line(self):
        self.rule.write({"result": "post", "grouping": "order"})
        product = self._product()
        order = self._sell_mixed(*[(product, 2)] * 20)
        picking = order.picking_ids
        picking.carrier_tracking_ref = "K4"
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.move_ids[-1].quantity = 1
        picking.with_context(skip_backorder=True).button_validate()
        self._deliver(picking.logistics_shipment_ids)
        Lines = self.env.registry["sale.order.line"]
        with patch.object(
            Lines,
            "_logistics_pending",
            autospec=True,
            side_effect=Lines._logistics_pending,
        ) as pending:
            self._take()
        self.assertRecordValues(
            picking, [{"logistics_hold_kind": "rest", "logistics_held_amount": 390.0}]
        )
        self.assertLess(pending.call_count, 15)

    def test_goods_released_one_by_one_wait_for_no_rest(self):
        self.rule.result = "post"
        order = self._sell(10)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 4, "K2"))
        self._take()
        self.assertFalse(first.logistics_hold_kind)

    def test_order_names_the_missing_proof_as_its_next_step(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "A1")
        self.assertIn("Invoicing waits", order._logistics_waits_for()[0])

    def test_partial_index_serves_the_cron(self):
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename IN "
            "('sale_order', 'stock_picking', 'logistics_effect')"
        )
        names = {row[0] for row in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "sale_order_hold_latest_idx",
                "stock_picking_hold_since_idx",
                "logistics_effect_send_idx",
            },
            {name.strip("_") for name in names} | names,
        )
