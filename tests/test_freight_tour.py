"""Finance takes a carrier's bill from its import to the credit memo, in a browser."""

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon

PATIENCE = 120  # Seconds.
# What was agreed with the carrier; it bills twice the fuel, and a fee of 3.90.
BASE = 36.0
FUEL_PERCENT = 12.5


@tagged("post_install", "-at_install", "standard")
class TestFreightTour(FreightCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.product.weight = 2.0
        cls.customer.write({"is_company": True, "logistics_address_class": "business"})
        cls.env["logistics.rate.agreement"].create(
            {
                "name": "Northbound",
                "company_id": cls.company.id,
                "carrier_id": cls.carrier.id,
                "currency_id": cls.company.currency_id.id,
                "per": "shipment",
                "rate_ids": [Command.create({"weight_to": 500.0, "price": BASE})],
                "surcharge_ids": [
                    Command.create(
                        {"kind": "fuel", "method": "percent", "percent": FUEL_PERCENT}
                    )
                ],
            }
        )

    def test_from_the_overcharged_bill_to_the_credit_memo(self):
        shipment = self._send("FREIGHT1")
        self._pick_up(shipment)
        self._report(shipment, "delivered")
        self._take()
        self.assertEqual(
            sorted(shipment.logistics_charge_ids.mapped("open_amount")), [4.5, 36.0]
        )
        login = new_test_user(
            self.env,
            login="story-freight",
            groups="logistics_events.logistics_events_group_finance,"
            "base.group_partner_manager",
            odoobot_state="disabled",
        ).login
        self.start_tour(
            "/odoo/logistics-overview",
            "logistics_story_freight",
            login=login,
            timeout=PATIENCE,
        )
        self._verify(shipment)

    def _verify(self, shipment):
        bill, credit = self.env["logistics.freight.bill"].search(
            [("carrier_id", "=", self.carrier.id)], order="id"
        )
        self.assertRecordValues(
            bill | credit,
            [
                {"number": "NB-900", "kind": "invoice", "state": "posted"},
                {"number": "NB-901", "kind": "credit", "state": "posted"},
            ],
        )
        self.assertRecordValues(
            (bill | credit).move_id,
            [
                {"move_type": "in_invoice", "state": "posted", "amount_total": 48.9},
                {"move_type": "in_refund", "state": "posted", "amount_total": 8.4},
            ],
        )
        self.assertRecordValues(
            bill.dispute_ids.sorted("amount"),
            [
                {
                    "amount": amount,
                    "state": "credited",
                    "open_amount": 0.0,
                    "blocked_amount": 0.0,
                    "credit_bill_ids": credit.ids,
                }
                for amount in (3.9, 4.5)
            ],
        )
        # In the browser a download would end the tour.
        bill.dispute_ids[:1].action_evidence()
        packs = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "logistics.freight.dispute"),
                ("res_id", "in", bill.dispute_ids.ids),
            ]
        )
        self.assertEqual(packs.mapped("mimetype"), ["application/zip"])
        self.assertFalse(any(shipment.logistics_charge_ids.mapped("open_amount")))
        for name in ("accrued", "disputed"):
            field = f"logistics_freight_{name}_account_id"
            self.assertEqual(self._account_balance(field), 0.0)
