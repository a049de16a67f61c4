from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .return_portal_case import ReturnPortalCase
from .test_return_photo import picture


@tagged("post_install", "-at_install")
class TestReturnOffer(ReturnPortalCase):
    """What customers may send back, and until when."""

    def _left(self, order=None):
        offers = (order or self.order)._logistics_return_offers()
        return [offer.left for offer in offers]

    def test_after_installation_nothing_can_be_returned(self):
        company = self.env["res.company"].create({"name": "Fresh"})
        self.assertEqual(company.logistics_return_portal_days, 0)
        self.company.logistics_return_portal_days = 0
        self.assertEqual(self._left(), [])
        with self.assertRaisesRegex(UserError, "cannot be returned"):
            self._ask()

    def test_only_what_was_delivered_is_offered(self):
        waiting = self._sell(3)
        self.assertEqual(self._left(waiting), [])
        self.assertEqual(self._left(), [Decimal(5)])

    def test_time_begins_with_the_delivery_the_carrier_reports(self):
        shipment = self.picking.logistics_shipment_ids
        start = fields.Datetime.now()
        self.assertEqual(
            self.order._logistics_return_offers()[0].until,
            self.picking.move_ids._logistics_return_until(),
        )
        self._report(shipment, "delivered", occurred_at=start - timedelta(days=3))
        until = self.picking.move_ids._logistics_return_until()
        here = fields.Datetime.context_timestamp(
            shipment.with_context(tz="Europe/Berlin"), start - timedelta(days=3)
        )
        self.assertEqual(until, here.date() + timedelta(days=14))

    def test_last_day_counts_and_the_next_does_not(self):
        until = self.picking.move_ids._logistics_return_until()
        # 22:30 in Berlin, and half past midnight there.
        with freeze_time(f"{until} 20:30:00"):
            self.assertEqual(self._left(), [Decimal(5)])
        with freeze_time(f"{until} 23:30:00"):
            self.assertEqual(self._left(), [])

    def test_no_more_is_announced_than_may_still_come_back(self):
        self._ask("3")
        self.assertEqual(self._left(), [Decimal(2)])
        with self.assertRaisesRegex(UserError, "at most 2 can still"):
            self._ask("2.5")
        self._ask("2")
        self.assertEqual(self._left(), [])
        with self.assertRaisesRegex(UserError, "cannot be returned any more"):
            self._ask("1")

    def test_native_transfers_and_received_goods_count(self):
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": self.picking.id}
        )
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        self.assertEqual(self._left(), [Decimal(3)])
        self._receive(back, 2)
        self.assertEqual(self._left(), [Decimal(3)])

    def test_goods_expected_by_a_transfer_count_once(self):
        self._switch("expect")
        one = self._ask("2")
        one._say("approved", "by hand")
        self._take()
        self.assertEqual(one.picking_ids.move_ids.product_uom_qty, 2)
        self.assertEqual(self._left(), [Decimal(3)])

    def test_refused_and_withdrawn_returns_can_be_announced_again(self):
        for kind in ("refused", "withdrawn"):
            one = self._ask("5")
            self.assertEqual(self._left(), [])
            one._say(kind, "by hand")
            self.assertEqual(self._left(), [Decimal(5)])

    def test_goods_the_customer_keeps_do_not_come_back(self):
        one = self._ask("2")
        one._say("kept", "by hand", line=one.line_ids, quantity=2)
        self.assertEqual(self._left(), [Decimal(3)])

    def test_serial_numbers_are_offered_one_by_one(self):
        self.product.tracking = "serial"
        lots = self.env["stock.lot"].create(
            [{"name": f"SN-{n}", "product_id": self.product.id} for n in range(3)]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                self.product, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        order = self._sell(2)
        picking = order.picking_ids
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "picking_id": picking.id,
                }
            )
            for lot in lots[:2]
        ]
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        first, second = order._logistics_return_offers()
        self.assertEqual((first.lot, second.lot), (lots[0], lots[1]))
        self.assertEqual((first.left, second.left), (1, 1))
        self.assertIn("SN-0", first.product_name())
        one = order._logistics_announce_return({second.key: "1"}, self._words())
        self.assertEqual(one.line_ids.lot_id, lots[1])
        self.assertEqual(
            [offer.lot for offer in order._logistics_return_offers()], [lots[0]]
        )

    def test_sold_by_the_dozen_is_returned_by_the_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell(1)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 2,
                            "product_uom_id": dozen.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        self._ship(order.picking_ids, "NB120")
        self.assertEqual(self._left(order), [Decimal(2)])
        one = self._ask("1", order=order)
        self.assertEqual(one.line_ids.uom_id, dozen)
        self.assertEqual(one.line_ids.quantity, 1)
        self.assertEqual(self._left(order), [Decimal(1)])

    def test_announced_return_says_who_what_and_why(self):
        self.order.user_id = self.people["user"]
        one = self._ask("2", replacement="replace")
        self.assertRecordValues(
            one,
            [
                {
                    "origin": "portal",
                    "kind": "customer",
                    "state": "requested",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "reason_id": self.fits_not.id,
                    "freight_payer": "customer",
                    "replacement": "replace",
                    "note": "Too large",
                    "user_id": self.people["user"].id,
                    "outbound_ids": self.picking.logistics_shipment_ids.ids,
                }
            ],
        )
        self.assertRecordValues(
            one.line_ids,
            [
                {
                    "move_id": self.picking.move_ids.id,
                    "sale_line_id": self.order.order_line.id,
                    "quantity": 2.0,
                }
            ],
        )
        self.assertEqual(one.fact_ids.kind, "requested")
        self.assertEqual(one.fact_ids.user_id, self.guest)
        self.assertNotIn(self.guest.partner_id, one.message_partner_ids)

    def test_what_is_typed_wrong_is_explained(self):
        self._ask("1")
        for quantity, words, message in (
            ("", {}, "choose what"),
            ("0", {}, "choose what"),
            ("many", {}, "as numbers"),
            ("1e30", {}, "as numbers"),
            ("nan", {}, "as numbers"),
            ("-1", {}, "above zero"),
            ("0.0001", {}, "whole quantity"),
            ("6", {}, "at most 4"),
            ("1", {"reason_id": ""}, "choose why"),
            ("1", {"reason_id": "9" * 30}, "choose why"),
            ("1", {"reason_id": str(self.inside.id)}, "choose why"),
            ("1", {"replacement": "money"}, "credit note or a replacement"),
            ("1", {"note": "x" * 2001}, "at most 2000"),
            ("1", {"reason_id": str(self.broken.id)}, "add a photo"),
            ("1", {"photos": [b"%PDF"]}, "JPEG, PNG or WebP"),
            ("1", {"photos": [picture()] * 9}, "At most 8"),
        ):
            with (
                self.subTest(quantity=quantity, words=words),
                self.assertRaisesRegex(UserError, message),
            ):
                self._ask(quantity, **words)

    def test_retired_reasons_are_not_chosen(self):
        self.fits_not.active = False
        with self.assertRaisesRegex(UserError, "choose why"):
            self._ask("1")

    def test_damaged_goods_come_with_photos_of_their_own(self):
        one = self._ask("1", reason_id=str(self.broken.id), photos=[picture("PNG")])
        self.assertEqual(one.kind, "damaged")
        self.assertRecordValues(
            one.photo_ids,
            [
                {
                    "mimetype": "image/jpeg",
                    "res_model": "logistics.return",
                    "res_id": one.id,
                    "public": False,
                }
            ],
        )

    def test_form_that_comes_twice_is_one_return(self):
        once = "x" * 32
        first = self._ask("2", once=once)
        self.assertEqual(self._ask("2", once=once), first)
        self.assertEqual(self._left(), [Decimal(3)])
        self.assertNotEqual(self._ask("1", once="y" * 32), first)

    def test_goods_of_another_order_are_not_taken(self):
        key = self.foreign_order._logistics_return_offers()[0].key
        with self.assertRaisesRegex(UserError, "cannot be returned"):
            self.order._logistics_announce_return({key: "1"}, self._words())
