from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .dispatch_case import DispatchCommon


@tagged("post_install", "-at_install")
class TestDispatchHands(DispatchCommon):
    """What a person does is decided; what is corrected later is told."""

    def _propose(self, picking, *lines, **more):
        self.rule.dispatch_by = "person"
        event = self._tell_moved(picking, *lines, **more)
        self._take_dispatches()
        return event

    # === A PERSON CONFIRMS === #

    def test_proposal_waits_for_a_person(self):
        picking = self._order((self.product, 10), number="T1")
        self._propose(picking, self._line(self.product, 8))
        self.assertNotEqual(picking.state, "done")
        self.assertRecordValues(
            self._steps(picking), [{"state": "waiting", "for_person": True}]
        )
        self.assertEqual(len(self._open_exceptions("moved_not_validated", picking)), 1)
        self.assertTrue(picking.logistics_is_reported)

    def test_confirmed_proposal_is_validated_and_its_exception_solved(self):
        picking = self._order((self.product, 10), number="T1")
        self._propose(picking, self._line(self.product, 8))
        exception = self._open_exceptions("moved_not_validated", picking)
        review = self._review(picking)
        self.assertRecordValues(
            review.line_ids,
            [{"product_id": self.product.id, "quantity": 8, "told": "PUMP"}],
        )
        review.action_validate()
        self.assertEqual(picking.move_ids.quantity, 8)
        self.assertEqual(picking.backorder_ids.move_ids.product_uom_qty, 2)
        self.assertEqual(exception.state, "solved")
        self.assertRecordValues(
            self._steps(picking), [{"state": "done", "pinned": False}]
        )
        self.assertFalse(picking.logistics_is_reported)

    def test_person_can_close_the_rest(self):
        picking = self._order((self.product, 10), number="T1")
        self._propose(picking, self._line(self.product, 8))
        review = self._review(picking)
        review.rest = "close"
        review.action_validate()
        self.assertFalse(picking.backorder_ids)

    def test_proposal_of_a_corrected_report_cannot_be_confirmed(self):
        picking = self._order((self.product, 10), number="T1")
        self._propose(
            picking, self._line(self.product, 8), recorded_at="2026-01-01 10:00:00"
        )
        review = self._review(picking)
        self._tell_moved(
            picking, self._line(self.product, 7), recorded_at="2026-01-01 11:00:00"
        )
        with self.assertRaisesRegex(UserError, "changed since"):
            review.action_validate()
        review = self._review(picking)
        self.assertEqual(review.line_ids.quantity, 7)

    def test_who_may_not_move_stock_confirms_nothing(self):
        picking = self._order((self.product, 10), number="T1")
        self._propose(picking, self._line(self.product, 8))
        with self.assertRaises(AccessError):
            picking.with_user(self.people["auditor"]).action_logistics_review_report()

    def test_step_of_another_transfer_is_not_booked_along(self):
        picking = self._order((self.product, 10), number="T1")
        other = self._order((self.product, 10), number="T2")
        self._propose(picking, self._line(self.product, 8))
        self._propose(other, self._line(self.product, 8))
        review = self._review(picking)
        review.step_ids |= self._steps(other)
        with self.assertRaisesRegex(UserError, "changed since"):
            review.action_validate()

    def test_weak_word_is_proposed_only(self):
        self.rule.trust = "signed"
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 8), trust=1)
        self._take_dispatches()
        self.assertTrue(self._steps(picking).for_person)
        self.assertNotEqual(picking.state, "done")

    def test_two_versions_of_one_age_are_proposed_only(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 8))
        self._tell_moved(picking, self._line(self.product, 7))
        self._take_dispatches()
        open_steps = self._steps(picking).filtered(lambda s: s.state == "waiting")
        self.assertEqual(open_steps.mapped("for_person"), [True])
        self.assertNotEqual(picking.state, "done")
        self.assertIn("disagree", self._open_exceptions().summary)

    # === HANDS ON THE TRANSFER === #

    def test_validated_by_hand_is_not_validated_again(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 10))
        self._ship(picking)
        self._take_dispatches()
        self.assertEqual(self._on_hand(self.product), 990)
        self.assertRecordValues(
            self._steps(picking), [{"state": "done", "pinned": True}]
        )
        self.assertFalse(self._open_exceptions())

    def test_validated_by_hand_with_other_quantities_is_told(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 8))
        self._ship(picking)
        self._take_dispatches()
        self.assertEqual(self._on_hand(self.product), 990)
        exception = self._open_exceptions("report_differs", picking)
        self.assertEqual(len(exception), 1)
        with self.assertRaisesRegex(UserError, "still differs"):
            exception.action_dispatch_check()
        self._give_back(picking, 2)
        exception.action_dispatch_check()
        self.assertEqual(exception.state, "solved")

    def test_same_quantities_reported_after_the_hand_are_no_problem(self):
        picking = self._order((self.product, 10), number="T1")
        self._ship(picking)
        self._tell_moved(picking, self._line(self.product, 10))
        self._take_dispatches()
        self.assertRecordValues(
            self._steps(picking), [{"state": "done", "pinned": True}]
        )
        self.assertFalse(self._open_exceptions())

    def test_hand_on_the_first_part_keeps_a_report_off_the_backorder(self):
        picking = self._order((self.product, 10), number="T1")
        picking.move_ids.write({"quantity": 5, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self._tell_moved(picking, self._line(self.product, 5))
        self._take_dispatches()
        self.assertNotEqual(picking.backorder_ids.state, "done")
        self.assertEqual(self._on_hand(self.product), 995)
        self.assertFalse(self._open_exceptions())

    def test_goods_reported_once_more_after_all_are_gone_are_refused(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 10), key="1")
        self._take_dispatches()
        self._tell_moved(picking, self._line(self.product, 10), key="2")
        self._take_dispatches()
        self.assertEqual(self._on_hand(self.product), 990)
        self.assertEqual(len(self._open_exceptions("master_data", picking)), 1)

    # === CORRECTIONS === #

    def test_correction_before_it_is_booked_replaces_it(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(
            picking, self._line(self.product, 8), recorded_at="2026-01-01 10:00:00"
        )
        self._tell_moved(
            picking, self._line(self.product, 7), recorded_at="2026-01-01 11:00:00"
        )
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 7)
        self.assertFalse(self._open_exceptions())

    def test_older_version_that_comes_late_changes_nothing(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(
            picking, self._line(self.product, 7), recorded_at="2026-01-01 11:00:00"
        )
        self._tell_moved(
            picking, self._line(self.product, 8), recorded_at="2026-01-01 10:00:00"
        )
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 7)
        self.assertEqual(len(self._steps(picking)), 1)

    def test_correction_after_it_is_booked_is_told_and_moves_nothing(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(
            picking, self._line(self.product, 8), recorded_at="2026-01-01 10:00:00"
        )
        self._take_dispatches()
        self._tell_moved(
            picking, self._line(self.product, 7), recorded_at="2026-01-01 11:00:00"
        )
        self._take_dispatches()
        self.assertEqual(self._on_hand(self.product), 992)
        exception = self._open_exceptions("report_differs", picking)
        self.assertEqual(exception.count, 1)
        with self.assertRaisesRegex(UserError, "still differs"):
            exception.action_dispatch_check()
        self._give_back(picking, 1)
        exception.action_dispatch_check()
        self.assertEqual(exception.state, "solved")

    def test_correction_that_is_corrected_back_closes_the_exception(self):
        picking = self._order((self.product, 10), number="T1")
        for hour, quantity in ((10, 8), (11, 7), (12, 8)):
            self._tell_moved(
                picking,
                self._line(self.product, quantity),
                content_hash=f"at {hour}",
                recorded_at=f"2026-01-01 {hour}:00:00",
            )
            self._take_dispatches()
        self.assertFalse(self._open_exceptions())
        self.assertEqual(self._on_hand(self.product), 992)

    def test_withdrawn_report_is_not_booked(self):
        picking = self._order((self.product, 10), number="T1")
        event = self._tell_moved(picking, self._line(self.product, 8))
        picking.logistics_shipment_ids._retract(event, "Wrong file")
        self._take_dispatches()
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(self._steps(picking).state, "superseded")

    def test_report_withdrawn_after_it_is_booked_is_told(self):
        picking = self._order((self.product, 10), number="T1")
        event = self._tell_moved(picking, self._line(self.product, 8))
        self._take_dispatches()
        picking.logistics_shipment_ids._retract(event, "Wrong file")
        self.assertEqual(picking.state, "done")
        exception = self._open_exceptions("report_differs", picking)
        self.assertIn("withdrew", exception.summary)
        self._give_back(picking, 8)
        exception.action_dispatch_check()
        self.assertEqual(exception.state, "solved")

    def test_report_linked_elsewhere_is_booked_there(self):
        wrong = self._order((self.product, 10), number="T1")
        right = self._order((self.product, 10), number="T2")
        event = self._tell_moved(wrong, self._line(self.product, 8), references={})
        event._relink(
            right.logistics_shipment_ids, right.logistics_shipment_ids.parcel_ids, "x"
        )
        self._take_dispatches()
        self.assertNotEqual(wrong.state, "done")
        self.assertEqual(right.move_ids.quantity, 8)

    def _give_back(self, picking, quantity):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": True})
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(skip_backorder=True).button_validate()
        return back

    # === RECEIPTS AND RETURNS === #

    def _receipt(self, product, quantity):
        supplier = self.env.ref("stock.stock_location_suppliers")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": supplier.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": supplier.id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking._logistics_start_shipment()
        return picking

    def test_receipt_is_only_proposed_and_brings_new_lots(self):
        picking = self._receipt(self.oil, 20)
        self._tell_moved(
            picking,
            self._line(self.oil, 12, lot="OIL-NEW"),
            event_type="delivered",
        )
        self._take_dispatches()
        self.assertNotEqual(picking.state, "done")
        self._review(picking).action_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.lot_id.name, "OIL-NEW")
        self.assertEqual(picking.backorder_ids.move_ids.product_uom_qty, 8)

    def test_advice_of_dispatch_receives_nothing(self):
        picking = self._receipt(self.product, 20)
        self._tell_moved(picking, self._line(self.product, 20))
        self.assertFalse(self._steps(picking))

    def test_return_is_only_proposed(self):
        picking = self._order((self.oil, 5), number="T1")
        self._tell_moved(picking, self._line(self.oil, 5, lot="OIL-1"))
        self._take_dispatches()
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.write({"quantity": 2, "to_refund": True})
        back = wizard._create_return()
        back._logistics_start_shipment()
        self._tell_moved(
            back,
            self._line(self.oil, 2, lot="OIL-1"),
            event_type="return_received",
            leg="return",
        )
        self._take_dispatches()
        self.assertNotEqual(back.state, "done")
        self._review(back).action_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(self._on_hand(self.oil, self.lots["OIL-1"]), 47)


@tagged("post_install", "-at_install")
class TestMovedNotValidated(DispatchCommon):
    """Goods that move although their transfer is not done."""

    def _scanned(self, picking, code="picked_up", **more):
        shipment = picking.logistics_shipment_ids
        self._report(shipment, code, **more)
        return self._open_exceptions("moved_not_validated", picking)

    def test_pickup_of_an_open_transfer_is_told_once(self):
        picking = self._order((self.product, 5), number="T1")
        exception = self._scanned(picking)
        self.assertRecordValues(
            exception, [{"count": 1, "order_id": picking.sale_id.id}]
        )
        self.assertEqual(self._scanned(picking, "in_transit"), exception)
        self.assertEqual(self._scanned(picking, "delivered"), exception)
        self.assertEqual(exception.count, 1)

    def test_validated_transfer_opens_nothing(self):
        picking = self._order((self.product, 5), number="T1")
        self._ship(picking)
        self.assertFalse(self._scanned(picking))

    def test_label_alone_opens_nothing(self):
        picking = self._order((self.product, 5), number="T1")
        self.assertFalse(self._scanned(picking, "shipment_created"))

    def test_it_is_told_whatever_the_mode(self):
        self.mode.mode = "off"
        picking = self._order((self.product, 5), number="T1")
        self.assertTrue(self._scanned(picking))

    def test_button_validates_what_is_reserved(self):
        picking = self._order((self.product, 5), number="T1")
        exception = self._scanned(picking)
        action = exception.action_dispatch_review()
        review = self.env["logistics.dispatch.review"].browse(action["res_id"])
        self.assertRecordValues(
            review.line_ids, [{"product_id": self.product.id, "quantity": 5}]
        )
        review.action_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(exception.state, "solved")

    def test_validation_by_hand_solves_it(self):
        picking = self._order((self.product, 5), number="T1")
        exception = self._scanned(picking)
        self._ship(picking)
        self.assertEqual(exception.state, "solved")

    def test_withdrawn_scan_solves_it(self):
        picking = self._order((self.product, 5), number="T1")
        exception = self._scanned(picking)
        shipment = picking.logistics_shipment_ids
        shipment._retract(
            shipment.event_ids.filtered(lambda e: e.event_type == "picked_up"), "No"
        )
        self.assertEqual(exception.state, "solved")

    def test_parcel_of_another_transfer_opens_nothing(self):
        one = self._order((self.product, 5), number="T1, T2")
        shipment = one.logistics_shipment_ids
        two = self._order((self.product, 5))
        two._logistics_join(shipment)
        first, _second = shipment.parcel_ids
        self._ship(one)
        self.env["logistics.parcel.line"].create(
            {"parcel_id": first.id, "move_id": one.move_ids.id, "quantity": 5}
        )
        self._report(shipment, "picked_up", first)
        self.assertFalse(self._open_exceptions("moved_not_validated"))

    def test_pending_proposal_is_not_told_twice(self):
        self.rule.dispatch_by = "person"
        picking = self._order((self.product, 5), number="T1")
        self._tell_moved(picking, self._line(self.product, 5))
        self._scanned(picking)
        self.assertEqual(len(self._open_exceptions()), 1)
