"""The cases every adapter must pass. Subclass, give payloads, add nothing else."""

import time
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase

from ..sandbox.carrier_stand_in import scan_at
from .common import CarrierCommon


class WebhookContract(CarrierCommon, HttpCase):
    """A partner that pushes.

    A subclass names `adapter`, and overrides `genuine()`, `unknown_code()` and
    `unreadable()`. The number is that of `self.shipment`.
    """

    number = "NB100"
    # Whether the partner's signature covers the time it was made.
    signs_time = True
    # The stand-in that writes what the partner pushes, where there is one.
    stand_in = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, cls.number)

    def pushed(self, *scans):
        """Return what the partner pushes after some scans."""
        server = self.stand_in()
        self.addCleanup(server.stop)
        return server.pushed(self.number, *scans)

    def genuine(self):
        """Return a body that says the number was delivered."""
        return self.pushed(scan_at("delivered", "2026-11-20T12:00:00+01:00"))

    def unknown_code(self):
        """Return a body with a code the adapter has never seen."""
        return self.pushed(scan_at("nonsense", "2026-11-20T11:00:00+01:00"))

    def earlier(self):
        """Return a body about something before the delivery; it comes after it."""
        if not self.stand_in:
            return None
        return self.pushed(scan_at("picked_up", "2026-11-19T09:00:00+01:00"))

    def unreadable(self):
        """Return bytes that are no message of the partner."""
        return b'{"half": '

    def _drain(self):
        self.env["logistics.message"]._drain_batch(200)
        self.shipment.invalidate_recordset()

    def _send_test_event(self):
        """Press the button; the message comes in over HTTP."""

        def post(connection, body, headers):
            answer = self._push(body, connection, headers)
            return True, answer.status_code, answer.text

        with patch.object(type(self.connection), "_post_to_own_address", post):
            return self.connection.action_send_test_event()["params"]

    def _environments(self):
        only = self.connection._adapter()._test_only()
        return ["test"] if only else ["test", "production"]

    def _messages(self):
        return self.env["logistics.message"].search(
            [("connection_id", "=", self.connection.id)]
        )

    def test_genuine_message_is_accepted_once_and_moves_the_shipment(self):
        answer = self._push(self.genuine())
        self.assertEqual((answer.status_code, answer.cookies.get_dict()), (202, {}))
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")

    def test_repeated_message_is_answered_200_and_kept_once(self):
        self._push(self.genuine())
        self.assertEqual(self._push(self.genuine()).status_code, 200)
        self.assertEqual(len(self._messages()), 1)

    def test_forged_message_is_refused_and_stays_on_record(self):
        answer = self._push(
            self.genuine(), secret=self._scheme(self.connection).new_secret()
        )
        self.assertEqual(answer.status_code, 401)
        self.assertRecordValues(
            self._messages(), [{"state": "rejected", "category": "signature"}]
        )
        self._drain()
        self.assertEqual(self.shipment.state, "dispatched")

    def test_genuine_message_with_the_id_of_a_forged_one_is_accepted(self):
        self._push(self.genuine(), secret=self._scheme(self.connection).new_secret())
        self.assertEqual(self._push(self.genuine()).status_code, 202)
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")

    def test_message_without_signature_is_refused(self):
        self.assertEqual(self._push(self.genuine(), headers={}).status_code, 401)

    def test_connection_without_secret_refuses_everything(self):
        self.connection.secret_ids.unlink()
        self.assertEqual(self._push(self.genuine()).status_code, 401)
        self.assertEqual(self._messages().category, "secret")

    def test_unreadable_message_is_answered_400_and_parked(self):
        self.assertEqual(self._push(self.unreadable()).status_code, 400)
        self.assertEqual(self._messages().state, "dead")
        self.assertTrue(self._messages().category)
        told = self.env["logistics.exception"]._find_open(
            "unreadable", self.connection, self._messages().category
        )
        self.assertFalse(told, "The request only keeps and answers.")
        self._drain()
        told = told._find_open("unreadable", self.connection, self._messages().category)
        self.assertEqual(told.count, 1)
        self._drain()
        self.assertEqual(told.count, 1)

    def test_unknown_code_is_held_and_moves_nothing(self):
        self.assertEqual(self._push(self.unknown_code()).status_code, 202)
        self._drain()
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertIn("unmapped", self.shipment.event_ids.mapped("event_type"))
        self.assertTrue(
            self.env["logistics.exception"].search([("category", "=", "unknown_code")])
        )

    def test_message_that_overtook_another_changes_nothing_but_the_history(self):
        body = self.earlier()
        self._push(self.genuine())
        self._drain()
        if body is None:
            body = self.genuine()
        self._push(body, message_id="msg_2")
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")
        said = self.shipment.event_ids.mapped("event_type")
        self.assertEqual(said.count("delivered"), 1)
        if self.stand_in:
            self.assertIn("picked_up", said)

    def test_message_of_another_company_moves_nothing(self):
        self.connection.company_id = self.env["res.company"].create({"name": "Else"})
        self._push(self.genuine())
        self._drain()
        self.assertEqual(self.shipment.state, "dispatched")

    def test_test_event_is_accepted_and_ends_among_the_unmatched_numbers(self):
        if "test_event" not in self.connection._able():
            with self.assertRaisesRegex(UserError, "no test event"):
                self.connection.action_send_test_event()
            return
        answer = self._send_test_event()
        self.assertEqual(answer["type"], "success", answer["message"])
        self._drain()
        self.assertRecordValues(
            self._messages(), [{"state": "done", "category": False}]
        )
        parked = self.env["logistics.message.unmatched"].search(
            [("connection_id", "=", self.connection.id)]
        )
        self.assertTrue(parked.tracking_key.startswith("TEST-"))
        self.assertEqual(self.shipment.state, "dispatched")

    def test_test_event_fits_either_environment(self):
        if "test_event" not in self.connection._able():
            return
        for environment in self._environments():
            with self.subTest(environment):
                self.connection.environment = environment
                self._send_test_event()
                self._drain()
                self.assertEqual(self._messages()[:1].state, "done")

    def test_test_parcel_on_a_production_connection_is_parked(self):
        marked = self.connection._adapter()._environment_of(self.genuine())
        self.connection.environment = self._environments()[-1]
        self._push(self.genuine())
        self._drain()
        if marked == "test" != self.connection.environment:
            self.assertRecordValues(
                self._messages(), [{"state": "dead", "category": "environment"}]
            )
            self.assertEqual(self.shipment.state, "dispatched")
        else:
            self.assertEqual(self.shipment.state, "delivered")

    def test_form_encoded_message_is_refused_with_its_bytes_verified(self):
        body = self.genuine()
        headers = self._scheme(self.connection).sign(
            body, self.secret_value, time.time(), "msg_1"
        )
        answer = self._push(
            body,
            headers=headers | {"Content-Type": "application/x-www-form-urlencoded"},
        )
        self.assertEqual(answer.status_code, 415)
        self.assertEqual(self._messages().category, "content_type")

    def test_stale_message_is_refused_where_the_time_is_signed(self):
        answer = self._push(self.genuine(), now=time.time() - 301)
        if self.signs_time:
            self.assertEqual(answer.status_code, 401)
            self.assertEqual(self._messages().category, "stale")
        else:
            # It may be an old message sent again: it moves no money by itself.
            self.assertEqual(answer.status_code, 202)
            self.assertEqual(self._messages().trust, 1)
