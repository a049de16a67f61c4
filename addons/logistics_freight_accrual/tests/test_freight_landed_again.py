from decimal import Decimal

from odoo.tests import tagged

from .landed_case import LandedCase

D = Decimal


@tagged("post_install", "-at_install")
class TestFreightLandedAgain(LandedCase):
    """One inbound shipment, several receipts: all of them carry its freight."""

    def _two(self, first, second, number="IN1"):
        """Return two receipts of one shipment that are on their way."""
        return [self._order(pair, number=number) for pair in (first, second)]

    def _carried(self, charge):
        """Return what the goods carry of a charge, by product."""
        found = {}
        for line in charge.landed_cost_ids.valuation_adjustment_lines:
            found.setdefault(line.product_id, 0.0)
            found[line.product_id] += line.additional_landed_cost
        return {product: round(amount, 6) for product, amount in found.items()}

    def _again(self, charge):
        """Return the entries by which goods shared once more."""
        costs = charge.landed_cost_ids.filtered(lambda cost: not cost.logistics_amount)
        return costs.account_move_id

    def test_receipts_that_are_there_share_the_freight(self):
        one, other = self._goods(), self._goods()
        pickings = self._two((one, 10), (other, 30))
        for picking in pickings:
            self._arrive(picking)
        shipment = pickings[0].logistics_shipment_ids
        self.assertEqual(shipment, pickings[1].logistics_shipment_ids)
        charge = self._freight(shipment, 20.0)
        self.assertEqual(self._carried(charge), {one: 5.0, other: 15.0})
        self.assertAlmostEqual(one.total_value, 95.0)
        self.assertAlmostEqual(other.total_value, 285.0)

    def test_later_receipt_takes_its_part_from_the_first(self):
        for method in ("average", "fifo"):
            with self.subTest(method=method):
                one, other = self._goods(method=method), self._goods(method=method)
                first, second = self._two((one, 10), (other, 30), f"IN-{method}")
                self._arrive(first)
                charge = self._freight(first.logistics_shipment_ids, 20.0)
                self.assertAlmostEqual(one.total_value, 110.0)
                self._arrive(second)
                self._take()
                self.assertEqual(self._carried(charge), {one: 5.0, other: 15.0})
                self.assertAlmostEqual(one.total_value, 95.0)
                self.assertAlmostEqual(other.total_value, 285.0)
                entry = self._again(charge)
                self.assertEqual(
                    sorted(entry.line_ids.mapped("balance")), [-15.0, 15.0]
                )
                self.assertEqual(
                    self._balances(charge), {"stock": D(20), "accrued": D(-20)}
                )
                # Saying it again changes nothing.
                charge._wish_landing()
                charge._reckon()
                self._take()
                self.assertEqual(self._again(charge), entry)

    def test_what_was_sold_meanwhile_stays_an_expense(self):
        one, other = self._goods(), self._goods()
        first, second = self._two((one, 10), (other, 10))
        self._arrive(first)
        charge = self._freight(first.logistics_shipment_ids, 20.0)
        self._leave(one, 5)
        self.assertAlmostEqual(one.total_value, 55.0)
        self._arrive(second)
        self._take()
        self.assertEqual(
            self._balances(charge),
            {"stock": D(25), "freight_in": D(-5), "accrued": D(-20)},
        )
        self.assertAlmostEqual(one.total_value, 50.0)
        self.assertAlmostEqual(other.total_value, 100.0)

    def test_accounts_and_measure_are_those_of_the_goods(self):
        self.company.logistics_freight_split_method = "by_weight"
        account = self._stock_account("LF1402")
        category = self.categories["real_time", "average"].copy(
            {"property_stock_valuation_account_id": account.id}
        )
        light = self._goods(weight=1.0)
        heavy = self._goods(weight=4.0, categ_id=category.id)
        periodic = self._goods("periodic", "average", weight=5.0)
        first, second = self._two((light, 2), (heavy, 2))
        third = self._order((periodic, 2), number="IN1")
        self._arrive(first)
        charge = self._freight(first.logistics_shipment_ids, 20.0)
        self._arrive(second)
        self._take()
        self.assertEqual(self._carried(charge), {light: 4.0, heavy: 16.0})
        self.assertEqual(
            self._lines(self._again(charge)),
            {("stock", "LF1401"): -16.0, ("stock", "LF1402"): 16.0},
        )
        self._arrive(third)
        self._take()
        # What goods without a value of their own carry is an expense.
        self.assertEqual(self._carried(charge), {light: 2.0, heavy: 8.0})
        self.assertEqual(
            self._balances(charge),
            {"stock": D(10), "freight_in": D(10), "accrued": D(-20)},
        )

    def test_final_bill_is_carried_by_all_receipts(self):
        one, other = self._goods(), self._goods()
        first, second = self._two((one, 10), (other, 30))
        self._arrive(first)
        charge = self._freight(first.logistics_shipment_ids, 20.0)
        self._arrive(second)
        self._take()
        self._post_bill_of(charge, 24)
        self.assertEqual(self._carried(charge), {one: 6.0, other: 18.0})
        self.assertEqual(self._balances(charge)["stock"], D(24))
        self.assertNotIn("variance", self._balances(charge))

    def test_receipt_after_the_final_bill_takes_its_part_of_both(self):
        one, other = self._goods(), self._goods()
        first, second = self._two((one, 10), (other, 30))
        self._arrive(first)
        charge = self._freight(first.logistics_shipment_ids, 20.0)
        self._post_bill_of(charge, 24)
        self.assertEqual(self._carried(charge), {one: 24.0})
        self._arrive(second)
        self._take()
        self.assertEqual(self._carried(charge), {one: 6.0, other: 18.0})
        self.assertEqual(len(self._again(charge)), 2)

    def test_price_that_changes_before_they_shared_again_is_no_obstacle(self):
        one, other = self._goods(), self._goods()
        first, second = self._two((one, 10), (other, 30))
        self._arrive(first)
        shipment = first.logistics_shipment_ids
        charge = self._freight(shipment, 20.0, final=False)
        self._arrive(second)
        self._freight(shipment, 40.0, key="again")
        self._take()
        self.assertEqual(self._carried(charge), {one: 10.0, other: 30.0})
        self.assertEqual(self._balances(charge), {"stock": D(40), "accrued": D(-40)})
