"""Typed vendor bills with tax in the price, or tax that is cost in part."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestBillTypedTax(CheckCommon):
    """19 % of tax on bills that people type, for a price of 100.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.services = cls.env["account.account"].create(
            {"code": "LF6300", "name": "Services", "account_type": "expense"}
        )
        cls.input_tax = cls.env["account.account"].create(
            {"code": "LF1310", "name": "Input Tax", "account_type": "asset_current"}
        )

    @classmethod
    def _tax(cls, back, is_included=False):
        """Return a tax of 19 % of which a share comes back; the terms say the same."""
        name = f"Freight 19, {back} {is_included}"
        known = cls.env["account.tax"].search([("name", "=", name)])
        if known:
            return known
        tax = cls.env["account.tax"].create(
            {
                "name": name,
                "amount": 19.0,
                "type_tax_use": "purchase",
                "price_include_override": "tax_included"
                if is_included
                else "tax_excluded",
            }
        )
        for side in (tax.invoice_repartition_line_ids, tax.refund_repartition_line_ids):
            line = side.filtered(lambda one: one.repartition_type == "tax")
            if back:
                line.write(
                    {"account_id": cls.input_tax.id, "factor_percent": back * 100}
                )
            if 0 < back < 1:
                line.copy({"account_id": False, "factor_percent": 100 - back * 100})
        return tax

    def _terms(self, back):
        self.terms.write({"tax_id": self._tax(back).id, "tax_share": back})

    def _typed(self, *rows, tax, ref="T1", **more):
        move = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": self.today,
                "ref": ref,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": text,
                            "price_unit": amount,
                            "account_id": self.services.id,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for text, amount in rows
                ],
            }
            | more
        )
        total = move.amount_total
        move.action_post()
        self.assertEqual(move.amount_total, total)
        self.assertEqual(round(sum(move.line_ids.mapped("balance")), 6), 0.0)
        return move

    def _closed(self, charges):
        """Check that nothing of the charges is accrued any more."""
        self.assertEqual({*charges.mapped("open_amount")}, {0.0})
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        items = charges.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(items.mapped("reconciled")))
        proof = self.env["logistics.charge"].browse(charges.ids)._plans()
        self.assertFalse([one for one in proof.values() if one.postings or one.held])

    def test_tax_in_the_price_is_taken_out(self):
        self._terms(1)
        charge = self._accrue("NB1001").logistics_charge_ids
        move = self._typed(("NB1001", 120.19), tax=self._tax(1, is_included=True))
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "variance": 1.0, "tax": 19.19, "payment_term": -120.19},
        )
        self.assertEqual(move.amount_untaxed, 101.0)
        self._closed(charge)

    def test_tax_in_the_price_of_odd_amounts(self):
        self._terms(1)
        tax = self._tax(1, is_included=True)
        for place, typed in enumerate((99.99, 100.01, 77.77, 118.97, 118.98, 119.03)):
            with self.subTest(typed=typed):
                number = f"NB200{place}"
                shipment = self._accrue(number)
                move = self._typed((number, typed), tax=tax, ref=f"T{place}")
                self.assertEqual(self._items(move)["accrued"], 100.0)
                self._closed(shipment.logistics_charge_ids)

    def test_discount_and_quantity_are_in_the_price_too(self):
        self._terms(1)
        charge = self._accrue("NB1001").logistics_charge_ids
        row = {
            "name": "NB1001",
            "quantity": 2.0,
            "price_unit": 66.11,
            "discount": 10.0,
            "account_id": self.services.id,
            "tax_ids": [Command.set(self._tax(1, is_included=True).ids)],
        }
        # 119.00 with tax, 100.00 without.
        move = self._typed(
            tax=self.env["account.tax"], invoice_line_ids=[Command.create(row)]
        )
        self.assertEqual(
            self._items(move), {"accrued": 100.0, "tax": 19.0, "payment_term": -119.0}
        )
        self._closed(charge)

    def test_half_of_the_tax_is_cost(self):
        self._terms(0.5)
        charge = self._accrue("NB1001").logistics_charge_ids
        self.assertEqual(charge.accrued_amount, 109.5)
        move = self._typed(("NB1001", 101.0), tax=self._tax(0.5))
        # 9.60 of the tax of 19.19 are cost: 110.60 in all.
        self.assertEqual(
            self._items(move),
            {"accrued": 109.5, "variance": 1.1, "tax": 9.59, "payment_term": -120.19},
        )
        self._closed(charge)

    def test_half_of_the_tax_in_the_price_is_cost(self):
        self._terms(0.5)
        charge = self._accrue("NB1001").logistics_charge_ids
        move = self._typed(("NB1001", 120.19), tax=self._tax(0.5, is_included=True))
        self.assertEqual(
            self._items(move),
            {"accrued": 109.5, "variance": 1.1, "tax": 9.59, "payment_term": -120.19},
        )
        self._closed(charge)

    def test_all_of_the_tax_is_cost(self):
        self._terms(0)
        charge = self._accrue("NB1001").logistics_charge_ids
        move = self._typed(("NB1001", 101.0), tax=self._tax(0))
        self.assertEqual(
            self._items(move),
            {"accrued": 119.0, "variance": 1.19, "payment_term": -120.19},
        )
        self._closed(charge)

    def test_each_charge_has_the_tax_that_is_its_cost(self):
        self._terms(0.5)
        charges = [
            self._accrue(f"NB300{place}").logistics_charge_ids for place in range(3)
        ]
        move = self._typed(
            ("NB3000", 100.03),
            ("NB3001", 99.97),
            ("NB3002", 100.0),
            ("Paper", 3.0),
            tax=self._tax(0.5),
        )
        for charge in charges:
            own = move.line_ids.filtered(
                lambda item, charge=charge: (
                    item.logistics_charge_id == charge
                    and item.logistics_charge_role == "accrued"
                )
            )
            self.assertEqual(round(sum(own.mapped("balance")), 6), 109.5)
            self._closed(charge)
        paper = move.line_ids.filtered(lambda item: item.account_id == self.services)
        self.assertFalse(paper.logistics_charge_id)
        # 3.00 and half of 0.57.
        self.assertIn(round(sum(paper.mapped("balance")), 6), (3.28, 3.29))

    def test_excess_is_in_dispute_without_its_recoverable_tax(self):
        self._terms(1)
        charge = self._accrue("NB1001").logistics_charge_ids
        move = self._typed(("NB1001", 154.7), tax=self._tax(1, is_included=True))
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "clearing": 30.0, "tax": 24.7, "payment_term": -154.7},
        )
        self.assertEqual(charge.blocked_amount, 35.7)

    def test_typed_refund_with_tax_in_the_price(self):
        self._terms(1)
        tax = self._tax(1, is_included=True)
        charge = self._accrue("NB1001").logistics_charge_ids
        self._typed(("NB1001", 121.38), tax=tax)
        refund = self._typed(("NB1001", 2.38), tax=tax, ref="R1", move_type="in_refund")
        self.assertEqual(
            self._items(refund), {"variance": -2.0, "tax": -0.38, "payment_term": 2.38}
        )
        self._closed(charge)

    def test_tax_that_comes_back_otherwise_than_expected_is_told(self):
        self._terms(1)
        charge = self._accrue("NB1001").logistics_charge_ids
        for tax in (self._tax(0.5), self._tax(0)):
            move = self._typed(("NB1001", 100.0), tax=tax, ref=f"T{tax.id}")
            self.assertFalse(move.line_ids.logistics_charge_id)
            self.assertIn("as they were typed", str(move.message_ids.mapped("body")))
        self.assertEqual(charge.open_amount, 100.0)
