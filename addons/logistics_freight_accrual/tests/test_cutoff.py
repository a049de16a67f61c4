"""What stands on the wrong side of the end of a period, with its evidence."""

import base64
import io
from datetime import date, datetime

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon

OCTOBER = date(2026, 10, 31)
NOVEMBER = date(2026, 11, 1)
# Half past midnight in Berlin, half past seven in the evening in New York.
MIDNIGHT = datetime(2026, 10, 31, 23, 30)


class CutoffCase(FreightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.product.write({"invoice_policy": "order", "standard_price": 60.0})

    def _report_on(self, day, company=None):
        return self.env["logistics.cutoff"]._report(company or self.company, day)

    def _rows(self, day, kind):
        return self._report_on(day).line_ids.filtered(lambda line: line.kind == kind)

    def _invoice(self, order, day, quantity=None):
        """Post an invoice of an order, dated a day."""
        invoice = order._create_invoices()
        if quantity is not None:
            goods = invoice.invoice_line_ids.filtered(
                lambda item: item.product_id == self.product
            )
            goods.quantity = quantity
        invoice.write({"invoice_date": day, "date": day})
        invoice.action_post()
        return invoice

    def _deliver(self, shipment, at=MIDNIGHT, **more):
        self._report(shipment, "delivered", occurred_at=at, **more)


@tagged("post_install", "-at_install")
class TestCutoffDelivered(CutoffCase):
    def test_half_past_midnight_in_berlin_is_november(self):
        shipment = self._send()
        self._deliver(shipment)
        self.assertFalse(self._rows(OCTOBER, "delivered"))
        row = self._rows(NOVEMBER, "delivered")
        self.assertRecordValues(
            row,
            [
                {
                    "shipment_id": shipment.id,
                    "order_id": shipment.sale_order_ids.id,
                    "picking_id": shipment.picking_ids.id,
                    "value": 500.0,
                    "cost": 300.0,
                    "currency_id": self.company.currency_id.id,
                    "amount": 500.0,
                    "at": MIDNIGHT,
                    "evidence": "2026-11-01 00:30 (Europe/Berlin)",
                }
            ],
        )
        self.assertEqual(row.event_id.event_type, "delivered")

    def test_half_past_seven_in_new_york_is_october(self):
        self.company.partner_id.tz = "America/New_York"
        self._deliver(self._send())
        row = self._rows(OCTOBER, "delivered")
        self.assertEqual(len(row), 1)
        self.assertEqual(row.evidence, "2026-10-31 19:30 (America/New_York)")

    def test_the_hour_that_the_clock_repeats_is_of_the_day(self):
        # 25 October 2026 has 25 hours in Berlin and ends at 23:00 UTC.
        self._deliver(self._send(), datetime(2026, 10, 25, 22, 59, 59))
        self.assertTrue(self._rows(date(2026, 10, 25), "delivered"))
        self.assertFalse(self._rows(date(2026, 10, 24), "delivered"))

    def test_under_way_is_not_delivered(self):
        self._pick_up(self._send(), occurred_at=datetime(2026, 10, 20))
        self.assertFalse(self._rows(NOVEMBER, "delivered"))

    def test_invoiced_by_then_is_no_row(self):
        shipment = self._send()
        self._deliver(shipment)
        self._invoice(shipment.sale_order_ids, NOVEMBER)
        self.assertFalse(self._rows(NOVEMBER, "delivered"))

    def test_invoiced_later_is_a_row(self):
        shipment = self._send()
        self._deliver(shipment, datetime(2026, 10, 30))
        self._invoice(shipment.sale_order_ids, NOVEMBER)
        self.assertEqual(self._rows(OCTOBER, "delivered").value, 500.0)
        self.assertFalse(self._rows(NOVEMBER, "delivered"))

    def test_drafts_do_not_count(self):
        shipment = self._send()
        self._deliver(shipment)
        shipment.sale_order_ids._create_invoices()
        self.assertTrue(self._rows(NOVEMBER, "delivered"))

    def test_the_latest_delivery_waits_for_the_rest_of_the_invoice(self):
        order = self._sell(5)
        first = order.picking_ids
        first.carrier_tracking_ref = "NB1"
        first.move_ids.write({"quantity": 2, "picked": True})
        first.with_context(skip_backorder=True).button_validate()
        second = order.picking_ids - first
        second.carrier_id = self.method
        self._ship(second, "NB2")
        self._deliver(first.logistics_shipment_ids, datetime(2026, 10, 10))
        self._deliver(second.logistics_shipment_ids, datetime(2026, 10, 12))
        self._invoice(order, date(2026, 10, 15), quantity=3)
        row = self._rows(OCTOBER, "delivered")
        self.assertEqual(row.picking_id, second)
        self.assertEqual((row.value, row.cost), (200.0, 120.0))
        self.assertIn("2", row.what)

    def test_credited_is_not_invoiced(self):
        shipment = self._send()
        self._deliver(shipment, datetime(2026, 10, 10))
        invoice = self._invoice(shipment.sale_order_ids, date(2026, 10, 15))
        note = self._reverse(invoice)
        note.write({"invoice_date": date(2026, 10, 20), "date": date(2026, 10, 20)})
        note.action_post()
        self.assertFalse(self._rows(date(2026, 10, 19), "delivered"))
        self.assertEqual(self._rows(OCTOBER, "delivered").value, 500.0)

    def test_returned_goods_are_not_delivered(self):
        shipment = self._send()
        self._deliver(shipment, datetime(2026, 10, 10))
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": shipment.picking_ids.id}
        )
        wizard.product_return_moves.write({"quantity": 2, "to_refund": True})
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._rows(OCTOBER, "delivered").value, 500.0)
        back.date_done = datetime(2026, 10, 15)
        self.assertEqual(self._rows(OCTOBER, "delivered").value, 300.0)

    def test_without_a_shipment_the_transfer_says_when(self):
        order = self._sell(2)
        self._ship(order.picking_ids)
        order.picking_ids.date_done = datetime(2026, 10, 20, 8)
        row = self._rows(OCTOBER, "delivered")
        self.assertFalse(row.shipment_id)
        self.assertEqual(row.picking_id, order.picking_ids)
        self.assertEqual(row.evidence, "2026-10-20 10:00 (Europe/Berlin)")

    def test_another_unit_and_currency(self):
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
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "pricelist_id": pricelist.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                            "price_unit": 240.0,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.carrier_id = self.method
        self._deliver(self._ship(order.picking_ids, "NB7"))
        row = self._rows(NOVEMBER, "delivered")
        self.assertEqual((row.amount, row.currency_id), (240.0, euro))
        self.assertEqual(row.value, 480.0)
        self.assertEqual(row.cost, 720.0)


