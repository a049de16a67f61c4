"""What was billed before: averages, how well each source did, and the report."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.expected_cost import accuracy
from odoo.addons.logistics_freight_accrual.tests.expected_common import ExpectedCommon


@tagged("post_install", "-at_install")
class TestAverage(ExpectedCommon):
    def _billed(self, *amounts, quantity=5, **more):
        """Return shipments that were billed, each some days ago."""
        found = self.env["logistics.shipment"]
        for number, amount in enumerate(amounts):
            shipment = self._announce(f"P{quantity}{number}{amount}", quantity)
            shipment._logistics_quote_charges()
            self._bill(shipment, amount, **more)
            found |= shipment
        return found

    def _average(self, shipment):
        answers = shipment._logistics_expectations()[shipment].answers
        return next(one for one in answers if one.source == "average")

    def test_average_of_the_like(self):
        self._billed("9.40", "9.50", "9.70")
        answer = self._average(self._announce())
        self.assertEqual(answer.money.amount, Decimal("9.53"))
        self.assertEqual(answer.values["count"], "3")

    def test_two_are_too_few(self):
        self._billed("9.40", "9.50")
        self.assertEqual(self._average(self._announce()).reason, "too_few")

    def test_older_than_90_days_do_not_count(self):
        self._billed("9.40", "9.50")
        self._billed("9.60", days_ago=91)
        self.assertIsNone(self._average(self._announce()).money)
        self._billed("9.60", quantity=5, days_ago=90)
        self.assertEqual(
            self._average(self._announce("N2")).money.amount, Decimal("9.5")
        )

    def test_other_weights_services_and_countries_do_not_count(self):
        self._billed("9.40", "9.50", "9.60")
        self.assertIsNone(self._average(self._announce("W", 20)).money)
        self.method.logistics_service = "express"
        self.assertIsNone(self._average(self._announce("S")).money)
        self.method.logistics_service = "economy"
        self.customer.country_id = self.env.ref("base.de")
        self.assertIsNone(self._average(self._announce("C")).money)

    def test_other_carriers_and_companies_do_not_count(self):
        self._billed("9.40", "9.50", "9.60")
        other = self.env["logistics.carrier"].create({"name": "Other Parcel"})
        self.method.logistics_carrier_id = other
        self.assertIsNone(self._average(self._announce("O")).money)
        self.method.logistics_carrier_id = self.carrier
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        found = self.env["logistics.expected.cost"]._billed_before(
            elsewhere,
            self.carrier,
            self.company.currency_id,
            [("economy", "AT", 4)],
            [fields.Date.today()],
        )
        self.assertFalse(found)

    def test_shipment_that_is_not_billed_in_full_does_not_count(self):
        self._agree(surcharges=[{"kind": "fuel", "percent": 10.0}])
        for number in range(3):
            shipment = self._announce(f"H{number}")
            charges = shipment._logistics_quote_charges()
            day = fields.Date.today() - timedelta(days=5)
            shipment.expected_cost_ids.sudo().service_date = day
            base = charges.filtered(lambda one: one.charge_type == "base")
            base._say("bill", "B", amount=Decimal(7), on=day)
            base._say("match", "B", target="B")
            fuel = charges - base
            self.env.flush_all()
            if number == 2:
                self.assertEqual(self._average(self._announce("N")).reason, "too_few")
                self.assertEqual(
                    self._average(self._announce("M")).values["count"], "0"
                )
        for charge in self.env["logistics.charge"].search(
            [("charge_type", "=", "fuel"), ("amount", ">", 0)]
        ):
            charge._say("bill", "B", amount=Decimal(1), on=day)
            charge._say("match", "B", target="B")
        self.env.flush_all()
        self.assertTrue(fuel)
        self.assertEqual(self._average(self._announce("Q")).money.amount, Decimal(8))

    def test_duty_is_no_freight(self):
        shipments = self._billed("9.40", "9.50", "9.60")
        duty = self.env["logistics.charge"]._find_or_make(
            [
                shipments[0]._logistics_charge_vals(
                    "duty", self.company.currency_id, source="bill"
                )
            ]
        )
        duty._say("bill", "D", amount=Decimal(500), on=fields.Date.today())
        self.env.flush_all()
        self.assertEqual(self._average(self._announce()).money.amount, Decimal("9.5"))


@tagged("post_install", "-at_install")
class TestAccuracy(ExpectedCommon):
    def _compared(self):
        """Bill three shipments of 100.00 expected, and return what was billed."""
        billed = ("90.00", "104.00", "111.50")
        for number, amount in enumerate(billed):
            shipment = self._announce(f"A{number}")
            shipment._logistics_quote_charges()
            self._bill(shipment, amount)
        return billed

    def test_past_accuracy_is_the_one_of_plain_values(self):
        billed = self._compared()
        expected = accuracy([(Decimal(100), Decimal(one)) for one in billed], 2)
        shipment = self._announce()
        answers = shipment._logistics_expectations()[shipment].answers
        flat = next(one for one in answers if one.source == "flat")
        self.assertEqual(flat.accuracy, expected)
        self.assertEqual(flat.accuracy.count, 3)
        agreed = next(one for one in answers if one.source == "agreement")
        self.assertEqual(agreed.accuracy.count, 0)
        self.assertIsNone(agreed.accuracy.share)

    def test_accuracy_is_shown_on_the_shipment(self):
        self._compared()
        shipment = self._announce()
        shipment._logistics_quote_charges()
        flat = shipment.expected_cost_ids.filtered(lambda one: one.source == "flat")
        # Of 305.50 billed, 25.50 differed.
        self.assertEqual((flat.accuracy, flat.accuracy_count), (0.9165, 3))
        self.assertEqual(flat.deviation, 1.83)

    def test_sources_that_did_not_count_are_compared_too(self):
        self._agree({"price": 95.0})
        shipment = self._announce("A1")
        shipment._logistics_quote_charges()
        self._bill(shipment, "100.00")
        found = self.env["logistics.expected.cost"]._accuracies(
            self.company,
            self.carrier,
            self.company.currency_id,
            self.company._logistics_today(),
        )
        self.assertEqual(found["agreement"].share, Decimal("0.95"))
        self.assertEqual(found["flat"].share, Decimal(1))

    def test_report_by_charge(self):
        self._compared()
        rows = self.env["logistics.freight.accuracy"].search(
            [("carrier_id", "=", self.carrier.id)], order="billed"
        )
        self.assertRecordValues(
            rows,
            [
                {
                    "source": "flat",
                    "expected": 100.0,
                    "billed": 90.0,
                    "deviation": -10.0,
                    "absolute": 10.0,
                    "service": "economy",
                    "zone": "AT",
                    "company_id": self.company.id,
                },
                {
                    "source": "flat",
                    "expected": 100.0,
                    "billed": 104.0,
                    "deviation": 4.0,
                    "absolute": 4.0,
                    "service": "economy",
                    "zone": "AT",
                    "company_id": self.company.id,
                },
                {
                    "source": "flat",
                    "expected": 100.0,
                    "billed": 111.5,
                    "deviation": 11.5,
                    "absolute": 11.5,
                    "service": "economy",
                    "zone": "AT",
                    "company_id": self.company.id,
                },
            ],
        )
        ((source, deviation, absolute),) = rows._read_group(
            [("id", "in", rows.ids)], ["source"], ["deviation:sum", "absolute:sum"]
        )
        self.assertEqual((source, deviation, absolute), ("flat", 5.5, 25.5))

    def test_report_in_the_currency_of_the_company(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today() - timedelta(days=30),
                "rate": 0.5,
                "currency_id": euro.id,
                "company_id": self.company.id,
            }
        )
        self.terms.currency_id = euro
        shipment = self._announce()
        shipment._logistics_quote_charges()
        self._bill(shipment, "110.00")
        row = self.env["logistics.freight.accuracy"].search(
            [("shipment_id", "=", shipment.id)]
        )
        self.assertRecordValues(
            row, [{"expected": 200.0, "billed": 220.0, "deviation": 20.0}]
        )
        self.assertEqual(row.currency_id, self.company.currency_id)

    def test_charge_first_seen_on_a_bill_was_not_expected(self):
        shipment = self._announce()
        charge = self.env["logistics.charge"]._find_or_make(
            [
                shipment._logistics_charge_vals(
                    "residential", self.company.currency_id, source="bill"
                )
            ]
        )
        charge._say("bill", "B", amount=Decimal("4.50"), on=fields.Date.today())
        self.env.flush_all()
        row = self.env["logistics.freight.accuracy"].search(
            [("charge_id", "=", charge.id)]
        )
        self.assertRecordValues(
            row, [{"expected": 0.0, "billed": 4.5, "is_unexpected": True}]
        )

    def test_who_sees_the_report(self):
        self._compared()
        Report = self.env["logistics.freight.accuracy"]
        for person in ("finance", "auditor"):
            self.assertEqual(len(Report.with_user(self.people[person]).search([])), 3)
        with self.assertRaises(AccessError):
            Report.with_user(self.people["user"]).search([])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        clerk = self.people["finance"]
        clerk.write({"company_ids": [(4, other.id)]})
        theirs = Report.with_user(clerk).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))


@tagged("post_install", "-at_install")
class TestSpeed(ExpectedCommon):
    def _many(self, count, start):
        """Return shipments that have a number and goods."""
        pickings = self.env["stock.picking"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "carrier_id": self.method.id,
                    "carrier_tracking_ref": f"Q{start + number}",
                    "location_id": self.warehouse.lot_stock_id.id,
                    "location_dest_id": self.customer.property_stock_customer.id,
                    "move_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 1 + number % 7,
                                "location_id": self.warehouse.lot_stock_id.id,
                                "location_dest_id": (
                                    self.customer.property_stock_customer.id
                                ),
                            },
                        )
                    ],
                }
                for number in range(count)
            ]
        )
        return pickings.logistics_shipment_ids

    def _queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_hundred_shipments_need_no_more_questions_than_ten(self):
        self._agree(surcharges=[{"kind": "fuel", "percent": 10.0}])
        few, many = self._many(10, 0), self._many(100, 1000)
        self.assertEqual((len(few), len(many)), (10, 100))
        few._logistics_expectations()  # What is cached for good.
        ten = self._queries(few._logistics_expectations)
        hundred = self._queries(many._logistics_expectations)
        self.assertLessEqual(hundred, ten + 5)
        self.assertLess(ten, 80)

    def test_quotes_cost_a_few_rows_each(self):
        self._agree(surcharges=[{"kind": "fuel", "percent": 10.0}])
        few, many = self._many(10, 0), self._many(100, 1000)
        few._logistics_quote_charges()
        few = self._many(10, 3000)
        ten = self._queries(few._logistics_quote_charges)
        hundred = self._queries(many._logistics_quote_charges)
        # Two charges and two facts each; what is asked and kept comes on top once.
        self.assertLess(hundred - ten, 90 * 16)
