"""Bills in another currency than was expected: judged by the price, not the rate."""

from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon

D = Decimal


@tagged("post_install", "-at_install")
class TestBillCurrency(CheckCommon):
    """100.00 of a currency worth 1.10 at the service are worth 1.20 at the bill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.foreign = cls._currency("XFR", {"2020-01-01": 1.10, str(cls.today): 1.20})
        cls.other = cls._currency("XFS", {"2020-01-01": 0.50})
        cls.terms.currency_id = cls.foreign
        cls.service = cls.today - timedelta(days=5)
        cls.count = 0

    @classmethod
    def _currency(cls, name, worth):
        currency = cls.env["res.currency"].create(
            {"name": name, "symbol": name, "rounding": 0.01}
        )
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": cls.company.id,
                    "name": day,
                    "inverse_company_rate": value,
                }
                for day, value in worth.items()
            ]
        )
        return currency

    @classmethod
    def _accrue_before(cls, number="NB1001"):
        """Return a shipment that was picked up five days ago, for 100.00."""
        shipment = cls._ship(cls._sell().picking_ids, number)
        cls._report(
            shipment,
            "picked_up",
            occurred_at=f"{cls.service} 10:00:00",
        )
        cls._take()
        return shipment

    def _line(self, amount, **more):
        self.__class__.count += 1
        row = {"tracking_number": "NB1001", "amount": amount}
        return self._checked(row, number=f"C{self.count}", **more).line_ids

    def _posted(self, amount, **more):
        bill = self._line(amount, **more).bill_id
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "posted")
        return bill

    def _all(self, *charges):
        """Return what charges have on their accounts, in company currency."""
        found = {}
        for charge in charges:
            for role, amount in self._balances(charge).items():
                found[role] = found.get(role, 0) + amount
        return {role: amount for role, amount in found.items() if amount}

    def test_price_is_compared_at_the_rate_of_the_bill(self):
        charge = self._accrue_before().logistics_charge_ids
        self.assertEqual(self._balances(charge), {"freight": 110, "accrued": -110})
        # 2 % of 120.00 is within 5.00; the rate itself may differ by 1 %.
        for amount, status, disputed in (
            (120.0, "matched", 0.0),
            (122.4, "in_tolerance", 0.0),
            (122.41, "variance", 2.41),
            (108.0, "in_tolerance", 0.0),
            (107.99, "variance", 0.0),
        ):
            with self.subTest(amount=amount):
                line = self._line(amount)
                self.assertEqual(line.charge_id, charge)
                self.assertRecordValues(
                    line,
                    [
                        {
                            "status": status,
                            "disputed_amount": disputed,
                            "expected_amount": 120.0,
                            "delta_amount": round(amount - 120, 2),
                            # 10.00 of the 120.00 come from the rate.
                            "exchange_amount": 10.0,
                        }
                    ],
                )

    def test_tolerance_of_the_rate_is_let_pass(self):
        self._accrue_before()
        self._agree(
            self.Tolerance.create(
                {
                    "carrier_id": self.carrier.id,
                    "charge_class": "base",
                    "over_amount": 0.0,
                    "has_over_percent": False,
                }
            )
        )
        # What was agreed about the price lets nothing pass, about the rate 1 %.
        self.assertEqual(self._line(121.2).status, "in_tolerance")
        self.assertEqual(self._line(121.21).status, "variance")

    def test_without_a_rate_nothing_is_guessed(self):
        self._accrue_before()
        unknown = self._currency("XFU", {})
        line = self._line(120.0, currency_id=unknown.id)
        self.assertEqual((line.status, line.reason), ("variance", "currency"))
        self.assertEqual(line.disputed_amount, 120.0)
        late = self._currency("XFV", {str(self.today + timedelta(days=1)): 1.0})
        self.assertEqual(self._line(120.0, currency_id=late.id).reason, "currency")

    def test_exchange_and_price_are_told_apart_in_the_books(self):
        charge = self._accrue_before().logistics_charge_ids
        bill = self._posted(122.0)
        billed = bill.line_ids.charge_id
        self.assertEqual(billed.replaces_id, charge)
        self.assertEqual(bill.line_ids.about_charge_id, charge)
        self.assertEqual(billed.currency_id, self.currency)
        self.assertEqual(
            self._items(bill.move_id),
            {"accrued": 120.0, "variance": 2.0, "payment_term": -122.0},
        )
        # 110.00 freight, 2.00 price, and what is left of 122.00 is the rate.
        self.assertEqual(
            self._all(charge, billed), {"freight": D(110), "variance": D(2)}
        )
        exchange = charge.line_ids.matched_debit_ids.exchange_move_id
        exchange |= charge.line_ids.matched_credit_ids.exchange_move_id
        self.assertEqual(sum(exchange.line_ids.mapped("debit")), 10.0)
        self.assertEqual((charge.stage, billed.stage), ("void", "invoiced"))
        self.assertEqual((charge.open_amount, billed.open_amount), (0.0, 0.0))
        items = (charge | billed).line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(items.mapped("reconciled")))
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )

    def test_bill_and_charge_both_foreign(self):
        charge = self._accrue_before().logistics_charge_ids
        # 120.00 of ours are 240.00 at 0.50.
        line = self._line(241.0, currency_id=self.other.id)
        self.assertEqual((line.expected_amount, line.delta_amount), (240.0, 1.0))
        self.assertEqual(line.exchange_amount, 20.0)
        line.bill_id.with_user(self.finance).action_post()
        billed = line.charge_id
        self.assertEqual(
            self._all(charge, billed), {"freight": D(110), "variance": D("0.5")}
        )
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )

    def test_what_is_too_much_is_in_dispute(self):
        charge = self._accrue_before().logistics_charge_ids
        bill = self._posted(150.0)
        self.assertEqual(bill.dispute_ids.amount, 30.0)
        self.assertEqual(
            self._all(charge, bill.line_ids.charge_id),
            {"freight": D(110), "clearing": D(30)},
        )

    def test_second_bill_finds_nothing_expected_any_more(self):
        self._accrue_before()
        self._posted(120.0)
        line = self._line(100.0, currency_id=self.foreign.id)
        self.assertEqual(line.status, "variance")
        self.assertEqual(line.disputed_amount, 100.0)

    def test_what_was_billed_in_its_own_currency_is_not_converted(self):
        self._accrue_before()
        part = self._bill(
            {"tracking_number": "NB1001", "amount": 40.0, "is_final": False},
            number="P1",
            currency_id=self.foreign.id,
        )
        part._check()
        part.with_user(self.finance).action_post()
        line = self._line(72.0)
        self.assertEqual((line.status, line.reason), ("variance", "currency"))

    def test_later_events_do_not_hold_what_was_billed(self):
        shipment = self._accrue_before()
        billed = self._posted(120.0).line_ids.charge_id
        self._price(shipment, 105.0, currency="XFR")
        self._take()
        self.assertFalse(billed.told)
        self.assertFalse(billed.held_reason)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )

    def test_freight_and_its_discount_move_as_one_price(self):
        charge = self._accrue_before().logistics_charge_ids
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 150.0},
            {"tracking_number": "NB1001", "amount": -30.0, "charge_type": "discount"},
        )
        bill.with_user(self.finance).action_post()
        self.assertEqual(len(bill.line_ids.charge_id), 1)
        self.assertEqual(
            self._all(charge, bill.line_ids.charge_id), {"freight": D(110)}
        )

    def test_what_was_not_accrued_is_cost_when_it_is_billed(self):
        self.env["logistics.action.mode"]._switch(self.company, "accrue", "off")
        charge = self._accrue_before().logistics_charge_ids
        self.assertFalse(charge.posting_ids)
        bill = self._posted(122.0)
        self.assertEqual(
            self._all(charge, bill.line_ids.charge_id), {"freight": D(122)}
        )

    def test_typed_bill_in_another_currency_takes_the_accrual(self):
        charge = self._accrue_before().logistics_charge_ids
        move = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "currency_id": self.currency.id,
                "invoice_date": self.today,
                "ref": "T1",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Parcel NB1001",
                            "price_unit": 121.0,
                            "account_id": self.company.logistics_freight_account_id.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()
        self.assertEqual(
            self._items(move),
            {"accrued": 120.0, "variance": 1.0, "payment_term": -121.0},
        )
        billed = move.line_ids.logistics_charge_id
        self.assertEqual(billed.replaces_id, charge)
        self.assertEqual(
            self._all(charge, billed), {"freight": D(110), "variance": D(1)}
        )
