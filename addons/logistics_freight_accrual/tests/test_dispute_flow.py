"""From a bill out of tolerance to its last payment, by the buttons of the screens."""

from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .check_common import CheckCommon

D = Decimal


@tagged("post_install", "-at_install")
class TestDisputeFlow(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.input_account = cls.env["account.account"].create(
            {"code": "LFTAX", "name": "Input Tax", "account_type": "asset_current"}
        )

    def _post(self, bill):
        bill.with_user(self.finance).action_post()
        return bill.move_id

    def _pay(self, moves, **vals):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        ).create({"journal_id": self.bank.id} | vals).action_create_payments()

    def _tax(self, rate=20, share=100):
        lines = [Command.create({"repartition_type": "base"})]
        lines += [
            Command.create(
                {
                    "repartition_type": "tax",
                    "factor_percent": share,
                    "account_id": self.input_account.id,
                }
            )
        ]
        if share < 100:
            lines.append(
                Command.create(
                    {"repartition_type": "tax", "factor_percent": 100 - share}
                )
            )
        tax = self.env["account.tax"].create(
            {
                "name": f"Purchase {rate} {share}",
                "type_tax_use": "purchase",
                "amount": rate,
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )
        self.terms.write({"tax_id": tax.id, "tax_share": share / 100})

    def _agree_to(self, dispute):
        step = dispute._steps().filtered(lambda one: one.state == "waiting")
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()

    def _assert_closed(self, charges):
        for name in ("accrued", "disputed"):
            account = f"logistics_freight_{name}_account_id"
            self.assertEqual(self._account_balance(account), 0.0, name)
        self.assertEqual(set(charges.mapped("stage")), {"settled"})
        self.assertEqual(set(charges.mapped("blocked_amount")), {0.0})

    def test_overcharge_is_credited_and_the_rest_paid(self):
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 128.0})
        move = self._post(bill)
        self._pay(move)
        self.assertEqual(move.amount_residual, 28.0)
        memo = self._checked(
            {"tracking_number": "NB1001", "amount": -28.0},
            kind="credit",
            number="C1",
            original="4711",
        )
        refund = self._post(memo)
        self.assertEqual(bill.dispute_ids.state, "credited")
        self.assertEqual(bill.dispute_ids.credit_bill_ids, memo)
        self.assertEqual(move.amount_residual, 0.0)
        self.assertEqual(refund.amount_residual, 0.0)
        self.assertEqual(move.payment_state, "paid")
        self._assert_closed(shipment.logistics_charge_ids)
        self.assertEqual(
            self._account_balance("logistics_freight_variance_account_id"), 0.0
        )

    def test_memo_about_two_bills_is_used_on_both(self):
        charges = self.env["logistics.charge"]
        bills = self.env["logistics.freight.bill"]
        for place, number in enumerate(("NB1001", "NB1002")):
            charges |= self._accrue(number).logistics_charge_ids
            bill = self._checked(
                {"tracking_number": number, "amount": 120.0 + 10 * place},
                number=f"47{place}1",
            )
            self._post(bill)
            bills |= bill
        memo = self._checked(
            {"tracking_number": "NB1001", "amount": -20.0},
            {"tracking_number": "NB1002", "amount": -30.0},
            kind="credit",
            number="C1",
        )
        refund = self._post(memo)
        self.assertEqual(refund.amount_residual, 0.0)
        self.assertEqual(bills.move_id.mapped("amount_residual"), [100.0, 100.0])
        self._pay(bills.move_id, group_payment=True)
        self._assert_closed(charges)

    def test_conceded_overcharge_is_paid(self):
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 128.0})
        move = self._post(bill)
        dispute = bill.dispute_ids
        dispute.with_user(self.finance)._concede(D(28), "They showed the order")
        self._agree_to(dispute)
        self.assertEqual(move.logistics_blocked_amount, 0.0)
        self._pay(move)
        self._assert_closed(shipment.logistics_charge_ids)
        self.assertEqual(
            self._account_balance("logistics_freight_variance_account_id"), 28.0
        )

    def test_tax_of_what_is_not_paid_does_not_come_back(self):
        self._tax()
        self.terms.treatment = "short_pay"
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 128.0}, tax=25.6)
        move = self._post(bill)
        self.assertEqual(move.logistics_blocked_amount, 33.6)
        dispute = bill.dispute_ids
        dispute.with_user(self.finance)._short_pay(D(28), "By contract")
        self.assertRecordValues(
            dispute, [{"state": "short_paid", "blocked_amount": 0.0, "open_tax": 0.0}]
        )
        self.assertEqual(move.amount_residual, 120.0)
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.input_account.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(round(sum(items.mapped("balance")), 2), 20.0)
        self._pay(move)
        self._assert_closed(shipment.logistics_charge_ids)

    def test_tax_that_is_cost_is_disputed_too(self):
        self._tax(20, 50)
        shipment = self._accrue("NB1001")
        self.assertEqual(shipment.logistics_charge_ids.open_amount, 110.0)
        bill = self._checked({"tracking_number": "NB1001", "amount": 128.0}, tax=25.6)
        move = self._post(bill)
        dispute = bill.dispute_ids
        self.assertRecordValues(
            dispute, [{"amount": 28.0, "tax": 5.6, "blocked_amount": 33.6}]
        )
        clearing = "logistics_freight_disputed_account_id"
        self.assertEqual(self._account_balance(clearing), 30.8)
        dispute.with_user(self.finance)._concede(D(8), "A part")
        self._agree_to(dispute)
        self.assertRecordValues(
            dispute, [{"open_amount": 20.0, "open_tax": 4.0, "blocked_amount": 24.0}]
        )
        self.assertEqual(self._account_balance(clearing), 22.0)
        memo = self._checked(
            {"tracking_number": "NB1001", "amount": -20.0},
            kind="credit",
            number="C1",
            tax=-4.0,
        )
        self._post(memo)
        self.assertEqual(move.amount_residual, 129.6)
        self._pay(move)
        self._assert_closed(shipment.logistics_charge_ids)

    def test_held_bill_is_posted_once_its_dispute_is_conceded(self):
        self.terms.hold_percent = 20.0
        shipment = self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 190.0})
        self.assertFalse(self._post(bill))
        dispute = bill.dispute_ids
        dispute.with_user(self.finance)._concede(D(90), "They are right")
        self._agree_to(dispute)
        self.assertEqual(dispute.state, "conceded")
        move = self._post(bill)
        self.assertEqual(
            self._items(move),
            {"accrued": 100.0, "variance": 90.0, "payment_term": -190.0},
        )
        self.assertFalse(dispute.is_unsettled)
        self._pay(move)
        self._assert_closed(shipment.logistics_charge_ids)

    def test_other_currency_closes_at_both_rates(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.assertNotEqual(self.currency, euro)
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2020-01-01", "rate": 0.5}
        )
        self.terms.currency_id = euro
        shipment = self._accrue("NB1001")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 128.0}, currency_id=euro.id
        )
        move = self._post(bill)
        self.assertEqual(move.logistics_blocked_amount, 28.0)
        self._pay(move)
        self.assertEqual(move.amount_residual, 28.0)
        memo = self._checked(
            {"tracking_number": "NB1001", "amount": -28.0},
            kind="credit",
            number="C1",
            currency_id=euro.id,
        )
        self._post(memo)
        self.assertEqual(move.amount_residual, 0.0)
        self._assert_closed(shipment.logistics_charge_ids)
