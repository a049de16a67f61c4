from odoo.fields import Command
from odoo.tests import tagged

from .return_scan_case import ReturnScanCase


@tagged("post_install", "-at_install")
class TestReturnScanJoined(ReturnScanCase):
    """Which return a scan, a customer or a partner's system joins."""

    # === WHO JOINS WHOM === #

    def test_scan_goes_to_the_return_that_waits(self):
        _order, picking = self._delivered(5, "OUT-1")
        one = self._announce(picking, 2)
        self._way_back(picking.logistics_shipment_ids)
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.state, "in_transit")
        self.assertEqual(one.line_ids.quantity, 2)

    def test_second_parcel_of_the_rest_is_a_return_of_its_own(self):
        self._switch("expect")
        _order, picking = self._delivered(5, "OUT-1")
        outbound = picking.logistics_shipment_ids
        one = self._announce(picking, 2)
        self._way_back(outbound)
        self._take()
        self._way_back(outbound, number="RET-2")
        two = self._returns() - one
        self.assertEqual(two.line_ids.quantity, 3)
        self._take()
        self._way_back(outbound, number="RET-3")
        self.assertEqual(self._returns(), one | two)

    def test_customer_who_announces_later_joins_the_scan(self):
        self._switch("expect")
        _order, picking = self._delivered(5, "OUT-1")
        self._way_back(picking.logistics_shipment_ids)
        self._take()
        scanned = self._returns()
        reason = self.env["logistics.return.reason"].create(
            {"name": "Too small", "code": "small-test"}
        )
        joined = self._announce(picking, 2, origin="portal", reason_id=reason.id)
        self.assertEqual(joined, scanned)
        self.assertEqual(self._returns(), scanned)
        self.assertEqual(joined.reason_id, reason)
        self.assertTrue(joined.announced_at)
        self.assertEqual(joined.line_ids.quantity, 2)
        self._take()
        moves = joined.picking_ids.move_ids
        self.assertEqual(moves.mapped("product_uom_qty"), [2])
        # A second announcement is about other goods.
        other = self._announce(picking, 1)
        self.assertNotEqual(other, scanned)

    def test_goods_that_came_are_not_taken_back_by_an_announcement(self):
        self._switch("expect")
        _order, picking = self._delivered(5, "OUT-1")
        self._way_back(picking.logistics_shipment_ids)
        self._take()
        one = self._returns()
        self._receive(one.picking_ids, 5)
        self._announce(picking, 2)
        self.assertEqual(one.line_ids.quantity, 5)
        self.assertEqual(one.line_ids.received_quantity, 5)

    # === A PARTNER'S SYSTEM === #

    def _announcement(self, order, quantity, product="PUMP", **more):
        self.product.default_code = "PUMP"
        report = {
            "company_id": self.company.id,
            "shipment_id": None,
            "parcel_id": None,
            "channel": "webhook",
            "reference": more.pop("reference", "msg-1"),
            "received_at": "2026-01-01 00:00:00",
            "trust": 4,
            "fact": {
                "event_key": more.pop("key", "rma-1"),
                "content_hash": more.pop("content", str(quantity)),
                "source": "shop",
                "event_type": "return_created",
                "occurred_at": more.pop("at", "2026-01-01 00:00:00"),
                "recorded_at": more.pop("recorded", "2026-01-01 00:00:00"),
                "precision": "instant",
                "zone_source": "given",
                "leg": "return",
                "references": {"order": order.name},
                "lines": [{"product": product, "quantity": quantity}],
            }
            | more,
        }
        return self.env["logistics.event"]._ingest([report])

    def test_partner_announces_a_return_once_and_corrects_it(self):
        order, picking = self._delivered(5)
        self._announcement(order, 3)
        self._announcement(order, 3, reference="msg-2")
        one = self._returns()
        self.assertRecordValues(
            one,
            [
                {
                    "origin": "partner",
                    "state": "requested",
                    "partner_id": order.partner_id.id,
                }
            ],
        )
        self.assertEqual(one.line_ids.quantity, 3)
        self.assertEqual(one.line_ids.move_id, picking.move_ids)
        self._announcement(order, 2, recorded="2026-01-02 00:00:00")
        self.assertEqual(self._returns(), one)
        self.assertEqual(one.line_ids.quantity, 2)

    def test_partner_withdraws_an_announcement(self):
        order, _picking = self._delivered(5)
        self._announcement(order, 3)
        self._announcement(
            order,
            3,
            key="rma-1-void",
            classifier="retracted",
            voids="rma-1",
            voids_key="rma-1",
        )
        self.assertEqual(self._returns().state, "closed")

    def test_partner_cannot_announce_more_than_was_delivered(self):
        order, _picking = self._delivered(5)
        self._announcement(order, 7)
        one = self._returns()
        self.assertEqual(one.line_ids.quantity, 5)
        asked = self.env["logistics.exception"].search(
            [("res_model", "=", one._name), ("res_id", "=", one.id)]
        )
        self.assertIn("PUMP", asked.summary)

    def test_partner_who_names_unknown_goods_is_asked_about(self):
        order, _picking = self._delivered(5)
        self._announcement(order, 1, product="NOBODY")
        self.assertFalse(self._returns())
        self.assertTrue(
            self.env["logistics.exception"].search_count(
                [("category", "=", "report_differs"), ("summary", "ilike", "NOBODY")]
            )
        )

    # === DROPSHIP, SEVERAL DELIVERIES === #

    def test_dropshipped_goods_that_turn_around_go_back_to_the_supplier(self):
        supplier = self.env["res.partner"].create({"name": "Pump Works"})
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        product = self._another("Direct Pump")
        product.write(
            {
                "route_ids": [Command.set(route.ids)],
                "seller_ids": [Command.create({"partner_id": supplier.id})],
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        purchase = order.order_line.purchase_line_ids.order_id
        purchase.button_confirm()
        picking = purchase.picking_ids
        picking.carrier_tracking_ref = "DROP-1"
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self._switch("expect")
        places = self.env["stock.location"].create(
            {"name": "Quarantine", "usage": "internal"}
        )
        self.company.logistics_quarantine_id = places
        self._report(picking.logistics_shipment_ids, "returning_to_sender")
        self._take()
        one = self._returns()
        self.assertEqual(one.line_ids.quantity, 2)
        self.assertEqual(one.line_ids.sale_line_id, order.order_line)
        transfer = one.picking_ids
        self.assertEqual(transfer.location_dest_id.usage, "supplier")
        self._receive(transfer, 2)
        self.assertEqual(one.line_ids.received_quantity, 2)

    def test_number_with_our_order_finds_its_way_back(self):
        order, picking = self._delivered(5, "OUT-1")
        found = self.env["logistics.shipment"]._logistics_way_back(
            "RET-9", {"order": order.name}, self.company
        )
        company, made, parcel = found
        self.assertEqual(company, self.company)
        self.assertEqual(made.parent_id, picking.logistics_shipment_ids)
        self.assertEqual(parcel.tracking_number, "RET-9")
        again = self.env["logistics.shipment"]._logistics_way_back(
            "RET-9", {"order": order.name}, self.company
        )
        self.assertEqual(again, found)
        self.assertIsNone(
            self.env["logistics.shipment"]._logistics_way_back(
                "RET-9", {"order": "nobody's"}, self.company
            )
        )

    def test_delivery_without_a_number_can_come_back_too(self):
        order, _picking = self._delivered(5)
        _company, made, parcel = self.env["logistics.shipment"]._logistics_way_back(
            "RET-9", {"order": order.name}, self.company
        )
        self.assertFalse(made.parent_id)
        self._report(
            made,
            "in_transit",
            parcel=parcel,
            leg="return",
            references={"order": order.name},
        )
        one = self._returns()
        self.assertRecordValues(
            one, [{"origin": "scan", "partner_id": order.partner_id.id}]
        )
        self.assertEqual(one.line_ids.quantity, 5)
