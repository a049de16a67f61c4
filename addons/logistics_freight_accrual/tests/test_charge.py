"""Charges on the database: accrued once, by differences, and taken back when void."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon


@tagged("post_install", "-at_install")
class TestCharge(FreightCommon):
    def test_pickup_accrues_once(self):
        shipment = self._send()
        self.assertFalse(shipment.logistics_charge_ids)
        self._pick_up(shipment)
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.stage, "provisional")
        self.assertEqual(charge.open_amount, 0.0)
        self._take()
        self.assertEqual(charge.open_amount, 100.0)
        self.assertEqual(
            self._balances(charge), {"freight": Decimal(100), "accrued": Decimal(-100)}
        )
        # Said again, by another message and by a scan that implies it.
        self._pick_up(shipment, reference="again")
        self._report(shipment, "in_transit")
        self._take()
        self.assertEqual(len(charge.posting_ids), 1)
        self.assertEqual(charge.posting_ids.effect_id.state, "done")
        self.assertEqual(charge.partner_id, self.vendor)

    def test_confirmed_price_posts_the_difference_only(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        self._price(shipment, 112.5)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.stage, "confirmed")
        first, second = charge.posting_ids
        self.assertEqual((first.generation, second.generation), (1, 2))
        self.assertEqual(second.accrued, 12.5)
        self.assertEqual(charge.open_amount, 112.5)
        self.assertEqual(
            second.move_id.journal_id, self.company.logistics_freight_journal_id
        )

    def test_price_before_pickup_is_no_entry(self):
        shipment = self._send()
        self._price(shipment, 80.0, final=False)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.stage, "estimated")
        self.assertEqual(charge.amount, 80.0)
        self.assertFalse(charge.posting_ids)
        self._pick_up(shipment)
        self._take()
        self.assertEqual(charge.open_amount, 80.0)

    def test_cancelled_label_takes_everything_back(self):
        shipment = self._send()
        self.rule.trigger = "dispatched"
        self._report(shipment, "dispatched")
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.open_amount, 100.0)
        shipment._retract(
            shipment.event_ids.filtered(lambda event: event.event_type == "dispatched"),
            "Never left",
        )
        self._report(shipment, "shipment_cancelled")
        self._take()
        self.assertEqual(charge.stage, "void")
        self.assertEqual(self._balances(charge), {})
        accrued = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertEqual(len(accrued), 2)
        self.assertTrue(all(accrued.mapped("reconciled")))

    def test_withdrawn_pickup_takes_the_accrual_back(self):
        self.rule.trigger = "delivered"
        shipment = self._send()
        self._report(shipment, "delivered")
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.open_amount, 100.0)
        shipment._retract(
            shipment.event_ids.filtered(lambda event: event.event_type == "delivered"),
            "Wrong door",
        )
        self._take()
        self.assertEqual(charge.open_amount, 0.0)
        self._report(shipment, "delivered", key="again")
        self._take()
        self.assertEqual(charge.open_amount, 100.0)
        self.assertEqual(charge.posting_ids.mapped("accrued"), [100.0, -100.0, 100.0])

    def test_item_keeps_its_charge(self):
        """Neither another charge is typed, nor none: the proof would not see it."""
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        items = shipment.logistics_charge_ids.line_ids
        self.assertTrue(items)
        for values in (
            {"logistics_charge_id": False},
            {"logistics_charge_role": False},
            {"logistics_charge_role": "freight"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                items.write(values)

    def test_off_accrues_nothing(self):
        self.mode.mode = "off"
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.stage, "estimated")
        self.assertFalse(charge.posting_ids)
        # Switched on from tomorrow, what was picked up before stays as it is.
        tomorrow = self.company._logistics_today() + timedelta(days=1)
        self._switch("on", since=tomorrow)
        self._report(shipment, "in_transit")
        self._take()
        self.assertFalse(charge.posting_ids)

    def test_switched_on_later_takes_up_what_came_since(self):
        self.mode.mode = "off"
        shipment = self._send()
        self._pick_up(shipment)
        self._switch("observe", since="2020-01-01")
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.mode, "observe")
        self._take()
        self.assertFalse(charge.posting_ids)
        self._switch("on", since="2020-01-01")
        self._take()
        self.assertEqual(charge.mode, "on")
        self.assertEqual(charge.open_amount, 100.0)

    def test_switched_off_accrues_no_more(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        waiting = self._send("NB1002")
        self._pick_up(waiting)
        self._switch("off")
        self._price(shipment, 130.0)
        self._price(waiting, 90.0)
        self._take()
        self.assertEqual(shipment.logistics_charge_ids.open_amount, 100.0)
        self.assertFalse(waiting.logistics_charge_ids.posting_ids)
        self._switch("on", since="2020-01-01")
        self._take()
        self.assertEqual(shipment.logistics_charge_ids.open_amount, 130.0)
        self.assertEqual(waiting.logistics_charge_ids.open_amount, 90.0)

    def _switch(self, mode, since=None):
        self.env["logistics.action.mode"]._change(
            self.company, "accrue", mode, since and fields.Date.to_date(since)
        )

    def test_observed_only(self):
        self.mode.mode = "observe"
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        step = self.env["logistics.effect"].search(
            [("action", "=", "accrue"), ("shipment_id", "=", shipment.id)]
        )
        self.assertTrue(step.observed)
        self.assertEqual(step.amount, 100.0)
        self.assertFalse(shipment.logistics_charge_ids.posting_ids)

    def test_missing_accounts_are_told(self):
        self.company.logistics_freight_accrued_account_id = False
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        step = self.env["logistics.effect"].search([("action", "=", "accrue")])
        self.assertEqual(step.state, "failed")
        self.assertIn("Accrued Freight", step.error)

    def test_entry_is_immutable(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        move = shipment.logistics_charge_ids.posting_ids.move_id
        for deed in ("button_draft", "button_cancel", "unlink", "_reverse_moves"):
            with self.subTest(deed), self.assertRaises(UserError):
                getattr(move, deed)()

    def test_nobody_types_facts(self):
        shipment = self._send()
        self._pick_up(shipment)
        charge = shipment.logistics_charge_ids
        finance = charge.with_user(self.people["finance"])
        with self.assertRaises(AccessError):
            finance.write({"open_amount": 1.0})
        with self.assertRaises(AccessError):
            finance.env["logistics.charge.fact"].create(
                {"charge_id": charge.id, "kind": "void", "ref": "x"}
            )

    def test_unknown_charge_code_is_held(self):
        shipment = self._send()
        self._price(shipment, 9.0, raw_code="ZZ9")
        self.assertTrue(
            self.env["logistics.exception"].search(
                [("category", "=", "unknown_code"), ("shipment_id", "=", shipment.id)]
            )
        )
        self.assertEqual(shipment.logistics_charge_ids.charge_type, "unknown")

    def test_price_in_another_currency_is_held(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self._price(shipment, 90.0, currency="JPY")
        self._take()
        self.assertEqual(shipment.logistics_charge_ids, charge)
        self.assertEqual(charge.held_reason, "currency")
        self.assertEqual(charge.open_amount, 100.0)

    def test_price_without_a_currency_is_in_that_of_the_terms(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.terms.currency_id = yen
        shipment = self._send()
        self._price(shipment, 9000.0, currency="")
        charge = shipment.logistics_charge_ids
        self.assertEqual((charge.currency_id, charge.amount), (yen, 9000.0))
        self.assertFalse(charge.held_reason)

    def test_other_currency(self):
        euro = self.env.ref("base.EUR")
        if euro == self.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        euro.rate_ids = [(5, 0, 0), (0, 0, {"name": "2020-01-01", "rate": 0.8})]
        self.terms.currency_id = euro
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        item = charge.line_ids.filtered(lambda i: i.logistics_charge_role == "accrued")
        self.assertEqual(item.amount_currency, -100.0)
        self.assertEqual(item.balance, -125.0)
        self.assertEqual(charge.posting_ids.accrued_own, 125.0)

    def test_locked_period_goes_to_the_first_open_day(self):
        shipment = self._send()
        self.company.purchase_lock_date = self.company._logistics_today()
        self._pick_up(shipment)
        self._take()
        posting = shipment.logistics_charge_ids.posting_ids
        self.assertTrue(posting.is_prior_period)
        self.assertEqual(posting.day, self.company._logistics_today())
        self.assertEqual((posting.posting_date - posting.day).days, 1)
        self.assertEqual(posting.move_id.date, posting.posting_date)

    def test_terms_form(self):
        form = Form(self.env["logistics.freight.terms"])
        form.carrier_id = self.env["logistics.carrier"].create(
            {"name": "Other", "partner_id": self.vendor.id}
        )
        self.assertEqual(form.partner_id, self.vendor)
