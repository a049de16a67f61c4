from odoo.exceptions import UserError
from odoo.tests import tagged

from .dispatch_case import DispatchCommon


@tagged("post_install", "-at_install")
class TestWrongReport(DispatchCommon):
    """A report that does not fit leaves the stock as it is and opens one exception."""

    def _refused(self, picking, *lines, says, **more):
        before = [
            (line.lot_id, line.quantity, line.picked) for line in picking.move_line_ids
        ]
        state = picking.state
        stock = self._on_hand(self.product), self._on_hand(self.oil)
        self._tell_moved(picking, *lines, **more)
        self._take_dispatches()
        exception = self._open_exceptions()
        self.assertRecordValues(
            exception,
            [
                {
                    "category": "master_data",
                    "count": 1,
                    "res_model": "stock.picking",
                    "res_id": picking.id,
                }
            ],
        )
        self.assertIn(says, exception.summary)
        self.assertEqual(picking.state, state)
        self.assertEqual(
            [(ml.lot_id, ml.quantity, ml.picked) for ml in picking.move_line_ids],
            before,
        )
        self.assertEqual((self._on_hand(self.product), self._on_hand(self.oil)), stock)
        # Repeated, and taken again: still one row, still nothing moved.
        self._tell_moved(picking, *lines, **more)
        self._take_dispatches()
        self.assertEqual(self._open_exceptions(), exception)
        self.assertEqual(exception.count, 1)
        return exception

    def test_more_than_ordered(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking, self._line(self.product, 12), says="2 Units more than the transfer"
        )

    def test_unknown_product(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking,
            self._line(self.product, 10),
            self._line("NOPE", 1),
            says="No product has the code “NOPE”",
        )

    def test_product_of_another_transfer(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking,
            self._line(self.oil, 1, lot="OIL-1"),
            says="is not on this transfer",
        )

    def test_unknown_lot(self):
        picking = self._order((self.oil, 10), number="T1")
        self._refused(picking, self._line(self.oil, 8, lot="OIL-9"), says="“OIL-9”")

    def test_lot_that_is_not_in_stock(self):
        self.env["stock.lot"].create(
            {
                "name": "OIL-3",
                "product_id": self.oil.id,
                "company_id": self.company.id,
            }
        )
        picking = self._order((self.oil, 10), number="T1")
        self._refused(
            picking, self._line(self.oil, 8, lot="OIL-3"), says="8 Units less in"
        )

    def test_lot_that_is_missing(self):
        picking = self._order((self.oil, 10), number="T1")
        self._refused(
            picking, self._line(self.oil, 8), says="needs a lot or serial number"
        )

    def test_serial_number_of_two_units(self):
        picking = self._order((self.motor, 2), number="T1")
        self._refused(
            picking, self._line(self.motor, 2, lot="M-1"), says="is one unit, not 2"
        )

    def test_unit_of_another_kind(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking, self._line(self.product, 1, uom="kg"), says="“kg” does not fit"
        )

    def test_unknown_unit(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking, self._line(self.product, 1, uom="Crate%"), says="“Crate%”"
        )

    def test_unit_of_which_there_are_two_sizes(self):
        for size in (4, 5):
            self.env["uom.uom"].create(
                {
                    "name": "Tray",
                    "relative_factor": size,
                    "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
                }
            )
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking, self._line(self.product, 1, uom="tray"), says="“tray” does not fit"
        )

    def test_part_of_a_unit(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking, self._line(self.product, "1.0001"), says="cannot be split"
        )

    def test_line_that_is_told_twice(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(
            picking,
            self._line(self.product, 4),
            self._line(self.product, 4),
            says="is listed twice",
        )

    def test_report_without_a_quantity(self):
        picking = self._order((self.product, 10), number="T1")
        self._refused(picking, self._line(self.product, 0), says="holds no quantity")

    def test_cancelled_transfer(self):
        picking = self._order((self.product, 10), number="T1")
        picking.action_cancel()
        self._refused(picking, self._line(self.product, 8), says="is cancelled")

    def test_transfer_that_was_validated_with_other_quantities(self):
        picking = self._order((self.product, 10), number="T1")
        self._ship(picking)
        self._refused(picking, self._line(self.product, 8), says="is done already")

    def test_goods_that_are_not_here(self):
        pipe = self._goods("Pipe", "PIPE")
        picking = self._order((pipe, 5), number="T1")
        self._refused(picking, self._line(pipe, 5), says="5 Units less in")

    def test_several_transfers_ask_for_a_choice(self):
        one = self._order((self.product, 2), number="T1")
        two = self._order((self.product, 2))
        two._logistics_join(one.logistics_shipment_ids)
        shipment = one.logistics_shipment_ids
        event = self._tell_moved(
            one, self._line(self.product, 2), references={}, shipment=shipment
        )
        self._take_dispatches()
        exception = self._open_exceptions("master_data")
        self.assertRecordValues(
            exception, [{"res_model": "logistics.event", "res_id": event.id}]
        )
        dialog = self.env["logistics.dispatch.choose"].create({"event_id": event.id})
        self.assertEqual(dialog.candidate_ids, one | two)
        dialog.picking_id = two
        dialog.action_choose()
        self._take_dispatches()
        self.assertEqual(two.state, "done")
        self.assertNotEqual(one.state, "done")
        self.assertEqual(exception.state, "solved")

    def test_report_without_a_place_is_chosen_a_transfer_for(self):
        picking = self._order((self.product, 2))
        event = self._tell_moved(
            picking,
            self._line(self.product, 2),
            shipment=self.env["logistics.shipment"],
        )
        exception = self._open_exceptions("master_data")
        self.assertRecordValues(exception, [{"res_id": event.id}])
        action = exception.action_dispatch_choose()
        dialog = (
            self.env["logistics.dispatch.choose"]
            .with_context(**action["context"])
            .create({})
        )
        with self.assertRaisesRegex(UserError, "Choose one"):
            dialog.action_choose()
        dialog.picking_id = picking
        dialog.action_choose()
        self._take_dispatches()
        self.assertEqual(picking.state, "done")
        self.assertFalse(self._open_exceptions())

    # === THE BUTTONS === #

    def test_corrected_master_data_and_try_again(self):
        picking = self._order((self.product, 3), number="T1")
        exception = self._refused(
            picking, self._line("NEW-CODE", 3), says="No product has the code"
        )
        with self.assertRaisesRegex(UserError, "No product has the code"):
            exception.action_dispatch_retry()
        self.product.default_code = "NEW-CODE"
        exception.with_user(self.people["user"]).action_dispatch_retry()
        self.assertEqual(picking.state, "done")
        self.assertEqual(exception.state, "solved")

    def test_corrected_line_and_validate(self):
        picking = self._order((self.oil, 10), number="T1")
        exception = self._refused(
            picking, self._line(self.oil, 8, lot="OLI-1"), says="“OLI-1”"
        )
        action = exception.with_user(self.people["user"]).action_dispatch_review()
        review = (
            self.env["logistics.dispatch.review"]
            .with_user(self.people["user"])
            .browse(action["res_id"])
        )
        self.assertIn("“OLI-1”", review.problem_text)
        with self.assertRaisesRegex(UserError, "OLI-1"):
            review.action_validate()
        review.line_ids.lot_name = "OIL-1"
        self.assertFalse(review.problem_text)
        review.action_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.lot_id.name, "OIL-1")
        self.assertEqual(exception.state, "solved")
        self.assertRecordValues(
            self._steps(picking), [{"state": "done", "pinned": True}]
        )

    def test_corrected_report_replaces_the_wrong_one(self):
        picking = self._order((self.product, 10), number="T1")
        exception = self._refused(
            picking,
            self._line(self.product, 12),
            says="2 Units more",
            recorded_at="2026-01-01 10:00:00",
        )
        self._tell_moved(
            picking, self._line(self.product, 9), recorded_at="2026-01-01 11:00:00"
        )
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 9)
        self.assertEqual(exception.state, "solved")
        self.assertEqual(self._steps(picking).mapped("state"), ["superseded", "done"])

    def test_ignored_report_stays_unbooked_and_can_be_reopened(self):
        picking = self._order((self.product, 10), number="T1")
        exception = self._refused(
            picking, self._line(self.product, 12), says="2 Units more"
        )
        exception.action_ignore("They miscounted")
        self._take_dispatches()
        self.assertNotEqual(picking.state, "done")
        exception.action_reopen()
        self.assertEqual(exception.state, "open")
