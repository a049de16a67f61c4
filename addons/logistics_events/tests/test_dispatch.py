from odoo.fields import Command
from odoo.tests import tagged

from ..dispatch import Reading, items_of
from .dispatch_case import DispatchCommon


@tagged("post_install", "-at_install")
class TestDispatch(DispatchCommon):
    """What a partner reports dispatched becomes a validated transfer."""

    def test_reported_quantities_and_lots_are_moved_and_the_rest_is_a_backorder(self):
        picking = self._order((self.oil, 10), number="T1")
        self._tell_moved(
            picking,
            self._line(self.oil, 5, lot="OIL-1"),
            self._line(self.oil, 3, lot="OIL-2"),
        )
        self._take_dispatches()
        self.assertEqual(picking.state, "done")
        self.assertEqual(
            {
                (line.lot_id.name, line.quantity)
                for line in picking.move_ids.move_line_ids
            },
            {("OIL-1", 5), ("OIL-2", 3)},
        )
        self.assertEqual(picking.backorder_ids.move_ids.product_uom_qty, 2)
        self.assertEqual(self._on_hand(self.oil, self.lots["OIL-1"]), 45)
        self.assertFalse(self._open_exceptions())

    def test_action_that_is_off_moves_nothing(self):
        self.mode.mode = "off"
        picking = self._order((self.product, 2), number="T1")
        self._tell_moved(picking, self._line(self.product, 2))
        self._take_dispatches()
        self.assertFalse(self._steps(picking))
        self.assertNotEqual(picking.state, "done")

    def test_observed_action_says_what_it_would_do(self):
        self.mode.mode = "observe"
        picking = self._order((self.product, 2), number="T1")
        self._tell_moved(picking, self._line(self.product, 2))
        self._take_dispatches()
        self.assertRecordValues(
            self._steps(picking), [{"observed": True, "state": "waiting"}]
        )
        self.assertNotEqual(picking.state, "done")

    def test_repeated_report_moves_nothing_more(self):
        picking = self._order((self.product, 4), number="T1")
        for _turn in range(3):
            self._tell_moved(picking, self._line(self.product, 3))
            self._take_dispatches()
        self.assertEqual(len(self._steps(picking)), 1)
        self.assertEqual(self._on_hand(self.product), 997)

    def test_report_before_the_rule_holds_moves_nothing(self):
        picking = self._order((self.product, 2), number="T1")
        self._tell_moved(
            picking, self._line(self.product, 2), occurred_at="2019-05-01 10:00:00"
        )
        self.assertFalse(self._steps(picking))
        self.assertTrue(self._open_exceptions("moved_not_validated", picking))

    def test_the_first_day_begins_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        self.mode.since = "2020-06-10"
        # There the day begins at noon of the day before, in UTC.
        for number, at, steps in (
            ("T1", "2020-06-09 11:59:59", 0),
            ("T2", "2020-06-09 12:00:00", 1),
        ):
            with self.subTest(at=at):
                picking = self._order((self.product, 2), number=number)
                self._tell_moved(picking, self._line(self.product, 2), occurred_at=at)
                self.assertEqual(len(self._steps(picking)), steps)

    def test_second_report_of_the_same_transfer_is_booked_on_its_backorder(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 6), key="1")
        self._take_dispatches()
        self._tell_moved(
            picking, self._line(self.product, 4), key="2", tracking_number="T2"
        )
        self._take_dispatches()
        rest = picking.backorder_ids
        self.assertRecordValues(rest, [{"state": "done", "carrier_tracking_ref": "T2"}])
        self.assertEqual(rest.move_ids.quantity, 4)
        self.assertFalse(rest.backorder_ids)

    def test_event_follows_the_goods_onto_the_shipment_of_the_backorder(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 6), key="1")
        self._take_dispatches()
        event = self._tell_moved(
            picking, self._line(self.product, 4), key="2", tracking_number="T2"
        )
        self._take_dispatches()
        self.assertEqual(
            event.shipment_id, picking.backorder_ids.logistics_shipment_ids
        )
        self.assertEqual(event.parcel_id.tracking_number, "T2")
        self.assertFalse(self._open_exceptions())

    def test_two_reports_at_once_are_one_validation(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 6), key="1")
        self._tell_moved(picking, self._line(self.product, 4), key="2")
        self._take_dispatches()
        self.assertRecordValues(picking, [{"state": "done"}])
        self.assertEqual(picking.move_ids.quantity, 10)
        self.assertFalse(picking.backorder_ids)
        self.assertEqual(self._steps(picking).mapped("state"), ["done", "done"])

    def test_report_that_does_not_fit_beside_another_is_refused_alone(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 6), key="1")
        self._tell_moved(picking, self._line(self.product, 5), key="2")
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 6)
        self.assertEqual(
            sorted(self._steps(picking).mapped("state")), ["done", "failed"]
        )
        self.assertEqual(len(self._open_exceptions("master_data", picking)), 1)

    def test_what_is_called_final_leaves_no_backorder(self):
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 8, final=True))
        self._take_dispatches()
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.backorder_ids)

    def test_only_the_final_product_is_closed(self):
        picking = self._order((self.product, 10), (self.oil, 5), number="T1")
        self._tell_moved(
            picking,
            self._line(self.product, 8, final=True),
            self._line(self.oil, 2, lot="OIL-1"),
        )
        self._take_dispatches()
        live = picking.backorder_ids.move_ids.filtered(lambda m: m.state != "cancel")
        self.assertRecordValues(
            live, [{"product_id": self.oil.id, "product_uom_qty": 3}]
        )

    def test_rule_can_close_what_is_missing(self):
        self.rule.dispatch_rest = "close"
        picking = self._order((self.product, 10), (self.oil, 5), number="T1")
        self._tell_moved(picking, self._line(self.product, 8))
        self._take_dispatches()
        self.assertFalse(picking.backorder_ids)

    def test_rule_can_keep_what_the_partner_calls_final(self):
        self.rule.dispatch_rest = "backorder"
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 8, final=True))
        self._take_dispatches()
        self.assertEqual(picking.backorder_ids.move_ids.product_uom_qty, 2)

    def test_operation_type_that_always_makes_backorders_obeys_the_rule(self):
        self.rule.dispatch_rest = "close"
        self.warehouse.out_type_id.create_backorder = "always"
        picking = self._order((self.product, 10), number="T1")
        self._tell_moved(picking, self._line(self.product, 8))
        self._take_dispatches()
        self.assertEqual(set(picking.backorder_ids.mapped("state")), {"cancel"})

    def test_serial_numbers_are_moved_by_name(self):
        picking = self._order((self.motor, 2), number="T1")
        self._tell_moved(
            picking,
            self._line(self.motor, 1, lot="M-3"),
            self._line(self.motor, 1, lot="M-1"),
        )
        self._take_dispatches()
        self.assertEqual(
            set(picking.move_line_ids.lot_id.mapped("name")), {"M-1", "M-3"}
        )

    def test_unit_of_the_report_is_converted(self):
        six = self.env.ref("uom.product_uom_pack_6")
        picking = self._order((self.product, 30), number="T1")
        self._tell_moved(picking, self._line(self.product, 2, uom=six.name.upper()))
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 12)

    def test_unit_that_is_archived_still_counts(self):
        dozens = self.env.ref("uom.product_uom_dozen")
        dozens.active = False
        picking = self._order((self.product, 30), number="T1")
        self._tell_moved(picking, self._line(self.product, 2, uom="dozens"))
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 24)

    def test_unit_in_use_goes_before_an_archived_one_of_its_name(self):
        self._unit("Tray", 5).active = False
        self._unit("Tray", 4)
        picking = self._order((self.product, 30), number="T1")
        self._tell_moved(picking, self._line(self.product, 2, uom="Tray"))
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 8)

    def test_unit_of_the_product_goes_before_others_of_its_name(self):
        self._unit("Tray", 4)
        self.product.uom_ids = self._unit("Tray", 5)
        picking = self._order((self.product, 30), number="T1")
        self._tell_moved(picking, self._line(self.product, 2, uom="Tray"))
        self._take_dispatches()
        self.assertEqual(picking.move_ids.quantity, 10)

    def _unit(self, name, size):
        return self.env["uom.uom"].create(
            {
                "name": name,
                "relative_factor": size,
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
            }
        )

    def test_units_of_all_lines_are_found_with_one_query(self):
        picking = self._order((self.product, 30), number="T1")
        search = type(self.env["uom.uom"]).search
        searched = []

        def counted(units, *args, **options):
            searched.append(args)
            return search(units, *args, **options)

        self.patch(type(self.env["uom.uom"]), "search", counted)
        lines = [self._line(f"P{number}", 1, uom="Units") for number in range(9)]
        Reading(picking, items_of(lines))
        self.assertEqual(len(searched), 1)

    def test_barcode_names_the_product_too(self):
        self.product.barcode = "4006381333931"
        picking = self._order((self.product, 3), number="T1")
        self._tell_moved(picking, self._line("4006381333931", 3))
        self._take_dispatches()
        self.assertEqual(picking.state, "done")

    def test_packages_fill_the_parcels_of_the_same_number(self):
        picking = self._order((self.product, 10), number="P1, P2")
        self._tell_moved(
            picking,
            self._line(self.product, 4, package="P1"),
            self._line(self.product, 6, package="P2"),
        )
        self._take_dispatches()
        self.assertEqual(
            {
                parcel.tracking_number: sum(parcel.line_ids.mapped("quantity"))
                for parcel in picking.logistics_shipment_ids.parcel_ids
            },
            {"P1": 4, "P2": 6},
        )

    def test_number_of_the_report_is_written_on_the_transfer(self):
        picking = self._order((self.product, 1))
        event = self._tell_moved(
            picking, self._line(self.product, 1), tracking_number="3PL77"
        )
        self._take_dispatches()
        self.assertEqual(picking.carrier_tracking_ref, "3PL77")
        self.assertEqual(event.parcel_id.tracking_number, "3PL77")
        self.assertEqual(picking.logistics_shipment_ids.state, "dispatched")

    def test_goods_another_transfer_reserved_are_moved_when_they_left(self):
        first = self._order((self.oil, 100), number="T1")
        self.assertEqual(first.state, "assigned")
        second = self._order((self.oil, 5), number="T2")
        self._tell_moved(second, self._line(self.oil, 5, lot="OIL-1"))
        self._take_dispatches()
        self.assertEqual(second.state, "done")
        self.assertEqual(first.move_ids.quantity, 95)

    def test_goods_in_a_package_are_taken_out_of_it(self):
        package = self.env["stock.package"].create({"name": "PAL-1"})
        pipe = self._goods("Pipe", "PIPE")
        self.env["stock.quant"]._update_available_quantity(
            pipe, self.warehouse.lot_stock_id, 5, package_id=package
        )
        picking = self._order((pipe, 5), number="T1")
        self._tell_moved(picking, self._line(pipe, 5, package="PAL-1"))
        self._take_dispatches()
        self.assertRecordValues(
            picking.move_line_ids,
            [{"package_id": package.id, "result_package_id": package.id}],
        )

    def test_delivery_waits_for_its_pick_and_is_then_tried_by_itself(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell(4)
        pick = order.picking_ids
        pick.move_ids.picked = True
        # The second step follows the first: report it before the pick is validated.
        out = pick.move_ids.move_dest_ids.picking_id
        if not out:
            pick.with_context(skip_backorder=True).button_validate()
            out = pick.move_ids.move_dest_ids.picking_id
        out.carrier_tracking_ref = "T1"
        self._tell_moved(out, self._line(self.product, 4))
        self._take_dispatches()
        if pick.state != "done":
            self.assertTrue(self._open_exceptions("master_data", out))
            pick.with_context(skip_backorder=True).button_validate()
            self._take_dispatches()
        self.assertEqual(out.state, "done")
        self.assertFalse(self._open_exceptions())

    def test_rule_in_words_names_transfers(self):
        self.assertIn("every transfer", self.rule.sentence)
        self.assertIn("Validated: at once.", self.rule.sentence)

    def test_rule_of_a_warehouse_leaves_the_others_alone(self):
        own = self.warehouse.out_type_id.id
        self.rule.domain = f"[('picking_type_id', '!=', {own})]"
        picking = self._order((self.product, 1), number="T1")
        self._tell_moved(picking, self._line(self.product, 1))
        self.assertFalse(self._steps(picking))

    def test_dropshipped_goods_are_validated_without_stock(self):
        supplier = self.env.ref("stock.stock_location_suppliers")
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.company.id)], limit=1
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": supplier.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 3,
                            "location_id": supplier.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking._logistics_start_shipment()
        self._tell_moved(picking, self._line(self.product, 3))
        self._take_dispatches()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._on_hand(self.product), 1000)
