from odoo.exceptions import UserError
from odoo.tests import tagged

from .return_expect_case import ReturnExpectCase


@tagged("post_install", "-at_install")
class TestReturnExpectOtherwise(ReturnExpectCase):
    """What came otherwise than announced, Odoo's dialog, places and companies."""

    # === WHAT CAME OTHERWISE === #

    def test_more_than_announced_is_on_the_workbench(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        self._receive(one.picking_ids, 3)
        self.assertEqual(one.line_ids.received_quantity, 3)
        self.assertEqual(self._problems(one), ["over_received"])

    def test_unannounced_goods_become_a_line_with_a_problem(self):
        self._switch("expect")
        other = self._another("Valve")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        transfer = one.picking_ids
        self.env["stock.move"].create(
            {
                "product_id": other.id,
                "product_uom_qty": 1,
                "picking_id": transfer.id,
                "location_id": transfer.location_id.id,
                "location_dest_id": transfer.location_dest_id.id,
            }
        )
        for move in transfer.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        transfer.with_context(skip_backorder=True).button_validate()
        line = one.line_ids.filtered(lambda line: line.product_id == other)
        self.assertRecordValues(
            line,
            [
                {
                    "quantity": 0,
                    "received_quantity": 1,
                    "sale_line_id": False,
                    "move_id": False,
                }
            ],
        )
        self.assertEqual(self._problems(one), ["unannounced"])

    def test_delivered_goods_added_to_a_receipt_are_recognised(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        transfer = one.picking_ids
        extra = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "picking_id": transfer.id,
                "location_id": transfer.location_id.id,
                "location_dest_id": transfer.location_dest_id.id,
            }
        )
        for move in transfer.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        transfer.with_context(skip_backorder=True).button_validate()
        self.assertEqual(extra.exists().origin_returned_move_id, picking.move_ids)
        self.assertEqual(one.line_ids.received_quantity, 3)
        self.assertEqual(picking.move_ids.sale_line_id.qty_delivered, 2)
        self.assertEqual(self._problems(one), ["over_received"])

    def test_problem_is_closed_when_it_is_put_right(self):
        self._switch("expect")
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        self._receive(one.picking_ids, 3)
        one.line_ids.quantity = 3
        self.assertFalse(self._problems(one))

    # === NATIVE DIALOG === #

    def test_dialog_names_what_may_still_come(self):
        _order, picking = self._delivered(5)
        with self.assertRaisesRegex(UserError, "only 5"):
            self._native(picking, 6)
        self._native(picking, 4)
        with self.assertRaisesRegex(UserError, "neither back nor on the way"):
            self._native(picking, 2)

    def test_goods_that_did_not_leave_cannot_come_back(self):
        order = self._sell(5)
        with self.assertRaisesRegex(UserError, "not delivered yet"):
            self._native(order.picking_ids, 1)

    # === PLACE, COMPANY === #

    def test_returned_goods_wait_in_quarantine(self):
        self._switch("expect")
        places = self.env["stock.location"].create(
            [
                {
                    "name": name,
                    "usage": "internal",
                    "location_id": self.warehouse.view_location_id.id,
                }
                for name in ("Quarantine", "Own Quarantine")
            ]
        )
        self.company.logistics_quarantine_id = places[0]
        _order, picking = self._delivered(5)
        one = self._approved(picking, 1)
        self.assertEqual(one.picking_ids.move_line_ids.location_dest_id, places[0])
        self.warehouse.logistics_quarantine_id = places[1]
        native = self._native(picking, 1)
        self._receive(native, 1)
        quant = self.env["stock.quant"].search([("location_id", "=", places[1].id)])
        self.assertEqual(quant.quantity, 1)

    def test_other_company_has_its_own_switch_and_returns(self):
        self._switch("expect")
        other = self.env["res.company"].create({"name": "Other House"})
        self.env.user.company_ids |= other
        self.assertEqual(
            self.env["logistics.action.mode"]._mode(other, "expect"), "off"
        )
        _order, picking = self._delivered(5)
        one = self._approved(picking, 2)
        user = self.people["user"]
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        found = (
            self.env["logistics.return"]
            .with_user(user)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "=", one.id)])
        )
        self.assertFalse(found)

    def test_transfer_without_a_customer_stays_a_transfer(self):
        supplier = self.warehouse.in_type_id
        back = self.env["stock.picking"].create(
            {
                "picking_type_id": supplier.id,
                "location_id": self.env.ref("stock.stock_location_customers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "location_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        },
                    )
                ],
            }
        )
        back.action_confirm()
        self.assertFalse(back.logistics_return_id)
