"""Vendor bills that people type take accruals back; a bill for two companies."""

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestBillTypedMatch(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.other_account = cls.env["account.account"].create(
            {"code": "LF6300", "name": "Services", "account_type": "expense"}
        )

    def _typed(self, *rows, partner=None, **more):
        """Return a draft vendor bill: rows are (text, amount)."""
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": (partner or self.vendor).id,
                "invoice_date": self.today,
                "ref": "T1",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": text,
                            "price_unit": amount,
                            "account_id": self.other_account.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for text, amount in rows
                ],
            }
            | more
        )

    def test_line_that_names_a_parcel_takes_its_accrual(self):
        shipment = self._accrue("NB1001")
        move = self._typed(("Parcel NB1001, Hamburg", 101.0), ("Paper", 3.0))
        move.action_post()
        self.assertEqual(move.state, "posted")
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "variance": 1.0, "product": 3.0, "payment_term": -104.0},
        )
        self.assertEqual(move.amount_total, 104.0)
        charge = shipment.logistics_charge_ids
        self.assertEqual((charge.stage, charge.open_amount), ("invoiced", 0.0))
        accrued = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(accrued.mapped("reconciled")))
        bill = self.env["logistics.freight.bill"].search([("move_id", "=", move.id)])
        self.assertEqual(bill.state, "posted")

    def test_order_number_leads_to_the_one_charge_the_words_name(self):
        shipment = self._accrue("NB1001")
        fuel = self._charge(shipment, "fuel", 12)
        order = shipment.sale_order_ids.name
        move = self._typed(
            (f"{order} fuel surcharge", 12.0), (f"{order} some service", 4.0)
        )
        move.action_post()
        self.assertEqual(move.line_ids.logistics_charge_id, fuel)
        self.assertEqual(
            move.line_ids.filtered(lambda item: item.balance == 4.0).account_id,
            self.other_account,
        )

    def test_excess_is_in_dispute_and_blocked(self):
        shipment = self._accrue("NB1001")
        move = self._typed(("NB1001", 130.0))
        move.action_post()
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "clearing": 30.0, "payment_term": -130.0},
        )
        self.assertEqual(shipment.logistics_charge_ids.blocked_amount, 30.0)

    def test_lines_without_numbers_stay_as_typed(self):
        self._accrue("NB1001")
        move = self._typed(("Freight of March", 100.0))
        move.action_post()
        self.assertEqual(self._items(move), {"product": 100.0, "payment_term": -100.0})
        self.assertEqual(move.invoice_line_ids.account_id, self.other_account)

    def test_other_vendors_are_left_alone(self):
        self._accrue("NB1001")
        other = self.env["res.partner"].create({"name": "Stationery"})
        move = self._typed(("Parcel NB1001", 100.0), partner=other)
        move.action_post()
        self.assertEqual(self._items(move), {"product": 100.0, "payment_term": -100.0})
        self.assertFalse(
            self.env["logistics.freight.bill"].search([("move_id", "=", move.id)])
        )

    def test_taxes_stay_as_typed(self):
        self._accrue("NB1001")
        tax = self.env["account.tax"].create(
            {"name": "Freight 19", "amount": 19.0, "type_tax_use": "purchase"}
        )
        account = self.env["account.account"].create(
            {"code": "LF1310", "name": "Input Tax", "account_type": "asset_current"}
        )
        for side in (tax.invoice_repartition_line_ids, tax.refund_repartition_line_ids):
            side.filtered(
                lambda line: line.repartition_type == "tax"
            ).account_id = account
        self.terms.tax_id = tax
        move = self._typed(("NB1001", 101.0))
        move.invoice_line_ids.tax_ids = tax
        self.assertEqual(move.amount_total, 120.19)
        move.action_post()
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "variance": 1.0, "tax": 19.19, "payment_term": -120.19},
        )

    def test_tax_that_is_cost_leaves_the_bill_as_typed(self):
        self._accrue("NB1001")
        tax = self.env["account.tax"].create(
            {"name": "Freight 19", "amount": 19.0, "type_tax_use": "purchase"}
        )
        move = self._typed(("NB1001", 100.0))
        move.invoice_line_ids.tax_ids = tax
        move.action_post()
        self.assertFalse(move.line_ids.logistics_charge_id)


