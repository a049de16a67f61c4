from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnTyped(CreditCase):
    """What decides over money is said by facts, not typed, whatever way it comes."""

    def setUp(self):
        super().setUp()
        self.order = self._order((self.cheap, 5))
        self.delivery = self.order.picking_ids
        self.own = self.env["logistics.return"].with_user(self.clerk)

    def _typed(self, **more):
        """Return a return that a person of operations types."""
        return self.own.create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self.cheap.id,
                            "move_id": self.delivery.move_ids.id,
                            "quantity": 2,
                        }
                    )
                ],
            }
            | more
        )

    def test_goods_need_only_their_delivery(self):
        one = self._typed()
        self.assertRecordValues(
            one.line_ids,
            [{"sale_line_id": self.order.order_line.id, "expected_quantity": 2}],
        )
        self.assertEqual(one.order_ids, self.order)
        self.assertEqual(one.origin, "staff")

    def test_goods_need_only_their_sold_line(self):
        one = self._typed(
            line_ids=[
                Command.create(
                    {
                        "product_id": self.cheap.id,
                        "sale_line_id": self.order.order_line.id,
                        "quantity": 2,
                    }
                )
            ]
        )
        self.assertEqual(one.line_ids.move_id, self.delivery.move_ids)

    def test_screen_saves_what_a_person_types(self):
        self.clerk.group_ids += self.env.ref("stock.group_stock_user")
        with Form(self.own) as form:
            form.partner_id = self.customer
            form.freight_payer = "customer"
            with form.line_ids.new() as line:
                line.move_id = self.delivery.move_ids
                line.quantity = 1
        one = form.save()
        self.assertEqual(one.line_ids.sale_line_id, self.order.order_line)
        with Form(one) as form, form.line_ids.edit(0) as line:
            line.quantity = 3
        self.assertEqual(one.line_ids.expected_quantity, 3)

    def test_nobody_types_that_goods_never_arrived(self):
        one = self._typed()
        for kind in ("to_sender", "lost"):
            with self.subTest(kind), self.assertRaises(AccessError):
                one.kind = kind
            with self.subTest(kind), self.assertRaises(AccessError):
                self._typed(kind=kind)
        one.kind = "damaged"
        one.sudo().kind = "to_sender"
        with self.assertRaises(AccessError):
            one.kind = "customer"

    def test_nobody_types_where_a_return_came_from(self):
        for vals in (
            {"origin": "portal"},
            {"source_ref": "shop/1"},
            {"announced_at": "2026-01-01"},
            {"picking_ids": [Command.link(self.delivery.id)]},
            {"name": "RET/2026/99999"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                self._typed(**vals)
        one = self._typed()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.clerk.company_ids += other
        for vals in ({"origin": "scan"}, {"company_id": other.id}):
            with self.subTest(vals), self.assertRaises(AccessError):
                one.write(vals)

    def test_copy_is_of_whoever_makes_it(self):
        one = self._typed()
        one.sudo().write({"origin": "scan", "kind": "to_sender"})
        self.assertRecordValues(
            one.copy(), [{"origin": "staff", "kind": "customer", "state": "requested"}]
        )

    def test_nobody_gives_a_transfer_another_return(self):
        one = self._come_back(self.delivery, 2)
        other = self._typed()
        self.clerk.group_ids += self.env.ref("stock.group_stock_user")
        receipt = one.picking_ids.with_user(self.clerk)
        for value in (other.id, False):
            with self.subTest(value), self.assertRaises(AccessError):
                receipt.logistics_return_id = value
        with self.assertRaises(AccessError):
            self.own.browse(other.id).write({"picking_ids": [Command.link(receipt.id)]})

    def test_line_stays_with_its_return(self):
        one, other = self._typed(), self._typed()
        with self.assertRaises(AccessError):
            one.line_ids.return_id = other

    def test_cheap_delivery_is_not_credited_as_something_dear(self):
        dear = self._order((self.product, 1))
        one = self._typed()
        for vals in (
            {"sale_line_id": dear.order_line.id},
            {"product_id": self.product.id},
            {"move_id": dear.picking_ids.move_ids.id},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                one.line_ids.write(vals)
        with self.assertRaises(UserError):
            self._typed(
                line_ids=[
                    Command.create(
                        {
                            "product_id": self.cheap.id,
                            "move_id": self.delivery.move_ids.id,
                            "sale_line_id": dear.order_line.id,
                        }
                    )
                ]
            )

    def test_goods_of_another_customer_are_refused(self):
        stranger = self.env["res.partner"].create({"name": "Somebody Else"})
        with self.assertRaisesRegex(UserError, "another customer"):
            self._typed(partner_id=stranger.id)
        child = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": self.customer.id}
        )
        self.assertTrue(self._typed(partner_id=child.id))

    def test_what_is_known_of_goods_is_of_no_others(self):
        second = self._order((self.cheap, 5))
        one = self._typed()
        vals = {
            "move_id": second.picking_ids.move_ids.id,
            "sale_line_id": second.order_line.id,
        }
        one.line_ids.write(vals)
        one._say("received", "m", line=one.line_ids, quantity=1)
        with self.assertRaisesRegex(UserError, "something is known"):
            one.line_ids.write(
                {
                    "move_id": self.delivery.move_ids.id,
                    "sale_line_id": self.order.order_line.id,
                }
            )

    def test_goods_of_another_return_are_not_let_go(self):
        one, other = self._typed(), self._typed()
        with self.assertRaisesRegex(UserError, "another return"):
            one._let_go("kept", {other.line_ids: 1}, "Mistake", "x")
        self.assertFalse(other.line_ids.credit_quantity)

    def test_photo_of_another_record_is_no_photo_of_the_return(self):
        one, other = self._typed(), self._typed()
        photo = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "photo.png",
                    "mimetype": "image/png",
                    "raw": b"\x89PNG\r\n\x1a\n",
                    "res_model": other._name,
                    "res_id": other.id,
                }
            )
        )
        dialog = (
            self.env["logistics.return.decide"]
            .with_user(self.clerk)
            .create(
                {
                    "return_id": one.id,
                    "reason": "Scratched",
                    "line_ids": [
                        Command.create({"line_id": one.line_ids.id, "quantity": 1})
                    ],
                    "photo_ids": [Command.link(photo.id)],
                }
            )
        )
        with self.assertRaises(AccessError):
            dialog.action_confirm()
        self.assertEqual(photo.res_id, other.id)

    # === AGREED TO WHAT WAS SEEN === #

    def test_other_fees_void_what_was_agreed_to(self):
        self.company.logistics_return_shipping = 30.0
        order = self._order((self.product, 10))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 6)
        one.freight_payer = "customer"
        self._inspect(one)
        approval = self._open(order).approval_ids
        approval.with_user(self.finance).action_approve()
        self.assertEqual(approval.decided_by_ids, self.finance)
        one.with_user(self.clerk).freight_payer = "company"
        self.assertEqual(approval.state, "void")
        again = self._open(order).approval_ids
        self.assertRecordValues(again, [{"state": "waiting", "decided_by_ids": []}])
        self._agree(order, self.second)
        self.assertFalse(self._notes(order))
        self._agree(order, self.finance)
        self.assertEqual(self._notes(order).amount_total, 600.0)

    def test_approver_who_edits_the_fee_does_not_agree_any_more(self):
        self.company.logistics_return_shipping = 30.0
        order = self._order((self.product, 10))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 6)
        one.freight_payer = "customer"
        self._inspect(one)
        self._open(order).approval_ids.with_user(self.finance).action_approve()
        one.with_user(self.finance).freight_payer = "company"
        with self.assertRaises(AccessError):
            self._agree(order, self.finance)

    def test_same_fees_leave_the_agreement(self):
        order = self._order((self.product, 10))
        self._invoice(order)
        one = self._bring(order.picking_ids, 6)
        approval = self._open(order).approval_ids
        approval.with_user(self.finance).action_approve()
        one.with_user(self.clerk).freight_payer = "customer"
        one._reckon()
        self.assertEqual(approval.state, "waiting")
        self.assertEqual(approval.decided_by_ids, self.finance)
