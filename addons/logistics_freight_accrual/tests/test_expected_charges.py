from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.logistics_carrier_base.booking import Booking
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


@tagged("post_install", "-at_install")
class TestQuotes(ExpectedCommon):
    def test_parts_are_charges_of_their_own(self):
        self._agree(surcharges=[FUEL])
        shipment = self._announce()
        charges = shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 6.9, "fuel": 0.69})
        self.assertEqual(set(charges.mapped("is_all_in")), {False})
        self.assertEqual(set(charges.mapped("source")), {"agreement"})
        self.assertEqual(set(charges.mapped("stage")), {"estimated"})
        self.assertEqual(charges.fact_ids.mapped("ref"), ["agreement", "agreement"])

    def test_discount_is_part_of_the_base_price(self):
        self._agree(
            surcharges=[{"kind": "discount", "method": "amount", "amount": -1.0}]
        )
        shipment = self._announce()
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 5.9})

    def test_price_without_parts_is_all_in(self):
        shipment = self._announce()
        charge = shipment._logistics_quote_charges()
        self.assertTrue(charge.is_all_in)
        self.assertEqual(self._prices(shipment), {"base": 100.0})

    def test_nothing_is_said_twice(self):
        self._agree(surcharges=[FUEL])
        shipment = self._announce()
        charges = shipment._logistics_quote_charges()
        again = shipment._logistics_quote_charges()
        self.assertEqual(charges, again)
        self.assertEqual(len(charges.fact_ids), 2)
        self.assertEqual(len(shipment.expected_cost_ids), 5)

    def test_better_source_said_later_is_another_fact(self):
        self._agree(surcharges=[FUEL])
        shipment = self._announce()
        charges = shipment._logistics_quote_charges()
        self._booking(shipment, 7.77)
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 7.77, "fuel": 0.0})
        base = charges.filtered(lambda one: one.charge_type == "base")
        self.assertTrue(base.is_all_in)
        self.assertEqual(base.source, "booked")
        self.assertEqual(base.fact_ids.mapped("ref"), ["agreement", "booked"])

    def test_changed_weight_is_asked_again_before_dispatch(self):
        self._agree({"price": 0.0, "per_kg": 1.0})
        shipment = self._announce()
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 10.0})
        shipment.picking_ids.shipping_weight = 12.0
        self.assertEqual(self._prices(shipment), {"base": 12.0})
        self.assertFalse(shipment.logistics_charge_ids.held_reason)

    def test_changed_service_is_asked_again(self):
        self._agree(
            {"price": 5.0, "service": "economy"}, {"price": 15.0, "service": "express"}
        )
        express = self.method.copy({"logistics_service": "express"})
        shipment = self._announce()
        shipment._logistics_quote_charges()
        shipment.picking_ids.carrier_id = express
        self.assertEqual(self._prices(shipment), {"base": 15.0})

    def test_what_was_packed_counts_when_it_leaves(self):
        self._agree({"price": 0.0, "per_kg": 1.0})
        shipment = self._announce()
        shipment._logistics_quote_charges()
        picking = shipment.picking_ids
        picking.move_ids.write({"quantity": 3, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._prices(shipment), {"base": 6.0})

    def test_price_stands_once_the_goods_left(self):
        agreement = self._agree()
        shipment = self._announce()
        shipment._logistics_quote_charges()
        self._leave(shipment)
        agreement.rate_ids.price = 9.0
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 6.9})
        kept = shipment.expected_cost_ids.filtered("is_chosen")
        self.assertEqual(kept.amount, 6.9)
        # The label is bought by a job, after the goods left: its price is better.
        booking = self._booking(shipment, 7.77)
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 7.77})
        booking.price = 8.0
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 8.0})

    def test_what_the_carrier_reported_is_not_replaced(self):
        shipment = self._announce()
        shipment._logistics_quote_charges()
        later = fields.Datetime.now() + timedelta(minutes=1)
        self._price(shipment, 80.0, final=False, recorded_at=later)
        self._agree()
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 80.0})

    def test_milestone_finds_the_price(self):
        self._agree(surcharges=[FUEL])
        shipment = self._send()
        self.assertFalse(shipment.logistics_charge_ids)
        self._pick_up(shipment)
        self._take()
        self.assertEqual(self._prices(shipment), {"base": 6.9, "fuel": 0.69})
        self.assertEqual(
            self._balances(shipment.logistics_charge_ids),
            {"freight": Decimal("7.59"), "accrued": Decimal("-7.59")},
        )

    def test_goods_that_left_without_a_price_are_asked_about(self):
        self.terms.flat_amount = 0.0
        shipment = self._send()
        self._pick_up(shipment)
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.problems, [["no_price", "milestone"]])
        self.assertFalse(charge.amount)

    def test_button_makes_no_charge_without_a_price(self):
        self.terms.flat_amount = 0.0
        shipment = self._announce()
        shipment.with_user(self.people["finance"]).action_expected_cost()
        self.assertFalse(shipment.logistics_charge_ids)
        self.assertEqual(len(shipment.expected_cost_ids), 5)

    def test_shipment_without_a_carrier_has_no_charges(self):
        self.method.logistics_carrier_id = False
        shipment = self._announce()
        self.assertFalse(shipment._logistics_quote_charges())

    def test_carriers_currency_is_the_one_of_the_charge(self):
        euro = self.env.ref("base.EUR")
        dollar = self.company.currency_id
        euro.active = True
        self.assertNotEqual(euro, dollar)
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today() - timedelta(days=5),
                "rate": 0.5,
                "currency_id": euro.id,
                "company_id": self.company.id,
            }
        )
        self.terms.currency_id = euro
        self._agree()
        shipment = self._announce()
        charge = shipment._logistics_quote_charges()
        self.assertEqual((charge.currency_id, charge.amount), (euro, 3.45))
        chosen = shipment.expected_cost_ids.filtered("is_chosen")
        self.assertEqual((chosen.amount, chosen.currency_id), (6.9, dollar))
        self.assertEqual(
            (chosen.charged_amount, chosen.charged_currency_id), (3.45, euro)
        )
        self.assertFalse(charge.held_reason)

    def test_each_company_has_its_own_terms(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._agree()
        self.env["logistics.freight.terms"].create(
            {
                "company_id": other.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
                "currency_id": other.currency_id.id,
                "flat_amount": 55.0,
            }
        )
        mine = self._announce()
        theirs = self.env["logistics.shipment"].create(
            {
                "company_id": other.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.customer.id,
            }
        )
        (mine | theirs)._logistics_quote_charges()
        self.assertEqual(self._prices(mine), {"base": 6.9})
        self.assertEqual(self._prices(theirs), {"base": 55.0})
        self.assertEqual(theirs.logistics_charge_ids.company_id, other)
        with self.assertRaises(AccessError):
            theirs.expected_cost_ids.with_user(self.people["finance"]).read(["amount"])

    def test_list_on_the_shipment_in_words(self):
        self._agree(surcharges=[FUEL])
        shipment = self._announce()
        shipment.with_user(self.people["finance"]).action_expected_cost()
        rows = shipment.with_user(self.people["user"]).expected_cost_ids
        self.assertEqual(rows.mapped("source"), list(SOURCES))
        self.assertEqual(rows.filtered("is_chosen").source, "agreement")
        agreed = rows.filtered("is_chosen")
        self.assertEqual(
            agreed.reason_text, "Up to 20 kg for 10 kg, zone AT, country AT"
        )
        self.assertEqual(
            agreed.parts_text,
            "Base Freight 6.90 (Up to 20 kg for 10 kg, zone AT, country AT); "
            "Fuel Surcharge 0.69 (10 % of 6.9)",
        )
        for row in rows:
            self.assertTrue(row.reason_text)
            self.assertNotIn("%(", row.reason_text)

    def test_only_finance_asks(self):
        shipment = self._announce()
        for person in ("user", "auditor", "integration"):
            with self.assertRaises(AccessError):
                shipment.with_user(self.people[person]).action_expected_cost()

    def test_label_bought_after_the_goods_left_brings_its_price(self):
        picking = self._sell().picking_ids
        shipment = self._ship(picking, "NB1")
        shipment._logistics_quote_charges()
        self.assertEqual(self._prices(shipment), {"base": 100.0})
        booking = self._booking(shipment, 0.0, state="waiting", numbers=False)
        currency = self.company.currency_id.name
        booking._note_booked(Booking(("NB2",), (), Decimal("7.77"), currency))
        self.assertIn("NB2", shipment.parcel_ids.mapped("tracking_number"))
        self.assertEqual(self._prices(shipment), {"base": 7.77})
        self.assertEqual(shipment.logistics_charge_ids.source, "booked")

    def test_page_on_the_shipment(self):
        shipment = self._announce()
        clerk = self.people["finance"]
        shipment.with_user(clerk).action_expected_cost()
        with Form(shipment.with_user(clerk)) as form:
            self.assertEqual(len(form.expected_cost_ids), 5)
        arch = shipment.with_user(self.people["user"]).get_view(view_type="form")[
            "arch"
        ]
        self.assertIn("expected_cost_ids", arch)
        self.assertNotIn("action_expected_cost", arch)

    def test_a_failure_does_not_stop_the_packing(self):
        shipment = self._announce()
        shipment._logistics_quote_charges()

        def fail(*_args, **_more):
            raise ValueError("broken")

        self.patch(type(shipment), "_logistics_priced", fail)
        with self.assertLogs("odoo.addons.logistics_freight_accrual", "WARNING"):
            self._leave(shipment)
        self.assertEqual(shipment.picking_ids.state, "done")
        self.assertEqual(self._prices(shipment), {"base": 100.0})
