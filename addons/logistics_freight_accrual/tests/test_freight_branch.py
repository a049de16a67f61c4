from odoo.tests import tagged

from .landed_case import LandedCase


@tagged("post_install", "-at_install")
class TestFreightBranch(LandedCase):
    """A branch books with the accounts of its parent, and in its own name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.user.company_ids |= cls.branch
        cls.env["logistics.action.mode"]._switch(
            cls.branch, "accrue", "on", since="2020-01-01"
        )

    def _items(self, company):
        return self.env["account.move.line"].search(
            [("company_id", "=", company.id), ("logistics_charge_id", "!=", False)]
        )

    def _branch_shipment(self, direction="outgoing", number="BR1"):
        shipment = self.env["logistics.shipment"].create(
            {
                "company_id": self.branch.id,
                "carrier_id": self.carrier.id,
                "direction": direction,
            }
        )
        self.env["logistics.parcel"].create(
            {"shipment_id": shipment.id, "tracking_number": number}
        )
        return shipment

    def test_entries_carry_the_branch_and_nothing_lands_in_the_parent(self):
        shipment = self._branch_shipment()
        self._price(shipment, 20.0)
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.company_id, self.branch)
        move = charge.posting_ids.move_id
        self.assertRecordValues(
            move,
            [
                {
                    "company_id": self.branch.id,
                    "journal_id": self.company.logistics_freight_journal_id.id,
                    "state": "posted",
                }
            ],
        )
        self.assertEqual(move.line_ids.company_id, self.branch)
        self.assertEqual(
            move.line_ids.account_id,
            self.company.logistics_freight_account_id
            | self.company.logistics_freight_accrued_account_id,
        )
        self.assertFalse(self._items(self.company))
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        self._price(shipment, 25.0, key="more")
        self._take()
        self.assertEqual(self._items(self.branch).move_id.company_id, self.branch)
        self.assertEqual(charge.open_amount, 25.0)
        self.assertFalse(self._items(self.company))

    def test_closed_books_of_the_parent_close_the_branch(self):
        books = self.branch._logistics_freight_books()
        self.assertEqual(books.owner, self.company)
        today = self.company._logistics_today()
        self.company.sudo().fiscalyear_lock_date = today
        day, is_late = self.branch._logistics_open_day(today, books.journal)
        self.assertTrue(is_late)
        self.assertGreater(day, today)

    def test_inbound_freight_of_a_branch_is_landed_there(self):
        category = self.categories["real_time", "average"].with_company(self.branch)
        category.write(
            {
                "property_valuation": "real_time",
                "property_cost_method": "average",
                "property_stock_valuation_account_id": self.stock_account.id,
            }
        )
        goods = self._goods()
        picking = self._at_branch()._order((goods, 10), company=self.branch)
        self._arrive(picking.with_company(self.branch))
        charge = self._freight(picking.logistics_shipment_ids, 20.0)
        move = charge.posting_ids.move_id
        self.assertEqual(
            self._lines(move), {("stock", "LF1401"): 20.0, ("accrued", "LF2119"): -20.0}
        )
        self.assertEqual(move.company_id, self.branch)
        self.assertEqual(charge.landed_cost_ids.company_id, self.branch)
        self.assertFalse(self._items(self.company))
        self.assertAlmostEqual(goods.with_company(self.branch).total_value, 110.0)

    def _at_branch(self):
        """Work in the branch from here on."""
        both = (self.branch | self.company).ids
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=both))
        return self
