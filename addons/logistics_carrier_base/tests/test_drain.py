from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import trusted

from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestDrain(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB100")

    def test_scans_become_events_and_move_the_shipment(self):
        message = self._hand_in(self._body("nb 100", "PUP", "OFD", "DLV"))
        self.assertRecordValues(message, [{"state": "done", "event_count": 3}])
        self.assertEqual(self.shipment.state, "delivered")
        self.assertEqual(message.event_ids.shipment_id, self.shipment)

    def test_same_scans_in_another_message_are_no_new_events(self):
        self._hand_in(self._body("NB100", "PUP"))
        before = len(self.shipment.event_ids)
        self._hand_in(self._body("NB100", "PUP", "OFD"))
        self.shipment.invalidate_recordset()
        self.assertEqual(len(self.shipment.event_ids), before + 1)

    def test_same_scan_from_two_messages_has_two_sources(self):
        first = self._hand_in(self._body("NB100", "PUP"))
        second = self._hand_in(self._body("NB100", "PUP", "OFD"))
        event = first.event_ids
        self.assertIn(event, second.event_ids)
        self.assertEqual(event.sighting_ids.message_id, first | second)

    def test_same_bytes_are_stored_once(self):
        body = self._body("NB100", "PUP")
        self._hand_in(body)
        self.assertFalse(self._hand_in(body))

    def test_unreadable_message_does_not_stop_the_next_one(self):
        messages = self._hand_in(b"{", self._body("NB100", "DLV"), b'{"parcels": 1}')
        self.assertEqual(
            messages.sorted("id").mapped("state"), ["dead", "done", "dead"]
        )
        self.assertEqual(
            messages.sorted("id").mapped("category"), ["syntax", False, "schema"]
        )
        self.assertEqual(self.shipment.state, "delivered")

    def test_code_can_be_mapped_although_its_messages_are_erased(self):
        message = self._hand_in(self._body("NB100", "XX9"))
        self.env["logistics.erasure"]._erase_messages(message.ids)
        message.invalidate_recordset()
        code = self.env["logistics.code.map"].search([("raw_code", "=", "XX9")])
        code.event_type = "in_transit"
        code.action_apply()
        self.assertFalse(
            self.env["logistics.exception"]._find_open("unknown_code", code)
        )

    def test_held_events_are_counted_by_partner_in_one_query(self):
        self._hand_in(self._body("NB100", "XX8"), self._body("NB100", "PUP", "XX9"))
        self._hand_in(self._body("NB100", "PUP", "OFD", "XX9"))
        codes = self.env["logistics.code.map"].search([("raw_code", "like", "XX")])
        self.env.flush_all()
        self.env.invalidate_all()
        codes.mapped("adapter")
        with self.assertQueryCount(1):
            counts = {code.raw_code: code.held_count for code in codes}
        self.assertEqual(counts, {"XX8": 1, "XX9": 2})
        for code in codes:
            self.assertEqual(code.held_count, len(code._held_events()))

    def test_message_of_an_addon_that_is_gone_waits_and_stops_no_other(self):
        gone = self._connect(name="Gone", environment="test")
        Message = self.env["logistics.message"]
        Message._store(gone, "manual", [self._body("NB100", "PUP")], 4)
        self.env.cr.execute(
            "UPDATE logistics_connection SET adapter = 'gone' WHERE id = %s", [gone.id]
        )
        gone.invalidate_recordset()
        self._hand_in(self._body("NB100", "DLV"))
        waiting = Message.search([("connection_id", "=", gone.id)])
        self.assertRecordValues(waiting, [{"state": "dead", "category": "unsupported"}])
        self.assertEqual(self.shipment.state, "delivered")

    def test_unreadable_messages_open_one_exception_per_kind(self):
        self._hand_in(b"{", b"[", b'{"parcels": 1}')
        exceptions = self.env["logistics.exception"].search(
            [("category", "=", "unreadable"), ("res_id", "=", self.connection.id)]
        )
        self.assertEqual(len(exceptions), 2)

    def test_adapter_that_breaks_parks_only_its_message(self):
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        genuine = Adapter._parse_webhook

        def breaks(adapter, body):
            if b"NB666" in body:
                raise RuntimeError("defect")
            return genuine(adapter, body)

        self.patch(Adapter, "_parse_webhook", breaks)
        with self.assertLogs(level="ERROR"):
            messages = self._hand_in(
                self._body("NB666", "DLV"), self._body("NB100", "DLV")
            )
        self.assertEqual(messages.sorted("id").mapped("state"), ["dead", "done"])
        self.assertEqual(messages.sorted("id")[0].category, "internal")

    def test_database_error_in_a_batch_costs_one_message(self):
        Event = type(self.env["logistics.event"])
        genuine = Event._ingest

        def breaks(events, reports):
            result = genuine(events, reports)
            if any(report["fact"]["raw_code"] == "HUB" for report in reports):
                events.env.cr.execute("SELECT 1/0")
            return result

        self.patch(Event, "_ingest", breaks)
        with self.assertLogs(level="ERROR"):
            messages = self._hand_in(
                self._body("NB100", "HUB"), self._body("NB100", "DLV")
            )
        self.assertEqual(messages.sorted("id").mapped("state"), ["dead", "done"])
        self.assertEqual(self.shipment.state, "delivered")

    def _wait_in_vain(self, code):
        """Let the statements of scans with a code take longer than they may."""
        Event = type(self.env["logistics.event"])
        genuine = Event._ingest

        def waits(events, reports):
            result = genuine(events, reports)
            if any(report["fact"]["raw_code"] == code for report in reports):
                events.env.cr.execute("SET LOCAL statement_timeout = 20")
                events.env.cr.execute("SELECT pg_sleep(5)")
            return result

        return patch.object(Event, "_ingest", waits)

    def test_wait_in_vain_is_tried_again_later(self):
        with self._wait_in_vain("HUB"), self.assertLogs(level="WARNING"):
            messages = self._hand_in(
                self._body("NB100", "HUB"), self._body("NB100", "DLV")
            ).sorted("id")
        self.assertEqual(messages.mapped("state"), ["new", "done"])
        waiting = messages[0]
        self.assertEqual((waiting.category, waiting.attempts), (False, 1))
        self.assertIn("statement timeout", waiting.error)
        self.assertFalse(waiting.processed_at)
        self.assertGreater(waiting.next_try_at, fields.Datetime.now())
        self.assertFalse(self.env["logistics.message"]._drain_batch(200))
        trusted(waiting).write({"next_try_at": fields.Datetime.now()})
        self.env["logistics.message"]._drain_batch(200)
        self.assertRecordValues(
            waiting, [{"state": "done", "error": False, "next_try_at": False}]
        )

    def test_wait_in_vain_is_parked_in_the_end(self):
        with self._wait_in_vain("HUB"), self.assertLogs(level="WARNING"):
            message = self._hand_in(self._body("NB100", "HUB"))
            waits = []
            while message.state == "new" and len(waits) < 10:
                waits.append(message.next_try_at - fields.Datetime.now())
                trusted(message).write({"next_try_at": fields.Datetime.now()})
                self.env["logistics.message"]._drain_batch(200)
        self.assertRecordValues(
            message, [{"state": "dead", "category": "internal", "next_try_at": False}]
        )
        self.assertEqual((len(waits), message.attempts), (4, 5))
        self.assertEqual(waits, sorted(waits))

    def test_unknown_number_is_parked_and_read_when_it_is_known(self):
        self._hand_in(self._body("LATER1", "DLV"))
        self.assertTrue(
            self.env["logistics.message.unmatched"].search(
                [("tracking_key", "=", "LATER1")]
            )
        )
        shipment = self._ship(self._sell().picking_ids, "LATER1")
        self.env["logistics.message"]._drain_batch(200)
        self.assertEqual(shipment.state, "delivered")

    def test_unknown_code_is_held_and_read_again_once_it_is_mapped(self):
        self._hand_in(self._body("NB100", "XX9"))
        code = self.env["logistics.code.map"].search([("raw_code", "=", "XX9")])
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertTrue(
            self.env["logistics.exception"].search([("category", "=", "unknown_code")])
        )
        code.event_type = "delivered"
        code.action_apply()
        self.env["logistics.message"]._drain_batch(200)
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(
            self.env["logistics.exception"].search(
                [("category", "=", "unknown_code"), ("state", "=", "open")]
            )
        )

    def test_corrected_mapping_replaces_the_wrong_one(self):
        code = self.env["logistics.code.map"].create(
            {"adapter": "sandbox", "raw_code": "XX9", "event_type": "delivered"}
        )
        self._hand_in(self._body("NB100", "XX9"))
        self.assertEqual(self.shipment.state, "delivered")
        code.event_type = "in_transit"
        code.action_apply()
        self.env["logistics.message"]._drain_batch(200)
        self.assertEqual(self.shipment.state, "in_transit")

    def test_replaying_everything_changes_nothing(self):
        messages = self._hand_in(
            self._body("NB100", "PUP"), self._body("NB100", "OFD", "DLV")
        )
        before = (len(self.shipment.event_ids), self.shipment.state)
        messages._requeue()
        self.env["logistics.message"]._drain_batch(200)
        self.shipment.invalidate_recordset()
        self.assertEqual((len(self.shipment.event_ids), self.shipment.state), before)

    def test_dry_run_tells_and_changes_nothing(self):
        message = self._hand_in(self._body("NB100", "XX9"))
        self.env["logistics.code.map"].search(
            [("raw_code", "=", "XX9")]
        ).event_type = "delivered"
        changes = message._dry_run()
        self.assertIn("status", [change["kind"] for change in changes])
        self.assertEqual(self.shipment.state, "dispatched")

    def test_other_company_gets_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.connection.company_id = other
        self._hand_in(self._body("NB100", "DLV"))
        self.assertEqual(self.shipment.state, "dispatched")

    def test_served_company_gets_the_fact(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.connection.write(
            {"company_id": other.id, "served_company_ids": [(6, 0, self.company.ids)]}
        )
        self._hand_in(self._body("NB100", "DLV"))
        self.assertEqual(self.shipment.state, "delivered")

    def test_other_carrier_with_the_same_number_is_not_ours(self):
        self.connection.carrier_ids = self.env["logistics.carrier"].create(
            {"name": "Southbound"}
        )
        self._hand_in(self._body("NB100", "DLV"))
        self.assertEqual(self.shipment.state, "dispatched")

    def test_events_from_before_the_number_was_ours_stay_out(self):
        scan = {"code": "DLV", "at": "2025-01-01T10:00:00+01:00"}
        self._hand_in(self._body("NB100", scan))
        self.assertEqual(self.shipment.state, "dispatched")

    def test_bytes_of_a_message_are_kept_exactly(self):
        body = self._body("NB100", "PUP")
        message = self._hand_in(body)
        self.assertEqual(message._body(), body)
