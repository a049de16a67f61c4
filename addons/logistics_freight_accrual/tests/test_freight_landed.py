import random
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .landed_case import LandedCase

D = Decimal


@tagged("post_install", "-at_install")
class TestFreightLanded(LandedCase):
    """Inbound freight raises the value of what is still in stock (R35)."""

    def test_perpetual_goods_carry_what_is_still_there(self):
        for method in ("average", "fifo"):
            with self.subTest(method=method):
                goods = self._goods(method=method)
                shipment = self._receive((goods, 10), number=f"IN-{method}")
                self._leave(goods, 4)
                self.assertAlmostEqual(goods.total_value, 54.0)
                charge = self._freight(shipment, 20.0)
                self.assertEqual(charge.expense, "freight_in")
                self.assertEqual(
                    self._lines(charge.posting_ids.move_id),
                    {
                        ("stock", "LF1401"): 12.0,
                        ("freight_in", "LF6207"): 8.0,
                        ("accrued", "LF2119"): -20.0,
                    },
                )
                self.assertAlmostEqual(goods.total_value, 66.0)
                self.assertRecordValues(
                    charge.landed_cost_ids,
                    [
                        {
                            "state": "done",
                            "amount_total": 20.0,
                            "logistics_amount": 20.0,
                            "account_move_id": charge.posting_ids.move_id.id,
                            "company_id": self.company.id,
                        }
                    ],
                )
                self.assertEqual(charge.open_amount, 20.0)

    def test_periodic_and_standard_goods_carry_nothing(self):
        for valuation, method in (
            ("periodic", "average"),
            ("periodic", "fifo"),
            ("periodic", "standard"),
            ("real_time", "standard"),
        ):
            with self.subTest(valuation=valuation, method=method):
                goods = self._goods(valuation, method, standard_price=9.0)
                shipment = self._receive((goods, 10), number=f"{valuation}-{method}")
                before = goods.total_value
                charge = self._freight(shipment, 20.0)
                self.assertEqual(
                    self._lines(charge.posting_ids.move_id),
                    {("freight_in", "LF6207"): 20.0, ("accrued", "LF2119"): -20.0},
                )
                self.assertFalse(charge.landed_cost_ids)
                self.assertEqual(goods.total_value, before)

    def test_goods_of_several_kinds_share_the_freight(self):
        other = self._stock_account("LF1402")
        category = self.categories["real_time", "fifo"].copy(
            {"property_stock_valuation_account_id": other.id}
        )
        goods = [
            self._goods(),
            self._goods(method="fifo", categ_id=category.id),
            self._goods(method="standard"),
        ]
        shipment = self._receive(*((one, 1) for one in goods))
        charge = self._freight(shipment, 10.0)
        self.assertEqual(
            self._lines(charge.posting_ids.move_id),
            {
                ("stock", "LF1401"): 3.34,
                ("stock", "LF1402"): 3.33,
                ("freight_in", "LF6207"): 3.33,
                ("accrued", "LF2119"): -10.0,
            },
        )
        self.assertEqual(charge.landed_cost_ids.amount_total, 6.67)

    def test_split_is_chosen_by_the_company(self):
        light, heavy = self._goods(weight=1.0), self._goods(weight=3.0)
        for number, (method, parts) in enumerate(
            (
                ("by_weight", [5.0, 15.0]),
                ("equal", [10.0, 10.0]),
                ("by_quantity", [10.0, 10.0]),
                ("by_current_cost_price", [10.0, 10.0]),
            )
        ):
            with self.subTest(method=method):
                self.company.logistics_freight_split_method = method
                shipment = self._receive((light, 2), (heavy, 2), number=f"W{number}")
                charge = self._freight(shipment, 20.0)
                lines = charge.landed_cost_ids.valuation_adjustment_lines
                self.assertEqual(lines.mapped("additional_landed_cost"), parts)

    def test_confirmed_price_lands_the_difference_only(self):
        goods = self._goods()
        shipment = self._receive((goods, 10))
        charge = self._freight(shipment, 20.0, final=False)
        self._leave(goods, 5)
        self._freight(shipment, 30.0, key="again")
        first, second = charge.posting_ids.move_id.sorted("id")
        self.assertEqual(
            self._lines(first),
            {("stock", "LF1401"): 20.0, ("accrued", "LF2119"): -20.0},
        )
        self.assertEqual(
            self._lines(second),
            {
                ("stock", "LF1401"): 5.0,
                ("freight_in", "LF6207"): 5.0,
                ("accrued", "LF2119"): -10.0,
            },
        )
        self.assertEqual(
            charge.landed_cost_ids.mapped("logistics_amount"), [20.0, 10.0]
        )

    def test_freight_that_is_known_before_the_goods_is_landed_when_they_come(self):
        goods = self._goods()
        picking = self._order((goods, 10))
        shipment = picking.logistics_shipment_ids
        self._price(shipment, 20.0)
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(
            self._lines(charge.posting_ids.move_id),
            {("freight_in", "LF6207"): 20.0, ("accrued", "LF2119"): -20.0},
        )
        self._arrive(picking)
        self._take()
        self.assertAlmostEqual(goods.total_value, 110.0)
        late = charge.landed_cost_ids
        self.assertEqual(
            self._lines(late.account_move_id),
            {("stock", "LF1401"): 20.0, ("freight_in", "LF6207"): -20.0},
        )
        self.assertTrue(late.logistics_is_late)
        # Saying it again changes nothing.
        charge._wish_landing()
        charge._reckon()
        self._take()
        self.assertEqual(charge.landed_cost_ids, late)
        self.assertEqual(len(charge.posting_ids), 1)

    def test_void_charge_leaves_the_stock_again(self):
        goods = self._goods()
        shipment = self._receive((goods, 10))
        charge = self._freight(shipment, 20.0)
        charge._say("void", "V1", on=date.today())
        self._take()
        self.assertEqual(self._balances(charge), {})
        self.assertAlmostEqual(goods.total_value, 90.0)

    def test_final_bill_lands_what_it_costs_more(self):
        goods = self._goods()
        shipment = self._receive((goods, 10))
        charge = self._freight(shipment, 20.0)
        self._leave(goods, 5)
        self._post_bill_of(charge, 23)
        late = charge.landed_cost_ids.filtered("logistics_is_late")
        self.assertEqual(
            self._lines(late.account_move_id),
            {("stock", "LF1401"): 1.5, ("variance", "LF6208"): -1.5},
        )
        self.assertEqual(
            self._balances(charge),
            {"stock": D("21.5"), "variance": D("1.5"), "payable": D(-23)},
        )
        self.assertFalse(charge._plans()[charge].postings)
        self.assertEqual(charge.open_amount, 0.0)

    def test_partial_bill_lands_nothing_yet(self):
        goods = self._goods()
        charge = self._freight(self._receive((goods, 10)), 20.0)
        self._post_bill_of(charge, 25, final=False)
        self.assertFalse(charge.landed_cost_ids.filtered("logistics_is_late"))

    def test_bill_without_an_accrual_is_carried_by_the_goods(self):
        goods = self._goods()
        shipment = self._receive((goods, 10))
        charge = self.env["logistics.charge"]._find_or_make(
            [
                shipment._logistics_charge_vals(
                    "base", self.company.currency_id, source="bill"
                )
            ]
        )
        self._post_bill_of(charge, 20)
        self.assertEqual(self._balances(charge), {"stock": D(20), "payable": D(-20)})
        self.assertAlmostEqual(goods.total_value, 110.0)

    def test_outbound_freight_is_not_landed(self):
        shipment = self._send()
        self._price(shipment, 20.0)
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(self._balances(charge), {"freight": D(20), "accrued": D(-20)})
        self.assertFalse(charge._received())
        self.assertFalse(charge.landed_cost_ids)

    def _typed(self, picking):
        product = self.env.ref("logistics_freight_accrual.product_freight_in")
        journal = self.company.logistics_freight_journal_id
        account = self.company.logistics_freight_in_account_id
        return self.env["stock.landed.cost"].create(
            {
                "picking_ids": [Command.set(picking.ids)],
                "account_journal_id": journal.id,
                "cost_lines": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": 20.0,
                            "split_method": "equal",
                            "account_id": account.id,
                        }
                    )
                ],
            }
        )

    def test_landed_cost_on_a_delivery_is_refused(self):
        goods = self._goods()
        self._receive((goods, 10))
        picking = self._leave(goods, 4)
        cost = self._typed(picking)
        with self.assertRaisesRegex(UserError, "these goods leave"):
            cost.button_validate()
        self.assertEqual(cost.state, "draft")

    def test_typed_landed_cost_on_a_receipt_is_odoos(self):
        goods = self._goods()
        shipment = self._receive((goods, 10))
        cost = self._typed(shipment.picking_ids)
        cost.button_validate()
        self.assertEqual(cost.state, "done")
        self.assertEqual(sum(cost.account_move_id.line_ids.mapped("debit")), 20.0)

    def test_what_goods_carry_by_a_charge_is_not_typed_nor_taken_back(self):
        goods = self._goods()
        charge = self._freight(self._receive((goods, 10)), 20.0)
        self._post_bill_of(charge, 23)
        for cost in charge.landed_cost_ids:
            with self.assertRaises(UserError):
                cost.account_move_id._reverse_moves()
        typed = self._typed(charge.shipment_id.picking_ids)
        for vals in ({"logistics_charge_id": charge.id}, {"logistics_amount": 5.0}):
            with self.assertRaises(AccessError):
                typed.write(vals)

    def test_foreign_freight_is_landed_in_company_currency(self):
        foreign = self.env["res.currency"].create(
            {"name": "XFR", "symbol": "X", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "name": "2020-01-01",
                "rate": 0.8,
                "company_id": self.company.id,
            }
        )
        self.terms.currency_id = foreign
        goods = self._goods()
        shipment = self._receive((goods, 10))
        self._leave(goods, 4)
        charge = self._freight(shipment, 20.0, currency="XFR")
        self.assertEqual(
            self._lines(charge.posting_ids.move_id),
            {
                ("stock", "LF1401"): 15.0,
                ("freight_in", "LF6207"): 10.0,
                ("accrued", "LF2119"): -25.0,
            },
        )
        self.assertEqual(charge.landed_cost_ids.amount_total, 25.0)
        self.assertAlmostEqual(goods.total_value, 69.0)

    def test_random_receipts_lose_no_cent(self):
        """Stock and freight-in are the charge, first and last, in 30 receipts."""
        draw = random.Random(35)
        products = [
            self._goods(valuation, method, weight=draw.randint(0, 9), volume=1.0)
            for valuation, method in self.categories
        ]
        methods = ("equal", "by_quantity", "by_weight", "by_volume")
        for number in range(30):
            self.company.logistics_freight_split_method = draw.choice(methods)
            some = draw.sample(products, draw.randint(1, 4))
            shipment = self._receive(
                *((one, draw.randint(1, 20)) for one in some), number=f"R{number}"
            )
            first, last = (D(draw.randint(1, 99999)) / 100 for _n in range(2))
            charge = self._freight(shipment, float(first), final=False)
            self._freight(shipment, float(last), key=f"last{number}")
            with self.subTest(number=number):
                balances = self._balances(charge)
                stock, expense = balances.get("stock", 0), balances.get("freight_in", 0)
                self.assertEqual(stock + expense, last)
                self.assertEqual(balances["accrued"], -last)
                perpetual = all(
                    one.valuation == "real_time" and one.cost_method != "standard"
                    for one in some
                )
                self.assertFalse(perpetual and expense)
                landed = charge.landed_cost_ids.valuation_adjustment_lines
                self.assertEqual(
                    D(str(round(sum(landed.mapped("additional_landed_cost")), 2))),
                    stock,
                )
