from odoo.fields import Command
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnLots(ReturnCommon):
    """Serial numbers, lots, units and kits that come back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch("expect")

    def _serial_delivery(self, *names):
        """Return a delivery of one serial number each, and the numbers."""
        product = self._another("Meter", tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in names]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                product, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": len(names)}
                    )
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.move_line_ids.lot_id, lots)
        return picking, lots

    def _approved(self, picking, *rows):
        move = picking.move_ids
        one = self.env["logistics.return"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create(
                        {
                            "move_id": move.id,
                            "sale_line_id": move.sale_line_id.id,
                            "product_id": move.product_id.id,
                            "quantity": quantity,
                            "lot_id": lot.id if lot else False,
                        }
                    )
                    for lot, quantity in rows
                ],
            }
        )
        one._say("approved", "by hand")
        self._take()
        return one

    def _problems(self, one):
        return sorted({problem for problem, _line in one.problems or ()})

    def test_the_announced_serial_is_asked_for(self):
        picking, lots = self._serial_delivery("S1", "S2", "S3")
        one = self._approved(picking, (lots[2], 1))
        self.assertEqual(one.picking_ids.move_line_ids.lot_id, lots[2])
        one.picking_ids.move_ids.picked = True
        one.picking_ids.button_validate()
        self.assertEqual(one.line_ids.received_quantity, 1)
        self.assertEqual(
            one.fact_ids.filtered(lambda fact: fact.kind == "received").lot_id, lots[2]
        )
        self.assertFalse(one.problems)

    def test_two_serials_are_two_lines_of_one_transfer(self):
        picking, lots = self._serial_delivery("S1", "S2", "S3")
        one = self._approved(picking, (lots[0], 1), (lots[2], 1))
        self.assertEqual(len(one.picking_ids), 1)
        self.assertEqual(one.picking_ids.move_line_ids.lot_id, lots[0] | lots[2])
        one.picking_ids.move_ids.picked = True
        one.picking_ids.button_validate()
        self.assertEqual(one.line_ids.mapped("received_quantity"), [1, 1])

    def test_unknown_serial_is_left_to_whoever_receives_it(self):
        picking, lots = self._serial_delivery("S1", "S2", "S3")
        one = self._approved(picking, (None, 1))
        self.assertFalse(one.picking_ids.move_line_ids.lot_id)
        one.picking_ids.move_line_ids.lot_id = lots[1]
        one.picking_ids.move_ids.picked = True
        one.picking_ids.button_validate()
        self.assertEqual(one.line_ids.received_quantity, 1)
        self.assertFalse(one.problems)

    def test_another_serial_of_the_delivery_is_unannounced(self):
        picking, lots = self._serial_delivery("S1", "S2", "S3")
        one = self._approved(picking, (lots[0], 1))
        one.picking_ids.move_line_ids.lot_id = lots[1]
        one.picking_ids.move_ids.picked = True
        one.picking_ids.button_validate()
        came = one.line_ids.filtered("received_quantity")
        self.assertRecordValues(
            came,
            [
                {
                    "lot_id": lots[1].id,
                    "quantity": 0,
                    "sale_line_id": picking.move_ids.sale_line_id.id,
                }
            ],
        )
        self.assertEqual(self._problems(one), ["unannounced"])

    def test_serial_that_was_never_delivered_is_not_what_was_sold(self):
        picking, lots = self._serial_delivery("S1", "S2")
        strange = self.env["stock.lot"].create(
            {"name": "X9", "product_id": lots.product_id.id}
        )
        one = self._approved(picking, (lots[0], 1))
        one.picking_ids.move_line_ids.lot_id = strange
        one.picking_ids.move_ids.picked = True
        one.picking_ids.button_validate()
        came = one.line_ids.filtered("received_quantity")
        self.assertRecordValues(
            came, [{"lot_id": strange.id, "sale_line_id": False, "move_id": False}]
        )
        self.assertEqual(self._problems(one), ["unannounced"])

    def test_goods_sold_by_the_dozen_are_counted_in_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 2,
                            "product_uom_id": dozen.id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        one = self._approved(picking, (None, 1))
        self.assertEqual(one.line_ids.uom_id, dozen)
        move = one.picking_ids.move_ids
        self.assertEqual(
            move.product_uom._compute_quantity(
                move.product_uom_qty, self.product.uom_id
            ),
            12,
        )
        self._receive(one.picking_ids, move.product_uom_qty)
        self.assertEqual(one.line_ids.received_quantity, 1)

    # === KITS === #

    def _kit_delivery(self, quantity):
        """Return the delivery of kits of two bolts and four nuts."""
        bolt, nut = (
            self.env["product.product"].create(
                {"name": name, "type": "consu", "is_storable": True}
            )
            for name in ("Bolt", "Nut")
        )
        for product in bolt | nut:
            self.env["stock.quant"]._update_available_quantity(
                product, self.warehouse.lot_stock_id, 1000
            )
        kit = self.env["product.product"].create(
            {
                "name": "Fixing Kit",
                "type": "consu",
                "list_price": 30.0,
                "invoice_policy": "delivery",
                "default_code": "KIT",
            }
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": bolt.id, "product_qty": 2}),
                    Command.create({"product_id": nut.id, "product_qty": 4}),
                ],
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": kit.id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return order, picking, bolt, nut

    def test_parts_of_a_kit_are_counted_as_parts(self):
        order, picking, bolt, nut = self._kit_delivery(3)
        dialog = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in dialog.product_return_moves:
            row.quantity = {bolt: 2, nut: 4}[row.product_id]
        transfer = dialog._create_return()
        one = transfer.logistics_return_id
        self.assertEqual(
            {line.product_id: line.quantity for line in one.line_ids},
            {bolt: 2, nut: 4},
        )
        self.assertEqual(one.line_ids.sale_line_id, order.order_line)
        self.assertEqual(one.line_ids.uom_id, bolt.uom_id)
        for move in transfer.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        transfer.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(
            {line.product_id: line.received_quantity for line in one.line_ids},
            {bolt: 2, nut: 4},
        )

    def test_whole_kit_comes_back_by_a_scan(self):
        _order, picking, bolt, nut = self._kit_delivery(3)
        picking.carrier_tracking_ref = "KIT-1"
        self._report(picking.logistics_shipment_ids, "returning_to_sender")
        self._take()
        one = self.env["logistics.return"].search([("origin", "=", "scan")])
        self.assertEqual(
            {
                move.product_id: move.product_uom_qty
                for move in one.picking_ids.move_ids
            },
            {bolt: 6, nut: 12},
        )
