from odoo.tests import freeze_time, tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestObserve(ReleaseCommon):
    """Watching shows what would be done, with amounts, and touches nothing."""

    def _watched(self):
        self.mode.mode = "observe"

    def _story(self, order, prefix):
        """One parcel delivered, one withdrawn, one to come."""
        first = order.picking_ids
        one = self._ship_part(first, 4, f"{prefix}1")
        second = order.picking_ids - first
        two = self._ship_part(second, 3, f"{prefix}2")
        third = order.picking_ids - first - second
        self._ship_part(third, 2, f"{prefix}3")
        self._deliver(one)
        self._deliver(two)
        self._take()
        self._withdraw(two)
        self._take()

    def test_nothing_is_held(self):
        self._watched()
        order = self._sell(10)
        self._ship(order.picking_ids, "O1")
        self.assertRecordValues(
            order.order_line, [{"logistics_qty_held": 0, "qty_to_invoice": 10}]
        )
        self.assertFalse(order.logistics_hold_since)

    def test_nothing_is_made(self):
        self._watched()
        self.rule.result = "post"
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "O1"))
        self._take()
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order.order_line.move_ids.logistics_released_qty, 0)

    def test_release_and_invoice_are_recorded_with_their_amounts(self):
        self._watched()
        self.rule.result = "post"
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "O1"))
        for action in ("release", "invoice"):
            self.assertRecordValues(
                self._effects(order, action),
                [
                    {
                        "observed": True,
                        "state": "waiting",
                        "quantity": 10,
                        "amount": 1000.0,
                    }
                ],
            )

    def test_terms_are_frozen_as_observed(self):
        self._watched()
        order = self._sell(10)
        self.assertRecordValues(
            order,
            [
                {
                    "logistics_release_mode": "observe",
                    "logistics_release_policy_id": self.rule.id,
                }
            ],
        )

    def test_observed_order_says_so_in_its_history(self):
        self._watched()
        order = self._sell(1)
        self.assertIn("Watched only", " ".join(order.message_ids.mapped("body")))

    def _totals(self, order, action):
        """Return the quantity by key: of what was taken, or would have been."""
        totals = {}
        for step in self._effects(order, action):
            if step.state == ("waiting" if step.observed else "done"):
                key = step.key.replace(str(order.id), "")
                totals[key] = totals.get(key, 0) + step.quantity
        return sorted(quantity for quantity in totals.values() if quantity)

    def test_watching_says_what_doing_does(self):
        for grouping in ("delivery", "order", "weekly"):
            with self.subTest(grouping):
                self.rule.write({"result": "draft", "grouping": grouping})
                self.mode.mode = "on"
                done = self._sell(10)
                self._story(done, f"ON{grouping}")
                self.mode.mode = "observe"
                seen = self._sell(10)
                self._story(seen, f"OB{grouping}")
                with freeze_time("2099-01-01"):
                    self._take()
                self.assertEqual(
                    self._totals(seen, "release"), self._totals(done, "release")
                )
                self.assertEqual(
                    self._totals(seen, "invoice"), self._totals(done, "invoice")
                )
                self.assertEqual(
                    self._totals(done, "invoice"), [] if grouping == "order" else [4]
                )

    def test_complete_order_is_seen_as_complete(self):
        self._watched()
        self.rule.write({"result": "post", "grouping": "order"})
        order = self._sell(10)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 4, "C1"))
        self.assertFalse(self._effects(order, "invoice"))
        self._deliver(self._ship_part(order.picking_ids - first, 6, "C2"))
        self.assertRecordValues(
            self._effects(order, "invoice"), [{"quantity": 10, "amount": 1000.0}]
        )

    def _with_fee(self):
        """Return an order of goods in two deliveries, with a delivery fee of 12."""
        order = self._sell(10)
        order.set_delivery_line(self.method, 12.0)
        order.order_line.filtered("is_delivery").tax_ids = False
        return order

    def _invoices(self, order):
        """Return the amount and the goods of each invoice that would be made."""
        return [
            (step.amount, step.what_text.partition(": ")[2])
            for step in self._effects(order, "invoice").sorted("key")
            if step.state == "waiting"
        ]

    def test_fee_is_on_the_first_invoice_only(self):
        self._watched()
        self.rule.result = "post"
        order = self._with_fee()
        first = order.picking_ids
        self._deliver(self._ship_part(first, 4, "F1"))
        self._deliver(self._ship(order.picking_ids - first, "F2"))
        pump, fee = self.product.display_name, self.method.product_id.display_name
        self.assertEqual(
            self._invoices(order),
            [(412.0, f"4 x {pump}, 1 x {fee}"), (600.0, f"6 x {pump}")],
        )

    def test_fee_goes_with_the_other_goods_when_the_first_are_withdrawn(self):
        self._watched()
        self.rule.result = "post"
        order = self._with_fee()
        first = order.picking_ids
        one = self._ship_part(first, 4, "F1")
        self._deliver(one)
        self._deliver(self._ship(order.picking_ids - first, "F2"))
        self._withdraw(one)
        self.assertEqual([row[0] for row in self._invoices(order)], [612.0])

    def test_second_step_is_worth_what_it_adds(self):
        self.rule.result = "post"
        order = self._sell(2)
        order.order_line.copy(
            {"order_id": order.id, "product_uom_qty": 8, "price_unit": 20.0}
        )
        shipment = self._ship(order.picking_ids, "V1", "V2")
        for parcel, line in zip(shipment.parcel_ids, order.order_line, strict=True):
            self._pack(parcel, line.move_ids, line.product_uom_qty)
        for parcel in shipment.parcel_ids:
            self._deliver(shipment, parcel)
            self._take()
        steps = self._effects(order, "invoice").sorted("id")
        self.assertEqual(steps.mapped("amount"), [200.0, 160.0])
        invoices = order.invoice_ids.sorted("id")
        self.assertEqual(invoices.mapped("amount_total"), [200.0, 160.0])
