"""Every journal item leads by one query to the bytes that caused it."""

import hashlib

from delivered_case import DeliveredCase

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

ORDERS, LINES = 25, 40


@tagged("post_install", "-at_install", "standard")
class TestTrace(DeliveredCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, ORDERS * LINES
        )
        cls.auditor = new_test_user(
            cls.env,
            login="trace-auditor",
            groups="logistics_events.logistics_events_group_auditor",
            company_id=cls.company.id,
        )

    def _invoiced(self, number, lines):
        """Return the invoice over an order of so many lines, delivered by message."""
        line = {"product_id": self.product.id, "product_uom_qty": 1}
        order = self._sell(order_line=[Command.create(line) for _line in range(lines)])
        self._ship(order.picking_ids, number)
        self._hand_in(self._body(number, "PUP", "DLV"))
        self._take()
        return order.invoice_ids

    def test_thousand_items_lead_to_the_message_the_mapping_and_the_decision(self):
        numbers = {
            self._invoiced(f"TRACE{one:03d}", LINES): f"TRACE{one:03d}"
            for one in range(ORDERS)
        }
        moves = self.env["account.move"].concat(*numbers)
        items = moves.line_ids.filtered(lambda line: line.display_type == "product")
        self.assertEqual(len(items), ORDERS * LINES)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.env.flush_all()
        self.env.invalidate_all()
        Trace = self.env["logistics.trace"].with_user(self.auditor)
        with self.assertQueryCount(__system__=10):
            rows = Trace.search_read(
                [("line_id", "in", items.ids), ("message_id", "!=", False)],
                [
                    "line_id",
                    "effect_id",
                    "policy_version",
                    "asked_by",
                    "event_id",
                    "mapping_version",
                    "message_id",
                    "digest",
                ],
                load=None,
            )
        found = {row["line_id"]: row for row in rows}
        self.assertEqual(set(found), set(items.ids))
        messages = self.env["logistics.message"].browse(
            {row["message_id"] for row in rows}
        )
        bodies = {one.id: one._body() for one in messages}
        for item in items:
            row = found[item.id]
            body = bodies[row["message_id"]]
            self.assertEqual(hashlib.sha256(body).hexdigest(), row["digest"])
            self.assertIn(numbers[item.move_id].encode(), body)
            self.assertTrue(row["effect_id"] and row["asked_by"] and row["event_id"])
            self.assertEqual(row["policy_version"], self.rule.version)
            # The first table of the adapter; people mapped none of its codes.
            self.assertEqual(row["mapping_version"], 1000)

    def test_row_names_the_person_where_no_message_came(self):
        order = self._sell(1)
        shipment = self._ship(order.picking_ids, "TRACEPAPER")
        self.env["logistics.proof.record"].create(
            {"shipment_ids": shipment.ids, "signer": "K. Meyer"}
        ).action_record()
        self._take()
        rows = self.env["logistics.trace"].search(
            [("move_id", "=", order.invoice_ids.id)]
        )
        self.assertEqual(rows.said_by, self.env.user)
        self.assertFalse(rows.message_id)
        # The same row again has the same number.
        self.assertEqual(rows.browse(rows.ids).mapped("event_id"), rows.event_id)
        action = order.invoice_ids.action_view_logistics_trace()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), rows)
