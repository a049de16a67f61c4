"""From a warehouse partner's message to the invoice, through the real route."""

import hashlib
import json

from odoo.tests import HttpCase, tagged

from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon
from odoo.addons.logistics_events.tests.dispatch_case import DispatchCommon
from odoo.addons.logistics_invoice_release.tests.common import ReleaseCommon


@tagged("post_install", "-at_install", "standard")
class TestDispatchStory(ReleaseCommon, DispatchCommon, CarrierCommon, HttpCase):
    """Ten are ordered; the partner tells what left its warehouse."""

    adapter = "canonical"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        release = cls.env["logistics.policy"].create(
            {
                "name": "On dispatch",
                "action": "release",
                "trigger": "dispatched",
                "result": "draft",
                "valid_from": "2020-01-01",
                "sequence": 1,
            }
        )
        (cls.env["logistics.policy"].search([("action", "=", "release")]) - release)[
            :
        ].active = False
        cls.oil.list_price = 10.0

    def _cloud_event(self, identifier, lines, references, **data):
        return {
            "specversion": "1.0",
            "id": identifier,
            "source": "/wms/leipzig",
            "type": "logistics.event",
            "data": {
                "event_type": "dispatched",
                "occurred_at": "2026-11-20T14:05:00+01:00",
                "references": references,
                "lines": lines,
                "raw_code": "GI-DONE",
            }
            | data,
        }

    def _send(self, *events):
        """Post the events to the webhook, let the jobs run, and return the answer."""
        body = json.dumps(list(events) if len(events) > 1 else events[0]).encode()
        answer = self._push(body, message_id=hashlib.sha256(body).hexdigest())
        self.env["logistics.message"]._drain_batch(200)
        self._take()
        return answer

    def _sold(self, product=None, quantity=10):
        order = self._sell_mixed((product or self.oil, quantity))
        return order, order.picking_ids

    def _lines(self, *lines):
        return [
            {"product": product, "quantity": str(quantity)} | more
            for product, quantity, more in lines
        ]

    def test_eight_of_ten_are_delivered_and_invoiced_and_two_wait(self):
        order, picking = self._sold()
        lines = self._lines(
            ("OIL", 5, {"lot": "OIL-1", "package": "3PL-1"}),
            ("OIL", 3, {"lot": "OIL-2", "package": "3PL-1"}),
        )
        event = self._cloud_event(
            "gi-1", lines, {"delivery": picking.name}, tracking_number="3PL-1"
        )
        self.assertEqual(self._send(event).status_code, 202)
        self.assertRecordValues(
            picking, [{"state": "done", "carrier_tracking_ref": "3PL-1"}]
        )
        self.assertEqual(
            {(ml.lot_id.name, ml.quantity) for ml in picking.move_line_ids},
            {("OIL-1", 5), ("OIL-2", 3)},
        )
        self.assertEqual(order.order_line.qty_delivered, 8)
        self.assertEqual(picking.backorder_ids.move_ids.product_uom_qty, 2)
        self.assertRecordValues(
            order.invoice_ids.invoice_line_ids, [{"quantity": 8, "price_subtotal": 80}]
        )
        # Told again, also in another message: nothing more happens.
        self.assertEqual(self._send(event).status_code, 200)
        self._send(event, self._cloud_event("gi-1", lines, {"delivery": picking.name}))
        self.assertEqual(order.order_line.qty_delivered, 8)
        self.assertEqual(len(order.invoice_ids), 1)

    def test_rest_is_booked_on_the_backorder_and_invoiced(self):
        order, picking = self._sold()
        for identifier, quantity in (("gi-1", 8), ("gi-2", 2)):
            self._send(
                self._cloud_event(
                    identifier,
                    self._lines(("OIL", quantity, {"lot": "OIL-1"})),
                    {"delivery": picking.name},
                    tracking_number=f"3PL-{identifier}",
                )
            )
        self.assertFalse(self._open_exceptions().mapped("summary"))
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.assertEqual(picking.backorder_ids.carrier_tracking_ref, "3PL-GI-2")
        self.assertEqual(sum(order.invoice_ids.invoice_line_ids.mapped("quantity")), 10)
        self.assertFalse(self._open_exceptions())

    def test_wrong_messages_leave_the_stock_and_open_one_exception_each(self):
        wrong = {
            "more than ordered": ("OIL", 11, {"lot": "OIL-1"}),
            "unknown product": ("OLI", 8, {"lot": "OIL-1"}),
            "wrong lot": ("OIL", 8, {"lot": "OIL-7"}),
            "wrong unit": ("OIL", 8, {"lot": "OIL-1", "uom": "kg"}),
            "cancelled": ("OIL", 8, {"lot": "OIL-1"}),
            "done": ("OIL", 8, {"lot": "OIL-1"}),
        }
        pickings = {}
        for case in wrong:
            _order, picking = self._sold()
            pickings[case] = picking
            if case == "cancelled":
                picking.action_cancel()
            if case == "done":
                self._ship(picking, "BY-HAND")
        before = self._on_hand(self.oil)
        states = {case: picking.state for case, picking in pickings.items()}
        events = [
            self._cloud_event(
                f"gi-{number}", self._lines(line), {"delivery": pickings[case].name}
            )
            for number, (case, line) in enumerate(wrong.items())
        ]
        self._send(*events)
        self._send(*reversed(events))
        self.assertEqual(self._on_hand(self.oil), before)
        self.assertEqual(
            {case: picking.state for case, picking in pickings.items()}, states
        )
        for case, picking in pickings.items():
            with self.subTest(case):
                self.assertRecordValues(
                    self._open_exceptions("master_data", picking), [{"count": 1}]
                )
        self.assertEqual(
            set(self._open_exceptions().mapped("category")), {"master_data"}
        )
        self.assertEqual(len(self._open_exceptions()), len(wrong))

    def test_several_transfers_of_an_order_ask_for_a_choice(self):
        order, picking = self._sold()
        twin = picking.copy()
        twin.move_ids.sale_line_id = order.order_line
        twin.action_confirm()
        self._send(
            self._cloud_event(
                "gi-1",
                self._lines(("OIL", 8, {"lot": "OIL-1"})),
                {"order": order.name},
            )
        )
        exception = self._open_exceptions("master_data")
        self.assertEqual(exception.res_model, "logistics.event")
        dialog = self.env["logistics.dispatch.choose"].create(
            {"event_id": exception.res_id, "picking_id": picking.id}
        )
        self.assertEqual(dialog.candidate_ids, picking | twin)
        dialog.action_choose()
        self._take()
        self.assertEqual(picking.state, "done")
        self.assertNotEqual(twin.state, "done")

    def test_order_alone_names_its_only_transfer(self):
        order, picking = self._sold()
        self._send(
            self._cloud_event(
                "gi-1",
                self._lines(("OIL", 10, {"lot": "OIL-1"})),
                {"order": order.name},
            )
        )
        self.assertEqual(picking.state, "done")
        self.assertEqual(order.invoice_ids.invoice_line_ids.quantity, 10)

    def test_unknown_transfer_is_parked_and_moves_nothing(self):
        self._send(
            self._cloud_event(
                "gi-1", self._lines(("OIL", 1, {"lot": "OIL-1"})), {"delivery": "NO/1"}
            )
        )
        self.assertEqual(
            self.env["logistics.message.unmatched"].search_count(
                [("connection_id", "=", self.connection.id)]
            ),
            1,
        )
        self.assertFalse(self._open_exceptions())