@tagged("post_install", "-at_install")
class TestCutoffInvoiced(CutoffCase):
    def test_invoiced_before_it_left(self):
        order = self._sell(5)
        invoice = self._invoice(order, OCTOBER)
        self.assertRecordValues(
            self._rows(OCTOBER, "invoiced"),
            [
                {
                    "order_id": order.id,
                    "move_id": invoice.id,
                    "value": 500.0,
                    "cost": 300.0,
                    "event_id": False,
                    "evidence": "Nothing says that it left.",
                }
            ],
        )
        self.assertFalse(self._rows(date(2026, 10, 30), "invoiced"))

    def test_under_way_shows_where_it_was(self):
        shipment = self._send()
        self._pick_up(shipment, occurred_at=datetime(2026, 10, 30, 9))
        self._invoice(shipment.sale_order_ids, OCTOBER)
        row = self._rows(OCTOBER, "invoiced")
        self.assertEqual(row.shipment_id, shipment)
        self.assertEqual(row.event_id.event_type, "picked_up")
        self.assertEqual(row.evidence, "2026-10-30 10:00 (Europe/Berlin)")

    def test_delivered_half_past_midnight_is_too_late_in_berlin_only(self):
        shipment = self._send()
        self._deliver(shipment)
        self._invoice(shipment.sale_order_ids, OCTOBER)
        self.assertTrue(self._rows(OCTOBER, "invoiced"))
        self.company.partner_id.tz = "America/New_York"
        self.assertFalse(self._rows(OCTOBER, "invoiced"))

    def test_services_and_fees_are_not_goods(self):
        order = self._sell(1)
        order._create_delivery_line(self.method, 9.0)
        self._invoice(order, OCTOBER)
        self.assertEqual(len(self._rows(OCTOBER, "invoiced")), 1)


