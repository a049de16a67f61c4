"""Freight goes to the analytic accounts of what it carried."""

from odoo.tests import tagged

from .check_common import CheckCommon
from .landed_case import LandedCase


@tagged("post_install", "-at_install")
class TestFreightAnalytic(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        plan = cls.env["account.analytic.plan"].create({"name": "Freight Projects"})
        cls.north, cls.south = cls.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("North", "South")]
        )
        cls.Rule = cls.env["account.analytic.distribution.model"]

    def _to(self, account):
        return {str(account.id): 100.0}

    def _left(self, number, **order):
        """Return a shipment that was picked up, its order changed before."""
        picking = self._sell().picking_ids
        picking.sale_id.order_line.write(order)
        shipment = self._ship(picking, number)
        self._report(shipment, "picked_up", shipment.parcel_ids)
        self._take()
        return shipment

    def _spread(self, charge):
        """Return where the items of the charge on expenses are spread to."""
        items = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role not in ("accrued", "clearing")
        )
        return [item.analytic_distribution for item in items]

    def test_order_says_where_it_belongs(self):
        self.Rule.create({"analytic_distribution": self._to(self.south)})
        shipment = self._left("NB1", analytic_distribution=self._to(self.north))
        charge = shipment.logistics_charge_ids
        self.assertEqual(self._spread(charge), [self._to(self.north)])

    def test_rule_for_the_product_says_it_where_the_order_does_not(self):
        product = self._sell().order_line.product_id
        self.Rule.create(
            {
                "product_id": product.id,
                "analytic_distribution": self._to(self.south),
            }
        )
        shipment = self._left("NB1", analytic_distribution=False)
        self.assertEqual(
            self._spread(shipment.logistics_charge_ids), [self._to(self.south)]
        )

    def test_rule_for_the_carrier_and_the_account(self):
        code = self.company.logistics_freight_account_id.code
        self.Rule.create(
            {
                "partner_id": self.vendor.id,
                "account_prefix": code,
                "analytic_distribution": self._to(self.south),
            }
        )
        self.Rule.create(
            {
                "account_prefix": "999",
                "analytic_distribution": self._to(self.north),
            }
        )
        shipment = self._left("NB1", analytic_distribution=False)
        self.assertEqual(
            self._spread(shipment.logistics_charge_ids), [self._to(self.south)]
        )

    def test_without_any_rule_it_belongs_nowhere(self):
        shipment = self._left("NB1", analytic_distribution=False)
        self.assertEqual(self._spread(shipment.logistics_charge_ids), [False])

    def test_what_was_never_accrued_belongs_somewhere_too(self):
        self.env["logistics.action.mode"]._switch(self.company, "accrue", "off")
        shipment = self._left("NB1", analytic_distribution=self._to(self.north))
        bill = self._checked({"tracking_number": "NB1", "amount": 100.0})
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.line_ids.charge_id, shipment.logistics_charge_ids)
        self.assertEqual(self._spread(bill.line_ids.charge_id), [self._to(self.north)])

    def test_fee_that_nobody_expected_belongs_to_its_shipment(self):
        self._left("NB1", analytic_distribution=self._to(self.north))
        bill = self._checked(
            {"tracking_number": "NB1", "amount": 100.0},
            {"tracking_number": "NB1", "amount": 5.0, "charge_type": "fee"},
        )
        bill.line_ids[1].with_user(self.finance).action_accept("By phone")
        bill.with_user(self.finance).action_post()
        self.assertEqual(
            self._spread(bill.line_ids[1].charge_id), [self._to(self.north)]
        )


@tagged("post_install", "-at_install")
class TestInboundAnalytic(LandedCase):
    def test_inbound_freight_follows_the_purchase(self):
        plan = self.env["account.analytic.plan"].create({"name": "Freight Projects"})
        account = self.env["account.analytic.account"].create(
            {"name": "North", "plan_id": plan.id}
        )
        one, other = self._goods(), self._goods(name="Other")
        picking = self._order((one, 3), (other, 1))
        line = picking.move_ids.purchase_line_id.filtered(
            lambda line: line.product_id == one
        )
        line.analytic_distribution = {str(account.id): 100.0}
        self._arrive(picking)
        charge = self._freight(picking.logistics_shipment_ids, 10.0)
        # 27.00 of the 36.00 that were ordered.
        self.assertEqual(charge.analytic_distribution, {str(account.id): 75.0})
