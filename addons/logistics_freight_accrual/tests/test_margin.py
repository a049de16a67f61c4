"""What the freight of a shipment earns."""

from decimal import Decimal

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.charge import Line, Posting
from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon


@tagged("post_install", "-at_install")
class TestMargin(FreightCommon):
    def _margin(self, shipment):
        self.env.invalidate_all()
        return self.env["logistics.margin"].search([("shipment_id", "=", shipment.id)])

    def _send_charged(self, fee=130.0, number="NB1"):
        order = self._sell(2)
        order._create_delivery_line(self.method, fee)
        return self._ship(order.picking_ids, number)

    def test_charged_less_accrued(self):
        shipment = self._send_charged()
        self._pick_up(shipment)
        self._take()
        self.assertRecordValues(
            self._margin(shipment),
            [
                {
                    "charged_amount": 130.0,
                    "open_amount": 100.0,
                    "billed_amount": 0.0,
                    "margin_amount": 30.0,
                    "is_final": False,
                }
            ],
        )

    def test_free_delivery_costs(self):
        shipment = self._send("NB2")
        self._pick_up(shipment)
        self._take()
        self.assertEqual(self._margin(shipment).margin_amount, -100.0)

    def test_shipments_share_what_the_order_charges(self):
        order = self._sell(4)
        order._create_delivery_line(self.method, 50.0)
        first = order.picking_ids
        first.carrier_tracking_ref = "NB1"
        first.move_ids.write({"quantity": 1, "picked": True})
        first.with_context(skip_backorder=True).button_validate()
        second = order.picking_ids - first
        self._ship(second, "NB2")
        rows = self._margin(first.logistics_shipment_ids) | self._margin(
            second.logistics_shipment_ids
        )
        self.assertEqual(rows.mapped("charged_amount"), [25.0, 25.0])

    def test_cancelled_orders_charge_nothing(self):
        shipment = self._send_charged()
        shipment.sale_order_ids.sudo().state = "cancel"
        self.assertFalse(self._margin(shipment))

    def test_other_currency_is_converted(self):
        euro = self.env.ref("base.EUR")
        if euro == self.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        euro.rate_ids = [
            Command.clear(),
            Command.create({"name": "2020-01-01", "rate": 0.5}),
        ]
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": euro.id}
        )
        order = self._sell(2, pricelist_id=pricelist.id)
        order._create_delivery_line(self.method, 40.0)
        shipment = self._ship(order.picking_ids, "NB9")
        self.assertEqual(self._margin(shipment).charged_amount, 80.0)

    def test_billed_takes_the_place_of_accrued(self):
        shipment = self._send_charged()
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self._bill(charge, accrued="100", variance="4", tax="19.76")
        row = self._margin(shipment)
        self.assertEqual(row.billed_amount, 104.0)
        self.assertEqual(row.open_amount, 0.0)
        self.assertEqual(row.margin_amount, 26.0)

    def _bill(self, charge, accrued, variance, tax):
        """Keep what a bill posts for a charge, as it would be kept."""
        amounts = {
            "accrued": Decimal(accrued),
            "variance": Decimal(variance),
            "recoverable_tax": Decimal(tax),
        }
        amounts["payable"] = -sum(amounts.values())
        lines = tuple(Line(role, amount) for role, amount in amounts.items())
        posting = Posting("bill:T1", 1, "bill", lines, fields.Date.today())
        move = charge.posting_ids.move_id
        self.env["logistics.charge.posting"]._keep(
            [(charge, posting, list(amounts.items()), move, None)]
        )
        self.env.flush_all()

    def test_a_row_opens_its_shipment(self):
        shipment = self._send_charged()
        self.assertEqual(
            self._margin(shipment).action_open_shipment()["res_id"], shipment.id
        )

    def test_who_sees_it(self):
        shipment = self._send_charged()
        for role in ("finance", "auditor"):
            Margin = self.env["logistics.margin"].with_user(self.people[role])
            row = Margin.search([("shipment_id", "=", shipment.id)])
            self.assertEqual(row.read(["charged_amount"])[0]["charged_amount"], 130.0)
