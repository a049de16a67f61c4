"""Tax and currency of a carrier's bill stand in the books as on its document."""

from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestBillTax(CheckCommon):
    """The tax report follows the carrier's document, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.input_account = cls.env["account.account"].create(
            {"code": "LF1310", "name": "Input Tax", "account_type": "asset_current"}
        )
        cls.owed_account = cls.env["account.account"].create(
            {"code": "LF2300", "name": "Tax Owed", "account_type": "liability_current"}
        )
        cls.base_tag, cls.tax_tag = cls.env["account.account.tag"].create(
            [
                {"name": name, "applicability": "taxes"}
                for name in ("Freight base", "Freight tax")
            ]
        )

    def _tax(self, percent, *parts):
        """Return a tax: parts are (factor, account)."""
        lines = [
            Command.clear(),
            Command.create(
                {
                    "repartition_type": "base",
                    "tag_ids": [Command.set(self.base_tag.ids)],
                }
            ),
        ] + [
            Command.create(
                {
                    "repartition_type": "tax",
                    "factor_percent": factor,
                    "account_id": account.id if account else False,
                    "tag_ids": [Command.set(self.tax_tag.ids)],
                }
            )
            for factor, account in parts
        ]
        return self.env["account.tax"].create(
            {
                "name": f"Freight {percent} {len(parts)}",
                "amount": percent,
                "type_tax_use": "purchase",
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )

    def _posted(self, tax, share, billed, stated):
        self.terms.write({"tax_id": tax.id, "tax_share": share})
        shipment = self._accrue("NB1001")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": billed}, tax=stated
        )
        bill.with_user(self.finance).action_post()
        return shipment.logistics_charge_ids, bill.move_id

    def test_recoverable_tax_stands_on_its_account(self):
        tax = self._tax(19, (100, self.input_account))
        charge, move = self._posted(tax, 1.0, 101.0, 19.19)
        self.assertEqual(
            self._items(move),
            {
                "accrued": 100.0,
                "variance": 1.0,
                "tax": 19.19,
                "payment_term": -120.19,
            },
        )
        self.assertEqual((move.amount_untaxed, move.amount_tax), (101.0, 19.19))
        item = move.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(item.account_id, self.input_account)
        self.assertEqual(item.tax_tag_ids, self.tax_tag)
        base = move.line_ids.filtered("tax_ids")
        self.assertEqual(sum(base.mapped("balance")), 101.0)
        self.assertEqual(base.tax_tag_ids, self.base_tag)
        self.assertEqual(charge.open_amount, 0.0)

    def test_tax_is_that_of_the_document_even_if_it_is_rounded_otherwise(self):
        tax = self._tax(19, (100, self.input_account))
        _charge, move = self._posted(tax, 1.0, 100.0, 19.01)
        self.assertEqual(move.amount_tax, 19.01)
        self.assertEqual(move.amount_total, 119.01)

    def test_half_recoverable_tax_is_half_cost(self):
        tax = self._tax(19, (50, self.input_account), (50, None))
        charge, move = self._posted(tax, 0.5, 100.0, 19.0)
        self.assertEqual(charge.accrued_amount, 109.5)
        self.assertEqual(
            self._items(move),
            {"accrued": 109.5, "tax": 9.5, "payment_term": -119.0},
        )
        self.assertEqual((move.amount_untaxed, move.amount_tax), (100.0, 19.0))
        base = move.line_ids.filtered("tax_ids")
        self.assertEqual(sum(base.mapped("balance")), 100.0)
        accrued = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(accrued.mapped("reconciled")))

    def test_reverse_charge_owes_and_recovers(self):
        tax = self._tax(19, (100, self.input_account), (-100, self.owed_account))
        charge, move = self._posted(tax, 1.0, 100.0, 0.0)
        self.assertEqual(charge.accrued_amount, 100.0)
        self.assertEqual(move.amount_total, 100.0)
        by_account = {
            item.account_id: item.balance
            for item in move.line_ids.filtered("tax_repartition_line_id")
        }
        self.assertEqual(
            by_account, {self.input_account: 19.0, self.owed_account: -19.0}
        )

    def test_no_tax_leaves_no_trace_in_the_tax_report(self):
        tax = self._tax(19, (100, self.input_account))
        _charge, move = self._posted(tax, 1.0, 100.0, 0.0)
        self.assertFalse(move.line_ids.tax_ids)
        self.assertFalse(move.line_ids.tax_tag_ids)
        self.assertEqual(move.amount_total, 100.0)

    def test_tax_without_a_tax_is_refused_in_words(self):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 100.0}, tax=19.0)
        with self.assertRaisesRegex(UserError, "Carrier Terms"):
            bill.with_user(self.finance).action_post()

    def test_disputed_part_blocks_its_tax_too(self):
        tax = self._tax(15, (100, self.input_account))
        self.terms.write({"tax_id": tax.id})
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 124.0}, tax=18.6)
        bill.with_user(self.finance).action_post()
        self.assertEqual(
            self._items(bill.move_id),
            {"accrued": 100.0, "clearing": 24.0, "tax": 18.6, "payment_term": -142.6},
        )
        self.assertEqual(shipment.logistics_charge_ids.blocked_amount, 27.6)

    def test_tax_of_the_total_is_spread_to_the_cent(self):
        tax = self._tax(19, (100, self.input_account))
        self.terms.write({"tax_id": tax.id})
        for number in range(3):
            self._accrue(f"NB{number}")
        bill = self._checked(
            *(
                {"tracking_number": f"NB{number}", "amount": 100.0}
                for number in range(3)
            ),
            tax=57.02,
        )
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.move_id.amount_tax, 57.02)


@tagged("post_install", "-at_install")
class TestBillCurrency(CheckCommon):
    """EUR 100 accrued at 1.10, EUR 104 billed with 15 % at 1.20, in USD."""

    def test_exchange_loss_and_variance_stand_apart(self):
        euro = self.env.ref("base.EUR")
        if self.currency == euro:
            euro = self.env.ref("base.CHF")
        euro.active = True
        accrued_on, billed_on = self._day("2026-03-02"), self._day("2026-04-07")
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": day,
                    "inverse_company_rate": rate,
                }
                for day, rate in ((accrued_on, 1.10), (billed_on, 1.20))
            ]
        )
        account = self.env["account.account"].create(
            {"code": "LF1310", "name": "Input Tax", "account_type": "asset_current"}
        )
        tax = self.env["account.tax"].create(
            {"name": "Freight 15", "amount": 15.0, "type_tax_use": "purchase"}
        )
        for side in (tax.invoice_repartition_line_ids, tax.refund_repartition_line_ids):
            side.filtered(
                lambda line: line.repartition_type == "tax"
            ).account_id = account
        self.terms.write(
            {
                "currency_id": euro.id,
                "tax_id": tax.id,
                "leakage_percent": 100.0,
                "hold_percent": 100.0,
            }
        )
        row = self.Tolerance.with_user(self.finance).create(
            {
                "carrier_id": self.carrier.id,
                "over_amount": 10.0,
                "has_over_percent": False,
            }
        )
        self._agree(row)
        shipment = self._ship(self._sell().picking_ids, "NB1001")
        self._report(
            shipment,
            "picked_up",
            occurred_at=fields.Datetime.to_datetime("2026-03-02 12:00:00"),
        )
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.currency_id, euro)
        self.assertEqual(
            self._balances(charge),
            {"freight": Decimal(110), "accrued": Decimal(-110)},
        )
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 104.0},
            tax=15.6,
            currency_id=euro.id,
            issued=billed_on,
        )
        self.assertEqual(bill.line_ids.status, "in_tolerance")
        bill.with_user(self.finance).action_post()
        move = bill.move_id
        self.assertEqual(
            self._items(move),
            {
                "accrued": 120.0,
                "variance": 4.8,
                "tax": 18.72,
                "payment_term": -143.52,
            },
        )
        self.assertEqual(move.amount_total, 119.6)
        exchange = charge.line_ids.move_id.line_ids.full_reconcile_id
        self.assertTrue(exchange)
        entry = charge.posting_ids.filtered(lambda row: row.key == "exchange").move_id
        own = entry.line_ids.filtered("logistics_charge_id")
        self.assertEqual(own.balance, -10.0)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        self.assertEqual(
            self._account_balance(
                "logistics_freight_accrued_account_id", currency=True
            ),
            0.0,
        )
        self.assertEqual(charge.variance_amount, 4.0)
