from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.logistics_carrier_base.booking import Booking
from odoo.addons.logistics_freight_accrual.expected_cost import SOURCES
from odoo.addons.logistics_freight_accrual.tests.expected_common import ExpectedCommon

FUEL = {"kind": "fuel", "percent": 10.0}


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