@tagged("post_install", "-at_install")
class TestCutoffDispatched(CutoffCase):
    def test_accrued_is_no_row(self):
        shipment = self._send()
        self._pick_up(shipment, occurred_at=datetime(2026, 10, 30))
        self._take()
        self.assertFalse(self._rows(OCTOBER, "dispatched"))

    def test_switched_off_is_a_row_with_its_expected_cost(self):
        self.mode.mode = "off"
        shipment = self._send()
        self._pick_up(shipment, occurred_at=MIDNIGHT)
        self._take()
        self.assertFalse(self._rows(OCTOBER, "dispatched"))
        row = self._rows(NOVEMBER, "dispatched")
        self.assertRecordValues(
            row,
            [
                {
                    "shipment_id": shipment.id,
                    "charge_id": shipment.logistics_charge_ids.id,
                    "carrier_id": self.carrier.id,
                    "amount": 100.0,
                    "cost": 100.0,
                    "value": 0.0,
                    "evidence": "2026-11-01 00:30 (Europe/Berlin)",
                }
            ],
        )
        self.assertEqual(row.event_id.event_type, "picked_up")

    def test_accrued_in_a_later_period_is_a_row_of_this_one(self):
        self.company.purchase_lock_date = NOVEMBER
        shipment = self._send()
        self._pick_up(shipment, occurred_at=datetime(2026, 10, 30))
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.posting_ids.posting_date, date(2026, 11, 2))
        self.assertEqual(self._rows(OCTOBER, "dispatched").charge_id, charge)
        self.assertFalse(self._rows(date(2026, 11, 2), "dispatched"))

    def test_nobody_knows_a_price(self):
        self.terms.flat_amount = 0.0
        self.mode.mode = "off"
        shipment = self._send()
        self._pick_up(shipment, occurred_at=datetime(2026, 10, 30))
        shipment.logistics_charge_ids.sudo().unlink()
        report = self._report_on(OCTOBER)
        row = report.dispatched_ids
        self.assertEqual((row.shipment_id, row.cost), (shipment, 0.0))
        self.assertFalse(row.charge_id)
        self.assertEqual(row.what, "No price is known")
        self.assertEqual(report.unknown_count, 1)

    def test_cancelled_and_foreign_carriers_are_no_rows(self):
        self.mode.mode = "off"
        self.terms.active = False
        shipment = self._send()
        self._pick_up(shipment, occurred_at=datetime(2026, 10, 30))
        self.assertFalse(self._rows(OCTOBER, "dispatched"))


@tagged("post_install", "-at_install")
class TestCutoffReport(CutoffCase):
    def test_sums_and_another_company(self):
        self._invoice(self._sell(2), OCTOBER)
        shipment = self._send()
        self._deliver(shipment, datetime(2026, 10, 10))
        report = self._report_on(OCTOBER)
        self.assertEqual(
            (report.delivered_value, report.invoiced_value), (500.0, 200.0)
        )
        self.assertEqual(report.delivered_ids.shipment_id, shipment)
        other = self.env["res.company"].create({"name": "Sister"})
        self.assertFalse(self._report_on(OCTOBER, other).line_ids)

    def test_dialog_asks_for_a_day_that_has_come(self):
        finance = self.people["finance"]
        asked = self.env["logistics.freight.day"].with_user(finance)
        asked = asked.create({"report": "cutoff", "day": OCTOBER})
        action = asked.action_show()
        self.assertEqual(action["res_model"], "logistics.cutoff")
        asked.day = date(2100, 1, 1)
        with self.assertRaises(UserError):
            asked.action_show()

    def test_other_companies_are_closed(self):
        other = self.env["res.company"].create({"name": "Sister"})
        clerk = new_test_user(
            self.env,
            login="logistics-finance-one",
            groups="logistics_events.logistics_events_group_finance",
        )
        asked = self.env["logistics.freight.day"].with_user(clerk)
        asked = asked.create({"report": "cutoff", "day": OCTOBER})
        asked.sudo().company_id = other
        with self.assertRaises(AccessError):
            asked.action_show()

    def test_operations_do_not_see_it(self):
        with self.assertRaises(AccessError):
            self.env["logistics.freight.day"].with_user(self.people["user"]).create(
                {"report": "cutoff", "day": OCTOBER}
            )

    def test_workbook_says_the_same_and_runs_nothing(self):
        self.customer.name = '=HYPERLINK("http://example.com")'
        shipment = self._send()
        self._deliver(shipment, datetime(2026, 10, 10))
        auditor = self.people["auditor"]
        report = self.env["logistics.cutoff"].with_user(auditor)
        report = report._report(self.company, OCTOBER)
        action = report.action_download()
        self.assertIn(f"/{report.id}/sheet/cut-off-2026-10-31.xlsx", action["url"])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(report.sheet)))
        self.assertEqual(
            book.sheetnames,
            [
                "Delivered, Not Invoiced",
                "Invoiced, Not Delivered",
                "Dispatched, Not Accrued",
            ],
        )
        cells = [cell for sheet in book for row in sheet for cell in row if cell.value]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        sheet = book.worksheets[0]
        titles = [cell.value for cell in sheet[3]]
        row = dict(zip(titles, [cell.value for cell in sheet[4]], strict=True))
        self.assertEqual(row["Shipment"], shipment.name)
        self.assertEqual(row["Amount"], 500)
        self.assertTrue(row["Partner"].startswith("'=HYPERLINK"))
        self.assertEqual(row["When"], "2026-10-10 02:00 (Europe/Berlin)")
        self.assertTrue(row["Event Number"])
