from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_invoice_release.tests.common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestKit(ReleaseCommon):
    """A kit is released when its parts are proven, and in whole kits only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt, cls.nut = (
            cls.env["product.product"].create(
                {"name": name, "type": "consu", "is_storable": True}
            )
            for name in ("Bolt", "Nut")
        )
        for product in (cls.bolt, cls.nut):
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 1000
            )
        cls.kit = cls._kit("Fixing Kit", (cls.bolt, 2), (cls.nut, 4))

    @classmethod
    def _kit(cls, name, *parts, **more):
        kit = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": 30.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
            | more
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in parts
                ],
            }
        )
        return kit

    def _pack_part(self, parcel, order, product, quantity):
        move = order.picking_ids.move_ids.filtered(lambda m: m.product_id == product)
        self._pack(parcel, move, quantity)

    def test_shipped_kit_is_held(self):
        order = self._sell_mixed((self.kit, 5))
        self._ship(order.picking_ids, "K1")
        self.assertRecordValues(
            order.order_line,
            [{"qty_delivered": 5, "logistics_qty_held": 5, "qty_to_invoice": 0}],
        )

    def test_delivered_kit_is_released(self):
        order = self._sell_mixed((self.kit, 5))
        self._deliver(self._ship(order.picking_ids, "K1"))
        self._take()
        self.assertRecordValues(
            order.order_line, [{"logistics_qty_held": 0, "qty_to_invoice": 5}]
        )

    def test_parts_in_two_parcels_release_whole_kits(self):
        order = self._sell_mixed((self.kit, 5))
        shipment = self._ship(order.picking_ids, "K1", "K2")
        one, two = shipment.parcel_ids
        self._pack_part(one, order, self.bolt, 10)
        self._pack_part(one, order, self.nut, 8)
        self._pack_part(two, order, self.nut, 12)
        self._deliver(shipment, one)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 2)
        self._deliver(shipment, two)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_kit_is_invoiced_once_for_all_its_parts(self):
        self.rule.result = "post"
        order = self._sell_mixed((self.kit, 5))
        self._deliver(self._ship(order.picking_ids, "K1"))
        self._take()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "amount_untaxed": 150.0}]
        )
        self.assertRecordValues(
            self._effects(order, "invoice"), [{"quantity": 5, "amount": 150.0}]
        )

    def test_backorder_of_kits_makes_an_invoice_of_its_own(self):
        self.rule.result = "post"
        order = self._sell_mixed((self.kit, 5))
        first = order.picking_ids
        for product, quantity in ((self.bolt, 4), (self.nut, 8)):
            first.move_ids.filtered(
                lambda m, p=product: m.product_id == p
            ).quantity = quantity
        self._deliver(self._ship(first, "K1"))
        self._take()
        self._deliver(self._ship(order.picking_ids - first, "K2"))
        self._take()
        self.assertEqual(
            sorted(order.invoice_ids.mapped("invoice_line_ids.quantity")), [2, 3]
        )

    def test_withdrawn_kit_is_proposed_for_credit(self):
        self.rule.result = "post"
        order = self._sell_mixed((self.kit, 5))
        shipment = self._ship(order.picking_ids, "K1")
        self._deliver(shipment)
        self._take()
        self._withdraw(shipment)
        self._take()
        self.assertEqual(self._effects(order, "credit").quantity, 5)
        self._deliver(shipment, key="after all")
        self._take()
        self.assertEqual(self._effects(order, "credit").mapped("state"), ["superseded"])

    def test_returned_kit_is_to_be_credited(self):
        order = self._sell_mixed((self.kit, 5))
        self._deliver(self._ship(order.picking_ids, "K1"))
        self._take()
        order._create_invoices().action_post()
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        for line in wizard.product_return_moves:
            line.quantity = 4 if line.product_id == self.bolt else 8
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()
        self.assertRecordValues(
            order.order_line, [{"qty_delivered": 3, "qty_to_invoice": -2}]
        )

    def test_kit_of_kits_is_released(self):
        outer = self._kit("Big Kit", (self.kit, 2), (self.nut, 1))
        order = self._sell_mixed((outer, 3))
        shipment = self._ship(order.picking_ids, "K1")
        self.assertEqual(order.order_line.logistics_qty_held, 3)
        self._deliver(shipment)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 3)

    def test_ordered_kit_is_invoiced_as_far_as_it_is_proven(self):
        kit = self._kit("Prepaid Kit", (self.bolt, 1), invoice_policy="order")
        order = self._sell_mixed((kit, 5))
        self.assertEqual(order.order_line.logistics_qty_held, 5)
        self._deliver(self._ship_part(order.picking_ids, 2, "K1"))
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 2)

    def test_held_value_of_a_kit_is_its_price(self):
        order = self._sell_mixed((self.kit, 5))
        self._ship(order.picking_ids, "K1")
        self.assertEqual(order.picking_ids.logistics_held_amount, 150.0)

    def test_goods_beside_a_kit_are_released_as_always(self):
        order = self._sell_mixed((self.kit, 5), (self.product, 2))
        self._deliver(self._ship(order.picking_ids, "K1"))
        self._take()
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [5, 2])

    def test_drop_shipped_kit_is_released_when_all_parts_are_proven(self):
        vendor = self.env["res.partner"].create({"name": "Maker"})
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        (self.bolt | self.nut).write(
            {
                "route_ids": [Command.link(route.id)],
                "seller_ids": [Command.create({"partner_id": vendor.id, "price": 1.0})],
            }
        )
        order = self._sell_mixed((self.kit, 5))
        purchase = order._get_purchase_orders()
        purchase.button_confirm()
        shipment = self._ship(purchase.picking_ids, "KD1")
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self._deliver(shipment)
        self._take()
        self.assertEqual(order.order_line.qty_to_invoice, 5)
