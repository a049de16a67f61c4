from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.expected_cost import SOURCES
from odoo.addons.logistics_freight_accrual.tests.expected_common import ExpectedCommon

FUEL = {"kind": "fuel", "percent": 10.0}


@tagged("post_install", "-at_install")
class TestSources(ExpectedCommon):
    def test_every_source_says_something_in_its_order(self):
        self.terms.flat_amount = 100.0
        shipment = self._announce()
        answers = shipment._logistics_expectations()[shipment].answers
        self.assertEqual(tuple(one.source for one in answers), SOURCES)
        self.assertEqual(
            [one.reason for one in answers],
            ["not_given", "no_agreement", "not_given", "too_few", "flat"],
        )

    def test_first_source_with_a_price_counts(self):
        shipment = self._announce()
        expected = shipment._logistics_expectations
        self.assertEqual(expected()[shipment].chosen.source, "flat")
        self.method.product_id.standard_price = 8.0
        self.assertEqual(expected()[shipment].chosen.source, "rule")
        self._agree()
        self.assertEqual(expected()[shipment].chosen.source, "agreement")
        self._booking(shipment, 7.77)
        self.assertEqual(expected()[shipment].chosen.source, "booked")

    def test_agreement_prices_what_is_sent(self):
        self._agree(
            {"weight_to": 9.0, "price": 5.0},
            {"weight_to": 10.0, "price": 6.0, "country_id": self.austria.id},
            {"weight_to": 20.0, "price": 9.0},
            surcharges=[FUEL],
        )
        # Five pumps of 2 kg are 10 kg.
        self.assertEqual(
            self._said(self._announce(quantity=5), "agreement"), Decimal("6.60")
        )
        self.assertEqual(
            self._said(self._announce("NB2", quantity=6), "agreement"), Decimal("9.90")
        )

    def test_each_number_is_a_parcel(self):
        self._agree({"weight_to": 5.0, "price": 4.0}, {"weight_to": 20.0, "price": 9.0})
        shipment = self._announce("NB1, NB2")
        self.assertEqual(self._said(shipment, "agreement"), Decimal("8.00"))

    def test_packages_are_the_parcels_with_their_dimensions(self):
        self._agree({"price": 0.0, "per_kg": 1.0}, divisor=5000.0)
        box = self.env["stock.package.type"].create(
            {
                "name": "Box",
                "packaging_length": 500.0,
                "width": 400.0,
                "height": 300.0,
                "base_weight": 0.5,
            }
        )
        shipment = self._announce()
        lines = shipment.picking_ids.move_line_ids
        lines.result_package_id = self.env["stock.package"].create(
            {"package_type_id": box.id}
        )
        # 50 by 40 by 30 cm are 12 kg of volume, more than 10.5 kg.
        self.assertEqual(self._said(shipment, "agreement"), Decimal("12.00"))
        lines.result_package_id.shipping_weight = 14.2
        self.assertEqual(self._said(shipment, "agreement"), Decimal("14.20"))

    def test_weight_in_pounds_is_priced_in_kilograms(self):
        self._agree({"price": 0.0, "per_kg": 1.0})
        self.env["ir.config_parameter"].set_param("product.weight_in_lbs", "1")
        self.assertEqual(self._said(self._announce(), "agreement"), Decimal("4.54"))

    def test_zone_of_the_carrier_counts(self):
        self._agree(
            {"weight_to": 20.0, "price": 5.0, "zone": "2"},
            {"weight_to": 20.0, "price": 9.0},
        )
        shipment = self._announce()
        self.assertEqual(self._said(shipment, "agreement"), Decimal("9.00"))
        self.env["logistics.rate.zone"].create(
            {
                "carrier_id": self.carrier.id,
                "country_id": self.austria.id,
                "postcode": "1",
                "zone": "2",
            }
        )
        self.assertEqual(self._said(shipment, "agreement"), Decimal("5.00"))

    def test_agreement_that_ended_is_not_asked(self):
        yesterday = self.company._logistics_today() - timedelta(days=1)
        self._agree(valid_to=yesterday)
        self.assertIsNone(self._said(self._announce(), "agreement"))

    def test_private_person_makes_it_residential(self):
        self._agree(
            surcharges=[
                {
                    "kind": "residential",
                    "method": "amount",
                    "amount": 2.0,
                    "trait": "residential",
                }
            ]
        )
        self.assertEqual(self._said(self._announce(), "agreement"), Decimal("6.90"))
        self.customer.is_company = False
        self.assertEqual(self._said(self._announce("2"), "agreement"), Decimal("8.90"))

    def test_booked_price_of_another_label_does_not_count(self):
        shipment = self._announce()
        self._booking(shipment, 7.0, numbers="ELSE1")
        self.assertIsNone(self._said(shipment, "booked"))
        self._booking(shipment, 7.0, state="void")
        self.assertIsNone(self._said(shipment, "booked"))

    def test_agreement_of_the_parent_counts_in_a_branch(self):
        self._agree()
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        shipment = self._announce()
        consignment = shipment._logistics_consignments()[shipment]
        (found,) = self.env["logistics.rate.agreement"]._for_consignments(
            branch, self.carrier, [consignment]
        )
        self.assertEqual([one.ref for one in found], ["Northbound 26"])


