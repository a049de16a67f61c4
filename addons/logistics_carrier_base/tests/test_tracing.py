"""One thread from the push to the document, and to every call on the way."""

import logging
import re
import threading
import time
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, HttpCase, tagged

from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.tracing import carried, current, get_logger, work

from .. import tracing
from ..booking import Booking
from ..client import CarrierClient
from .common import CarrierCommon

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
HEADER = f"00-{TRACE}-00f067aa0ba902b7-01"
BASE = "odoo.addons.logistics_carrier_base.models"
READER = "odoo.addons.logistics_carrier_base.outcome"


@tagged("post_install", "-at_install")
class TestWork(BaseCase):
    """The name of the work under way."""

    def _line(self, *args):
        with self.assertLogs("logistics.test", logging.INFO) as caught:
            get_logger("logistics.test").info(*args)
        return caught.records[0].getMessage()

    def test_lines_name_the_work_and_nothing_outside_of_it(self):
        with work("S1", None, "", "S2", "S1"):
            self.assertEqual(self._line("Took %s", 3), "Took 3 [S1 S2]")
            with work("S9"):
                self.assertEqual(self._line("Inside"), "Inside [S9]")
            self.assertEqual(current(), ("S1", "S2"))
        self.assertEqual(self._line("After"), "After")

    def test_work_that_fails_is_over_as_well(self):
        with self.assertRaises(ValueError), work("S1"):
            raise ValueError
        self.assertEqual(current(), ())

    def test_line_of_many_names_some_and_counts_the_rest(self):
        with work(*(f"S{number}" for number in range(200))):
            self.assertEqual(self._line("Read"), "Read [S0 S1 S2 and 197 more]")

    def test_hostile_id_neither_formats_nor_breaks_a_line(self):
        with work("%s %d\nroot: ok\x1b[31m" + "x" * 500):
            line = self._line("Read %s", 1)
        self.assertNotIn("\n", line)
        self.assertNotIn("\x1b", line)
        self.assertLess(len(line), 100)

    def test_thread_does_not_inherit_work_unless_it_is_carried(self):
        found = []
        with work("S1"):
            for function in (current, carried(current)):
                thread = threading.Thread(
                    target=lambda function=function: found.append(function())
                )
                thread.start()
                thread.join()
        self.assertEqual(found, [(), ("S1",)])

    def test_calls_continue_the_trace_of_the_work(self):
        client = CarrierClient({"localhost"})
        with work(TRACE):
            first, second = (client._headers({})["traceparent"] for _i in range(2))
        self.assertEqual(tracing.trace_id(first), TRACE)
        self.assertEqual(tracing.trace_id(second), TRACE)
        self.assertNotEqual(first, second)
        with work("WH/OUT/00042"):
            named = {
                tracing.trace_id(client._headers({})["traceparent"]) for _i in range(2)
            }
        self.assertEqual(len(named), 1)
        self.assertNotIn(TRACE, named)
        self.assertTrue(tracing.trace_id(client._headers({})["traceparent"]))
        with work("0" * 32):
            self.assertTrue(tracing.trace_id(client._headers({})["traceparent"]))


