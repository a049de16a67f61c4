"""What Observe lists is what On does: the same orders, documents and amounts."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .test_switch import SwitchCommon


@tagged("post_install", "-at_install")
class TestForesight(SwitchCommon):
    """One morning of traffic with everything in it, told once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.write({"result": "post", "sequence": 90})
        Policy = cls.env["logistics.policy"]
        for sequence, (word, choice) in enumerate(
            {
                "weekly": {"result": "draft", "grouping": "weekly"},
                "whole": {"result": "post", "grouping": "order"},
                "gone": {"result": "post", "trigger": "dispatched"},
                "only": {"result": "release"},
            }.items()
        ):
            Policy.create(
                {
                    "name": word,
                    "sequence": sequence,
                    "action": "release",
                    "trigger": "delivered",
                    "valid_from": "2020-01-01",
                    "domain": f"[('client_order_ref', '=', '{word}')]",
                }
                | choice
            )

    def _traffic(self):
        """Sell, ship and report; return the orders."""
        sell = self._sell
        orders = {
            "plain": sell(10),
            "backorder": sell(10),
            "weekly": sell(4, client_order_ref="weekly"),
            "weekly_too": sell(5, client_order_ref="weekly"),
            "whole": sell(10, client_order_ref="whole"),
            "half": sell(10, client_order_ref="whole"),
            "gone": sell(3, client_order_ref="gone"),
            "only": sell(2, client_order_ref="only"),
            "parcels": sell(10),
            "withdrawn": sell(6),
            "under_way": sell(7),
            "own_truck": sell(1),
            "returned": sell(8),
            "not_shipped": sell(9),
        }
        for word in ("plain", "weekly", "weekly_too", "only", "withdrawn"):
            shipment = self._ship(orders[word].picking_ids, f"T-{word}")
            self._deliver(shipment)
            if word == "withdrawn":
                self._withdraw(shipment)
        self._ship(orders["gone"].picking_ids, "T-gone")
        self._ship(orders["under_way"].picking_ids, "T-under-way")
        self._ship(orders["own_truck"].picking_ids)
        for word in ("backorder", "whole", "half"):
            first = orders[word].picking_ids
            self._deliver(self._ship_part(first, 4, f"T-{word}-1"))
            second = orders[word].picking_ids - first
            shipment = self._ship_part(second, 6, f"T-{word}-2")
            if word != "half":
                self._deliver(shipment)
        shipment, one, _two = self._two_parcels(orders["parcels"])
        self._deliver(shipment, one)
        back = orders["returned"]
        self._deliver(self._ship(back.picking_ids, "T-returned"))
        return orders

    def _set(self, orders, observed):
        """Return what is on record: order, action, what, quantity and amount."""
        totals = {}
        for step in self.env["logistics.effect"].search(
            [("order_id", "in", orders.ids), ("observed", "=", observed)]
        ):
            if step.state != ("waiting" if observed else "done"):
                continue
            quantity, amount = totals.get(
                (step.order_id, step.action, step.key), (0, 0)
            )
            sign = -1 if step.quantity < 0 else 1
            totals[step.order_id, step.action, step.key] = (
                quantity + step.quantity,
                round(amount + sign * step.amount, 2),
            )
        return {
            (order.id, action, key, *figures)
            for (order, action, key), figures in totals.items()
            if figures[0]
        }

    def _observed_rows(self, orders, **days):
        dialog = (
            self.env["logistics.observe"].with_user(self.people["finance"]).create(days)
        )
        lines = self.env["logistics.observe.line"].search(
            dialog.action_observe()["domain"]
        )
        return {
            (line.order_id.id, line.action, line.key, line.quantity, line.amount)
            for line in lines
            if line.order_id in orders
        }

    def _make(self):
        self.env.flush_all()
        self._take(8)
        with freeze_time("2099-01-01"):
            self._take(8)

    def _together(self, traffic):
        return self.env["sale.order"].concat(*traffic.values())

    def _check_documents(self, orders, listed):
        """Hold the listed invoices against the documents themselves."""
        for order in orders:
            amount = sum(row[4] for row in listed if row[:2] == (order.id, "invoice"))
            lines = order.order_line.invoice_lines
            self.assertEqual(sum(lines.mapped("price_total")), amount, order.name)

    def test_observe_lists_what_on_then_makes(self):
        self.mode.mode = "observe"
        traffic = self._traffic()
        orders = self._together(traffic)
        listed = self._set(orders, observed=True)
        self.assertFalse(orders.invoice_ids)
        self._switch("on")
        self._make()
        self.assertEqual(self._set(orders, observed=False), listed)
        self._check_documents(orders, listed)
        words = {row[0]: row[1] for row in listed}
        for word in ("withdrawn", "under_way", "not_shipped"):
            self.assertNotIn(traffic[word].id, words, word)
        self.assertEqual(
            {row[3:] for row in listed if row[0] == traffic["backorder"].id},
            {(4, 400.0), (6, 600.0)},
        )
        self.assertFalse(
            [row for row in listed if row[:2] == (traffic["half"].id, "invoice")]
        )

    def test_past_that_nobody_watched_is_worked_out_and_nothing_is_written(self):
        traffic = self._traffic()
        orders = self._together(traffic)
        self.env.flush_all()
        before = self._fingerprint()
        listed = self._observed_rows(orders)
        self.env.flush_all()
        self.assertEqual(self._fingerprint(), before)
        self.assertTrue(listed)
        self._switch("on", fields.Date.subtract(fields.Date.today(), days=30))
        self._make()
        self.assertEqual(self._set(orders, observed=False), listed)
        self._check_documents(orders, listed)

    def _fingerprint(self):
        """Return what is stored about everything that could have changed."""
        tables = (
            "sale_order",
            "sale_order_line",
            "stock_move",
            "stock_picking",
            "account_move",
            "account_move_line",
            "logistics_effect",
            "logistics_event",
            "logistics_shipment",
            "logistics_policy",
            "logistics_exception",
        )
        result = {}
        for table in tables:
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY id)) "
                f"FROM {table} t"
            )
            result[table] = self.env.cr.fetchone()
        return result

    def test_past_of_watched_orders_is_what_was_observed(self):
        self.mode.mode = "observe"
        orders = self._together(self._traffic())
        self.assertEqual(self._observed_rows(orders), self._set(orders, observed=True))

    def test_days_without_events_have_nothing(self):
        orders = self._together(self._traffic())
        long_ago = fields.Date.today() - timedelta(days=90)
        self.assertFalse(
            self._observed_rows(
                orders, since=long_ago - timedelta(days=30), until=long_ago
            )
        )

    def test_held_orders_are_not_listed_again(self):
        self.mode.mode = "on"
        orders = self._together(self._traffic())
        self.assertFalse(self._observed_rows(orders))

    def test_others_are_refused(self):
        for role in ("user", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["logistics.observe"].with_user(self.people[role]).create(
                    {}
                ).action_observe()
