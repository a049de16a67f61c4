from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.dispatch import items_of
from odoo.addons.logistics_events.tests.dispatch_case import DispatchCommon


@tagged("post_install", "-at_install")
class TestDispatchKit(DispatchCommon):
    """A kit may be reported by its own code or by its parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt, cls.nut = cls._goods("Bolt", "BOLT"), cls._goods("Nut", "NUT")
        for part in (cls.bolt, cls.nut):
            cls.env["stock.quant"]._update_available_quantity(
                part, cls.warehouse.lot_stock_id, 100
            )
        cls.kit = cls._goods("Fixing Kit", "KIT", is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in ((cls.bolt, 2), (cls.nut, 4))
                ],
            }
        )

    def test_kit_is_moved_as_its_parts(self):
        picking = self._order((self.kit, 5), number="T1")
        self._tell_moved(picking, self._line(self.kit, 3))
        self._take_dispatches()
        self.assertEqual(
            {move.product_id: move.quantity for move in picking.move_ids},
            {self.bolt: 6, self.nut: 12},
        )
        self.assertEqual(picking.sale_id.order_line.qty_delivered, 3)

    def test_units_of_the_kit_and_of_its_bill_are_converted(self):
        dozens = self.env.ref("uom.product_uom_dozen")
        six = self.env.ref("uom.product_uom_pack_6")
        self.kit.uom_ids = six
        picking = self._order((self.kit, 24), number="T1")
        bom = picking.move_ids.bom_line_id.bom_id
        bom.product_uom_id = dozens
        for told, uom in ((6, "Units"), (1, six.name), (6, "")):
            line = self._line(self.kit, told, **({"uom": uom} if uom else {}))
            with self.subTest(uom=uom):
                self.assertEqual(
                    [
                        (part.record, part.quantity)
                        for part in picking._logistics_report_items(items_of([line]))
                    ],
                    [(self.bolt, 1), (self.nut, 2)],
                )

    def test_kit_in_a_unit_it_does_not_have_moves_nothing(self):
        picking = self._order((self.kit, 5), number="T1")
        self._tell_moved(picking, self._line(self.kit, 1, uom="Pallet"))
        self._take_dispatches()
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(len(self._open_exceptions("master_data", picking)), 1)

    def test_parts_are_moved_as_they_are_told(self):
        picking = self._order((self.kit, 5), number="T1")
        self._tell_moved(picking, self._line(self.bolt, 10), self._line(self.nut, 20))
        self._take_dispatches()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.sale_id.order_line.qty_delivered, 5)

    def test_more_kits_than_ordered_move_nothing(self):
        picking = self._order((self.kit, 5), number="T1")
        self._tell_moved(picking, self._line(self.kit, 6))
        self._take_dispatches()
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(len(self._open_exceptions("master_data", picking)), 1)