class TracingCase(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB100")


@tagged("post_install", "-at_install")
class TestTracing(TracingCase):
    """From the message to the call."""

    def _seen_by(self, method):
        """Let the partner answer, and note in which work it was asked."""
        seen = []

        def call(*_args):
            seen.append((current(), tracing.trace_id(tracing.current())))
            return [] if method == "_poller" else Booking(("NB900",))

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, method, lambda adapter, connection: call)
        return seen

    def test_line_about_a_message_names_it(self):
        body = self._body("NB100", "PUP")
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        with (
            patch.object(Adapter, "_parse_webhook", side_effect=RuntimeError("broken")),
            self.assertLogs(READER, "ERROR") as caught,
        ):
            message = self._hand_in(body)
        self.assertIn(f"[{message.correlation_id}]", caught.records[0].getMessage())

    def test_batch_that_fails_names_each_message_singly(self):
        Message = type(self.env["logistics.message"])
        with (
            patch.object(Message, "_ingest", side_effect=RuntimeError("broken")),
            self.assertLogs(f"{BASE}.logistics_message_drain", logging.INFO) as caught,
        ):
            messages = self._hand_in(
                self._body("NB100", "PUP"), self._body("NB100", "DLV")
            )
        lines = [record.getMessage() for record in caught.records]
        ids = messages.sorted("id").mapped("correlation_id")
        self.assertIn(f"[{' '.join(ids)}]", lines[0])
        self.assertEqual([re.search(r"\[(.*)\]$", line)[1] for line in lines[1:]], ids)

    def test_line_joins_messages_and_shipments(self):
        with self.assertLogs(f"{BASE}.logistics_message_drain", "DEBUG") as caught:
            message = self._hand_in(self._body("NB100", "PUP"))
        line = caught.records[-1].getMessage()
        self.assertIn(self.shipment.correlation_id, line)
        self.assertIn(f"[{message.correlation_id}]", line)

    def test_events_and_actions_carry_the_id_of_the_shipment(self):
        self._hand_in(self._body("NB100", "PUP"))
        self.assertEqual(
            set(self.shipment.event_ids.mapped("correlation_id")),
            {self.shipment.correlation_id},
        )

    def test_line_about_an_action_names_its_shipment(self):
        Effect = self.env["logistics.effect"]
        step = trusted(Effect.sudo()).create(
            {
                "company_id": self.company.id,
                "action": "release",
                "res_model": "sale.order",
                "res_id": self.order.id,
                "order_id": self.order.id,
                "key": "trace",
                "generation": 1,
                "correlation_id": self.shipment.correlation_id,
            }
        )
        name = "odoo.addons.logistics_events.models.logistics_effect_run"
        with (
            patch.object(type(Effect), "_run", side_effect=RuntimeError("broken")),
            self.assertLogs(name, logging.INFO) as caught,
        ):
            step._take()
        for record in caught.records:
            self.assertIn(f"[{self.shipment.correlation_id}]", record.getMessage())
        with (
            patch.object(type(Effect), "_run", side_effect=UserError("No")),
            self.assertLogs(name, logging.INFO) as caught,
        ):
            step._take()
        self.assertEqual(len(caught.records), 1)

    def test_poll_is_made_in_the_name_of_the_shipments(self):
        self.connection.poll_minutes = 60
        self.shipment.parcel_ids._poll_now()
        seen = self._seen_by("_poller")
        self._run_job("logistics_carrier_base.ir_cron_poll_numbers")
        [(ids, trace)] = seen
        self.assertEqual(ids, (self.shipment.correlation_id,))
        self.assertTrue(trace)

    def test_booking_is_made_in_the_name_of_its_transfer(self):
        picking = self._sell().picking_ids
        booking = self.env["logistics.booking"].create(
            {"picking_id": picking.id, "connection_id": self.connection.id}
        )
        self.patch(
            type(booking),
            "_prepare_call",
            lambda booking: lambda: seen.append(current()) or Booking(("NB900",)),
        )
        seen = []
        self._run_job("logistics_carrier_base.ir_cron_book_shipments")
        self.assertEqual(seen, [(picking.name,)])


@tagged("post_install", "-at_install")
class TestTracingRoute(TracingCase, HttpCase):
    """What a partner sends along."""

    def _sent(self, header, number):
        body = self._body("NB100", "PUP")
        signed = self._scheme(self.connection).sign(
            body, self.secret_value, time.time(), f"msg_{number}"
        )
        headers = signed | ({"traceparent": header} if header else {})
        self.assertEqual(self._push(body, headers=headers).status_code, 202)
        return self.env["logistics.message"].search([], limit=1)

    def test_trace_of_the_partner_is_continued(self):
        message = self._sent(HEADER, 1)
        self.assertEqual(message.correlation_id, TRACE)
        self.assertEqual(message.headers["traceparent"], HEADER)

    def test_malformed_trace_is_replaced_and_not_kept(self):
        for number, header in enumerate(
            (None, "x", HEADER.upper(), f"00-{'0' * 32}-00f067aa0ba902b7-01", "00--")
        ):
            message = self._sent(header, number)
            self.assertEqual(message.correlation_id, message.digest[:16], header)
            self.assertNotIn("traceparent", message.headers)
