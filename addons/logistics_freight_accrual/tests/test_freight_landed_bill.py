"""What a carrier's bill makes of inbound freight that the goods carry."""

from decimal import Decimal

from odoo.tests import tagged

from .check_common import CheckCommon
from .landed_case import LandedCase

D = Decimal


@tagged("post_install", "-at_install")
class TestFreightLandedBill(LandedCase, CheckCommon):
    """Provisional first, the difference with the final bill only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})

    def _billed(self, charge, amount):
        bill = self._checked(
            {
                "tracking_number": charge.shipment_id.parcel_ids.tracking_number,
                "amount": amount,
            }
        )
        bill.with_user(self.finance).action_post()
        self._take()
        return bill

    def test_difference_in_tolerance_is_carried_by_what_is_still_there(self):
        goods = self._goods()
        charge = self._freight(self._receive((goods, 10)), 100.0)
        self._leave(goods, 5)
        bill = self._billed(charge, 101.5)
        self.assertEqual(bill.state, "posted")
        self.assertEqual(
            self._balances(charge),
            {"stock": D("100.75"), "variance": D("0.75")},
        )
        self.assertEqual(
            charge.landed_cost_ids.mapped("logistics_amount"), [100.0, 1.5]
        )
        self.assertEqual(charge.open_amount, 0.0)

    def test_bill_as_it_was_accrued_lands_nothing_more(self):
        charge = self._freight(self._receive((self._goods(), 10)), 100.0)
        self._billed(charge, 100.0)
        self.assertEqual(len(charge.landed_cost_ids), 1)
        self.assertEqual(self._balances(charge), {"stock": D(100)})

    def test_disputed_part_is_not_carried_by_the_goods(self):
        charge = self._freight(self._receive((self._goods(), 10)), 100.0)
        self._billed(charge, 128.0)
        self.assertEqual(charge.stage, "disputed")
        self.assertEqual(len(charge.landed_cost_ids), 1)
