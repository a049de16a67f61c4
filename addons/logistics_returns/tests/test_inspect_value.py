from odoo.exceptions import UserError
from odoo.tests import tagged

from .inspect_case import InspectCommon


@tagged("post_install", "-at_install")
class TestInspectValue(InspectCommon):
    """Scrapped goods leave the books with their value, and come back with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Account = cls.env["account.account"]
        cls.stock_account, cls.loss_account = Account.create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": cls.company.ids,
                }
                for name, code, kind in (
                    ("Goods on Hand", "RTD110", "asset_current"),
                    ("Worthless Returns", "RTD610", "expense"),
                )
            ]
        )
        cls.bin.valuation_account_id = cls.loss_account
        if not cls.company.account_stock_journal_id:
            cls.company.account_stock_journal_id = cls.env["account.journal"].create(
                {"name": "Stock", "code": "RTDST", "type": "general"}
            )

    def _valued(self, method, valuation="real_time"):
        """Return a product of which one came in at 10 and then one at 20."""
        category = self.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_cost_method": method,
                "property_valuation": valuation,
                "property_stock_valuation_account_id": self.stock_account.id,
            }
        )
        product = self._goods(f"{method} {valuation}", 0, categ_id=category.id)
        product.standard_price = 7.0
        for price in (10.0, 20.0):
            move = self._bought(product)
            if method != "standard":
                move.value_manual = price
        return product

    def _bought(self, product):
        suppliers = self.env.ref("stock.stock_location_suppliers")
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": 1,
                "product_uom": product.uom_id.id,
                "location_id": suppliers.id,
                "location_dest_id": self.stock.id,
                "picked": True,
            }
        )
        move._action_confirm()
        move.write({"quantity": 1, "picked": True})
        move._action_done()
        return move

    def _entries(self, moves):
        """Return what was posted: by account the balance."""
        found = {}
        for item in moves.account_move_id.line_ids:
            self.assertEqual(item.parent_state, "posted")
            found[item.account_id] = found.get(item.account_id, 0) + item.balance
        return found

    def _scrapped(self, product, quantity=1):
        picking = self._sold(product, quantity)
        one, _receipt = self._back(picking)
        return picking, self._find(one, scrap=quantity)

    def test_value_of_scrap_is_posted_at_the_cost_of_the_method(self):
        for method in ("standard", "average", "fifo"):
            with self.subTest(method):
                product = self._valued(method)
                worth = product.total_value
                _picking, finding = self._scrapped(product)
                move = finding.move_ids
                self.assertGreater(move.value, 0)
                if method == "standard":
                    self.assertEqual(move.value, 7)
                elif method == "average":
                    self.assertEqual(move.value, 15)
                self.assertEqual(
                    self._entries(move),
                    {self.loss_account: move.value, self.stock_account: -move.value},
                )
                product.invalidate_recordset()
                self.assertAlmostEqual(product.total_value, worth - move.value, 2)

    def test_undo_of_scrap_posts_the_same_value_back(self):
        for method in ("standard", "average", "fifo"):
            with self.subTest(method):
                product = self._valued(method)
                worth = product.total_value
                _picking, finding = self._scrapped(product, 2)
                finding.action_undo("It works after all")
                product.invalidate_recordset()
                self.assertEqual(
                    self._entries(finding.undo_move_ids),
                    {
                        self.loss_account: -finding.move_ids.value,
                        self.stock_account: finding.move_ids.value,
                    },
                )
                self.assertAlmostEqual(product.total_value, worth, 2)

    def test_goods_valued_periodically_are_scrapped_without_an_entry(self):
        _picking, finding = self._scrapped(self._valued("average", "periodic"))
        self.assertFalse(finding.move_ids.account_move_id)
        self.assertEqual(finding.move_ids.value, 15)

    def test_scrap_without_an_account_is_refused_before_anything_moves(self):
        self.bin.valuation_account_id = False
        product = self._valued("average")
        one, _receipt = self._back(self._sold(product, 1))
        with self.assertRaisesRegex(UserError, "no stock valuation account"):
            self._find(one, scrap=1)

    def test_accepted_goods_keep_their_value_without_an_entry(self):
        product = self._valued("average")
        worth = product.total_value
        one, _receipt = self._back(self._sold(product, 1))
        finding = self._find(one, restock=1)
        self.assertFalse(finding.move_ids.account_move_id)
        product.invalidate_recordset()
        self.assertAlmostEqual(product.total_value, worth, 2)
