from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import as_suite
from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon
from odoo.addons.logistics_freight_accrual.tests.expected_common import ExpectedCommon
from odoo.addons.logistics_returns.tests.common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnFreight(CheckCommon, ReturnCommon):
    """Goods that left come back; the way costs 100.00, as by the carrier's terms."""

    def setUp(self):
        super().setUp()
        self.shipment = self._accrue("OUT1")
        self.picking = self.shipment.picking_ids
        self.outbound_charge = self.shipment.logistics_charge_ids

    def _back(self, number="BACK1", **more):
        """Return the shipment of a return that has its label."""
        self.one = self._announce(self.picking, 2, **more)
        self.one._say("approved", "1")
        none = self.env["ir.attachment"]
        user = self.people["user"]
        return self.one._label_made("1", none, [number], self.carrier, user)

    def _on_its_way(self, shipment):
        self._report(shipment, "picked_up", leg="return")
        self._take()

    def test_way_back_is_accrued_once_as_a_return(self):
        back = self._back()
        self._on_its_way(back)
        self._report(back, "in_transit", leg="return")
        self._report(back, "picked_up", leg="return", key="told again")
        self._take()
        self.assertRecordValues(
            back.logistics_charge_ids,
            [
                {
                    "charge_type": "return",
                    "amount": 100.0,
                    "open_amount": 100.0,
                    "partner_id": self.vendor.id,
                    "expense": "freight",
                    "stage": "provisional",
                }
            ],
        )
        self.assertEqual(
            self._balances(back.logistics_charge_ids),
            {"freight": Decimal(100), "accrued": Decimal(-100)},
        )
        self.assertEqual(self.outbound_charge.charge_type, "base")

    def test_announced_label_costs_nothing_yet(self):
        back = self._back()
        self._take()
        self.assertFalse(back.logistics_charge_ids.posting_ids)

    def test_goods_that_came_without_a_scan_are_accrued(self):
        self.rule.trigger = "delivered"
        self._switch("expect")
        back = self._back()
        self._take()
        self._receive(self.one.picking_ids, 2)
        self._take()
        self.assertEqual(back.logistics_charge_ids.open_amount, 100.0)

    def test_it_belongs_where_the_sale_belongs(self):
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        account = self.env["account.analytic.account"].create(
            {"name": "North", "plan_id": plan.id}
        )
        there = {str(account.id): 100.0}
        self.picking.move_ids.sale_line_id.analytic_distribution = there
        back = self._back()
        self._on_its_way(back)
        items = back.logistics_charge_ids.line_ids.filtered(
            lambda item: item.logistics_charge_role == "freight"
        )
        self.assertEqual(items.mapped("analytic_distribution"), [there])

    def test_our_cost_where_the_customer_pays(self):
        back = self._back(freight_payer="customer")
        self._on_its_way(back)
        self.assertEqual(back.logistics_charge_ids.open_amount, 100.0)

    def test_what_the_carrier_pays_is_not_accrued(self):
        back = self._back(freight_payer="carrier")
        self._on_its_way(back)
        self.assertFalse(back.logistics_charge_ids)

    def test_who_pays_can_change(self):
        back = self._back()
        self._on_its_way(back)
        self.one.freight_payer = "carrier"
        self._take()
        charge = back.logistics_charge_ids
        self.assertEqual((charge.stage, charge.open_amount), ("void", 0.0))
        self.assertFalse(self._balances(charge))
        self.one.freight_payer = "company"
        self._take()
        self.assertEqual((charge.stage, charge.open_amount), ("provisional", 100.0))

    def test_announced_return_that_the_carrier_pays_is_found_by_a_scan(self):
        self.one = self._announce(self.picking, 2, freight_payer="carrier")
        self.one._say("approved", "1")
        _company, back, _parcel = self.shipment._logistics_start_way_back(
            "BACK9", self.company, self.customer
        )
        self._on_its_way(back)
        self.assertEqual(back.logistics_return_id, self.one)
        self.assertEqual(sum(back.logistics_charge_ids.mapped("open_amount")), 0.0)

    def test_cancelled_label_is_not_accrued(self):
        back = self._back()
        self._on_its_way(back)
        self.one._label_gone(self.env["ir.attachment"], ["BACK1"])
        self._take()
        self.assertLessEqual(back.logistics_charge_ids.open_amount, 100.0)

    def test_price_that_the_carrier_reports_is_of_the_return(self):
        back = self._back()
        self._price(back, 7.5, leg="return")
        self._on_its_way(back)
        self.assertRecordValues(
            back.logistics_charge_ids,
            [{"charge_type": "return", "amount": 7.5, "open_amount": 7.5}],
        )

    # === BILLS === #

    def test_bill_of_the_label_settles_the_return(self):
        back = self._back()
        self._on_its_way(back)
        for kind in ("base", "return"):
            with self.subTest(kind=kind):
                bill = self._checked(
                    {"tracking_number": "BACK1", "amount": 100.0, "charge_type": kind},
                    number=f"B-{kind}",
                )
                self.assertEqual(bill.line_ids.charge_id, back.logistics_charge_ids)
                self.assertRecordValues(
                    bill.line_ids, [{"findings": False, "disputed_amount": 0.0}]
                )

    def _return_fee(self, number="OUT1"):
        return self._checked(
            {"tracking_number": number, "amount": 5.0, "charge_type": "return"}
        ).line_ids

    def _keys(self, line):
        return [row["key"] for row in line.findings or ()]

    def test_return_fee_without_a_return_is_questioned(self):
        self.assertEqual(self._keys(self._return_fee()), ["no_return"])

    def test_announced_return_bears_out_nothing(self):
        self._back()
        self.assertEqual(self._keys(self._return_fee()), ["no_return"])

    def test_scan_of_the_return_bears_out_the_fee(self):
        back = self._back()
        back.parent_id = False
        self._on_its_way(back)
        self.assertEqual(self._keys(self._return_fee()), [])

    def test_received_goods_bear_out_the_fee(self):
        self._switch("expect")
        self.one = self._announce(self.picking, 2)
        self.one._say("approved", "1")
        self._take()
        self._receive(self.one.picking_ids, 2)
        self.assertFalse(self.one.shipment_ids)
        self.assertEqual(self._keys(self._return_fee()), [])

    def test_parcel_that_comes_back_undelivered_bears_out_the_fee(self):
        self._report(self.shipment, "returning_to_sender")
        self.assertEqual(self._keys(self._return_fee()), [])

    # === MARGIN === #

    def _margin(self, shipments):
        self.env.invalidate_all()
        return self.env["logistics.margin"].search(
            [("shipment_id", "in", shipments.ids)], order="shipment_id"
        )

    def test_margin_has_the_way_back_by_shipment_and_order(self):
        back = self._back(freight_payer="customer")
        self._on_its_way(back)
        order = self.picking.sale_id
        self.assertRecordValues(
            self._margin(self.shipment | back),
            [
                {"order_id": order.id, "margin_amount": -100.0},
                {"order_id": order.id, "margin_amount": -100.0},
            ],
        )
        fee = as_suite(self.env["account.move"]).create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    (0, 0, {"name": "Pump", "price_unit": 200.0, "tax_ids": []}),
                    (
                        0,
                        0,
                        {
                            "product_id": self.env.ref(
                                "logistics_returns.product_return_shipping"
                            ).id,
                            "price_unit": -30.0,
                            "tax_ids": [],
                            "logistics_return_id": self.one.id,
                        },
                    ),
                ],
            }
        )
        self.assertEqual(self._margin(back).charged_amount, 0.0)
        fee.action_post()
        self.assertRecordValues(
            self._margin(back), [{"charged_amount": 30.0, "margin_amount": -70.0}]
        )