@tagged("post_install", "-at_install")
class TestRecharge(CheckCommon):
    """The sister is billed for a parcel that the company shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create(
            {"name": "Sister", "currency_id": cls.currency.id}
        )
        cls.env.user.company_ids |= cls.sister
        template = cls.company.chart_template or "generic_coa"
        cls.env["account.chart.template"].try_loading(
            template, company=cls.sister, install_demo=False
        )
        cls._open_books(cls.sister)
        cls.env["logistics.freight.terms"].create(
            {
                "company_id": cls.sister.id,
                "carrier_id": cls.carrier.id,
                "partner_id": cls.vendor.id,
                "currency_id": cls.currency.id,
                "hold_percent": 100.0,
            }
        )
        cls.finance.company_ids |= cls.sister

    def _post_to_sister(self, amount=100.0):
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": amount}, company_id=self.sister.id
        )
        bill.with_user(self.finance).with_context(
            allowed_company_ids=[self.sister.id, self.company.id]
        ).action_post()
        return bill

    def test_payable_where_billed_and_drafts_on_both_sides(self):
        shipment = self._accrue("NB1001")
        charge = shipment.logistics_charge_ids
        bill = self._post_to_sister()
        self.assertEqual(bill.move_id.company_id, self.sister)
        self.assertEqual(
            self._items(bill.move_id), {"freight": 100.0, "payment_term": -100.0}
        )
        self.assertEqual(bill.line_ids.about_charge_id, charge)
        invoice = bill.recharge_move_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        back = bill.recharge_move_ids - invoice
        self.assertRecordValues(
            invoice | back,
            [
                {
                    "state": "draft",
                    "company_id": self.sister.id,
                    "partner_id": self.company.partner_id.id,
                    "amount_total": 100.0,
                },
                {
                    "state": "draft",
                    "company_id": self.company.id,
                    "partner_id": self.sister.partner_id.id,
                    "amount_total": 100.0,
                },
            ],
        )
        self.assertEqual(charge.open_amount, 100.0)
        back.invoice_date = fields.Date.today()
        back.action_post()
        self.assertEqual(charge.open_amount, 0.0)
        self.assertEqual(charge.stage, "invoiced")
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        invoice.action_post()
        self.assertEqual(
            self._account_balance("logistics_freight_account_id", self.sister), 0.0
        )

    def test_disputed_part_is_not_billed_on(self):
        self._accrue("NB1001")
        bill = self._post_to_sister(130.0)
        self.assertEqual(bill.doubtful_amount, 30.0)
        self.assertEqual(bill.recharge_move_ids.mapped("amount_total"), [100.0, 100.0])

    def test_missing_set_up_of_the_other_is_told(self):
        self._accrue("NB1001")
        self.company.logistics_freight_variance_account_id = False
        bill = self._post_to_sister()
        self.assertFalse(bill.recharge_move_ids)
        self.assertTrue(
            self.env["logistics.exception"]._find_open(
                "configuration", bill, key=self.company.id
            )
        )

    def _settle(self, bill):
        """Post the drafts of both sides."""
        for move in bill.recharge_move_ids:
            move.invoice_date = self.today
            move.action_post()

    def _credit_to_sister(self, amount, **more):
        memo = self._checked(
            {"tracking_number": "NB1001", "amount": -amount},
            company_id=self.sister.id,
            number="CM1",
            kind="credit",
            **more,
        )
        memo.with_user(self.finance).with_context(
            allowed_company_ids=[self.sister.id, self.company.id]
        ).action_post()
        self.assertEqual(memo.state, "posted")
        return memo

    def test_credit_memo_goes_back_on_both_sides(self):
        charge = self._accrue("NB1001").logistics_charge_ids
        self._settle(self._post_to_sister())
        memo = self._credit_to_sister(30.0, original="4711")
        self.assertEqual(memo.line_ids.about_charge_id, charge)
        moves = memo.recharge_move_ids.sorted("move_type")
        self.assertRecordValues(
            moves,
            [
                {
                    "move_type": "in_refund",
                    "state": "draft",
                    "company_id": self.company.id,
                    "partner_id": self.sister.partner_id.id,
                    "amount_total": 30.0,
                },
                {
                    "move_type": "out_refund",
                    "state": "draft",
                    "company_id": self.sister.id,
                    "partner_id": self.company.partner_id.id,
                    "amount_total": 30.0,
                },
            ],
        )
        self._settle(memo)
        self.assertEqual(self._balances(charge), {"freight": 70})
        self.assertEqual(charge.open_amount, 0.0)
        self.assertEqual(
            self._account_balance("logistics_freight_account_id", self.sister), 0.0
        )
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        self.assertFalse(
            self.env["logistics.exception"]._find_open(
                "configuration", memo, key=self.company.id
            )
        )

    def test_credit_for_what_was_not_billed_on_stays_where_it_was_billed(self):
        self._accrue("NB1001")
        bill = self._post_to_sister(130.0)
        dispute = bill.dispute_ids
        self.assertEqual(bill.recharge_move_ids.mapped("amount_total"), [100.0, 100.0])
        memo = self._credit_to_sister(30.0, original="4711")
        self.assertEqual(memo.line_ids.dispute_id, dispute)
        self.assertFalse(memo.recharge_move_ids)
        self.assertEqual(dispute.state, "credited")

    def test_discount_is_billed_on_with_its_freight(self):
        charge = self._accrue("NB1001").logistics_charge_ids
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 120.0},
            {"tracking_number": "NB1001", "amount": -20.0, "charge_type": "discount"},
            company_id=self.sister.id,
        )
        bill.with_user(self.finance).with_context(
            allowed_company_ids=[self.sister.id, self.company.id]
        ).action_post()
        self.assertEqual(bill.recharge_move_ids.mapped("amount_total"), [100.0, 100.0])
        self._settle(bill)
        self.assertEqual(charge.open_amount, 0.0)
