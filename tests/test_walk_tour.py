"""Somebody takes the walk of five minutes that the README describes."""

from delivered_case import DeliveredCase

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

PATIENCE = 240  # Seconds.
_BILL = """document_number,document_date,account_number,currency,document_total,\
charge_code,charge_amount,tracking_number
{number},2026-11-20,WALK-1,USD,9.40,base,9.40,WALK900
"""


@tagged("post_install", "-at_install", "standard")
class TestWalkTour(DeliveredCase, HttpCase):
    def _waiting(self, customer, number=None, *codes):
        """Return an order whose delivery waits, after scans of the sandbox carrier."""
        partner = self.env["res.partner"].create({"name": customer})
        order = self._sell(4, partner_id=partner.id)
        if not number:
            order.picking_ids.carrier_id = False
            self._ship(order.picking_ids)
            return order
        self._ship(order.picking_ids, number)
        now = fields.Datetime.now().isoformat() + "+00:00"
        scans = ({"code": code, "at": now} for code in codes)
        self._hand_in(self._body(number, *scans))
        return order

    def _billed(self, *numbers):
        """Return the bills of a carrier, each in a file of its own."""
        self.env["logistics.freight.terms"].create(
            {
                "company_id": self.company.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.env["res.partner"].create({"name": "Billing"}).id,
                "account_numbers": "WALK-1",
            }
        )
        Bill = self.env["logistics.freight.bill"]
        return Bill.union(
            *(
                Bill._import(
                    _BILL.format(number=number).encode(),
                    company=self.company,
                    filename=f"{number}.csv",
                ).bill_ids
                for number in numbers
            )
        )

    def test_from_the_hold_to_the_recorded_paper(self):
        held = self._waiting("Reyes Irrigation", "WALK100", "PUP", "HUB")
        unknown = self._waiting("Dalton Marine", "WALK200", "PUP")
        paper = self._waiting("Orchard Farms")
        first, again = self._billed("WALK-7", "walk 7")
        self.assertEqual(again.state, "stopped")
        login = new_test_user(
            self.env,
            login="story-walk",
            groups="logistics_events.logistics_events_group_finance,"
            "logistics_events.logistics_events_group_integration,"
            "logistics_events.logistics_events_group_user,"
            "sales_team.group_sale_salesman_all_leads,base.group_partner_manager",
            odoobot_state="disabled",
        ).login
        self.start_tour(
            "/odoo/logistics-overview",
            "logistics_story_walk",
            login=login,
            timeout=PATIENCE,
        )
        self.assertRecordValues(
            held.invoice_ids, [{"state": "posted", "amount_untaxed": 400.0}]
        )
        self.assertRecordValues(again, [{"state": "refused"}])
        self.assertEqual(again.duplicate_of_id, first)
        # What the jobs do a moment later.
        self.env["logistics.message"]._drain_batch(200)
        self._take()
        for order in held | unknown | paper:
            self.assertRecordValues(
                order.invoice_ids, [{"state": "posted", "amount_untaxed": 400.0}]
            )
        self.assertEqual(
            paper.logistics_shipment_ids.proof_ids.mapped("signer"), ["M. Orchard"]
        )
