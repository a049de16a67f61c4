"""Before freight is switched: what would be accrued, by currency, and since when."""

from datetime import date, timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon


@tagged("post_install", "-at_install")
class TestFreightSwitch(FreightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls.people["finance"]
        cls.company.partner_id.tz = "UTC"
        cls.mode.mode = "off"

    def _reached(self, number, days=0, **price):
        """Return a charge whose goods were picked up so many days ago."""
        shipment = self._send(number)
        if price:
            self._price(shipment, price.pop("amount"), final=False, **price)
        at = fields.Datetime.now() - timedelta(days=days)
        self._pick_up(shipment, occurred_at=at)
        self._take()
        return shipment.logistics_charge_ids

    def _dialog(self, mode, since="2020-01-01", action="accrue"):
        dialog = (
            self.env["logistics.mode.switch"]
            .with_user(self.finance)
            .create(
                {
                    "company_id": self.company.id,
                    "action": action,
                    "mode": mode,
                    "since": since,
                }
            )
        )
        dialog.action_list()
        return dialog

    def _day(self, days):
        return fields.Date.today() - timedelta(days=days)

    def test_from_off_to_on_lists_count_sum_and_oldest_day_per_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self._reached("NB1", 3)
        self._reached("NB2", 9, amount=40.0)
        foreign = self._reached("NB3", 5)
        foreign.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE logistics_charge SET currency_id = %s WHERE id = %s",
            [euro.id, foreign.id],
        )
        self.env.invalidate_all()
        dialog = self._dialog("on")
        own = self.company.currency_id
        self.assertRecordValues(
            dialog.sum_ids.sorted(lambda row: row.currency_id != own),
            [
                {
                    "count": 2,
                    "amount": 140.0,
                    "currency_id": own.id,
                    "oldest": self._day(9),
                    "what": "Freight charges accrued",
                },
                {
                    "count": 1,
                    "amount": 100.0,
                    "currency_id": euro.id,
                    "oldest": self._day(5),
                    "what": "Freight charges accrued",
                },
            ],
        )
        self.assertFalse(dialog.is_about_orders)
        self.assertFalse(dialog.summary)

    def test_what_was_listed_is_what_is_accrued(self):
        charges = self._reached("NB1", 3) | self._reached("NB2", 1, amount=40.0)
        dialog = self._dialog("on")
        self.assertEqual(sum(dialog.sum_ids.mapped("amount")), 140.0)
        self.assertFalse(charges.posting_ids)
        self.assertEqual(charges.mapped("mode"), [False, False])
        dialog.action_switch()
        self._take()
        self.assertEqual(sum(charges.mapped("open_amount")), 140.0)
        # Nothing is left to accrue.
        again = self._dialog("on")
        self.assertFalse(again.sum_ids)
        self.assertEqual(again.summary, "Nothing that is there already changes.")

    def test_from_observe_to_on_lists_what_was_watched(self):
        self.mode.mode = "observe"
        charge = self._reached("NB1", 2)
        self.assertEqual(charge.mode, "observe")
        # It is watched already: observing again changes nothing.
        self.assertFalse(self._dialog("observe").sum_ids)
        dialog = self._dialog("on")
        self.assertRecordValues(
            dialog.sum_ids, [{"count": 1, "amount": 100.0, "oldest": self._day(2)}]
        )
        dialog.action_switch()
        self._take()
        self.assertEqual(charge.open_amount, 100.0)

    def test_observing_lists_what_would_be_watched(self):
        self._reached("NB1", 2)
        dialog = self._dialog("observe")
        self.assertRecordValues(
            dialog.sum_ids,
            [{"count": 1, "amount": 100.0, "what": "Freight charges observed"}],
        )

    def test_only_the_difference_is_accrued_of_what_was_accrued_before(self):
        self.mode.mode = "on"
        shipment = self._reached("NB1").shipment_id
        self.mode.mode = "off"
        self._price(shipment, 130.0)
        self.assertRecordValues(
            self._dialog("on").sum_ids, [{"count": 1, "amount": 30.0}]
        )

    def test_what_is_older_than_the_start_date_is_left_out(self):
        self._reached("NB1", 9)
        self._reached("NB2", 2)
        dialog = self._dialog("on", since=self._day(2))
        self.assertRecordValues(dialog.sum_ids, [{"count": 1, "oldest": self._day(2)}])

    def test_switching_off_accrues_nothing(self):
        self._reached("NB1")
        self.assertFalse(self._dialog("off").sum_ids)

    def test_charges_of_other_companies_are_not_listed(self):
        self._reached("NB1")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        found = self.env["logistics.charge"]._foreseen(other, "on", date(2020, 1, 1))
        self.assertEqual(found, [])

    def test_actions_about_orders_keep_their_list(self):
        dialog = self._dialog("on", action="credit")
        self.assertTrue(dialog.is_about_orders)
        self.assertFalse(dialog.sum_ids)
        self.assertEqual(dialog.summary, "No open order changes.")
