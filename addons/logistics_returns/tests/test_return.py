from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturn(ReturnCommon):
    """A return from its announcement to the receipt of the goods."""

    def test_announcing_is_known_once_and_expects_nothing_before_it_is_approved(self):
        _order, picking = self._delivered(5)
        one = self._announce(picking, 2)
        self.assertEqual(one.state, "requested")
        self.assertEqual(one.fact_ids.mapped("kind"), ["requested"])
        one.line_ids.quantity = 3
        self.assertEqual(one.fact_ids.mapped("quantity"), [2, 1])
        one.line_ids.quantity = 1
        self.assertEqual(one.fact_ids[-1].kind, "withdrawn")
        self.assertFalse(one.picking_ids)

    def test_nobody_types_where_it_stands(self):
        _order, picking = self._delivered(5)
        one = self._announce(picking, 2)
        with self.assertRaises(AccessError):
            one.state = "credited"
        with self.assertRaises(AccessError):
            one.line_ids.received_quantity = 2
        with self.assertRaises(AccessError):
            one.fact_ids.quantity = 5
        with self.assertRaises(UserError):
            one.unlink()

    def test_native_return_becomes_a_return_and_is_received(self):
        _order, picking = self._delivered(5)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        transfer = wizard._create_return()
        one = transfer.logistics_return_id
        self.assertEqual(one.origin, "transfer")
        self.assertEqual(one.line_ids.quantity, 2)
        self._receive(transfer, 1)
        self.assertEqual(one.line_ids.received_quantity, 1)
        self.assertEqual(one.line_ids.expected_quantity, 1)
        self.assertEqual(one.state, "received")
        rest = one.picking_ids - transfer
        self.assertEqual(rest.move_ids.product_uom_qty, 1)
        self._receive(rest, 1)
        self.assertEqual(one.line_ids.received_quantity, 2)
        self.assertFalse(one.line_ids.expected_quantity)

    def test_no_more_comes_back_than_was_delivered(self):
        _order, picking = self._delivered(5)
        for asked, refused in ((4, False), (2, True), (1, False)):
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            wizard.product_return_moves.quantity = asked
            if refused:
                with self.assertRaisesRegex(UserError, "only 1"):
                    wizard._create_return()
            else:
                wizard._create_return()

    def test_approved_goods_are_expected_once(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._announce(picking, 2)
        one._say("approved", "by hand")
        one._say("approved", "by hand")
        self._take()
        self.assertEqual(one.state, "approved")
        self.assertEqual(one.picking_ids.move_ids.mapped("product_uom_qty"), [2])
        self._receive(one.picking_ids, 2)
        self._take()
        self.assertEqual(len(one.picking_ids), 1)
        self.assertEqual(one.state, "received")

    def test_while_it_is_off_nothing_is_expected(self):
        _order, picking = self._delivered(5)
        one = self._announce(picking, 2)
        one._say("approved", "by hand")
        self._take()
        self.assertFalse(one.picking_ids)