@tagged("post_install", "-at_install")
class TestReturnPrice(ReturnCommon, ExpectedCommon):
    """Two of the pumps of 2 kg come back."""

    def _way_back(self):
        picking = self._sell(5).picking_ids
        self._ship(picking, "OUT2")
        one = self._announce(picking, 2)
        one._say("approved", "1")
        none, user = self.env["ir.attachment"], self.people["user"]
        return one._label_made("1", none, ["BACK2"], self.carrier, user)

    def test_price_of_the_booked_label_counts(self):
        back = self._way_back()
        self._booking(
            back, 5.7, picking_id=False, shipment_id=back.id, company_id=self.company.id
        )
        self._report(back, "picked_up", leg="return")
        self._take()
        self.assertRecordValues(
            back.logistics_charge_ids, [{"source": "booked", "open_amount": 5.7}]
        )

    def test_agreement_prices_what_is_announced(self):
        self._agree({"weight_to": 5.0, "price": 6.9}, {"weight_to": 20.0, "price": 9.9})
        back = self._way_back()
        self._report(back, "picked_up", leg="return")
        self._take()
        # Two pumps of 2 kg.
        self.assertRecordValues(
            back.logistics_charge_ids,
            [{"charge_type": "return", "source": "agreement", "open_amount": 6.9}],
        )
