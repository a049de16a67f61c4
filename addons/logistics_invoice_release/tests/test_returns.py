from odoo import fields
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestReturns(ReleaseCommon):
    """Goods that come back, quantities that were wrong, companies and currencies."""

    # === RETURNS === #

    def test_return_after_release_is_to_be_credited(self):
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "R1"))
        self._take()
        order._create_invoices().action_post()
        self._return(order.picking_ids, 3)
        self.assertRecordValues(
            order.order_line, [{"qty_to_invoice": -3, "logistics_qty_held": 0}]
        )

    def test_refused_parcel_that_comes_back_leaves_the_proof_of_the_other(self):
        order = self._sell(10)
        shipment, one, _two = self._two_parcels(order)
        self._deliver(shipment, one)
        self._take()
        self._return(order.picking_ids, 6)
        self.assertRecordValues(
            order.order_line,
            [{"qty_delivered": 4, "qty_to_invoice": 4, "logistics_qty_held": 0}],
        )

    def test_return_before_release_holds_less(self):
        order = self._sell(10)
        self._ship(order.picking_ids, "R1")
        self._return(order.picking_ids, 10)
        self.assertRecordValues(
            order.order_line, [{"qty_to_invoice": 0, "logistics_qty_held": 0}]
        )

    def test_return_without_refund_stays_invoiceable(self):
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "R1"))
        self._take()
        self._return(order.picking_ids, 3, to_refund=False)
        self.assertEqual(order.order_line.qty_to_invoice, 10)

    def test_goods_sent_again_after_a_return_need_a_proof_of_their_own(self):
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "R1"))
        self._take()
        first = order.picking_ids
        self._return(first, 10)
        order.order_line._action_launch_stock_rule()
        second = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        shipment = self._ship(second, "R2")
        self.assertEqual(order.order_line.logistics_qty_held, 10)
        self._deliver(shipment)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 10)

    def test_return_label_in_the_box_does_not_release_the_box(self):
        order = self._sell(10)
        shipment = self._ship(order.picking_ids, "R1")
        self._report(shipment, "return_received", leg="return")
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    # === EDITED QUANTITIES === #

    def test_done_quantity_edited_up_is_released_with_its_proof(self):
        order = self._sell(10)
        self._deliver(self._ship_part(order.picking_ids, 4, "E1"))
        self._take()
        done = order.picking_ids.filtered(lambda p: p.state == "done")
        done.move_line_ids.quantity = 5
        self._take()
        self.assertEqual(done.move_ids.logistics_released_qty, 5)
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_done_quantity_edited_down_releases_no_more_than_was_moved(self):
        order = self._sell(10)
        self._deliver(self._ship(order.picking_ids, "E1"))
        self._take()
        order.picking_ids.move_line_ids.quantity = 7
        self.assertEqual(order.order_line.qty_to_invoice, 7)
        self._take()
        self.assertEqual(order.picking_ids.move_ids.logistics_released_qty, 7)

    # === OTHER COMPANIES AND CURRENCIES === #

    def test_other_company_without_the_mode_holds_nothing(self):
        other = self.env["res.company"].create(
            {"name": "Other", "country_id": self.company.country_id.id}
        )
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=other, install_demo=False
        )
        order = self._sell(
            2,
            company_id=other.id,
            warehouse_id=self.env["stock.warehouse"]
            .search([("company_id", "=", other.id)])
            .id,
        )
        self.assertFalse(order.logistics_release_mode)

    def test_branch_invoice_is_booked_in_the_branch(self):
        self.rule.result = "post"
        branch = self.env["res.company"].create(
            {
                "name": "Branch",
                "parent_id": self.company.id,
                "country_id": self.company.country_id.id,
            }
        )
        self.env["logistics.action.mode"]._switch(branch, "release", "on", "2020-01-01")
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", branch.id)], limit=1
        ) or self.env["stock.warehouse"].create(
            {"name": "Branch", "code": "BRA", "company_id": branch.id}
        )
        self.env["stock.quant"].with_company(branch)._update_available_quantity(
            self.product, warehouse.lot_stock_id, 10
        )
        order = self._sell(2, company_id=branch.id, warehouse_id=warehouse.id)
        self._deliver(self._ship(order.picking_ids, "BR1"))
        self._take()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "company_id": branch.id}]
        )
        self.assertEqual(order.invoice_ids.journal_id.company_id, self.company)

    def test_foreign_currency_is_invoiced_in_it_and_judged_in_ours(self):
        self.rule.result = "post"
        foreign = self.env.ref("base.EUR")
        foreign.active = True
        self.env["res.currency.rate"].search(
            [("currency_id", "=", foreign.id)]
        ).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "name": "2020-01-01",
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": foreign.id}
        )
        order = self._sell(10, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, foreign)
        shipment = self._ship(order.picking_ids, "EU1")
        self.assertEqual(order.picking_ids.logistics_held_amount, 1000.0)
        self._deliver(shipment)
        self._take()
        self.assertRecordValues(
            order.invoice_ids,
            [{"currency_id": foreign.id, "amount_untaxed": 500.0, "state": "posted"}],
        )
        self.assertEqual(self._effects(order, "invoice").amount, 1000.0)

    def test_lost_goods_stay_held(self):
        order = self._sell(5)
        shipment = self._ship(order.picking_ids, "L1")
        self._report(shipment, "lost", occurred_at=fields.Datetime.now())
        self._take()
        self.assertEqual(order.order_line.logistics_qty_held, 5)
