"""An amount is compared with the whole sum: of a document, of a decision."""

from odoo.tests import Form, new_test_user, tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestThreshold(ReleaseCommon):
    def setUp(self):
        super().setUp()
        self.products = [self._product(f"Part {number}") for number in range(3)]

    def _order(self):
        """Return an order of three lines of 90 each."""
        return self._sell_mixed(*[(product, 9) for product in self.products])

    def _shipped_in_two(self):
        """Return an order of 1000, and its shipments of 400 and of 600."""
        order = self._sell(10)
        first = self._ship_part(order.picking_ids, 4, "S1")
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        return order, first, self._ship_part(rest, 6, "S2")

    def _delivered_in_two(self):
        """Return such an order, delivered one shipment after the other."""
        order, first, second = self._shipped_in_two()
        self._deliver(first)
        self._take()
        self._deliver(second)
        return order

    def _needed(self, order):
        return self._effects(order).mapped("approvers_needed")

    def test_lines_of_one_delivery_are_one_sum(self):
        self.rule.approval_amount = 200.0
        order = self._order()
        self._deliver(self._ship(order.picking_ids, "S1"))
        self.assertEqual(self._needed(order), [2, 2, 2])

    def test_lines_of_one_delivery_are_one_question(self):
        self.rule.approval_amount = 200.0
        order = self._order()
        self._deliver(self._ship(order.picking_ids, "S1"))
        approvals = self._effects(order).approval_ids
        asked = self.env["logistics.exception"].search(
            [("category", "=", "approval_waiting"), ("order_id", "=", order.id)]
        )
        self.assertRecordValues(asked, [{"state": "open", "count": 3, "amount": 270.0}])
        self.assertIn("3", asked.summary)
        window = asked.action_open_approval()
        found = self.env["logistics.approval"].search(window["domain"])
        self.assertEqual(found, approvals)
        self._agree(approvals[0])
        self.assertRecordValues(asked, [{"state": "open", "count": 3, "amount": 180.0}])
        self.assertIn("2", asked.summary)
        self._agree(approvals[1:])
        self.assertEqual(asked.state, "solved")

    def _agree(self, approvals):
        """Let two people of finance agree."""
        for number in (1, 2):
            person = new_test_user(
                self.env,
                login=f"agrees-{number}-{approvals[0].id}",
                groups="logistics_events.logistics_events_group_finance",
                company_id=self.company.id,
            )
            approvals.with_user(person).action_approve()

    def test_a_sum_below_needs_nobody(self):
        self.rule.approval_amount = 270.0
        order = self._order()
        self._deliver(self._ship(order.picking_ids, "S1"))
        self.assertEqual(self._needed(order), [0, 0, 0])

    def test_parcels_delivered_one_by_one_are_one_sum(self):
        self.rule.approval_amount = 500.0
        order = self._sell(10)
        shipment, one, two = self._two_parcels(order)
        self._deliver(shipment, one)
        self._take()
        self._deliver(shipment, two)
        self.assertEqual(self._needed(order), [0, 2])

    def test_deliveries_on_one_invoice_are_one_sum(self):
        self.rule.write({"approval_amount": 500.0, "grouping": "order"})
        order = self._delivered_in_two()
        self.assertEqual(self._needed(order), [0, 2])

    def test_deliveries_on_invoices_of_their_own_are_not(self):
        self.rule.approval_amount = 700.0
        order = self._delivered_in_two()
        self.assertEqual(self._needed(order), [0, 0])

    def test_deliveries_waived_with_one_word_are_one_sum(self):
        self.rule.waiver_amount = 700.0
        order, _first, _second = self._shipped_in_two()
        with Form(
            self.env["logistics.release.waive"].with_context(default_order_id=order.id)
        ) as dialog:
            for picking in order.picking_ids:
                dialog.picking_ids.add(picking)
            self.assertTrue(dialog.needs_second_person)
            dialog.reason = "Confirmed by phone"
        dialog.record.with_user(self.people["finance"]).action_release()
        self.assertEqual(self._needed(order), [1, 1])

    def test_ten_lines_of_nine_hundred_exceed_a_thousand_in_company_currency(self):
        self.rule.approval_amount = 200.0
        foreign = self._currency(rate=2.0)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        order = self._sell_mixed(
            *[(product, 9) for product in self.products],
            pricelist_id=pricelist.id,
        )
        for line in order.order_line:
            line.price_unit = 20.0
        self._deliver(self._ship(order.picking_ids, "S1"))
        # 540 foreign, 270 of the company.
        self.assertEqual(self._needed(order), [2, 2, 2])

    def _currency(self, rate):
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "x", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "rate": rate,
                "name": "2020-01-01",
            }
        )
        return currency