@tagged("post_install", "-at_install")
class TestRuleCost(ExpectedCommon):
    """The delivery price rule is asked for its cost, not for what a customer pays."""

    def _rules(self, **more):
        self.method.write(
            {
                "delivery_type": "base_on_rule",
                "price_rule_ids": [
                    Command.create(
                        {
                            "variable": "weight",
                            "operator": "<=",
                            "max_value": 50.0,
                            "list_base_price": 3.0,
                            "list_price": 0.5,
                            "variable_factor": "weight",
                        }
                    )
                ],
            }
            | more
        )

    def test_rule_by_weight(self):
        self._rules()
        self.assertEqual(self._said(self._announce(), "rule"), Decimal("8.00"))

    def test_margin_and_free_shipping_are_the_customers(self):
        self._rules(margin=0.5, fixed_margin=4.0, free_over=True, amount=1.0)
        order = self._sell()
        order.order_line.tax_ids = [Command.clear()]
        paid = self.method.rate_shipment(order)
        self.assertEqual(paid["price"], 16.0)
        order.picking_ids.carrier_tracking_ref = "NB1"
        shipment = order.picking_ids.logistics_shipment_ids
        self.assertEqual(self._said(shipment, "rule"), Decimal("8.00"))

    def test_delivery_line_of_the_customer_changes_nothing(self):
        self._rules()
        self.method.price_rule_ids.write(
            {"variable_factor": "price", "list_base_price": 0.0, "list_price": 0.01}
        )
        order = self._sell()
        order.set_delivery_line(self.method, 25.0)
        order.picking_ids.carrier_tracking_ref = "NB1"
        shipment = order.picking_ids.logistics_shipment_ids
        before = self._said(shipment, "rule")
        self.assertEqual(before, Decimal("5.00"))
        order.order_line.filtered("is_delivery").price_unit = 999.0
        self.assertEqual(self._said(shipment, "rule"), before)

    def test_fixed_price_is_the_customers_and_the_cost_is_asked(self):
        self.method.product_id.list_price = 49.0
        shipment = self._announce()
        self.assertIsNone(self._said(shipment, "rule"))
        self.method.product_id.standard_price = 6.5
        self.method.write({"free_over": True, "amount": 1.0, "margin": 0.4})
        self.assertEqual(self._said(shipment, "rule"), Decimal("6.50"))

    def test_no_rule_for_so_much_is_no_price(self):
        self._rules()
        self.assertIsNone(self._said(self._announce(quantity=30), "rule"))

    def test_part_of_an_order_costs_its_part(self):
        self._rules()
        self.method.price_rule_ids.write(
            {"variable_factor": "price", "list_base_price": 0.0, "list_price": 0.01}
        )
        picking = self._sell(10).picking_ids
        picking.carrier_tracking_ref = "NB1"
        picking.move_ids.write({"quantity": 4, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        shipment = picking.logistics_shipment_ids
        self.assertEqual(self._said(shipment, "rule"), Decimal("4.00"))

    def test_carrier_that_must_be_called_is_not(self):
        self.patch(
            type(self.env["delivery.carrier"]),
            "rate_shipment",
            lambda *_args: self.fail("A rate was asked for"),
        )
        self.assertIsNone(self._said(self._announce(), "rule"))
